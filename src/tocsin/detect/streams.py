"""Trials: the content of one session weighed against the past of one account, in SQL windows.

A trial is a real session on its own account, or a swap: another account's session as if it had
come at that instant. Real sessions weigh 1 in the past that later trials are weighed against,
swaps 0, so the same window serves both and nothing looks ahead. The past is forgotten over 90
days; a second reading never forgets.
"""

from tocsin.core.tables import Step
from tocsin.core.zones import DAY_US, HOUR_US
from tocsin.detect.traits import BEFORE, CHANNELS, PERSON
from tocsin.detect.trial_tables import (
    BEFORE_ROWS,
    BEFORE_SHARES,
    EVERYBODY,
    PEERS,
    STREAM_FACTS,
    TRIAL_SUMS,
    TRIAL_TRAITS,
    WEIGHED,
)

FORGET_DAYS = 90.0
"""Time over which the past fades by a factor e."""

RECENT_DAYS = (5.0, 30.0)
"""A person seen so long ago counts as seen again by a factor 1/e."""

PEERS_DAYS = 60.0
"""A person that colleagues worked on so long ago counts as known by a factor 1/e."""

LATELY_US = 6 * HOUR_US
"""The account's own last hours do not vouch for it: where sessions have no key, what a thief
does in one evening stands in the trail as several sessions."""

_EARLIER = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
_SETTLED = f"RANGE BETWEEN UNBOUNDED PRECEDING AND {LATELY_US} PRECEDING"


def trial_traits() -> Step:
    """The tokens of each trial: the clock's channels of one session, the rest of another."""
    clocks = ", ".join(str(c.number) for c in CHANNELS if c.follows_clock)
    columns = (
        "t.k AS k, t.acc AS acc, t.peers AS peers, t.us AS us, t.counts AS counts, "
        "x.channel AS channel, "
        "x.token AS token, x.w AS w"
    )
    return Step(
        fills=TRIAL_TRAITS,
        reads=("detect_trials", "detect_traits"),
        sql=f"""
SELECT {columns}
FROM detect_trials AS t
JOIN detect_traits AS x ON x.s = t.clock
WHERE x.channel IN ({clocks})
UNION ALL
SELECT {columns}
FROM detect_trials AS t
JOIN detect_traits AS x ON x.s = t.s
WHERE x.channel NOT IN ({clocks})""",
    )


def peers() -> Step:
    """Persons of a trial that no colleague of the account ever worked on, and how lately."""
    group = f"PARTITION BY x.peers, x.token ORDER BY x.us, x.counts, x.k {_EARLIER}"
    own = f"PARTITION BY x.acc, x.token ORDER BY x.us {_SETTLED}"
    return Step(
        fills=PEERS,
        reads=("detect_trial_traits",),
        sql=f"""
SELECT p.k AS k, sum(CASE WHEN p.theirs > p.mine THEN 0.0 ELSE 1.0 END) / count(*) AS unknown,
       sum(coalesce(exp(-p.ago / {PEERS_DAYS * DAY_US:.1f}), 0.0)) / count(*) AS lately
FROM (
  SELECT x.k AS k, coalesce(sum(x.counts) OVER ({group}), 0.0) AS theirs,
         coalesce(sum(x.counts) OVER ({own}), 0.0) AS mine,
         x.us - max(CASE WHEN x.counts > 0 THEN x.us END) OVER ({group}) AS ago
  FROM detect_trial_traits AS x
  WHERE x.channel = {PERSON.number}
) AS p
GROUP BY p.k""",
    )


def before_rows() -> Step:
    """Who worked last on each person of a trial, before it: 0 = nobody yet."""
    return Step(
        fills=BEFORE_ROWS,
        reads=("detect_trial_traits",),
        sql=f"""
SELECT p.k AS k, p.acc AS acc, p.us AS us, p.counts AS counts, p.last AS last,
       sqrt(count(*)) AS w, count(*) AS persons
FROM (
  SELECT x.k AS k, x.acc AS acc, x.us AS us, x.counts AS counts,
         coalesce(max(CASE WHEN x.counts > 0
                           THEN CAST(floor(x.us / 1000000.0) AS BIGINT) * 8388608 + x.acc
                      END) OVER (
           PARTITION BY x.token ORDER BY x.us, x.counts, x.k {_EARLIER}), 0) % 8388608
           AS last
  FROM detect_trial_traits AS x
  WHERE x.channel = {PERSON.number}
) AS p
GROUP BY p.k, p.acc, p.us, p.counts, p.last""",
    )


