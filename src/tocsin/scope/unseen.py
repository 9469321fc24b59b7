"""What gaps and silent operations may have shown, person by person, beyond the facts.

Only of those who must be told apart one by one (scope/people.py, RECORDS): all others are
counted by what they have in common (scope/veils.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.core.tables import COUNT, TEXT, Step, Table, table
from tocsin.scope.reach import REACHED

UNSEEN = table(
    "scope_unseen",
    "person, controller and vista, with the columns that hold a value",
    context=COUNT,
    person=TEXT,
    controller=TEXT,
    held=COUNT,
)
"""Made once for all items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """An item that gaps or silent operations may have shown.

    Args:
        item: its name.
        column: the column of persons that it rests on, '' for none.
        vistas: in how many vistas it stands.
    """

    item: str
    column: str
    vistas: int


def columns_of(items: Sequence[Unseen]) -> tuple[str, ...]:
    """The columns that items rest on, in the order of the bits of `held`."""
    return tuple(sorted({item.column for item in items} - {""}))


def reached(items: Sequence[Unseen]) -> tuple[Step, ...]:
    """The rows of reach of persons told one by one: facts, and what nothing excludes.

    One item after the other, each a table of its own: only one item's rows have to be held
    together.

    Args:
        items: what gaps and silent operations may have shown.

    Units: for blind and silent rows the times are those of the gap or session, `sessions`
        those of the accounts concerned, and `acts` is 0: no line tells of one
    """
    columns = columns_of(items)
    parts = [_unseen(n, item, columns) for n, item in enumerate(items)]
    word = "CASE f.grade WHEN 1 THEN 'certain' WHEN 2 THEN 'probable' ELSE 'possible' END"
    names = ", ".join(REACHED.names)
    seen_ = f"""
SELECT f.person AS person, f.controller AS controller, f.item AS item, {word} AS grade,
  f.rule AS rule, f.first_us AS first_us, f.last_us AS last_us, f.sessions AS sessions,
  f.acts AS acts
FROM scope_facts AS f
"""
    rest = [f"SELECT {names} FROM {part.name}" for part in parts]
    whole = Step(
        fills=REACHED,
        reads=("scope_facts", *(part.name for part in parts)),
        sql=" UNION ALL ".join([seen_, *rest]),
    )
    return (*([_unseen_people()] if items else ()), *parts, whole)


def _unseen_people() -> Step:
    """Who stands inside each vista for which controller, and what its records hold."""
    return Step(
        fills=UNSEEN,
        reads=("scope_vista_persons", "scope_records", "scope_held_by"),
        sql="""
SELECT v.context AS context, r.person AS person, coalesce(c.controller, '') AS controller,
  bit_or(v.held) AS held
FROM scope_vista_persons AS v
JOIN scope_records AS r ON r.record = v.record
LEFT JOIN scope_held_by AS c ON c.record = v.record
WHERE NOT r.test
GROUP BY v.context, r.person, coalesce(c.controller, '')
""",
    )


def _unseen(n: int, item: Unseen, columns: Sequence[str]) -> Step:
    """Whom gaps and silent operations may have shown an item of, beyond the facts."""
    named = "'" + item.item.replace("'", "''") + "'"
    held = f"(u.held & {1 << columns.index(item.column)}) <> 0" if item.column else "true"
    rows = f"""SELECT u.person AS person, u.controller AS controller, i.rule AS rule,
    i.first_us AS first_us, i.last_us AS last_us, i.sessions AS sessions
  FROM {UNSEEN.name} AS u
  JOIN scope_vista_items AS i ON i.context = u.context AND i.item = {named} WHERE {held}"""
    if item.vistas > 1:
        rows = f"""SELECT a.person AS person, a.controller AS controller, min(a.rule) AS rule,
    min(a.first_us) AS first_us, max(a.last_us) AS last_us, max(a.sessions) AS sessions
  FROM ({rows}) AS a GROUP BY a.person, a.controller"""
    return Step(
        fills=Table(name=f"{REACHED.name}_{n}", per=REACHED.per, columns=REACHED.columns),
        reads=("scope_facts", UNSEEN.name, "scope_vista_items"),
        sql=f"""
SELECT w.person AS person, w.controller AS controller, {named} AS item, 'possible' AS grade,
  w.rule AS rule, w.first_us AS first_us, w.last_us AS last_us, w.sessions AS sessions,
  0 AS acts
FROM ({rows}) AS w
LEFT JOIN (SELECT person, controller FROM scope_facts WHERE item = {named}) AS k
  ON k.person = w.person AND k.controller = w.controller
WHERE k.person IS NULL
""",
    )
