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
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tocsin.core.notices import Outcome, State, Told

QUEUED = re.compile(r"[\s:]([0-9A-Za-z]{5,25}): ")
STATUS = re.compile(r"status=(\w+)(?: \((?:[^()]*? )?([245]\.\d{1,3}\.\d{1,3}|\d{3}))?")
REFUSED = re.compile(r"\b(milter-reject|reject|discarded?)\b", re.IGNORECASE)
ROTATED = ("", ".1", ".0", ".1.gz", ".0.gz")
LONGEST_LINE = 10_000

ISO = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?")
CLASSIC = re.compile(r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) "
                     r"(\d\d):(\d\d):(\d\d)\b")  # fmt: skip
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"

RESOLUTION = timedelta(seconds=1)
"""A classic stamp is cut to the second: a line may be so much later than it says."""

BIRTH = timedelta(minutes=5)
"""A log whose first line is later than a try by more was not there yet: some servers write
nothing before the first message that they take."""

AHEAD = timedelta(seconds=60)
"""A log that would tell of what came after it was written has a clock that is not known."""


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

    def told(self, begun: Mapping[str, datetime]) -> Told | None:
        """See the port: until the stamp of the last line, corrected by the least delay with
        which messages of ours appear in the log; else by the zone of the stamp or the machine.

        A log without stamps tells until it was last written to. One that was rotated tells
        since the first line that is still there; any other since shortly before its first
        line: what was handed over earlier went to another server, or into another log.
        """
        written = self._written()
        if written is None:
            return None
        wanted = {name.strip("<>"): at for name, at in begun.items()}
        leads: list[timedelta] = []
        first = last = None
        for line in self._lines():
            last = stamp(line, written) or last
            first = first or last
            for name in _ids(line):
                if last and name in wanted:
                    leads.append(last - wanted.pop(name))
        if first is None or last is None:
            return Told(since=None, until=written)
        lead = min(leads) + RESOLUTION if leads else timedelta(0)
        since = first - lead + (2 * RESOLUTION if self._rotated() else -BIRTH)
        until = last - lead
        return Told(since=since, until=until) if until <= written + AHEAD else None

    def _rotated(self) -> bool:
        name = self._file.name
        beside = (file.name for file in self._file.parent.iterdir())
        return any(other.startswith((f"{name}.", f"{name}-")) for other in beside)

    def _written(self) -> datetime | None:
        try:
            return datetime.fromtimestamp(self._file.stat().st_mtime, UTC)
        except OSError:
            return None

    def _lines(self) -> Iterator[str]:
        for suffix in reversed(ROTATED):
            file = self._file.with_name(self._file.name + suffix)
            if not file.is_file() or file.is_symlink():
                continue
            opener = gzip.open if suffix.endswith(".gz") else open
            with opener(file, "rt", encoding="utf-8", errors="replace") as stream:
                for line in stream:
                    yield line[:LONGEST_LINE]


def stamp(line: str, written: datetime) -> datetime | None:
    """The time at the head of a line: `2025-11-25T03:00:01.123+01:00` or `Nov 25 03:00:01`.

    Without a zone it is this machine's. Without a year it is the last one that is not after
    the log was written.
    """
    head = line[:80]
    if found := ISO.search(head):
        text = found.group().replace(",", ".").replace(" ", "T", 1)
        with suppress(ValueError):
            return datetime.fromisoformat(text).astimezone(UTC)
    if found := CLASSIC.match(head):
        month = MONTHS.find(found.group(1)) // 3 + 1
        day, hour, minute, second = map(int, found.groups()[1:])
        for year in (written.year + 1, written.year, written.year - 1):
            with suppress(ValueError):
                at = datetime(year, month, day, hour, minute, second).astimezone(UTC)
                if at <= written + timedelta(days=1):
                    return at
    return None


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
