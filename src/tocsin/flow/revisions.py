"""Two revisions of a scope, compared."""

from typing import Any

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.core.tables import Table
from tocsin.flow.world import World, rows_of
from tocsin.scope import compare

FILES = {
    "reach": "reach.parquet",
    "people": "people.parquet",
    "scope_grounds": "grounds.parquet",
}


def diff(world: World, earlier: int, later: int) -> dict[str, Any]:
    """Who came in, who left and whose grade changed between two revisions, and why.

    Raises:
        InputError: the case has no such revision.
    """
    was, now = (_summary(world, number) for number in (earlier, later))
    engine = world.engine
    filled: list[str] = []
    for side, number in zip(compare.SIDES, (earlier, later), strict=True):
        names = world.case.listed(f"scope/revisions/{number}")
        for shape in compare.COMPARED:
            mine: Table = compare.of_side(shape, side)
            file = FILES[shape.name]
            place = world.case.where(f"scope/revisions/{number}/{file}")
            engine.bind_files(mine, [place] if file in names else [])
            filled.append(mine.name)
    engine.bind_arrow(compare.HELD, rows_of(compare.HELD, compare.held_by_one(was, now)))
    steps = (compare.best("was"), compare.best("now"), compare.moved(), compare.why())
    for step in steps:
        engine.run(step)
    rows = engine.fetch(compare.WHY.name, order=("person",)).to_pylist()
    engine.drop(*filled, compare.HELD.name, *(step.name for step in steps))
    return compare.document(was, now, rows)


def _summary(world: World, number: int) -> dict[str, Any]:
    found = world.case.read_json(f"scope/revisions/{number}/summary.json")
    if not isinstance(found, dict):
        known = [n for n in world.case.listed("scope/revisions") if n.isdigit()]
        raise InputError(
            Says(
                f"le dossier n'a pas de révision {number}", f"the case has no revision {number}"
            ),
            next_step=Says(
                "Nommez-en deux parmi : "
                f"{', '.join(sorted(known, key=int)) or 'aucune encore'} ; chaque "
                "`tocsin scope` en fait une.",
                f"Name two of: {', '.join(sorted(known, key=int)) or 'none yet'}; "
                "each `tocsin scope` makes one.",
            ),
            where=f"scope/revisions/{number}",
        )
    return found
