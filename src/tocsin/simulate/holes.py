"""Holes in a trail: hours in which a busy producer left no line, and nobody said so."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.happenings import Happenings
from tocsin.simulate.rhythms import DAY_US, HOUR_US
from tocsin.simulate.text import iso
from tocsin.simulate.thefts import Theft
from tocsin.simulate.trails import Trail

Ints = NDArray[np.int64]

_WEEK_US = 7 * DAY_US
_BUSY = 65  # lines in the same hours of each other week: a rhythm that shows the hole (50)
_LONGEST_US = 16 * HOUR_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A source and a half-open stretch, UTC microseconds, whose lines are lost.

    `declared`: the producer itself says that it stopped and started again.
    """

    source: str
    start: int
    end: int
    declared: bool = False


def _visible(trail: Trail, start: int, end: int) -> bool:
    """Whether the same stretch of every other week of the trail is busy."""
    first, last = int(trail.at[0]), int(trail.at[-1])
    counts = []
    for week in range(-60, 61):
        low, high = start + week * _WEEK_US, end + week * _WEEK_US
        if week and low >= first and high <= last:
            counts.append(int(np.searchsorted(trail.at, high) - np.searchsorted(trail.at, low)))
    return bool(counts) and min(counts) >= _BUSY


def _widened(trail: Trail, start: int, end: int) -> Hole:
    while not _visible(trail, start, end) and end - start < _LONGEST_US:
        end += HOUR_US // 2
    return Hole(source=trail.source, start=start, end=end)


def theft_hole(rng: np.random.Generator, past: Happenings, trail: Trail, theft: Theft) -> Hole:
    """A hole that opens in the middle of a theft's first session, and hides what follows."""
    mine = past.sessions.usurped & (past.sessions.account == theft.accounts[0])
    at = past.at_utc[mine[past.acts.session]]
    start, end = int(at.min()), int(at.max())
    begin = start + int((end - start) * rng.uniform(0.25, 0.6))
    return _widened(trail, begin, begin + int(rng.uniform(0.5, 3.0) * HOUR_US))


def _decoy(rng: np.random.Generator, past: Happenings, trail: Trail) -> list[Hole]:
    """In half of the regions, a hole in working hours that hides no theft.

    Either the portal falls silent, or the shared repository says that it stops recording.
    """
    if rng.random() > 0.5 or past.calendar.days < 8:
        return []
    day = int(rng.integers(1, past.calendar.days - 1))
    local = np.array([day * DAY_US + int(rng.uniform(9, 15) * HOUR_US)], np.int64)
    start = int(past.calendar.utc(local)[0])
    end = start + int(rng.uniform(1.0, 3.0) * HOUR_US)
    if rng.random() < 0.4:
        return [Hole(source="repository", start=start, end=end, declared=True)]
    return [_widened(trail, start, end)]


def holes_of(
    rng: np.random.Generator,
    past: Happenings,
    trails: Mapping[str, Trail],
    thefts: list[Theft],
) -> list[Hole]:
    """The holes of a region: those that thefts are drawn with, else perhaps a harmless one."""
    holes = [
        theft_hole(rng, past, trails["orientation-audit"], theft)
        for theft in thefts
        if theft.hole
    ]
    return holes or _decoy(rng, past, trails["portal-web"])


def table_of(holes: list[Hole]) -> pa.Table:
    """The holes as a table of the truth."""
    return pa.table(
        {
            "source": pa.array([hole.source for hole in holes], pa.string()),
            "start_at": iso(np.array([hole.start for hole in holes], np.int64)),
            "end_at": iso(np.array([hole.end for hole in holes], np.int64)),
            "declared": pa.array([hole.declared for hole in holes], pa.bool_()),
        }
    )
