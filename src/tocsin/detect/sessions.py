"""The lines of an account cut into sessions: by key and network, idle time, login and logout.

A stream is one actor on one account as the trails tell actors apart: the same session key from
the same network, or without a key the same network and family of client. A line without a key
(a login at the identity provider, a web log without sessions) joins the stream of the same
account and network that acts within half an hour of it. Two networks under one key are two
streams, so a stolen cookie is not mixed with its owner.
"""

from tocsin.core.tables import Step
from tocsin.core.zones import HOUR_US, SECOND_US
from tocsin.detect.tables import ANCHORS, CUTS, HELD, NUMBERS, STREAMS

IDLE_US = 1800 * SECOND_US
"""Idle time that ends a session known by network only: 30 minutes."""

IDLE_KEYED_US = 4 * HOUR_US
"""Idle time that ends a session known by its key: 4 hours."""

LONGEST_US = 12 * HOUR_US
"""A token that lives longer is cut again every 12 hours."""

LOGIN_AGAIN_US = 300 * SECOND_US
"""Login lines closer than this are one login, told by several sources."""


def anchors() -> Step:
    """For each line without a key, the nearest line before and after that could own it."""

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

    keyed, acting = "l.key > 0 AND l.data = 1", "l.data = 1"
    return Step(
        fills=ANCHORS,
        reads=("detect_lines",),
        sql=f"""
SELECT w.n AS n, w.before_key AS before_key, w.after_key AS after_key,
       w.before_act AS before_act, w.after_act AS after_act
FROM (
  SELECT l.n AS n, l.key AS key,
         {nearest("before_key", keyed, after=False)},
         {nearest("after_key", keyed, after=True)},
         {nearest("before_act", acting, after=False)},
         {nearest("after_act", acting, after=True)}
  FROM detect_lines AS l
) AS w
WHERE w.key = 0""",
    )


def streams() -> Step:
    """Each line with its stream; logins look ahead first, everything else behind first."""
    bk = f"(bk.us >= l.us - {IDLE_US})"
    ak = f"(ak.us <= l.us + {IDLE_US})"
    ba = f"(l.data = 0 AND ba.us >= l.us - {IDLE_US})"
    aa = f"(l.data = 0 AND aa.us <= l.us + {IDLE_US})"

    def chosen(column: str, own: str) -> str:
        return f"""CASE
           WHEN l.key > 0 THEN {own}
           WHEN l.kind = 'login' AND {ak} THEN ak.{column}
           WHEN {bk} THEN bk.{column} WHEN {ak} THEN ak.{column}
           WHEN l.kind = 'login' AND {aa} THEN aa.{column}
           WHEN {ba} THEN ba.{column} WHEN {aa} THEN aa.{column}
           ELSE {own} END"""

    return Step(
        fills=STREAMS,
        reads=("detect_lines", "detect_anchors"),
        sql=f"""
SELECT l.n AS n, l.us AS us, l.acc AS acc, l.net AS net, {chosen("key", "l.key")} AS key,
       CASE WHEN {chosen("key", "l.key")} > 0 THEN '' ELSE {chosen("device", "l.device")} END
         AS device,
       l.kind AS kind, l.good AS good
FROM detect_lines AS l
LEFT JOIN detect_anchors AS x ON l.n = x.n
LEFT JOIN detect_lines AS bk ON x.before_key = bk.n
LEFT JOIN detect_lines AS ak ON x.after_key = ak.n
LEFT JOIN detect_lines AS ba ON x.before_act = ba.n
LEFT JOIN detect_lines AS aa ON x.after_act = aa.n""",
    )


def cuts() -> Step:
    """Where each stream is cut."""
    return Step(
        fills=CUTS,
        reads=("detect_streams",),
        sql=f"""
SELECT b.n AS n, b.us AS us, b.acc AS acc, b.net AS net, b.key AS key, b.device AS device,
       b.chain AS chain,
       CAST(floor((b.us - min(b.us) OVER (
         PARTITION BY b.acc, b.net, b.key, b.device, b.chain)) / {LONGEST_US}.0) AS BIGINT)
         AS block
FROM (
  SELECT c.n AS n, c.us AS us, c.acc AS acc, c.net AS net, c.key AS key, c.device AS device,
         sum(CASE
           WHEN c.us - c.last_us > CASE WHEN c.key > 0 THEN {IDLE_KEYED_US} ELSE {IDLE_US} END
             THEN 1
           WHEN c.last_kind = 'logout' AND c.kind <> 'logout' THEN 1
           WHEN c.kind = 'login' AND c.good = 1
                AND (c.last_kind <> 'login' OR c.us - c.last_us > {LOGIN_AGAIN_US})
                AND c.us - c.last_us > {LOGIN_AGAIN_US} THEN 1
           ELSE 0 END) OVER (
             PARTITION BY c.acc, c.net, c.key, c.device ORDER BY c.n
             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS chain
  FROM (
    SELECT t.n AS n, t.us AS us, t.acc AS acc, t.net AS net, t.key AS key,
           t.device AS device, t.kind AS kind, t.good AS good,
           lag(t.us) OVER (
             PARTITION BY t.acc, t.net, t.key, t.device ORDER BY t.n) AS last_us,
           lag(t.kind) OVER (
             PARTITION BY t.acc, t.net, t.key, t.device ORDER BY t.n) AS last_kind
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
       g.key AS key, g.device AS device, g.chain AS chain, g.block AS block,
       g.first_n AS first_n
FROM (
  SELECT c.acc AS acc, c.net AS net, c.key AS key, c.device AS device, c.chain AS chain,
         c.block AS block, min(c.n) AS first_n
  FROM detect_cuts AS c
  GROUP BY c.acc, c.net, c.key, c.device, c.chain, c.block
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
     AND c.device = g.device AND c.chain = g.chain AND c.block = g.block""",
    )
