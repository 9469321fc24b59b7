"""Words and figures in French and English: how a sentence, a count or an instant is written."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin.core.records import Says

NOTHING = Says("—", "—")
"""What stands in a cell that has no value."""

_MONTHS_FR = (
    "janv.",
    "févr.",
    "mars",
    "avril",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
_MONTHS_EN = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "June",
    "July",
    "Aug",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
)
_SPACED = re.compile(r" ([:»])")
_THIN = re.compile(r" ([;?!%])")
_ELISION = re.compile(
    r"\b(l|d|n|s|c|j|m|t|qu|jusqu|lorsqu|puisqu|quelqu|presqu|aujourd)'(?=[a-zà-ÿœ])",
    re.IGNORECASE,
)

Part = Says | str | int | float
"""What a place of a sentence may take."""


def french(text: str) -> str:
    """French apostrophes, and no-break spaces before high signs and inside guillemets."""
    text = _SPACED.sub("\u00a0\\1", text.replace("« ", "«\u00a0"))
    return _ELISION.sub("\\1’", _THIN.sub("\u202f\\1", text))


def number(value: int) -> Says:
    """A count: 12 345 in French (narrow no-break space), 12,345 in English."""
    grouped = f"{value:,}"
    return Says(grouped.replace(",", "\u202f"), grouped)


_WORDS = (
    ("deux", "two"),
    ("trois", "three"),
    ("quatre", "four"),
    ("cinq", "five"),
    ("six", "six"),
    ("sept", "seven"),
    ("huit", "eight"),
    ("neuf", "nine"),
)


def number_first(value: int) -> Says:
    """A count that opens a sentence: in letters from two to nine."""
    return sentence(Says(*_WORDS[value - 2])) if 2 <= value <= 9 else number(value)


def decimal(value: float, digits: int) -> Says:
    """A figure with that many decimals: 0,05 in French, 0.05 in English."""
    text = f"{value:.{digits}f}".replace("-", "\u2212")
    return Says(text.replace(".", ","), text)


def small(value: float) -> Says:
    """A rate of a few thousandths; what is less is said to be less."""
    if 0 < value < 0.001:
        return Says("<\u202f0,001", "<\u202f0.001")
    return decimal(value, 3)


def percent(value: float) -> Says:
    """A probability as a percentage; never rounded up to certainty or down to nothing."""
    if 0 < value < 0.001:
        return Says("<\u202f0,1\u202f%", "<\u202f0.1%")
    if 0.999 < value < 1:
        return Says(">\u202f99,9\u202f%", ">\u202f99.9%")
    text = decimal(value * 100, 1)
    return Says(f"{text.fr}\u202f%", f"{text.en}%")


def say(fr: str, en: str, /, **parts: Part) -> Says:
    """A sentence whose `{name}` places take parts, each in its language.

    Only the pattern is read for places: what stands in a part is never interpreted.
    """
    values = {name: _both(part) for name, part in parts.items()}
    return Says(
        french(fr).format_map({name: value.fr for name, value in values.items()}),
        en.format_map({name: value.en for name, value in values.items()}),
    )


def several(count: int, one: tuple[str, str], many: tuple[str, str], /, **parts: Part) -> Says:
    """A sentence by number, `{n}` being the count. French: 0 and 1 are one; English: 1 only."""
    fr = one[0] if count < 2 else many[0]
    en = one[1] if count == 1 else many[1]
    return say(fr, en, n=count, **parts)


def listed(parts: Iterable[Part], *, last: tuple[str, str] = ("et", "and")) -> Says:
    """An enumeration: a, b et c; a, b and c."""
    said = [_both(part) for part in parts]
    if len(said) < 2:
        return said[0] if said else NOTHING
    head_fr, head_en = ", ".join(s.fr for s in said[:-1]), ", ".join(s.en for s in said[:-1])
    return Says(f"{head_fr} {last[0]} {said[-1].fr}", f"{head_en} {last[1]} {said[-1].en}")


def because_of(reason: str) -> str:
    """French "parce que", elided before a vowel: parce qu'aucune trace."""
    return (
        f"parce qu’{reason}" if reason[:1].lower() in "aàâeéèêiîoôuy" else f"parce que {reason}"
    )


