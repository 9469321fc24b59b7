"""Sessions: visits put one after the other, cut at rest, and given an address and a client."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.catalogue import ACTS
from tocsin.simulate.columns import taken
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
)
from tocsin.simulate.rhythms import DAY_US, dwell
from tocsin.simulate.text import hex_ids, uuids
from tocsin.simulate.visits import RUN_ACTS, RUN_LENGTH, Visits

Ints = NDArray[np.int64]

IDLE_US = 35 * 60_000_000
"""Rest after which the next visit starts another session."""

WORK, HOME, MOBILE, VPN, ABROAD = range(5)
_PLACES = {
    GP: (0.88, 0.08, 0.04, 0, 0),
    PHYSICIAN: (0.93, 0.01, 0.02, 0.04, 0),
    NURSE: (1.0, 0, 0, 0, 0),
    SOCIAL: (0.70, 0.08, 0.17, 0.05, 0),
    SECRETARY: (0.98, 0, 0, 0.02, 0),
    CODER: (0.85, 0, 0, 0.15, 0),
    RESEARCH: (0.95, 0, 0, 0.05, 0),
    ADMIN: (0.80, 0, 0, 0.20, 0),
    API: (1.0, 0, 0, 0, 0),
}
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
_MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
)
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = (
    f"{_WINDOWS} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
    f"{_WINDOWS} Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
    f"{_WINDOWS} Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    f"{_MAC} Version/18.6 Safari/605.1.15",
    f"{_WINDOWS} Chrome/137.0.0.0 Safari/537.36",
    f"{_PHONE} (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    f"{_ANDROID} Chrome/139.0.0.0 Mobile Safari/537.36",
    "robot-orientation/1.4 (Java/21.0.7)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0",
    f"{_WINDOWS} Chrome/124.0.0.0 Safari/537.36",
)
"""User agents: few families, so that many colleagues share one."""

BRIEF = (
    "Edge 138 / Windows", "Edge 139 / Windows", "Chrome 139 / Windows",
    "Firefox 140 / Windows", "Firefox 128 / Windows", "Safari 18 / macOS",
    "Chrome 137 / Windows", "Safari 18 / iOS", "Chrome 139 / Android", "robot-orientation 1.4",
    "Firefox 128 / Linux", "Chrome 139 / Linux", "Chrome 124 / Windows",
)  # fmt: skip
"""The same, as applications write a client's name in their own trails."""

