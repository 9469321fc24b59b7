"""The mail server's log: what became of a Message-ID.

Postfix (and anything that writes alike):
    Nov 25 03:00:01 mx postfix/cleanup[12]: 4F2A1C: message-id=<…@example.org>
    Nov 25 03:00:01 mx postfix/qmgr[9]: 4F2A1C: from=<…>, size=4096, nrcpt=1 (queue active)
    Nov 25 03:00:02 mx postfix/smtp[13]: 4F2A1C: to=<…>, …, status=sent (250 2.0.0 Ok)

`cleanup` writes the Message-ID while the message still comes in, `qmgr` once it is taken: in a
log that has lines of `qmgr`, one of them (or a status) is asked for. In any other log, a line
that names the Message-ID says that it was taken.
"""

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from tocsin.core.notices import Outcome, State

QUEUED = re.compile(r"[\s:]([0-9A-Za-z]{5,25}): ")
STATUS = re.compile(r"status=(\w+)(?: \((?:[^()]*? )?([245]\.\d{1,3}\.\d{1,3}|\d{3}))?")
REFUSED = re.compile(r"\b(milter-reject|reject|discarded?)\b", re.IGNORECASE)
ROTATED = ("", ".1", ".0", ".1.gz", ".0.gz")
LONGEST_LINE = 10_000


class MailLog:
    """Reads the log, and the one that was just rotated away, anew at each question."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def answers(self, message_ids: Iterable[str]) -> Mapping[str, Outcome]:
        """See the port."""
        wanted = {name.strip("<>"): name for name in message_ids}
        queue_of: dict[str, str] = {}  # bare Message-ID by queue number
        named: dict[str, str] = {}
        last: dict[str, tuple[str, str]] = {}  # what the log says of a queue number
        active: set[str] = set()
        whole = False
        for line in self._lines():
            found = QUEUED.search(line)
            number = found.group(1) if found else ""
            for name in _ids(line):
                if name in wanted and not REFUSED.search(line):
                    named[name] = number
                    if number:
                        queue_of[number] = name
            whole = whole or "(queue active)" in line
            if number and "(queue active)" in line:
                active.add(number)
            status = STATUS.search(line)
            if status and (number in queue_of or not number):
                key = number or next(iter(_ids(line)), "")
                last[key] = (status.group(1), status.group(2) or "")
        return {
            wanted[name]: answer
            for name, number in named.items()
            if (answer := _answer(number, last.get(number or name), active, whole=whole))
        }

    def alive_since(self, at: datetime) -> bool:
        """See the port."""
        try:
            written = datetime.fromtimestamp(self._file.stat().st_mtime, UTC)
        except OSError:
            return False
        return written >= at

    def _lines(self) -> Iterator[str]:
        for suffix in reversed(ROTATED):
            file = self._file.with_name(self._file.name + suffix)
            if not file.is_file() or file.is_symlink():
                continue
            opener = gzip.open if suffix.endswith(".gz") else open
            with opener(file, "rt", encoding="utf-8", errors="replace") as stream:
                for line in stream:
                    yield line[:LONGEST_LINE]


def _ids(line: str) -> list[str]:
    """Message-IDs in a line, bare: ours are 32 hex digits at a domain."""
    return re.findall(r"\b([0-9a-f]{32}@[A-Za-z0-9.-]+[A-Za-z0-9])", line)


def _answer(
    number: str, status: tuple[str, str] | None, active: set[str], *, whole: bool
) -> Outcome | None:
    evidence = f"log {number}".strip()
    if status is not None:
        word, code = status
        evidence = f"{evidence} {word} {code}".strip()
        if word in ("bounced", "expired", "undeliverable"):
            return Outcome(state=State.PERMANENT, evidence=evidence)
        return Outcome(state=State.SENT, evidence=evidence)
    if not whole or not number or number in active:
        return Outcome(state=State.SENT, evidence=evidence)
    return None
