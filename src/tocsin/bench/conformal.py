"""Is the calibration kept? Realised rates by stratum, and the truth of lists.

p = (1 + calm sessions of the stratum at least as odd) / (1 + their number), calibrated on the
test accounts' own sessions before each, tested after the cut.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tocsin.bench.measures import Codes, Flags, Reals
from tocsin.bench.switching import Switched
from tocsin.detect.conformal import p_values, strata_of
from tocsin.detect.figures import FIGURES

NOMINAL = (0.001, 0.01, 0.05)
"""Rates at which the calibration is asked."""

BLOCK = 500
"""Sessions of a list, as a day's."""

SHARE_OF_ATTACKS = 0.01
"""Share of strangers in a block."""


def strata(
    made: Switched, split: int, score: Reals, sets: tuple[Flags, Flags]
) -> list[Mapping[str, Any]]:
    """Realised false-alarm rate of each stratum beside its share of attacks found."""
    calm, test = sets
    calm = calm | (test & made.trials.real)
    p, stratum, names = _p(made, score, calm)
    rows: list[Mapping[str, Any]] = []
    for number, name in enumerate(names):
        own = test & made.trials.real & (stratum == number)
        attack = test & (made.trials.kind == 0) & (stratum == number)
        if not own.any():
            continue
        row: dict[str, Any] = {"benchmark": "calibration", "split": split, "stratum": name}
        row["calibrated_on"] = int((calm & (stratum == number)).sum())
        row["genuine"], row["strangers"] = int(own.sum()), int(attack.sum())
        for rate in NOMINAL:
            row[f"fpr_at_{rate}"] = round(float((p[own] <= rate).mean()), 5)
            error = _error(p[own] <= rate, made.matrix.acc[made.trials.on[own]], rate)
            row[f"limit_at_{rate}"] = round(rate + 2 * error, 5)
            found = (p[attack] <= rate).mean() if attack.any() else float("nan")
            row[f"tpr_at_{rate}"] = round(float(found), 4)
        rows.append(row)
    return rows


def _error(rang: Flags, account: Codes, rate: float) -> float:
    """Standard error of a rate, sessions of one account being alike: never under the plain one.

    An account's sessions ring together, so accounts are what is counted.
    """
    each = np.bincount(account, weights=rang - rate)
    plain = float(np.sqrt(rate * (1 - rate) / len(rang)))
    return max(float(np.sqrt((each**2).sum()) / len(rang)), plain)


def _p(made: Switched, score: Reals, calm: Flags) -> tuple[Reals, Codes, tuple[str, ...]]:
    stratum, names = strata_of(made.figures, made.trials.past, FIGURES)
    p = p_values(score, stratum, calm, made.matrix.start_us[made.trials.on])
    return p, stratum, names


def lists(
    made: Switched, split: int, score: Reals, sets: tuple[Flags, Flags]
) -> list[Mapping[str, Any]]:
    """False share of the lists that Benjamini and Hochberg's rule makes at q = 0.10."""
    calm, test = sets
    calm = calm | (test & made.trials.real)
    together = np.zeros(len(score), dtype=np.int64)
    p = p_values(score, together, calm, made.matrix.start_us[made.trials.on])
    rng = np.random.default_rng(split)
    own = np.flatnonzero(test & made.trials.real)
    bad = np.flatnonzero(test & (made.trials.kind == 0))
    many = int(BLOCK * SHARE_OF_ATTACKS)
    false, recall = [], []
    for _ in range(400):
        drawn = np.concatenate(
            [rng.choice(own, BLOCK - many, replace=False), rng.choice(bad, many, replace=False)]
        )
        ordered = np.sort(p[drawn])
        fits = np.flatnonzero(ordered <= 0.10 * np.arange(1, BLOCK + 1) / BLOCK)
        cut = ordered[fits[-1]] if len(fits) else -1.0
        kept = p[drawn] <= cut
        false.append(kept[: BLOCK - many].sum() / max(int(kept.sum()), 1))
        recall.append(kept[BLOCK - many :].mean())
    return [
        {
            "benchmark": "list",
            "split": split,
            "q": 0.10,
            "prevalence": SHARE_OF_ATTACKS,
            "fdr": round(float(np.mean(false)), 4),
            "fdr_se": round(float(np.std(false) / len(false) ** 0.5), 4),
            "recall": round(float(np.mean(recall)), 4),
        }
    ]
