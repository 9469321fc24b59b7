"""The ports: what the corridor asks of the world. Adapters fill them; rooms never see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
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
        self, relation: str, shape: Table, file: str, *, order: Sequence[str] = ()
    ) -> int:
        """Write the relation as one Parquet file of that shape; return its rows.

        A column `x_at` of the shape is taken from the relation's `x_us` where it has one.
        """
        ...

    def drop(self, *relations: str) -> None:
        """Forget relations that are no longer needed."""
        ...


class Vault(Protocol):
    """The directory image, encrypted; each opening is journalled by whoever asks."""

    def seal(self, tables: Mapping[str, pa.Table]) -> None:
        """Put the tables in, encrypted for the case's recipients."""
        ...

    def open(self, *names: str) -> Mapping[str, pa.Table]:
        """Take tables out, in memory only."""
        ...


class Case(Protocol):
    """The case folder: tables, evidence, journal. Paths are plain strings below it."""

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

    def note(self, event: str, facts: Mapping[str, object], *, by: str = "") -> None:
        """Append one chained entry to the journal. Facts carry identifiers and counts only."""
        ...
