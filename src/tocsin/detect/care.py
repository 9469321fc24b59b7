"""Whom care explains: the persons that a session reached, and why it would have reached them.

2 = the account's own relation (appointment, stay, referral, team), or it writes in their
record, as a thief who harvests does not; reading again explains nothing. 1 = a relation of
its organisation, a colleague of the same organisation or place who works on the same person, a
record that the organisation holds. 0 = nothing.
Searches name nobody and explain nothing.
"""

from tocsin.core.tables import Step
from tocsin.core.zones import DAY_US
from tocsin.detect.tables import (
    CARE_FACTS,
    CHANCE_ALL,
    CHANCE_HOUSE,
    CHANCE_OWN,
    EXPLAINED,
    REACHED,
)

BEFORE_US = 7 * DAY_US
"""A file is prepared up to a week before the relation begins."""

NOT_TREATMENT = (
    "HRESCH",
    "HPAYMT",
    "HOPERAT",
    "PUBHLTH",
    "POPHLTH",
    "HSYSADMIN",
    "PATRQT",
    "HTEST",
)
"""Purposes of use that are no treatment (HL7 v3-ActReason)."""

AFTER_US = 30 * DAY_US
"""Letters, results and bills follow for a month after it ends."""


def reached() -> Step:
    """Persons whose record a session opened, exported or wrote, at the first such act.

    Acts of another declared purpose than treatment are left out: care cannot explain them, and
    its absence says nothing.
    """
    purposes = ", ".join(f"'{purpose}'" for purpose in NOT_TREATMENT)
    return Step(
        fills=REACHED,
        reads=("access", "detect_files", "detect_held", "detect_actors", "accounts"),
        sql=f"""
SELECT h.s AS s, h.acc AS acc, h.net AS net, coalesce(o.organisation, '') AS organisation,
       a.person AS person, min(h.us) AS us,
       max(CASE WHEN h.kind = 'write' THEN 1 ELSE 0 END) AS wrote
FROM access AS a
JOIN detect_files AS f ON a.digest = f.digest
JOIN detect_held AS h ON h.file = f.file AND h.position = a.position
JOIN detect_actors AS w ON h.acc = w.acc
LEFT JOIN accounts AS o ON w.account = o.account
WHERE a.person <> '' AND h.good = 1 AND h.kind IN ('open', 'export', 'write', 'other')
  AND coalesce(a.purpose, '') NOT IN ({purposes})
GROUP BY h.s, h.acc, h.net, coalesce(o.organisation, ''), a.person""",
    )


def explained() -> Step:
    """The best explanation of each (session, person)."""
    return Step(
        fills=EXPLAINED,
        reads=("detect_reached", "detect_actors", "care", "person_controllers"),
        sql=f"""
WITH known AS (
  SELECT r.s AS s, r.person AS person, r.acc AS acc, r.net AS net,
         r.organisation AS organisation, r.us AS us, w.account AS account,
         max(r.wrote) OVER (PARTITION BY r.acc, r.person) AS wrote
  FROM detect_reached AS r
  JOIN detect_actors AS w ON r.acc = w.acc
), related AS (
  SELECT k.s AS s, k.person AS person,
         max(CASE WHEN c.account = k.account AND c.account <> '' AND c.kind <> 'territory'
                  THEN 2 ELSE 1 END) AS strength
  FROM known AS k
  JOIN care AS c ON c.person = k.person
  WHERE ((c.account = k.account AND c.account <> '')
      OR (c.organisation = k.organisation AND c.organisation <> ''))
    AND (c.start_us IS NULL OR k.us >= c.start_us - {BEFORE_US})
    AND (c.end_us IS NULL OR k.us <= c.end_us + {AFTER_US})
  GROUP BY k.s, k.person
), house AS (
  SELECT r.person AS person, r.organisation AS organisation
  FROM detect_reached AS r
  WHERE r.organisation <> ''
  GROUP BY r.person, r.organisation
  HAVING min(r.acc) <> max(r.acc)
), place AS (
  SELECT r.person AS person, r.net AS net
  FROM detect_reached AS r
  WHERE r.net > 0
  GROUP BY r.person, r.net
  HAVING min(r.acc) <> max(r.acc)
), kept AS (
  SELECT DISTINCT p.person AS person, p.controller AS organisation
  FROM person_controllers AS p
)
SELECT k.s AS s, k.person AS person,
       CASE WHEN coalesce(x.strength, 0) = 2 OR k.wrote = 1 THEN 2
            WHEN x.strength = 1 OR h.person IS NOT NULL OR p.person IS NOT NULL
                 OR c.person IS NOT NULL THEN 1
            ELSE 0 END AS strength
FROM known AS k
LEFT JOIN related AS x ON k.s = x.s AND k.person = x.person
LEFT JOIN house AS h ON k.person = h.person AND k.organisation = h.organisation
LEFT JOIN place AS p ON k.person = p.person AND k.net = p.net
LEFT JOIN kept AS c ON k.person = c.person AND k.organisation = c.organisation""",
    )


def care_facts() -> Step:
    """Per session: how many persons each strength explains."""
    return Step(
        fills=CARE_FACTS,
        reads=("detect_explained",),
        sql="""
SELECT e.s AS s, sum(CASE WHEN e.strength = 2 THEN 1 ELSE 0 END) AS strong,
       sum(CASE WHEN e.strength = 1 THEN 1 ELSE 0 END) AS weak,
       sum(CASE WHEN e.strength = 0 THEN 1 ELSE 0 END) AS nothing
FROM detect_explained AS e
GROUP BY e.s""",
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
            reads=("care", "person_controllers", "detect_reached"),
            sql="""
SELECT count(DISTINCT u.person) AS persons
FROM (
  SELECT c.person AS person FROM care AS c
  UNION ALL SELECT p.person AS person FROM person_controllers AS p
  UNION ALL SELECT r.person AS person FROM detect_reached AS r
) AS u""",
        ),
    )
