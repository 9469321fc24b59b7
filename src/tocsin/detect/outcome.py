"""From verdicts back to rows: lines that carry reasons, acts that are kept or reviewed."""

from tocsin.core.tables import ACTS, Step
from tocsin.detect.tables import (
    INDICATED,
    LAST_REVIEW,
    NEAR_LINES,
    NEAR_ROWS,
    REVIEWED_ACTS,
    REVIEWED_LINES,
    REVIEWED_SESSIONS,
    ROWS,
    SHOWN,
    WANTED_ROWS,
)

PLACES = 5
"""Lines shown with a reason, at most."""


def near_lines() -> Step:
    """The lines of sessions of which some will be wanted, each by the words that name it."""
    return Step(
        fills=NEAR_LINES,
        reads=("detect_files", "detect_held", "detect_near"),
        sql="""
SELECT h.s AS s, h.n AS n, h.us AS us, h.acc AS acc, h.net AS net, h.kind AS line_kind,
       h.good AS line_good, h.data AS data, f.digest AS digest, h.position AS position
FROM detect_held AS h
JOIN detect_near AS w ON h.s = w.s
JOIN detect_files AS f ON h.file = f.file""",
    )


def near_rows() -> Step:
    """Every access row, parts included, of those lines: so few that they are found first."""
    return Step(
        fills=NEAR_ROWS,
        reads=("access", "detect_near_lines"),
        sql="""
SELECT h.s AS s, h.n AS n, h.us AS us, h.acc AS acc, h.net AS net,
       h.line_kind AS line_kind, h.line_good AS line_good, h.data AS data,
       a.source AS source, a.digest AS digest, a.position AS position, a.part AS part,
       a.event_id AS event_id, a.service AS service, a.operation AS operation,
       a.kind AS kind, a.outcome AS outcome, a.person AS person, a.query AS query,
       a.purpose AS purpose
FROM access AS a
JOIN detect_near_lines AS h ON a.digest = h.digest AND a.position = h.position""",
    )


def wanted_rows() -> Step:
    """Those of the wanted sessions."""
    return Step(
        fills=WANTED_ROWS,
        reads=("detect_near_rows", "detect_wanted"),
        sql="""
SELECT w.s AS s, w.session AS session, h.n AS n, h.us AS us, h.acc AS acc, h.net AS net,
       h.line_kind AS line_kind, h.line_good AS line_good, h.data AS data,
       h.source AS source, h.digest AS digest, h.position AS position, h.part AS part,
       h.event_id AS event_id, h.service AS service, h.operation AS operation,
       h.kind AS kind, h.outcome AS outcome, h.person AS person, h.query AS query,
       h.purpose AS purpose
FROM detect_near_rows AS h
JOIN detect_wanted AS w ON h.s = w.s""",
    )


def shown() -> Step:
    """Up to five lines of each kind, explained and not, of the sessions to be shown."""
    return Step(
        fills=SHOWN,
        reads=("detect_wanted_rows", "detect_explained"),
        sql=f"""
SELECT r.s AS s, r.source AS source, r.digest AS digest, r.position AS position,
       r.event_id AS event_id, r.us AS us, r.service AS service, r.operation AS operation,
       r.kind AS kind, r.outcome AS outcome, r.person AS person, r.strength AS strength,
       r.rank AS rank
FROM (
  SELECT h.s AS s, h.source AS source, h.digest AS digest, h.position AS position,
         h.event_id AS event_id, h.us AS us, coalesce(h.service, '') AS service,
         h.operation AS operation, h.kind AS kind, h.outcome AS outcome, h.person AS person,
         coalesce(e.strength, -1) AS strength,
         row_number() OVER (
           PARTITION BY h.s, h.kind, coalesce(e.strength, -1), h.outcome ORDER BY h.n) AS rank
  FROM detect_wanted_rows AS h
  LEFT JOIN detect_explained AS e ON e.s = h.s AND e.person = h.person
  WHERE h.part = 0
) AS r
WHERE r.rank <= {PLACES}""",
    )


