"""The decoding of one trail file: its lines through the reader of its format, in batches."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from tocsin.core.errors import InputError
from tocsin.core.ports import Found, Packed, Text
from tocsin.core.tables import Step
from tocsin.flow.units import Before, Landing
from tocsin.trail import file_facts, rows
from tocsin.trail.decoded import DECODED, LINES
from tocsin.trail.file_facts import FileFacts
from tocsin.trail.lines import HEAD_CHARACTERS, LINES_SCHEMA
from tocsin.trail.reader import Opening

BATCH_BYTES = 64 << 20
"""Text decoded at once: what bounds the memory beside the engine's own limit."""

BATCH_ROWS = 200_000

STREAM_BYTES, LONG_STREAM_BYTES = 256 << 20, 4 << 30
"""Text that runs through one query: bounds what the lines of a row group may weigh.

A text of ordinary lines runs longer, for each query is planned anew.
"""

ORDINARY_LINE_BYTES = 8 << 10

LEFT_ROWS, LEFT_CHARACTERS = 20_000, 32 << 20
"""Lines of no common shape that one query decodes: they are held whole."""

LEFT_BATCH_ROWS = 256
"""Lines of them that the engine takes at once: each needs some 300 kB while it is decoded."""

DECODED_FILES = "decoded_files"


