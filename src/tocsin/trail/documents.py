"""A JSON text into its resources: one a line, or the entries of a Bundle, an array, documents.

Of a text that is no NDJSON the place of a resource is its rank from 1. An entry that is cut
short or no JSON is one quarantined rank: an entry begins where a brace is followed by
`"fullUrl"` or `"resource"` (in an array, by `"resourceType": "AuditEvent"`), which a JSON
string cannot hold unescaped, so that the entries after a broken one are found again. A buffer
of a few entries is held, never the file.

Source: HL7 FHIR R4, Bundle; RFC 8259, sections 2 and 7.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import msgspec
import pyarrow as pa

from tocsin.trail.lines import (
    LONGEST_LINE_BYTES,
    NOT_UTF8,
    TOO_LONG,
    batch_of,
    cut_lines,
    head_of,
)

SNIFF_BYTES = 1 << 20
LONGEST_ENTRY_BYTES = 16 << 20
"""What an entry may hold in memory while its end is looked for."""
BATCH_ENTRIES = 2_000

NO_OBJECT = "not a JSON object"
NO_RESOURCE = "an entry without a resource"
BROKEN = "not JSON: the entry is cut short or not closed"

_TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_BLANK = b" \t\r\n"
_ENTRY = re.compile(rb'\{\s*"(?:fullUrl|resource)"\s*:')
_EVENT = re.compile(rb'\{\s*"resourceType"\s*:\s*"AuditEvent"')
_BUNDLE = re.compile(rb'"resourceType"\s*:\s*"Bundle"')
_LIST = re.compile(rb"\s*:\s*\[")

_Row = tuple[int, str | None, str | None, str | None]


class _BundleEntry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw(b"")


def cut_json(chunks: Iterable[bytes]) -> Iterator[pa.RecordBatch]:
    """Decompressed bytes to record batches of LINES, in order."""
    rest = iter(chunks)
    head = b""
    while len(head) < SNIFF_BYTES and not _two_lines(head):
        more = next(rest, None)
        if more is None:
            break
        head += more
    if not head:
        return iter(())
    whole = chain((head,), rest)
    return _entries(whole) if is_document(head) else cut_lines(whole)


def _two_lines(head: bytes) -> bool:
    return head.strip(_BLANK + b"\xef\xbb\xbf").count(b"\n") >= 2


def is_document(head: bytes) -> bool:
    """Whether a text that begins so is one or several documents, not one resource a line."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    first, _, rest = text.partition(b"\n")
    if text[:1] == b"[":
        return True
    if text[:1] != b"{":
        return False
    try:
        kind = msgspec.json.decode(first, type=dict[str, msgspec.Raw]).get("resourceType")
    except (msgspec.DecodeError, UnicodeDecodeError):
        if _BUNDLE.search(first[:SNIFF_BYTES]):
            return True
        return bool(rest) and rest.lstrip(_BLANK)[:1] != b"{"
    return kind is not None and bytes(kind) == b'"Bundle"'


