"""Whom care explains: the persons that a session reached, and why it would have reached them.

2 = the account's own relation (appointment, stay, referral, team), or it writes in their
record, as a thief who harvests does not; reading again explains nothing. 1 = a relation of
its organisation, a colleague of the same organisation or place who works on the same person, a
record that the organisation holds. 0 = nothing.
Searches name nobody and explain nothing.

What care and the directory say is found account by account; whom a colleague works on too is
asked of all accounts at once, for those only whom nothing else explains.
"""

from tocsin.core.tables import Step
from tocsin.core.zones import DAY_US
from tocsin.detect.lines import treats
from tocsin.detect.tables import (
    CARE_FACTS,
    CHANCE_ALL,
    CHANCE_HOUSE,
    CHANCE_OWN,
    EXPLAINED,
    KNOWN,
    NAMED,
    OPEN,
    SHARED,
    STATED,
)
from tocsin.detect.tables_hand import RELATED, TOUCHED

BEFORE_US = 7 * DAY_US
"""A file is prepared up to a week before the relation begins."""

AFTER_US = 30 * DAY_US
"""Letters, results and bills follow for a month after it ends."""

REACHING = "('open', 'export', 'write', 'other')"
"""Kinds of act that show or change a person's record."""


def touched() -> tuple[Step, ...]:
    """Persons that a session names, and when it first opened, exported or wrote their record.

    Acts of another declared purpose than treatment are left out: care cannot explain them, and
    its absence says nothing.
    """

    def reaching(row: str) -> str:
        return f"h.good = 1 AND h.kind IN {REACHING} AND {row}.treats = 1"

    return (
        Step(
            fills=TOUCHED,
            reads=("detect_done", "detect_more"),
            sql=f"""
SELECT t.s AS s, min(t.acc) AS acc, min(t.net) AS net, t.person AS person, min(t.us) AS us,
       max(t.wrote) AS wrote
FROM (
  SELECT h.s AS s, h.acc AS acc, h.net AS net, h.person AS person,
         CASE WHEN {reaching("h")} THEN h.us END AS us,
         CASE WHEN {reaching("h")} AND h.kind = 'write' THEN 1 ELSE 0 END AS wrote
  FROM detect_done AS h
  WHERE h.person <> ''
  UNION ALL
  SELECT h.s AS s, h.acc AS acc, h.net AS net, a.person AS person,
         CASE WHEN {reaching("a")} THEN h.us END AS us,
         CASE WHEN {reaching("a")} AND h.kind = 'write' THEN 1 ELSE 0 END AS wrote
  FROM detect_more AS a
  JOIN detect_done AS h ON h.file = a.file AND h.position = a.position
) AS t
GROUP BY t.s, t.person""",
        ),
        Step(
            fills=NAMED,
            reads=("detect_touched",),
            sql="""
SELECT t.s AS s, count(*) AS persons
FROM detect_touched AS t
GROUP BY t.s""",
        ),
        Step(
            fills=KNOWN,
            reads=("detect_touched",),
            sql="""
SELECT t.acc AS acc, t.net AS net, t.person AS person, max(t.wrote) AS wrote
FROM detect_touched AS t
WHERE t.us IS NOT NULL
GROUP BY t.acc, t.net, t.person""",
        ),
    )


def _stated(reached: str, known: str, *, related: str = "") -> str:
    """The strength of care and of the directory by themselves, for rows of a relation.

    Args:
        reached: a relation of sessions and persons, with acc, net and us.
        known: whom the accounts know, with wrote.
        related: more conditions on the relations of care.
    """
    return f"""
SELECT k.s AS s, k.acc AS acc, k.net AS net, k.person AS person,
       CASE WHEN coalesce(x.strength, 0) = 2 OR w.person IS NOT NULL THEN 2
            WHEN x.strength = 1 OR c.person IS NOT NULL THEN 1
            ELSE 0 END AS strength
FROM {reached} AS k
JOIN detect_houses AS o ON k.acc = o.acc
LEFT JOIN (
  SELECT r.s AS s, r.person AS person,
         max(CASE WHEN c.account = a.account AND c.account <> '' AND c.kind <> 'territory'
                  THEN 2 ELSE 1 END) AS strength
  FROM {reached} AS r
  JOIN detect_actors AS a ON r.acc = a.acc
  JOIN detect_houses AS o ON r.acc = o.acc
  JOIN care AS c ON c.person = r.person
  WHERE ((c.account = a.account AND c.account <> '')
      OR (c.organisation = o.house AND c.organisation <> ''))
    AND (c.start_us IS NULL OR r.us >= c.start_us - {BEFORE_US})
    AND (c.end_us IS NULL OR r.us <= c.end_us + {AFTER_US}){related}
  GROUP BY r.s, r.person
) AS x ON k.s = x.s AND k.person = x.person
LEFT JOIN (
  SELECT DISTINCT n.acc AS acc, n.person AS person FROM {known} AS n WHERE n.wrote = 1
) AS w ON k.acc = w.acc AND k.person = w.person
LEFT JOIN (
  SELECT DISTINCT p.person AS person, p.controller AS house FROM person_controllers AS p
) AS c ON k.person = c.person AND o.house = c.house
WHERE k.us IS NOT NULL"""


