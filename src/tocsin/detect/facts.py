"""What the lines of a session count: kinds, gaps, orders, clients."""

from tocsin.core.tables import Step
from tocsin.detect.tables import DEVICES, FACTS, ORDERS, RHYTHM, TOOLS
from tocsin.detect.tables_hand import GAPS, MOVES

MANY = 10
"""Gaps from which one in ten is more than one."""

HEAD = 10
"""Characters by which most queries that differ in more than digits are told apart."""


def facts() -> Step:
    """Counts and instants of each session; its first line gives it its name."""
    return Step(
        fills=FACTS,
        reads=("detect_done", "detect_numbers"),
        sql="""
SELECT g.s AS s, g.acc AS acc, g.net AS net, l.file AS file, l.position AS position,
       c.start_us AS start_us, c.end_us AS end_us, c.lines AS lines, c.data AS data,
       c.searches AS searches, c.opens AS opens, c.writes AS writes, c.exports AS exports,
       c.failed_logins AS failed_logins
FROM (
  SELECT h.s AS s, min(h.us) AS start_us, max(h.us) AS end_us, count(*) AS lines,
         sum(h.data) AS data,
         sum(CASE WHEN h.kind IN ('search', 'list') THEN 1 ELSE 0 END) AS searches,
         sum(CASE WHEN h.kind = 'open' AND h.good = 1 THEN 1 ELSE 0 END) AS opens,
         sum(CASE WHEN h.kind = 'write' AND h.good = 1 THEN 1 ELSE 0 END) AS writes,
         sum(CASE WHEN h.kind = 'export' AND h.good = 1 THEN 1 ELSE 0 END) AS exports,
         sum(CASE WHEN h.kind = 'login' AND h.good = 0 THEN 1 ELSE 0 END) AS failed_logins
  FROM detect_done AS h
  GROUP BY h.s
) AS c
JOIN detect_numbers AS g ON c.s = g.s
JOIN detect_done AS l ON g.first_n = l.n""",
    )


def rhythm() -> tuple[Step, ...]:
    """The gaps between acts on data, on a log scale: ln(1 s + gap).

    The high gap is that which one in ten exceeds: people stop to read or are interrupted.
    """
    return (
        Step(
            fills=GAPS,
            reads=("detect_done",),
            sql="""
SELECT p.s AS s, ln(1.0 + (p.us - p.last_us) / 1000000.0) AS g
FROM (
  SELECT h.s AS s, h.us AS us, lag(h.us) OVER (PARTITION BY h.s ORDER BY h.n) AS last_us
  FROM detect_done AS h
  WHERE h.data = 1
) AS p
WHERE p.last_us IS NOT NULL AND p.us > p.last_us""",
        ),
        Step(
            fills=RHYTHM,
            reads=("detect_gaps",),
            sql=f"""
WITH summed AS (
  SELECT q.s AS s, count(*) AS gaps, sum(q.g) AS gap_sum, sum(q.g * q.g) AS gap_squares,
         max(q.g) AS most
  FROM detect_gaps AS q
  GROUP BY q.s
), tenth AS (
  SELECT r.s AS s,
         max(CASE WHEN r.rank = floor(r.many / 10.0) + 1 THEN r.g ELSE 0.0 END) AS gap_high
  FROM (
    SELECT q.s AS s, q.g AS g, x.gaps AS many,
           row_number() OVER (PARTITION BY q.s ORDER BY q.g DESC) AS rank
    FROM detect_gaps AS q
    JOIN summed AS x ON q.s = x.s
    WHERE x.gaps >= {MANY}
  ) AS r
  GROUP BY r.s
)
SELECT x.s AS s, x.gaps AS gaps, x.gap_sum AS gap_sum, x.gap_squares AS gap_squares,
       coalesce(t.gap_high, x.most) AS gap_high
FROM summed AS x
LEFT JOIN tenth AS t ON x.s = t.s""",
        ),
    )


