"""The plot of continuity: each service by day, against the band of its habit, as SVG."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from tocsin.core.zones import DAY_US, HOUR_US
from tocsin.decide import habit
from tocsin.decide.continuity import Line, Stretch
from tocsin.decide.habit import Bools

WIDTH, LEFT, RIGHT, ROW, TOP = 800, 196, 26, 92, 46
BEFORE_DAYS, AFTER_DAYS = 14, 8
NAME = 28
"""Characters of a name shown."""

SHOWN = 12
"""Services drawn; the document has the figures of all."""

_COLOURS = {"attack": "#f3d1d2", "containment": "#cfe0f5", "after": "#eef3fa"}


def drawn(
    lines: Sequence[Line], measured: Sequence[Stretch], names: Mapping[str, str], zone: str
) -> str:
    """One strip a service: acts a day (line), usual acts a day (grey), the stretches behind.

    Args:
        lines: the services.
        measured: the stretches.
        names: of the services, by id.
        zone: days are local.
    """
    shown = lines[:SHOWN]
    start = min(s.start_us for s in measured) - BEFORE_DAYS * DAY_US
    end = max(s.end_us for s in measured) + DAY_US
    known_end = max(one.start_us + len(one.hours.acts) * HOUR_US for one in shown)
    known_start = min(one.start_us for one in shown)
    start, end = max(start, known_start), max(min(end, known_end), start + DAY_US)
    height = TOP + ROW * len(shown) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="11" '
        'fill="#18212b">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *_legend(),
    ]
    frame = (start, end)
    for n, one in enumerate(shown):
        top = TOP + n * ROW
        parts += _bands(measured, frame, top)
        parts += _strip(one, names.get(one.name, one.name), frame, top, measured)
    parts += _axis(frame, TOP + ROW * len(shown), zone)
    return "".join([*parts, "</svg>"])


def _x(us: float, frame: tuple[int, int]) -> float:
    share = (us - frame[0]) / (frame[1] - frame[0])
    return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)


def _bands(measured: Sequence[Stretch], frame: tuple[int, int], top: int) -> list[str]:
    order = sorted(measured, key=lambda s: ("after", "attack", "containment").index(s.period))
    found = []
    for stretch in order:
        low, high = _x(stretch.start_us, frame), _x(stretch.end_us, frame)
        found.append(
            f'<rect x="{low:.1f}" y="{top}" width="{max(high - low, 1.5):.1f}" '
            f'height="{ROW - 18}" fill="{_COLOURS[stretch.period]}"/>'
        )
    return found


def _strip(
    one: Line,
    name: str,
    frame: tuple[int, int],
    top: int,
    measured: Sequence[Stretch],
) -> list[str]:
    days, acts, usual, seen = _daily(one, measured)
    inside = (days + DAY_US > frame[0]) & (days < frame[1])
    highest = max(float(acts[inside].max(initial=0)), float(usual[inside].max(initial=0)), 1.0)
    bottom = top + ROW - 20

    def point(day: int, value: float) -> str:
        y = bottom - value / highest * (ROW - 30)
        return f"{_x(day + DAY_US / 2, frame):.1f},{y:.1f}"

    listed = [i for i in np.flatnonzero(inside) if seen[i]]
    expected = " ".join(point(int(days[i]), float(usual[i])) for i in listed)
    marks = "".join(
        f'<circle cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="2.2" fill="#173f77"/>'
        for p in (point(int(days[i]), float(acts[i])) for i in listed)
    )
    observed = " ".join(point(int(days[i]), float(acts[i])) for i in listed)
    return [
        f'<text x="8" y="{top + 30}" font-weight="600">{_text(_short(name))}</text>',
        f'<text x="8" y="{top + 46}" fill="#4b5763">max {highest:,.0f}</text>',
        f'<line x1="{LEFT}" y1="{bottom}" x2="{WIDTH - RIGHT}" y2="{bottom}" '
        'stroke="#c3cbd3"/>',
        f'<polyline points="{expected}" fill="none" stroke="#8a96a3" stroke-width="5" '
        'stroke-opacity="0.45" stroke-linejoin="round"/>',
        f'<polyline points="{observed}" fill="none" stroke="#173f77" stroke-width="1.4"/>',
        marks,
    ]


def _daily(
    one: Line, measured: Sequence[Stretch]
) -> tuple[habit.Ints, habit.Reals, habit.Reals, Bools]:
    """Start, acts, usual acts of each local day, in its trailed hours; whether it has any."""
    hours = one.hours
    grid = one.start_us + np.arange(len(hours.acts), dtype=np.int64) * HOUR_US
    apart = np.zeros(len(grid), dtype=np.bool_)
    for stretch in measured:
        apart |= (grid + HOUR_US > stretch.start_us) & (grid < stretch.end_us)
    usual = habit.habit(hours, hours.trailed & ~apart)
    size = int(hours.day.max()) + 1
    said = np.bincount(hours.day, weights=hours.acts * hours.trailed, minlength=size)
    wanted = usual.expected(hours.slot) * hours.trailed
    expected = np.bincount(hours.day, weights=wanted, minlength=size)
    first = grid[np.searchsorted(hours.day, np.arange(size))]
    seen = np.bincount(hours.day, weights=hours.trailed, minlength=size) >= 20
    return first, said.astype(np.float64), expected.astype(np.float64), seen


def _legend() -> list[str]:
    items = (
        ("#f3d1d2", "attaque / attack"),
        ("#cfe0f5", "fermeture / containment"),
        ("#eef3fa", "semaine après / week after"),
    )
    found = []
    for n, (colour, words) in enumerate(items):
        x = LEFT + n * 175
        found.append(f'<rect x="{x}" y="8" width="14" height="12" fill="{colour}"/>')
        found.append(f'<text x="{x + 20}" y="18">{words}</text>')
    found.append(
        f'<text x="{LEFT}" y="36" fill="#4b5763">actes par jour (bleu), habitude (gris) / '
        "acts a day (blue), habit (grey)</text>"
    )
    return found


def _axis(frame: tuple[int, int], top: int, zone: str) -> list[str]:
    info = ZoneInfo(zone)
    days = max(round((frame[1] - frame[0]) / DAY_US), 1)
    step = max(1, -(-days // 9))
    found = []
    for n in range(0, days + 1, step):
        us = frame[0] + n * DAY_US
        at = datetime.fromtimestamp(us / 1_000_000, UTC).astimezone(info)
        x = _x(us, frame)
        found.append(
            f'<text x="{x:.1f}" y="{top + 4}" text-anchor="middle" fill="#4b5763">'
            f"{at:%d/%m}</text>"
        )
    return found


def _short(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"


def _text(text: str) -> str:
    plain = "".join(c for c in text if c.isprintable())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
