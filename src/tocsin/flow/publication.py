"""The landing units of a source into the public tables: rows, quarantine, ledger.

What is published follows from the units alone: run again, or after a kill, it comes out the
same. A file whose rows no other file changes is published under a second name, not copied.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tocsin.core.records import Source
from tocsin.core.tables import ACCESS, LEDGER, QUARANTINE, Table
from tocsin.flow.units import Unit
from tocsin.flow.world import World, rows_of
from tocsin.trail import known
from tocsin.trail.rows import ORDER, REQUESTS


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """What a pattern names that is no file to be read, and why."""

    file: str
    reason: str


class Published(msgspec.Struct, kw_only=True):
    """What was published of a source; `trail/published/<source>.json`."""

    units: list[tuple[str, str]] = []  # digest and file, in order
    refused: list[Refused] = []
    changed: dict[str, str] = {}  # digest -> fingerprint of what other files change
    repeated: dict[str, int] = {}  # digest -> lines that other lines repeat
    unmatched: int = 0
    stamps: dict[str, tuple[tuple[int, ...], str]] = {}  # file -> stamp, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A source, its landing folder and units, and what is published of it."""

    source: Source
    folder: str
    units: Sequence[Unit]
    said: Published


def slug(source: str) -> str:
    """The id of a source as part of a file name."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", source)
    if plain == source:
        return plain
    return f"{plain}.{hashlib.sha256(source.encode()).hexdigest()[:8]}"


def public_name(source: str, digest: str) -> str:
    """The file of `trail/access` that holds the rows of one file."""
    return f"trail/access/{slug(source)}-{digest[:16]}.parquet"


def published_name(source: str) -> str:
    """The document that tells what was published of a source."""
    return f"trail/published/{slug(source)}.json"


def publish_source(
    world: World, source: Source, folder: str, units: Sequence[Unit], said: Published
) -> None:
    """Publish the rows of a source's units; `said` is brought up to date."""
    with_rows = [u for u in units if u.rows]
    _bind(world, folder, units, with_rows)
    changes = _changes(world, any(u.requests for u in units), any(u.superseded for u in units))
    for unit in with_rows:
        name = public_name(source.id, unit.digest)
        mark = str(changes.get(unit.digest, {}).get("fingerprint", ""))
        there = name.rpartition("/")[2] in world.case.listed("trail/access")
        if there and said.changed.get(unit.digest, "") == mark:
            continue
        if mark:
            world.engine.run(known.public(unit.digest))
            staged = world.case.aside("access.parquet")
            world.engine.write("public_rows", ACCESS, staged, order=ORDER)
            world.engine.drop("public_rows")
            world.case.publish(staged, name)
        else:
            world.case.share(f"{folder}/{unit.digest}/access.parquet", name)
    said.units = [(u.digest, u.file) for u in units]
    said.changed = {d: str(row["fingerprint"]) for d, row in changes.items()}
    said.repeated = {d: int(row["repeated"]) for d, row in changes.items()}
    said.unmatched = _unmatched(world, source, with_rows)
    world.engine.drop(*(t.name for t in _ALL), "landed")


_ALL = (
    known.UNITS,
    known.TWICE,
    known.AGAIN,
    known.BOTH,
    known.VIEWS,
    known.PAIRS,
    known.REPEATED,
    known.ALSO,
    known.EXTRAS,
    known.CHANGES,
    known.SUPERSEDED,
    REQUESTS,
)


def _bind(world: World, folder: str, units: Sequence[Unit], with_rows: Sequence[Unit]) -> None:
    case, engine = world.case, world.engine
    files = [case.where(f"{folder}/{u.digest}/access.parquet") for u in with_rows]
    engine.bind_files(ACCESS, files, name="landed")
    engine.bind_arrow(known.UNITS, rows_of(known.UNITS, [(u.digest, u.n) for u in with_rows]))
    asked = [u for u in units if u.requests]
    engine.bind_files(
        REQUESTS, [case.where(f"{folder}/{u.digest}/requests.parquet") for u in asked]
    )
    engine.bind_arrow(
        known.SUPERSEDED,
        rows_of(known.SUPERSEDED, [u.superseded for u in units if u.superseded]),
    )


