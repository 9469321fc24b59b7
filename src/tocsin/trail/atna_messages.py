"""Lines of an ATNA file to whole messages, in bounded memory.

A message is mostly one line: then its position is the line's number. It may also run over
several: pretty-printed XML, a line feed between the RFC 5424 header and the XML. And several
may share a line: octet counting puts no line feed between frames. A file whose first message is
XML over several lines, or shares its line, is a multi-line file: positions are ranks from 1.
The first message alone decides, so that a file that grows keeps its positions.

What never becomes a whole message is handed on as it is, line by line where lines are the
count; the reader of messages then says why it cannot be read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.trail.decoded import LINES

LONGEST_LINES = 20_000
"""Lines that a message may run over."""
LONGEST_CHARACTERS = 8_000_000
"""Characters that a message may have; an audit message has some thousands."""
BATCH_MESSAGES = 4_000
"""Messages of a batch, small enough to travel to a process and back."""

_END = "</AuditMessage>"
_SYSLOG = re.compile(r"\ufeff?(?:\d{1,9} )?<\d{1,3}>\d{1,2} ")
_ROOT = re.compile(r"<(?:[\w.-]+:)?AuditMessage[\s>/]")
_CLOSED = re.compile(r"</(?:[\w.-]+:)?AuditMessage\s*>|<(?:[\w.-]+:)?AuditMessage[^<>]*/>")
_SCHEMA = pa.schema(
    [(c.name, pa.int64() if c.name == "position" else pa.string()) for c in LINES.columns]
)

_Row = tuple[int, str | None, str | None, str | None]


def messages(lines: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of lines to batches of messages, both shaped as LINES, in order.

    Args:
        lines: every line of one file that is not blank, in order, with its number.
    """
    joiner = _Joiner()
    for cut in lines:
        batch = cut.cast(_SCHEMA)  # lines may come as views of the text that was read
        if joiner.idle and _all_whole(batch, first=joiner.by_rank is None):
            joiner.by_rank = False
            yield from _slices(batch)
            continue
        columns = [batch.column(c.name).to_pylist() for c in LINES.columns]
        for row in zip(*columns, strict=True):
            joiner.take(row)
            if len(joiner.out) >= BATCH_MESSAGES:
                yield joiner.batch()
    joiner.give_up()
    if joiner.out:
        yield joiner.batch()


def _all_whole(batch: pa.RecordBatch, *, first: bool) -> bool:
    """Whether every line is one whole message, so that nothing must be joined."""
    lines = batch.column("line")
    if not batch.num_rows or batch.column("reason").null_count != batch.num_rows:
        return False
    if first and lines[0].as_py().count(_END) != 1:
        return False
    whole = pc.and_(pc.ends_with(lines, _END), pc.match_substring(lines, "<AuditMessage"))
    return pc.all(whole).as_py() is True


def _slices(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for start in range(0, batch.num_rows, BATCH_MESSAGES):
        yield batch.slice(start, BATCH_MESSAGES)


@dataclass(slots=True)
class _Joiner:
    """Takes lines, keeps the message that is open, gives out the ones that are whole."""

    by_rank: bool | None = None
    rank: int = 0
    rooted: bool = False
    size: int = 0
    pending: list[tuple[int, str]] = field(default_factory=list)
    out: list[_Row] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Whether nothing is open and lines are what is counted (or nothing is known yet)."""
        return not self.pending and not self.out and not self.by_rank

    def take(self, row: _Row) -> None:
        """One more line."""
        position, text, reason, head = row
        if text is None or reason is not None:
            self.give_up()
            self._give(position, text, reason, head)
            return
        if self.pending and _inside(text):
            self.pending.append((position, text))
            self.size += len(text)
            self._bounded()
            return
        if self.pending and self._begins(text):
            self.give_up()
        root = _ROOT.search(text) is not None
        if not self.pending and not root and not _opens(text):
            self._give(position, text, None, None)
            return
        self.pending.append((position, text))
        self.rooted |= root
        self.size += len(text)
        if self.rooted and _CLOSED.search(text):
            self._close()
        else:
            self._bounded()

    def _bounded(self) -> None:
        if len(self.pending) > LONGEST_LINES or self.size > LONGEST_CHARACTERS:
            self.give_up()

    def give_up(self) -> None:
        """What is open never ended: hand it on, to be quarantined."""
        if self.by_rank:
            if self.pending:
                text = "\n".join(line for _, line in self.pending)
                self._give(self.pending[0][0], text, None, None)
        else:
            for position, line in self.pending:
                self._give(position, line, None, None)
        self._clear()

    def batch(self) -> pa.RecordBatch:
        """What is whole, taken out."""
        columns = list(zip(*self.out, strict=True))
        self.out = []
        arrays = [pa.array(c, t.type) for c, t in zip(columns, _SCHEMA, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)

    def _begins(self, text: str) -> bool:
        """Whether the line begins another message than the one that is open."""
        bare = text.lstrip("\ufeff \t")
        if _SYSLOG.match(bare):
            return True
        if bare.startswith("<?xml"):
            return self.rooted or any("<?xml" in line for _, line in self.pending)
        return self.rooted and _ROOT.search(text) is not None

    def _close(self) -> None:
        text = "\n".join(line for _, line in self.pending)
        several = text.count(_END) > 1
        if self.by_rank is None:
            bare = not _SYSLOG.match(text.lstrip("\ufeff \t"))
            self.by_rank = several or (bare and len(self.pending) > 1)
        position = self.pending[0][0]
        self._clear()
        if not several or not self.by_rank:
            self._give(position, text, None, None)
            return
        *whole, rest = text.split(_END)
        for part in whole:
            self._give(position, part + _END, None, None)
        if rest.strip():
            self.take((position, rest, None, None))

    def _clear(self) -> None:
        self.pending, self.rooted, self.size = [], False, 0

    def _give(
        self, position: int, text: str | None, reason: str | None, head: str | None
    ) -> None:
        self.rank += 1
        self.out.append((self.rank if self.by_rank else position, text, reason, head))


def _opens(text: str) -> bool:
    bare = text.lstrip("\ufeff \t")
    return bare.startswith(("<?xml", "<!DOCTYPE", "<!--")) or _SYSLOG.match(bare) is not None


def _inside(text: str) -> bool:
    """Whether the line can neither begin nor end a message: most lines of printed XML."""
    return "AuditMessage" not in text and "<?xml" not in text and not _SYSLOG.match(text)
