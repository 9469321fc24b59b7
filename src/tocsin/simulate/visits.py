"""Ordinary work: who looks at whom, when, and with which run of acts. One row a visit.

A visit is what a professional does about one person: find, open, read, write. Most persons are
explained by a relation of care; about one first contact in eight is not (a colleague asks, a
referral by telephone, a person met in the corridor).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.care import Care
from tocsin.simulate.catalogue import CODE
from tocsin.simulate.columns import from_pool, indexed, ranks, taken, together
from tocsin.simulate.organisations import (
    ADMIN,
    API,
    CODER,
    GP,
    NURSE,
    PHYSICIAN,
    RESEARCH,
    SECRETARY,
    SOCIAL,
    Organisations,
    Staff,
    beds,
)
from tocsin.simulate.people import TEST, People
from tocsin.simulate.rhythms import (
    DAY_US,
    HOUR_US,
    ON_THE_HOUR,
    RETURNS_MEAN,
    SPARE,
    between_rounds,
    dwell,
    moments,
    patients,
    profile,
    rounds,
)

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

RUNS: dict[str, tuple[tuple[str, str], ...]] = {
    "orient-find": (("orientation", "search"), ("orientation", "read-person"),
                    ("orientation", "read-request")),
    "orient-pages": (("orientation", "search"), ("orientation", "search"),
                     ("orientation", "read-person")),
    "orient-open": (("orientation", "read-person"), ("orientation", "read-request")),
    "orient-new": (("orientation", "search"), ("orientation", "read-person"),
                   ("orientation", "create-request")),
    "orient-update": (("orientation", "read-person"), ("orientation", "read-request"),
                      ("orientation", "update-request")),
    "orient-miss": (("orientation", "search"),),
    "dossier-find": (("dossier", "find"), ("dossier", "open-record"),
                     ("dossier", "open-document")),
    "dossier-open": (("dossier", "open-record"), ("dossier", "open-document")),
    "dossier-chart": (("dossier", "open-record"), ("dossier", "add-document")),
    "dossier-look": (("dossier", "open-record"),),
    "imaging": (("dossier", "open-record"), ("imaging", "view")),
    "portal-find": (("portal", "home"), ("portal", "asset"), ("portal", "find"),
                    ("portal", "asset"), ("portal", "open"), ("portal", "documents")),
    "portal-open": (("portal", "open"), ("portal", "asset"), ("portal", "documents"),
                    ("portal", "note")),
    "portal-look": (("portal", "open"), ("portal", "asset")),
    "portal-home": (("portal", "home"), ("portal", "asset"), ("portal", "asset")),
    "agenda-find": (("agenda", "search"), ("agenda", "view")),
    "agenda-book": (("agenda", "search"), ("agenda", "view"), ("agenda", "book")),
    "agenda-view": (("agenda", "view"),),
    "robot": (("orientation", "search"), ("orientation", "read-person")),
}  # fmt: skip
RUN = {name: place for place, name in enumerate(RUNS)}
RUN_ACTS = np.full((len(RUNS), max(map(len, RUNS.values()))), -1)
for _row, _acts in enumerate(RUNS.values()):
    RUN_ACTS[_row, : len(_acts)] = [CODE[act] for act in _acts]
RUN_LENGTH = (RUN_ACTS >= 0).sum(axis=1)

_MIXES: dict[int, dict[str, float]] = {
    GP: {"portal-open": 4, "portal-find": 3, "portal-look": 2, "dossier-open": 1.5,
         "dossier-find": 1, "orient-new": 0.7, "orient-open": 0.8, "agenda-view": 1},
    PHYSICIAN: {"dossier-open": 3, "dossier-find": 2, "imaging": 1.2, "portal-open": 2,
                "portal-find": 1, "orient-find": 1, "orient-new": 0.6, "orient-update": 0.5},
    NURSE: {"dossier-chart": 5, "dossier-look": 3, "dossier-open": 1, "portal-look": 1.4},
    SOCIAL: {"orient-find": 3, "orient-open": 3, "orient-update": 2.5, "orient-new": 1.5,
             "orient-pages": 1, "orient-miss": 0.6, "portal-look": 1},
    SECRETARY: {"agenda-find": 3, "agenda-book": 2.5, "agenda-view": 4, "orient-open": 0.8,
                "orient-find": 0.6, "portal-find": 1, "portal-look": 1},
    CODER: {"dossier-open": 5, "dossier-look": 2, "portal-look": 1},
    RESEARCH: {"dossier-open": 3, "dossier-look": 1},
    ADMIN: {"portal-home": 1},
    API: {"robot": 1},
}  # fmt: skip

PURPOSES = ("TREAT", "BTG", "HRESCH", "HTEST", "HOPERAT", "ETREAT")
TREAT, BTG, HRESCH, HTEST, HOPERAT, ETREAT = range(len(PURPOSES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """One row a visit; `at` is local, microseconds from the window's first midnight.

    `tag` numbers a confounder (-1: plain work); `pace` multiplies the time between acts.
    """

    at: Ints
    account: Ints
    person: Ints
    run: Ints
    purpose: Ints
    tag: Ints
    pace: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the days' work draws on."""

    orgs: Organisations
    team: Staff
    known: People
    care: Care
    weekdays: Ints  # of each day, 0 = Monday
    hospital_pool: tuple[Ints, Ints]  # persons by organisation


