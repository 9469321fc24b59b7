"""Files of a rotation: which one is missing, by the dates or numbers in the names.

    orientation-2025-09-01.ndjson.gz  …-02…  …-04…     the third of September is missing
    audit.log.1  audit.log.2  audit.log.4              number 3 is missing

A day of the week that never has a file (a closed weekend) is no hole. Numbers tell something
only where time runs with them: `node-1` and `node-3` side by side are no rotation.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:[-_.T]?([01]\d|2[0-3])(?!\d))?(?!\d)"
)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.](0[1-9]|1[0-2])(?![\d])")
_NUMBER = re.compile(r"\d+")
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A file that holds lines: its name, its first and last instant (microseconds, UTC)."""

    file: str
    first_us: int
    last_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """What is missing between two files: its names' parts, and where the lines should be."""

    missing: tuple[str, ...]
    before: Dated
    after: Dated


@dataclass(frozen=True, slots=True)
class _Name:
    template: str
    at: datetime | None
    step: timedelta | None
    numbers: tuple[int, ...]


def holes(files: Iterable[Dated]) -> tuple[Hole, ...]:
    """The holes in the rotations that the names of one source's files show."""
    groups: dict[str, list[tuple[_Name, Dated]]] = defaultdict(list)
    for file in files:
        name = _parsed(file.file)
        groups[name.template].append((name, file))
    found: list[Hole] = []
    for members in groups.values():
        if members[0][0].at is not None:
            found += _of_dates(members)
        elif members[0][0].numbers:
            found += _of_numbers(members)
    return tuple(hole for hole in found if hole.before.last_us < hole.after.first_us)


def _parsed(file: str) -> _Name:
    at, step, found = None, None, None
    dated = list(_DATE.finditer(file))
    if dated:
        found = dated[-1]
        year, _, month, day, hour = found.groups()
        try:
            at = datetime(int(year), int(month), int(day), int(hour or 0), tzinfo=UTC)
        except ValueError:
            at = None
        step = _HOUR if hour else _DAY
    elif months := list(_MONTH.finditer(file)):
        found = months[-1]
        at = datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
    rest = file
    if at is not None and found is not None:
        rest = f"{file[: found.start()]}\0{file[found.end() :]}"
    else:
        step = None
    numbers = tuple(int(n) for n in _NUMBER.findall(rest))
    return _Name(_NUMBER.sub("#", rest), at, step, numbers)


def _of_dates(members: Sequence[tuple[_Name, Dated]]) -> Iterator[Hole]:
    by_date: dict[datetime, list[tuple[_Name, Dated]]] = defaultdict(list)
    for name, file in members:
        if name.at is not None:
            by_date[name.at].append((name, file))
    for same in by_date.values():
        yield from _of_numbers(same)
    dates = sorted(by_date)
    step = members[0][0].step
    if len(dates) < 3:
        return
    if step is not None:
        step *= max(1, min(b - a for a, b in pairwise(dates)) // step)
    for a, b in pairwise(dates):
        missing = tuple(d for d in _between(a, b, step) if _expected(d, dates, step))
        if missing:
            yield Hole(
                missing=tuple(_said(d, step) for d in missing),
                before=max((f for _, f in by_date[a]), key=lambda f: f.last_us),
                after=min((f for _, f in by_date[b]), key=lambda f: f.first_us),
            )


def _between(a: datetime, b: datetime, step: timedelta | None) -> Iterator[datetime]:
    at = _next(a, step)
    while at < b:
        yield at
        at = _next(at, step)


def _next(at: datetime, step: timedelta | None) -> datetime:
    """The following date; without step, the first of the following month."""
    if step is not None:
        return at + step
    return (at.replace(day=1) + timedelta(days=32)).replace(day=1)


def _expected(at: datetime, dates: Sequence[datetime], step: timedelta | None) -> bool:
    """Whether a file of that date could be expected, from the weeks that are there."""
    if step is None or step > _DAY:
        return True
    if any(d.weekday() == at.weekday() and d.hour == at.hour for d in dates):
        return True
    whole_week = dates[-1] - dates[0] >= timedelta(days=8)
    return not whole_week and at.weekday() < 5 and any(d.hour == at.hour for d in dates)


def _said(at: datetime, step: timedelta | None) -> str:
    if step is None:
        return f"{at:%Y-%m}"
    return f"{at:%Y-%m-%d}" if step >= _DAY else f"{at:%Y-%m-%d %H} h"


def _of_numbers(members: Sequence[tuple[_Name, Dated]]) -> Iterator[Hole]:
    """Holes in the last number that varies, among files whose other numbers are the same."""
    varies = [i for i, values in enumerate(zip(*(n.numbers for n, _ in members), strict=True))
              if len(set(values)) > 1]  # fmt: skip
    if not varies:
        return
    place = varies[-1]
    series: dict[tuple[int, ...], list[tuple[int, Dated]]] = defaultdict(list)
    for name, file in members:
        others = name.numbers[:place] + name.numbers[place + 1 :]
        series[others].append((name.numbers[place], file))
    for listed in series.values():
        listed.sort(key=lambda pair: pair[0])
        yield from _of_series(listed)


def _of_series(listed: Sequence[tuple[int, Dated]]) -> Iterator[Hole]:
    numbers = [n for n, _ in listed]
    missing = numbers[-1] - numbers[0] + 1 - len(numbers)
    if len(numbers) < 2 or not 0 < missing <= len(numbers):
        return
    forward = all(a.last_us <= b.first_us for (_, a), (_, b) in pairwise(listed))
    backward = all(b.last_us <= a.first_us for (_, a), (_, b) in pairwise(listed))
    if not forward and not backward:
        return
    for (n, a), (m, b) in pairwise(listed):
        if m > n + 1:
            yield Hole(
                missing=tuple(f"n° {k}" for k in range(n + 1, m)),
                before=a if forward else b,
                after=b if forward else a,
            )
