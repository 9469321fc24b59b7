"""The window of a region, and the clock of its zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.rhythms import DAY_US, HOUR_US

Ints = NDArray[np.int64]

ZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The window: its first day (days since 1970), and the zone's offset at each local hour."""

    first_day: int
    days: int
    offsets_s: Ints

    def offset(self, local: Ints) -> Ints:
        """Seconds to take from local time to reach UTC."""
        hour = np.clip(local // HOUR_US + 24, 0, len(self.offsets_s) - 1)
        return self.offsets_s[hour]

    def utc(self, local: Ints) -> Ints:
        """Microseconds since 1970, UTC, of local microseconds of the window."""
        return local + self.first_day * DAY_US - self.offset(local) * 1_000_000

    @property
    def weekdays(self) -> Ints:
        """The day of week of each day, 0 = Monday (1970-01-01 was a Thursday)."""
        return (np.arange(self.days) + self.first_day + 3) % 7


def calendar(*, last_day: int, days: int) -> Calendar:
    """The window of so many days that ends at the first midnight of `last_day`."""
    first = last_day - days
    zone = ZoneInfo(ZONE)
    start = datetime(1970, 1, 1) + timedelta(days=first - 1)  # noqa: DTZ001 (local clock)
    offsets = []
    for hour in range((days + 3) * 24):
        local = (start + timedelta(hours=hour)).replace(tzinfo=zone)
        moved = local.utcoffset()
        offsets.append(int(moved.total_seconds()) if moved else 0)
    return Calendar(first_day=first, days=days, offsets_s=np.array(offsets, np.int64))
