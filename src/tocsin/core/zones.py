"""Wall time and UTC, by tables of the zone's changes: integers, whatever the number of rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US

_FIRST_YEAR, _LAST_YEAR = 1970, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The offsets of a zone: from `since_us[i]` (UTC) on, wall time is UTC + `offset_us[i]`."""

    since_us: tuple[int, ...]
    offset_us: tuple[int, ...]


@lru_cache(maxsize=64)
def changes(zone: str) -> Changes:
    """Every change of offset of a zone from 1970 to 2100.

    Args:
        zone: IANA name, such as Europe/Paris.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: no such zone.
    """
    info = ZoneInfo(zone)

    def offset(at: datetime) -> int:
        return int((at.astimezone(info).utcoffset() or timedelta()).total_seconds())

    day, end = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(_LAST_YEAR, 1, 1, tzinfo=UTC)
    since, offsets = [-(2**62)], [offset(day) * SECOND_US]
    while day < end:
        following = day + timedelta(days=7)
        low, high = day, following
        if offset(low) != offset(high):
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            since.append(int(high.timestamp()) * SECOND_US)
            offsets.append(offset(high) * SECOND_US)
        day = following
    return Changes(since_us=tuple(since), offset_us=tuple(offsets))


def to_utc(wall_us: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Wall times (microseconds since the epoch, read as if UTC) to instants in UTC.

    A time that the change of hour makes twice is its first instant; one that it skips is read
    with the offset before the change.
    """
    table = changes(zone)
    offsets = np.array(table.offset_us, dtype=np.int64)
    edges = np.array(table.since_us, dtype=np.int64)
    before = np.concatenate((offsets[:1], offsets[:-1]))
    edges = edges + np.maximum(before, offsets)  # the wall time from which only the new one is
    at = np.maximum(np.searchsorted(edges, wall_us, side="right") - 1, 0)
    return np.asarray(wall_us - offsets[at], dtype=np.int64)


def to_wall(utc_us: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Instants in UTC to wall times of the zone (microseconds, read as if UTC)."""
    table = changes(zone)
    edges = np.array(table.since_us, dtype=np.int64)
    at = np.maximum(np.searchsorted(edges, utc_us, side="right") - 1, 0)
    return np.asarray(utc_us + np.array(table.offset_us, dtype=np.int64)[at], dtype=np.int64)
