"""The error of each source's clock, from logins and what follows them.

A session opens at the identity provider, then acts in an application: the first act cannot come
before the login. What the quickest of many sessions show is the difference of the two clocks
and some seconds of a person's time. With several applications, the delay that they share is the
person's; the one that stands apart has a wrong clock; if all stand apart alike, the identity
provider has. A clock that is late by less than a minute, alone, cannot be told from slow users.

`offset_s` = the source's clock minus true time, in seconds, as `clock_offset_s` in estate.toml.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tocsin.core.records import Source
from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.core.zones import DAY_US, HOUR_US, SECOND_US

FEWEST_PAIRS = 30
QUICKEST = 0.05
"""Share of sessions that count as the quickest: a low quantile, so that outliers do not."""
SOON_US = 15 * 60 * SECOND_US
SHARE_SOON = 0.25
"""Of the sessions, that many act within a quarter of an hour after the quickest: else the
logins do not open what follows, and the delays say nothing of clocks."""
SAME_S = 5.0
"""Two estimates that differ by less are the same."""
PERSON_S = 60.0
"""The longest delay between login and first act that a person may account for."""
_TYPICAL_S = 3.0

DELAYS = table(
    "clock_delays",
    "identity provider, application and session that both saw",
    provider=TEXT,
    source=TEXT,
    login_us=US,
    delay_us=US,
    shared=COUNT,  # 1 = the same session key, 0 = the same account and address on a day
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """The quickest delay from logins of a provider to first acts in a source, in seconds."""

    provider: str
    source: str
    seconds: float
    pairs: int


def steps() -> tuple[Step, ...]:
    """Delays from login to first act, by shared session key, else by account and address.

    Reads:  access
    Fills:  clock_delays, one row per provider, application and session (or day) seen by both
    """
    return (_delays(),)


def _delays() -> Step:
    lines = "SELECT source, session, account, address, kind, occurred_us FROM access"
    real = f"FROM ({lines} WHERE part = 0 AND outcome = 'ok') AS line WHERE"
    day = f"occurred_us - occurred_us % {DAY_US}"
    first = "MIN(occurred_us) AS at_us"
    by_session = "source, session"
    by_day = f"source, account, address, {day}"
    sql = f"""
      SELECT login.source AS provider, act.source AS source, login.at_us AS login_us,
        act.at_us - login.at_us AS delay_us, 1 AS shared
      FROM (SELECT {by_session}, {first} {real} kind = 'login' AND session <> ''
        GROUP BY {by_session}) AS login
      JOIN (SELECT {by_session}, {first} {real} kind NOT IN ('login', 'logout')
        AND session <> '' GROUP BY {by_session}) AS act
        ON act.session = login.session AND act.source <> login.source
      WHERE act.at_us - login.at_us BETWEEN {-12 * HOUR_US} AND {12 * HOUR_US}
      UNION ALL
      SELECT login.source AS provider, act.source AS source, login.at_us AS login_us,
        act.at_us - login.at_us AS delay_us, 0 AS shared
      FROM (SELECT source, account, address, {day} AS day_us, {first} {real} kind = 'login'
        AND account <> '' AND address <> '' GROUP BY {by_day}) AS login
      JOIN (SELECT source, account, address, {day} AS day_us, {first} {real}
        kind NOT IN ('login', 'logout') AND account <> '' AND address <> ''
        GROUP BY {by_day}) AS act
        ON act.account = login.account AND act.address = login.address
          AND act.day_us = login.day_us AND act.source <> login.source
      WHERE act.at_us - login.at_us BETWEEN {-HOUR_US} AND {HOUR_US}"""
    return Step(fills=DELAYS, reads=("access",), sql=sql)


def quickest(rows: Mapping[str, Sequence[Any]]) -> tuple[Delay, ...]:
    """The quickest delay of each pair of sources that enough sessions join.

    Args:
        rows: columns of `clock_delays`.
    """
    by_pair: dict[tuple[int, str, str], list[float]] = defaultdict(list)
    names = zip(rows["shared"], rows["provider"], rows["source"], strict=True)
    for (shared, provider, source), delay in zip(names, rows["delay_us"], strict=True):
        by_pair[int(shared), str(provider), str(source)].append(float(delay))
    best: dict[tuple[str, str], Delay] = {}
    for (_, provider, source), delays in sorted(by_pair.items()):  # a shared key comes last
        us = float(np.quantile(np.array(delays), QUICKEST))
        soon = sum(us <= delay <= us + SOON_US for delay in delays)
        if len(delays) >= FEWEST_PAIRS and soon >= SHARE_SOON * len(delays):
            best[provider, source] = Delay(
                provider=provider, source=source, seconds=us / SECOND_US, pairs=len(delays)
            )
    return tuple(best.values())


def offsets(delays: Sequence[Delay], sources: Sequence[Source]) -> dict[str, float | None]:
    """The clock error of each source, in seconds; None where nothing tells it.

    Args:
        delays: as `quickest` gives them.
        sources: with what they declare, which is taken off first and stands where no delay
            corrects it.
    """
    declared = {source.id: float(source.clock_offset_s) for source in sources}
    said: dict[str, float | None] = {
        name: seconds if seconds else None for name, seconds in declared.items()
    }
    by_provider: dict[str, list[Delay]] = defaultdict(list)
    for source in dict.fromkeys(delay.source for delay in delays):
        best = max((d for d in delays if d.source == source), key=lambda d: d.pairs)
        by_provider[best.provider].append(best)
    for provider, of_provider in by_provider.items():
        told = {
            d.source: d.seconds - declared.get(d.source, 0.0) + declared.get(provider, 0.0)
            for d in of_provider
        }
        of_itself, others = _apart(told)
        said[provider] = round(declared.get(provider, 0.0) + of_itself, 1)
        for source, seconds in others.items():
            said[source] = round(declared.get(source, 0.0) + seconds, 1)
    return {source.id: said.get(source.id) for source in sources}


def _apart(seconds: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """The error of the provider, and that of each application, from their delays."""
    ordered = sorted(seconds.values())
    alike = len(ordered) > 1 and ordered[-1] - ordered[0] <= SAME_S
    if alike and (ordered[0] < -SAME_S or ordered[0] > PERSON_S):
        return _TYPICAL_S - ordered[0], dict.fromkeys(seconds, 0.0)
    middle = ordered[(len(ordered) - 1) // 2]
    person = middle if 0.0 <= middle <= PERSON_S else _TYPICAL_S
    left = {name: value - person for name, value in seconds.items()}
    return 0.0, {name: v if abs(v) >= SAME_S else 0.0 for name, v in left.items()}
