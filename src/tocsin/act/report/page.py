"""The pieces of a page, whatever draws it: links, cells, tables, the way back of a figure."""

from dataclasses import dataclass

from tocsin.act.report.sentences import NOTHING, number, plain, say
from tocsin.core.records import Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way to another place of the page; `ref` is what paper shows instead."""

    target: str
    says: Says
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How a figure is found again: the table, the query that gives its rows, the first ids.

    `adds` says that the ids are those that this stage adds to the one before.
    """

    table: str
    query: str
    ids: tuple[str, ...] = ()
    adds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a cell: parts (class, x, width), in units of a box `width` wide."""

    width: int
    parts: tuple[tuple[str, float, float], ...]
    zero: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: a sentence, and how it is set.

    `kind`: text, number, code (an id or a place), mark (with `mark`, a sign and its colour).
    """

    says: Says
    kind: str = "text"
    mark: str = ""
    target: str = ""
    bar: Bar | None = None
    trace: Trace | None = None
    detail: tuple[Says, ...] = ()


EMPTY = Cell(says=NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: its anchor ('' = none), its cells; the first cell is the row's header."""

    cells: tuple[Cell, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: anchor, caption, column headers with their kind, rows, and a note under it."""

    anchor: str
    caption: Says
    head: tuple[tuple[Says, str], ...]
    rows: tuple[Row, ...]
    note: tuple[Says, ...] = ()
    total: Row | None = None

    @property
    def narrow(self) -> bool:
        """Whether it has too few columns to fill the page."""
        return len(self.head) <= 2


# How cells are made --------------------------------------------------------------------

ROWS_SHOWN = 400
"""Rows of a long table written in the page; the Parquet table holds the others."""


def text(says: Says, *, detail: tuple[Says, ...] = ()) -> Cell:
    """A cell of words."""
    return Cell(says=says, detail=detail)


def code(value: object, *, target: str = "") -> Cell:
    """A cell with an id, a digest or a place."""
    return Cell(says=plain(value), kind="code", target=target) if value else EMPTY


def count(value: int, *, trace: Trace | None = None) -> Cell:
    """A cell with a count, and how to find it again."""
    return Cell(says=number(value), kind="number", trace=trace)


def marked(says: Says, mark: str) -> Cell:
    """A cell with a sign and its word."""
    return Cell(says=says, kind="mark", mark=mark)


def head(*columns: tuple[str, str, str]) -> tuple[tuple[Says, str], ...]:
    """Column headers: French, English, kind."""
    return tuple((say(fr, en), kind) for fr, en, kind in columns)


def more(rows: int, table: str) -> tuple[Says, ...]:
    """The note under a table that does not show everything."""
    if rows <= 0:
        return ()
    return (
        say(
            "{n} lignes de plus dans {table}.", "{n} more rows in {table}.", n=rows, table=table
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A picture of an answer: its address as data, and what it shows in words."""

    data: str
    tells: Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a question: conclusion, confidence, why, evidence, author.

    `confidence`: certain, probable or unknown.
    """

    id: str
    question: Says
    conclusion: tuple[Says, ...]
    confidence: str
    because: tuple[Says, ...]
    evidence: tuple[Link, ...]
    author: Says
    plot: Plot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer before it is put under its question."""

    confidence: str
    conclusion: tuple[Says, ...]
    because: tuple[Says, ...] = ()
    evidence: tuple[str, ...] = ()
    plot: Plot | None = None
