"""One trail file into its landing unit: evidence, rows, unreadable lines, facts, counts.

1. A file whose stamp (size, times, inode) is that of the last time is the same file.
2. A text that begins like a known one of the source is compared with it before it is decoded:
   the same text is the same file, a longer one is its continuation.
3. The text is read once: hashed, copied to the evidence, cut into lines, decoded in batches.
4. The decoded batches become rows, sorted by account and instant, and are published with the
   counts as one folder; `unit.json` comes last, and a folder without it is done again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pyarrow as pa

from tocsin.core.errors import InputError
from tocsin.core.ports import HEAD_BYTES, Delivered, Delivery, Found, TrailFiles, Workers
from tocsin.core.records import Source
from tocsin.core.tables import ACCESS, ACCOUNT_NAMES, PERSONS, QUARANTINE, Step
from tocsin.flow.world import World, bind_directory, rows_of
from tocsin.trail import file_facts, rows
from tocsin.trail.coverage import FileFacts
from tocsin.trail.decoded import DECODED, LINES
from tocsin.trail.lines import HEAD_CHARACTERS, LINES_SCHEMA
from tocsin.trail.reader import Opening, Reader

BATCH_BYTES = 64 << 20
"""Text decoded at once: what bounds the memory beside the engine's own limit."""

BATCH_ROWS = 200_000

STREAM_BYTES = 256 << 20
"""Text that runs through one query: bounds what the lines of a row group may weigh."""

ORDER = ("account", "occurred_us", "position", "part")
"""How rows of a file are sorted: an account's days lie together."""

DECODED_FILES = "decoded_files"

Keyed = Callable[[str], str]


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file that was read; `unit.json` of its landing folder.

    `lines` = rows' lines + `quarantined` + `known`; `known` lines are those of a file that
    this one continues or repeats. `superseded` is the digest and position of a line that was
    cut short there and is whole here.
    """

    n: int
    file: str
    digest: str
    content: str
    length_bytes: int
    whole: bool
    head: str
    head_bytes: int
    lines: int
    quarantined: int
    known: int
    last_position: int
    requests: int = 0
    rows: int = 0
    superseded: tuple[str, int] | None = None
    carried: bool = False
    facts: FileFacts | None = None


@dataclass(slots=True, kw_only=True)
class Landing:
    """What the landing of files of one source needs, and the units that are there."""

    world: World
    files: TrailFiles
    workers: Workers
    keyed: Keyed
    source: Source
    reader: Reader
    folder: str  # of the source's units in the case
    units: list[Unit] = field(default_factory=list)
    directory_bound: Callable[[], None]

    def place(self, unit_or_digest: str) -> str:
        """The unit's folder in the case."""
        return f"{self.folder}/{unit_or_digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """The file that the one at hand continues: its known lines end at `position`."""

    position: int = 0
    lines: int = 0
    superseded: tuple[str, int] | None = None


def bind_names(world: World) -> None:
    """Bind what rows are resolved by: the accounts' names, and the records' INS."""
    bind_directory(world, (ACCOUNT_NAMES, PERSONS), why="accounts and INS in trails")
    world.engine.run(rows.ins_names())
    world.engine.drop(PERSONS.name)


def land(landing: Landing, found: Found) -> tuple[Unit, Delivered]:
    """Read a file and publish its landing unit, or the entry of one that is known.

    Returns:
        The unit, and what is known of the file delivered.
    """
    delivery = landing.files.deliver(found)
    try:
        head = delivery.head()
        begins_alike = [u for u in landing.units if _begins(u, head)]
        if begins_alike:
            delivery.abandon()
            return _land_known(landing, found, begins_alike)
        return _land_new(landing, found, delivery, _Before())
    finally:
        delivery.abandon()


def _begins(unit: Unit, head: bytes) -> bool:
    if unit.length_bytes == 0:
        return not head
    return hashlib.sha256(head[: unit.head_bytes]).hexdigest() == unit.head


def _land_known(
    landing: Landing, found: Found, alike: Sequence[Unit]
) -> tuple[Unit, Delivered]:
    """A file that may be a known one, or go on where one ended."""
    facts, edges = landing.files.prefixes(found, [u.length_bytes for u in alike])
    same = next((u for u in landing.units if u.digest == facts.digest), None)
    again = same or next((u for u in alike if u.content == facts.content), None)
    if again is not None:
        if same is None:
            delivery = landing.files.deliver(found)
            for _ in delivery.chunks():
                pass
            delivery.keep()
        return _entry(landing, found, again, facts), facts
    before = _Before()
    for unit in sorted(alike, key=lambda u: u.length_bytes):
        digest, after = edges.get(unit.length_bytes, ("", b""))
        if digest == unit.content and unit.length_bytes:
            before = _continued(
                unit, at_edge=unit.whole or after[:1] == b"\n" or after == b"\r\n"
            )
    return _land_new(landing, found, landing.files.deliver(found), before)


def _continued(unit: Unit, *, at_edge: bool) -> _Before:
    if at_edge or not unit.lines:
        return _Before(position=unit.last_position, lines=unit.lines)
    return _Before(
        position=unit.last_position - 1,
        lines=unit.lines - 1,
        superseded=(unit.digest, unit.last_position),
    )


def _entry(landing: Landing, found: Found, same: Unit, facts: Delivered) -> Unit:
    """The ledger's entry of a known file under another name or another compression."""
    known = next(
        (u for u in landing.units if u.digest == facts.digest and u.file == found.name), None
    )
    if known is not None:
        return known
    name = hashlib.sha256(found.name.encode()).hexdigest()[:16]
    unit = msgspec.structs.replace(
        same,
        n=len(landing.units),
        file=found.name,
        digest=facts.digest,
        known=same.lines,
        quarantined=0,
        rows=0,
        requests=0,
        superseded=None,
        carried=False,
        facts=None,
    )
    _commit(landing, unit, f"{facts.digest}.{name}")
    return unit


