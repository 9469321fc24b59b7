"""Silence against a source's own rhythm.

A stretch is silent where the source has no line although the same hours of every other week had
50 or more. Other weeks are the stretch moved by whole weeks, as far as it stays inside the
source's own time and touches nothing that is already known to be missing; one at least is
needed, so nights, weekends and sources that began last week claim nothing. Weeks are of the
operator's wall time: people do not come an hour later when summer time ends.

Lines are counted by minute, so that a trail of any length is a small array: a stretch under a
minute is not looked at, and a minute that straddles an edge is not counted (docs/limits.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tocsin.core.zones import DAY_US, HOUR_US, to_utc, to_wall

WEEK_US = 7 * DAY_US
EXPECTED_LINES = 50
"""Lines that each other week must have had (contract, section 2)."""
EXPECTED_WITHIN_AN_HOUR = 150
"""A rhythm is of hours: what is shorter needs more lines, or one person's pause would do."""
SHORTEST_US = 60_000_000
"""A shorter stretch is not looked at: lines are counted by minute."""
EDGE_US = 12 * HOUR_US
"""Where the window begins and ends, a shorter stretch only says that sources differ."""
LONG_US = 3 * DAY_US
"""A longer stretch that no other week can be compared with whole is tried day by day."""
STRAY_US = 60 * DAY_US
STRAY_SHARE = 0.01
"""A clock that was wrong for a few lines must not stretch the source's own time."""

Us = NDArray[np.int64]
Interval = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """A source's lines by minute, in order: first and last instant, and how many."""

    first_us: Us
    last_us: Us
    lines: Us

    def own_time(self) -> Interval:
        """From the first to the last line, a few lines far away from all others left out."""
        cuts = np.flatnonzero(self.first_us[1:] - self.last_us[:-1] > STRAY_US) + 1
        edges = [0, *cuts.tolist(), len(self.lines)]
        total = int(self.lines.sum())
        kept = [
            (a, b)
            for a, b in pairwise(edges)
            if int(self.lines[a:b].sum()) >= STRAY_SHARE * total
        ]
        return int(self.first_us[kept[0][0]]), int(self.last_us[kept[-1][1] - 1]) + 1


def silences(
    minutes: Minutes, *, window: Interval, zone: str, known: Sequence[Interval] = ()
) -> tuple[Interval, ...]:
    """The silent stretches of one source, half-open, in order.

    Args:
        minutes: of the source; at least one.
        window: of all sources, half-open, microseconds UTC.
        zone: IANA name, of the people whose hours these are.
        known: stretches already known to be stopped, cut or before retention.
    """
    starts = np.concatenate(([window[0]], minutes.last_us + 1))
    ends = np.concatenate((minutes.first_us, [window[1]]))
    wide = ends - starts >= SHORTEST_US
    for edge in (0, -1):
        wide[edge] = ends[edge] - starts[edge] >= EDGE_US
    starts, ends = starts[wide], ends[wide]
    rhythm = _Rhythm(minutes=minutes, own=minutes.own_time(), zone=zone)
    found: list[Interval] = []
    left = np.ones(len(starts), dtype=bool)
    while True:
        silent = _judged(rhythm, starts, ends, left, (*known, *found))
        if not silent.any():
            return tuple(sorted(found))
        found += zip(starts[silent].tolist(), ends[silent].tolist(), strict=True)
        left &= ~silent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rhythm:
    minutes: Minutes
    own: Interval
    zone: str


def _judged(
    rhythm: _Rhythm, starts: Us, ends: Us, left: NDArray[np.bool_], known: Sequence[Interval]
) -> NDArray[np.bool_]:
    """Which of the stretches left are silent, given what is known to be missing."""
    judged = np.zeros(len(starts), dtype=bool)
    chosen = np.flatnonzero(left)
    every, weeks = _every_week(rhythm, starts[chosen], ends[chosen], known)
    judged[chosen] = every & (weeks > 0)
    own = rhythm.own
    wide = ends[chosen] - starts[chosen]
    # beyond these lengths there is nothing to compare with: a clock that says 1970, as a rule
    daily = (weeks == 0) & (wide > LONG_US) & (wide <= max(STRAY_US, own[1] - own[0]))
    for i in chosen[daily]:
        judged[i] = _any_day(rhythm, int(starts[i]), int(ends[i]), known)
    return judged


def _any_day(rhythm: _Rhythm, start: int, end: int, known: Sequence[Interval]) -> bool:
    days = np.arange(start, end, DAY_US, dtype=np.int64)
    ends = np.minimum(days + DAY_US, end)
    every, weeks = _every_week(rhythm, days, ends, (*known, (start, end)))
    return bool((every & (weeks > 0)).any())


def _every_week(
    rhythm: _Rhythm, starts: Us, ends: Us, known: Sequence[Interval]
) -> tuple[NDArray[np.bool_], Us]:
    """Whether each comparable week had lines enough, and how many weeks were comparable."""
    minutes, own = rhythm.minutes, rhythm.own
    total = np.concatenate(([0], np.cumsum(minutes.lines)))
    gone = _merged(known)
    short = ends - starts < HOUR_US
    wanted = np.where(short, EXPECTED_WITHIN_AN_HOUR, EXPECTED_LINES)
    wall = to_wall(starts, rhythm.zone), to_wall(ends, rhythm.zone)
    every = np.ones(len(starts), dtype=bool)
    weeks = np.zeros(len(starts), dtype=np.int64)
    for k in range(1, (own[1] - own[0]) // WEEK_US + 2):
        for shift in (k * WEEK_US, -k * WEEK_US):
            alive = np.flatnonzero(every)
            a, b = (to_utc(side[alive] + shift, rhythm.zone) for side in wall)
            itself = (a < ends[alive]) & (b > starts[alive])
            fair = (a >= own[0]) & (b <= own[1]) & ~itself & ~_touches(a, b, gone)
            low = np.searchsorted(minutes.first_us, a[fair], side="left")
            high = np.searchsorted(minutes.last_us, b[fair], side="left")
            lines = total[np.maximum(high, low)] - total[low]
            weeks[alive[fair]] += 1
            every[alive[fair]] = lines >= wanted[alive[fair]]
    return every, weeks


def _merged(known: Sequence[Interval]) -> tuple[Us, Us]:
    merged: list[list[int]] = []
    for start, end in sorted(known):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    both = np.array(merged, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _touches(a: Us, b: Us, gone: tuple[Us, Us]) -> NDArray[np.bool_]:
    starts, ends = gone
    if not len(starts):
        return np.zeros(len(a), dtype=bool)
    following = np.searchsorted(ends, a, side="right")
    inside = following < len(starts)
    return np.asarray(inside & (starts[np.minimum(following, len(starts) - 1)] < b))
