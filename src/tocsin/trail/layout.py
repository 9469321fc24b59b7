"""Two narrow copies of the trail: by account, and by person, cut into stretches of time.

`trail/access` is laid out by the files that came: right for reading everything, slow for one
account in a thousand files. A copy holds a stretch of thirty days, sorted and cut into files,
so that the rows of one account, or of one person, lie together: a question opens one file a
stretch and reads a group of rows or two of it. A new file changes the stretches that it
touches and no other.
"""

from collections.abc import Sequence

from tocsin.core.tables import AT, COUNT, TEXT, Step, Table, table

STRETCH_US = 30 * 86_400_000_000
"""Thirty days: whole in every engine without a calendar; a year of a person reads 13 groups."""

LAID_OUT_ROWS = 2_000_000
"""Rows below which `trail/access` itself answers in a few tens of milliseconds."""

BY_ACCOUNT = table(
    "by_account",
    "row of access of an account",
    account=TEXT,
    occurred_at=AT,
    source=TEXT,
    session=TEXT,
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    outcome=TEXT,
    person=TEXT,
    digest=TEXT,
    position=COUNT,
    part=COUNT,
)
BY_PERSON = table(
    "by_person",
    "row of access that names a person",
    person=TEXT,
    occurred_at=AT,
    account=TEXT,
    source=TEXT,
    session=TEXT,
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    outcome=TEXT,
    digest=TEXT,
    position=COUNT,
    part=COUNT,
)

ORDER = {
    BY_ACCOUNT: ("account", "occurred_us", "digest", "position", "part"),
    BY_PERSON: ("person", "occurred_us", "digest", "position", "part"),
}
"""How each copy is sorted."""

SPANS = table(
    "layout_spans", "file and stretch of time that it touches", digest=TEXT, stretch=COUNT
)


def spans() -> Step:
    """The stretches that each file touches. Reads: access."""
    return Step(
        fills=SPANS,
        reads=("access",),
        sql=f"SELECT a.digest AS digest, a.occurred_us // {STRETCH_US} AS stretch "
        "FROM access AS a WHERE a.occurred_us IS NOT NULL "
        f"GROUP BY a.digest, a.occurred_us // {STRETCH_US}",
    )


def stretch_of(shape: Table, stretch: int) -> Step:
    """The rows of one copy in one stretch of time, to be written sorted. Reads: access."""
    named = ORDER[shape][0]
    return Step(
        fills=_in_engine(shape, f"layout_{shape.name}"),
        reads=("access",),
        sql=f"SELECT {_columns(shape)} FROM access AS a WHERE a.{named} <> '' "
        f"AND a.occurred_us >= {stretch * STRETCH_US} "
        f"AND a.occurred_us < {(stretch + 1) * STRETCH_US}",
        view=True,
    )


def sought(shape: Table, values: Sequence[str]) -> Step:
    """The rows of these accounts, or of these persons.

    Reads: by_account or by_person; access where no copy was made
    """
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values) or "NULL"
    return Step(
        fills=_in_engine(shape, f"{shape.name}_sought"),
        reads=(shape.name,),
        sql=f"SELECT {_columns(shape)} FROM {shape.name} AS a "
        f"WHERE a.{ORDER[shape][0]} IN ({quoted})",
        view=True,
    )


def _columns(shape: Table) -> str:
    named = (c.replace("_at", "_us") if c.endswith("_at") else c for c in shape.names)
    return ", ".join(f"a.{name} AS {name}" for name in named)


def _in_engine(shape: Table, name: str) -> Table:
    """The shape as steps fill it: instants in microseconds."""
    columns = {
        (f"{c.name[:-3]}_us" if c.name.endswith("_at") else c.name): (
            COUNT if c.name.endswith("_at") else c.type
        )
        for c in shape.columns
    }
    return table(name, shape.per, **columns)
