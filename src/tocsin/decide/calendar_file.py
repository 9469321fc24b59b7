"""The clocks as a calendar that any agenda reads: iCalendar (RFC 5545)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from tocsin.core.incident import ClockState
from tocsin.decide.clocks import ClockFace

ALARMS_BEFORE_H = (24, 4)
"""Hours before the strict end at which the agenda rings."""

OPEN = (ClockState.RUNNING, ClockState.LATE, ClockState.TO_DECIDE)

_MAX_OCTETS = 75
"""Longest line, without its end (RFC 5545, section 3.1)."""


def calendar(
    faces: Iterable[ClockFace], *, case: str, operator: str, at: datetime, lang: str
) -> str:
    """The open clocks that have an end, each as an event that ends with it.

    Args:
        faces: the clocks; those without end, done or set aside have no event.
        case: id of the case, which makes the events' ids steady from export to export.
        operator: its name, for the party ''.
        at: instant of the export.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tocsin//clocks//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for face in faces:
        if face.due_at is not None and face.state in OPEN:
            lines += _event(face, face.due_at, case, (operator, at, lang))
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(
    face: ClockFace, due_at: datetime, case: str, told: tuple[str, datetime, str]
) -> Sequence[str]:
    operator, at, lang = told
    who = face.party.name or face.party.id or operator
    words = face.duty.says.in_language(lang)
    about = [face.duty.source, *(b.in_language(lang) for b in face.because)]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{face.duty.id}.{_word(face.party.id) or 'operator'}@{case}.tocsin",
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(due_at - timedelta(hours=1))}",
        f"DTEND:{_utc(due_at)}",
        f"SUMMARY:{_text(f'{words} - {who}')}",
        f"DESCRIPTION:{_text('; '.join(about))}",
        f"STATUS:{'TENTATIVE' if face.state is ClockState.TO_DECIDE else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
    ]
    for hours in ALARMS_BEFORE_H:
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_text(words)}",
            f"TRIGGER;RELATED=END:-PT{hours}H",
            "END:VALARM",
        ]
    return [*lines, "END:VEVENT"]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _word(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c in "-_")


def _text(text: str) -> str:
    """A TEXT value: what has a meaning is escaped, what cannot be shown is dropped."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain


def _folded(line: str) -> str:
    """A content line cut after at most 75 octets, never inside a character."""
    parts, room = [""], _MAX_OCTETS
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = _MAX_OCTETS - 1
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts) + "\r\n"
