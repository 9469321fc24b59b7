"""Two revisions compared: who came in, who left, whose grade changed, and why.

The reason of a person is the first that holds: its records were merged or parted; a session
that shows it is newly retained, or is no longer; else the rule that speaks for it (gap, silent
operation, undecided act) came or went.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tocsin.core.records import Says
from tocsin.core.tables import COUNT, GROUNDS, PEOPLE, REACH, TEXT, Column, Step, Table, table

Row = Mapping[str, Any]


def of_side(shape: Table, side: str) -> Table:
    """A published table under the name of one side, `was` or `now`."""
    return Table(name=f"{side}_{shape.name}", per=shape.per, columns=shape.columns)


SIDES = ("was", "now")
COMPARED = (REACH, PEOPLE, GROUNDS)
"""What is read of each revision."""

HELD = table("now_or_was_held", "session retained by only one side", session=TEXT, side=TEXT)
BEST = Table(
    name="best",
    per="person of one side, with its best grade",
    columns=(Column("person", TEXT), Column("grade", COUNT), Column("rule", TEXT)),
)
MOVED = table(
    "moved_persons",
    "person whose grade is not the same on both sides (0 = not in reach)",
    person=TEXT,
    was=COUNT,
    now=COUNT,
    was_rule=TEXT,
    now_rule=TEXT,
)
WHY = table(
    "moved_why",
    "moved person, with what explains it",
    person=TEXT,
    was=COUNT,
    now=COUNT,
    reason=TEXT,
    session=TEXT,  # '' where no session explains it
    other=TEXT,  # the person that a merge or a parting concerns, '' if none
)

_GRADE = "CASE r.grade WHEN 'certain' THEN 1 WHEN 'probable' THEN 2 ELSE 3 END"
_WORDS = {0: "", 1: "certain", 2: "probable", 3: "possible"}

REASONS: Mapping[str, Says] = {
    "merged": Says(
        "ses fiches sont désormais réunies à celles d'une autre personne",
        "its records are now merged with those of another person",
    ),
    "parted": Says(
        "ses fiches étaient réunies à celles d'une autre personne, elles en sont séparées",
        "its records were merged with those of another person, and are parted from them",
    ),
    "retained": Says(
        "une session qui la concerne est désormais retenue comme usurpée",
        "a session that concerns it is now retained as usurped",
    ),
    "released": Says(
        "une session qui la concernait n'est plus retenue",
        "a session that concerned it is no longer retained",
    ),
    "undecided": Says(
        "des actes non tranchés peuvent désormais la montrer",
        "undecided acts may now show it",
    ),
    "settled": Says(
        "les actes non tranchés qui pouvaient la montrer ont été tranchés",
        "the undecided acts that could show it were settled",
    ),
    "blind": Says(
        "un trou des traces peut désormais la concerner",
        "a gap of the trail may now concern it",
    ),
    "sighted": Says(
        "le trou des traces qui pouvait la concerner ne compte plus",
        "the gap of the trail that could concern it no longer counts",
    ),
    "silent": Says(
        "une opération non tracée peut désormais la concerner",
        "an operation that is not trailed may now concern it",
    ),
    "told": Says(
        "l'opération non tracée qui pouvait la concerner ne compte plus",
        "the operation that is not trailed and could concern it no longer counts",
    ),
    "reread": Says(
        "mêmes sessions : les traces, l'annuaire, le catalogue ou la version de Tocsin ont "
        "changé",
        "same sessions: the trail, the directory, the catalogue or the version of Tocsin "
        "changed",
    ),
}
"""Why a person came, left or changed grade."""


def best(side: str) -> Step:
    """The best grade of each person of a side. Reads: its reach."""
    return Step(
        fills=Table(name=f"{side}_best", per=BEST.per, columns=BEST.columns),
        reads=(f"{side}_reach",),
        sql=f"""
SELECT b.person AS person, min(b.grade) AS grade, min(b.rule) AS rule
FROM (SELECT r.person AS person, {_GRADE} AS grade, r.rule AS rule,
    min({_GRADE}) OVER (PARTITION BY r.person) AS best FROM {side}_reach AS r) AS b
WHERE b.grade = b.best GROUP BY b.person
""",
    )


def moved() -> Step:
    """The persons that came, left or changed grade. Reads: was_best, now_best."""
    return Step(
        fills=MOVED,
        reads=("was_best", "now_best"),
        sql="""
SELECT coalesce(n.person, w.person) AS person, coalesce(w.grade, 0) AS was,
  coalesce(n.grade, 0) AS now, coalesce(w.rule, '') AS was_rule,
  coalesce(n.rule, '') AS now_rule
FROM was_best AS w FULL OUTER JOIN now_best AS n ON n.person = w.person
WHERE coalesce(w.grade, 0) <> coalesce(n.grade, 0)
""",
    )


def why() -> Step:
    """What explains each move.

    Reads: moved_persons, now_best, was_people, now_people, was_scope_grounds,
        now_scope_grounds, now_or_was_held
    """
    return Step(
        fills=WHY,
        reads=(
            "moved_persons",
            "now_best",
            "was_people",
            "now_people",
            "was_scope_grounds",
            "now_scope_grounds",
            "now_or_was_held",
        ),
        sql="""
