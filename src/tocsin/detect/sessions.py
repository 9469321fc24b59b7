"""The lines of an account cut into sessions: by key and network, idle time, login and logout.

A stream is one actor on one account as the trails tell actors apart: the same session key from
the same network, or the same network alone. A key that one application made for itself belongs
to the login that came before it on the same account and network. A line without a key joins the
keyed lines of the same account and network within half an hour. Two networks under one key are
two streams, so a stolen cookie is not mixed with its owner.
"""

from tocsin.core.tables import Step
from tocsin.core.zones import HOUR_US, SECOND_US
from tocsin.detect.tables import ANCHORS, CUTS, HELD, NUMBERS, PARENTS, STREAMS

IDLE_US = 1800 * SECOND_US
"""Idle time that ends a session known by network only: 30 minutes."""

IDLE_KEYED_US = 4 * HOUR_US
"""Idle time that ends a session known by its key: 4 hours."""

LONGEST_US = 12 * HOUR_US
"""A token that lives longer is cut again every 12 hours."""

LOGIN_AGAIN_US = 300 * SECOND_US
"""Login lines closer than this are one login, told by several sources."""


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


def streams() -> Step:
    """Each line with its stream; logins look ahead first, everything else behind first."""
    return Step(
        fills=STREAMS,
        reads=("detect_lines", "detect_anchors", "detect_parents"),
        sql=f"""
SELECT w.n AS n, w.us AS us, w.acc AS acc, w.net AS net,
       coalesce(p.parent, w.key) AS key, w.kind AS kind, w.good AS good
FROM (
  SELECT l.n AS n, l.us AS us, l.acc AS acc, l.net AS net, l.kind AS kind, l.good AS good,
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
LEFT JOIN detect_parents AS p ON w.key = p.key""",
    )


def cuts() -> Step:
    """Where each stream is cut."""
    return Step(
        fills=CUTS,
        reads=("detect_streams",),
        sql=f"""
SELECT b.n AS n, b.us AS us, b.acc AS acc, b.net AS net, b.key AS key,
       b.chain AS chain,
       CAST(floor((b.us - min(b.us) OVER (
         PARTITION BY b.acc, b.net, b.key, b.chain)) / {LONGEST_US}.0) AS BIGINT)
         AS block
FROM (
  SELECT c.n AS n, c.us AS us, c.acc AS acc, c.net AS net, c.key AS key,
         sum(CASE
           WHEN c.us - c.last_us > CASE WHEN c.key > 0 THEN {IDLE_KEYED_US} ELSE {IDLE_US} END
             THEN 1
           WHEN c.last_kind = 'logout' AND c.kind <> 'logout' THEN 1
           WHEN c.kind = 'login' AND c.good = 1
                AND (c.last_kind <> 'login' OR c.us - c.last_us > {LOGIN_AGAIN_US})
                AND c.us - c.last_us > {LOGIN_AGAIN_US} THEN 1
           ELSE 0 END) OVER (
             PARTITION BY c.acc, c.net, c.key ORDER BY c.n
             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS chain
  FROM (
    SELECT t.n AS n, t.us AS us, t.acc AS acc, t.net AS net, t.key AS key,
           t.kind AS kind, t.good AS good,
           lag(t.us) OVER (
             PARTITION BY t.acc, t.net, t.key ORDER BY t.n) AS last_us,
           lag(t.kind) OVER (
             PARTITION BY t.acc, t.net, t.key ORDER BY t.n) AS last_kind
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
       g.key AS key, g.chain AS chain, g.block AS block,
       g.first_n AS first_n
FROM (
  SELECT c.acc AS acc, c.net AS net, c.key AS key, c.chain AS chain,
         c.block AS block, min(c.n) AS first_n
  FROM detect_cuts AS c
  GROUP BY c.acc, c.net, c.key, c.chain, c.block
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
     AND c.chain = g.chain AND c.block = g.block""",
    )
