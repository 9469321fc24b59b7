"""What an account may see in a service at an instant: region, organisation or care."""

from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.scope.settled import DAY_US

CARE_AFTER_US = 90 * DAY_US
"""A relation of care still opens the record 90 days after its end (contract, section 1)."""

NEVER_US = -(10**18)
"""Stands for "before any change of the directory"."""

LOOKS = table(
    "scope_looks",
    "line replayed and what its account may see then",
    digest=TEXT,
    position=COUNT,
    service=TEXT,
    perimeter=TEXT,
    subject=TEXT,  # the account (care), the organisation, or '' (region)
    us=US,
    guessed=COUNT,  # 1 where the account is not in the directory: its rights are not known
)

ORGANISATIONS = table(
    "scope_organisations",
    "person and organisation that is its controller or its own",
    person=TEXT,
    organisation=TEXT,
)

CARED = table(
    "scope_cared",
    "person and account in a relation of care, with its time, 90 days after its end included",
    account=TEXT,
    person=TEXT,
    from_us=US,
    to_us=US,
)

MOMENTS = table(
    "scope_moments",
    "perimeter, subject and instant, with the last change of the directory before it",
    perimeter=TEXT,
    subject=TEXT,
    us=US,
    moment_us=US,
)

UNLISTED = table(
    "scope_unlisted", "person and service that does not list it", person=TEXT, service=TEXT
)

INSIDE = table(
    "scope_inside",
    "perimeter other than the region, at a moment, and person inside",
    perimeter=TEXT,
    subject=TEXT,
    moment_us=US,  # 0 for organisations, which do not change
    person=TEXT,
)


def looks() -> Step:
    """What the account of each replayed line may see.

    Reads:   scope_asks, services, accounts
    Silence: every line has a row; an unknown account is given the region, and `guessed`
    """
    return Step(
        fills=LOOKS,
        reads=("scope_asks", "services", "accounts"),
        sql="""
SELECT k.digest AS digest, k.position AS position, k.service AS service,
  k.perimeter AS perimeter,
  CASE k.perimeter WHEN 'care' THEN k.account WHEN 'organisation' THEN k.organisation
    ELSE '' END AS subject, k.us AS us, k.guessed AS guessed
FROM (SELECT q.digest AS digest, q.position AS position, q.service AS service,
    q.account AS account, coalesce(d.organisation, '') AS organisation, q.us AS us,
    CASE WHEN q.lifted OR d.account IS NULL THEN 'region' ELSE s.perimeter END AS perimeter,
    CASE WHEN d.account IS NULL AND NOT q.lifted AND s.perimeter <> 'region' THEN 1 ELSE 0 END
      AS guessed
  FROM scope_asks AS q
  JOIN services AS s ON s.service = q.service
  LEFT JOIN accounts AS d ON d.account = q.account) AS k
""",
    )


def organisations() -> Step:
    """Who stands in which organisation, of those of the accounts that acted.

    Reads: persons, person_controllers, accounts, scope_acts
    """
    return Step(
        fills=ORGANISATIONS,
        reads=("persons", "person_controllers", "accounts", "scope_acts"),
        sql="""
WITH mine AS (SELECT DISTINCT d.organisation AS organisation
  FROM accounts AS d JOIN scope_acts AS a ON a.account = d.account
  WHERE d.organisation <> '')
SELECT c.person AS person, c.controller AS organisation FROM person_controllers AS c
JOIN mine AS m ON m.organisation = c.controller
UNION
SELECT p.person AS person, p.organisation AS organisation FROM persons AS p
JOIN mine AS m ON m.organisation = p.organisation
""",
    )


def cared(*accounts: str) -> Step:
    """Relations of care of the accounts of interest, of their own or of their organisation.

    Args:
        accounts: relations with a column `account`.

    Reads: care, accounts, those relations
    """
    union = " UNION ".join(f"SELECT r.account AS account FROM {name} AS r" for name in accounts)
    end = f"coalesce(c.end_us + {CARE_AFTER_US}, {10**18})"
    return Step(
        fills=CARED,
        reads=("care", "accounts", *accounts),
        sql=f"""
SELECT w.account AS account, c.person AS person, c.start_us AS from_us, {end} AS to_us
FROM ({union}) AS w JOIN care AS c ON c.account = w.account WHERE w.account <> ''
UNION
SELECT w.account AS account, c.person AS person, c.start_us AS from_us, {end} AS to_us
FROM ({union}) AS w JOIN accounts AS d ON d.account = w.account
JOIN care AS c ON c.organisation = d.organisation WHERE d.organisation <> ''
""",
    )


