"""What the contrast says of itself, in the summary: calibration, drift, slow thefts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tocsin.core.records import Says
from tocsin.detect.conformal import NAMES, p_values
from tocsin.detect.facts_told import both, instant
from tocsin.detect.habit import HabitEvidence
from tocsin.detect.matrix import Flags, Matrix
from tocsin.detect.slow import FALSE_RINGS, Ring, rings
from tocsin.detect.swaps import PAST

RATE = 0.01
"""Rate at which the calibration is shown."""


def told(
    m: Matrix, habit: HabitEvidence | None, ids: Sequence[str], sets: tuple[Flags, Flags]
) -> dict[str, Any]:
    """The part of the summary that speaks of the accounts' habits.

    Args:
        ids: of each session.
        sets: sessions that are under suspicion, and sessions that a human vouched for.
    """
    if habit is None:
        return {"habits": {"judged": 0, "says": both(_says(0, m.size))}, "slow": []}
    suspect, vouched = sets
    judged = int(habit.judged.sum())
    calm = habit.judged & ~suspect
    return {
        "habits": {
            "judged": judged,
            "says": both(_says(judged, m.size)),
            "boosted": habit.boosted,
            "strata": _strata(m, habit, calm),
        },
        "slow": [_ring(m, ring, ids) for ring in rings(m, habit, vouched)],
    }


def _says(judged: int, size: int) -> Says:
    return Says(
        f"{judged} sessions sur {size} sont comparées au passé de leur compte ; les autres ont "
        f"moins de {PAST} sessions derrière elles, sont plus anciennes que les dernières que "
        "l'on compare d'un grand journal, ou l'historique est trop court : rien n'est supposé "
        "d'elles.",
        f"{judged} sessions of {size} are compared with their account's past; the others have "
        f"fewer than {PAST} sessions behind them, are older than the last ones that are "
        "compared in a large trail, or the history is too short: nothing is guessed of them.",
    )


def _strata(m: Matrix, habit: HabitEvidence, calm: Flags) -> list[dict[str, Any]]:
    """Conformal p-values of the sessions not suspected, by stratum, earlier against later.

    Realised rates well above the nominal one in the later half say that habits drift.
    """
    p = p_values(habit.score, habit.stratum, calm, m.start_us)
    has = ~np.isnan(p) & calm
    late = m.start_us >= (np.median(m.start_us[has]) if has.any() else 0)
    found = []
    for number, name in enumerate(NAMES):
        here = has & (habit.stratum == number)
        if here.any():
            parts = {"sessions": here, "earlier": here & ~late, "later": here & late}
            row: dict[str, Any] = {"stratum": name, "sessions": int(here.sum())}
            row["expected_false_at_0.01"] = round(RATE * int(here.sum()), 2)
            for part in ("earlier", "later"):
                held = p[parts[part]]
                row[f"realised_{part}"] = (
                    round(float((held <= RATE).mean()), 5) if len(held) else None
                )
            found.append(row)
    return found


def _ring(m: Matrix, ring: Ring, ids: Sequence[str]) -> dict[str, Any]:
    says = Says(
        f"Sur {ring.sessions} sessions de suite, ce compte ne se ressemble plus ; "
        f"l'alarme aurait sonné à la dernière, quand {ring.persons} personnes au plus avaient "
        "été atteintes. "
        f"Fausses alarmes attendues sur tout le dossier : {FALSE_RINGS}.",
        f"Over {ring.sessions} sessions in a row this account is not like itself; the "
        f"alarm would have rung at the last, when at most {ring.persons} persons had been "
        f"reached. False alarms expected over the whole case: {FALSE_RINGS}.",
    )
    return {
        "account": m.account[ring.account],
        "since": ids[ring.since],
        "since_at": instant(int(m.start_us[ring.since])),
        "rings": ids[ring.at],
        "rings_at": instant(int(m.end_us[ring.at])),
        "sessions": ring.sessions,
        "persons_at_most": ring.persons,
        "bits": round(ring.bits, 2),
        "says": both(says),
    }
