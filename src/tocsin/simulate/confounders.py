"""Honest work that looks like theft. Each is labelled in the truth, on by default."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.calendar import Calendar
from tocsin.simulate.columns import changed, from_pool, ranks, taken, together
from tocsin.simulate.organisations import (
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
)
from tocsin.simulate.people import TEST
from tocsin.simulate.rhythms import DAY_US, HOUR_US, moments, profile
from tocsin.simulate.sessions import ABROAD, MOBILE, Sessions, addresses
from tocsin.simulate.visits import BTG, HTEST, RUN, TREAT, Scene, Visits, blocks, mixed, visits

Ints = NDArray[np.int64]

CONFOUNDERS = (
    "shared_workstation",
    "fast_switching",
    "locum_first_days",
    "travel_abroad",
    "mobile_cgnat",
    "night_on_call",
    "new_hire",
    "return_from_leave",
    "new_device",
    "secretariat_lists",
    "bulk_with_purpose",
    "api_client",
    "test_account",
    "surge_break_glass",
    "weekend_catch_up",
    "vpn",
    "delegated_account",
    "merged_services",
    "four_hourly_rounds",
    "hidden_address",
    "clock_change",
)
TAG = {name: place for place, name in enumerate(CONFOUNDERS)}

_ROLES = {
    "fast_switching": (NURSE,),
    "locum_first_days": (PHYSICIAN, NURSE),
    "travel_abroad": (PHYSICIAN, GP),
    "mobile_cgnat": (SOCIAL, GP),
    "night_on_call": (PHYSICIAN,),
    "new_hire": (NURSE, SECRETARY),
    "return_from_leave": (NURSE, PHYSICIAN, SOCIAL),
    "new_device": (GP, PHYSICIAN),
    "secretariat_lists": (SECRETARY,),
    "test_account": (SECRETARY, NURSE),
    "surge_break_glass": (PHYSICIAN, NURSE),
    "weekend_catch_up": (GP, PHYSICIAN),
}
_LATER_ROLES = {
    "vpn": (PHYSICIAN, SOCIAL, SECRETARY),
    "delegated_account": (GP, PHYSICIAN),
    "merged_services": (NURSE, SECRETARY),
    "four_hourly_rounds": (NURSE,),
}
_SHARE = {
    "surge_break_glass": 5,
    "night_on_call": 3,
    "new_device": 3,
    "mobile_cgnat": 2,
    "merged_services": 3,
    "four_hourly_rounds": 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who plays which part, and from which day on."""

    accounts: dict[str, Ints]
    day: dict[str, int]
    wards: Ints  # whose workstations are shared by everybody on duty
    house: int = 0  # whose exit is hidden behind a proxy from its day on