def stated() -> tuple[Step, ...]:
    """What care and the directory say of each person reached, and whom they leave open."""
    return (
        Step(
            fills=RELATED,
            reads=(
                "detect_touched",
                "detect_known",
                "detect_actors",
                "detect_houses",
                "care",
                "person_controllers",
            ),
            sql=_stated("detect_touched", "detect_known", related=" AND r.us IS NOT NULL"),
        ),
        Step(
            fills=STATED,
            reads=("detect_related",),
            sql="""
SELECT r.s AS s, sum(CASE WHEN r.strength = 2 THEN 1 ELSE 0 END) AS strong,
       sum(CASE WHEN r.strength = 1 THEN 1 ELSE 0 END) AS weak
FROM detect_related AS r
GROUP BY r.s""",
        ),
        Step(
            fills=OPEN,
            reads=("detect_related",),
            sql="""
SELECT r.s AS s, r.acc AS acc, r.net AS net, r.person AS person
FROM detect_related AS r
WHERE r.strength = 0""",
        ),
    )


_TOGETHER = """houses AS (
  SELECT a.person AS person, a.house AS house
  FROM among AS a
  WHERE a.house <> ''
  GROUP BY a.person, a.house
  HAVING min(a.acc) <> max(a.acc)
), places AS (
  SELECT a.person AS person, a.net AS net
  FROM among AS a
  WHERE a.net > 0
  GROUP BY a.person, a.net
  HAVING min(a.acc) <> max(a.acc)
)"""
"""Persons on whom two accounts work, of one house or at one place; among `among`."""


def shared() -> Step:
    """Whom a colleague, or another account at the same place, works on too: 1, else 0."""
    return Step(
        fills=SHARED,
        reads=("detect_open", "detect_known", "detect_houses"),
        sql=f"""
WITH among AS (
  SELECT k.person AS person, k.acc AS acc, k.net AS net, o.house AS house
  FROM detect_known AS k
  JOIN (SELECT DISTINCT person FROM detect_open) AS u ON k.person = u.person
  JOIN detect_houses AS o ON k.acc = o.acc
), {_TOGETHER}
SELECT u.s AS s, u.person AS person,
       CASE WHEN h.person IS NOT NULL OR p.person IS NOT NULL THEN 1 ELSE 0 END AS shared
FROM detect_open AS u
JOIN detect_houses AS o ON u.acc = o.acc
LEFT JOIN houses AS h ON u.person = h.person AND o.house = h.house
LEFT JOIN places AS p ON u.person = p.person AND u.net = p.net""",
    )


def care_facts() -> Step:
    """Per session: how many persons each strength explains."""
    return Step(
        fills=CARE_FACTS,
        reads=("detect_stated", "detect_shared"),
        sql="""
SELECT e.s AS s, e.strong AS strong, e.weak + coalesce(x.shared, 0) AS weak,
       coalesce(x.persons, 0) - coalesce(x.shared, 0) AS nothing
FROM detect_stated AS e
LEFT JOIN (
  SELECT u.s AS s, count(*) AS persons, sum(u.shared) AS shared
  FROM detect_shared AS u
  GROUP BY u.s
) AS x ON e.s = x.s""",
    )


def explained() -> Step:
    """The best explanation of each person that a wanted session reached."""
    reaching = f"r.line_good = 1 AND r.line_kind IN {REACHING} AND {treats('r.purpose')} = 1"
    return Step(
        fills=EXPLAINED,
        reads=(
            "detect_wanted_rows",
            "detect_known",
            "detect_actors",
            "detect_houses",
            "care",
            "person_controllers",
        ),
        sql=f"""
WITH reached AS (
  SELECT r.s AS s, min(r.acc) AS acc, min(r.net) AS net, r.person AS person,
         min(r.us) AS us
  FROM detect_wanted_rows AS r
  WHERE r.person <> '' AND {reaching}
  GROUP BY r.s, r.person
), among AS (
  SELECT k.person AS person, k.acc AS acc, k.net AS net, k.wrote AS wrote, o.house AS house
  FROM detect_known AS k
  JOIN (SELECT DISTINCT person FROM reached) AS u ON k.person = u.person
  JOIN detect_houses AS o ON k.acc = o.acc
), stated AS ({_stated("reached", "among")}
), {_TOGETHER}
SELECT k.s AS s, k.person AS person,
       CASE WHEN k.strength = 0 AND (h.person IS NOT NULL OR p.person IS NOT NULL) THEN 1
            ELSE k.strength END AS strength
FROM stated AS k
JOIN detect_houses AS o ON k.acc = o.acc
LEFT JOIN houses AS h ON k.person = h.person AND o.house = h.house
LEFT JOIN places AS p ON k.person = p.person AND k.net = p.net""",
    )


def chance() -> tuple[Step, ...]:
    """What a person taken at random would be to an account: own, the house's, nobody."""
    return (
        Step(
            fills=CHANCE_OWN,
            reads=("care", "detect_actors"),
            sql="""
SELECT w.acc AS acc, count(DISTINCT c.person) AS persons
FROM care AS c
JOIN detect_actors AS w ON c.account = w.account
WHERE c.kind <> 'territory'
GROUP BY w.acc""",
        ),
        Step(
            fills=CHANCE_HOUSE,
            reads=("care", "person_controllers"),
            sql="""
SELECT u.organisation AS organisation, count(DISTINCT u.person) AS persons
FROM (
  SELECT c.organisation AS organisation, c.person AS person FROM care AS c
  WHERE c.organisation <> ''
  UNION ALL
  SELECT p.controller AS organisation, p.person AS person FROM person_controllers AS p
) AS u
GROUP BY u.organisation""",
        ),
        Step(
            fills=CHANCE_ALL,
            reads=("care", "person_controllers", "detect_known"),
            sql="""
SELECT count(DISTINCT u.person) AS persons
FROM (
  SELECT c.person AS person FROM care AS c
  UNION ALL SELECT p.person AS person FROM person_controllers AS p
  UNION ALL SELECT r.person AS person FROM detect_known AS r
) AS u""",
        ),
    )
