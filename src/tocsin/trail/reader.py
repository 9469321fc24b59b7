"""What a reader of one trail format is, as a value: how text is cut and lines decoded."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from tocsin.core.records import Source
from tocsin.core.tables import Step, Table

Cutter = Callable[[Iterable[bytes]], Iterator[pa.RecordBatch]]
"""Decompressed bytes in order, in pieces of any size, to record batches shaped as LINES."""

Decode = Callable[[pa.RecordBatch], pa.RecordBatch]
"""A LINES batch to a DECODED batch; picklable and pure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a file begins: its path as the estate gives it, its first line and its number."""

    file: str
    first_line: str
    first_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one format becomes decoded rows.

    Args:
        cut: parts the text into lines or entries; pure, bounded memory.
        steps: the steps that read `lines` and at last fill `decoded`; None for a format that
            SQL does not read.
        decode: for those, what processes run over batches of lines.
        carries: (filled, read) pairs: what a batch fills and the next batch reads, over the
            files of one source too. The relation read is bound, empty at first.
        streams: `steps` is one view that reads `lines` once, in any order: a file runs through
            it in one go.
        leaves: where a reader that streams leaves lines (rows of `decoded` with `part` -1 that
            hold the line), the view that takes them from `decoded_files`.
        completes: the views that fill `decoded` with those; they run only where there are any.
        header: the first line of a file says how the others are read.
        numbered: the format carries the producer's running numbers.
    """

    cut: Cutter
    steps: Callable[[Source, Opening], tuple[Step, ...]] | None = None
    decode: Callable[[Source], Decode] | None = None
    carries: tuple[tuple[Table, Table], ...] = ()
    streams: bool = False
    left: Step | None = None
    leaves: Callable[[int, int], Step] | None = None
    completes: Callable[[Source], tuple[Step, ...]] | None = None
    header: bool = False
    numbered: bool = False
