"""The drawings, as coordinates: axes, lanes, marks. No colour and no word of style here.

Units are those of the view box; the page scales it. Time runs left to right, linear.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.act.report.findings import Findings, Interval
from tocsin.act.report.sentences import day, plain, say
from tocsin.core.records import Says

WIDTH = 960.0
LEFT = 168.0
RIGHT = 12.0
LANE = 26.0
HOURS = 168.0
"""Height of the panel of the hours of the day."""

LANES_SHOWN = 10
"""Accounts drawn; the table holds the others."""

NIGHT = (7.0, 20.0)
"""Hours outside of which the panel is shaded, in wall time."""

INTERVALS_DRAWN = 1_500
"""Coverage intervals drawn, all sources together; the longest gaps first."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle and what it stands for: a state or a verdict."""

    x: float
    y: float
    width: float
    height: float
    mark: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark at a point: its verdict decides its shape."""

    x: float
    y: float
    mark: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word at a point; `anchor` is start, middle or end."""

    x: float
    y: float
    says: Says
    anchor: str = "end"
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    mark: str = "grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing with what a reader who does not see it is told."""

    id: str
    title: Says
    tells: Says
    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    dots: tuple[Dot, ...] = ()
    lines: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()
    key: tuple[tuple[str, Says], ...] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """Time on x."""

    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        """Where an instant stands; outside ones stand on the edge."""
        whole = (self.end - self.start).total_seconds() or 1.0
        share = (at - self.start).total_seconds() / whole
        return round(LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT), 1)

    def span(self, start: datetime, end: datetime, least: float) -> tuple[float, float]:
        """x and width of an interval, at least that wide."""
        x, to = self.x(start), self.x(end)
        width = max(least, to - x)
        return round(min(x, WIDTH - RIGHT - width), 1), round(width, 1)


def timeline(found: Findings, key: Mapping[str, Says], words: tuple[Says, Says]) -> Picture:
    """Sessions of suspect accounts by hour of day and by account, over the coverage.

    Args:
        found: suspicions, starts and coverage.
        key: verdicts and states in words, by mark.
        words: the picture's title, and what it tells.
    """
    axis = window(found)
    top = 18.0
    lanes = [a.account for a in found.accounts[:LANES_SHOWN]]
    sources = sorted({i.source for i in found.coverage})
    lanes_top = top + HOURS + 34.0
    strip_top = lanes_top + LANE * len(lanes) + (24.0 if lanes else 0.0)
    bottom = strip_top + LANE * len(sources)
    lines, labels = _days(axis, top, bottom, found.zone)
    hour_lines, hour_labels, nights = _hours(top, axis)
    boxes = [*nights, *_lanes(found, axis, lanes, lanes_top)]
    boxes += strip_boxes(found.coverage, axis, sources, strip_top)
    labels += hour_labels
    labels += _names(lanes, lanes_top) + _names(sources, strip_top)
    marks = dict.fromkeys(
        [s.verdict for s in found.starts] + [b.mark for b in boxes if b.mark in key]
    )
    return Picture(
        id="timeline",
        title=words[0],
        tells=words[1],
        width=WIDTH,
        height=bottom + 26.0,
        boxes=tuple(boxes),
        dots=tuple(
            Dot(axis.x(s.at), _hour_y(s.at, found.zone, top), s.verdict)
            for s in reversed(found.starts)
        ),
        lines=tuple(lines + hour_lines),
        labels=tuple(labels),
        key=tuple((mark, key[mark]) for mark in marks if mark in key),
    )


def strip(found: Findings, key: Mapping[str, Says], words: tuple[Says, Says]) -> Picture:
    """The coverage by source."""
    axis = window(found)
    sources = sorted({i.source for i in found.coverage})
    top = 8.0
    bottom = top + LANE * len(sources)
    lines, labels = _days(axis, top, bottom, found.zone)
    boxes = strip_boxes(found.coverage, axis, sources, top)
    marks = dict.fromkeys(box.mark for box in boxes)
    return Picture(
        id="coverage",
        title=words[0],
        tells=words[1],
        width=WIDTH,
        height=bottom + 26.0,
        boxes=tuple(boxes),
        lines=tuple(lines),
        labels=tuple(labels + _names(sources, top)),
        key=tuple((mark, key[mark]) for mark in marks if mark in key),
    )


def funnel(stages: Sequence[tuple[Says, int, str]], words: tuple[Says, Says]) -> Picture:
    """Bars on a logarithmic scale, from lines to persons.

    Args:
        stages: name, count and mark of each stage, in order.
        words: the picture's title, and what it tells.
    """
    name_width, value_width, row = 280.0, 96.0, 34.0
    room = WIDTH - name_width - value_width
    top = 8.0
    bottom = top + row * len(stages)
    decades = max(1, math.ceil(math.log10(max([10, *(n for _, n, _ in stages)]))))
    boxes: list[Box] = []
    labels: list[Label] = []
    for n, (name, count, mark) in enumerate(stages):
        y = top + n * row
        width = 0.0 if count <= 0 else max(2.0, _log(count, decades) * room)
        boxes.append(Box(name_width, y + 5, round(width, 1), row - 10, mark))
        labels.append(Label(name_width - 12, y + row / 2 + 4.5, name))
        labels.append(
            Label(
                round(name_width + width + 8, 1), y + row / 2 + 4.5, _count(count), "start", "n"
            )
        )
    lines = []
    for decade in range(decades + 1):
        x = round(name_width + _log(10**decade, decades) * room, 1)
        lines.append(Line(x, top, x, bottom))
        labels.append(Label(x, bottom + 18, _count(10**decade), "middle", "tick"))
    return Picture(
        id="funnel",
        title=words[0],
        tells=words[1],
        width=WIDTH,
        height=bottom + 26,
        boxes=tuple(boxes),
        lines=tuple(lines),
        labels=tuple(labels),
    )


