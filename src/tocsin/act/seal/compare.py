"""What a case says beside what was found again: tables by their keys, documents by paths."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tocsin.core.seal import Claim, Finding, claim
from tocsin.core.tables import (
    ACCESS,
    ACTS,
    COVERAGE,
    GROUNDS,
    LEDGER,
    PEOPLE,
    QUARANTINE,
    REACH,
    REAL,
    SESSIONS,
    STATEMENTS,
    Column,
    Step,
    Table,
)

KEYS: Mapping[Table, tuple[str, ...]] = {
    ACCESS: ("digest", "position", "part"),
    QUARANTINE: ("digest", "position", "part"),
    LEDGER: ("source", "file", "digest"),
    COVERAGE: ("source", "start_us"),
    SESSIONS: ("session",),
    ACTS: ("digest", "position", "part"),
    PEOPLE: ("record",),
    REACH: ("person", "controller", "item"),
    STATEMENTS: ("category",),
    GROUNDS: ("person", "record", "session", "grade", "rule"),
}
"""What names a row of each table."""

TOLERANCE = 1e-6
"""Two real numbers this close are the same: sums of floats depend on the machine's order."""

MAX_ROWS = 1_000
"""Rows that differ and are looked at one by one, in the order of their keys."""

HIDDEN = ("query", "head")
"""Columns that hold what was typed or written of a person: their values are never shown."""

JSON_TEXT = ("reasons",)
"""Columns that hold a JSON document, compared as documents."""

STATED, FOUND = "seal_stated", "seal_found"
"""The two relations that are compared."""


def differing(shape: Table) -> Step:
    """Rows that stand on one side only, or differ, in the order of their keys.

    Reads:   seal_stated, seal_found, in the shape of one table of the case
    Fills:   seal_differing, one row per key that differs, both sides beside each other
    """
    keys = KEYS[shape]
    rest = [c for c in _columns(shape) if c.name not in keys]
    told = [f"coalesce(s.{k}, f.{k}) AS {k}" for k in keys]
    told += [
        f"{'s' if side == 'said' else 'f'}.{keys[0]} IS NULL AS {side}_absent"
        for side in ("said", "again")
    ]
    told += [f"s.{c.name} AS said_{c.name}, f.{c.name} AS again_{c.name}" for c in rest]
    unlike = [f"s.{keys[0]} IS NULL", f"f.{keys[0]} IS NULL", *map(_unlike, rest)]
    types = {c.name: c.type for c in _columns(shape)}
    fills = Table(
        name="seal_differing",
        per="key that differs",
        columns=(
            *(Column(k, types[k]) for k in keys),
            Column("said_absent", "BOOLEAN"),
            Column("again_absent", "BOOLEAN"),
            *(Column(f"{side}_{c.name}", c.type) for c in rest for side in ("said", "again")),
        ),
    )
    joined = " AND ".join(f"s.{k} = f.{k}" for k in keys)
    return Step(
        fills=fills,
        reads=(STATED, FOUND),
        sql=f"SELECT {', '.join(told)} FROM {STATED} AS s FULL OUTER JOIN {FOUND} AS f "
        f"ON {joined} WHERE {' OR '.join(unlike)} ORDER BY {', '.join(keys)} LIMIT {MAX_ROWS}",
    )


def _columns(shape: Table) -> Iterator[Column]:
    """The columns as the engine shows them: instants in microseconds."""
    for column in shape.columns:
        if column.name.endswith("_at"):
            yield Column(f"{column.name[:-3]}_us", "BIGINT")
        else:
            yield column


def _unlike(column: Column) -> str:
    name = column.name
    if column.type != REAL:
        return f"s.{name} IS DISTINCT FROM f.{name}"
    far = f"abs(s.{name} - f.{name}) > {TOLERANCE}"
    return f"(s.{name} IS DISTINCT FROM f.{name} AND coalesce({far}, true))"


