"""Whether care went on: activity counted in the engine, compared with its own habit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.act.documents.facts import Attack
from tocsin.core.evidence import digest_of
from tocsin.core.incident import EventKind, History
from tocsin.core.tables import ACCESS, ACCOUNTS, ACTS, COVERAGE, SESSIONS
from tocsin.decide import continuity as rules
from tocsin.decide.activity import ACTIVITY, CONTAINED, LOCKED_OUT, activity, locked_out
from tocsin.decide.continuity import Compared, Line, Stretch
from tocsin.decide.picture import drawn
from tocsin.flow.clocks import both
from tocsin.flow.world import World, bind_directory, bind_published, rows_of

Document = dict[str, Any]

PICTURE, PLOT = "decide/continuity.svg", "decide/continuity.json"
"""The plot as a picture; the whole measure, kept until something moves it."""

ESTABLISHMENTS = 300
"""Establishments that are measured, the most active first."""

LISTED = 50
"""Professionals locked out that a document lists; all are counted."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuity:
    """What `decide` says of care, and its plot."""

    services: list[Document]
    establishments: list[Document]
    locked_out: Document
    care: Document
    picture: str


def continuity(world: World, history: History, attack: Attack | None) -> Continuity:
    """Services and establishments before, during and after the attack and each containment.

    The vault is opened for the establishments of the accounts, journalled; a case without
    trail, attack or containment has nothing to measure and opens nothing.
    """
    contained = sorted(_us(r.at) for r in history.standing if r.event is EventKind.CONTAINED)
    zone = world.estate.operator.timezone
    measured = rules.stretches(
        _us(attack.first_at) if attack else None,
        _us(attack.last_at) if attack else None,
        contained,
        zone,
    )
    if not measured or not world.case.files(ACCESS):
        return _nothing(world)
    key = _key(world, measured)
    kept = world.case.read_json(PLOT)
    if isinstance(kept, dict) and kept.get("key") == key:
        return Continuity(**{name: kept[name] for name in _FIELDS})
    found = _measured(world, contained, measured)
    world.case.write_json(
        PLOT, {"key": key, **{name: getattr(found, name) for name in _FIELDS}}
    )
    return found


_FIELDS = ("services", "establishments", "locked_out", "care", "picture")


def _key(world: World, measured: Sequence[Stretch]) -> str:
    """What the measure depends on: the stretches, and all that moved trails or verdicts."""
    moves = [
        json.loads(line)["n"]
        for line in world.case.journal()
        if any(f'"event":"{event}"' in line for event in _MOVES)
    ]
    told = [(s.period, s.start_us, s.end_us) for s in measured]
    return digest_of(json.dumps([told, moves[-1:], len(moves)]))


_MOVES = ("ingested", "detected", "session_reviewed", "professional_answered", "scoped")


def _measured(
    world: World, contained: Sequence[int], measured: Sequence[Stretch]
) -> Continuity:
    zone = world.estate.operator.timezone
    world.progress.stage("continuity")
    rows = _counted(world)
    windows, blind = _coverage(world)
    lines = _service_lines(world, rows, windows, blind)
    found = rules.compare(lines, measured)
    places = rules.compare(_place_lines(rows, windows, blind, zone), measured)
    refused = _locked_out(world, contained)
    names = {s.id: s.name for s in world.estate.services}
    said = rules.sentence(found, names, len(refused))
    known = {c.name for c in found}
    absent = [s.id for s in world.estate.services if s.id not in known]
    return Continuity(
        services=[*(_service(c) for c in found), *(_cannot_tell(name) for name in absent)],
        establishments=[{**_service(c), "organisation": c.name} for c in places],
        locked_out={"accounts": len(refused), "listed": refused[:LISTED]},
        care={
            "mood": said.mood,
            "says": both(said.says),
            "because": [both(b) for b in said.because],
        },
        picture=drawn(lines, measured, names, zone) if lines else "",
    )


def _nothing(world: World) -> Continuity:
    said = rules.sentence((), {}, 0)
    return Continuity(
        services=[_cannot_tell(s.id) for s in world.estate.services],
        establishments=[],
        locked_out={"accounts": 0, "listed": []},
        care={"mood": said.mood, "says": both(said.says), "because": []},
        picture="",
    )


