"""A text file into its lines, without copying them: Arrow views over the bytes read.

Lines end with LF or CRLF. Blank lines keep their number and are left out. A line that cannot be
handed on (not UTF-8, longer than LONGEST_LINE_BYTES, UTF-16) keeps its number, its first
characters and the reason; the others of the file are read all the same.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

LONGEST_LINE_BYTES = 1 << 20
"""A longer line is quarantined and never held whole."""

HEAD_CHARACTERS = 200
"""Characters of an unreadable line that quarantine keeps."""

LINES_SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("line", pa.string_view()),
        ("reason", pa.string()),
        ("head", pa.string()),
    ]
)
"""LINES (trail/decoded.py), its text as views."""

TOO_LONG = f"longer than {LONGEST_LINE_BYTES} bytes"
NOT_UTF8 = "not UTF-8"
UTF16 = "UTF-16 text where UTF-8 is expected"

_BOM8 = b"\xef\xbb\xbf"
_BOM16 = (b"\xff\xfe", b"\xfe\xff")
_VIEW = np.dtype(
    [("length", "<i4"), ("prefix", "<u4"), ("buffer", "<i4"), ("offset", "<i4")], align=False
)
_INLINE_BYTES = 12

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


def cut_lines(chunks: Iterable[bytes]) -> Iterator[pa.RecordBatch]:
    """Decompressed bytes to record batches of LINES_SCHEMA, in order, in bounded memory."""
    cutter = _Cutter()
    for chunk in chunks:
        yield from cutter.take(chunk)
    yield from cutter.end()


def batch_of(
    rows: Iterable[tuple[int, str | None, str | None, str | None]],
) -> pa.RecordBatch:
    """A record batch of LINES_SCHEMA from a few rows."""
    listed = list(rows)
    return pa.RecordBatch.from_arrays(
        [
            pa.array([row[i] for row in listed], type=field.type)
            for i, field in enumerate(LINES_SCHEMA)
        ],
        schema=LINES_SCHEMA,
    )


def head_of(raw: bytes) -> str:
    """The first characters of bytes that may be no UTF-8."""
    return raw[: 4 * HEAD_CHARACTERS].decode("utf-8", "replace")[:HEAD_CHARACTERS]


class _Cutter:
    """The state between two chunks: the line begun, its number, what is wrong with all."""

    def __init__(self) -> None:
        self._begun = b""
        self._before = 0  # physical lines ended so far
        self._skipping = False  # the line begun is too long; only its head is kept
        self._all_wrong: str | None = None
        self._first = True

    def take(self, chunk: bytes) -> Iterator[pa.RecordBatch]:
        """The lines that end in this chunk."""
        if self._first:
            chunk = self._begun + chunk
            if len(chunk) < len(_BOM8):
                self._begun = chunk
                return
            self._begun, self._first = b"", False
            self._all_wrong = UTF16 if chunk.startswith(_BOM16) else None
            chunk = chunk.removeprefix(_BOM8)
        if self._skipping:
            end = chunk.find(b"\n")
            if end < 0:
                return
            yield self._wrong(self._begun, TOO_LONG)
            self._begun, self._skipping = b"", False
            chunk = chunk[end + 1 :]
        last = chunk.rfind(b"\n") + 1
        if last and self._begun:
            first = chunk.find(b"\n") + 1
            yield from self._block(self._begun + chunk[:first])
        else:
            first = 0
        if last > first:
            yield from self._block(chunk, first, last)
        self._begun = chunk[last:] if last else self._begun + chunk
        if len(self._begun) > LONGEST_LINE_BYTES:
            self._begun, self._skipping = self._begun[: 4 * HEAD_CHARACTERS], True

    def end(self) -> Iterator[pa.RecordBatch]:
        """The last line, if no line feed ends it."""
        if self._skipping:
            yield self._wrong(self._begun, TOO_LONG)
        elif self._begun:
            begun = self._begun
            if self._first:
                self._all_wrong = UTF16 if begun.startswith(_BOM16) else None
            yield from self._block(begun + b"\n")

    def _wrong(self, head: bytes, reason: str) -> pa.RecordBatch:
        self._before += 1
        return batch_of([(self._before, None, reason, head_of(head))])

    def _block(self, block: bytes, begin: int = 0, end: int = -1) -> Iterator[pa.RecordBatch]:
        """Whole lines, each ended by a line feed: a block's bytes from `begin` to `end`."""
        text = np.frombuffer(block, dtype=np.uint8)[: end if end >= 0 else len(block)]
        feeds = np.flatnonzero(text[begin:] == 0x0A) + begin
        starts = np.concatenate((np.full(1, begin, np.int64), feeds[:-1] + 1))
        returns = (feeds > starts) & (text[feeds - 1] == 0x0D)
        ends = feeds - returns
        positions = np.arange(1, len(feeds) + 1, dtype=np.int64) + self._before
        self._before += len(feeds)
        kept = (ends > starts) & ~_blank(block, text, starts, ends)
        starts, ends, positions = starts[kept], ends[kept], positions[kept]
        if len(starts):
            yield _batch(block, (starts, ends, positions), self._all_wrong)