def sentence(part: Says) -> Says:
    """With a capital; the rest as it is."""
    return Says(part.fr[:1].upper() + part.fr[1:], part.en[:1].upper() + part.en[1:])


def plain(text: object) -> Says:
    """A text that is the same in both languages: an id, a digest, a word from outside."""
    return Says(str(text), str(text))


def said(value: object) -> Says:
    """A sentence as a document of the case keeps it: {"fr", "en"}, or one text for both."""
    if isinstance(value, Says):
        return value
    if isinstance(value, Mapping):
        fr, en = str(value.get("fr", "")), str(value.get("en", ""))
        return Says(french(fr or en), en or fr)
    return plain("" if value is None else value)


def instant(at: datetime, zone: str, *, seconds: bool = False) -> Says:
    """An instant in wall time of the zone: 5 sept. 2025, 02 h 14; 5 Sept 2025, 02:14."""
    wall = at.astimezone(ZoneInfo(zone))
    clock_fr, clock_en = f"{wall:%H} h {wall:%M}", f"{wall:%H:%M}"
    if seconds:
        clock_fr, clock_en = f"{clock_fr} min {wall:%S} s", f"{wall:%H:%M:%S}"
    date = day(at, zone)
    fr = f"{date.fr}, {clock_fr}".replace(" ", "\u00a0")
    return Says(fr, f"{date.en}, {clock_en}".replace(" ", "\u00a0"))


def day(at: datetime, zone: str, *, year: bool = True) -> Says:
    """A date in the zone: 1er sept. 2025; 1 Sept 2025."""
    wall = at.astimezone(ZoneInfo(zone))
    nth = "1er" if wall.day == 1 else str(wall.day)
    end = f"\u00a0{wall.year}" if year else ""
    return Says(
        f"{nth}\u00a0{_MONTHS_FR[wall.month - 1]}{end}",
        f"{wall.day}\u00a0{_MONTHS_EN[wall.month - 1]}{end}",
    )


def interval(start: datetime, end: datetime, zone: str) -> Says:
    """A stretch of time, the date said once where it holds one day."""
    first, last = day(start, zone), day(end, zone)
    if first == last:
        low, high = _clock(start, zone), _clock(end, zone)
        return say(
            "le {day}, de {low} à {high}",
            "on {day}, from {low} to {high}",
            day=first,
            low=low,
            high=high,
        )
    return say(
        "du {start} au {end}",
        "from {start} to {end}",
        start=instant(start, zone),
        end=instant(end, zone),
    )


def _clock(at: datetime, zone: str) -> Says:
    wall = at.astimezone(ZoneInfo(zone))
    return Says(f"{wall:%H}\u00a0h\u00a0{wall:%M}", f"{wall:%H:%M}")


def duration(seconds: float) -> Says:
    """A length of time in its two largest units: 2 j 4 h, 3 h 05 min, 12 min, 40 s."""
    whole = round(seconds)
    if whole < 60:
        return Says(f"{whole}\u00a0s", f"{whole}\u00a0s")
    minutes, hours, days = whole // 60 % 60, whole // 3600 % 24, whole // 86400
    if days:
        return Says(f"{days}\u00a0j\u00a0{hours}\u00a0h", f"{days}\u00a0d\u00a0{hours}\u00a0h")
    if hours:
        return Says(*(f"{hours}\u00a0h\u00a0{minutes:02}\u00a0min",) * 2)
    return Says(*(f"{minutes}\u00a0min",) * 2)


def _both(part: Part) -> Says:
    if isinstance(part, Says):
        return part
    if isinstance(part, bool | str):
        return plain(part)
    return number(part) if isinstance(part, int) else decimal(part, 2)