def orders() -> tuple[Step, ...]:
    """Alphabetical or numeric order of queries and of opened persons, and turned pages.

    A move is two queries in a row that differ; a page is a move that changes digits only.
    """
    head, last_head = f"substr(m.what, 1, {HEAD})", f"substr(m.last, 1, {HEAD})"
    digits = "'0123456789', ''"
    return (
        Step(
            fills=MOVES,
            reads=("detect_done", "detect_deeds"),
            sql=f"""
SELECT m.s AS s, m.asks AS asks,
       CASE WHEN m.what > m.last THEN 1 ELSE 0 END AS up,
       CASE WHEN m.asks = 0 THEN 0
            WHEN {head} <> {last_head}
                 AND length(translate(concat({head}, {last_head}), {digits})) = {2 * HEAD}
              THEN 0
            WHEN translate(m.what, {digits}) = translate(m.last, {digits}) THEN 1
            ELSE 0 END AS page
FROM (
  SELECT q.s AS s, q.asks AS asks, q.what AS what,
         lag(q.what) OVER (PARTITION BY q.s, q.asks, q.operation ORDER BY q.n) AS last
  FROM (
    SELECT h.s AS s, h.n AS n, d.operation AS operation,
           CASE WHEN h.kind IN ('search', 'list') THEN 1 ELSE 0 END AS asks,
           CASE WHEN h.kind IN ('search', 'list') THEN nullif(h.query, '')
                ELSE nullif(h.person, '') END AS what
    FROM detect_done AS h
    JOIN detect_deeds AS d ON h.deed = d.deed
    WHERE h.data = 1
  ) AS q
) AS m
WHERE m.what <> m.last""",
        ),
        Step(
            fills=ORDERS,
            reads=("detect_done", "detect_deeds", "detect_moves"),
            sql="""
SELECT c.s AS s, coalesce(m.moves, 0) AS moves, coalesce(m.ups, 0) AS ups,
       coalesce(m.moves - m.ups, 0) AS downs, coalesce(m.pages, 0) AS pages,
       coalesce(m.person_moves, 0) AS person_moves, coalesce(m.person_ups, 0) AS person_ups,
       coalesce(m.person_moves - m.person_ups, 0) AS person_downs,
       c.services AS services, c.overrides AS overrides
FROM (
  SELECT x.s AS s, sum(CASE WHEN x.service <> '' THEN 1 ELSE 0 END) AS services,
         sum(x.lifts) AS overrides
  FROM (
    SELECT h.s AS s, d.service AS service, sum(h.lifts) AS lifts
    FROM detect_done AS h
    JOIN detect_deeds AS d ON h.deed = d.deed
    WHERE h.data = 1
    GROUP BY h.s, d.service
  ) AS x
  GROUP BY x.s
) AS c
LEFT JOIN (
  SELECT v.s AS s, sum(v.asks) AS moves, sum(v.asks * v.up) AS ups, sum(v.page) AS pages,
         sum(1 - v.asks) AS person_moves, sum((1 - v.asks) * v.up) AS person_ups
  FROM detect_moves AS v
  GROUP BY v.s
) AS m ON c.s = m.s""",
        ),
    )


def devices() -> Step:
    """The clients of each session that have a name."""
    return Step(
        fills=DEVICES,
        reads=("detect_done", "detect_clients"),
        sql="""
SELECT h.s AS s, h.tool AS tool
FROM (SELECT DISTINCT s, tool FROM detect_done) AS h
JOIN (SELECT DISTINCT c.tool FROM detect_clients AS c WHERE c.family <> '') AS t
  ON h.tool = t.tool""",
    )


def tools() -> Step:
    """The families of client, source by source."""
    return Step(
        fills=TOOLS,
        reads=("detect_clients",),
        sql="""
SELECT DISTINCT c.tool AS tool, c.source AS source, c.family AS family
FROM detect_clients AS c
WHERE c.family <> ''""",
    )