def rows() -> Step:
    """Every access row, parts included, of the wanted sessions, as it is named."""
    return Step(
        fills=ROWS,
        reads=("detect_wanted_rows",),
        sql="""
SELECT h.event_id AS event_id, h.source AS source, h.digest AS digest,
       h.position AS position, h.part AS part, h.s AS s, h.session AS session
FROM detect_wanted_rows AS h""",
        view=True,
    )


def attributed() -> Step:
    """The contract's table of acts: the last review's attribution, else the act's own where
    the session is of two hands, else the session's.
    """
    return Step(
        fills=ACTS,
        reads=(
            "detect_rows",
            "detect_ruled",
            "detect_inside",
            "detect_last_review",
            "detect_reviews",
        ),
        sql="""
SELECT r.event_id AS event_id, r.source AS source, r.digest AS digest,
       r.position AS position, r.part AS part, r.session AS session,
       coalesce(v.verdict, i.attribution, k.attribution) AS attribution,
       coalesce(v.by, '') AS decided_by
FROM detect_rows AS r
JOIN detect_ruled AS k ON r.s = k.s
LEFT JOIN detect_inside AS i ON r.digest = i.digest AND r.position = i.position
LEFT JOIN detect_last_review AS x ON r.digest = x.digest AND r.position = x.position
     AND r.part = x.part
LEFT JOIN detect_reviews AS v ON x.review = v.review""",
    )


def last_review() -> Step:
    """The last review of each act that was reviewed."""
    return Step(
        fills=LAST_REVIEW,
        reads=("detect_reviewed",),
        sql="""
SELECT v.digest AS digest, v.position AS position, v.part AS part, max(v.review) AS review
FROM detect_reviewed AS v
GROUP BY v.digest, v.position, v.part""",
    )


def reviewed() -> tuple[Step, ...]:
    """Which sessions of now hold the acts that were reviewed, and how much of each."""
    return (
        Step(
            fills=REVIEWED_ACTS,
            reads=("detect_last_review", "detect_files", "detect_held"),
            sql="""
SELECT x.review AS review, h.s AS s, count(*) AS acts
FROM detect_last_review AS x
JOIN detect_files AS f ON x.digest = f.digest
JOIN detect_held AS h ON h.file = f.file AND h.position = x.position
GROUP BY x.review, h.s""",
        ),
        Step(
            fills=REVIEWED_LINES,
            reads=("detect_reviewed_acts", "detect_files", "detect_held"),
            sql="""
SELECT h.s AS s, f.digest AS digest, h.position AS position
FROM detect_held AS h
JOIN (SELECT DISTINCT s FROM detect_reviewed_acts) AS k ON h.s = k.s
JOIN detect_files AS f ON h.file = f.file""",
        ),
        Step(
            fills=REVIEWED_SESSIONS,
            reads=("detect_reviewed_acts", "detect_reviewed_lines", "access"),
            sql="""
SELECT n.review AS review, n.s AS s, n.acts AS acts, w.acts AS of_acts
FROM detect_reviewed_acts AS n
JOIN (
  SELECT h.s AS s, count(*) AS acts
  FROM access AS a
  JOIN detect_reviewed_lines AS h ON a.digest = h.digest AND a.position = h.position
  GROUP BY h.s
) AS w ON n.s = w.s""",
        ),
    )


def indicated() -> Step:
    """Sessions with a line from an indicated address or network, or by an indicated client."""
    return Step(
        fills=INDICATED,
        reads=("access", "detect_files", "detect_held", "detect_indicators"),
        sql="""
SELECT DISTINCT h.s AS s, i.rank AS rank
FROM access AS a
JOIN detect_files AS f ON a.digest = f.digest
JOIN detect_held AS h ON h.file = f.file AND h.position = a.position
JOIN detect_indicators AS i
  ON (i.kind = 'address' AND a.address = i.value)
     OR (i.kind = 'client' AND lower(a.client) = lower(i.value))
UNION
SELECT DISTINCT h.s AS s, i.rank AS rank
FROM detect_held AS h
JOIN detect_indicators AS i ON i.kind = 'net' AND h.net = CAST(i.value AS BIGINT)""",
    )
