"""The risk of a case: what was reached of each person, scored, with what would move it."""

from typing import Any

from tocsin.act.documents.facts import Attack
from tocsin.core.tables import REACH
from tocsin.decide.cohorts import COHORTS, cohorts
from tocsin.decide.risk import Cohort, Measured, Risk, risk
from tocsin.decide.severity import QUARTER, Terms
from tocsin.flow.clocks import both
from tocsin.flow.world import World, bind_published

Document = dict[str, Any]

GRAVITY = {
    "low": "negligible",
    "medium": "limited",
    "high": "important",
    "very_high": "maximal",
}
"""Level → gravity of the CNIL form: the match is the house's, not official."""


def severity(world: World, attack: Attack | None, care: str) -> Document:
    """The `risk` of the document of `decide`.

    Args:
        attack: the sessions held; None means that nothing is known to be reached.
        care: the worst finding on the activity of the services, '' where none was measured.
    """
    found: tuple[Cohort, ...] = ()
    if attack is not None and world.case.files(REACH):
        bind_published(world, REACH)
        world.engine.run(cohorts())
        order = ("grade", "dpc", "ei_q", "plain_dpc")
        rows = world.engine.fetch(COHORTS.name, order=order).to_pylist()
        world.engine.drop(COHORTS.name)
        found = tuple(Cohort(**row) for row in rows)
    scoped = world.case.read_json("scope/summary.json")
    retained = scoped.get("retained") if isinstance(scoped, dict) else None
    undecided = retained.get("open_sessions", 0) if isinstance(retained, dict) else 0
    measured = Measured(
        cohorts=found,
        writes=attack.writes if attack else 0,
        care=care,
        reviewed=bool(attack and not attack.unreviewed),
        undecided=int(undecided),
    )
    return _document(risk(measured))


def _document(found: Risk) -> Document:
    return {
        "score": _score(found.terms),
        "level": str(found.level),
        "inputs": found.inputs,
        "sensitivity": [
            {
                "input": s.input,
                "score": _score(s.terms),
                "level": str(s.terms.level),
                "moves": s.terms.level != found.level,
                "says": both(s.says),
            }
            for s in found.sensitivity
        ],
        "bounds": {
            grade: {"score": _score(t), "level": str(t.level)}
            for grade, t in found.bounds.items()
        },
        "cohorts": [
            {
                "grade": c.grade,
                "dpc": c.dpc,
                "ei": c.ei_q * QUARTER,
                "dpc_without_presence": c.plain_dpc,
                "persons": c.persons,
            }
            for c in found.cohorts
        ],
        "gravity": GRAVITY.get(str(found.level)),
        "reasons": [both(r) for r in found.reasons],
        "method": "ENISA 2013, SE = DPC x EI + CB",
    }


def _score(terms: Terms | None) -> float | None:
    return terms.se_q * QUARTER if terms else None
