"""The contrast as evidence of each session: its bits, told by family and by signal."""

from dataclasses import dataclass

import numpy as np

from tocsin.detect.conformal import strata_of
from tocsin.detect.contrast import Contrast
from tocsin.detect.figures import FIGURES
from tocsin.detect.matrix import Codes, Flags, Reals, Singles
from tocsin.detect.swaps import Trials

SIGNALS = tuple(dict.fromkeys(figure.signal for figure in FIGURES))
"""The signals that the figures tell, each once."""

FAMILY = {figure.signal: figure.family for figure in FIGURES}
"""The family of each signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitEvidence:
    """Bits of each session; the signals of a session add up to its bits."""

    bits: Reals
    signals: Reals  # (sessions, SIGNALS)
    judged: Flags
    past: Codes  # sessions that the account has behind it
    boosted: bool
    score: Reals  # of the contrast, natural log
    stratum: Codes  # of conformal.NAMES

    @property
    def families(self) -> dict[str, Reals]:
        """The bits of each family."""
        found: dict[str, Reals] = {}
        for j, signal in enumerate(SIGNALS):
            family = FAMILY[signal]
            found[family] = found.get(family, np.zeros(len(self.bits))) + self.signals[:, j]
        return found


def habit_of(found: Contrast, trials: Trials, figures: Singles, size: int) -> HabitEvidence:
    """What the contrast says of the real sessions.

    What figures say together beyond their sum, and what calibration adds or takes, is shared
    among the signals that speak the same way, in proportion.
    """
    rows = np.flatnonzero(trials.real)
    at = trials.session[rows]
    summed = np.zeros((len(rows), len(SIGNALS)))
    for j, figure in enumerate(FIGURES):
        summed[:, SIGNALS.index(figure.signal)] += found.parts[rows, j]
    summed /= np.log(2.0)
    gap = found.bits[rows] - summed.sum(axis=1)
    same = np.where(summed * gap[:, None] > 0, np.abs(summed), 0.0)
    held = same.sum(axis=1)
    plain = np.full(len(SIGNALS), 1.0 / len(SIGNALS))
    share = np.where(held[:, None] > 0, same / np.maximum(held, 1e-12)[:, None], plain)
    signals = np.zeros((size, len(SIGNALS)), dtype=np.float32)
    bits, past = np.zeros(size), np.zeros(size, dtype=np.int64)
    judged = np.zeros(size, dtype=np.bool_)
    score, stratum = np.full(size, np.nan), np.zeros(size, dtype=np.int64)
    bits[at], past[at] = found.bits[rows], trials.past[rows]
    score[at] = np.where(found.judged[rows], found.score[rows], np.nan)
    stratum[at] = strata_of(figures[rows], trials.past[rows], FIGURES)[0]
    judged[at] = found.judged[rows]
    signals[at] = summed + share * gap[:, None]
    return HabitEvidence(
        bits=bits,
        signals=signals,
        judged=judged,
        past=past,
        boosted=found.boosted,
        score=score,
        stratum=stratum,
    )