def _blank(block: bytes, text: Bytes, starts: Places, ends: Places) -> NDArray[np.bool_]:
    """Lines of white space only; only those that begin with white space are looked at."""
    blank = np.zeros(len(starts), dtype=np.bool_)
    for i in np.flatnonzero(np.isin(text[starts], (0x20, 0x09, 0x0D, 0x0B, 0x0C))):
        blank[i] = not block[starts[i] : ends[i]].strip()
    return blank


def _batch(
    block: bytes, cut: tuple[Places, Places, Places], all_wrong: str | None
) -> pa.RecordBatch:
    starts, ends, positions = cut
    n = len(starts)
    reasons = _reasons(block, starts, ends, all_wrong)
    if not reasons:
        nothing = pa.nulls(n, pa.string())
        columns = [pa.array(positions), _views(block, starts, ends), nothing, nothing]
        return pa.RecordBatch.from_arrays(columns, schema=LINES_SCHEMA)
    good = np.ones(n, dtype=np.bool_)
    good[list(reasons)] = False
    heads = {i: head_of(block[starts[i] : ends[i]]) for i in reasons}
    columns = [
        pa.array(positions),
        _views(block, starts, ends, good),
        pa.array([reasons.get(i) for i in range(n)], type=pa.string()),
        pa.array([heads.get(i) for i in range(n)], type=pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=LINES_SCHEMA)


def _reasons(
    block: bytes, starts: Places, ends: Places, all_wrong: str | None
) -> dict[int, str]:
    """Why lines of a block cannot be handed on, by their number in it; none as a rule."""
    if all_wrong:
        return dict.fromkeys(range(len(starts)), all_wrong)
    wrong = {int(i): TOO_LONG for i in np.flatnonzero(ends - starts > LONGEST_LINE_BYTES)}
    if not block.isascii() and not _is_utf8(block[starts[0] : ends[-1]]):
        for i in range(len(starts)):
            if i not in wrong and not _is_utf8(block[starts[i] : ends[i]]):
                wrong[i] = NOT_UTF8
    return wrong


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return True
    offsets = pa.py_buffer(np.array([0, len(raw)], dtype=np.int32))
    text = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(raw)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _views(
    block: bytes, starts: Places, ends: Places, good: NDArray[np.bool_] | None = None
) -> pa.Array:
    """A string view array over the block: nothing copied but lines of 12 bytes or fewer.

    Source: Apache Arrow columnar format 1.4, "Variable-size Binary View Layout".
    """
    text = np.frombuffer(block, dtype=np.uint8)
    lengths = ends - starts if good is None else np.where(good, ends - starts, 0)
    views = np.zeros(len(starts), dtype=_VIEW)
    views["length"], views["offset"] = lengths, starts
    near = np.minimum(starts[:, None] + np.arange(4), len(block) - 1)
    views["prefix"] = np.ascontiguousarray(text[near]).view("<u4").ravel()
    raw = views.view(np.uint8).reshape(len(starts), _VIEW.itemsize)
    for i in np.flatnonzero(lengths <= _INLINE_BYTES):
        raw[i, 4:] = 0
        raw[i, 4 : 4 + lengths[i]] = text[starts[i] : starts[i] + lengths[i]]
    valid = None
    if good is not None:
        valid = pa.py_buffer(np.packbits(good, bitorder="little"))
    return pa.Array.from_buffers(
        pa.string_view(), len(starts), [valid, pa.py_buffer(views), pa.py_buffer(block)]
    )