def _cannot_tell(service: str) -> Document:
    return {"service": service, "finding": "cannot_tell", "low": None, "high": None}


def _service(found: Compared) -> Document:
    return {
        "service": found.name,
        "finding": found.finding,
        "low": _rounded(found.low),
        "high": _rounded(found.high),
        "periods": [
            {
                "period": stretch.period,
                "start_at": _at(stretch.start_us).isoformat(),
                "end_at": _at(stretch.end_us).isoformat(),
                "finding": m.finding,
                "observed": m.observed,
                "expected": round(m.expected, 1),
                "low": _rounded(m.low),
                "high": _rounded(m.high),
                "why": m.why,
            }
            for stretch, m in found.measures
        ],
    }


def _counted(world: World) -> pa.Table:
    engine = world.engine
    bind_published(world, ACCESS, ACTS)
    engine.drop(ACCOUNTS.name)
    bind_directory(world, (ACCOUNTS,), why="activity by establishment")
    engine.run(activity())
    rows = engine.fetch(ACTIVITY.name)
    engine.drop(ACTIVITY.name)
    return rows


Spans = Mapping[str, tuple[int, int]]
Blind = Mapping[str, Sequence[tuple[int, int]]]


def _coverage(world: World) -> tuple[Spans, Blind]:
    """For each service, its window and the stretches in which its trail cannot be relied on."""
    bind_published(world, COVERAGE)
    of = {source.id: source.services for source in world.estate.sources}
    windows: dict[str, tuple[int, int]] = {}
    blind: dict[str, list[tuple[int, int]]] = {}
    for row in world.engine.fetch(COVERAGE.name).to_pylist():
        span = (row["start_us"], row["end_us"])
        for service in of.get(row["source"], ()):
            if row["state"] == "trailed":
                low, high = windows.get(service, span)
                windows[service] = (min(low, span[0]), max(high, span[1]))
            else:
                blind.setdefault(service, []).append(span)
    return windows, blind


def _service_lines(
    world: World, rows: pa.Table, windows: Spans, blind: Blind
) -> tuple[Line, ...]:
    acts = rules.hourly(rows, "service")
    zone = world.estate.operator.timezone
    made = [
        rules.line(s.id, acts.get(s.id, {}), windows[s.id], blind.get(s.id, ()), zone)
        for s in world.estate.services
        if s.id in windows
    ]
    return tuple(one for one in made if one is not None)


def _place_lines(rows: pa.Table, windows: Spans, blind: Blind, zone: str) -> tuple[Line, ...]:
    """Establishments over the common window of the services, without any of their gaps."""
    if not windows:
        return ()
    window = (max(w[0] for w in windows.values()), min(w[1] for w in windows.values()))
    gaps = [span for spans in blind.values() for span in spans]
    known = rows.filter(pc.not_equal(rows["organisation"], ""))
    acts = rules.hourly(known, "organisation")
    most = sorted(acts, key=lambda o: (-sum(acts[o].values()), o))[:ESTABLISHMENTS]
    made = [rules.line(o, acts[o], window, gaps, zone) for o in most]
    return tuple(one for one in made if one is not None)


def _locked_out(world: World, contained: Sequence[int]) -> list[Document]:
    if not contained:
        return []
    engine = world.engine
    bind_published(world, SESSIONS)
    engine.bind_arrow(CONTAINED, rows_of(CONTAINED, [(us,) for us in contained]))
    engine.run(locked_out())
    rows = engine.fetch(LOCKED_OUT.name, order=("contained_us", "account")).to_pylist()
    engine.drop(LOCKED_OUT.name, CONTAINED.name)
    return [
        {
            "account": row["account"],
            "organisation": row["organisation"],
            "contained_at": _at(row["contained_us"]).isoformat(),
            "refused": row["refused"],
        }
        for row in rows
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _us(at: datetime) -> int:
    return round((at - _EPOCH) / timedelta(microseconds=1))


def _at(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)
