"""The session matrix: one entry per session in every array; small enough for memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.core.zones import DAY_US, HOUR_US, to_wall

Reals = NDArray[np.floating[Any]]
Codes = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]
Singles = NDArray[np.float32]
Ranks = NDArray[np.int8]
Found = TypeVar("Found")

CARE_TOLD = 0.05
"""Share of the accounts seen to which care relates a person, under which what the estate does
not tell speaks against nobody."""

HOURS = 16
"""Bins of the hour: eight of three hours, on weekdays and at weekends."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Matrix:
    """What is known of each session. Arrays have one entry per session unless said.

    Whole numbers that are only read take four bytes, for there may be millions of sessions.
    Instants are microseconds UTC; `day` and `hour` are local; codes start at 0, `net` 0 is a
    network that is not known.
    """

    account: tuple[str, ...]  # by account code
    acc: Codes
    role: Codes
    house: Codes  # organisation; 0 = none
    circle: Codes  # who works with whom, where organisations do not tell it; 0 = not known
    net: Codes
    start_us: Codes
    end_us: Codes
    day: Codes
    hour: Codes
    file: Codes
    position: Codes
    lines: Codes
    data: Codes
    searches: Codes
    opens: Codes
    writes: Codes
    exports: Codes
    failed_logins: Codes
    persons: Codes
    services: Codes
    overrides: Codes
    gaps: Codes
    gap_mean: Reals
    gap_sd: Reals
    gap_high: Reals
    moves: Codes
    ups: Codes
    downs: Codes
    pages: Codes
    asked: Codes  # queries that ask for nobody by number
    told: Reals  # how much they say, on the mean: ln(1 + characters of the criteria)
    person_moves: Codes
    person_ups: Codes
    person_downs: Codes
    care: Reals  # (sessions, 3): persons explained by nothing, weakly, strongly
    chance: Reals  # (accounts, 3, 3): the same at random in the region, the house, both
    related: Codes  # persons that care relates to the account, where it does for enough
    known: Flags
    opened_us: Codes  # 0 = unknown
    closed_us: Codes  # the far future while open
    device_s: Codes  # one entry per session and client of it that has a name
    device: Codes
    device_names: tuple[str, ...]  # by device code

    @property
    def size(self) -> int:
        """How many sessions."""
        return len(self.acc)

    @cached_property
    def group(self) -> Codes:
        """A code for (account, network)."""
        return codes_of(self.acc, self.net)

    @cached_property
    def dominance(self) -> Reals:
        """Share of the account's days on which the session's network is seen, 0 to 1."""
        here = _distinct(self.group, self.day)[self.group]
        return np.asarray(here / _distinct(self.acc, self.day)[self.acc])

    @property
    def acting(self) -> Flags:
        """Sessions with at least one act on data."""
        return np.asarray(self.data > 0)

    @cached_property
    def _by_account(self) -> tuple[Codes, Codes]:
        order = np.argsort(self.acc, kind="stable").astype(np.int32)
        return order, np.searchsorted(self.acc[order], np.arange(len(self.account) + 1))

    def of_account(self, acc: int) -> Codes:
        """The sessions of an account, in their order."""
        order, begins = self._by_account
        return np.asarray(order[begins[acc] : begins[acc + 1]])

    def others(self, i: int) -> Codes:
        """The other sessions of the account of session `i`."""
        mine = self.of_account(int(self.acc[i]))
        return np.asarray(mine[mine != i])


def once(rule: Callable[[Matrix], Found]) -> Callable[[Matrix], Found]:
    """A rule over the whole matrix that is worked out once for each."""
    held: WeakKeyDictionary[Matrix, Found] = WeakKeyDictionary()

    @wraps(rule)
    def kept(m: Matrix) -> Found:
        if m not in held:
            held[m] = rule(m)
        return held[m]

    return kept


ROOM = 2**62
"""Codes of several parts are worked out in one number below this."""


def codes_of(*parts: Codes) -> Codes:
    """One dense code for a tuple of codes, in their order."""
    code, most = np.zeros(len(parts[0]), dtype=np.int64), 1
    for part in parts:
        low = int(part.min(initial=0))
        wide = int(part.max(initial=0)) - low + 1
        if most * wide >= ROOM:
            code, part_code = (np.unique(x, return_inverse=True)[1] for x in (code, part))
            most, wide = int(code.max(initial=0)) + 1, int(part_code.max(initial=0)) + 1
        else:
            part_code = part - low
        code = code * wide + part_code
        most *= wide
    return np.asarray(np.unique(code, return_inverse=True)[1], dtype=np.int64)