def window(found: Findings) -> Axis:
    """The time that pictures show: the coverage without what is before retention."""
    seen = [i for i in found.coverage if i.state != "before_retention"] or list(found.coverage)
    starts = [i.start_at for i in seen] + [s.start_at for s in found.suspicions]
    ends = [i.end_at for i in seen] + [s.end_at for s in found.suspicions]
    if not starts:
        return Axis(found.produced_at - timedelta(days=1), found.produced_at)
    return Axis(min(starts), max(ends))


def strip_boxes(
    coverage: Sequence[Interval], axis: Axis, sources: Sequence[str], top: float
) -> list[Box]:
    """One row by source: trailed below, gaps above it, at least 3 units wide."""
    rank = {source: n for n, source in enumerate(sources)}
    trailed = [i for i in coverage if i.state == "trailed"]
    gaps = sorted(
        (i for i in coverage if i.state != "trailed"), key=lambda i: i.start_at - i.end_at
    )
    boxes = []
    for interval in [*_joined(trailed), *gaps[:INTERVALS_DRAWN]]:
        if interval.end_at <= axis.start or interval.start_at >= axis.end:
            continue
        least = 0.5 if interval.state == "trailed" else 3.0
        x, width = axis.span(interval.start_at, interval.end_at, least)
        y = top + rank[interval.source] * LANE + 5
        boxes.append(Box(x, y, width, LANE - 10, interval.state))
    return boxes


def _joined(trailed: Sequence[Interval]) -> list[Interval]:
    """Trailed intervals, each source from its first to its last: gaps are drawn over them."""
    whole: dict[str, Interval] = {}
    for i in trailed:
        seen = whole.get(i.source)
        whole[i.source] = Interval(
            source=i.source,
            start_at=min(i.start_at, seen.start_at) if seen else i.start_at,
            end_at=max(i.end_at, seen.end_at) if seen else i.end_at,
            state="trailed",
            offset_s=None,
            why="",
        )
    return list(whole.values())


def _lanes(found: Findings, axis: Axis, lanes: Sequence[str], top: float) -> list[Box]:
    rank = {account: n for n, account in enumerate(lanes)}
    boxes = []
    for session in sorted(found.suspicions, key=lambda s: s.verdict == "usurped"):
        if session.account in rank:
            x, width = axis.span(session.start_at, session.end_at, 4.0)
            y = top + rank[session.account] * LANE + 4
            boxes.append(Box(x, y, width, LANE - 8, session.verdict))
    return boxes


def _names(names: Sequence[str], top: float) -> list[Label]:
    return [
        Label(LEFT - 12, top + n * LANE + LANE / 2 + 4.5, plain(_short(name)), "end", "name")
        for n, name in enumerate(names)
    ]


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:11]}…{name[-8:]}"


def _days(axis: Axis, top: float, bottom: float, zone: str) -> tuple[list[Line], list[Label]]:
    days = max(1, (axis.end - axis.start).days)
    every = next((n for n in (1, 2, 5, 7, 14, 30, 60, 90) if days / n <= 9), 180)
    local = axis.start.astimezone(ZoneInfo(zone))
    at = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo)
    lines: list[Line] = []
    labels: list[Label] = []
    while at.astimezone(UTC) <= axis.end:
        if at.astimezone(UTC) >= axis.start:
            x = axis.x(at.astimezone(UTC))
            lines.append(Line(x, top, x, bottom + 4))
            if LEFT + 20 <= x <= WIDTH - RIGHT - 24 or not labels:
                labels.append(
                    Label(x, bottom + 18, day(at, zone, year=False), "middle", "tick")
                )
        at += timedelta(days=every)
    return lines, labels


def _hours(top: float, axis: Axis) -> tuple[list[Line], list[Label], list[Box]]:
    lines: list[Line] = []
    labels: list[Label] = []
    for hour in range(0, 25, 6):
        y = round(top + HOURS * hour / 24, 1)
        lines.append(Line(LEFT, y, WIDTH - RIGHT, y))
        labels.append(
            Label(LEFT - 12, y + 4.5, say("{h} h", "{h}:00", h=f"{hour:02}"), "end", "tick")
        )
    room = WIDTH - LEFT - RIGHT
    nights = [
        Box(LEFT, top, room, round(HOURS * NIGHT[0] / 24, 1), "night"),
        Box(
            LEFT,
            round(top + HOURS * NIGHT[1] / 24, 1),
            room,
            round(HOURS * (24 - NIGHT[1]) / 24, 1),
            "night",
        ),
    ]
    return lines, labels, nights


def _hour_y(at: datetime, zone: str, top: float) -> float:
    wall = at.astimezone(ZoneInfo(zone))
    return round(top + HOURS * (wall.hour + wall.minute / 60) / 24, 1)


def _log(count: int, decades: int) -> float:
    """0 for nothing, a foot for one, 1 for ten to the power of `decades`."""
    foot = 0.04
    return foot + (1 - foot) * math.log10(max(1, count)) / decades


def _count(count: int) -> Says:
    return say("{n}", "{n}", n=count)
