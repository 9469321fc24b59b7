"""The session beside the account's habit, as one accessible SVG without script or font."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, LEFT, RIGHT, ROW, TOP = 760.0, 250.0, 40.0, 46.0, 54.0

_INK, _SOFT, _BOX, _NOW = "#1b1b1b", "#555555", "#b9c7d6", "#a4161a"


def picture(found: Mapping[str, Any], lang: str) -> str:
    """Draw what `against_habit` measured.

    Args:
        found: `session`, `account`, and `against_habit`, as `explain` tells them.
        lang: fr or en.
    """
    rows = [row for row in found["against_habit"] if row["past"]]
    height = TOP + ROW * max(len(rows), 1) + 34
    title = {
        "fr": f"Session {found['session']} face aux habitudes du compte {found['account']}",
        "en": f"Session {found['session']} beside the habit of account {found['account']}",
    }[lang]
    told = "; ".join(_sentence(row, lang) for row in rows)
    key = {
        "fr": "losange : cette session ; boîte : la moitié des autres ; trait : toutes",
        "en": "diamond: this session; box: half of the others; line: all of them",
    }[lang]
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" '
            f'role="img" aria-labelledby="t d" lang="{lang}" font-family="sans-serif" '
            f'font-size="14"><title id="t">{escape(title)}</title>'
            f'<desc id="d">{escape(told)}</desc>'
            f'<rect width="100%" height="100%" fill="#ffffff"/>'
            f'<text x="16" y="28" font-weight="700" fill="{_INK}">{escape(title)}</text>',
            *(_row(row, TOP + ROW * n, lang) for n, row in enumerate(rows)),
            f'<text x="16" y="{height - 12:.0f}" fill="{_SOFT}" font-size="12">'
            f"{escape(key)}</text></svg>\n",
        ]
    )


def _sentence(row: Mapping[str, Any], lang: str) -> str:
    low, middle, high = (row["past"][place] for place in (1, 3, 5))
    words = row["says"][lang]
    if lang == "fr":
        return (
            f"{words} : {row['value']:g} ici, {middle:g} d'habitude "
            f"(de {low:g} à {high:g} neuf fois sur dix)"
        )
    return (
        f"{words}: {row['value']:g} here, {middle:g} as a rule "
        f"({low:g} to {high:g} nine times in ten)"
    )


def _scale(values: Sequence[float]) -> float:
    return math.log1p(max(*values, 1.0))


def _row(row: Mapping[str, Any], y: float, lang: str) -> str:
    past, value = row["past"], float(row["value"])
    whole = _scale([*past, value])

    def x(number: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log1p(max(number, 0.0)) / whole

    middle = y + 12
    box = max(x(past[4]) - x(past[2]), 2.0)
    return (
        f'<text x="{LEFT - 16:.0f}" y="{y + 17:.0f}" text-anchor="end" fill="{_INK}">'
        f"{escape(row['says'][lang])}</text>"
        f'<path d="M{x(past[0]):.1f} {middle:.1f}H{x(past[-1]):.1f}" stroke="{_SOFT}"/>'
        f'<rect x="{x(past[2]):.1f}" y="{y + 3:.1f}" width="{box:.1f}" height="18" '
        f'fill="{_BOX}" stroke="{_SOFT}"/>'
        f'<path d="M{x(past[3]):.1f} {y + 3:.1f}v18" stroke="{_INK}" stroke-width="2"/>'
        f'<path d="M{x(value):.1f} {y + 3:.1f}l9 9-9 9-9-9z" fill="{_NOW}"/>'
        f'<text x="{min(x(value), WIDTH - RIGHT):.1f}" y="{y + 36:.0f}" text-anchor="middle" '
        f'fill="{_NOW}" font-size="12">{value:g}</text>'
    )
