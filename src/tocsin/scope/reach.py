"""Reach: which items of which persons, how surely, by which rule."""

from collections.abc import Sequence

from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.scope.replay import CERTAIN, POSSIBLE
from tocsin.scope.settled import OPEN, OWN, RETAINED

SEEN = table(
    "scope_seen",
    "group of equals and session that may have seen it, by operation, grade and rule",
    context=COUNT,
    low=COUNT,
    session=TEXT,
    service=TEXT,
    operation=TEXT,
    grade=COUNT,
    rule=TEXT,
    first_us=US,
    last_us=US,
    acts=COUNT,
)
SIGHTINGS = table(
    "scope_sightings",
    "record, operation and session that showed it, by grade and rule",
    record=TEXT,
    service=TEXT,
    operation=TEXT,
    session=TEXT,
    grade=COUNT,
    rule=TEXT,
    testing=COUNT,  # 1 where every act had the purpose of a test
    first_us=US,
    last_us=US,
    acts=COUNT,
)
FACTS = table(
    "scope_facts",
    "person, controller and item that lines show or a replay shows, in its strongest grade",
    person=TEXT,
    controller=TEXT,
    item=TEXT,
    grade=COUNT,
    rule=TEXT,
    first_us=US,
    last_us=US,
    sessions=COUNT,
    acts=COUNT,
)
TESTS = table(
    "scope_tests",
    "test identity that would stand in reach, and controller ('*' = all)",
    record=TEXT,
    part=TEXT,
)
TEST_COUNTS = table("scope_test_counts", "part", part=TEXT, tests=COUNT)
REACHED = table(
    "scope_reached",
    "person told one by one, controller and item, in its strongest grade",
    person=TEXT,
    controller=TEXT,
    item=TEXT,
    grade=TEXT,
    rule=TEXT,
    first_us=US,
    last_us=US,
    sessions=COUNT,
    acts=COUNT,
)
PEOPLE_REACHED = table(
    "scope_people", "record reached", record=TEXT, person=TEXT, rule=TEXT, reviewed_by=TEXT
)

GRADES = {1: "certain", 2: "probable", 3: "possible"}


def seen() -> Step:
    """The groups that the windows of each session touch. Reads: scope_groups, scope_windows."""
    return Step(
        fills=SEEN,
        reads=("scope_groups", "scope_windows", "scope_contexts"),
        sql="""
SELECT g.context AS context, g.low AS low, w.session AS session, x.service AS service,
  w.operation AS operation, w.grade AS grade, w.rule AS rule, min(w.first_us) AS first_us,
  max(w.last_us) AS last_us, sum(w.acts) AS acts
FROM scope_groups AS g
JOIN scope_windows AS w ON w.context = g.context AND w.end_row > g.low
  AND w.first_row < g.high
JOIN scope_contexts AS x ON x.context = g.context
GROUP BY g.context, g.low, w.session, x.service, w.operation, w.grade, w.rule
""",
    )


def sightings() -> Step:
    """Who was named by a line or stands on a page. Reads: scope_acts, scope_ranked, scope_seen.

    Silence: refused and failed acts reach nothing; the owner's acts have no row.
    """
    return Step(
        fills=SIGHTINGS,
        reads=("scope_acts", "scope_ranked", "scope_seen"),
        sql=f"""
SELECT a.person AS record, a.service AS service,
  CASE WHEN a.persons = 'unmatched' THEN '' ELSE a.operation END AS operation,
  a.session AS session, a.grade AS grade, a.rule AS rule,
  min(CASE WHEN a.testing THEN 1 ELSE 0 END) AS testing,
  min(a.us) AS first_us, max(a.us) AS last_us, count(*) AS acts
FROM (SELECT b.person AS person, b.service AS service, b.operation AS operation,
    b.persons AS persons, b.session AS session, b.testing AS testing, b.us AS us,
    CASE WHEN b.class_ = '{RETAINED}' AND b.outcome = 'ok' AND b.persons <> 'unmatched'
      THEN {CERTAIN} ELSE {POSSIBLE} END AS grade,
    CASE WHEN b.class_ = '{OPEN}' THEN 'undecided' WHEN b.persons = 'unmatched'
      THEN 'unmatched' WHEN b.outcome = 'ok' THEN 'named' ELSE 'outcome' END AS rule
  FROM scope_acts AS b
  WHERE b.class_ <> '{OWN}' AND b.person <> '' AND b.outcome IN ('ok', 'unknown')
    AND b.persons IN ('named', 'query', 'export', 'unmatched')) AS a
GROUP BY a.person, a.service, CASE WHEN a.persons = 'unmatched' THEN '' ELSE a.operation END,
  a.session, a.grade, a.rule
UNION ALL
SELECT r.person AS record, s.service AS service, s.operation AS operation,
  s.session AS session, s.grade AS grade, s.rule AS rule, 0 AS testing,
  s.first_us AS first_us, s.last_us AS last_us, s.acts AS acts
FROM scope_ranked AS r
JOIN scope_seen AS s ON s.context = r.context AND s.low = r.low
""",
    )


