"""What trails hold that the catalogue does not explain, and entries that would explain it."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.core.ports import Found, TrailFiles, Workers
from tocsin.core.records import Estate, Service, Source
from tocsin.core.tables import ACCESS, COUNT, TEXT, Step, table
from tocsin.flow.decoding import Decoding
from tocsin.flow.readers import READERS
from tocsin.flow.units import Before, Landing
from tocsin.flow.world import World, bind_published
from tocsin.scope import proposals
from tocsin.scope.proposals import STILL
from tocsin.trail.catalogue import ignored_sql, known_operations, number_sql, service_sql
from tocsin.trail.decoded import DECODED

SAMPLED_LINES = 20_000
"""Unexplained lines of a source that are read again, from the first on."""

UNEXPLAINED = table(
    "unexplained_lines",
    "line of an account that no operation explains",
    source=TEXT,
    digest=TEXT,
    position=COUNT,
)


def unexplained() -> Step:
    """Lines of accounts that no operation explains. Reads: access."""
    return Step(
        fills=UNEXPLAINED,
        reads=("access",),
        sql=f"""
SELECT t.source AS source, t.digest AS digest, t.position AS position
FROM (SELECT a.source AS source, a.digest AS digest, a.position AS position,
    row_number() OVER (PARTITION BY a.source ORDER BY a.digest, a.position) AS n
  FROM access AS a
  WHERE a.part = 0 AND a.operation = '' AND a.kind = 'other' AND a.account <> '') AS t
WHERE t.n <= {SAMPLED_LINES}
""",
    )


def explain(
    world: World, estate: Estate, files: TrailFiles, workers: Workers, persons: Sequence[str]
) -> list[dict[str, Any]]:
    """The operations that would explain what the catalogue does not.

    Args:
        world: the case whose trails are read.
        estate: the estate being checked; it may be newer than the case's own.
        files: reads the evidence.
        workers: decode what SQL does not read.
        persons: local ids of the directory.

    Returns:
        For each source with such lines: how many were read again, and the proposals.
    """
    bind_published(world, ACCESS)
    world.engine.run(unexplained())
    rows = world.engine.fetch(UNEXPLAINED.name, order=("source", "digest", "position"))
    world.engine.drop(UNEXPLAINED.name)
    taken = frozenset((s.id, o.id) for s in estate.services for o in s.operations)
    made = []
    for source in estate.sources:
        mine = rows.filter(pc.equal(rows["source"], source.id))
        if len(mine) and source.services:
            found = _looks(world, source, (files, workers), mine, estate.services)
            told = [like for like in found if like.service]
            listed = proposals.proposals(told, persons=frozenset(persons), taken=taken)
            made.append(
                {
                    "source": source.id,
                    "read": len(mine),
                    "without_service": sum(like.lines for like in found if not like.service),
                    "proposals": [_told(one) for one in listed],
                }
            )
    return made


def _told(one: proposals.Proposal) -> dict[str, Any]:
    return {
        "service": one.service,
        "operation": one.id,
        "lines": one.lines,
        "match": dict(one.match),
        "toml": one.toml(),
    }


def _still(source: Source, services: tuple[Service, ...]) -> Step:
    """The lines that the catalogue being checked does not explain either. Reads: decoded."""
    known = known_operations(source, services)
    return Step(
        fills=STILL,
        reads=("decoded",),
        sql=f"""
SELECT {", ".join(STILL.names)} FROM (SELECT *, {number_sql(known)} AS number FROM (
    SELECT *, {service_sql(source)} AS service FROM decoded WHERE reason IS NULL) AS served
  ) AS numbered
WHERE number = 0 AND NOT {ignored_sql(source, services)}
""",
        portable=False,
    )


def _looks(
    world: World,
    source: Source,
    ports: tuple[TrailFiles, Workers],
    lines: pa.Table,
    services: tuple[Service, ...],
) -> tuple[proposals.Likeness, ...]:
    """How the lines look, once decoded again."""
    files, workers = ports
    reader = READERS[source.format]
    landing = Landing(
        world=world,
        files=files,
        workers=workers,
        keyed=str,
        source=source,
        reader=reader,
        folder="",
        directory_bound=lambda: None,
    )
    folder = world.case.aside_folder("sample")
    parts: list[str] = []
    for digest in pc.unique(lines["digest"]).to_pylist():
        wanted = lines.filter(pc.equal(lines["digest"], digest))["position"]
        (found,) = files.named([world.case.where(f"evidence/{digest}")])
        text = _Sample(landing, found, wanted)
        parts += Decoding(landing, found, Before(), folder).run(text)
    world.engine.bind_files(DECODED, parts)
    step = proposals.likenesses()
    for one in (_still(source, services), step):
        world.engine.run(one)
    rows = world.engine.fetch(step.name, order=proposals.LINES_LIKE.names).to_pylist()
    world.engine.drop(step.name, STILL.name, DECODED.name)
    for part in parts:
        world.case.discard(part)
    world.case.discard(folder)
    return proposals.read(rows)


class _Sample:
    """Some lines of a file of the evidence, as a text of their own."""

    def __init__(self, landing: Landing, found: Found, wanted: pa.ChunkedArray) -> None:
        self._landing = landing
        self._found = found
        self._wanted = wanted
        self._last = pc.max(wanted).as_py()

    def chunks(self) -> Iterator[bytes]:
        """The lines wanted, each on a line; the first of a file that has a header too."""
        reader = self._landing.reader
        first = True
        for batch in reader.cut(self._landing.files.text(self._found)):
            kept = pc.is_in(batch.column("position"), pa.concat_arrays(self._wanted.chunks))
            places = np.flatnonzero(kept.to_numpy(zero_copy_only=False)).tolist()
            if first and reader.header and batch.num_rows:
                places = [0, *places]
            first = False
            yield _lines(batch, places)
            if batch.num_rows and batch.column("position")[-1].as_py() >= self._last:
                return


def _lines(batch: pa.RecordBatch, places: Sequence[int]) -> bytes:
    column = batch.column("line")
    texts = [line for line in (column[i].as_py() for i in places) if line]
    return "".join(line.replace("\n", " ") + "\n" for line in texts).encode()
