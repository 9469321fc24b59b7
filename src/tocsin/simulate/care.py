"""Relations of care: treating physicians, appointments, stays in a ward's beds, referrals."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.simulate.columns import from_pool, indexed, together
from tocsin.simulate.organisations import (
    GP,
    PHYSICIAN,
    SOCIAL,
    Organisations,
    Staff,
    beds,
)
from tocsin.simulate.people import TEST, People
from tocsin.simulate.rhythms import DAY_US, moments, profile
from tocsin.simulate.text import iso_seconds

Ints = NDArray[np.int64]

KINDS = ("appointment", "stay", "referral", "team", "territory", "other")
APPOINTMENT, STAY, REFERRAL, TEAM, TERRITORY, OTHER = range(len(KINDS))
_STAY_MEDIAN_DAYS = 4.0
_ALWAYS = 10**6  # a day that never comes


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Rows of the directory's table of care; instants in local microseconds of the window.

    `account` or `organisation` is -1 where the relation has none; `end` is -1 while it runs.
    """

    person: Ints
    account: Ints
    organisation: Ints
    kind: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """Relations, and what the work of each day is drawn from.

    `occupants` is the person in each bed on each day, -1 where it is empty (rows: beds, ward
    after ward). `panels` are persons by account, as `columns.indexed` puts them.
    """

    rows: Relations
    occupants: Ints
    bookings: Relations  # the appointments within the window
    panels: tuple[Ints, Ints]


def _rows(
    person: Ints, kind: int, start: Ints, end: Ints, *, account: Ints | None = None,
    organisation: Ints | None = None,
) -> Relations:  # fmt: skip
    none = np.full(len(person), -1)
    return Relations(
        person=person.astype(np.int64),
        account=none if account is None else account.astype(np.int64),
        organisation=none if organisation is None else organisation.astype(np.int64),
        kind=np.full(len(person), kind),
        start=start.astype(np.int64),
        end=end.astype(np.int64),
    )


def _stays(
    rng: np.random.Generator, orgs: Organisations, known: People, days: int
) -> tuple[Relations, Ints]:
    """Stays, bed after bed, and who lies in each bed on each day."""
    count = len(orgs.ward_of) * beds()
    hospital = np.repeat(orgs.ward_of, beds())
    turns = int(days / 2) + 8
    length = np.exp(rng.normal(np.log(_STAY_MEDIAN_DAYS), 0.75, (count, turns)))
    pause = rng.exponential(0.5, (count, turns))
    end = np.cumsum(length + pause, axis=1) - rng.uniform(0, 12, (count, 1))
    start = end - length
    pool = indexed(known.hospital, np.arange(len(known)), int(orgs.kinds.size))
    who = from_pool(rng, pool, np.repeat(hospital, turns)).reshape(count, turns)
    alive = (known.died[who] < 0) & (known.created[who] <= start) & (known.status[who] != TEST)
    keep = (start < days) & (end > 0) & (who >= 0) & alive
    noon = np.arange(days) + 0.5
    occupants = np.full((count, days), -1)
    for turn in range(turns):
        lies = (
            keep[:, turn, None] & (start[:, turn, None] <= noon) & (end[:, turn, None] > noon)
        )
        occupants = np.where(lies, who[:, turn, None], occupants)
    rows = _rows(
        who[keep],
        STAY,
        start[keep] * DAY_US,
        np.where(end[keep] < days, end[keep] * DAY_US, -1),
        organisation=np.repeat(hospital, turns).reshape(count, turns)[keep],
    )
    return rows, occupants.astype(np.int64)