def _commit(landing: Landing, unit: Unit, place: str) -> None:
    landing.world.case.write_json(
        f"{landing.place(place)}/unit.json", msgspec.to_builtins(unit)
    )
    landing.units.append(unit)


def _land_new(
    landing: Landing, found: Found, delivery: Delivery, before: _Before
) -> tuple[Unit, Delivered]:
    case = landing.world.case
    folder = case.aside_folder("unit")
    try:
        landing.directory_bound()
        head = delivery.head()
        decoding = _Decoding(landing, found, before, folder)
        parts = decoding.run(delivery)
        delivered = delivery.keep()
        unit = _rows(landing, found, delivered, (before, decoding, parts, head, folder))
        for part in parts:
            case.discard(part)
        place = landing.place(delivered.digest)
        case.withdraw(place)
        case.publish(folder, place)
        _commit(landing, unit, delivered.digest)
    finally:
        delivery.abandon()
        case.discard(folder)
    return unit, delivered


class _Decoding:
    """The decoding of one file, batch by batch."""

    def __init__(self, landing: Landing, found: Found, before: _Before, folder: str) -> None:
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

    def run(self, delivery: Delivery) -> list[str]:
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
            return (rows.all_unread(error.what),)

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
        if not parts or reader.leaves is None or reader.completes is None:
            return []
        self._engine.bind_files(DECODED, parts, name=DECODED_FILES)
        self._engine.run(reader.leaves)
        made = []
        if self._engine.count(reader.leaves.name):
            for step in reader.completes(self._landing.source):
                self._engine.run(step)
            made.append(self._part(len(parts)))
        self._engine.drop(reader.leaves.name, DECODED_FILES)
        return made

    def _part(self, n: int) -> str:
        """Write the decoded batch, and take its facts."""
        part = f"{self._landing.world.case.aside('decoded')}-{n}.parquet"
        self._engine.write(DECODED.name, DECODED, part, passing=True)
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
        """The next batches, up to STREAM_BYTES."""
        return pa.RecordBatchReader.from_batches(LINES_SCHEMA, self._taken())

    def check(self) -> None:
        """Raise what ended the batches early, in place of what the engine made of it."""
        if self._error is not None:
            raise self._error

    def _taken(self) -> Iterator[pa.RecordBatch]:
        weight = 0
        try:
            while self._next is not None and weight < STREAM_BYTES:
                batch = self._next
                weight += batch.get_total_buffer_size()
                yield batch
                self._next = next(self._batches, None)
        except GeneratorExit:
            raise
        except BaseException as error:
            self._error = error
            raise


def _rows(
    landing: Landing,
    found: Found,
    delivered: Delivered,
    made: tuple[_Before, _Decoding, Sequence[str], bytes, str],
) -> Unit:
    """From decoded rows to the files of the unit, in its folder aside."""
    before, decoding, parts, head, folder = made
    engine, source = landing.world.engine, landing.source
    engine.bind_files(DECODED, parts, name=DECODED_FILES)
    last = decoding.last_position + (1 if delivered.whole else 0)
    broken = (last, delivered.broken, decoding.last_head) if delivered.broken else None
    engine.run(rows.whole(broken))
    engine.run(rows.counts())
    found_rows = engine.fetch(rows.COUNTS.name).to_pylist()[0]
    count = {name: value or 0 for name, value in found_rows.items()}
    engine.run(rows.placed(source, landing.world.estate.services))
    engine.run(rows.rows(source, delivered.digest, with_ins=_bind_ins(landing)))
    written = engine.write("rows", ACCESS, f"{folder}/access.parquet", order=ORDER)
    if count["requests"]:
        engine.run(rows.requests(delivered.digest))
        engine.write("requests", rows.REQUESTS, f"{folder}/requests.parquet")
    if count["quarantined"]:
        engine.run(rows.unread(source, delivered.digest))
        order = ("position", "part")
        engine.write("unread", QUARANTINE, f"{folder}/quarantine.parquet", order=order)
    engine.drop("rows", "requests", "unread", "placed", "decoded", DECODED_FILES)
    engine.drop(rows.COUNTS.name, rows.INS_FOUND.name, rows.INS_DIGESTS.name)
    facts = decoding.facts
    if delivered.broken:
        facts = file_facts.joined(
            facts,
            FileFacts(
                source=source.id, file=found.name, first_us=None, last_us=None, truncated=True
            ),
        )
    length = min(len(head), HEAD_BYTES)
    return Unit(
        n=len(landing.units),
        file=found.name,
        digest=delivered.digest,
        content=delivered.content,
        length_bytes=delivered.length_bytes,
        whole=delivered.whole,
        head=hashlib.sha256(head[:length]).hexdigest(),
        head_bytes=length,
        lines=count["lines"] + before.lines,
        quarantined=count["quarantined"],
        known=before.lines,
        last_position=max(decoding.last_position, last if broken else 0),
        requests=count["requests"],
        rows=written,
        superseded=before.superseded,
        carried=decoding.carried,
        facts=facts,
    )


def _bind_ins(landing: Landing) -> bool:
    """Bind the digests of the INS that no record has; whether the file names any INS."""
    engine = landing.world.engine
    engine.run(rows.ins_found())
    found = engine.fetch(rows.INS_FOUND.name).to_pylist()
    unknown = [row["ins"] for row in found if not row["known"]]
    keyed = [(ins, f"ins:{landing.keyed(ins)}") for ins in unknown]
    engine.bind_arrow(rows.INS_DIGESTS, rows_of(rows.INS_DIGESTS, keyed))
    return bool(found)


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
