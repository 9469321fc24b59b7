"""The lines of an account cut into sessions: by key and network, idle time, login and logout.

A stream is one actor on one account as the trails tell actors apart: the same session key from
the same network, or the same network alone. A key that one application made for itself belongs
to the login that came before it on the same account and network. A line without a key joins the
keyed lines of the same account and network within half an hour. Two networks under one key are
two streams, and so are two clients of one source: a stolen cookie is not mixed with its owner.
"""

from tocsin.core.tables import Step
from tocsin.core.zones import HOUR_US, SECOND_US
from tocsin.detect.tables import HELD
from tocsin.detect.tables_hand import (
    CUTS,
    DONE,
    LONE,
    NUMBERS,
    OPENINGS,
    PARENTS,
    STREAMS,
)
from tocsin.detect.tables_second import STRANDS

IDLE_US = 1800 * SECOND_US
"""Idle time that ends a session known by network only: 30 minutes."""

IDLE_KEYED_US = 4 * HOUR_US
"""Idle time that ends a session known by its key: 4 hours."""

LONGEST_US = 12 * HOUR_US
"""A token that lives longer is cut again every 12 hours."""

LOGIN_AGAIN_US = 300 * SECOND_US
"""Login lines closer than this are one login, told by several sources."""

STRAND_LEAST, STRANDS_MOST = 3, 6
"""Acts on data of a client that make it a strand of a key; and clients of a key, at most."""


def lone() -> Step:
    """For each line that may join a key, the nearest keyed lines around it."""

    def nearest(name: str, *, after: bool) -> str:
        rows = (
            "CURRENT ROW AND UNBOUNDED FOLLOWING"
            if after
            else "UNBOUNDED PRECEDING AND CURRENT ROW"
        )
        return (
            f"{'min' if after else 'max'}(CASE WHEN l.key > 0 THEN l.n END) OVER "
            f"(PARTITION BY l.acc, l.net ORDER BY l.n ROWS BETWEEN {rows}) AS {name}"
        )

    return Step(
        fills=LONE,
        reads=("detect_lines",),
        sql=f"""
SELECT l.n AS n, l.us AS us, l.key AS key,
       {nearest("before_key", after=False)},
       {nearest("after_key", after=True)}
FROM detect_lines AS l
JOIN (SELECT DISTINCT acc, net FROM detect_lines WHERE key = 0) AS z
  ON l.acc = z.acc AND l.net = z.net""",
    )


def openings() -> Step:
    """The lines that log in and the first line of each key of one application, in order."""
    return Step(
        fills=OPENINGS,
        reads=("detect_lines",),
        sql="""
SELECT l.n AS n, l.us AS us, l.key AS key, l.opens AS opens,
       max(CASE WHEN l.opens = 1 THEN l.n END) OVER (
         PARTITION BY l.acc, l.net ORDER BY l.n
         ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before_login
FROM detect_lines AS l
LEFT JOIN (
  SELECT x.key AS key, min(x.n) AS n
  FROM detect_lines AS x
  WHERE x.key > 0 AND x.opens = 0
  GROUP BY x.key
) AS f ON l.n = f.n
WHERE l.opens = 1 OR f.n IS NOT NULL""",
    )


def parents() -> Step:
    """For each key of one application, the login that opened it within half an hour."""
    return Step(
        fills=PARENTS,
        reads=("detect_openings",),
        sql=f"""
SELECT c.key AS key, p.key AS parent
FROM detect_openings AS c
JOIN detect_openings AS p ON c.before_login = p.n
WHERE c.opens = 0 AND p.us >= c.us - {IDLE_US}""",
    )


def strands() -> Step:
    """The clients of a key beside the first one that a source saw with it.

    A client that changes at every line (a number of the request in it) tells no actors apart:
    a strand has three acts on data at least, and a key no more than a handful of them.
    """
    return Step(
        fills=STRANDS,
        reads=("detect_lines", "detect_clients", "detect_deeds"),
        sql=f"""
SELECT r.key AS key, r.tool AS tool,
       row_number() OVER (PARTITION BY r.key ORDER BY r.source, r.rank) AS strand
FROM (
  SELECT d.key AS key, d.source AS source, d.tool AS tool,
         row_number() OVER (PARTITION BY d.key, d.source ORDER BY d.us, d.tool) AS rank,
         count(*) OVER (PARTITION BY d.key, d.source) AS clients
  FROM (
    SELECT l.key AS key, o.source AS source, l.tool AS tool, min(l.us) AS us
    FROM detect_lines AS l
    JOIN (SELECT DISTINCT c.tool, c.source FROM detect_clients AS c WHERE c.family <> '') AS o
      ON l.tool = o.tool
    JOIN detect_deeds AS e ON l.deed = e.deed
    WHERE l.key > 0 AND e.data = 1
    GROUP BY l.key, o.source, l.tool
    HAVING count(*) >= {STRAND_LEAST}
  ) AS d
) AS r
WHERE r.rank > 1 AND r.clients <= {STRANDS_MOST}""",
    )


