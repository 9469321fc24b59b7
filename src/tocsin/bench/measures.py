"""How a detector is measured: ranks, rates at a threshold, intervals by account."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.floating[Any]]
Codes = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]

RESAMPLES = 100
"""Draws of accounts for an interval."""


def auc(attacks: Reals, genuine: Reals) -> float:
    """The chance that an attack scores above a genuine session; ties count half."""
    if not len(attacks) or not len(genuine):
        return float("nan")
    both = np.concatenate([attacks, genuine])
    _, at, many = np.unique(both, return_inverse=True, return_counts=True)
    rank = (np.cumsum(many) - (many - 1) / 2.0)[at]
    n, m = len(attacks), len(genuine)
    return float((rank[:n].sum() - n * (n + 1) / 2.0) / (n * m))


def found(attacks: Reals, genuine: Reals, rate: float) -> float:
    """Share of attacks above the genuine sessions' quantile that lets `rate` of them ring."""
    if not len(attacks) or not len(genuine):
        return float("nan")
    return float((attacks > np.quantile(genuine, 1.0 - rate)).mean())


def runs(score: Reals, account: Codes, start: Codes, size: int) -> Reals:
    """Means of `size` sessions in a row of one account, at each session that has them."""
    order = np.lexsort((start, account))
    s, a = score[order], account[order]
    if len(s) < size:
        return np.zeros(0)
    total = np.concatenate([[0.0], np.cumsum(s)])
    means = (total[size:] - total[:-size]) / size
    return np.asarray(means[a[size - 1 :] == a[: len(a) - size + 1]])


def interval(
    account: Codes, figure: Callable[[NDArray[np.bool_] | Codes], float]
) -> list[float]:
    """95 % of a figure over resampled accounts.

    Args:
        account: of each session.
        figure: of the sessions at these places.
    """
    rng = np.random.default_rng(1)
    order = np.argsort(account, kind="stable")
    names, first = np.unique(account[order], return_index=True)
    held = np.split(order, first[1:])
    values = [
        figure(np.concatenate([held[i] for i in rng.integers(0, len(names), len(names))]))
        for _ in range(RESAMPLES)
    ]
    return [round(float(np.nanquantile(values, q)), 3) for q in (0.025, 0.975)]
