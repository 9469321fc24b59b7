"""What the outlier detectors are given: thirteen plain figures relative to the account.

They are those of the published protocol, counted by a plain walk over the sessions in order:
each trial is scored on the account's past, then the real session is learned. Nothing fades but
running means, and nothing is shared with what `tocsin detect` counts.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np

from tocsin.bench.measures import Codes, Reals
from tocsin.core.zones import DAY_US
from tocsin.detect.swaps import Trials

NAMES = (
    "hour",
    "weekend",
    "offset",
    "team",
    "area mean",
    "new objects",
    "new areas",
    "new objects moved",
    "unexplained",
    "volume moved",
    "volume",
    "rate",
    "areas",
)
"""The thirteen, in order."""

KINDS = {"hour": 8.0, "weekend": 2.0, "offset": 40.0, "team": 40.0, "area": 20_000.0}
"""How many values everybody may show."""

PULL, AREA_PULL = 3.0, 9.0
"""Weight of everybody's share in an account's."""

AREA_US, OBJECT_US, PEERS_US = 180 * DAY_US, 120 * DAY_US, 90 * DAY_US
"""How long an area explains, a peer's object explains, and a shared area makes a peer."""

LATEST = 12
"""Areas of an account in which its peers are looked for."""

SLOWEST = 0.05
"""Weight of the newest session in running means, at least."""


@dataclass(slots=True)
class _Seen:
    """How often each value was shown."""

    n: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    total: float = 0.0

    def add(self, value: int, weight: float = 1.0) -> None:
        self.n[value] += weight
        self.total += weight


@dataclass(slots=True)
class _Running:
    """A running mean and variance."""

    mean: float = 0.0
    variance: float = 0.0
    sessions: int = 0

    def add(self, value: float) -> None:
        self.sessions += 1
        rate = max(SLOWEST, 1.0 / self.sessions)
        away = value - self.mean
        self.mean += rate * away
        self.variance = (1.0 - rate) * (self.variance + rate * away * away)

    def moved(self, value: float, least: float) -> float:
        return (value - self.mean) / math.sqrt(self.variance + least)


@dataclass(slots=True)
class _Past:
    """What one account did so far."""

    shown: dict[str, _Seen] = field(default_factory=lambda: {name: _Seen() for name in KINDS})
    objects: set[int] = field(default_factory=set)
    areas: dict[int, int] = field(default_factory=dict)  # when last
    latest: deque[int] = field(default_factory=lambda: deque(maxlen=LATEST))
    new: _Running = field(default_factory=_Running)
    volume: _Running = field(default_factory=_Running)


@dataclass(frozen=True, slots=True)
class _Session:
    """One session: its clock, and what it worked on."""

    us: int
    minutes: float
    clock: tuple[tuple[str, int], ...]
    teams: tuple[int, ...]
    objects: tuple[tuple[int, int], ...]  # object and its area
    areas: tuple[tuple[int, float], ...]  # area and the root of its acts
    volume: float  # ln of its acts


class _Walk:
    """Everybody's past, and every account's, at one place of the trail."""

    def __init__(self) -> None:
        self.everybody = {name: _Seen() for name in KINDS}
        self.accounts: defaultdict[int, _Past] = defaultdict(_Past)
        self.touched: defaultdict[int, dict[int, int]] = defaultdict(dict)  # object: by whom
        self.worked: defaultdict[int, dict[int, int]] = defaultdict(dict)  # area: by whom

    def _ratio(self, past: _Past, name: str, value: int, pull: float = PULL) -> float:
        all_, own = self.everybody[name], past.shown[name]
        share = (all_.n.get(value, 0.0) + 1.0) / (all_.total + KINDS[name])
        return math.log(share * (own.total + pull) / (own.n.get(value, 0.0) + pull * share))

    def figures(self, acc: int, at_us: int, clock: _Session, what: _Session) -> list[float]:
        """The thirteen figures of a trial on an account's past."""
        past = self.accounts[acc]
        weight = sum(w for _, w in what.areas)
        mean = sum(w * self._ratio(past, "area", a, AREA_PULL) for a, w in what.areas)
        new = self._new(past, what)
        return [
            *(self._ratio(past, name, value) for name, value in clock.clock),
            max(self._ratio(past, "team", team) for team in what.teams),
            mean / weight,
            new,
            sum(a not in past.areas for a, _ in what.areas) / len(what.areas),
            past.new.moved(new, 0.02),
            self._unexplained(acc, past, at_us, what),
            past.volume.moved(what.volume, 0.1),
            what.volume,
            what.volume - math.log(what.minutes + 1.0),
            math.log(len(what.areas)),
        ]

    @staticmethod
    def _new(past: _Past, what: _Session) -> float:
        return sum(o not in past.objects for o, _ in what.objects) / len(what.objects)

    def _unexplained(self, acc: int, past: _Past, us: int, what: _Session) -> float:
        """Share of the objects that neither the account's own past nor a peer's explains."""
        left, peer = 0, {}
        for thing, area in what.objects:
            if thing in past.objects or past.areas.get(area, -AREA_US) > us - AREA_US:
                continue
            for other, when in self.touched.get(thing, {}).items():
                if other == acc or when <= us - OBJECT_US:
                    continue
                if other not in peer:
                    peer[other] = self._peer(past, other, us)
                if peer[other]:
                    break
            else:
                left += 1
        return left / len(what.objects)

    def _peer(self, past: _Past, other: int, us: int) -> bool:
        since = us - PEERS_US
        return any(self.worked[area].get(other, since) > since for area in past.latest)

    def learn(self, acc: int, what: _Session) -> None:
        """The real session becomes past."""
        past = self.accounts[acc]
        past.new.add(self._new(past, what))
        past.volume.add(what.volume)
        for seen in (self.everybody, past.shown):
            for name, value in what.clock:
                seen[name].add(value)
            for team in what.teams:
                seen["team"].add(team)
            for area, weight in what.areas:
                seen["area"].add(area, weight)
        for thing, area in what.objects:
            past.objects.add(thing)
            past.areas[area] = what.us
            self.touched[thing][acc] = what.us
            self.worked[area][acc] = what.us
        for area, _ in what.areas:
            if area in past.latest:
                past.latest.remove(area)
            past.latest.append(area)


