"""The two copies of the trail, kept up to date by stretches of time, and what they answer.

A stretch is a folder of files, each with the range of accounts or persons that it holds, so
that a question opens those files only that can answer it. A stretch is written under a new
name; `layout.json` then names it, in one step; the old one goes last. A reader uses the copies
only if they were made from the files that are published now; else it reads `trail/access`
itself, which gives the same rows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

import msgspec
import pyarrow as pa

from tocsin.core.tables import ACCESS, Table
from tocsin.flow.publication import Published, public_name, published_name
from tocsin.flow.world import World
from tocsin.trail import layout

FOLDER = "trail/layout"
INDEX = f"{FOLDER}/layout.json"
FORM = 2
"""Of `layout.json`: copies of another form are made again."""


class Range(msgspec.Struct, array_like=True, frozen=True):
    """A file of a stretch, and the least and the greatest key that it holds."""

    first: str
    last: str
    file: str


class Index(msgspec.Struct, kw_only=True):
    """What the copies were made from, and where they are; `layout.json`."""

    form: int = FORM
    made: int = 0  # how many times: part of the folders' names
    marks: dict[str, str] = {}  # file of trail/access -> what changes its rows
    spans: dict[str, list[int]] = {}  # file of trail/access -> stretches that it touches
    files: dict[str, dict[str, list[Range]]] = {}  # copy -> stretch -> its files


def lay_out(world: World, *, least: int = layout.LAID_OUT_ROWS) -> int:
    """Bring the copies up to date.

    Args:
        least: rows of the trail below which no copy is made.

    Returns:
        How many stretches were written.
    """
    engine, case = world.engine, world.case
    marks = _marks(world)
    index = _read(world)
    if index.marks == marks:
        return 0
    engine.bind_files(ACCESS, case.files(ACCESS))
    if engine.count(ACCESS.name) < least:
        return 0
    world.progress.stage("layout")
    before = {name: set(index.spans[name]) for name in index.spans}
    changed = {n for n in {*marks, *index.marks} if marks.get(n) != index.marks.get(n)}
    index.spans = {n: s for n, s in index.spans.items() if n in marks and n not in changed}
    index.spans |= _spans(world, sorted(changed & set(marks)))
    touched = {
        stretch
        for name in changed
        for stretch in (*before.get(name, ()), *index.spans.get(name, ()))
    }
    index.made, index.marks = index.made + 1, marks
    for n, stretch in enumerate(sorted(touched)):
        world.progress.advance(n, len(touched), "stretches")
        _write(world, index, stretch)
    case.write_json(INDEX, msgspec.to_builtins(index))
    _withdraw_others(world, index)
    return len(touched)


def acts_of(world: World, accounts: Sequence[str]) -> pa.Table:
    """The rows of these accounts, in their order."""
    return _sought(world, layout.BY_ACCOUNT, accounts)


def who_saw(world: World, persons: Sequence[str]) -> pa.Table:
    """The rows that name these persons, in their order."""
    return _sought(world, layout.BY_PERSON, persons)


def bind(world: World, shape: Table, values: Sequence[str]) -> bool:
    """Bind the files that can hold these keys; whether they are those of a copy."""
    index = _read(world)
    copied = bool(index.marks) and index.marks == _marks(world)
    files = _holding(world, index, shape, values) if copied else world.case.files(ACCESS)
    world.engine.bind_files(shape, files)
    return copied


def _holding(world: World, index: Index, shape: Table, values: Sequence[str]) -> list[str]:
    """The files of a copy whose range holds one of the values at least."""
    asked = sorted(set(values))
    return [
        world.case.where(f"{FOLDER}/{part.file}")
        for parts in index.files.get(shape.name, {}).values()
        for part in parts
        if bisect_left(asked, part.first) < bisect_right(asked, part.last)
    ]


def _sought(world: World, shape: Table, values: Sequence[str]) -> pa.Table:
    bind(world, shape, values)
    step = layout.sought(shape, values)
    world.engine.run(step)
    found = world.engine.fetch(step.name, order=layout.ORDER[shape])
    world.engine.drop(step.name, shape.name)
    return found


def _read(world: World) -> Index:
    told = world.case.read_json(INDEX)
    if not isinstance(told, dict) or told.get("form") != FORM:
        return Index()
    return msgspec.convert(told, Index)


def _marks(world: World) -> dict[str, str]:
    """The files of trail/access, each with what changes its rows."""
    marks: dict[str, str] = {}
    there = set(world.case.listed("trail/access"))
    for source in world.estate.sources:
        said = _published(world, source.id)
        for digest, _ in said.units:
            name = public_name(source.id, digest).rpartition("/")[2]
            if name in there:
                marks[name] = said.changed.get(digest, "")
    return marks


def _published(world: World, source: str) -> Published:
    return msgspec.convert(world.case.read_json(published_name(source)) or {}, Published)


def _spans(world: World, names: Sequence[str]) -> Mapping[str, list[int]]:
    """The stretches that each of these files touches."""
    found: dict[str, list[int]] = {name: [] for name in names}
    files = {name: world.case.where(f"trail/access/{name}") for name in names}
    world.engine.bind_files(ACCESS, list(files.values()))
    world.engine.run(layout.spans())
    rows = world.engine.fetch(layout.SPANS.name, order=("digest", "stretch")).to_pylist()
    for row in rows:
        end = f"-{row['digest'][:16]}.parquet"
        for name in names:
            if name.endswith(end):
                found[name].append(int(row["stretch"]))
    world.engine.drop(layout.SPANS.name)
    return found


def _write(world: World, index: Index, stretch: int) -> None:
    """Write both copies of one stretch, from the files that touch it."""
    engine, case = world.engine, world.case
    names = [name for name, touched in index.spans.items() if stretch in touched]
    engine.bind_files(ACCESS, [case.where(f"trail/access/{name}") for name in sorted(names)])
    for shape, order in layout.ORDER.items():
        listed = index.files.setdefault(shape.name, {})
        listed.pop(str(stretch), None)
        if not names:
            continue
        step = layout.stretch_of(shape, stretch)
        engine.run(step)
        staged = case.aside_folder(shape.name)
        cuts = engine.write_cut(step.name, shape, staged, order=order)
        engine.drop(step.name)
        folder = f"{shape.name}/{stretch:06d}-{index.made}"
        case.withdraw(f"{FOLDER}/{folder}")  # what a killed run left under that name
        case.publish(staged, f"{FOLDER}/{folder}")
        listed[str(stretch)] = [
            Range(cut.first, cut.last, f"{folder}/{cut.file.rpartition('/')[2]}")
            for cut in cuts
        ]


def _withdraw_others(world: World, index: Index) -> None:
    """Remove the stretches that `layout.json` no longer names."""
    named = {
        part.file.rpartition("/")[0]
        for stretches in index.files.values()
        for parts in stretches.values()
        for part in parts
    }
    for shape in layout.ORDER:
        for folder in world.case.listed(f"{FOLDER}/{shape.name}"):
            if f"{shape.name}/{folder}" not in named:
                world.case.withdraw(f"{FOLDER}/{shape.name}/{folder}")