def _bookings(
    rng: np.random.Generator,
    team: Staff,
    known: People,
    panels: tuple[Ints, Ints],
    weekdays: Ints,
) -> Relations:
    """Appointments: GPs about 11 a weekday, hospital physicians about 4, social workers 2."""
    doctors = team.of_role(GP, PHYSICIAN, SOCIAL)
    mean = np.select(
        [team.role[doctors] == GP, team.role[doctors] == PHYSICIAN], [11.0, 4.0], 2.0
    )
    days = len(weekdays)
    counts = rng.poisson(mean[:, None] * np.where(weekdays < 5, 1.0, 0.06)[None, :])
    account = np.repeat(doctors, counts.sum(axis=1))
    day = np.concatenate([np.repeat(np.arange(days), row) for row in counts])
    start = day * DAY_US + moments(rng, profile("consultation"), len(day))
    start -= start % (5 * 60_000_000)
    own = from_pool(rng, panels, account)
    any_one = rng.integers(0, len(known), len(day))
    regular = (rng.random(len(day)) < 0.86) & (own >= 0)
    person = np.where(regular, own, any_one)
    usable = (known.died[person] < 0) & (known.created[person] <= day)
    usable &= known.status[person] != TEST
    end = start + 20 * 60_000_000
    return _rows(
        person[usable], APPOINTMENT, start[usable], end[usable], account=account[usable]
    )


def _panels(
    rng: np.random.Generator, orgs: Organisations, team: Staff, known: People
) -> Relations:
    """Whom each professional follows over months: GP teams, referrals, hospital follow-up."""
    treated = np.flatnonzero((known.doctor >= 0) & (known.status != TEST))
    since = np.maximum(known.created[treated], -rng.integers(1, 1500, len(treated))) * DAY_US
    never = np.full(len(treated), -1)
    parts = [_rows(treated, TEAM, since, never, account=known.doctor[treated])]
    pool = indexed(known.hospital, np.arange(len(known)), int(orgs.kinds.size))
    for role, mean, kind in ((SOCIAL, 70, REFERRAL), (PHYSICIAN, 75, OTHER)):
        accounts = team.of_role(role)
        account = np.repeat(accounts, rng.poisson(mean, len(accounts)))
        person = from_pool(rng, pool, orgs.zones[team.organisation[account]])
        fine = (person >= 0) & (known.created[person] < 0) & (known.status[person] != TEST)
        begun = -rng.integers(1, 300, int(fine.sum())) * DAY_US
        parts.append(
            _rows(person[fine], kind, begun, np.full(len(begun), -1), account=account[fine])
        )
    return together(parts)


def care(
    rng: np.random.Generator, orgs: Organisations, team: Staff, known: People, *, weekdays: Ints
) -> Care:
    """Every relation of the region, and the pools that the days' work is drawn from.

    `weekdays` is the day of week (0 = Monday) of each day of the window.
    """
    panels = _panels(rng, orgs, team, known)
    pool = indexed(panels.account, panels.person, len(team.account))
    stays, occupants = _stays(rng, orgs, known, len(weekdays))
    bookings = _bookings(rng, team, known, pool, weekdays)
    near = np.flatnonzero(rng.random(len(known)) < 0.25)
    territory = _rows(
        near,
        TERRITORY,
        known.created[near] * DAY_US,
        np.full(len(near), -1),
        organisation=known.practice[near],
    )
    return Care(
        rows=together([panels, stays, bookings, territory]),
        occupants=occupants,
        bookings=bookings,
        panels=pool,
    )


def table(
    rows: Relations, known: People, team: Staff, orgs: Organisations, *, first_day: int
) -> pa.Table:
    """The directory's table of care; instants are local, without a zone."""
    finess = np.append(orgs.finess, "")
    account = np.append(team.account, "")
    base = first_day * DAY_US

    def at(local: Ints) -> pa.Array:
        spelt = iso_seconds(local + base)
        return pc.if_else(pa.array(local == -1), "", spelt)

    return pa.table(
        {
            "person": pa.array(known.ids[rows.person].tolist()),
            "account": pa.array(account[rows.account].tolist()),
            "organisation": pa.array(finess[rows.organisation].tolist()),
            "kind": pa.array([KINDS[kind] for kind in rows.kind]),
            "start_at": at(rows.start),
            "end_at": at(rows.end),
        }
    )