def figures(db: duckdb.DuckDBPyConnection, acc: Codes, trials: Trials, wanted: Any) -> Reals:  # noqa: ANN401
    """The figures of the wanted trials, one row each; NaN of the others.

    Args:
        db: has `sessions_` and `content_`, as `switching` makes them.
        acc: account of each session.
        wanted: flags by trial.
    """
    sessions = _read(db)
    found = np.full((len(trials.session), len(NAMES)), np.nan)
    asked = np.flatnonzero(wanted)
    asked = asked[np.argsort(trials.on[asked], kind="stable")]
    begins = np.searchsorted(trials.on[asked], np.arange(len(sessions) + 1))
    walk = _Walk()
    for i, session in enumerate(sessions):
        for k in asked[begins[i] : begins[i + 1]].tolist():
            clock, what = sessions[int(trials.clock[k])], sessions[int(trials.session[k])]
            found[k] = walk.figures(int(acc[i]), session.us, clock, what)
        walk.learn(int(acc[i]), session)
    return found


def _read(db: duckdb.DuckDBPyConnection) -> list[_Session]:
    """The sessions in order of their start."""
    held = db.sql("""
SELECT s, dense_rank() OVER (ORDER BY person) AS object,
       dense_rank() OVER (ORDER BY team, area) AS area, team, acts
FROM (SELECT s, person, team, acts,
             CASE WHEN len(parts) = 1 THEN '.' WHEN len(parts) = 2 THEN parts[1]
                  ELSE parts[1] || '/' || parts[2] END AS area
      FROM (SELECT *, string_split(substr(person, length(CAST(team AS VARCHAR)) + 2), '/') AS parts
            FROM content_))
ORDER BY s, object""").fetchnumpy()
    clocks = db.sql("""
SELECT start_us, end_us, acts, dense_rank() OVER (ORDER BY utc_offset) AS offset_,
       start_us + CAST(substr(utc_offset, 1, 3) AS INT) * 3600000000 AS local_us
FROM sessions_ ORDER BY s""").fetchall()
    begins = np.searchsorted(held["s"], np.arange(1, len(clocks) + 2))
    return [_session(row, held, begins[i], begins[i + 1]) for i, row in enumerate(clocks)]


def _session(row: tuple[Any, ...], held: dict[str, Any], begin: int, end: int) -> _Session:
    start, stop, acts, offset, local = row
    things, areas = held["object"][begin:end].tolist(), held["area"][begin:end].tolist()
    many: defaultdict[int, int] = defaultdict(int)
    for area, count in zip(areas, held["acts"][begin:end].tolist(), strict=True):
        many[area] += count
    clock = (
        ("hour", local % DAY_US // (DAY_US // 8)),
        ("weekend", int((local // DAY_US + 3) % 7 >= 5)),
        ("offset", offset),
    )
    return _Session(
        us=start,
        minutes=(stop - start) / 60e6,
        clock=clock,
        teams=tuple(sorted(set(held["team"][begin:end].tolist()))),
        objects=tuple(zip(things, areas, strict=True)),
        areas=tuple((area, math.sqrt(count)) for area, count in many.items()),
        volume=math.log(acts),
    )
