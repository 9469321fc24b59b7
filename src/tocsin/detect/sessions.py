"""The lines of an account cut into sessions: by key and network, idle time, login and logout.

A stream is one actor on one account as the trails tell actors apart: the same session key from
the same network, or the same network alone. A key that one application made for itself belongs
to the login that came before it on the same account and network. A line without a key joins the
keyed lines of the same account and network within half an hour. Two networks under one key are
two streams, and so are two clients of one source: a stolen cookie is not mixed with its owner.
"""

from tocsin.core.tables import Step
from tocsin.core.zones import HOUR_US, SECOND_US
from tocsin.detect.tables import ANCHORS, CUTS, HELD, NUMBERS, PARENTS, STREAMS
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


def anchors() -> Step:
    """For each line, the nearest keyed lines around it, and the login before it."""

    def nearest(name: str, keep: str, *, after: bool) -> str:
        rows = (
            "CURRENT ROW AND UNBOUNDED FOLLOWING"
            if after
            else "UNBOUNDED PRECEDING AND CURRENT ROW"
        )
        return (
            f"{'min' if after else 'max'}(CASE WHEN {keep} THEN l.n END) OVER "
            f"(PARTITION BY l.acc, l.net ORDER BY l.n ROWS BETWEEN {rows}) AS {name}"
        )

    return Step(
        fills=ANCHORS,
        reads=("detect_lines",),
        sql=f"""
SELECT l.n AS n, l.key AS key, l.opens AS opens, l.us AS us, l.kind AS kind,
       {nearest("before_key", "l.key > 0", after=False)},
       {nearest("after_key", "l.key > 0", after=True)},
       {nearest("before_login", "l.opens = 1", after=False)}
FROM detect_lines AS l""",
    )


def parents() -> Step:
    """For each key of one application, the login that opened it within half an hour."""
    return Step(
        fills=PARENTS,
        reads=("detect_anchors",),
        sql=f"""
SELECT f.key AS key, p.key AS parent
FROM (
  SELECT x.key AS key, min(x.n) AS n
  FROM detect_anchors AS x
  WHERE x.key > 0 AND x.opens = 0
  GROUP BY x.key
) AS f
JOIN detect_anchors AS c ON f.n = c.n
JOIN detect_anchors AS p ON c.before_login = p.n
WHERE p.us >= c.us - {IDLE_US}""",
    )


def strands() -> Step:
    """The clients of a key beside the first one that a source saw with it.

    A client that changes at every line (a number of the request in it) tells no actors apart:
    a strand has three acts on data at least, and a key no more than a handful of them.
    """
    return Step(
        fills=STRANDS,
        reads=("detect_lines",),
        sql=f"""
SELECT r.key AS key, r.source AS source, r.device AS device,
       row_number() OVER (PARTITION BY r.key ORDER BY r.source, r.rank) AS strand
FROM (
  SELECT d.key AS key, d.source AS source, d.device AS device,
         row_number() OVER (PARTITION BY d.key, d.source ORDER BY d.us, d.device) AS rank,
         count(*) OVER (PARTITION BY d.key, d.source) AS clients
  FROM (
    SELECT l.key AS key, l.source AS source, l.device AS device, min(l.us) AS us
    FROM detect_lines AS l
    WHERE l.key > 0 AND l.device <> '' AND l.data = 1
    GROUP BY l.key, l.source, l.device
    HAVING count(*) >= {STRAND_LEAST}
  ) AS d
) AS r
WHERE r.rank > 1 AND r.clients <= {STRANDS_MOST}""",
    )


