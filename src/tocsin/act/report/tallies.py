"""The counts of the report, as steps over the case's tables. No relation names a patient."""

from tocsin.core.tables import (
    ACCESS,
    ACTS,
    COUNT,
    QUARANTINE,
    REACH,
    SESSIONS,
    TEXT,
    US,
    Step,
    table,
)

SAMPLE = 60
"""Local ids shown in the page for one figure; the rest is opened in the table."""

SESSIONS_SHOWN = 200
"""Suspicious sessions written out in the page."""

STARTS_SHOWN = 3_000
"""Session starts drawn, the suspicious ones first."""

BY_REASON = table(
    "report_quarantine",
    "source and reason",
    source=TEXT,
    reason=TEXT,
    lines=COUNT,
    digest=TEXT,
    position=COUNT,
)
ON_DATA = table("report_on_data", "case", lines=COUNT)
SUSPECT = table(
    "report_suspect",
    "account with a session that is not legitimate",
    account=TEXT,
    usurped=COUNT,
    undecided=COUNT,
    legitimate=COUNT,
    first_us=US,
    last_us=US,
    last_own_us=US,
)
STARTS = table(
    "report_starts",
    "session of a suspect account",
    account=TEXT,
    start_us=US,
    verdict=TEXT,
    rank=COUNT,
)
SHOWN = table(
    "report_sessions",
    "session that is not legitimate",
    session=TEXT,
    account=TEXT,
    start_us=US,
    end_us=US,
    acts=COUNT,
    persons=COUNT,
    probability="DOUBLE",
    q_value="DOUBLE",
    verdict=TEXT,
    decided_by=TEXT,
    campaign=TEXT,
    reasons=TEXT,
)
OPERATIONS_USED = table(
    "report_operations",
    "service, operation, outcome and attribution",
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    outcome=TEXT,
    attribution=TEXT,
    acts=COUNT,
    persons=COUNT,
    first_us=US,
    last_us=US,
)
ATTRIBUTED = table(
    "report_attributed",
    "attribution, and whether a human decided it",
    attribution=TEXT,
    decided=COUNT,
    acts=COUNT,
)
ACT_PLACES = table(
    "report_act_places", "usurped act, the first ones", source=TEXT, position=COUNT
)
BEST = table("report_best", "person reached", person=TEXT, best=COUNT, controllers=COUNT)
BEST_COUNT = table("report_best_count", "case", persons=COUNT, pairs=COUNT, shared=COUNT)
BEST_SAMPLE = table("report_best_sample", "person, the first ones", best=COUNT, person=TEXT)
RULES = table("report_rules", "grade and rule of reach", grade=TEXT, rule=TEXT, persons=COUNT)


def of_trail() -> tuple[Step, ...]:
    """Quarantine by reason, and lines that are an act on data (a login is not one)."""
    return (
        Step(
            fills=BY_REASON,
            reads=(QUARANTINE.name,),
            sql="""
SELECT q.source AS source, q.reason AS reason, count(*) AS lines,
  min(q.digest) AS digest, min(q.position) AS position
FROM quarantine AS q
GROUP BY q.source, q.reason""",
        ),
        Step(
            fills=ON_DATA,
            reads=(ACCESS.name,),
            sql="""
SELECT count(*) AS lines
FROM access AS a
WHERE a.account <> '' AND a.operation <> '' AND a.part = 0
  AND a.kind IN ('search', 'list', 'open', 'export', 'write')""",
        ),
    )