def before_shares() -> Step:
    """Share of the persons of a trial that the account itself, or nobody, worked on last."""
    return Step(
        fills=BEFORE_SHARES,
        reads=("detect_before_rows",),
        sql="""
SELECT b.k AS k,
       sum(CASE WHEN b.last = b.acc THEN b.persons ELSE 0 END) * 1.0 / sum(b.persons)
         AS own_share,
       sum(CASE WHEN b.last = 0 THEN b.persons ELSE 0 END) * 1.0 / sum(b.persons)
         AS nobody_share
FROM detect_before_rows AS b
GROUP BY b.k""",
    )


def steps(start_us: int) -> tuple[Step, ...]:
    """From trials to what is known of each.

    Args:
        start_us: an instant near the trail's, from which the fading is counted.
    """
    return (
        trial_traits(),
        peers(),
        before_rows(),
        before_shares(),
        everybody(),
        trial_sums(start_us),
        weighed(start_us),
        stream_facts(),
    )


PASSING = (
    "detect_trial_traits",
    "detect_before_rows",
    "detect_everybody",
    "detect_trial_sums",
    "detect_weighed",
)
"""Relations that are of no use once the facts are there."""


def _all_rows() -> str:
    """Trial tokens with those of who worked before, others than oneself."""
    return f"""
  SELECT x.k AS k, x.acc AS acc, x.us AS us, x.counts AS counts, x.channel AS channel,
         x.token AS token, x.w AS w
  FROM detect_trial_traits AS x
  UNION ALL
  SELECT b.k AS k, b.acc AS acc, b.us AS us, b.counts AS counts, {BEFORE.number} AS channel,
         CAST(b.last AS VARCHAR) AS token, b.w AS w
  FROM detect_before_rows AS b
  WHERE b.last > 0 AND b.last <> b.acc"""


def everybody() -> Step:
    """How often everybody showed each token before each day on which it is asked."""
    return Step(
        fills=EVERYBODY,
        reads=("detect_trial_traits", "detect_before_rows"),
        sql=f"""
SELECT d.channel AS channel, d.token AS token, d.day AS day,
       coalesce(sum(d.n) OVER (PARTITION BY d.channel, d.token ORDER BY d.day {_EARLIER}), 0.0)
         AS n
FROM (
  SELECT x.channel AS channel, x.token AS token,
         CAST(floor(x.us / {DAY_US}.0) AS BIGINT) AS day, sum(x.counts * x.w) AS n
  FROM ({_all_rows()}) AS x
  GROUP BY x.channel, x.token, CAST(floor(x.us / {DAY_US}.0) AS BIGINT)
) AS d""",
    )


def trial_sums(start_us: int) -> Step:
    """The weight of a trial's channel, and of the account's past and everybody's in it."""
    fade = _fade("x.us", start_us)
    return Step(
        fills=TRIAL_SUMS,
        reads=("detect_trial_traits", "detect_before_rows"),
        sql=f"""
SELECT x.k AS k, x.channel AS channel,
       coalesce(sum(x.counts * x.w * {fade}) OVER (
         PARTITION BY x.acc, x.channel ORDER BY x.us {_SETTLED}), 0.0)
         / {fade} AS fading,
       coalesce(sum(x.counts * x.w) OVER (
         PARTITION BY x.acc, x.channel ORDER BY x.us {_SETTLED}), 0.0)
         AS lasting,
       coalesce(sum(x.counts * x.w) OVER (
         PARTITION BY x.channel ORDER BY x.us, x.counts, x.k {_EARLIER}), 0.0) AS everybody
FROM (
  SELECT y.k AS k, y.acc AS acc, y.us AS us, y.counts AS counts, y.channel AS channel,
         sum(y.w) AS w
  FROM ({_all_rows()}) AS y
  GROUP BY y.k, y.acc, y.us, y.counts, y.channel
) AS x""",
    )