def _changes(world: World, requests: bool, superseded: bool) -> Mapping[str, Mapping[str, Any]]:
    engine = world.engine
    for step in (*known.same_ids(), *known.both_sides()):
        engine.run(step)
    if not engine.count("again") and not engine.count("pairs") and not superseded:
        return {}
    for step in known.told():
        engine.run(step)
    return {row["digest"]: row for row in engine.fetch("changes").to_pylist()}


def _unmatched(world: World, source: Source, with_rows: Sequence[Unit]) -> int:
    """Lines of accounts whose operation the catalogue does not know."""
    files = [world.case.where(public_name(source.id, u.digest)) for u in with_rows]
    if not source.services or not files:
        return 0
    world.engine.bind_files(ACCESS, files, name="published_rows")
    step = known.unmatched()
    world.engine.run(step)
    found = world.engine.fetch(step.name).to_pylist()[0]["lines"]
    world.engine.drop("published_rows", step.name)
    return int(found or 0)


def publish_lists(world: World, taken: Sequence[Taken]) -> Mapping[str, int]:
    """Publish the quarantine and the ledger of the whole case.

    Returns:
        Lines by digest that were quarantined once and are whole in a later file.
    """
    engine, case = world.engine, world.case
    files = [
        case.where(f"{t.folder}/{u.digest}/quarantine.parquet")
        for t in taken
        for u in t.units
        if u.quarantined
    ]
    engine.bind_files(QUARANTINE, files, name="quarantine_files")
    refused = [
        (t.source.id, "", 0, n, r.reason, r.file)
        for t in taken
        for n, r in enumerate(t.said.refused)
    ]
    engine.bind_arrow(known.REFUSED, rows_of(QUARANTINE, refused))
    gone = [u.superseded for t in taken for u in t.units if u.superseded]
    engine.bind_arrow(known.SUPERSEDED, rows_of(known.SUPERSEDED, gone))
    for step in known.still_unread():
        engine.run(step)
    staged = case.aside("quarantine.parquet")
    order = ("source", "digest", "position", "part")
    engine.write("still_unread", QUARANTINE, staged, order=order)
    left = {row["digest"]: row["lines"] for row in engine.fetch(known.GONE.name).to_pylist()}
    engine.drop(*(s.name for s in known.still_unread()), "quarantine_files")
    engine.drop(known.REFUSED.name, known.SUPERSEDED.name)
    case.publish(staged, "trail/quarantine.parquet")
    listed = [row for t in taken for row in ledger_of(t, left)]
    engine.bind_arrow(_LISTED, rows_of(LEDGER, listed))
    staged = case.aside("ledger.parquet")
    engine.write(_LISTED.name, LEDGER, staged)
    engine.drop(_LISTED.name)
    case.publish(staged, "trail/ledger.parquet")
    return left


_LISTED = Table(name="ledger_rows", per=LEDGER.per, columns=LEDGER.columns)


def ledger_of(
    taken: Taken, gone: Mapping[str, int]
) -> list[tuple[str, str, str, int, int, int, int]]:
    """The rows of the ledger of a source: lines = accepted + quarantined + repeated."""
    rows = []
    for unit in taken.units:
        own = unit.known < unit.lines  # else an entry that tells nothing new
        repeated = unit.known + (taken.said.repeated.get(unit.digest, 0) if own else 0)
        quarantined = unit.quarantined - (gone.get(unit.digest, 0) if own else 0)
        accepted = unit.lines - quarantined - repeated
        counted = (unit.lines, accepted, quarantined, repeated)
        rows.append((taken.source.id, unit.file, unit.digest, *counted))
    rows += [(taken.source.id, r.file, "", 1, 0, 1, 0) for r in taken.said.refused]
    return rows