def streams() -> Step:
    """Each line with its stream; logins look ahead first, everything else behind first."""
    return Step(
        fills=STREAMS,
        reads=(
            "detect_lines",
            "detect_deeds",
            "detect_lone",
            "detect_parents",
            "detect_strands",
        ),
        sql=f"""
SELECT w.n AS n, w.us AS us, w.acc AS acc, w.net AS net,
       coalesce(p.parent, w.key) AS key, coalesce(t.strand, 0) AS strand,
       d.kind AS kind, w.good AS good
FROM (
  SELECT l.n AS n, l.us AS us, l.acc AS acc, l.net AS net, l.deed AS deed, l.good AS good,
         l.tool AS tool, CASE WHEN l.key > 0 THEN l.key ELSE coalesce(x.key, 0) END AS key
  FROM detect_lines AS l
  LEFT JOIN (
    SELECT z.n AS n,
           CASE WHEN e.kind = 'login' AND a.us <= z.us + {IDLE_US} THEN a.key
                WHEN b.us >= z.us - {IDLE_US} THEN b.key
                WHEN a.us <= z.us + {IDLE_US} THEN a.key
                ELSE 0 END AS key
    FROM detect_lone AS z
    JOIN detect_lines AS y ON z.n = y.n
    JOIN detect_deeds AS e ON y.deed = e.deed
    LEFT JOIN detect_lone AS b ON z.before_key = b.n
    LEFT JOIN detect_lone AS a ON z.after_key = a.n
    WHERE z.key = 0
  ) AS x ON l.n = x.n
) AS w
JOIN detect_deeds AS d ON w.deed = d.deed
LEFT JOIN detect_parents AS p ON w.key = p.key
LEFT JOIN detect_strands AS t ON w.key = t.key AND w.tool = t.tool""",
    )


def cuts() -> Step:
    """Where each stream is cut: a chain is named by its first line."""
    past = (
        "PARTITION BY c.acc, c.net, c.key, c.strand ORDER BY c.n "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    )
    before = "PARTITION BY t.acc, t.net, t.key, t.strand ORDER BY t.n"
    return Step(
        fills=CUTS,
        reads=("detect_streams",),
        sql=f"""
SELECT b.n AS n, b.acc AS acc, b.net AS net, b.key AS key, b.strand AS strand,
       b.chain AS chain,
       CAST(floor((b.us - b.chain_us) / {LONGEST_US}.0) AS BIGINT) AS block
FROM (
  SELECT c.n AS n, c.us AS us, c.acc AS acc, c.net AS net, c.key AS key, c.strand AS strand,
         max(CASE WHEN c.cut = 1 THEN c.n END) OVER ({past}) AS chain,
         max(CASE WHEN c.cut = 1 THEN c.us END) OVER ({past}) AS chain_us
  FROM (
    SELECT d.n AS n, d.us AS us, d.acc AS acc, d.net AS net, d.key AS key,
           d.strand AS strand,
           CASE
             WHEN d.last_us IS NULL THEN 1
             WHEN d.us - d.last_us
                  > CASE WHEN d.key > 0 THEN {IDLE_KEYED_US} ELSE {IDLE_US} END THEN 1
             WHEN d.last_kind = 'logout' AND d.kind <> 'logout' THEN 1
             WHEN d.kind = 'login' AND d.good = 1
                  AND d.us - d.last_us > {LOGIN_AGAIN_US} THEN 1
             ELSE 0 END AS cut
    FROM (
      SELECT t.n AS n, t.us AS us, t.acc AS acc, t.net AS net, t.key AS key,
             t.strand AS strand, t.kind AS kind, t.good AS good,
             lag(t.us) OVER ({before}) AS last_us, lag(t.kind) OVER ({before}) AS last_kind
      FROM detect_streams AS t
    ) AS d
  ) AS c
) AS b""",
    )


def numbers(before: int = 0) -> Step:
    """A number for each session.

    Args:
        before: sessions of the accounts that come before those in hand.
    """
    return Step(
        fills=NUMBERS,
        reads=("detect_cuts",),
        sql=f"""
SELECT {before} + row_number() OVER (ORDER BY g.acc, g.first_n) AS s, g.acc AS acc,
       g.net AS net, g.key AS key, g.strand AS strand, g.chain AS chain, g.block AS block,
       g.first_n AS first_n
FROM (
  SELECT min(c.acc) AS acc, min(c.net) AS net, min(c.key) AS key, min(c.strand) AS strand,
         c.chain AS chain, c.block AS block, min(c.n) AS first_n
  FROM detect_cuts AS c
  GROUP BY c.chain, c.block
) AS g""",
    )


def done() -> Step:
    """Each line with the number of its session."""
    return Step(
        fills=DONE,
        reads=("detect_lines", "detect_deeds", "detect_cuts", "detect_numbers"),
        sql="""
SELECT g.s AS s, l.n AS n, l.file AS file, l.position AS position, l.us AS us, l.acc AS acc,
       l.net AS net, l.tool AS tool, l.deed AS deed, d.kind AS kind, l.good AS good,
       d.data AS data, l.lifts AS lifts, l.treats AS treats, l.person AS person,
       l.query AS query
FROM detect_cuts AS c
JOIN detect_lines AS l ON c.n = l.n
JOIN detect_numbers AS g ON c.chain = g.chain AND c.block = g.block
JOIN detect_deeds AS d ON l.deed = d.deed""",
    )


def held() -> Step:
    """Each line and its session, as later questions read it."""
    return Step(
        fills=HELD,
        reads=("detect_done",),
        sql="""
SELECT h.s AS s, h.n AS n, h.file AS file, h.position AS position, h.us AS us, h.acc AS acc,
       h.net AS net, h.kind AS kind, h.good AS good, h.data AS data
FROM detect_done AS h""",
        view=True,
    )
