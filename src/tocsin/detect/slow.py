"""Low and slow: evidence gathered over an account's sessions, and when it would have rung.

One session of somebody who imitates the owner says little; twenty say much. The e-process of an
account multiplies what each session weighs (its bits as a ratio), starts anew at every session
(Shiryaev and Roberts), and rings above a threshold. Under a calm account its expectation grows
by one a session, so that among all sessions of the case the chance of any false ring is at most
the number of sessions over the threshold.

Source: Shin, Ramdas and Rinaldo, E-detectors: a nonparametric framework for sequential change
detection (2022).
"""

from dataclasses import dataclass

import numpy as np

from tocsin.detect.habit import HabitEvidence
from tocsin.detect.matrix import Codes, Flags, Matrix, Reals

FALSE_RINGS = 0.05
"""Accounts that may ring falsely, over the whole case."""

EACH_MOST = 4.0
"""Most bits of one session here: what one session says alone is told by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """An account whose sessions together are not its owner's."""

    account: int
    since: int  # session from which the evidence was gathered
    at: int  # session at which it rang
    sessions: int  # gathered by then
    persons: int  # reached in them, at most (a person of two sessions counts twice)
    bits: float


def rings(m: Matrix, habit: HabitEvidence, left_out: Flags) -> tuple[Ring, ...]:
    """The accounts that ring, in order of their first ring.

    Args:
        left_out: sessions that a named human vouched for.
    """
    judged = np.flatnonzero(habit.judged & ~left_out)
    if not len(judged):
        return ()
    order = judged[np.lexsort((m.start_us[judged], m.acc[judged]))]
    weight = np.exp2(np.clip(habit.bits[order], -EACH_MOST, EACH_MOST))
    weight /= max(1.0, float(weight.mean()))
    threshold = len(order) / FALSE_RINGS
    return tuple(
        sorted(_rung(m, order, weight, threshold), key=lambda ring: int(m.start_us[ring.at]))
    )


def _rung(m: Matrix, order: Codes, weight: Reals, threshold: float) -> list[Ring]:
    found: list[Ring] = []
    held, alone, since, account, done = 0.0, 0.0, 0, -1, False
    for place, (s, ratio) in enumerate(zip(order.tolist(), weight.tolist(), strict=True)):
        acc = int(m.acc[s])
        if acc != account:
            held, alone, since, account, done = 0.0, 0.0, place, acc, False
        if alone * ratio < ratio:
            alone, since = 1.0, place
        alone *= ratio
        held = (held + 1.0) * ratio
        if held >= threshold and not done:
            done = True
            gathered = order[since : place + 1]
            found.append(
                Ring(
                    account=acc,
                    since=int(gathered[0]),
                    at=int(s),
                    sessions=len(gathered),
                    persons=int(m.persons[gathered].sum()),
                    bits=float(np.log2(held)),
                )
            )
    return found