def streams() -> Step:
    """Each line with its stream; logins look ahead first, everything else behind first."""
    return Step(
        fills=STREAMS,
        reads=("detect_lines", "detect_anchors", "detect_parents", "detect_strands"),
        sql=f"""
SELECT w.n AS n, w.us AS us, w.acc AS acc, w.net AS net,
       coalesce(p.parent, w.key) AS key, coalesce(t.strand, 0) AS strand,
       w.kind AS kind, w.good AS good
FROM (
  SELECT l.n AS n, l.us AS us, l.acc AS acc, l.net AS net, l.kind AS kind, l.good AS good,
         l.source AS source, l.device AS device,
         CASE WHEN l.key > 0 THEN l.key
              WHEN l.kind = 'login' AND a.us <= l.us + {IDLE_US} THEN a.key
              WHEN b.us >= l.us - {IDLE_US} THEN b.key
              WHEN a.us <= l.us + {IDLE_US} THEN a.key
              ELSE 0 END AS key
  FROM detect_lines AS l
  JOIN detect_anchors AS x ON l.n = x.n
  LEFT JOIN detect_anchors AS b ON x.key = 0 AND x.before_key = b.n
  LEFT JOIN detect_anchors AS a ON x.key = 0 AND x.after_key = a.n
) AS w
LEFT JOIN detect_parents AS p ON w.key = p.key
LEFT JOIN detect_strands AS t ON w.key = t.key AND w.source = t.source
     AND w.device = t.device""",
    )


def cuts() -> Step:
    """Where each stream is cut."""
    return Step(
        fills=CUTS,
        reads=("detect_streams",),
        sql=f"""
SELECT b.n AS n, b.us AS us, b.acc AS acc, b.net AS net, b.key AS key,
       b.strand AS strand, b.chain AS chain,
       CAST(floor((b.us - min(b.us) OVER (
         PARTITION BY b.acc, b.net, b.key, b.strand, b.chain)) / {LONGEST_US}.0) AS BIGINT)
         AS block
FROM (
  SELECT c.n AS n, c.us AS us, c.acc AS acc, c.net AS net, c.key AS key, c.strand AS strand,
         sum(CASE
           WHEN c.us - c.last_us > CASE WHEN c.key > 0 THEN {IDLE_KEYED_US} ELSE {IDLE_US} END
             THEN 1
           WHEN c.last_kind = 'logout' AND c.kind <> 'logout' THEN 1
           WHEN c.kind = 'login' AND c.good = 1
                AND (c.last_kind <> 'login' OR c.us - c.last_us > {LOGIN_AGAIN_US})
                AND c.us - c.last_us > {LOGIN_AGAIN_US} THEN 1
           ELSE 0 END) OVER (
             PARTITION BY c.acc, c.net, c.key, c.strand ORDER BY c.n
             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS chain
  FROM (
    SELECT t.n AS n, t.us AS us, t.acc AS acc, t.net AS net, t.key AS key,
           t.strand AS strand, t.kind AS kind, t.good AS good,
           lag(t.us) OVER (
             PARTITION BY t.acc, t.net, t.key, t.strand ORDER BY t.n) AS last_us,
           lag(t.kind) OVER (
             PARTITION BY t.acc, t.net, t.key, t.strand ORDER BY t.n) AS last_kind
    FROM detect_streams AS t
  ) AS c
) AS b""",
    )


def numbers() -> Step:
    """A number for each session."""
    return Step(
        fills=NUMBERS,
        reads=("detect_cuts",),
        sql="""
SELECT row_number() OVER (ORDER BY g.acc, g.first_n) AS s, g.acc AS acc, g.net AS net,
       g.key AS key, g.strand AS strand, g.chain AS chain, g.block AS block,
       g.first_n AS first_n
FROM (
  SELECT c.acc AS acc, c.net AS net, c.key AS key, c.strand AS strand,
         c.chain AS chain, c.block AS block, min(c.n) AS first_n
  FROM detect_cuts AS c
  GROUP BY c.acc, c.net, c.key, c.strand, c.chain, c.block
) AS g""",
    )


def held() -> Step:
    """Each line with the number of its session."""
    return Step(
        fills=HELD,
        reads=("detect_lines", "detect_cuts", "detect_numbers"),
        sql="""
SELECT g.s AS s, l.n AS n, l.file AS file, l.position AS position, l.us AS us, l.acc AS acc,
       l.net AS net, l.source AS source, l.device AS device, l.kind AS kind, l.good AS good,
       l.data AS data
FROM detect_cuts AS c
JOIN detect_lines AS l ON c.n = l.n
JOIN detect_numbers AS g ON c.acc = g.acc AND c.net = g.net AND c.key = g.key
     AND c.strand = g.strand AND c.chain = g.chain AND c.block = g.block""",
    )
