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
from tocsin.core.zones import DAY_US
from tocsin.trail.rhythm import Interval, Minutes, silences
from tocsin.trail.rotation import Dated, holes

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

RETENTION_SLACK_US = 3 * DAY_US
"""A source may begin that long after its retention edge: a weekend, and the purge's rhythm."""
ONE_COUNTER = 0.9
"""Share of steps by one from which sequence numbers are those of one counter."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The producer says that it `stopped` or `started` to record."""

    at_us: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Numbers of the producer that no line has, and the instants of the lines around them."""

    first: int
    last: int
    after_us: int
    before_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What one file says of coverage, kept from the time when it was read.

    Args:
        source: id of the source.
        file: path as the estate gives it.
        first_us: earliest instant; None where no line could be read. `last_us` alike.
        backwards: lines whose instant is before that of the line above: clock steps.
        truncated: the file ended before its end (a gzip without its tail).
        steps: lines that carry a number and follow one; `by_one`: those that follow by one.
    """

    source: str
    file: str
    first_us: int | None
    last_us: int | None
    backwards: int = 0
    truncated: bool = False
    sequence_first: int | None = None
    sequence_last: int | None = None
    steps: int = 0
    by_one: int = 0
    marks: tuple[Mark, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTime:
    """When the case was opened (microseconds UTC), and the operator's zone (IANA name)."""

    opened_us: int
    zone: str


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
        stretches = _stretches(
            source, minutes.get(source.id), by_source[source.id], window, case
        )
        tiles += _tiled(source.id, stretches, window, offsets.get(source.id))
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


# What each state is found by ---------------------------------------------------------------

_RANK = (
    CoverageState.TRAILED,
    CoverageState.SILENT,
    CoverageState.BEFORE_RETENTION,
    CoverageState.CUT,
    CoverageState.STOPPED,
)
_TRAILED = "Les lignes de cette source se suivent sans trou connu."


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    state: CoverageState
    why: str


def _stretches(
    source: Source,
    minutes: Minutes | None,
    facts: Sequence[FileFacts],
    window: Interval,
    case: CaseTime,
) -> list[_Stretch]:
    if minutes is None:
        why = (
            "Aucune ligne des fichiers de cette source n'a pu être lue."
            if facts
            else "Aucun fichier de cette source n'a été remis."
        )
        return [_Stretch(*window, CoverageState.CUT, why)]
    known = [
        *_stopped(facts, window),
        *_cut_files(facts, minutes, window),
        *_cut_numbers(facts),
        *_before(source, minutes, window, case.opened_us),
    ]
    gone = [(s.start, s.end) for s in known]
    return known + [
        _Stretch(a, b, CoverageState.SILENT, _silent_says(minutes, a, b, window))
        for a, b in silences(minutes, window=window, zone=case.zone, known=gone)
    ]


def _silent_says(minutes: Minutes, start: int, end: int, window: Interval) -> str:
    if end == window[1] and start > int(minutes.last_us[-1]):
        return "La source s'arrête avant les autres, sans le dire."
    return "Aucune ligne, alors que les autres semaines en ont au moins 50 aux mêmes heures."


def _stopped(facts: Sequence[FileFacts], window: Interval) -> list[_Stretch]:
    marks = sorted({(m.at_us, m.mark) for fact in facts for m in fact.marks})
    found: list[_Stretch] = []
    since: int | None = None
    for at, mark in marks:
        if mark == "stopped" and since is None:
            since = at
        elif mark == "started" and since is not None:
            why = "Le producteur dit avoir arrêté sa trace, puis l'avoir reprise."
            found.append(_Stretch(since, at, CoverageState.STOPPED, why))
            since = None
    if since is not None:
        why = "Le producteur dit avoir arrêté sa trace et ne dit pas l'avoir reprise."
        found.append(_Stretch(since, window[1], CoverageState.STOPPED, why))
    return found


def _cut_files(
    facts: Sequence[FileFacts], minutes: Minutes, window: Interval
) -> list[_Stretch]:
    dated = [
        Dated(file=f.file, first_us=f.first_us, last_us=f.last_us)
        for f in facts
        if f.first_us is not None and f.last_us is not None
    ]
    found = []
    for hole in holes(dated):
        start, end = hole.before.last_us + 1, hole.after.first_us
        if not _has_line(minutes, start, end):
            listed = ", ".join(hole.missing[:3]) + (" …" if len(hole.missing) > 3 else "")
            why = (
                f"Il manque un fichier de la suite ({listed}) après {_name(hole.before.file)}."
            )
            found.append(_Stretch(start, end, CoverageState.CUT, why))
    for fact in facts:
        if fact.truncated and fact.last_us is not None:
            start = fact.last_us + 1
            later = int(np.searchsorted(minutes.first_us, start))
            end = int(minutes.first_us[later]) if later < len(minutes.first_us) else window[1]
            why = f"Le fichier {_name(fact.file)} est tronqué : sa fin manque."
            if end > start:
                found.append(_Stretch(start, end, CoverageState.CUT, why))
    return found


def _has_line(minutes: Minutes, start: int, end: int) -> bool:
    """Whether a minute has its first or last line in the stretch."""
    i = int(np.searchsorted(minutes.last_us, start))
    return i < len(minutes.last_us) and int(minutes.first_us[i]) < end


def _cut_numbers(facts: Sequence[FileFacts]) -> list[_Stretch]:
    counted = [f for f in facts if f.sequence_first is not None and f.first_us is not None]
    told = sum(f.steps for f in counted)
    if told and sum(f.by_one for f in counted) < ONE_COUNTER * told:
        return []  # several counters share the source: a jump says nothing
    found = [
        _numbers_say(m.first, m.last, m.after_us, m.before_us)
        for f in counted
        for m in f.missing
    ]
    counted.sort(key=lambda f: (f.first_us or 0, f.last_us or 0))
    for a, b in pairwise(counted):
        last, first = a.sequence_last or 0, b.sequence_first or 0
        if first > last + 1 and (a.last_us or 0) < (b.first_us or 0):
            found.append(_numbers_say(last + 1, first - 1, a.last_us or 0, b.first_us or 0))
    return [s for s in found if s.end > s.start]


def _numbers_say(first: int, last: int, after_us: int, before_us: int) -> _Stretch:
    count = last - first + 1
    which = (
        f"les numéros {first} à {last} manquent" if count > 1 else f"le numéro {first} manque"
    )
    why = f"Dans la suite numérotée par le producteur, {which}."
    return _Stretch(after_us + 1, before_us, CoverageState.CUT, why)


def _before(
    source: Source, minutes: Minutes, window: Interval, opened_us: int
) -> list[_Stretch]:
    """From the window's start to the retention edge, where that is why the source begins late.

    The trail was taken out between its last line and the opening of the case: its edge is one
    of these instants less the days kept. A source that begins near either is explained; one
    that begins elsewhere has lost something, and is judged by its rhythm.
    """
    first = int(minutes.first_us[0])
    kept = source.retention_days * DAY_US
    if source.retention_days <= 0 or first <= window[0]:
        return []
    edges = [e for e in (window[1] - kept, opened_us - kept) if window[0] < e < window[1]]
    near = [e for e in edges if -DAY_US <= first - e <= RETENTION_SLACK_US]
    if not near:
        return []
    why = f"La source ne garde que {source.retention_days} jours."
    return [_Stretch(window[0], first, CoverageState.BEFORE_RETENTION, why)]


# The tiling --------------------------------------------------------------------------------


def _tiled(
    source: str, stretches: Sequence[_Stretch], window: Interval, offset_s: float | None
) -> list[Tile]:
    inside = [
        _Stretch(max(s.start, window[0]), min(s.end, window[1]), s.state, s.why)
        for s in stretches
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


def _name(file: str) -> str:
    return file.rpartition("/")[2]


def _at(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)


__all__ = [
    "MINUTES",
    "TILES",
    "CaseTime",
    "FileFacts",
    "Mark",
    "Missing",
    "Tile",
    "gaps",
    "minutes_of",
    "rows",
    "steps",
    "tile",
]