def of_detection() -> tuple[Step, ...]:
    """Suspicious sessions, their accounts and these accounts' habits; acts by attribution."""
    return (
        Step(
            fills=SUSPECT,
            reads=(SESSIONS.name,),
            sql="""
SELECT s.account AS account,
  sum(CASE WHEN s.verdict = 'usurped' THEN 1 ELSE 0 END) AS usurped,
  sum(CASE WHEN s.verdict = 'undecided' THEN 1 ELSE 0 END) AS undecided,
  sum(CASE WHEN s.verdict = 'legitimate' THEN 1 ELSE 0 END) AS legitimate,
  min(CASE WHEN s.verdict <> 'legitimate' THEN s.start_us END) AS first_us,
  max(CASE WHEN s.verdict <> 'legitimate' THEN s.end_us END) AS last_us,
  max(CASE WHEN s.verdict = 'legitimate' THEN s.end_us END) AS last_own_us
FROM sessions AS s
GROUP BY s.account
HAVING sum(CASE WHEN s.verdict <> 'legitimate' THEN 1 ELSE 0 END) > 0""",
        ),
        Step(
            fills=STARTS,
            reads=(SESSIONS.name, SUSPECT.name),
            sql=f"""
SELECT r.account AS account, r.start_us AS start_us, r.verdict AS verdict, r.rank AS rank
FROM (
  SELECT s.account AS account, s.start_us AS start_us, s.verdict AS verdict,
    row_number() OVER (
      ORDER BY CASE WHEN s.verdict = 'usurped' THEN 0 WHEN s.verdict = 'undecided' THEN 1
        ELSE 2 END, s.start_us, s.session) AS rank
  FROM sessions AS s JOIN report_suspect AS u ON u.account = s.account) AS r
WHERE r.rank <= {STARTS_SHOWN}""",
        ),
        Step(
            fills=SHOWN,
            reads=(SESSIONS.name,),
            sql="""
SELECT s.session AS session, s.account AS account, s.start_us AS start_us, s.end_us AS end_us,
  s.acts AS acts, s.persons AS persons, s.probability AS probability, s.q_value AS q_value,
  s.verdict AS verdict, s.decided_by AS decided_by, s.campaign AS campaign,
  s.reasons AS reasons
FROM sessions AS s
WHERE s.verdict <> 'legitimate'""",
        ),
        Step(
            fills=OPERATIONS_USED,
            reads=(ACCESS.name, ACTS.name),
            sql="""
SELECT a.service AS service, a.operation AS operation, a.kind AS kind, a.outcome AS outcome,
  t.attribution AS attribution, count(*) AS acts,
  count(DISTINCT CASE WHEN a.person <> '' THEN a.person END) AS persons,
  min(a.occurred_us) AS first_us, max(a.occurred_us) AS last_us
FROM acts AS t JOIN access AS a
  ON a.digest = t.digest AND a.position = t.position AND a.part = t.part
GROUP BY a.service, a.operation, a.kind, a.outcome, t.attribution""",
        ),
        Step(
            fills=ATTRIBUTED,
            reads=(ACTS.name,),
            sql="""
SELECT t.attribution AS attribution, CASE WHEN t.decided_by <> '' THEN 1 ELSE 0 END AS decided,
  count(*) AS acts
FROM acts AS t
GROUP BY t.attribution, CASE WHEN t.decided_by <> '' THEN 1 ELSE 0 END""",
        ),
        Step(
            fills=ACT_PLACES,
            reads=(ACTS.name,),
            sql=f"""
SELECT r.source AS source, r.position AS position
FROM (
  SELECT t.source AS source, t.position AS position,
    row_number() OVER (ORDER BY t.source, t.digest, t.position, t.part) AS rank
  FROM acts AS t WHERE t.attribution = 'usurped') AS r
WHERE r.rank <= {SAMPLE}""",
        ),
    )


def of_scope() -> tuple[Step, ...]:
    """Persons by best grade with a few local ids, by rule, and shared between controllers."""
    return (
        Step(
            fills=BEST,
            reads=(REACH.name,),
            sql="""
SELECT r.person AS person,
  min(CASE WHEN r.grade = 'certain' THEN 0 WHEN r.grade = 'probable' THEN 1 ELSE 2 END) AS best,
  count(DISTINCT r.controller) AS controllers
FROM reach AS r
GROUP BY r.person""",
        ),
        Step(
            fills=BEST_COUNT,
            reads=(BEST.name,),
            sql="""
SELECT count(*) AS persons, coalesce(sum(b.controllers), 0) AS pairs,
  coalesce(sum(CASE WHEN b.controllers > 1 THEN 1 ELSE 0 END), 0) AS shared
FROM report_best AS b""",
        ),
        Step(
            fills=BEST_SAMPLE,
            reads=(BEST.name,),
            sql=f"""
SELECT r.best AS best, r.person AS person
FROM (
  SELECT b.best AS best, b.person AS person,
    row_number() OVER (PARTITION BY b.best ORDER BY b.person) AS rank
  FROM report_best AS b) AS r
WHERE r.rank <= {SAMPLE}""",
        ),
        Step(
            fills=RULES,
            reads=(REACH.name,),
            sql="""
SELECT r.grade AS grade, r.rule AS rule, count(DISTINCT r.person) AS persons
FROM reach AS r
GROUP BY r.grade, r.rule""",
        ),
    )