def _distinct(codes: Codes, values: Codes) -> Reals:
    """How many distinct values each code has."""
    _, first = np.unique(codes_of(codes, values), return_index=True)
    return np.bincount(codes[first], minlength=int(codes.max(initial=-1)) + 1).astype(
        np.float64
    )


def sums(codes: Codes, values: Reals, size: int = 0) -> Reals:
    """The sum of the values of each code."""
    return np.asarray(np.bincount(codes, weights=values, minlength=size), dtype=np.float64)


def build(tables: Mapping[str, pa.Table], zone: str) -> Matrix:
    """The matrix from the small relations of the engine.

    Args:
        tables: `detect_*` relations by name (facts ordered by s, numbered 1, 2, …), `accounts`.
        zone: the operator's time zone, for local hours.
    """
    facts = tables["detect_facts"].sort_by("s")
    size = facts.num_rows
    who = _accounts(tables)
    acc = _ints(facts, "acc") - 1
    start = _ints(facts, "start_us")
    wall = to_wall(start, zone)
    rhythm = _spread(tables["detect_rhythm"], size)
    orders = _spread(tables["detect_orders"], size)
    care = _spread(tables["detect_care_facts"], size)
    gaps = rhythm["gaps"]
    mean = rhythm["gap_sum"] / np.maximum(gaps, 1)
    variance = rhythm["gap_squares"] / np.maximum(gaps, 1) - mean**2
    asked, told = _asked(tables["detect_formed"], size)
    device_s, device, families = _devices(tables)
    days = wall // DAY_US
    weekend = (days + 3) % 7 >= 5  # 1970-01-01 was a Thursday
    reached = np.column_stack([care["nothing"], care["weak"], care["strong"]])
    return Matrix(
        account=who.account,
        acc=acc,
        role=who.role[acc],
        house=who.house[acc],
        circle=np.zeros(size, dtype=np.int32),
        net=_ints(facts, "net"),
        start_us=start,
        end_us=_ints(facts, "end_us"),
        day=days.astype(np.int32),
        hour=((wall % DAY_US) // (3 * HOUR_US) + 8 * weekend).astype(np.int32),
        position=_ints(facts, "position"),
        **{
            name: _ints(facts, name).astype(np.int32)
            for name in (
                "file",
                "lines",
                "data",
                "searches",
                "opens",
                "writes",
                "exports",
                "failed_logins",
            )
        },
        persons=_whole(_spread(tables["detect_named"], size)["persons"]),
        services=_whole(orders["services"]),
        overrides=_whole(orders["overrides"]),
        gaps=_whole(gaps),
        gap_mean=mean,
        gap_sd=np.sqrt(np.maximum(variance, 0.0)),
        gap_high=rhythm["gap_high"],
        moves=_whole(orders["moves"]),
        ups=_whole(orders["ups"]),
        downs=_whole(orders["downs"]),
        pages=_whole(orders["pages"]),
        asked=_whole(asked),
        told=told / np.maximum(asked, 1.0),
        person_moves=_whole(orders["person_moves"]),
        person_ups=_whole(orders["person_ups"]),
        person_downs=_whole(orders["person_downs"]),
        care=reached,
        chance=who.chance,
        related=who.related[acc],
        known=who.known[acc],
        opened_us=who.opened_us[acc],
        closed_us=who.closed_us[acc],
        device_s=device_s,
        device=device,
        device_names=families,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who:
    account: tuple[str, ...]
    role: Codes
    house: Codes
    known: Flags
    opened_us: Codes
    closed_us: Codes
    chance: Reals
    related: Codes


def _accounts(tables: Mapping[str, pa.Table]) -> _Who:
    """What the directory says of each account seen, by account code."""
    actors = tables["detect_actors"].sort_by("acc")
    seen = [str(name) for name in actors["account"].to_pylist()]
    directory = tables["accounts"]
    at = {name: i for i, name in enumerate(directory["account"].to_pylist())}
    rows = np.array([at.get(name, -1) for name in seen], dtype=np.int64)
    columns = {
        name: directory[name].to_pylist()
        for name in ("role", "organisation", "opened_us", "closed_us")
    }

    def of(name: str, absent: object) -> list[object]:
        found = (columns[name][row] if row >= 0 else None for row in rows)
        return [absent if value is None else value for value in found]

    houses = [str(value) for value in of("organisation", "")]
    return _Who(
        account=tuple(seen),
        role=_numbered([str(value) for value in of("role", "")]),
        house=_numbered(houses),
        known=np.asarray(rows >= 0),
        opened_us=np.array(of("opened_us", 0), dtype=np.int64),
        closed_us=np.array(of("closed_us", 2**62), dtype=np.int64),
        chance=_chances(tables, houses),
        related=_related(_own(tables, len(houses))),
    )


def _related(own: Reals) -> Codes:
    """How many persons care relates to each account; 0 for all where it tells it of few.

    A fragment of a table, a relation of one account, cannot say that what it leaves out is
    not care.
    """
    told = float((own > 0).mean()) if len(own) else 0.0
    return _whole(own if told >= CARE_TOLD else np.zeros(len(own)))


def _devices(tables: Mapping[str, pa.Table]) -> tuple[Codes, Codes, tuple[str, ...]]:
    """Sessions and families of client, one entry a client; and the families by code."""
    tools, devices = tables["detect_tools"], tables["detect_devices"]
    names = sorted({str(name) for name in tools["family"].to_pylist()})
    code = {name: number for number, name in enumerate(names)}
    family = np.zeros(int(_ints(tools, "tool").max(initial=0)) + 1, dtype=np.int32)
    family[_ints(tools, "tool")] = [code[str(name)] for name in tools["family"].to_pylist()]
    s = (_ints(devices, "s") - 1).astype(np.int32)
    return s, family[_ints(devices, "tool")], tuple(names)


def _own(tables: Mapping[str, pa.Table], size: int) -> Reals:
    """By account: how many persons care relates to it."""
    own = np.zeros(size)
    listed = tables["detect_chance_own"]
    own[_ints(listed, "acc") - 1] = _ints(listed, "persons")
    return own


def _chances(tables: Mapping[str, pa.Table], houses: list[str]) -> Reals:
    """By account: shares of (nothing, weak, strong) for a person at random (region, house)."""
    own = _own(tables, len(houses))
    held = dict(
        zip(
            tables["detect_chance_house"]["organisation"].to_pylist(),
            tables["detect_chance_house"]["persons"].to_pylist(),
            strict=True,
        )
    )
    everybody = max(1, int(tables["detect_chance_all"]["persons"][0].as_py() or 0))
    house = np.array([float(held.get(name, 0)) if name else 0.0 for name in houses])
    strong = np.minimum(own / everybody, 0.98)
    weak = np.minimum(house / everybody, 0.99 - strong)
    within = np.minimum(own / np.maximum(np.maximum(house, own), 1.0), 0.98)
    region = np.column_stack([1.0 - strong - weak, weak, strong])
    inside = np.column_stack([np.full(len(own), 0.02), 0.98 - within, within])
    inside = np.where((house > 0)[:, None], inside, region)
    both = np.maximum(np.stack([region, inside, (region + inside) / 2], axis=1), 0.02)
    return np.asarray(both / both.sum(axis=2, keepdims=True))


def _spread(listed: pa.Table, size: int) -> dict[str, Reals]:
    """Columns of a relation keyed by s, as arrays over all sessions; 0 where absent."""
    at = _ints(listed, "s") - 1
    spread: dict[str, Reals] = {}
    for name in listed.column_names:
        if name != "s":
            column = np.zeros(size)
            column[at] = pc.fill_null(listed[name], 0).to_numpy()
            spread[name] = column
    return spread


def _ints(listed: pa.Table, name: str) -> Codes:
    return np.asarray(pc.fill_null(listed[name], 0).to_numpy(), dtype=np.int64)


def _asked(listed: pa.Table, size: int) -> tuple[Reals, Reals]:
    """By session: its queries not by number, and how much they say, over all their forms."""
    at = _ints(listed, "s") - 1
    columns = (pc.fill_null(listed[name], 0).to_numpy() for name in ("wide", "told"))
    asked, told = (sums(at, column, size) for column in columns)
    return asked, told


def _whole(values: Reals) -> Codes:
    return np.asarray(values, dtype=np.int32)


def _numbered(values: list[str]) -> Codes:
    """Codes of words; '' is 0."""
    return _dense(pa.chunked_array([pa.array(["", *values], pa.string())]))[1:]


def _dense(values: pa.ChunkedArray) -> Codes:
    if len(values) == 0:
        return np.zeros(0, dtype=np.int64)
    encoded = pc.dictionary_encode(values).combine_chunks()
    return np.asarray(encoded.indices.to_numpy(), dtype=np.int64)