WITH joined AS (SELECT w.person AS person, min(n.person) AS other FROM was_people AS w
  JOIN now_people AS n ON n.record = w.record WHERE n.person <> w.person GROUP BY w.person),
parted AS (SELECT n.person AS person, min(w.person) AS other, count(b.person) AS stays
  FROM now_people AS n JOIN was_people AS w ON w.record = n.record
  LEFT JOIN now_best AS b ON b.person = w.person
  WHERE n.person <> w.person GROUP BY n.person),
come AS (SELECT g.person AS person, min(g.session) AS session FROM now_scope_grounds AS g
  JOIN now_or_was_held AS h ON h.session = g.session AND h.side = 'now' GROUP BY g.person),
gone AS (SELECT g.person AS person, min(g.session) AS session FROM was_scope_grounds AS g
  JOIN now_or_was_held AS h ON h.session = g.session AND h.side = 'was' GROUP BY g.person),
told AS (SELECT m.person AS person, m.was AS was, m.now AS now,
    CASE WHEN m.now = 0 AND j.person IS NOT NULL THEN 'merged'
      WHEN m.was = 0 AND p.person IS NOT NULL
        THEN CASE WHEN p.stays > 0 THEN 'parted' ELSE 'merged' END
      WHEN c.person IS NOT NULL AND (m.was = 0 OR (m.now > 0 AND m.now < m.was))
        THEN 'retained'
      WHEN g.person IS NOT NULL AND (m.now = 0 OR m.now > m.was) THEN 'released'
      WHEN m.now > 0 AND (m.was = 0 OR m.now > m.was)
        THEN CASE WHEN m.now_rule IN ('undecided', 'blind', 'silent') THEN m.now_rule
          ELSE 'reread' END
      WHEN m.was_rule = 'undecided' THEN 'settled'
      WHEN m.was_rule = 'blind' THEN 'sighted'
      WHEN m.was_rule = 'silent' THEN 'told' ELSE 'reread' END AS reason,
    coalesce(c.session, '') AS came_by, coalesce(g.session, '') AS left_by,
    coalesce(j.other, '') AS into, coalesce(p.other, '') AS out_of
  FROM moved_persons AS m
  LEFT JOIN joined AS j ON j.person = m.person
  LEFT JOIN parted AS p ON p.person = m.person
  LEFT JOIN come AS c ON c.person = m.person
  LEFT JOIN gone AS g ON g.person = m.person)
SELECT t.person AS person, t.was AS was, t.now AS now, t.reason AS reason,
  CASE t.reason WHEN 'retained' THEN t.came_by WHEN 'released' THEN t.left_by ELSE '' END
    AS session,
  CASE WHEN t.reason NOT IN ('merged', 'parted') THEN '' WHEN t.now = 0 THEN t.into
    ELSE t.out_of END AS other
FROM told AS t
""",
    )


def held_by_one(was: Row, now: Row) -> list[tuple[str, str]]:
    """Rows of HELD: the sessions that only one of two summaries retains."""
    one, other = (set(side["retained"]["sessions"]) for side in (was, now))
    return [(s, "was") for s in sorted(one - other)] + [(s, "now") for s in sorted(other - one)]


def document(was: Row, now: Row, rows: Iterable[Row]) -> dict[str, Any]:
    """The comparison as one document.

    Args:
        was: the summary of the earlier revision.
        now: the summary of the later one.
        rows: rows of WHY, by person.
    """
    listed = [_person(row) for row in rows]
    parts = {
        "came_in": [one for one in listed if not one["was"]],
        "left": [one for one in listed if not one["now"]],
        "changed": [one for one in listed if one["was"] and one["now"]],
    }
    return {
        "from": was["revision"],
        "to": now["revision"],
        "propositions": [bool(was["proposition"]), bool(now["proposition"])],
        "persons": {"from": was["persons"], "to": now["persons"]},
        "sessions": {
            side: [s for s, of in held_by_one(was, now) if of == mark]
            for side, mark in (("newly_retained", "now"), ("no_longer_retained", "was"))
        },
        **parts,
        "why": [
            _counted(name, code, parts[name])
            for name in parts
            for code in REASONS
            if any(one["reason"] == code for one in parts[name])
        ],
        "statements": _statements(was, now),
    }


def _person(row: Row) -> dict[str, Any]:
    return {
        "person": row["person"],
        "was": _WORDS[int(row["was"])],
        "now": _WORDS[int(row["now"])],
        "reason": row["reason"],
        "session": row["session"],
        "other": row["other"],
    }


def _counted(move: str, code: str, listed: Sequence[Row]) -> dict[str, Any]:
    says = REASONS[code]
    mine = [one for one in listed if one["reason"] == code]
    return {
        "move": move,
        "reason": code,
        "persons": len(mine),
        "sessions": sorted({one["session"] for one in mine} - {""}),
        "says": {"fr": says.fr, "en": says.en},
    }


def _statements(was: Row, now: Row) -> list[dict[str, str]]:
    before = {s["category"]: s["finding"] for s in was["statements"]}
    return [
        {"category": s["category"], "was": before.get(s["category"], ""), "now": s["finding"]}
        for s in now["statements"]
        if before.get(s["category"]) != s["finding"]
    ]
