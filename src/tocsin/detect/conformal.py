"""Conformal p-values within strata: what checks the probabilities, and counts false alarms.

A p-value is the share of calm sessions of the same stratum that are at least as odd. Strata
part the sessions that are honestly odd: short histories, a first time in a unit, a network or
client of another place. Beyond the calm sessions of its stratum a score keeps its order by an
exponential tail, so that a small stratum can ring too.

Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005), Mondrian
conformal predictors; Bates et al., Testing for outliers with conformal p-values (2023).
"""

import numpy as np

from tocsin.detect.figures import Figure
from tocsin.detect.matrix import Codes, Flags, Reals, Singles

SHORT, LONG = 50, 200
"""Sessions of history under which it is short, and from which it is long."""

FEW = 150
"""Calm sessions under which a stratum is calibrated with all the others that are alike."""

WINDOW, BLOCK, LEAST = 1_000, 25, 50
"""Calm sessions that calibrate, sessions judged by the same ones, and the fewest that may."""

TAIL = 0.02
"""Share of a stratum that is read as its tail."""

NAMES = (
    "short history",
    "medium history",
    "long history",
    "new unit",
    "new client or network",
)
"""The strata, the last that holds a session counts."""


def strata_of(
    figures: Singles, past: Codes, known: tuple[Figure, ...]
) -> tuple[Codes, tuple[str, ...]]:
    """The stratum of each trial, and the names of the strata."""
    at = {figure.name: j for j, figure in enumerate(known)}
    stratum = np.where(past < SHORT, 0, np.where(past < LONG, 1, 2))
    away = np.zeros(len(past), dtype=np.bool_)
    for name in ("client_ever", "network_ever"):
        away |= figures[:, at[name]] > 1.0
    stratum = np.where(away, 4, stratum)
    return np.where(figures[:, at["unit_new"]] > 0, 3, stratum), NAMES


def p_values(score: Reals, stratum: Codes, calm: Flags, at: Codes) -> Reals:
    """The p-value of each score within its stratum, by the sessions before it.

    The history that calibrates slides: the last `WINDOW` calm sessions of the stratum before a
    block of `BLOCK` sessions, so that slow drift does not ring. What has no history before it
    has no p-value.

    Args:
        score: higher is odder; NaN is not judged and gets NaN.
        stratum: of each trial.
        calm: trials that calibrate: real sessions taken to be their owner's.
        at: instant of each trial.
    """
    p = np.full(len(score), np.nan)
    judged = ~np.isnan(score)
    everybody = _in_time(calm & judged, at)
    for number in np.unique(stratum):
        asked = _in_time(judged & (stratum == number), at)
        held = everybody[stratum[everybody] == number]
        if len(held) < FEW:
            held = everybody[stratum[everybody] >= 3] if number >= 3 else everybody
        times = at[held]
        for start in range(0, len(asked), BLOCK):
            block = asked[start : start + BLOCK]
            known = int(np.searchsorted(times, at[block[0]], side="left"))
            if known >= LEAST:
                past = held[max(0, known - WINDOW) : known]
                p[block] = _tail(score[block], np.sort(score[past]))
    return p


def _in_time(flags: Flags, at: Codes) -> Codes:
    chosen = np.flatnonzero(flags)
    return chosen[np.argsort(at[chosen], kind="stable")]


def _tail(asked: Reals, calm: Reals) -> Reals:
    """Share of the calm scores at or above each; beyond the last, an exponential tail."""
    n = len(calm)
    above = (n - np.searchsorted(calm, asked, side="left") + 1.0) / (n + 1.0)
    k = max(int(np.ceil(TAIL * n)), 10)
    if n <= k:
        return np.asarray(above)
    edge = calm[-k - 1]
    width = max(float((calm[-k:] - edge).mean()), 1e-6) * (1.0 + 2.0 / k**0.5)
    beyond = (k + 1.0) / (n + 1.0) * np.exp(-np.maximum(asked - edge, 0.0) / width)
    return np.where(asked > calm[-1], np.minimum(beyond, above), above)