def visits(
    at: Ints, account: Ints, person: Ints, run: Ints, *, purpose: int = TREAT, pace: float = 1.0
) -> Visits:
    """Rows of plain work."""
    count = len(at)
    return Visits(
        at=at.astype(np.int64),
        account=account.astype(np.int64),
        person=person.astype(np.int64),
        run=run.astype(np.int64),
        purpose=np.full(count, purpose),
        tag=np.full(count, -1),
        pace=np.full(count, pace),
    )


def mixed(rng: np.random.Generator, role: int, count: int) -> Ints:
    """Runs drawn as that role does them."""
    mix = _MIXES[role]
    odds = np.array(list(mix.values()), float)
    return rng.choice([RUN[name] for name in mix], count, p=odds / odds.sum())


def worked(
    rng: np.random.Generator, accounts: Ints, weekdays: Ints, *, weekday: float, weekend: float
) -> tuple[Ints, Ints]:
    """(account, day) pairs on which these accounts work."""
    odds = np.where(weekdays < 5, weekday, weekend)
    who, day = np.nonzero(rng.random((len(accounts), len(weekdays))) < odds[None, :])
    return accounts[who], day.astype(np.int64)


def _blend(
    rng: np.random.Generator, scene: Scene, account: Ints, share: tuple[float, float]
) -> Ints:
    """Persons of the account's own panel, else of its hospital's, else anybody."""
    own, near = share
    chance = rng.random(len(account))
    panel = from_pool(rng, scene.care.panels, account)
    hospital = scene.orgs.zones[scene.team.organisation[account]]
    local = from_pool(rng, scene.hospital_pool, hospital)
    any_one = rng.integers(0, len(scene.known), len(account))
    person = np.where((chance < own) & (panel >= 0), panel, any_one)
    return np.where((chance >= own) & (chance < own + near) & (local >= 0), local, person)


def _booked(rng: np.random.Generator, scene: Scene) -> Visits:
    """What doctors do about the persons who come to their appointments."""
    booked = taken(scene.care.bookings, rng.random(len(scene.care.bookings.start)) < 0.88)
    late = rng.integers(-180, 700, len(booked.start)) * 1_000_000
    run = np.zeros(len(booked.start), np.int64)
    roles = scene.team.role[booked.account]
    for role in np.unique(roles):
        here = roles == role
        run[here] = mixed(rng, int(role), int(here.sum()))
    return visits(booked.start + late, booked.account, booked.person, run)


def _desk(rng: np.random.Generator, scene: Scene) -> Visits:
    """Unplanned work of GPs and social workers; GPs work one Saturday morning in three."""
    parts = []
    for role, mean, share in ((GP, 3.0, (0.62, 0.25)), (SOCIAL, 8.0, (0.90, 0.06))):
        account, day = worked(
            rng, scene.team.of_role(role), scene.weekdays, weekday=0.92, weekend=0.12
        )
        group, _ = ranks(rng.poisson(mean, len(account)))
        at = day[group] * DAY_US + moments(rng, profile("consultation"), len(group))
        person = _blend(rng, scene, account[group], share)
        parts.append(visits(at, account[group], person, mixed(rng, role, len(group))))
    return together(parts)


def _in_beds(scene: Scene, ward: Ints, day: Ints, bed: Ints) -> Ints:
    lying: Ints = scene.care.occupants[ward * beds() + bed % beds(), day]
    return lying


