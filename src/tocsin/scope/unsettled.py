"""Acts that nobody settled, and the owner's own: counted apart, with what each choice does."""

from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.core.tables import COUNT, Step, table
from tocsin.scope.settled import OPEN, OWN

Row = Mapping[str, Any]

UNSETTLED = table(
    "scope_unsettled",
    "figure",
    sessions=COUNT,
    acts=COUNT,
    persons=COUNT,  # of reach, that open acts may show
    named=COUNT,  # of them, named by a line
    only=COUNT,  # in reach by open acts alone
    certain_if=COUNT,  # certain, were all these acts the thief's
    probable_if=COUNT,
)
OWNERS = table(
    "scope_owners",
    "figure of the owner's acts in sessions that are not wholly his",
    acts=COUNT,
    persons=COUNT,
    apart=COUNT,  # of them, in no row of reach
)


def unsettled() -> Step:
    """What hangs on the acts that are undecided, or suspected and not reviewed.

    Reads: scope_acts, scope_sightings, scope_records, scope_vista_persons, scope_parts
    """
    return Step(
        fills=UNSETTLED,
        reads=(
            "scope_acts",
            "scope_sightings",
            "scope_records",
            "scope_vista_persons",
            "scope_parts",
        ),
        sql=f"""
WITH loose AS (SELECT DISTINCT r.person AS person FROM scope_sightings AS s
  JOIN scope_records AS r ON r.record = s.record WHERE s.rule = 'undecided'),
named AS (SELECT DISTINCT r.person AS person FROM scope_acts AS a
  JOIN scope_records AS r ON r.record = a.person
  WHERE a.class_ = '{OPEN}' AND a.outcome = 'ok'
    AND a.persons IN ('named', 'query', 'export')),
held AS (SELECT r.person AS person FROM scope_sightings AS s
  JOIN scope_records AS r ON r.record = s.record WHERE s.rule <> 'undecided'
  UNION
  SELECT r.person AS person FROM scope_vista_persons AS v
  JOIN scope_records AS r ON r.record = v.record),
told AS (SELECT k.person AS person, k.grade AS grade, l.person AS loose, n.person AS named,
    h.person AS held
  FROM scope_parts AS k
  LEFT JOIN loose AS l ON l.person = k.person
  LEFT JOIN named AS n ON n.person = k.person
  LEFT JOIN held AS h ON h.person = k.person
  WHERE k.part = '*')
SELECT a.sessions AS sessions, a.acts AS acts, t.persons AS persons, t.named AS named,
  t.only_ AS only, t.certain_if AS certain_if, t.probable_if AS probable_if
FROM (SELECT count(DISTINCT session) AS sessions, count(*) AS acts FROM scope_acts
  WHERE class_ = '{OPEN}') AS a
CROSS JOIN (SELECT count(loose) AS persons, count(named) AS named,
    count(CASE WHEN loose IS NOT NULL AND held IS NULL THEN 1 END) AS only_,
    count(CASE WHEN grade = 1 OR named IS NOT NULL THEN 1 END) AS certain_if,
    count(CASE WHEN grade <= 2 OR loose IS NOT NULL THEN 1 END) AS probable_if
  FROM told) AS t
""",
    )


def owners() -> Step:
    """The owner's own acts in the same sessions: his patients were not robbed.

    Reads: scope_acts, scope_people
    """
    return Step(
        fills=OWNERS,
        reads=("scope_acts", "scope_people"),
        sql=f"""
SELECT count(*) AS acts, count(DISTINCT CASE WHEN a.person <> '' THEN a.person END) AS persons,
  count(DISTINCT CASE WHEN a.person <> '' AND r.record IS NULL THEN a.person END) AS apart
FROM scope_acts AS a LEFT JOIN scope_people AS r ON r.record = a.person
WHERE a.class_ = '{OWN}'
""",
    )


def document(
    loose: Sequence[Row], own: Sequence[Row], persons: Mapping[str, int]
) -> dict[str, Any]:
    """What hangs on undecided acts, and the owner's patients apart.

    Args:
        loose: the row of UNSETTLED.
        own: the row of OWNERS.
        persons: certain, probable and possible as they stand.
    """
    (row,), (mine,) = loose, own
    only = int(row["only"])
    return {
        "sessions": int(row["sessions"]),
        "acts": int(row["acts"]),
        "persons": int(row["persons"]),
        "only_so": only,
        "if_usurped": {
            "certain": int(row["certain_if"]),
            "probable": int(row["probable_if"]),
            "possible": persons["possible"],
        },
        "if_legitimate": {
            "certain": persons["certain"],
            "probable": persons["probable"],
            "possible": persons["possible"] - only,
        },
        "owner": {
            "acts": int(mine["acts"]),
            "persons": int(mine["persons"]),
            "not_in_scope": int(mine["apart"]),
        },
    }
