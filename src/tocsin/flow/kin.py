"""Whom the merges of the records seen may rest on: a whole directory is rarely needed."""

from collections.abc import Callable

from tocsin.core.ports import Engine
from tocsin.core.tables import Step, Table
from tocsin.scope import people

FEW = 4
"""A closure is sought where the records seen are at most one in so many of the directory."""

ROUNDS = 12
"""Rounds of growing after which the whole directory is taken."""


def kin_of(engine: Engine, do: Callable[[Step], None], seen: tuple[str, ...]) -> str:
    """The relation of records that the merges of these records may rest on.

    Args:
        engine: where the relations are.
        do: runs a step.
        seen: relations with a column `record`.

    Returns:
        Its name; '' for the whole directory.
    """
    union = " UNION ".join(f"SELECT r.record AS record FROM {name} AS r" for name in seen)
    do(Step(fills=_named(0), reads=seen, sql=union))
    everybody, found = engine.count("persons"), engine.count(_named(0).name)
    for turn in range(ROUNDS):
        if found * FEW > everybody:
            return ""
        do(people.kin(_named(turn).name, _named(turn + 1).name))
        before, found = found, engine.count(_named(turn + 1).name)
        if found <= before:
            return _named(turn + 1).name
    return ""


def _named(turn: int) -> Table:
    return Table(
        name=f"{people.KIN.name}_{turn}", per=people.KIN.per, columns=people.KIN.columns
    )
