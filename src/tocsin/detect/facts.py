"""What the lines of a session count: kinds, gaps, orders, clients."""

from tocsin.core.tables import Step
from tocsin.core.vocabulary import PURPOSES_THAT_LIFT
from tocsin.detect.tables import DEVICES, FACTS, NAMED, ORDERS, RHYTHM


def facts() -> Step:
    """Counts and instants of each session; its first line gives it its name."""
    return Step(
        fills=FACTS,
        reads=("detect_held", "detect_numbers", "detect_lines"),
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
  FROM detect_held AS h
  GROUP BY h.s
) AS c
JOIN detect_numbers AS g ON c.s = g.s
JOIN detect_lines AS l ON g.first_n = l.n""",
    )


def rhythm() -> Step:
    """The gaps between acts on data, on a log scale: ln(1 s + gap).

    The high gap is that which one in ten exceeds: people stop to read or are interrupted.
    """
    return Step(
        fills=RHYTHM,
        reads=("detect_held",),
        sql="""
SELECT r.s AS s, count(*) AS gaps, sum(r.g) AS gap_sum, sum(r.g * r.g) AS gap_squares,
       max(CASE WHEN r.rank = floor(r.many / 10.0) + 1 THEN r.g ELSE 0.0 END) AS gap_high
FROM (
  SELECT q.s AS s, q.g AS g, row_number() OVER (PARTITION BY q.s ORDER BY q.g DESC) AS rank,
         count(*) OVER (PARTITION BY q.s) AS many
  FROM (
    SELECT p.s AS s, ln(1.0 + (p.us - p.last_us) / 1000000.0) AS g
    FROM (
      SELECT h.s AS s, h.us AS us, lag(h.us) OVER (PARTITION BY h.s ORDER BY h.n) AS last_us
      FROM detect_held AS h
      WHERE h.data = 1
    ) AS p
    WHERE p.last_us IS NOT NULL AND p.us > p.last_us
  ) AS q
) AS r
GROUP BY r.s""",
    )


def orders() -> Step:
    """Alphabetical or numeric order of queries and of opened persons, and turned pages.

    A move is two queries in a row that differ; a page is a move that changes digits only.
    """
    purposes = ", ".join(f"'{purpose}'" for purpose in PURPOSES_THAT_LIFT)
    return Step(
        fills=ORDERS,
        reads=("access", "detect_files", "detect_held"),
        sql=f"""
SELECT m.s AS s,
       sum(CASE WHEN m.asks = 1 AND m.what <> m.last THEN 1 ELSE 0 END) AS moves,
       sum(CASE WHEN m.asks = 1 AND m.what > m.last THEN 1 ELSE 0 END) AS ups,
       sum(CASE WHEN m.asks = 1 AND m.what < m.last THEN 1 ELSE 0 END) AS downs,
       sum(CASE WHEN m.asks = 1 AND m.what <> m.last
                 AND translate(m.what, '0123456789', '') = translate(m.last, '0123456789', '')
           THEN 1 ELSE 0 END) AS pages,
       sum(CASE WHEN m.asks = 0 AND m.what <> m.last THEN 1 ELSE 0 END) AS person_moves,
       sum(CASE WHEN m.asks = 0 AND m.what > m.last THEN 1 ELSE 0 END) AS person_ups,
       sum(CASE WHEN m.asks = 0 AND m.what < m.last THEN 1 ELSE 0 END) AS person_downs,
       count(DISTINCT m.service) AS services,
       sum(m.override) AS overrides
FROM (
  SELECT q.s AS s, q.asks AS asks, q.what AS what, q.service AS service,
         q.override AS override,
         lag(q.what) OVER (PARTITION BY q.s, q.asks, q.operation ORDER BY q.n) AS last
  FROM (
    SELECT h.s AS s, h.n AS n, a.service AS service, a.operation AS operation,
           CASE WHEN h.kind IN ('search', 'list') THEN 1 ELSE 0 END AS asks,
           CASE WHEN a.purpose IN ({purposes}) THEN 1 ELSE 0 END AS override,
           CASE WHEN h.kind IN ('search', 'list') THEN nullif(a.query, '')
                ELSE nullif(a.person, '') END AS what
    FROM detect_held AS h
    JOIN detect_files AS f ON h.file = f.file
    JOIN access AS a ON a.digest = f.digest AND a.position = h.position
    WHERE h.data = 1 AND a.part = 0
  ) AS q
) AS m
GROUP BY m.s""",
    )


def named() -> Step:
    """Distinct persons that the lines of a session name."""
    return Step(
        fills=NAMED,
        reads=("access", "detect_files", "detect_held"),
        sql="""
SELECT d.s AS s, count(*) AS persons
FROM (
  SELECT DISTINCT h.s AS s, a.person AS person
  FROM access AS a
  JOIN detect_files AS f ON a.digest = f.digest
  JOIN detect_held AS h ON h.file = f.file AND h.position = a.position
  WHERE a.person <> ''
) AS d
GROUP BY d.s""",
    )


def devices() -> Step:
    """The families of client of each session, source by source."""
    return Step(
        fills=DEVICES,
        reads=("detect_held",),
        sql="""
SELECT DISTINCT h.s AS s, h.source AS source, h.device AS device
FROM detect_held AS h
WHERE h.device <> ''""",
    )
