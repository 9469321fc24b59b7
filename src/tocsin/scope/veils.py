"""Veils: persons whom nothing but a gap may have shown, counted by what it may have shown.

A gap over a region may have shown millions of persons. Of those whom no line and no replay
touches, whose record is merged with no other and who are no test identity, only two things
differ: the vistas in which they stand and the columns that their record holds. A set of both
is a veil. There are few, and each gives the same rows of reach to all its persons, so that
persons are counted by veils. Rows are made for each person when reach is written, not before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.core.tables import COUNT, TEXT, US, Column, Step, Table, table
from tocsin.scope.blind import NO_LIMIT
from tocsin.scope.reach import REACHED
from tocsin.scope.unseen import Unseen, columns_of

WORD_BITS = 62
"""Bits of a word: a sum of all stays inside a signed integer of 64."""

MOST_WORDS = 8
"""Beyond, persons are told one by one: each word is a column to group by."""

UNDER = table("scope_under_veils", "person under a veil", person=TEXT, veil=COUNT)
VEIL_ITEMS = table(
    "scope_veil_items",
    "veil and item that may have been shown",
    veil=COUNT,
    item=TEXT,
    rule=TEXT,
    first_us=US,
    last_us=US,
    sessions=COUNT,
)
VEIL_VISTAS = table(
    "scope_veil_vistas",
    "veil and vista in which its persons stand",
    veil=COUNT,
    context=COUNT,
    most=COUNT,
    unlimited=COUNT,  # 1 where one of the veil's vistas has no limit
)
VEIL_COUNTS = table(
    "scope_veil_counts",
    "veil and controller ('*' = all)",
    part=TEXT,
    veil=COUNT,
    persons=COUNT,
)
REACH_WHOLE = Table(
    name="scope_reach", per="person, controller and item", columns=REACHED.columns
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the bits of each vista stand: one for being there, one for each column held.

    Args:
        columns: of persons, in the order of the bits of `held`.
        vistas: how many.
    """

    columns: tuple[str, ...]
    vistas: int

    @property
    def bits(self) -> int:
        """Bits of one vista."""
        return 1 + len(self.columns)

    @property
    def each(self) -> int:
        """Vistas in one word."""
        return WORD_BITS // self.bits

    @property
    def words(self) -> int:
        """Words of a veil; 0 where nobody is veiled."""
        if not self.vistas or not self.each:
            return 0
        needed = -(-self.vistas // self.each)
        return needed if needed <= MOST_WORDS else 0

    def place(self, context: int) -> tuple[int, int]:
        """Word of a vista, and the bit that says that the person stands there."""
        return context // self.each, context % self.each * self.bits

    def masks(self, context: int, column: str) -> tuple[int, ...]:
        """What each word must hold for an item of that column to be shown in the vista."""
        word, first = self.place(context)
        mask = 1 << first
        if column:
            mask |= 1 << (first + 1 + self.columns.index(column))
        return tuple(mask if n == word else 0 for n in range(self.words))


def layout(items: Sequence[Unseen], vistas: int) -> Layout:
    """The layout for what gaps may have shown in so many vistas."""
    return Layout(columns=columns_of(items), vistas=vistas)


def bits_table(laid: Layout) -> Table:
    """The shape of the rows of `bit_rows`."""
    return Table(
        name="scope_veil_bits",
        per="vista and item, or vista and '' for standing there",
        columns=(Column("context", COUNT), Column("item", TEXT), *_words(laid)),
    )


def bit_rows(laid: Layout, items: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """What the words must hold for each item of each vista.

    Args:
        laid: where the bits stand.
        items: rows of VISTA_ITEMS.
    """
    there = [(n, "", *laid.masks(n, "")) for n in range(laid.vistas)]
    return [*there, *((n, i, *laid.masks(int(str(n)), str(c))) for n, i, c, *_ in items)]


def _words(laid: Layout) -> tuple[Column, ...]:
    return tuple(Column(f"w{n}", COUNT) for n in range(laid.words))


def steps(laid: Layout) -> tuple[Step, ...]:
    """Fill UNDER, VEIL_ITEMS, VEIL_VISTAS and VEIL_COUNTS; one after the other.

    Reads:   scope_vista_persons, scope_records, scope_veil_bits, scope_vista_items,
        scope_vistas, person_controllers
    Silence: a person of whom no item could be shown has no row
    """
    names = [column.name for column in _words(laid)]
    shape = Table(
        name="scope_veil_words",
        per="record that is not told one by one",
        columns=(Column("person", TEXT), *_words(laid)),
    )
    return (
        Step(
            fills=shape,
            reads=("scope_vista_persons", "scope_records"),
            sql=_summed(laid),
        ),
        Step(
            fills=Table(
                name="scope_veils",
                per="veil",
                columns=(Column("veil", COUNT), *_words(laid)),
            ),
            reads=(shape.name,),
            sql=f"""
SELECT row_number() OVER (ORDER BY {", ".join(f"d.{n}" for n in names)}) AS veil,
  {", ".join(f"d.{n} AS {n}" for n in names)}
FROM (SELECT DISTINCT {", ".join(f"m.{n} AS {n}" for n in names)} FROM {shape.name} AS m) AS d
""",
        ),
        _items(laid),
        _vistas(laid),
        Step(
            fills=UNDER,
            reads=(shape.name, "scope_veils", VEIL_ITEMS.name),
            sql=f"""
SELECT m.person AS person, v.veil AS veil FROM {shape.name} AS m
JOIN scope_veils AS v ON {" AND ".join(f"v.{n} = m.{n}" for n in names)}
JOIN (SELECT DISTINCT veil FROM {VEIL_ITEMS.name}) AS i ON i.veil = v.veil
ORDER BY person
""",
        ),
        _counts(),
    )


def _summed(laid: Layout) -> str:
    """SQL: the words of each person, the bits of the vistas added up; no bit comes twice."""
    if laid.vistas == 1:
        return """
SELECT v.record AS person, 1 + 2 * v.held AS w0
FROM scope_vista_persons AS v LEFT JOIN scope_records AS r ON r.record = v.record
WHERE r.record IS NULL
"""
    sums = []
    for word in range(laid.words):
        here = [n for n in range(laid.vistas) if laid.place(n)[0] == word]
        cases = " ".join(f"WHEN {n} THEN {1 << laid.place(n)[1]}" for n in here)
        sums.append(f"sum((1 + 2 * v.held) * CASE v.context {cases} ELSE 0 END) AS w{word}")
    return f"""
SELECT v.record AS person, {", ".join(sums)}
FROM scope_vista_persons AS v LEFT JOIN scope_records AS r ON r.record = v.record
WHERE r.record IS NULL GROUP BY v.record
"""


def _holds(laid: Layout) -> str:
    return " AND ".join(f"(v.{c.name} & b.{c.name}) = b.{c.name}" for c in _words(laid))


def _items(laid: Layout) -> Step:
    return Step(
        fills=VEIL_ITEMS,
        reads=("scope_veils", "scope_veil_bits", "scope_vista_items"),
        sql=f"""
SELECT v.veil AS veil, i.item AS item, min(i.rule) AS rule, min(i.first_us) AS first_us,
  max(i.last_us) AS last_us, max(i.sessions) AS sessions
FROM scope_veils AS v
JOIN scope_veil_bits AS b ON {_holds(laid)}
JOIN scope_vista_items AS i ON i.context = b.context AND i.item = b.item
GROUP BY v.veil, i.item
""",
    )


def _vistas(laid: Layout) -> Step:
    return Step(
        fills=VEIL_VISTAS,
        reads=("scope_veils", "scope_veil_bits", "scope_vistas"),
        sql=f"""
SELECT v.veil AS veil, x.context AS context, x.most AS most,
  max(CASE WHEN x.most >= {NO_LIMIT} THEN 1 ELSE 0 END) OVER (PARTITION BY v.veil)
    AS unlimited
FROM scope_veils AS v
JOIN scope_veil_bits AS b ON b.item = '' AND {_holds(laid)}
JOIN scope_vistas AS x ON x.context = b.context
""",
    )


def _counts() -> Step:
    return Step(
        fills=VEIL_COUNTS,
        reads=(UNDER.name, "person_controllers"),
        sql=f"""
SELECT '*' AS part, k.veil AS veil, count(*) AS persons FROM {UNDER.name} AS k
GROUP BY k.veil
UNION ALL
SELECT concat('=', coalesce(c.controller, '')) AS part, k.veil AS veil, count(*) AS persons
FROM {UNDER.name} AS k LEFT JOIN person_controllers AS c ON c.person = k.person
GROUP BY coalesce(c.controller, ''), k.veil
""",
    )


FILLED = (UNDER, VEIL_ITEMS, VEIL_VISTAS, VEIL_COUNTS)
"""What others read: empty where nobody is veiled."""


def whole() -> Step:
    """Every row of reach, for writing: persons told one by one, then those under a veil.

    Evaluated where it is read. Each part comes in the order of persons.

    Reads: scope_reached, scope_under_veils, scope_veil_items, person_controllers
    """
    names = ", ".join(f"r.{name} AS {name}" for name in REACHED.names)
    return Step(
        fills=REACH_WHOLE,
        reads=(REACHED.name, UNDER.name, VEIL_ITEMS.name, "person_controllers"),
        sql=f"""
SELECT {names} FROM (SELECT * FROM {REACHED.name} ORDER BY person, controller, item) AS r
UNION ALL
SELECT k.person AS person, coalesce(c.controller, '') AS controller, i.item AS item,
  'possible' AS grade, i.rule AS rule, i.first_us AS first_us, i.last_us AS last_us,
  i.sessions AS sessions, 0 AS acts
FROM {UNDER.name} AS k
LEFT JOIN person_controllers AS c ON c.person = k.person
JOIN {VEIL_ITEMS.name} AS i ON i.veil = k.veil
""",
        view=True,
    )