def cast(
    rng: np.random.Generator, team: Staff, weekdays: Ints, *, taken_: tuple[int, ...]
) -> Cast:
    """Give the parts: nobody plays two, and those in `taken_` play none."""
    free = np.setdiff1d(np.arange(len(team.account)), np.array(taken_, np.int64))
    accounts, day = {}, {}
    days = len(weekdays)
    scale = max(1, len(team.account) // 200)
    for name, roles in _ROLES.items():
        able = free[np.isin(team.role[free], roles)]
        count = min(scale * _SHARE.get(name, 1), max(0, len(able) - 1))
        accounts[name] = np.sort(rng.choice(able, count, replace=False))
        free = np.setdiff1d(free, accounts[name])
        day[name] = int(rng.integers(int(days * 0.35), max(int(days * 0.85), 1)))
    day["return_from_leave"] = int(days * rng.uniform(0.6, 0.85))
    weekend = np.flatnonzero(weekdays >= 5)
    day["weekend_catch_up"] = int(weekend[-1]) if len(weekend) else days - 1
    every = np.unique(team.ward[team.ward >= 0])
    return Cast(
        accounts=accounts,
        day=day,
        wards=rng.choice(every, max(1, len(every) // 12), replace=False),
    )


def cast_later(
    rng: np.random.Generator, team: Staff, parts: Cast, days: int, *, taken_: tuple[int, ...]
) -> Cast:
    """The cast with the parts that are about places, rounds and delegation."""
    free = np.setdiff1d(np.arange(len(team.account)), np.array(taken_, np.int64))
    free = np.setdiff1d(free, np.concatenate(list(parts.accounts.values())))
    accounts, day = dict(parts.accounts), dict(parts.day)
    scale = max(1, len(team.account) // 200)
    for name, roles in _LATER_ROLES.items():
        able = free[np.isin(team.role[free], roles)]
        count = min(scale * _SHARE.get(name, 1), max(0, len(able) - 1))
        accounts[name] = np.sort(rng.choice(able, count, replace=False))
        free = np.setdiff1d(free, accounts[name])
        day[name] = int(rng.integers(int(days * 0.35), max(int(days * 0.8), 1)))
    day["hidden_address"] = int(rng.integers(int(days * 0.4), max(int(days * 0.8), 1)))
    house = int(rng.choice(np.unique(team.organisation)))
    return replace(parts, accounts=accounts, day=day, house=house)


def hired(team: Staff, parts: Cast, orgs: Organisations) -> Staff:
    """The staff with the accounts of locums and new hires opened within the window."""
    opened, ward = team.opened.copy(), team.ward.copy()
    for name in ("locum_first_days", "new_hire"):
        opened[parts.accounts[name]] = parts.day[name]
    locums = parts.accounts["locum_first_days"]
    ward[locums] = (ward[locums] + 1) % len(orgs.ward_of)
    organisation = team.organisation.copy()
    organisation[locums] = orgs.ward_of[ward[locums]]
    return replace(team, opened=opened, ward=ward, organisation=organisation)


def _tagged(drawn: Visits, where: NDArray[np.bool_], name: str) -> Visits:
    return changed(drawn, where & (drawn.tag < 0), tag=TAG[name])


def _marked(scene: Scene, parts: Cast, drawn: Visits) -> Visits:
    """Tag the plain visits that a part concerns."""
    day = drawn.at // DAY_US
    spans = {
        "locum_first_days": 2,
        "travel_abroad": 4,
        "mobile_cgnat": 10**6,
        "new_hire": 3,
        "return_from_leave": 2,
        "new_device": 10**6,
        "fast_switching": 3,
    }
    for name, length in spans.items():
        first = 0 if name == "mobile_cgnat" else parts.day[name]
        mine = np.isin(drawn.account, parts.accounts[name])
        drawn = _tagged(drawn, mine & (day >= first) & (day < first + length), name)
    role = scene.team.role[drawn.account]
    drawn = _tagged(drawn, np.isin(role, (CODER, RESEARCH)), "bulk_with_purpose")
    drawn = _tagged(drawn, role == API, "api_client")
    shared = np.isin(scene.team.ward[drawn.account], parts.wards) & (role == NURSE)
    return _tagged(drawn, shared, "shared_workstation")


def _on_call(rng: np.random.Generator, scene: Scene, parts: Cast) -> Visits:
    """Two or three nights of calls for patients of the whole hospital."""
    accounts = parts.accounts["night_on_call"]
    days = len(scene.weekdays)
    night = rng.integers(0, max(1, days - 1), (len(accounts), 3))
    account = np.repeat(accounts, 3)
    group, _ = ranks(rng.poisson(7, len(account)))
    clock = moments(rng, profile("on_call"), len(group))
    late = np.where(clock < 12 * HOUR_US, DAY_US, 0)
    at = night.ravel()[group] * DAY_US + clock + late
    pool = scene.hospital_pool
    house = scene.team.organisation[account[group]]
    size = pool[1][house + 1] - pool[1][house]
    person = pool[0][pool[1][house] + (rng.random(len(group)) * size).astype(np.int64)]
    run = mixed(rng, PHYSICIAN, len(group))
    return replace(
        visits(at, account[group], person, run), tag=np.full(len(group), TAG["night_on_call"])
    )


def _bursts(
    rng: np.random.Generator, scene: Scene, parts: Cast, name: str, size: int, gap_s: float
) -> tuple[Ints, Ints, Ints]:
    accounts = parts.accounts[name]
    day = np.full(len(accounts), parts.day[name])
    group, _, at = blocks(rng, accounts, day, size=size, gap_s=gap_s)
    return accounts[group], at, rng.integers(0, len(scene.known), len(group))


def _added(rng: np.random.Generator, scene: Scene, parts: Cast) -> list[Visits]:
    """Work that is there because of a part: surge, catch-up, bulk lists, tests."""
    rows = []
    account, at, person = _bursts(rng, scene, parts, "surge_break_glass", 28, 160)
    run = np.full(len(at), RUN["dossier-find"])
    run[::3] = RUN["orient-find"]
    rows.append((visits(at, account, person, run, purpose=BTG), "surge_break_glass"))
    account, at, person = _bursts(rng, scene, parts, "weekend_catch_up", 45, 120)
    own = scene.care.panels
    size = own[1][account + 1] - own[1][account]
    place = own[1][account] + (rng.random(len(at)) * size).astype(np.int64)
    person = np.where(size > 0, own[0][np.minimum(place, len(own[0]) - 1)], person)
    run = np.full(len(at), RUN["portal-open"])
    rows.append((visits(at, account, person, run), "weekend_catch_up"))
    account, at, person = _bursts(rng, scene, parts, "secretariat_lists", 55, 35)
    order = np.lexsort((scene.known.traits.birth[person], account))
    run = np.full(len(at), RUN["orient-pages"])
    run[::4] = RUN["orient-open"]
    rows.append((visits(at, account, person[order], run, pace=0.5), "secretariat_lists"))
    account, at, person = _bursts(rng, scene, parts, "test_account", 20, 25)
    fictive = np.flatnonzero(scene.known.status == TEST)
    person = fictive[person % len(fictive)]
    run = np.full(len(at), RUN["orient-find"])
    rows.append((visits(at, account, person, run, purpose=HTEST), "test_account"))
    return [replace(part, tag=np.full(len(part.at), TAG[name])) for part, name in rows]


def _delegated(rng: np.random.Generator, scene: Scene, parts: Cast) -> Visits:
    """A secretary works with a doctor's account, every day, on the doctor's own persons."""
    accounts = parts.accounts["delegated_account"]
    days = np.arange(parts.day["delegated_account"], len(scene.weekdays))
    days = days[scene.weekdays[days] < 5]
    account, day = np.repeat(accounts, len(days)), np.tile(days, len(accounts))
    group, _, at = blocks(rng, account, day, size=9, gap_s=100)
    person = from_pool(rng, scene.care.panels, account[group])
    any_one = rng.integers(0, len(scene.known), len(group))
    person = np.where(person >= 0, person, any_one)
    run = np.full(len(at), RUN["agenda-view"])
    run[::3] = RUN["orient-find"]
    run[1::5] = RUN["portal-look"]
    rows = visits(at, account[group], person, run)
    return replace(rows, tag=np.full(len(at), TAG["delegated_account"]))


def _merged(rng: np.random.Generator, parts: Cast, drawn: Visits) -> Visits:
    """From one day on, the agenda of a merged service does a third of the work."""
    mine = np.isin(drawn.account, parts.accounts["merged_services"]) & (drawn.tag < 0)
    mine &= drawn.at // DAY_US >= parts.day["merged_services"]
    moved = mine & (rng.random(len(mine)) < 0.35)
    run = np.where(moved, RUN["agenda-find"], drawn.run)
    run = np.where(moved & (rng.random(len(mine)) < 0.5), RUN["agenda-view"], run)
    return replace(drawn, run=run, tag=np.where(mine, TAG["merged_services"], drawn.tag))


def applied(
    rng: np.random.Generator,
    later: np.random.Generator,
    scene: Scene,
    parts: Cast,
    drawn: Visits,
) -> Visits:
    """The visits with every part played."""
    day = drawn.at // DAY_US
    away = np.isin(drawn.account, parts.accounts["return_from_leave"])
    away &= (day > 1) & (day < parts.day["return_from_leave"])
    tests = np.isin(drawn.account, parts.accounts["test_account"]) & (drawn.purpose == TREAT)
    drawn = _merged(later, parts, _marked(scene, parts, taken(drawn, ~away & ~tests)))
    drawn = together([drawn, _delegated(later, scene, parts)])
    return together([drawn, _on_call(rng, scene, parts), *_added(rng, scene, parts)])


def dressed(rng: np.random.Generator, scene: Scene, rows: Sessions) -> Sessions:
    """The sessions with the addresses and clients that the parts bring."""
    address, agent, device = rows.address.astype("U16"), rows.agent.copy(), rows.device.copy()
    for name, place in (("travel_abroad", ABROAD), ("mobile_cgnat", MOBILE)):
        here = np.flatnonzero(rows.tag == TAG[name])
        places = np.full(len(here), place)
        address[here] = addresses(rng, scene.team, scene.orgs, rows.account[here], places)
    abroad = np.flatnonzero(rows.tag == TAG["travel_abroad"])
    address[abroad] = [f"203.0.113.{1 + int(a) % 24}" for a in rows.account[abroad]]
    agent[rows.tag == TAG["mobile_cgnat"]] = 8
    newer = rows.tag == TAG["new_device"]
    agent[newer] = (agent[newer] + 3) % 7
    device[newer] += 500_000
    for name in ("shared_workstation", "fast_switching"):
        here = rows.tag == TAG[name]
        device[here] = scene.team.ward[rows.account[here]] * 4
    lent = rows.tag == TAG["delegated_account"]
    agent[lent] = (agent[lent] + 2) % 5
    device[lent] = 700_000 + rows.account[lent]
    return replace(rows, address=address, agent=agent, device=device)


def placed(scene: Scene, window: Calendar, parts: Cast, rows: Sessions) -> Sessions:
    """The sessions with what befalls places and clocks: exits, proxies, the change of hour."""
    address, tag = rows.address.astype("U16"), rows.tag.copy()
    day, plain = rows.start // DAY_US, rows.tag < 0
    first = parts.day["vpn"]
    mine = plain & np.isin(rows.account, parts.accounts["vpn"])
    mine &= (day >= first) & (day < first + 5)
    address[mine] = [f"198.18.250.{1 + int(a) % 2}" for a in rows.account[mine]]
    tag[mine] = TAG["vpn"]
    on_rounds = (tag < 0) & np.isin(rows.account, parts.accounts["four_hourly_rounds"])
    tag[on_rounds] = TAG["four_hourly_rounds"]
    at_work = np.char.startswith(address, f"198.18.{parts.house}.")
    behind = at_work & (scene.team.organisation[rows.account] == parts.house)
    behind &= day >= parts.day["hidden_address"]
    address[behind] = f"10.8.{parts.house}.1"
    tag[behind & (tag < 0)] = TAG["hidden_address"]
    hour = window.offset(np.arange(window.days + 1) * DAY_US)
    changing = np.flatnonzero(np.diff(hour))
    tag[(tag < 0) & np.isin(day, changing)] = TAG["clock_change"]
    return replace(rows, address=address, tag=tag)
