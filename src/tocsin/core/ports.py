"""The ports: what the corridor asks of the world. Adapters fill them; rooms never see them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

import pyarrow as pa

from tocsin.core.tables import Step, Table


class Clock(Protocol):
    """What time it is, aware, in UTC."""

    def now(self) -> datetime:
        """The present instant."""
        ...


class Progress(Protocol):
    """Tells the person who waits how far the work is; never prints on standard output."""

    def stage(self, words: str) -> None:
        """A new stage begins."""
        ...

    def advance(self, done: int, total: int | None, unit: str) -> None:
        """So much of the present stage is done."""
        ...


class Packed(Enum):
    """What a file is for: it decides how rows are grouped and compressed in it."""

    KEPT = "kept, and read in stretches"
    PASSING = "read once and thrown away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One file of a relation that is kept to be asked for a few of its rows.

    Args:
        file: where it is.
        first: the least value of the column that the relation is sorted by.
        last: the greatest.
    """

    file: str
    first: str
    last: str


class Engine(Protocol):
    """Executes steps. Each process owns one, in memory, that spills inside the case."""

    def bind_arrow(self, shape: Table, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Make Arrow rows readable as the relation `shape.name`."""
        ...

    def bind_files(self, shape: Table, files: Sequence[str], *, name: str = "") -> None:
        """Make Parquet files readable as one relation, with `*_us` beside each `*_at`.

        No file gives the empty relation.
        """
        ...

    def run(self, step: Step) -> None:
        """Fill the step's relation; refuse columns other than the declared ones."""
        ...

    def fetch(self, relation: str, *, order: Sequence[str] = ()) -> pa.Table:
        """A small relation, whole."""
        ...

    def count(self, relation: str) -> int:
        """How many rows the relation has."""
        ...

    def write(
        self,
        relation: str,
        shape: Table,
        file: str,
        *,
        order: Sequence[str] = (),
        packed: Packed = Packed.KEPT,
    ) -> int:
        """Write the relation as one Parquet file of that shape; return its rows.


        A column `x_at` of the shape is taken from the relation's `x_us` where it has one.
        """
        ...

    def write_cut(
        self, relation: str, shape: Table, folder: str, *, order: Sequence[str]
    ) -> tuple[Cut, ...]:
        """Write the relation, sorted, as files of some hundred thousand rows.

        Args:
            folder: an empty one, for the files.
            order: its first column is a text, never NULL. Files may overlap at their edges.
        """
        ...

    def drop(self, *relations: str) -> None:
        """Forget relations that are no longer needed."""
        ...


class Vault(Protocol):
    """The directory image, encrypted; each opening is journalled by whoever asks."""

    def seal(self, tables: Mapping[str, pa.Table]) -> Mapping[str, str]:
        """Put the tables in, encrypted for the case's recipients.

        Returns:
            SHA-256 (hex) of each table as it was written, before it was encrypted.
        """
        ...

    def open(self, *names: str) -> Mapping[str, pa.Table]:
        """Take tables out, in memory only."""
        ...


class Case(Protocol):
    """The case folder: tables, evidence, journal. Paths are plain strings below it.

    `facts` is what case.toml says: `id`, `opened_at`, `estate_sha256` and the rest, as text.
    """

    facts: Mapping[str, object]

    @property
    def vault(self) -> Vault:
        """The encrypted directory image."""
        ...

    def estate_text(self) -> str:
        """The estate.toml kept at `open`, as text."""
        ...

    def files(self, shape: Table) -> tuple[str, ...]:
        """The published Parquet files of a table of the contract, none before it is filled."""
        ...

    def aside(self, name: str) -> str:
        """A path inside the case's work folder to write a file to before it is published."""
        ...

    def aside_folder(self, name: str) -> str:
        """A new empty folder inside the case's work folder."""
        ...

    def discard(self, staged: str) -> None:
        """Remove a file or folder written aside that will not be published."""
        ...

    def share(self, name: str, as_name: str) -> None:
        """Publish a file of the case under a second name too, in one step, without a copy."""
        ...

    def publish(self, staged: str, name: str) -> None:
        """Rename a file written aside to `CASE/name`, synced, mode 0600, in one step."""
        ...

    def withdraw(self, name: str) -> None:
        """Remove `CASE/name`, a file or a folder, if it is there."""
        ...

    def listed(self, folder: str) -> tuple[str, ...]:
        """The names of the files and folders of `CASE/folder`, sorted; none if absent."""
        ...

    def where(self, name: str) -> str:
        """The full path of `CASE/name`, whether or not it is there."""
        ...

    def read_json(self, name: str) -> object | None:
        """A small JSON document of the case; None if it is not there."""
        ...

    def write_json(self, name: str, value: object) -> None:
        """Write a small JSON document of the case aside, then publish it."""
        ...

    def write_text(self, name: str, text: str) -> None:
        """Write a text document of the case aside, then publish it."""
        ...

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a document of the case aside, then publish it."""
        ...

    def journal(self) -> list[str]:
        """The journal's whole lines, in order."""
        ...

    def note(self, event: str, facts: Mapping[str, object], *, by: str = "") -> None:
        """Append one chained entry to the journal. Facts carry identifiers and counts only."""
        ...


class Pages(Protocol):
    """Turns values into a page; escapes everything that it is given."""

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """The page, whole; a value that the template names and nobody gave is a bug."""
        ...


# Trails as files ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that a source's patterns or a command line name.

    Args:
        name: the path as the estate gives it.
        path: where it is.
        stamp: size, mtime, ctime (ns), inode: equal stamps mean an unchanged file.
        problem: '' or why it is not read: a folder, a link, a path out of the estate.
    """

    name: str
    path: str
    stamp: tuple[int, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What is known of a file once it was read to its end and kept as evidence.

    Args:
        digest: SHA-256 (hex) of the file as delivered.
        content: SHA-256 (hex) of the decompressed text.
        length_bytes: of the decompressed text.
        whole: whether its last line ends with a line feed (an empty text is whole).
        broken: '' or why the text stops before its end.
        stamp: of the file while it was read; () if it changed meanwhile or is too young to
            trust.
    """

    digest: str
    content: str
    length_bytes: int
    whole: bool
    broken: str
    stamp: tuple[int, ...]


class Text(Protocol):
    """A text that is read once."""

    def chunks(self) -> Iterator[bytes]:
        """The text, once, in order."""
        ...


class Delivery(Protocol):
    """One file being taken in."""

    def head(self) -> bytes:
        """The first bytes of the decompressed text, at most HEAD_BYTES."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """The decompressed text, once, in order."""
        ...

    def keep(self) -> Delivered:
        """After the last chunk: keep the file under its digest in the evidence."""
        ...

    def abandon(self) -> None:
        """Let the file go without keeping it; harmless after `keep`."""
        ...


class TrailFiles(Protocol):
    """The trail files of an estate."""

    def found(self, patterns: Sequence[str]) -> tuple[Found, ...]:
        """What the patterns match inside the estate, sorted by name, each once."""
        ...

    def named(self, paths: Sequence[str]) -> tuple[Found, ...]:
        """Files that a command line names."""
        ...

    def prefixes(
        self, found: Found, lengths: Sequence[int]
    ) -> tuple[Delivered, Mapping[int, tuple[str, bytes]]]:
        """Digests of the file, and of its decompressed text at these lengths.

        Returns:
            The file's facts, and for each length that the text reaches its SHA-256 there and
            the two bytes that follow. Nothing is kept.
        """
        ...

    def deliver(self, found: Found) -> Delivery:
        """Begin to take a file in."""
        ...

    def text(self, found: Found) -> Iterator[bytes]:
        """The decompressed text of a file, in order; nothing is kept."""
        ...

    def ahead(self, items: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """The items in order, the next one made while the present one is worked on."""
        ...


class Workers(Protocol):
    """Processes that run a picklable pure function over batches, in order."""

    def run(
        self,
        decode: Callable[[pa.RecordBatch], pa.RecordBatch],
        batches: Iterable[pa.RecordBatch],
    ) -> Iterator[pa.RecordBatch]:
        """Each batch decoded, in order; batches are read only as results are taken."""
        ...


HEAD_BYTES = 65_536
"""Bytes of a decompressed text that tell whether it may continue another."""
