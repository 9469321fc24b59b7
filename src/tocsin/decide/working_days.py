"""Time limits as Regulation (EEC, Euratom) 1182/71 counts them, and French public holidays.

Shown beside the strict limit, never instead of it.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SATURDAY = 5

MIN_WORKING_DAYS = 2
"""Regulation 1182/71, art. 3(5): a period of two days or more includes two working days."""


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """French public holidays of a year (Code du travail, art. L3133-1).

    Those of Alsace-Moselle and of the overseas territories are not among them.
    """
    easter = easter_sunday(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    return frozenset(
        [date(year, month, day) for month, day in fixed]
        + [easter + timedelta(days=days) for days in moving]
    )


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar (Meeus, Astronomical Algorithms, 1991, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return date(year, month, day + 1)


def working(day: date) -> bool:
    """Whether a day is neither a Saturday, a Sunday nor a public holiday."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def hours_reading(at: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """The end of a limit in hours by Regulation 1182/71.

    The hour of the event does not count (art. 3(1)): the period begins with the next hour and
    ends with the expiry of its last hour (art. 3(2)(a)). A period of two days or more includes
    at least two working days (art. 3(5), debated): it is carried on by whole days until then.
    """
    wall = at.astimezone(zone)
    begun = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
    start = at - begun + timedelta(hours=1)
    end = start + timedelta(hours=hours)
    while hours >= 48 and _working_days(start, end, zone) < MIN_WORKING_DAYS:
        end += timedelta(days=1)
    return end


def months_reading(due_at: datetime, zone: ZoneInfo) -> datetime:
    """The end of a limit in months by Regulation 1182/71.

    The last hour of the day of the same date (art. 3(2)(c)); if that day is a holiday, a Sunday
    or a Saturday, the last hour of the following working day (art. 3(4)).
    """
    day = due_at.astimezone(zone).date()
    while not working(day):
        day += timedelta(days=1)
    midnight = datetime.combine(day + timedelta(days=1), time.min, zone)
    return midnight.astimezone(due_at.tzinfo)


def _working_days(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    """Working days that the period touches."""
    day = start.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    count = 0
    while day <= last:
        count += working(day)
        day += timedelta(days=1)
    return count