ROBOT_AGENT = 9
RARE_AGENTS = (10, 11, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """One row a session. `start` and `end` are local microseconds of the window.

    `tag` numbers a confounder (-1: none); `usurped` is the truth; `left` tells whether it ends
    by a logout; `device` numbers a workstation.
    """

    account: Ints
    start: Ints
    end: Ints
    address: NDArray[np.str_]
    agent: Ints
    device: Ints
    tag: Ints
    usurped: NDArray[np.bool_]
    left: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """One row an act, in no order. `at` is local microseconds of the window.

    `page` is the rank of a search within its visit; `query` is a place in a list of queries of
    its own (-1: to be written from the person's traits). `trailed` is false for what left no
    line. `outcome`: 0 done, 1 refused, 2 failed.
    """

    at: Ints
    session: Ints
    code: Ints
    person: Ints
    purpose: Ints
    page: Ints
    style: Ints
    query: Ints
    outcome: Ints
    trailed: NDArray[np.bool_]


def _in_turn(rng: np.random.Generator, drawn: Visits) -> tuple[Visits, Ints, Ints]:
    """Visits by account and time, each after the one before it; their ends; acts' dwells."""
    ordered = taken(drawn, np.lexsort((drawn.at, drawn.account)))
    lengths = RUN_LENGTH[ordered.run]
    visit = np.repeat(np.arange(len(lengths)), lengths)
    rank = np.arange(len(visit)) - (np.cumsum(lengths) - lengths)[visit]
    code = RUN_ACTS[ordered.run[visit], rank]
    median = np.array([act.dwell_s for act in ACTS])[code] * ordered.pace[visit]
    steps = dwell(rng, median)
    spent = np.bincount(visit, steps, len(lengths)).astype(np.int64)
    before = np.cumsum(spent) - spent
    apart = int(spent.sum()) + int(ordered.at.max(initial=0)) + DAY_US
    shifted = ordered.at + ordered.account * apart - before
    begin = np.maximum.accumulate(shifted) + before - ordered.account * apart
    moved = Visits(
        at=begin,
        **{
            name: getattr(ordered, name)
            for name in ("account", "person", "run", "purpose", "tag", "pace")
        },
    )
    return moved, begin + spent, steps


def _cuts(placed: Visits, ends: Ints, robots: NDArray[np.bool_]) -> Ints:
    """The session of each visit: a new one after a rest, or for another kind of work."""
    new = np.ones(len(placed.at), bool)
    rest = placed.at[1:] - ends[:-1] > IDLE_US
    other = placed.account[1:] != placed.account[:-1]
    tag = placed.tag[1:] != placed.tag[:-1]
    midnight = (placed.at[1:] // DAY_US != placed.at[:-1] // DAY_US) & robots[
        placed.account[1:]
    ]
    new[1:] = rest | other | tag | midnight
    return np.cumsum(new) - 1


def addresses(
    rng: np.random.Generator, team: Staff, orgs: Organisations, account: Ints, place: Ints
) -> NDArray[np.str_]:
    """Addresses out of the ranges kept for tests and documentation (RFC 2544, RFC 5737).

    Work: the house's shared exit, one for every four wards. Home: the account's own, another
    one now and then. Mobile: a few exits shared by all (CGNAT). VPN: one exit of the region.
    """
    house = team.organisation[account]
    exits = 1 + np.maximum(team.ward[account], 0) % 3
    home = np.where(rng.random(len(account)) < 0.12, account + 7919, account)
    third = np.select([place == WORK, place == HOME], [house, home // 200 % 250], 250)
    fourth = np.select(
        [place == WORK, place == HOME, place == VPN],
        [exits, home % 200 + 20, 1 + account % 2],
        1 + rng.integers(0, 24, len(account)),
    )
    head = np.select(
        [place == HOME, place == MOBILE, place == ABROAD],
        ["198.19.", "192.0.", "203.0."],
        "198.18.",
    )
    third = np.select([place == MOBILE, place == ABROAD], [2, 113], third)
    text = np.char.add(np.char.add(head, third.astype(str)), ".")
    return np.char.add(text, fourth.astype(str))


def _agents(team: Staff, account: Ints, place: Ints, start: Ints) -> Ints:
    """The client: the house's at work, the account's own elsewhere; updates in mid-window."""
    house = team.organisation[account]
    hospital = team.role[account] != GP
    at_work = np.where(hospital, house % 4, (account * 3 + 1) % 6)
    later = start // DAY_US >= 12 + house % 9
    at_work = np.where(hospital & (house % 4 == 0) & later, 1, at_work)
    phone = 7 + account % 2
    own = np.where(account % 3 == 0, 5, 2 + account % 3)
    agent = np.select([place == WORK, place == MOBILE], [at_work, phone], own)
    return np.where(team.role[account] == API, ROBOT_AGENT, agent).astype(np.int64)


def _devices(rng: np.random.Generator, team: Staff, account: Ints, place: Ints) -> Ints:
    ward = team.ward[account]
    shared = ward * 4 + rng.integers(0, 4, len(account))
    own = 100_000 + account * 2 + (place != WORK)
    return np.where((ward >= 0) & (place == WORK), shared, own).astype(np.int64)


def _places(rng: np.random.Generator, team: Staff, account: Ints) -> Ints:
    odds = np.cumsum([_PLACES[role] for role in range(len(_PLACES))], axis=1)
    chance = rng.random(len(account))
    place = (chance[:, None] > odds[team.role[account]]).sum(axis=1)
    places: Ints = np.minimum(place, ABROAD).astype(np.int64)
    return places


def ordinary(
    rng: np.random.Generator, team: Staff, orgs: Organisations, drawn: Visits
) -> tuple[Sessions, Acts]:
    """Sessions and acts of the owners' visits."""
    placed, ends, steps = _in_turn(rng, drawn)
    session = _cuts(placed, ends, team.role == API)
    count = int(session[-1]) + 1 if len(session) else 0
    first = np.searchsorted(session, np.arange(count))
    account = placed.account[first]
    last = np.zeros(count, np.int64)
    np.maximum.at(last, session, ends)
    place = _places(rng, team, account)
    lead = rng.integers(4_000_000, 25_000_000, count)
    rows = Sessions(
        account=account,
        start=placed.at[first] - lead,
        end=last,
        address=addresses(rng, team, orgs, account, place),
        agent=_agents(team, account, place, placed.at[first]),
        device=_devices(rng, team, account, place),
        tag=placed.tag[first],
        usurped=np.zeros(count, bool),
        left=rng.random(count) < 0.55,
    )
    return rows, _acts(rng, placed, session, steps)


def _acts(rng: np.random.Generator, placed: Visits, session: Ints, steps: Ints) -> Acts:
    lengths = RUN_LENGTH[placed.run]
    visit = np.repeat(np.arange(len(lengths)), lengths)
    rank = np.arange(len(visit)) - (np.cumsum(lengths) - lengths)[visit]
    code = RUN_ACTS[placed.run[visit], rank]
    total = np.cumsum(steps) - steps
    at = placed.at[visit] + total - total[(np.cumsum(lengths) - lengths)[visit]]
    count = len(visit)
    searches = np.isin(code, [c for c, act in enumerate(ACTS) if act.kind == "search"])
    seen: Ints = np.cumsum(searches) - searches
    page: Ints = seen - seen[(np.cumsum(lengths) - lengths)[visit]]
    failed = rng.random(count) < 0.003
    return Acts(
        at=at.astype(np.int64),
        session=session[visit],
        code=code,
        person=placed.person[visit],
        purpose=placed.purpose[visit],
        page=page.astype(np.int64),
        style=rng.integers(0, 100, len(lengths))[visit],
        query=np.full(count, -1),
        outcome=np.where(failed, np.where(rng.random(count) < 0.5, 1, 2), 0),
        trailed=np.ones(count, bool),
    )


def keys(rng: np.random.Generator, count: int) -> tuple[pa.Array, pa.Array]:
    """For each session: its key at the identity provider, and its cookie at the portal."""
    return uuids(rng, count), hex_ids(rng, count, digits=20)
