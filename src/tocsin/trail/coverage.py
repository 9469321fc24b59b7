"""What the trail does not show: per source and interval, a state, and why.

    stopped            the producer said that it stopped recording, until it said that it began
    cut                a file or a number of the producer is missing
    before_retention   older than what the source keeps
    silent             no line where the source's rhythm wants many (trail/rhythm.py)
    trailed            none of these is known

The intervals of a source tile the window [first instant, last instant] of all sources. Where
two states meet, the one that is higher in this list is said. "Trailed" is never a proof that
every act left a line: what a producer does not log by nature stands in the catalogue.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tocsin.core.records import Gap, Source
from tocsin.core.tables import COUNT, REAL, TEXT, US, Step, table
from tocsin.core.vocabulary import CoverageState
from tocsin.trail.file_facts import FileFacts
from tocsin.trail.rhythm import Interval, Minutes
from tocsin.trail.stretches import CaseTime, Stretch, stretches

MINUTES = table(
    "coverage_minutes",
    "source and minute that has a line",
    source=TEXT,
    minute_us=US,
    first_us=US,
    last_us=US,
    lines=COUNT,
)
TILES = table(
    "coverage_tiles",
    "source and interval; they tile the window",
    source=TEXT,
    start_us=US,
    end_us=US,
    state=TEXT,
    offset_s=REAL,
    why=TEXT,
)
MINUTE_US = 60_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One row of the table COVERAGE, in microseconds UTC, half-open."""

    source: str
    start_us: int
    end_us: int
    state: CoverageState
    offset_s: float | None
    why: str


def steps() -> tuple[Step, ...]:
    """Lines by source and minute: what silence is judged by.

    Reads:  access
    Fills:  coverage_minutes
    """
    minute = f"occurred_us - occurred_us % {MINUTE_US}"
    sql = f"""
      SELECT source, {minute} AS minute_us, MIN(occurred_us) AS first_us,
        MAX(occurred_us) AS last_us, COUNT(*) AS lines
      FROM access
      WHERE part = 0
      GROUP BY source, {minute}"""
    return (Step(fills=MINUTES, reads=("access",), sql=sql),)


def minutes_of(rows: pa.Table) -> dict[str, Minutes]:
    """The minutes of each source, in order, from the relation `coverage_minutes`."""
    ordered = rows.sort_by([("source", "ascending"), ("minute_us", "ascending")])
    sources = ordered.column("source").combine_chunks().dictionary_encode()
    if isinstance(sources, pa.ChunkedArray):
        sources = sources.combine_chunks()
    codes = sources.indices.to_numpy(zero_copy_only=False)
    first, last, lines = (
        ordered.column(name).to_numpy() for name in ("first_us", "last_us", "lines")
    )
    found = {}
    for code, name in enumerate(sources.dictionary.to_pylist()):
        low, high = np.searchsorted(codes, [code, code + 1])
        found[name] = Minutes(
            first_us=first[low:high], last_us=last[low:high], lines=lines[low:high]
        )
    return found


def tile(
    sources: Sequence[Source],
    *,
    minutes: Mapping[str, Minutes],
    facts: Iterable[FileFacts],
    offsets: Mapping[str, float | None],
    case: CaseTime,
) -> tuple[Tile, ...]:
    """The table COVERAGE: each source's intervals, in order, over the window of all sources.

    Args:
        sources: of the estate.
        minutes: of the sources that have a line.
        facts: of every file that was read.
        offsets: estimated clock errors, in seconds (trail/clocks.py).
        case: when it was opened, and the zone of the people whose hours are compared.

    Returns:
        Nothing when no source has a line: there is no window.
    """
    if not minutes:
        return ()
    start = min(int(m.first_us[0]) for m in minutes.values())
    end = max(int(m.last_us.max()) for m in minutes.values())
    window = (start, max(end, start + 1))
    by_source: dict[str, list[FileFacts]] = {source.id: [] for source in sources}
    for fact in facts:
        by_source.setdefault(fact.source, []).append(fact)
    tiles: list[Tile] = []
    for source in sources:
        found = stretches(source, minutes.get(source.id), by_source[source.id], window, case)
        tiles += _tiled(source.id, found, window, offsets.get(source.id))
    return tuple(tiles)


def gaps(tiles: Iterable[Tile]) -> tuple[Gap, ...]:
    """The intervals that are not trailed, as the contract's `gaps` say them."""
    return tuple(
        Gap(
            source=t.source,
            start_at=_at(t.start_us),
            end_at=_at(t.end_us),
            state=str(t.state),
            why=t.why,
        )
        for t in tiles
        if t.state is not CoverageState.TRAILED
    )


def rows(tiles: Iterable[Tile]) -> tuple[tuple[object, ...], ...]:
    """The rows of `coverage_tiles`."""
    return tuple(
        (t.source, t.start_us, t.end_us, str(t.state), t.offset_s, t.why) for t in tiles
    )


_RANK = (
    CoverageState.TRAILED,
    CoverageState.SILENT,
    CoverageState.BEFORE_RETENTION,
    CoverageState.CUT,
    CoverageState.STOPPED,
)
_TRAILED = "Les lignes de cette source se suivent sans trou connu."


def _tiled(
    source: str, found: Sequence[Stretch], window: Interval, offset_s: float | None
) -> list[Tile]:
    inside = [
        Stretch(max(s.start, window[0]), min(s.end, window[1]), s.state, s.why)
        for s in found
        if min(s.end, window[1]) > max(s.start, window[0])
    ]
    edges = sorted({*window, *(s.start for s in inside), *(s.end for s in inside)})
    inside.sort(key=lambda s: _RANK.index(s.state))
    tiles: list[Tile] = []
    for start, end in pairwise(edges):
        over = [s for s in inside if s.start <= start and s.end >= end]
        state, why = (
            (over[-1].state, over[-1].why) if over else (CoverageState.TRAILED, _TRAILED)
        )
        same = tiles and (tiles[-1].state, tiles[-1].why) == (state, why)
        tiles.append(
            Tile(
                source=source,
                start_us=tiles.pop().start_us if same else start,
                end_us=end,
                state=state,
                offset_s=offset_s,
                why=why,
            )
        )
    return tiles


def _at(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)