def _wards(rng: np.random.Generator, scene: Scene) -> Visits:
    """Hospital physicians: the ward's patients, their own follow-up, and some others."""
    account, day = worked(
        rng, scene.team.of_role(PHYSICIAN), scene.weekdays, weekday=0.82, weekend=0.16
    )
    group, _ = ranks(patients(rng, len(account), times=2.2))
    account, day = account[group], day[group]
    ward = scene.team.ward[account]
    lying = _in_beds(scene, ward, day, rng.integers(0, beds(), len(day)))
    again = _in_beds(scene, ward, day, rng.integers(0, beds(), len(day)))
    lying = np.where(lying < 0, again, lying)
    other = _blend(rng, scene, account, (0.60, 0.22))
    person = np.where((rng.random(len(day)) < 0.75) & (lying >= 0), lying, other)
    at = day * DAY_US + moments(rng, profile("office"), len(day))
    return visits(at, account, person, mixed(rng, PHYSICIAN, len(day)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Duty:
    """Nurses on duty: one row a nurse and day, with the beds that are hers."""

    account: Ints
    day: Ints
    load: Ints  # beds
    first: Ints  # of them: the same for about three days running


def _charted(
    rng: np.random.Generator, scene: Scene, duty: _Duty, row: Ints, at: Ints
) -> Visits:
    """Charting at these instants, for the beds of these rows of duty, one after the other."""
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    bed = duty.first[row] + rank % np.maximum(duty.load[row], 1)
    person = _in_beds(scene, scene.team.ward[duty.account[row]], duty.day[row], bed)
    return visits(at, duty.account[row], person, mixed(rng, NURSE, len(row)))


def _nursing(rng: np.random.Generator, scene: Scene) -> Visits:
    """Ward nurses: shifts in rotation, rounds every four hours over the beds of the day."""
    account, day = worked(
        rng, scene.team.of_role(NURSE), scene.weekdays, weekday=0.62, weekend=0.55
    )
    duty = _Duty(
        account=account,
        day=day,
        load=patients(rng, len(account), times=1.7),
        first=(account * 5 + day // round(RETURNS_MEAN)) % beds(),
    )
    shift = (account + day // 7) % 3
    parts = []
    for kind, (start, hours) in enumerate(((6, 8), (13, 8), (20, 11))):
        of_kind = np.flatnonzero(shift == kind)
        for hour in rounds(start, hours):
            group, rank = ranks(duty.load[of_kind])
            row = of_kind[group]
            sharp = rng.random(len(row)) < ON_THE_HOUR
            minute = np.where(sharp, 0, rng.integers(-12, 40, len(row)))
            minute += rank * 4 + rng.integers(0, 4, len(row))
            at = day[row] * DAY_US + hour * HOUR_US + minute * 60_000_000
            at += rng.integers(0, 60_000_000, len(row))
            parts.append(_charted(rng, scene, duty, row, at))
        row = of_kind[ranks(rng.poisson(SPARE * duty.load[of_kind]))[0]]
        at = day[row] * DAY_US + between_rounds(rng, start, hours, len(row))
        parts.append(_charted(rng, scene, duty, row, at))
    return together(parts)


def blocks(
    rng: np.random.Generator, account: Ints, day: Ints, *, size: int, gap_s: float
) -> tuple[Ints, Ints, Ints]:
    """Work done in one go: (row of `account`, rank in the block, local instant)."""
    counts = np.maximum(2, rng.poisson(size, len(account)))
    group, rank = ranks(counts)
    begin = day * DAY_US + moments(rng, profile("office"), len(account))
    step = dwell(rng, np.full(len(group), gap_s), sigma=0.35)
    step[rank == 0] = 0
    run = np.cumsum(step)
    at = begin[group] + run - run[np.searchsorted(group, group)]
    return group, rank, at.astype(np.int64)


def _secretaries(rng: np.random.Generator, scene: Scene) -> Visits:
    """Tomorrow's appointments of the house, list after list, two in five by name."""
    days = len(scene.weekdays)
    booked = scene.care.bookings
    house = scene.team.organisation[booked.account] * days + booked.start // DAY_US
    pool = indexed(house, booked.person, len(scene.orgs.kinds) * days)
    account, day = worked(
        rng, scene.team.of_role(SECRETARY), scene.weekdays, weekday=0.9, weekend=0.02
    )
    account, day = np.repeat(account, 3), np.repeat(day, 3)
    group, _, at = blocks(rng, account, day, size=9, gap_s=95)
    ahead = np.minimum(day[group] + rng.integers(0, 3, len(group)), days - 1)
    person = from_pool(rng, pool, scene.team.organisation[account[group]] * days + ahead)
    other = _blend(rng, scene, account[group], (0.0, 0.85))
    person = np.where(person < 0, other, person)
    by_name = (rng.random(len(account)) < 0.4)[group]
    order = np.lexsort((np.where(by_name, scene.known.traits.birth[person], 0), group))
    person = np.where(by_name, person[order], person)
    return visits(at, account[group], person, mixed(rng, SECRETARY, len(group)))


def _bulk(rng: np.random.Generator, scene: Scene) -> Visits:
    """Coders over the stays of their hospital; research in rare, long, declared runs."""
    stays = scene.care.rows.organisation >= 0
    pool = indexed(
        scene.care.rows.organisation[stays],
        scene.care.rows.person[stays],
        len(scene.orgs.kinds),
    )
    plan = (
        (CODER, 0.9, 2, 28, 70.0, HOPERAT),
        (RESEARCH, 0.3, 1, 90, 25.0, HRESCH),
    )
    parts = []
    for role, odds, times, size, gap_s, purpose in plan:
        account, day = worked(
            rng, scene.team.of_role(role), scene.weekdays, weekday=odds, weekend=0.0
        )
        account, day = np.repeat(account, times), np.repeat(day, times)
        group, _, at = blocks(rng, account, day, size=size, gap_s=gap_s)
        person = from_pool(rng, pool, scene.team.organisation[account[group]])
        run = mixed(rng, role, len(group))
        parts.append(visits(at, account[group], person, run, purpose=purpose, pace=0.35))
    return together(parts)


def _machines(rng: np.random.Generator, scene: Scene) -> Visits:
    """Service accounts every ten minutes day and night; administrators who see nobody."""
    days = len(scene.weekdays)
    robots = scene.team.of_role(API)
    tick = np.arange(days * 144) * 600_000_000
    at = (tick[None, :] + robots[:, None] % 10 * 47_000_000).ravel()
    at = at + rng.integers(0, 1_500_000, len(at))
    account = np.repeat(robots, len(tick))
    person = _blend(rng, scene, account, (0.0, 0.9))
    parts = [visits(at, account, person, np.full(len(at), RUN["robot"]), pace=0.02)]
    account, day = worked(
        rng, scene.team.of_role(ADMIN), scene.weekdays, weekday=0.9, weekend=0.0
    )
    group, _ = ranks(rng.poisson(7, len(account)))
    at = day[group] * DAY_US + moments(rng, profile("office"), len(group))
    none = np.full(len(group), -1)
    parts.append(visits(at, account[group], none, mixed(rng, ADMIN, len(group))))
    return together(parts)


def possible(scene: Scene, drawn: Visits) -> Visits:
    """The visits that can be: in the window, with an open account, about a living record."""
    day = drawn.at // DAY_US
    known, team = scene.known, scene.team
    fine = (drawn.at >= 0) & (day < len(scene.weekdays))
    fine &= (team.opened[drawn.account] <= day) & (team.closed[drawn.account] > day)
    home = RUN["portal-home"]
    somebody = (known.created[drawn.person] <= day) & (known.died[drawn.person] < 0)
    somebody &= (drawn.person >= 0) & (known.status[drawn.person] != TEST)
    tested = (drawn.purpose == HTEST) & (drawn.person >= 0)
    return taken(drawn, fine & (somebody | tested | (drawn.run == home)))


def scene_of(
    orgs: Organisations, team: Staff, known: People, ties: Care, weekdays: Ints
) -> Scene:
    """The scene, with its pools of persons by organisation."""
    everyone = np.arange(len(known))
    seconds = np.flatnonzero(known.second >= 0)
    keys = np.concatenate([known.hospital, known.practice, known.second[seconds]])
    values = np.concatenate([everyone, everyone, seconds])
    return Scene(
        orgs=orgs,
        team=team,
        known=known,
        care=ties,
        weekdays=weekdays,
        hospital_pool=indexed(keys, values, len(orgs.kinds)),
    )


def ordinary(rng: np.random.Generator, scene: Scene) -> Visits:
    """All the plain work of the window, in no order."""
    parts = [_booked(rng, scene), _desk(rng, scene), _wards(rng, scene), _nursing(rng, scene)]
    parts += [_secretaries(rng, scene), _bulk(rng, scene), _machines(rng, scene)]
    return together(parts)