def has_value(columns: Sequence[str]) -> str:
    """SQL: the record `r` holds a value for the item `i`, or is not in the directory."""
    cases = " ".join(
        f"WHEN '{column}' THEN (r.holds & {1 << n}) <> 0" for n, column in enumerate(columns)
    )
    case = f"CASE i.column_name {cases} ELSE true END" if cases else "true"
    return f"(NOT r.known OR {case})"


def facts(columns: Sequence[str]) -> Step:
    """What sightings show of each person, in the strongest grade; figures are that grade's.

    Args:
        columns: the columns of persons that items rest on, as `records` was given them.

    Reads:   scope_sightings, scope_records, scope_shown, scope_held_by
    Silence: test identities have no row (see `tests`)
    """
    return Step(
        fills=FACTS,
        reads=(
            "scope_sightings",
            "scope_records",
            "scope_shown",
            "scope_held_by",
        ),
        sql=f"""
WITH graded AS (SELECT r.person AS person, coalesce(c.controller, '') AS controller,
    i.item AS item, s.grade AS grade, min(s.rule) AS rule, min(s.first_us) AS first_us,
    max(s.last_us) AS last_us, count(DISTINCT s.session) AS sessions, sum(s.acts) AS acts
  FROM scope_sightings AS s
  JOIN scope_records AS r ON r.record = s.record
  JOIN scope_shown AS i ON i.service = s.service AND i.operation = s.operation
  LEFT JOIN scope_held_by AS c ON c.record = s.record
  WHERE NOT r.test AND (r.known OR s.testing = 0) AND {has_value(columns)}
  GROUP BY r.person, coalesce(c.controller, ''), i.item, s.grade)
SELECT b.person AS person, b.controller AS controller, b.item AS item, b.grade AS grade,
  b.rule AS rule, b.first_us AS first_us, b.last_us AS last_us, b.sessions AS sessions,
  b.acts AS acts
FROM (SELECT g.person AS person, g.controller AS controller, g.item AS item,
    g.grade AS grade, g.rule AS rule, g.first_us AS first_us, g.last_us AS last_us,
    g.sessions AS sessions, g.acts AS acts,
    min(g.grade) OVER (PARTITION BY g.person, g.controller, g.item) AS best
  FROM graded AS g) AS b
WHERE b.grade = b.best
""",
    )


def tests(columns: Sequence[str]) -> Step:
    """Test identities that would stand in reach, any grade, whole and by controller.

    Args:
        columns: the columns of persons that items rest on, as `records` was given them.

    Reads: scope_sightings, scope_vista_persons, scope_vista_items, scope_records, scope_shown,
        scope_held_by
    """
    return Step(
        fills=TESTS,
        reads=(
            "scope_sightings",
            "scope_vista_persons",
            "scope_vista_items",
            "scope_records",
            "scope_shown",
            "scope_held_by",
        ),
        sql=f"""
WITH there AS (
  SELECT DISTINCT s.record AS record
  FROM scope_sightings AS s
  JOIN scope_records AS r ON r.record = s.record
  JOIN scope_shown AS i ON i.service = s.service AND i.operation = s.operation
  WHERE (r.test OR (NOT r.known AND s.testing = 1)) AND {has_value(columns)}
  UNION
  SELECT DISTINCT v.record AS record
  FROM scope_vista_persons AS v
  JOIN scope_records AS r ON r.record = v.record
  JOIN scope_vista_items AS i ON i.context = v.context
  WHERE r.test AND {has_value(columns)})
SELECT t.record AS record, '*' AS part FROM there AS t
UNION
SELECT t.record AS record, concat('=', c.controller) AS part FROM there AS t
JOIN scope_held_by AS c ON c.record = t.record
""",
    )


def test_counts() -> Step:
    """Distinct test identities, whole and by controller. Reads: scope_tests."""
    return Step(
        fills=TEST_COUNTS,
        reads=("scope_tests",),
        sql="SELECT part, count(*) AS tests FROM scope_tests GROUP BY part",
    )


def people_reached() -> Step:
    """Every record that stands behind a person of reach.

    Reads:   scope_records, scope_reached, scope_under_veils, scope_reviewed
    Silence: test identities, and records of which nothing could be shown, have no row
    """
    return Step(
        fills=PEOPLE_REACHED,
        reads=("scope_records", "scope_reached", "scope_under_veils", "scope_reviewed"),
        sql="""
SELECT r.record AS record, r.person AS person, r.rule AS rule,
  coalesce(v.reviewed_by, '') AS reviewed_by
FROM (SELECT a.record AS record, a.person AS person, a.rule AS rule
  FROM scope_records AS a
  JOIN (SELECT DISTINCT person FROM scope_reached) AS k ON k.person = a.person
  WHERE NOT a.test
  UNION ALL
  SELECT w.person AS record, w.person AS person, 'self' AS rule
  FROM scope_under_veils AS w) AS r
LEFT JOIN scope_reviewed AS v ON v.record = r.record
""",
    )
