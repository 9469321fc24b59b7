"""The stretches of a source in which its trail stops, is cut, begins late or falls silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tocsin.core.records import Source
from tocsin.core.vocabulary import CoverageState
from tocsin.core.zones import DAY_US
from tocsin.trail.file_facts import FileFacts
from tocsin.trail.rhythm import Interval, Minutes, silences
from tocsin.trail.rotation import Dated, holes

RETENTION_SLACK_US = 3 * DAY_US
"""A source may begin that long after its retention edge: a weekend, and the purge's rhythm."""
ONE_COUNTER = 0.9
"""Share of steps by one from which sequence numbers are those of one counter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTime:
    """When the case was opened (microseconds UTC), and the operator's zone (IANA name)."""

    opened_us: int
    zone: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval of a source that has a state, half-open, in microseconds UTC."""

    start: int
    end: int
    state: CoverageState
    why: str


def stretches(
    source: Source,
    minutes: Minutes | None,
    facts: Sequence[FileFacts],
    window: Interval,
    case: CaseTime,
) -> list[Stretch]:
    """The intervals of a source that are not simply trailed; they may lie over one another."""
    if minutes is None:
        why = (
            "Aucune ligne des fichiers de cette source n'a pu être lue."
            if facts
            else "Aucun fichier de cette source n'a été remis."
        )
        return [Stretch(*window, CoverageState.CUT, why)]
    known = [
        *_stopped(facts, window),
        *_cut_files(facts, minutes, window),
        *_cut_numbers(facts),
        *_before(source, minutes, window, case.opened_us),
    ]
    gone = [(s.start, s.end) for s in known]
    return known + [
        Stretch(a, b, CoverageState.SILENT, _silent_says(minutes, a, b, window))
        for a, b in silences(minutes, window=window, zone=case.zone, known=gone)
    ]


def _silent_says(minutes: Minutes, start: int, end: int, window: Interval) -> str:
    if end == window[1] and start > int(minutes.last_us[-1]):
        return "La source s'arrête avant les autres, sans le dire."
    return "Aucune ligne, alors que les autres semaines en ont au moins 50 aux mêmes heures."


def _stopped(facts: Sequence[FileFacts], window: Interval) -> list[Stretch]:
    marks = sorted({(m.at_us, m.mark) for fact in facts for m in fact.marks})
    found: list[Stretch] = []
    since: int | None = None
    for at, mark in marks:
        if mark == "stopped" and since is None:
            since = at
        elif mark == "started" and since is not None:
            why = "Le producteur dit avoir arrêté sa trace, puis l'avoir reprise."
            found.append(Stretch(since, at, CoverageState.STOPPED, why))
            since = None
    if since is not None:
        why = "Le producteur dit avoir arrêté sa trace et ne dit pas l'avoir reprise."
        found.append(Stretch(since, window[1], CoverageState.STOPPED, why))
    return found


def _cut_files(facts: Sequence[FileFacts], minutes: Minutes, window: Interval) -> list[Stretch]:
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
            found.append(Stretch(start, end, CoverageState.CUT, why))
    for fact in facts:
        if fact.truncated and fact.last_us is not None:
            start = fact.last_us + 1
            later = int(np.searchsorted(minutes.first_us, start))
            end = int(minutes.first_us[later]) if later < len(minutes.first_us) else window[1]
            why = f"Le fichier {_name(fact.file)} est tronqué : sa fin manque."
            if end > start:
                found.append(Stretch(start, end, CoverageState.CUT, why))
    return found


def _has_line(minutes: Minutes, start: int, end: int) -> bool:
    """Whether a minute has its first or last line in the stretch."""
    i = int(np.searchsorted(minutes.last_us, start))
    return i < len(minutes.last_us) and int(minutes.first_us[i]) < end


def _cut_numbers(facts: Sequence[FileFacts]) -> list[Stretch]:
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


def _numbers_say(first: int, last: int, after_us: int, before_us: int) -> Stretch:
    count = last - first + 1
    which = (
        f"les numéros {first} à {last} manquent" if count > 1 else f"le numéro {first} manque"
    )
    why = f"Dans la suite numérotée par le producteur, {which}."
    return Stretch(after_us + 1, before_us, CoverageState.CUT, why)


def _before(
    source: Source, minutes: Minutes, window: Interval, opened_us: int
) -> list[Stretch]:
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
    return [Stretch(window[0], first, CoverageState.BEFORE_RETENTION, why)]


def _name(file: str) -> str:
    return file.rpartition("/")[2]