class Decoding:
    """The decoding of one file, batch by batch."""

    def __init__(self, landing: Landing, found: Found, before: Before, folder: str) -> None:
        self._landing = landing
        self._engine = landing.world.engine
        self._found = found
        self._before = before
        self._folder = folder
        self._opening: Opening | None = None
        self._cut_bytes = 0
        self.last_position = before.position
        self.last_head = ""
        self.facts = FileFacts(
            source=landing.source.id, file=found.name, first_us=None, last_us=None
        )
        self.carried = False

    def run(self, delivery: Text) -> list[str]:
        """Decode the whole text; the Parquet files of decoded rows, in order."""
        reader = self._landing.reader
        parts: list[str] = []
        self._bind_carried()
        batches = self._seen(reader.cut(delivery.chunks()))
        if reader.decode is not None:
            decoded = self._landing.workers.run(reader.decode(self._landing.source), batches)
            for group in _grouped(decoded):
                self._engine.bind_arrow(DECODED, group)
                parts.append(self._part(len(parts)))
        elif reader.streams:
            self._stream(_Stream(batches), parts)
        else:
            for group in self._landing.files.ahead(_grouped(batches)):
                self._engine.drop("lines")
                self._engine.bind_arrow(LINES, group)
                for step in self._steps():
                    self._engine.run(step)
                parts.append(self._part(len(parts)))
                self._carry(len(parts))
        self._engine.drop("lines", *(read.name for _, read in reader.carries))
        return parts

    def _seen(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches after the known lines; what they tell of the file is kept."""
        for batch in batches:
            if not batch.num_rows:
                continue
            if self._opening is None:
                self._opening = Opening(
                    file=self._found.name,
                    first_line=batch.column("line")[0].as_py() or "",
                    first_position=batch.column("position")[0].as_py(),
                )
            last = batch.num_rows - 1
            if batch.column("position")[last].as_py() <= self._before.position:
                continue
            self.last_position = batch.column("position")[last].as_py()
            self.last_head = _head_of(batch, last)
            positions = batch.column("position").to_numpy()
            yield batch.slice(int(np.searchsorted(positions, self._before.position, "right")))

    def _steps(self) -> tuple[Step, ...]:
        reader, opening = self._landing.reader, self._opening
        if reader.steps is None or opening is None:
            return ()
        try:
            return reader.steps(self._landing.source, opening)
        except InputError as error:
            return (rows.all_unread(error.what.en),)

    def _stream(self, stream: "_Stream", parts: list[str]) -> None:
        """Decode the text in a few queries, each over lines that are cut while it runs."""
        while stream.more:
            self._engine.bind_arrow(LINES, stream.reader())
            for step in self._steps():
                self._engine.run(step)
            try:
                parts.append(self._part(len(parts)))
            finally:
                stream.check()
            self._engine.drop(LINES.name)
        parts += self._completed(parts)

    def _completed(self, parts: Sequence[str]) -> list[str]:
        """The decoded rows of the lines that the reader's first steps left, if any."""
        reader = self._landing.reader
        if not parts or reader.left is None or reader.leaves is None or not reader.completes:
            return []
        self._engine.bind_files(DECODED, parts, name=DECODED_FILES)
        self._engine.run(reader.left)
        sizes = self._engine.fetch(reader.left.name, order=("position",))
        made: list[str] = []
        for first, last in _ranges(sizes):
            leaves = reader.leaves(first, last)
            self._engine.run(leaves)
            lines = self._engine.fetch(leaves.name, order=("position",))
            batches = lines.to_batches(max_chunksize=LEFT_BATCH_ROWS)
            reading = pa.RecordBatchReader.from_batches(lines.schema, batches)
            self._engine.bind_arrow(leaves.fills, reading)
            for step in reader.completes(self._landing.source):
                self._engine.run(step)
            made.append(self._part(len(parts) + len(made)))
            self._engine.drop(leaves.name)
        self._engine.drop(reader.left.name, DECODED_FILES)
        return made

    def _part(self, n: int) -> str:
        """Write the decoded batch, and take its facts."""
        part = f"{self._landing.world.case.aside('decoded')}-{n}.parquet"
        self._engine.write(DECODED.name, DECODED, part, packed=Packed.PASSING)
        self._engine.drop(DECODED.name)
        self._engine.bind_files(DECODED, [part])
        self.facts = file_facts.joined(self.facts, self._facts_of_batch())
        self._engine.drop(DECODED.name)
        return part

    def _facts_of_batch(self) -> FileFacts:
        numbered = self._landing.reader.numbered
        for step in file_facts.steps(numbered=numbered):
            self._engine.run(step)
        fetched = {
            t.name: self._engine.fetch(t.name).to_pylist()
            for t in (file_facts.FACTS, file_facts.MARKS, file_facts.MISSING)
            if numbered or t is not file_facts.MISSING
        }
        self._engine.drop(*fetched)
        return file_facts.of_batch(
            self._landing.source.id,
            self._found.name,
            facts=fetched[file_facts.FACTS.name][0],
            marks=fetched[file_facts.MARKS.name],
            missing=fetched.get(file_facts.MISSING.name, []),
        )

    def _bind_carried(self) -> None:
        last = next((u for u in reversed(self._landing.units) if u.carried), None)
        for _, read in self._landing.reader.carries:
            kept = []
            if last is not None:
                place = f"{self._landing.place(last.digest)}/{read.name}.parquet"
                kept = [self._landing.world.case.where(place)]
            self._engine.bind_files(read, kept)

    def _carry(self, n: int) -> None:
        for filled, read in self._landing.reader.carries:
            kept = f"{self._folder}/{read.name}.parquet"
            staged = f"{self._landing.world.case.aside(read.name)}-{n}.parquet"
            self._engine.write(filled.name, read, staged)
            self._engine.write(filled.name, read, kept)
            self._engine.drop(read.name, filled.name)
            self._engine.bind_files(read, [staged])
            self.carried = True


class _Stream:
    """Batches that an engine takes one by one; what goes wrong in their making is kept."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._next = next(batches, None)
        self._error: BaseException | None = None

    @property
    def more(self) -> bool:
        """Whether there is another batch."""
        return self._next is not None

    def reader(self) -> pa.RecordBatchReader:
        """The next batches, as long as a query may be."""
        return pa.RecordBatchReader.from_batches(LINES_SCHEMA, self._taken())

    def check(self) -> None:
        """Raise what ended the batches early, in place of what the engine made of it."""
        if self._error is not None:
            raise self._error

    def _taken(self) -> Iterator[pa.RecordBatch]:
        weight = lines = 0
        try:
            while self._next is not None and weight < _longest(weight, lines):
                batch = self._next
                weight += batch.get_total_buffer_size()
                lines += batch.num_rows
                yield batch
                self._next = next(self._batches, None)
        except GeneratorExit:
            raise
        except BaseException as error:
            self._error = error
            raise


def _longest(weight: int, lines: int) -> int:
    ordinary = weight <= lines * ORDINARY_LINE_BYTES
    return LONG_STREAM_BYTES if ordinary else STREAM_BYTES


def _ranges(sizes: pa.Table) -> Iterator[tuple[int, int]]:
    """Positions from and to, of runs of lines that are bounded in number and in length."""
    positions = sizes.column("position").to_numpy()
    ends = np.cumsum(sizes.column("size").to_numpy())
    begin = 0
    while begin < len(positions):
        before = int(ends[begin - 1]) if begin else 0
        end = int(np.searchsorted(ends, before + LEFT_CHARACTERS, "right"))
        end = max(begin + 1, min(end, begin + LEFT_ROWS))
        yield int(positions[begin]), int(positions[end - 1])
        begin = end


def _grouped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    group: list[pa.RecordBatch] = []
    weight = count = 0
    for batch in batches:
        group.append(batch)
        weight += batch.get_total_buffer_size()
        count += batch.num_rows
        if weight >= BATCH_BYTES or count >= BATCH_ROWS:
            yield pa.Table.from_batches(group)
            group, weight, count = [], 0, 0
    if group:
        yield pa.Table.from_batches(group)


def _head_of(batch: pa.RecordBatch, row: int) -> str:
    text = batch.column("line")[row].as_py() or batch.column("head")[row].as_py() or ""
    return str(text)[:HEAD_CHARACTERS]
