"""Trail files of an estate: found, read once, hashed, kept as evidence, decompressed."""

import contextlib
import hashlib
import os
import stat
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import zstandard

from tocsin.adapters.evidence_copy import EvidenceCopy
from tocsin.adapters.read_ahead import Ahead
from tocsin.core.errors import InputError
from tocsin.core.ports import HEAD_BYTES, Case, Delivered, Delivery, Found
from tocsin.core.records import Says

CHUNK_BYTES = 4 << 20
"""Bytes read at once: large enough that the cost of a call is nothing."""

BOMB_RATIO = 250
"""Decompressed to compressed: trails reach 10 to 60, zeros 1,000 (DEFLATE's limit: 1,032)."""

BOMB_FLOOR_BYTES = 256 << 20
"""A ratio is judged only past this length of decompressed text."""

ZSTD_PIECE_BYTES = 2048
"""Compressed bytes decoded at once: four may make 128 KiB (RFC 8878, 3.1.1.2): 64 MiB."""

YOUNG_NS = 100_000_000
"""A file changed that little before it was read may change again within its stamp's grain."""

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_CUT, _CORRUPT = "the file is cut short", "the compressed data is corrupt"
BOMB = f"decompresses to more than {BOMB_RATIO} times its size"


class TrailFolder:
    """The trail files below the folder of an estate."""

    def __init__(self, folder: Path, case: Case) -> None:
        self._folder = folder.resolve()
        self._case = case

    def found(self, patterns: Sequence[str]) -> tuple[Found, ...]:
        """See the port."""
        seen: dict[str, Found] = {}
        for pattern in patterns:
            _refuse_outside(pattern)
            for path in self._folder.glob(pattern):
                name = path.relative_to(self._folder).as_posix()
                seen.setdefault(name, self._look(path, name))
        return tuple(seen[name] for name in sorted(seen))

    def named(self, paths: Sequence[str]) -> tuple[Found, ...]:
        """See the port. A file that is not in the estate keeps the path given."""
        found = []
        for given in paths:
            path = Path(given)
            if not path.exists():
                raise InputError(
                    Says("ce fichier n'existe pas", "there is no such file"),
                    next_step=Says(
                        "Nommez un fichier de traces qui existe.",
                        "Name a trail file that exists.",
                    ),
                    where=given,
                )
            inside = path.absolute()
            below = inside.is_relative_to(self._folder)
            name = inside.relative_to(self._folder).as_posix() if below else given
            found.append(self._look(path, name, linked=not below))
        return tuple(found)

    def prefixes(
        self, found: Found, lengths: Sequence[int]
    ) -> tuple[Delivered, Mapping[int, tuple[str, bytes]]]:
        """See the port."""
        reading = _Reading(found, None)
        edges = _Edges(lengths)
        for chunk in reading.chunks():
            edges.take(chunk)
        return reading.facts(), edges.found

    def deliver(self, found: Found) -> Delivery:
        """See the port."""
        return _Kept(found, self._case)

    def text(self, found: Found) -> Iterator[bytes]:
        """See the port."""
        return _Reading(found, None).chunks()

    def ahead(self, items: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """See the port."""
        ahead = Ahead(items, depth=1)
        try:
            yield from ahead
        finally:
            ahead.stop()

    def _look(self, path: Path, name: str, *, linked: bool = False) -> Found:
        """What stands there; a link, or a path through one, is not followed."""
        try:
            facts = path.lstat() if not linked else path.stat()
        except OSError as error:
            return Found(name=name, path=str(path), stamp=(), problem=_why_not(error))
        problem = _not_a_file(facts.st_mode)
        if not problem and not linked and not path.resolve().is_relative_to(self._folder):
            problem = "leads out of the estate"
        return Found(name=name, path=str(path), stamp=_stamp(facts), problem=problem)


def _refuse_outside(pattern: str) -> None:
    if pattern.startswith(("/", "~")) or ".." in Path(pattern).parts:
        raise InputError(
            Says(
                "le chemin sort du dossier du fichier estate.toml",
                "the path leads out of the estate's folder",
            ),
            next_step=Says(
                "Nommez des fichiers de traces sous le dossier d'estate.toml.",
                "Name trail files below the folder of estate.toml.",
            ),
            where=pattern,
        )


def _not_a_file(mode: int) -> str:
    if stat.S_ISREG(mode):
        return ""
    kinds: tuple[tuple[Callable[[int], bool], str], ...] = (
        (stat.S_ISDIR, "a folder, not a file"),
        (stat.S_ISLNK, "a symbolic link, not a file"),
        (stat.S_ISFIFO, "a pipe, not a file"),
    )
    return next((words for is_kind, words in kinds if is_kind(mode)), "not a regular file")


def _why_not(error: OSError) -> str:
    return f"cannot be read ({os.strerror(error.errno or 0)})"


def _stamp(facts: os.stat_result) -> tuple[int, ...]:
    return (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)


class _Edges:
    """The SHA-256 of a text at given lengths, and the two bytes that follow each."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self._left = sorted(set(lengths))
        self._sum = hashlib.sha256()
        self._length = 0
        self._open: list[int] = []
        self.found: dict[int, tuple[str, bytes]] = {}

    def take(self, chunk: bytes) -> None:
        """The next bytes of the text."""
        for edge in self._open:
            digest, after = self.found[edge]
            self.found[edge] = (digest, (after + chunk[:2])[:2])
        self._open = [edge for edge in self._open if len(self.found[edge][1]) < 2]
        at = 0
        while self._left and self._left[0] <= self._length + len(chunk):
            edge = self._left.pop(0)
            upto = edge - self._length
            self._sum.update(chunk[at:upto])
            at = upto
            self.found[edge] = (self._sum.copy().hexdigest(), chunk[upto : upto + 2])
            if len(self.found[edge][1]) < 2:
                self._open.append(edge)
        self._sum.update(memoryview(chunk)[at:])
        self._length += len(chunk)


class _Reading:
    """One pass over a file: raw bytes hashed (and copied), its text handed out."""

    def __init__(self, found: Found, copy: str | None) -> None:
        self._found = found
        self._copy = copy
        self._raw = hashlib.sha256()
        self._text = hashlib.sha256()
        self._same = True  # the text is the file's own bytes
        self._length = 0
        self._last = b"\n"
        self._broken = ""
        self._began_ns = 0
        self._before: tuple[int, ...] = ()
        self._after: tuple[int, ...] = ()

    def chunks(self) -> Iterator[bytes]:
        """The decompressed text, in order."""
        raw = self._read()
        first = next(raw, b"")
        for chunk in self._text_of(first, raw):
            if not self._same:
                self._text.update(chunk)
            self._length += len(chunk)
            self._last = chunk[-1:]
            yield chunk
        for _ in raw:  # what no text was made of is delivered all the same
            pass

    def facts(self) -> Delivered:
        """What is known once the last chunk was handed out."""
        digest = self._raw.hexdigest()
        steady = self._before == self._after and self._began_ns - self._before[2] > YOUNG_NS
        return Delivered(
            digest=digest,
            content=digest if self._same else self._text.hexdigest(),
            length_bytes=self._length,
            whole=self._last == b"\n",
            broken=self._broken,
            stamp=self._before if steady else (),
        )

    def _read(self) -> Iterator[bytes]:
        self._began_ns = time.time_ns()
        descriptor = os.open(self._found.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb", buffering=0) as file, contextlib.ExitStack() as stack:  # noqa: PTH123
            self._before = _stamp(os.fstat(file.fileno()))
            copy = None
            if self._copy is not None:
                copy = stack.enter_context(contextlib.closing(EvidenceCopy(self._copy)))
            while chunk := file.read(CHUNK_BYTES):
                self._raw.update(chunk)
                if copy is not None:
                    copy.take(chunk)
                yield chunk
            if copy is not None:
                copy.finish()
            self._after = _stamp(os.fstat(file.fileno()))

    def _text_of(self, first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
        if first.startswith(GZIP):
            self._same = False
            return self._inflated(_joined(first, rest))
        if first.startswith(ZSTD):
            self._same = False
            return self._unzstd(_joined(first, rest))
        return (chunk for chunk in _joined(first, rest) if chunk)

    def _inflated(self, raw: Iterator[bytes]) -> Iterator[bytes]:
        """The text of gzip members one after another; what is no member ends it."""
        decoder = zlib.decompressobj(wbits=31)
        taken, begun = 0, False
        for chunk in raw:
            taken += len(chunk)
            data, full, begun = chunk, False, True
            while data or full:
                try:
                    text = decoder.decompress(data, CHUNK_BYTES)
                except zlib.error:
                    self._broken = _CORRUPT
                    return
                if text:
                    yield text
                if self._is_bomb(taken):
                    return
                data, full = decoder.unconsumed_tail, len(text) == CHUNK_BYTES
                if decoder.eof:
                    data, full = decoder.unused_data.lstrip(b"\0"), False
                    decoder, begun = zlib.decompressobj(wbits=31), bool(data)
        self._broken = _CUT if begun else ""

    def _unzstd(self, raw: Iterator[bytes]) -> Iterator[bytes]:
        """The text of Zstandard frames one after another."""
        context = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        decoder = context.decompressobj()
        taken, begun = 0, False
        for chunk in raw:
            for at in range(0, len(chunk), ZSTD_PIECE_BYTES):
                data, begun = chunk[at : at + ZSTD_PIECE_BYTES], True
                taken += len(data)
                while data:
                    try:
                        text = decoder.decompress(data)
                    except zstandard.ZstdError:
                        self._broken = _CORRUPT
                        return
                    if text:
                        yield text
                    if self._is_bomb(taken):
                        return
                    data = decoder.unused_data if decoder.eof else b""
                    if decoder.eof:
                        decoder, begun = context.decompressobj(), bool(data)
        self._broken = _CUT if begun else ""

    def _is_bomb(self, taken: int) -> bool:
        if self._length > BOMB_FLOOR_BYTES and self._length > BOMB_RATIO * max(taken, 1):
            self._broken = BOMB
        return bool(self._broken)


class _Kept:
    """A delivery: read ahead in a thread, kept as evidence at the end."""

    def __init__(self, found: Found, case: Case) -> None:
        self._case = case
        self._found = found
        self._staged = case.aside("evidence")
        self._reading = _Reading(found, self._staged)
        self._ahead = Ahead(self._reading.chunks(), depth=4)
        self._first: bytes | None = None

    def head(self) -> bytes:
        """See the port."""
        if self._first is None:
            self._first = next(self._ahead, b"")
        return self._first[:HEAD_BYTES]

    def chunks(self) -> Iterator[bytes]:
        """See the port."""
        self.head()
        first, self._first = self._first or b"", b""
        if first:
            yield first
        yield from self._ahead

    def keep(self) -> Delivered:
        """See the port."""
        facts = self._reading.facts()
        if Path(self._case.where(f"evidence/{facts.digest}")).exists():
            self.abandon()
        else:
            self._case.publish(self._staged, f"evidence/{facts.digest}")
        return facts

    def abandon(self) -> None:
        """See the port."""
        self._ahead.stop()
        Path(self._staged).unlink(missing_ok=True)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest
