"""Bring in the trails of an estate: files to landing units, units to tables, coverage."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from tocsin.core.errors import InputError
from tocsin.core.ports import Found, TrailFiles, Workers
from tocsin.core.records import Gap, Says, Source
from tocsin.flow.coverage import cover
from tocsin.flow.landing import bind_names, land
from tocsin.flow.layout import lay_out
from tocsin.flow.publication import (
    Published,
    Refused,
    Taken,
    ledger_of,
    publish_lists,
    publish_source,
    published_name,
    slug,
)
from tocsin.flow.readers import READERS
from tocsin.flow.units import Keyed, Landing, Unit
from tocsin.flow.world import World
from tocsin.trail.file_facts import FileFacts

SUMMARY = "trail/summary.json"
TOLD = "trail/told.json"
"""What the summary tells of; written after it, so that a kill between them tells again."""
_SECOND_US = 1_000_000


def ingest(
    world: World,
    files: TrailFiles,
    workers: Workers,
    *,
    keyed: Keyed,
    only: tuple[Sequence[str], str] | None = None,
) -> Mapping[str, Any]:
    """Read what is new in the trails, publish it, and say what the trails hold.

    Args:
        world: the case is open for writing.
        files: the trail files of the estate.
        workers: processes for the formats that SQL does not read.
        keyed: keyed digest of an INS that no record has.
        only: files named on the command line and the id of their source; None for all.

    Returns:
        The contract's `ingest` document (section 3).

    Raises:
        InputError: no such source; a file named is not there.
    """
    source_ids = {s.id for s in world.estate.sources}
    if only is not None and only[1] not in source_ids:
        raise InputError(
            Says(
                f"le fichier estate.toml n'a pas de source « {only[1]} »",
                f"the estate has no source {only[1]!r}",
            ),
            next_step=Says(
                f"Nommez-en une avec --source : {', '.join(sorted(source_ids)) or 'aucune'}.",
                f"Name one with --source: {', '.join(sorted(source_ids)) or 'none'}.",
            ),
        )
    directory = _Once(world)
    taken = []
    for source in world.estate.sources:
        wanted: tuple[Found, ...] | None = None
        if only is None:
            wanted = files.found(source.files)
        elif source.id == only[1]:
            wanted = files.named(only[0])
        taken.append(_take(source, wanted, (world, files, workers, keyed, directory)))
    before, told = world.case.read_json(SUMMARY), _told(taken)
    if isinstance(before, dict) and world.case.read_json(TOLD) == told:
        return before
    summary = _tell(world, taken)
    lay_out(world)
    world.case.write_json(TOLD, told)
    return summary


class _Once:
    """Binds the accounts' names at the first new file: a known trail opens no vault."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._done = False

    def __call__(self) -> None:
        if not self._done:
            bind_names(self._world)
            self._done = True


_Ports = tuple[World, TrailFiles, Workers, Keyed, _Once]


def _take(source: Source, wanted: tuple[Found, ...] | None, ports: _Ports) -> Taken:
    """Land what is new of a source and publish it."""
    world, files, workers, keyed, directory = ports
    folder = f"trail/landing/{slug(source.id)}"
    place = published_name(source.id)
    said = msgspec.convert(world.case.read_json(place) or {}, Published)
    landing = Landing(
        world=world,
        files=files,
        workers=workers,
        keyed=keyed,
        source=source,
        reader=READERS[source.format],
        folder=folder,
        units=_units(world, folder),
        directory_bound=directory,
    )
    was = msgspec.to_builtins(said)
    if wanted is not None:
        _land_all(landing, wanted, said)
    landed = [(u.digest, u.file) for u in landing.units]
    if landed != said.units:
        world.progress.stage(f"{source.id}: publication")
        publish_source(world, source, folder, landing.units, said)
    if msgspec.to_builtins(said) != was:
        world.case.write_json(place, msgspec.to_builtins(said))
    return Taken(source=source, folder=folder, units=landing.units, said=said)


def _told(taken: Sequence[Taken]) -> Mapping[str, Any]:
    """The files that a summary tells of, by source, as JSON gives them back."""
    return {
        t.source.id: {
            "units": [[unit.digest, unit.file] for unit in t.units],
            "refused": [[r.file, r.reason] for r in t.said.refused],
        }
        for t in taken
    }


def _units(world: World, folder: str) -> list[Unit]:
    """The units that are whole, in the order of their coming."""
    units = []
    for name in world.case.listed(folder):
        said = world.case.read_json(f"{folder}/{name}/unit.json")
        if said is not None:
            units.append(msgspec.convert(said, Unit))
    return sorted(units, key=lambda u: (u.n, u.file))


def _land_all(landing: Landing, wanted: tuple[Found, ...], said: Published) -> None:
    landing.world.progress.stage(landing.source.id)
    known = {(u.digest, u.file) for u in landing.units}
    said.refused = [Refused(file=f.name, reason=f.problem) for f in wanted if f.problem]
    good = [f for f in wanted if not f.problem]
    for n, found in enumerate(good):
        landing.world.progress.advance(n, len(good), "files")
        stamp, digest = said.stamps.get(found.name, ((), ""))
        if stamp and tuple(stamp) == found.stamp and (digest, found.name) in known:
            continue
        unit, delivered = land(landing, found)
        said.stamps[found.name] = (delivered.stamp, unit.digest)
    landing.world.progress.advance(len(good), len(good), "files")


def _tell(world: World, taken: Sequence[Taken]) -> Mapping[str, Any]:
    """Publish what concerns the whole case, and the summary."""
    gone = publish_lists(world, taken)
    world.progress.stage("coverage")
    gaps = cover(world, _facts(taken))
    firsts = [f.first_us for f in _facts(taken) if f.first_us is not None]
    lasts = [f.last_us for f in _facts(taken) if f.last_us is not None]
    sources = []
    for t in taken:
        rows = ledger_of(t, gone)
        lines, accepted, quarantined, repeated = (
            sum(int(row[i]) for row in rows) for i in range(3, 7)
        )
        sources.append(
            {
                "source": t.source.id,
                "files": len(rows),
                "lines": lines,
                "accepted": accepted,
                "quarantined": quarantined,
                "repeated": repeated,
                "unmatched": t.said.unmatched,
            }
        )
    summary: dict[str, Any] = {
        "sources": sources,
        "start_at": _iso(min(firsts)) if firsts else None,
        "end_at": _iso(max(lasts)) if lasts else None,
        "gaps": [_gap(gap) for gap in gaps],
        "refused": [
            {"source": t.source.id, "file": r.file, "reason": r.reason}
            for t in taken
            for r in t.said.refused
        ],
    }
    world.case.write_json(SUMMARY, summary)
    world.case.note("ingested", {"sources": sources})
    return summary


def _facts(taken: Iterable[Taken]) -> list[FileFacts]:
    return [u.facts for t in taken for u in t.units if u.facts is not None]


def _gap(gap: Gap) -> Mapping[str, str]:
    return {
        "source": gap.source,
        "start_at": gap.start_at.astimezone(UTC).isoformat(),
        "end_at": gap.end_at.astimezone(UTC).isoformat(),
        "state": gap.state,
        "why": gap.why,
    }


def _iso(us: int) -> str:
    seconds, left = divmod(us, _SECOND_US)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=left).isoformat()
