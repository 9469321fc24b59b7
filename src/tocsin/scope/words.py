"""The directory's distinct values, and which of them each term of a query means.

Names repeat: five million persons share some hundred thousand spellings. A term is compared
with spellings once; persons are then found by equality, which every engine does well.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.core.tables import COUNT, TEXT, Column, Table, table
from tocsin.scope.folding import fold, letters
from tocsin.scope.queries import LAST, Clause, Term

VALUES = table(
    "scope_values",
    "distinct value of a column of the directory that queries name",
    column_name=TEXT,
    raw=TEXT,
    persons=COUNT,
)

CLAUSE_VALUES = table(
    "scope_clause_values",
    "clause and value of a column that answers it",
    clause=COUNT,
    column_name=TEXT,
    raw=TEXT,
)

KEYS = (Column("raw", TEXT), Column("key", TEXT))
"""A value and the key that lists are sorted by."""

KEYS_FAMILY = Table(name="scope_keys_family", per="birth name", columns=KEYS)
KEYS_GIVEN = Table(name="scope_keys_given", per="first names", columns=KEYS)

DIRECT = ("identifier", "phone", "email", "person")
"""Columns whose values are as many as the persons: compared by the engine itself."""


@dataclass(frozen=True, slots=True)
class Spellings:
    """The words of one column, grouped by what folding leaves of them.

    Args:
        keys: distinct folded words, ascending.
        starts: the words of key i stand at places starts[i] to starts[i + 1].
        words: the words as the directory spells them.
        raws: the whole value that holds each word.
        persons: persons of each of these values.
    """

    keys: NDArray[np.object_]
    starts: NDArray[np.int64]
    words: pa.Array
    raws: pa.Array
    persons: NDArray[np.int64]

    def meant(self, term: Term) -> NDArray[np.int64]:
        """Places of the words that a term means."""
        (value,) = term.value
        if term.op == "starts":
            return self._between(value, value + LAST)
        if term.op == "contains":
            hits = [i for i, key in enumerate(self.keys) if value in key]
            spans = [np.arange(self.starts[i], self.starts[i + 1]) for i in hits]
            return np.concatenate([np.empty(0, np.int64), *spans])
        places = self._between(fold(value), fold(value) + "\0")
        same = pc.equal(self.words.take(pa.array(places)), value)
        found: NDArray[np.int64] = places[same.to_numpy(zero_copy_only=False)]
        return found

    def _between(self, low: str, high: str) -> NDArray[np.int64]:
        first, last = np.searchsorted(self.keys, [low, high])
        return np.arange(self.starts[first], self.starts[last])


def spellings(values: pa.Table, column: str) -> Spellings:
    """The words of one column, ready to be searched.

    Args:
        values: rows of VALUES.
        column: family, given, city, postal or sex. Only `given` holds several words.
    """
    mine = values.filter(pc.equal(values["column_name"], column)).combine_chunks()
    raws = _whole(mine["raw"])
    persons = _whole(mine["persons"])
    words = raws
    if column == "given":
        parts = pc.utf8_split_whitespace(raws)
        owners = pc.list_parent_indices(parts)
        words, raws, persons = pc.list_flatten(parts), raws.take(owners), persons.take(owners)
    folded = _on_distinct(words, fold).dictionary_encode()
    keys = np.array(folded.dictionary.to_pylist(), dtype=np.object_)
    by_key = np.argsort(keys, kind="stable")
    rank = np.empty(len(keys), np.int64)
    rank[by_key] = np.arange(len(keys))
    codes = rank[folded.indices.to_numpy()]
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(keys)))])
    return Spellings(
        keys=keys[by_key],
        starts=starts.astype(np.int64),
        words=words.take(pa.array(order)),
        raws=raws.take(pa.array(order)),
        persons=persons.to_numpy()[order],
    )


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def sort_keys(values: pa.Table, column: str) -> pa.Table:
    """The key that lists are sorted by, for each value: columns raw, key.

    Args:
        values: rows of VALUES.
        column: family, or given: the first of the given names counts.
    """
    raws = _whole(values.filter(pc.equal(values["column_name"], column))["raw"])
    words = raws
    if column == "given":
        words = pc.replace_substring_regex(pc.utf8_trim_whitespace(raws), r"\s.*", "")
    return pa.table({"raw": raws, "key": _on_distinct(words, letters)})


def _on_distinct(words: pa.Array, make: Callable[[str], str]) -> pa.Array:
    encoded = words.dictionary_encode()
    made = [make(word) for word in encoded.dictionary.to_pylist()]
    return pa.array(made, pa.string()).take(encoded.indices)


def date_range(raw: str) -> tuple[str, str]:
    """First and last day that a birth date with unknown parts `00` can mean; '' if none."""
    year, month, day = [*raw.split("-"), "00", "00"][:3]
    if len(raw) < 4 or year == "0000":
        return "", ""
    if month == "00":
        return f"{year}-01-01", f"{year}-12-31"
    if day == "00":
        return f"{year}-{month}-01", f"{year}-{month}-31"
    return raw, raw


@dataclass(frozen=True, slots=True)
class Dates:
    """The distinct birth dates: value, first and last day, persons."""

    raws: pa.Array
    first: NDArray[np.str_]
    last: NDArray[np.str_]
    persons: NDArray[np.int64]

    def meant(self, term: Term) -> NDArray[np.int64]:
        """Places of the dates inside the four bounds of a term (see queries.Term)."""
        least_first, most_first, least_last, most_last = term.value
        mask = (self.first != "") & (self.first >= least_first) & (self.last >= least_last)
        if most_first:
            mask &= self.first < most_first
        if most_last:
            mask &= self.last < most_last
        found: NDArray[np.int64] = np.flatnonzero(mask)
        return found


def birth_dates(values: pa.Table) -> Dates:
    """The distinct birth dates of the directory."""
    mine = values.filter(pc.equal(values["column_name"], "birth"))
    raws = _whole(mine["raw"])
    ranges = [date_range(raw) for raw in raws.to_pylist()]
    return Dates(
        raws=raws,
        first=np.array([first for first, _ in ranges] or [""], dtype=np.str_)[: len(ranges)],
        last=np.array([last for _, last in ranges] or [""], dtype=np.str_)[: len(ranges)],
        persons=mine["persons"].to_numpy().astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class Meaning:
    """What clauses mean in this directory: the values that answer, and how many persons."""

    rows: pa.Table  # of CLAUSE_VALUES
    persons: dict[int, int]


def meaning(values: pa.Table, clauses: Sequence[Clause], *, skip: AbstractSet[int]) -> Meaning:
    """The values that answer each clause.

    Args:
        values: rows of VALUES, for every column that the clauses name, direct ones aside.
        clauses: the clause of number i stands at place i.
        skip: clauses of direct columns, which the engine compares itself.
    """
    columns = {t.column for i, c in enumerate(clauses) if i not in skip for t in c}
    known = {c: spellings(values, c) for c in sorted(columns - {"birth"})}
    dates = birth_dates(values)
    parts: list[pa.Table] = []
    totals: dict[int, int] = {}
    for i, clause in enumerate(clauses):
        if i in skip:
            totals[i] = len(clause)
            continue
        for column in sorted({term.column for term in clause}):
            mine = [term for term in clause if term.column == column]
            if column == "birth":
                places = np.unique(np.concatenate([dates.meant(t) for t in mine]))
                raws, count = dates.raws, int(dates.persons[places].sum())
            else:
                words = known[column]
                places = np.unique(np.concatenate([words.meant(t) for t in mine]))
                raws = words.raws
                count = int(words.persons[places].sum())
            totals[i] = totals.get(i, 0) + count
            parts.append(_rows(i, column, raws.take(pa.array(places))))
    empty = pa.table(
        {
            "clause": pa.array([], pa.int64()),
            "column_name": pa.array([], pa.string()),
            "raw": pa.array([], pa.string()),
        }
    )
    return Meaning(rows=pa.concat_tables([empty, *parts]), persons=totals)


def _rows(clause: int, column: str, raws: pa.Array) -> pa.Table:
    distinct = pc.unique(raws)
    n = len(distinct)
    return pa.table(
        {
            "clause": pa.array(np.full(n, clause, dtype=np.int64)),
            "column_name": pa.array([column] * n, pa.string()),
            "raw": distinct,
        }
    )