def table_claim(
    shape: Table, rows: Sequence[Mapping[str, Any]], said: int, found: int
) -> Claim:
    """The claim on a table: its rows, or the first difference.

    Args:
        shape: the table.
        rows: of `differing`, in order.
        said: rows that the case holds.
        found: rows that were found again.
    """
    for row in rows:
        first = _first(shape, row)
        if first is not None:
            return Claim(
                claim=shape.name, result=Finding.FAIL, expected=first[0], found=first[1]
            )
    if len(rows) == MAX_ROWS:
        return Claim(
            claim=shape.name,
            result=Finding.FAIL,
            expected=f"{said} rows",
            found=f"more than {MAX_ROWS} rows differ by their rounding",
        )
    return claim(shape.name, f"{said} rows", f"{found} rows")


def _first(shape: Table, row: Mapping[str, Any]) -> tuple[str, str] | None:
    place = " ".join(f"{k}={row[k]}" for k in KEYS[shape])
    if row["said_absent"]:
        return f"no row {place}", f"a row {place}"
    if row["again_absent"]:
        return f"a row {place}", f"no row {place}"
    for column in _columns(shape):
        if column.name in KEYS[shape]:
            continue
        said, again = row[f"said_{column.name}"], row[f"again_{column.name}"]
        if _same_cell(column, said, again):
            continue
        if column.name in HIDDEN:
            return f"{place}: {column.name} as published", f"{place}: another {column.name}"
        if column.name in JSON_TEXT:
            path, said, again = next(differences(_document(said), _document(again)))
            return (
                f"{place}: {column.name}{path}={said}",
                f"{place}: {column.name}{path}={again}",
            )
        return f"{place}: {column.name}={said}", f"{place}: {column.name}={again}"
    return None


def _same_cell(column: Column, said: object, again: object) -> bool:
    if column.name in JSON_TEXT:
        return not list(differences(_document(said), _document(again)))
    return same(said, again)


def _document(text: object) -> object:
    try:
        return json.loads(str(text))
    except (ValueError, RecursionError):
        return text


# Documents ----------------------------------------------------------------------------------


def same(said: object, again: object) -> bool:
    """Whether two leaves are equal; two reals may differ by their rounding."""
    numbers = (int, float)
    if isinstance(said, bool) or isinstance(again, bool):
        return said is again
    if isinstance(said, numbers) and isinstance(again, numbers):
        if isinstance(said, int) and isinstance(again, int):
            return said == again
        return math.isclose(said, again, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(said) is type(again) and said == again


def differences(
    said: object, again: object, path: str = ""
) -> Iterator[tuple[str, object, object]]:
    """Each place where two documents differ: path, what is said, what is found."""
    if isinstance(said, Mapping) and isinstance(again, Mapping):
        for name in [*said, *(n for n in again if n not in said)]:
            yield from differences(
                said.get(name, "absent"), again.get(name, "absent"), f"{path}.{name}"
            )
    elif isinstance(said, list | tuple) and isinstance(again, list | tuple):
        for i in range(max(len(said), len(again))):
            one = said[i] if i < len(said) else "absent"
            other = again[i] if i < len(again) else "absent"
            yield from differences(one, other, f"{path}[{i}]")
    elif not same(said, again):
        yield path, said, again


def document_claim(name: str, said: object, again: object) -> Claim:
    """The claim on one part of a document: equal, or the first difference."""
    for path, expected, found in differences(said, again):
        return Claim(
            claim=name,
            result=Finding.FAIL,
            expected=f"{path.lstrip('.')} {_short(expected)}".strip(),
            found=_short(found),
        )
    return Claim(claim=name, result=Finding.PASS, expected=_short(said), found=_short(again))


def _short(value: object) -> str:
    """A value in one line; a long one is told by its size."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    if isinstance(value, str):
        text = value
    if len(text) <= 200:
        return text
    if isinstance(value, Mapping | list):
        return f"{len(value)} entries"
    return text[:199] + "…"