def moments() -> Step:
    """The last change of the directory before each look: looks between changes are alike.

    Reads:   scope_looks, persons, scope_cared
    Units:   microseconds; NEVER_US where nothing changed before
    """
    return Step(
        fills=MOMENTS,
        reads=("scope_looks", "persons", "scope_cared"),
        sql=f"""
WITH subjects AS (SELECT DISTINCT perimeter, subject FROM scope_looks),
born AS (SELECT DISTINCT created_us AS us FROM persons WHERE created_us IS NOT NULL),
points AS (
  SELECT DISTINCT perimeter, subject, us, 1 AS look FROM scope_looks
  UNION ALL
  SELECT s.perimeter AS perimeter, s.subject AS subject, b.us AS us, 0 AS look
  FROM subjects AS s CROSS JOIN born AS b
  UNION ALL
  SELECT s.perimeter AS perimeter, s.subject AS subject, c.from_us AS us, 0 AS look
  FROM subjects AS s JOIN scope_cared AS c ON c.account = s.subject
  WHERE s.perimeter = 'care'
  UNION ALL
  SELECT s.perimeter AS perimeter, s.subject AS subject, c.to_us + 1 AS us, 0 AS look
  FROM subjects AS s JOIN scope_cared AS c ON c.account = s.subject
  WHERE s.perimeter = 'care'),
told AS (SELECT perimeter, subject, us, look,
    max(CASE WHEN look = 0 THEN us END) OVER (PARTITION BY perimeter, subject
      ORDER BY us, look ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS moment_us
  FROM points)
SELECT perimeter, subject, us, coalesce(moment_us, {NEVER_US}) AS moment_us
FROM told WHERE look = 1
""",
    )


def unlisted() -> Step:
    """Who is not in which service. Reads: person_services, services."""
    return Step(
        fills=UNLISTED,
        reads=("person_services", "services"),
        sql="""
SELECT w.person AS person, s.service AS service
FROM (SELECT DISTINCT person FROM person_services) AS w
CROSS JOIN services AS s
LEFT JOIN person_services AS p ON p.person = w.person AND p.service = s.service
WHERE p.person IS NULL
""",
    )


def inside(contexts: str) -> Step:
    """Who stands inside each perimeter that is not the whole region.

    Args:
        contexts: a relation with perimeter, subject and moment_us.

    Reads: that relation, scope_organisations, scope_cared
    """
    return Step(
        fills=INSIDE,
        reads=(contexts, "scope_organisations", "scope_cared"),
        sql=f"""
SELECT 'organisation' AS perimeter, s.subject AS subject, 0 AS moment_us, o.person AS person
FROM (SELECT DISTINCT subject FROM {contexts} WHERE perimeter = 'organisation') AS s
JOIN scope_organisations AS o ON o.organisation = s.subject WHERE s.subject <> ''
UNION
SELECT 'care' AS perimeter, s.subject AS subject, s.moment_us AS moment_us, c.person AS person
FROM (SELECT DISTINCT subject, moment_us FROM {contexts} WHERE perimeter = 'care') AS s
JOIN scope_cared AS c ON c.account = s.subject
  AND c.from_us <= s.moment_us AND c.to_us >= s.moment_us
""",
    )


def seen_by(contexts: str, persons: str, join: str) -> str:
    """SQL of the persons that each context may see: rows (context, person).

    Args:
        contexts: relation with context, service, perimeter, subject, moment_us.
        persons: SQL of what stands behind `h`, a relation with a column person.
        join: SQL of the condition between `x` (context) and `h`; 'true' for everybody.
    """
    branch = f"""
SELECT x.context AS context, h.person AS person
FROM {contexts} AS x JOIN {persons} AS h ON {join}
JOIN persons AS p ON p.person = h.person
{{inside}}
LEFT JOIN scope_unlisted AS u ON u.person = h.person AND u.service = x.service
WHERE u.person IS NULL AND coalesce(p.created_us, x.moment_us) <= x.moment_us AND {{perimeter}}
"""
    region = branch.format(inside="", perimeter="x.perimeter = 'region'")
    other = branch.format(
        inside="""JOIN scope_inside AS n ON n.perimeter = x.perimeter
  AND n.subject = x.subject AND n.person = h.person
  AND n.moment_us = CASE WHEN x.perimeter = 'care' THEN x.moment_us ELSE 0 END""",
        perimeter="x.perimeter <> 'region'",
    )
    return f"{region} UNION ALL {other}"


def seen_whole(contexts: str) -> str:
    """SQL of the persons that each context may see, no query narrowing it.

    Args:
        contexts: SQL of a relation with context, service, perimeter, subject, moment_us.
    """
    tail = """
LEFT JOIN scope_unlisted AS u ON u.person = p.person AND u.service = x.service
WHERE u.person IS NULL AND coalesce(p.created_us, x.moment_us) <= x.moment_us
"""
    return f"""
SELECT x.context AS context, p.person AS person
FROM {contexts} AS x JOIN persons AS p ON x.perimeter = 'region' {tail}
UNION ALL
SELECT x.context AS context, p.person AS person
FROM {contexts} AS x JOIN scope_inside AS n ON n.perimeter = x.perimeter
  AND n.subject = x.subject
  AND n.moment_us = CASE WHEN x.perimeter = 'care' THEN x.moment_us ELSE 0 END
JOIN persons AS p ON p.person = n.person {tail}
"""
