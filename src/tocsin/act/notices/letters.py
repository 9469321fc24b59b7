"""A notice as a letter: the address in the window, the notice, the complaint on its back.

Source:
    AFNOR XP Z 10-011: at most six lines of 38 signs, the last one postal code and city.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.act.notices.wording import CODE_MARK, PERSON_MARK, Letterhead, Notice, day
from tocsin.core.evidence import digest_of
from tocsin.core.notices import Reader

LINES, SIGNS = 6, 38

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "page": "page",
        "reference": "Référence :",
        "parent": "Au titulaire de l'autorité parentale de",
        "guardian": "Au représentant de",
    },
    "en": {
        "page": "page",
        "reference": "Reference:",
        "parent": "To the holder of parental authority of",
        "guardian": "To the representative of",
    },
}

COLUMNS = ("batch", "file", "sha256", "rank", "pages", "notice", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter of a batch; it lives in memory only."""

    notice: str
    code: str
    address: tuple[str, ...]
    person: str
    shown: Notice


def address(
    contact: Mapping[str, str], person: str, reader: str, language: str
) -> tuple[str, ...]:
    """The lines of the address, at most six of 38 signs.

    Args:
        contact: the directory record: the guardian's address stands before the person's.
        person: the name by which the person is written to.
        reader: who reads.
        language: of the words before a child's name.
    """
    own = reader == Reader.PERSON
    guardian = clean(contact.get("guardian_name", ""))
    if own:
        top = [person]
    elif guardian:
        top = [guardian]
    else:
        top = [*folded(f"{WORDS[language][reader]} {person}")][:2]
    elsewhere = "" if own else contact.get("guardian_address", "").strip()
    street = elsewhere or contact.get("address", "")
    lines = [line for part in re.split(r"[\n;]", street) for line in folded(clean(part))]
    city = clean(f"{contact.get('postal_code', '')} {contact.get('city', '')}").upper()
    whole = bool(elsewhere) and re.search(r"\b\d{5}\b", elsewhere)
    if not whole:
        lines = [*lines[: LINES - len(top) - 1], city]
    return tuple(line[:SIGNS] for line in (*top, *lines) if line)[:LINES]


def folded(text: str) -> list[str]:
    """A text in lines of at most 38 signs, broken at spaces."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= SIGNS:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def clean(text: str) -> str:
    """A text of the directory without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def sheet(letters: Sequence[Letter], head: Letterhead, *, on: str) -> dict[str, Any]:
    """The values of a document of letters in one language; `on` is its ISO day.

    Words that several letters have in common stand there once: `shown` of a letter is their
    place in `notices`. A text that names the reader is in pieces: 0 is the person, 1 the code.
    """
    shown = letters[0].shown
    spoken = "en" if shown.language == "en" else "fr"
    places: dict[Notice, int] = {}
    for one in letters:
        places.setdefault(one.shown, len(places))
    return {
        "title": shown.subject,
        "operator": head.operator,
        "sender": head.sender,
        "at": ", ".join(text for text in (head.phone, head.site) if text),
        "foot": head.operator,
        "lang": spoken,
        "date": day(on, spoken),
        "reference": WORDS[spoken]["reference"],
        "subject": shown.subject,
        "greeting": shown.greeting,
        "closing": shown.closing,
        "notices": [_passages(one) for one in places],
        "letters": [
            {
                "address": list(one.address),
                "person": one.person,
                "code": one.code,
                "shown": places[one.shown],
            }
            for one in letters
        ],
    }


def _passages(shown: Notice) -> list[dict[str, Any]]:
    return [
        {
            "id": passage.id,
            "title": passage.title,
            "blocks": [
                {"text": pieces(block.text), "points": [pieces(p) for p in block.points]}
                for block in passage.blocks
            ],
        }
        for passage in shown.passages
    ]


def pieces(text: str) -> str | list[str | int]:
    """A text parted at what is the reader's own; a text that everybody reads stays whole."""
    parts = re.split(f"([{PERSON_MARK}{CODE_MARK}])", text)
    if len(parts) == 1:
        return text
    marks = {PERSON_MARK: 0, CODE_MARK: 1}
    return [marks.get(part, part) for part in parts if part]


def pages(document: bytes) -> int:
    """How many pages a PDF of ours has: its page objects stand in clear."""
    return len(re.findall(rb"/Type\s*/Page\b", document))


def batch_name(notices: Iterable[str]) -> str:
    """The name of a batch: the same letters make the same batch."""
    return digest_of("\n".join(notices))[:10]


def manifest(rows: Iterable[Sequence[object]]) -> str:
    """The manifest of a print run: which letter stands where, by its code, without a name."""
    lines = (",".join(str(value) for value in row) for row in (COLUMNS, *rows))
    return "\n".join(lines) + "\n"


def listed(text: str) -> list[str]:
    """Notices and codes that a list names: a manifest that came back, or one a line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return []
    columns = [name.strip().lower() for name in next(csv.reader(lines[:1]))]
    for name in ("notice", "code", "reference"):
        if name in columns:
            place = columns.index(name)
            rows = csv.reader(lines[1:])
            return [row[place].strip() for row in rows if len(row) > place]
    return [next(csv.reader([line]))[0].strip() for line in lines]
