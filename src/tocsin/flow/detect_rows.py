"""From access rows to the sessions of all accounts and what each counts, part by part.

A trail that fits is worked on at once. A longer one is taken some accounts at a time: what is
known of their sessions goes to files aside, and their rows are forgotten. Nothing that a
session is made of lies beyond its account, so parts change nothing but the memory it takes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.core.ports import Engine, Packed
from tocsin.core.tables import ACCESS, ACCOUNTS, CARE, COVERAGE, PERSON_CONTROLLERS, Table
from tocsin.detect import lines, pipeline, tables
from tocsin.detect.places import clocks_of, networks_of
from tocsin.flow.world import World, bind_directory, bind_published, steady


def cut_into_sessions(world: World) -> tuple[str, ...]:
    """Fill the relations of `pipeline.KEPT` and of all accounts.

    Returns:
        The prefix of each network number ('' for 0).
    """
    engine = world.engine
    bind_published(world, ACCESS, COVERAGE)
    bind_directory(world, (ACCOUNTS, CARE, PERSON_CONTROLLERS), why="detect")
    world.progress.stage("sessions")
    engine.bind_arrow(tables.CLOCKS, clocks_of(engine.fetch("coverage")))
    engine.run(lines.addresses())
    places, networks = networks_of(steady(engine.fetch("detect_addresses")))
    engine.bind_arrow(tables.NETWORKS, places)
    for step in lines.numbering():
        engine.run(step)
    parts = _parts(world)
    if len(parts) == 1:
        _sessions(world, parts[0], before=0)
    else:
        _by_parts(world, parts)
    world.progress.stage("signals")
    for step in pipeline.of_all():
        engine.run(step)
    engine.drop(*pipeline.SUMMED_UP)
    world.give_back()
    return networks


@dataclass(frozen=True, slots=True)
class Part:
    """Accounts that are worked on at once: first and last number, and their words.

    The words are there where there are other parts.
    """

    first: int
    last: int
    bounds: tuple[str, ...] = ()


def _parts(world: World) -> list[Part]:
    actors = world.engine.fetch("detect_actors", order=("acc",))
    rows = np.cumsum(actors["rows"].to_numpy())
    if not len(rows) or rows[-1] <= world.rows_in_hand:
        return [Part(1, max(len(rows), 1))]
    count = -(-int(rows[-1]) // world.rows_in_hand)
    ends = np.unique(np.searchsorted(rows, rows[-1] * np.arange(1, count + 1) / count))
    names = actors["account"]
    found, first = [], 0
    for end in ends.tolist():
        bounds = (str(names[first].as_py()), str(names[end].as_py()))
        found.append(Part(first + 1, end + 1, bounds))
        first = end + 1
    return found


def _sessions(world: World, part: Part, *, before: int) -> int:
    """The sessions of some accounts, and what they count; how many there are."""
    engine = world.engine
    engine.run(lines.hand(part.first, part.last))
    for step in pipeline.in_hand(part.bounds):
        engine.run(step)
    engine.drop(*pipeline.TAKEN)
    for step in pipeline.to_sessions(before):
        engine.run(step)
    engine.drop(*pipeline.PASSING)
    for step in pipeline.to_facts():
        engine.run(step)
    engine.drop(*pipeline.IN_HAND)
    return engine.count("detect_facts")


def _by_parts(world: World, parts: list[Part]) -> None:
    engine, case = world.engine, world.case
    folder = case.aside_folder("sessions")
    files: dict[Table, list[str]] = {shape: [] for shape in pipeline.KEPT}
    before = 0
    for number, part in enumerate(parts):
        world.progress.advance(number, len(parts), "parts")
        before += _sessions(world, part, before=before)
        for shape in pipeline.KEPT:
            file = f"{folder}/{shape.name}-{number:04d}.parquet"
            order = ("s",) if shape.names[0] == "s" and shape is not tables.HELD else ()
            engine.write(shape.name, shape, file, order=order, packed=Packed.PASSING)
            files[shape].append(file)
        engine.drop(*(shape.name for shape in pipeline.KEPT), "detect_done")
    for shape, listed in files.items():
        engine.bind_files(shape, listed)


class Fetched(Mapping[str, pa.Table]):
    """Relations of the engine in one order of rows, read when they are asked for.

    Of millions of sessions, one relation at a time is in memory beside what is made of it.
    """

    def __init__(self, engine: Engine, names: Sequence[str]) -> None:
        self._engine, self._names = engine, tuple(names)

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._names:
            raise KeyError(name)
        return steady(self._engine.fetch(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
