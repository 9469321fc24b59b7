"""The journal's chain: each entry carries the digest of the one before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

GENESIS = "0" * 64
"""What the first entry of a journal carries as the digest of the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal: who did what and when, chained to the line before."""

    n: int
    at: datetime
    event: str
    by: str
    facts: Mapping[str, object]
    previous: str

    def line(self) -> str:
        """The entry as its line of JSON, without the line feed."""
        return json.dumps(
            {
                "n": self.n,
                "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "event": self.event,
                "by": self.by,
                "facts": self.facts,
                "previous": self.previous,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


def digest_of(text: str | bytes) -> str:
    """SHA-256, in hex, of the bytes (or of the text in UTF-8)."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def content_digest(document: object) -> str:
    """SHA-256, in hex, of what a JSON document says, however it is laid out."""
    return digest_of(
        json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    )


def first_break(lines: Iterable[str]) -> int | None:
    """The number (from 0) of the first journal line that does not follow from those before.

    Args:
        lines: the journal's lines in order, without line feeds.

    Returns:
        None when the chain holds from the first line to the last.
    """
    previous = GENESIS
    for n, line in enumerate(lines):
        try:
            said = json.loads(line)
        except ValueError:
            return n
        if not isinstance(said, dict) or said.get("n") != n or said.get("previous") != previous:
            return n
        previous = digest_of(line)
    return None


def closed(lines: Iterable[str]) -> bool:
    """Whether the journal says that the case was closed, its key destroyed."""
    return any(
        json.loads(line).get("event") == "closed"
        for line in lines
        if '"event":"closed"' in line
    )