def _fade(us: str, start_us: int) -> str:
    return f"exp(({us} - {start_us}) / {FORGET_DAYS * DAY_US:.1f})"


def weighed(start_us: int) -> Step:
    """How often the account showed each token of a trial before, and when last."""
    fade = _fade("x.us", start_us)
    past = f"PARTITION BY x.acc, x.channel, x.token ORDER BY x.us {_SETTLED}"
    return Step(
        fills=WEIGHED,
        reads=("detect_trial_traits", "detect_before_rows"),
        sql=f"""
SELECT x.k AS k, x.channel AS channel, x.token AS token,
       CAST(floor(x.us / {DAY_US}.0) AS BIGINT) AS day, x.w AS w,
       coalesce(sum(x.counts * x.w * {fade}) OVER ({past}), 0.0) / {fade} AS fading,
       coalesce(sum(x.counts * x.w) OVER ({past}), 0.0) AS lasting,
       x.us - max(CASE WHEN x.counts > 0 THEN x.us END) OVER ({past}) AS ago
FROM ({_all_rows()}) AS x""",
    )


def stream_facts() -> Step:
    """Per trial and channel: how unusual its tokens are for the account, against everybody.

    A ratio above 0 is unusual: ln of everybody's share over the account's, which is shrunk
    towards everybody's.
    """
    kinds = _by_channel("kinds")
    pull = _by_channel("pull")
    return Step(
        fills=STREAM_FACTS,
        reads=("detect_weighed", "detect_everybody", "detect_trial_sums"),
        sql=f"""
SELECT r.k AS k, r.channel AS channel, count(*) AS tokens, sum(r.w) AS weight,
       sum(r.w * r.fading_ratio) / sum(r.w) AS fading_mean,
       sum(r.w * r.lasting_ratio) / sum(r.w) AS lasting_mean,
       min(r.fading_ratio) AS least, max(r.fading_ratio) AS most,
       sum(r.w * r.fading_ratio) AS total,
       sum(CASE WHEN r.ago IS NULL THEN 1.0 ELSE 0.0 END) / count(*) AS new_share,
       sum(CASE WHEN r.ago IS NULL THEN 0.0
                ELSE exp(-r.ago / {RECENT_DAYS[0] * DAY_US:.1f}) END) / count(*) AS days_ago,
       sum(CASE WHEN r.ago IS NULL THEN 0.0
                ELSE exp(-r.ago / {RECENT_DAYS[1] * DAY_US:.1f}) END) / count(*) AS weeks_ago
FROM (
  SELECT q.k AS k, q.channel AS channel, q.w AS w, q.ago AS ago,
         ln(q.share) - ln((q.fading + q.pull * q.share) / (q.fading_all + q.pull))
           AS fading_ratio,
         ln(q.share) - ln((q.lasting + q.pull * q.share) / (q.lasting_all + q.pull))
           AS lasting_ratio
  FROM (
    SELECT x.k AS k, x.channel AS channel, x.w AS w, x.ago AS ago, x.fading AS fading,
           x.lasting AS lasting, s.fading AS fading_all, s.lasting AS lasting_all,
           {pull} AS pull,
           (e.n + 1.0) / (s.everybody + {kinds}) AS share
    FROM detect_weighed AS x
    JOIN detect_everybody AS e
      ON e.channel = x.channel AND e.token = x.token AND e.day = x.day
    JOIN detect_trial_sums AS s ON s.k = x.k AND s.channel = x.channel
  ) AS q
) AS r
GROUP BY r.k, r.channel""",
    )


def _by_channel(what: str) -> str:
    cases = " ".join(f"WHEN {c.number} THEN {getattr(c, what):.1f}" for c in CHANNELS)
    return f"CASE x.channel {cases} ELSE 1.0 END"