def _entries(chunks: Iterable[bytes]) -> Iterator[pa.RecordBatch]:
    rows: list[_Row] = []
    for rank, found in enumerate(_Text(chunks).resources(), 1):
        rows.append(_row(rank, found))
        if len(rows) >= BATCH_ENTRIES:
            yield batch_of(rows)
            rows = []
    if rows:
        yield batch_of(rows)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The bytes of one entry or document, and why they are none, if so."""

    raw: bytes
    reason: str = ""
    in_bundle: bool = False


def _row(rank: int, piece: _Piece) -> _Row:
    """A piece as a row of LINES: its resource, or the reason why there is none."""
    raw, reason = piece.raw, piece.reason
    if not reason and len(raw) > LONGEST_LINE_BYTES:
        reason = TOO_LONG
    if not reason and piece.in_bundle:
        raw, reason = _resource(raw)
    if not reason:
        try:
            return (rank, raw.decode(), None, None)
        except UnicodeDecodeError:
            reason = NOT_UTF8
    return (rank, None, reason, head_of(piece.raw))


def _resource(entry: bytes) -> tuple[bytes, str]:
    try:
        resource = bytes(msgspec.json.decode(entry, type=_BundleEntry).resource)
    except msgspec.ValidationError:
        return entry, NO_OBJECT
    except (msgspec.DecodeError, UnicodeDecodeError):
        return entry, "not JSON"
    if not resource:
        return entry, NO_RESOURCE
    return resource, "" if resource[:1] == b"{" else NO_OBJECT


class _Text:
    """A JSON text read piece by piece."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._buffer = b""
        self._at = 0
        self._begins: list[int] = []  # where entries begin in the buffer
        self._begin = _EVENT

    def resources(self) -> Iterator[_Piece]:
        """Every entry and document, in order."""
        self._more()
        if self._buffer.startswith(b"\xef\xbb\xbf"):
            self._at = 3
        while self._skip(_BLANK + b","):
            here = self._buffer[self._at : self._at + 1]
            if here == b"[":
                self._at += 1
                yield from self._elements(_EVENT, in_bundle=False)
            elif here == b"{":
                yield from self._document()
            else:
                yield self._garbage()

    def _document(self) -> Iterator[_Piece]:
        """An object at the top: a Bundle's entries, or one resource."""
        self._use(_EVENT)
        entry = self._entry_list()
        if entry is None:
            piece = self._object(in_bundle=False)
            if not _is_bundle(piece):
                yield piece
            return
        self._at = entry
        yield from self._elements(_ENTRY, in_bundle=True)
        self._close()

    def _entry_list(self) -> int | None:
        """Where the list `entry` of the object at hand begins; None if it has none."""
        while True:
            depth = 0
            for token in _TOKEN.finditer(self._buffer, self._at):
                word = token[0]
                if depth == 1 and word == b'"entry"':
                    opened = _LIST.match(self._buffer, token.end())
                    if opened:
                        return opened.end()
                depth += (word in (b"{", b"[")) - (word in (b"}", b"]"))
                if depth == 0:
                    return None
            if len(self._buffer) - self._at > LONGEST_ENTRY_BYTES or not self._more():
                return None

    def _elements(self, begin: re.Pattern[bytes], *, in_bundle: bool) -> Iterator[_Piece]:
        """The elements of a list whose bracket is behind."""
        self._use(begin)
        while self._skip(_BLANK + b","):
            here = self._buffer[self._at : self._at + 1]
            if here == b"]":
                self._at += 1
                return
            if here == b"{":
                yield self._object(in_bundle=in_bundle)
            else:
                yield self._scalar()

    def _object(self, *, in_bundle: bool) -> _Piece:
        """The object that begins here, to its end or to where the next one must begin."""
        while True:
            nth = bisect_right(self._begins, self._at)
            limit = self._begins[nth] if nth < len(self._begins) else len(self._buffer)
            end = self._balanced(limit)
            if end:
                after = self._buffer[end:limit].lstrip(_BLANK)[:1]
                if after in (b",", b"]", b"") or not in_bundle:
                    return self._taken(end, in_bundle=in_bundle)
                return self._taken(limit, reason=BROKEN)
            if nth < len(self._begins):
                return self._taken(limit, reason=BROKEN)
            if len(self._buffer) - self._at > LONGEST_ENTRY_BYTES:
                return self._skipped()
            if not self._more():
                return self._taken(len(self._buffer), reason=BROKEN)

    def _balanced(self, limit: int) -> int:
        depth = 0
        for token in _TOKEN.finditer(self._buffer, self._at, limit):
            word = token[0]
            depth += (word in (b"{", b"[")) - (word in (b"}", b"]"))
            if depth <= 0:
                return token.end()
        return 0

    def _taken(self, end: int, *, reason: str = "", in_bundle: bool = False) -> _Piece:
        raw = self._buffer[self._at : end].strip(_BLANK + b",")
        self._at = end
        return _Piece(raw, reason, in_bundle)

    def _skipped(self) -> _Piece:
        """An entry too long to be held: passed over to where the next one begins."""
        head = self._buffer[self._at : self._at + 1024]
        while True:
            keep = max(len(self._buffer) - 64, self._at)
            self._at = keep
            if not self._more():
                self._at = len(self._buffer)
                break
            if self._begins:
                self._at = self._begins[0]
                break
        return _Piece(head, TOO_LONG)

    def _scalar(self) -> _Piece:
        """An element that is no object: to the comma or bracket after it."""
        pattern = re.compile(rb'(?:"(?:[^"\\\n]|\\.)*"|\[[^\]]*\]|[^,\]\[{])+', re.DOTALL)
        if len(self._buffer) - self._at < SNIFF_BYTES:
            self._more()
        found = pattern.match(self._buffer, self._at)
        end = found.end() if found else self._at + 1
        return self._taken(end, reason=NO_OBJECT)

    def _garbage(self) -> _Piece:
        """What is no JSON at the top: to the end of its line."""
        end = self._buffer.find(b"\n", self._at)
        return self._taken(end + 1 or len(self._buffer), reason="not JSON")

    def _close(self) -> None:
        """Pass over what a Bundle has after its entries, to its closing brace."""
        depth = 1
        while True:
            for token in _TOKEN.finditer(self._buffer, self._at):
                depth += (token[0] in (b"{", b"[")) - (token[0] in (b"}", b"]"))
                if depth == 0:
                    self._at = token.end()
                    return
            self._at = len(self._buffer)
            if not self._more():
                return

    def _skip(self, passed: bytes) -> bool:
        """Pass over bytes; whether any other is left."""
        while True:
            left = self._buffer[self._at : self._at + 256]
            if not left:
                if not self._more():
                    return False
                continue
            kept = left.lstrip(passed)
            self._at += len(left) - len(kept)
            if kept:
                return True

    def _use(self, begin: re.Pattern[bytes]) -> None:
        self._begin = begin
        self._begins = [m.start() for m in begin.finditer(self._buffer, self._at)]

    def _more(self) -> bool:
        """Let go what is behind, read on; whether there was more."""
        chunk = next(self._chunks, b"")
        if not chunk:
            return False
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        self._use(self._begin)
        return True


def _is_bundle(piece: _Piece) -> bool:
    """A Bundle that has no entries holds no line."""
    if piece.reason or len(piece.raw) > LONGEST_LINE_BYTES:
        return False
    try:
        kind = msgspec.json.decode(piece.raw, type=dict[str, msgspec.Raw]).get("resourceType")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return kind is not None and bytes(kind) == b'"Bundle"'
