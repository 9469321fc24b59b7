"""A trail as its producer leaves it: lines in order, torn, repeated or missing, in files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.simulate.rhythms import DAY_US
from tocsin.simulate.text import body, spans

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_BLOCK = 16_384  # lines written at once
_MONDAY_US = 3 * DAY_US  # 1970-01-01 was a Thursday: weeks start three days before


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The lines of one source, in the order of its own clock.

    Args:
        source: its id in the estate.
        name: path of a file; `{}` becomes the first day of each week where files rotate.
        header: first line of every file, '' for none.
        at: true instant of each line, UTC microseconds.
        row: act that the line tells of (its row in the happenings), -1 for none.
        session: session of the line, -1 for a line without account.
        ids: the producer's own id of each line, None where the format has none.
        echo: lines that repeat an act which another line tells (the client's view).
        torn: lines that were cut or garbled on their way.
        write: writes the lines at these places, each with its line feed.
    """

    source: str
    name: str
    header: str
    at: Ints
    row: Ints
    session: Ints
    ids: pa.StringArray | None
    echo: Flags
    torn: Flags
    write: Callable[[Ints], pa.StringArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFile:
    """One file: its path, and the lines of the trail that stand in it, in order."""

    path: str
    lines: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A trail with the lines that were kept, cut into files."""

    trail: Trail
    files: tuple[TrailFile, ...]


def torn(rng: np.random.Generator, trail: Trail, honest: Flags, *, most: int) -> Trail:
    """The same trail with a few honest lines cut short or garbled."""
    able = np.flatnonzero(honest)
    count = min(int(rng.integers(2, most + 1)), len(able) // 50)
    broken = trail.torn.copy()
    broken[rng.choice(able, count, replace=False)] = True
    return replace(trail, torn=broken)


def kept(
    rng: np.random.Generator, trail: Trail, hole: tuple[int, int] | None, *, repeats: int
) -> Kept:
    """Cut the trail into files, without what fell in a hole; a few lines are written twice."""
    lines = np.arange(len(trail.at))
    if hole is not None:
        lines = lines[(trail.at < hole[0]) | (trail.at >= hole[1])]
    again = np.flatnonzero(~trail.torn[lines]) if trail.ids is not None else lines[:0]
    if len(again) > 100 and repeats:
        twice = np.sort(rng.choice(again, repeats, replace=False))
        lines = np.insert(lines, twice + 1, lines[twice])
    if "{}" not in trail.name:
        return Kept(trail=trail, files=(TrailFile(path=trail.name, lines=lines),))
    week = (trail.at[lines] + _MONDAY_US) // (7 * DAY_US)
    files = []
    for number in np.unique(week):
        day = str(np.datetime64(int(number) * 7 - 3, "D"))
        path = trail.name.replace("{}", day)
        files.append(TrailFile(path=path, lines=lines[week == number]))
    return Kept(trail=trail, files=tuple(files))


def content(whole: Kept, file: TrailFile) -> Iterator[bytes]:
    """The bytes of a file, block after block."""
    trail = whole.trail
    if trail.header:
        yield trail.header.encode() + b"\n"
    for start, end in spans(len(file.lines), _BLOCK):
        lines = file.lines[start:end]
        text = trail.write(lines)
        broken = trail.torn[lines]
        if broken.any():
            yield from _broken(text, broken)
        else:
            yield body(text)


def _broken(text: pa.StringArray, broken: Flags) -> Iterator[bytes]:
    before = 0
    for place in np.flatnonzero(broken):
        yield body(text[before:place])
        line = text[int(place)].as_py().encode()
        garbled = len(line) % 2 == 0
        cut = line[: max(20, len(line) // 3)]
        yield (line[:-1][:15] + b"\xff\xfe" + line[15:-1] if garbled else cut) + b"\n"
        before = int(place) + 1
    yield body(text[before:])


def positions(whole: Kept) -> pa.Table:
    """Where each line stands: line of the trail, file, position from 1; the first time only."""
    line: list[Ints] = []
    path: list[Ints] = []
    position: list[Ints] = []
    shift = 2 if whole.trail.header else 1
    for file in whole.files:
        first = np.unique(file.lines, return_index=True)
        line.append(first[0])
        position.append(first[1] + shift)
        path.append(np.full(len(first[0]), len(path)))
    paths = pa.array([file.path for file in whole.files], pa.string())
    which = np.concatenate([np.zeros(0, np.int64), *path])
    return pa.table(
        {
            "line": np.concatenate([np.zeros(0, np.int64), *line]),
            "file": pc.take(paths, pa.array(which)),
            "position": np.concatenate([np.zeros(0, np.int64), *position]),
        }
    )
