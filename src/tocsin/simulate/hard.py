"""The hard tier: thieves who do what they can not to look like one.

`ten-accounts`    ten accounts one after the other, a few sessions each, one tool behind them
`rotating`        the address changes from session to session, or within one, among homes and
                  mobile exits that honest people use too
`shared-session`  the doctor's live token is used by two at once: he works, the thief harvests
`imitator`        the doctor's hours, rhythm, volume and unit, copied from his own sessions
`warm-up`         a few acts at first, a little more each day, a harvest at the end

Nobody here has an address range or a client that honest people never have: what each single
feature gives away is measured (docs/why/hard-tier.md).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.simulate.catalogue import Terms
from tocsin.simulate.organisations import PHYSICIAN, SOCIAL
from tocsin.simulate.rhythms import DAY_US, HOUR_US
from tocsin.simulate.sessions import MOBILE, VPN, WORK, Acts, Sessions, addresses
from tocsin.simulate.thefts import Theft, plan
from tocsin.simulate.visits import Scene

Ints = NDArray[np.int64]

ACCOUNTS = {"ten-accounts": 10}
"""How many accounts an attack wants, where it is not one."""

MINUTE_US = 60_000_000
_FIRST, _LAST = 0.55, 0.95  # of the window: when the thefts take place
NEAR, DISGUISED = 0.5, 0.45
"""Thieves who open only the persons of the account's own house; thieves with its client."""

_ELSEWHERE = 0.62  # share of the thieves' sessions that come from a home line
_COMMON_AGENTS = (0, 1, 2, 3, 4, 5, 6, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The owners' sessions and acts, which some thieves use or imitate."""

    sessions: Sessions
    acts: Acts

    def of(self, account: int, *, least: int) -> Ints:
        """The account's own sessions (rows) of so many acts, in order of time."""
        acts = np.bincount(self.acts.session, minlength=len(self.sessions.account))
        mine = np.flatnonzero((self.sessions.account == account) & (acts >= least))
        return mine[np.argsort(self.sessions.start[mine])]


def plan_hard(
    rng: np.random.Generator,
    name: str,
    accounts: tuple[int, ...],
    scene: Scene,
    terms: Terms,
    own: Own,
) -> Theft:
    """Draw one attack of the hard tier on these accounts."""
    drawn = plan(rng, name, accounts, scene, terms)
    drawn = replace(
        drawn,
        service="orientation",
        pace_s=float(rng.choice((4.0, 7.0, 12.0, 20.0))),
        spread=float(rng.uniform(0.4, 0.9)),
        open_share=float(rng.uniform(0.5, 0.95)),
        deeper=bool(rng.random() < 0.6),
        agent=_agent(rng, own, accounts[0]),
        export=False,
        alphabetical=bool(rng.random() < 0.3),
        count=int(rng.choice((0, 0, 20, 20, 50))),
        near=bool(rng.random() < NEAR),
        turns=bool(rng.random() < 0.3),
    )
    make = {
        "ten-accounts": _ten_accounts,
        "rotating": _rotating,
        "shared-session": _shared_session,
        "imitator": _imitator,
        "warm-up": _warm_up,
    }[name]
    return make(rng, drawn, scene, own)


def _agent(rng: np.random.Generator, own: Own, account: int) -> int:
    """The thief's client: often made to look like the owner's, else one that many have."""
    mine = own.sessions.agent[own.sessions.account == account]
    if len(mine) and rng.random() < DISGUISED:
        return int(np.bincount(mine).argmax())
    return int(rng.choice(_COMMON_AGENTS))


def _days(rng: np.random.Generator, scene: Scene, count: int) -> Ints:
    """Days of the later part of the window, in order, spread over it."""
    length = len(scene.weekdays)
    places = np.linspace(length * _FIRST, length * _LAST - 1, count)
    return np.clip(np.rint(places + rng.uniform(-0.6, 0.6, count)), 2, length - 2).astype(
        np.int64
    )


def _clock(rng: np.random.Generator, count: int) -> Ints:
    """Hours of the day: two in three within working hours."""
    office = rng.random(count) < 0.65
    hours = np.where(office, rng.uniform(8.5, 18.0, count), rng.uniform(18.5, 24.5, count))
    return (hours * HOUR_US).astype(np.int64)


def _places(
    rng: np.random.Generator, scene: Scene, accounts: Ints, *, elsewhere: float = _ELSEWHERE
) -> tuple[str, ...]:
    """An address for each session: somebody's home line, else an exit that many share."""
    team, orgs = scene.team, scene.orgs
    other = rng.choice((WORK, VPN, MOBILE), len(accounts), p=(0.2, 0.4, 0.4))
    shared = addresses(rng, team, orgs, accounts, other.astype(np.int64))
    home = [f"198.19.{rng.integers(0, 250)}.{rng.integers(20, 250)}" for _ in accounts]
    lone = rng.random(len(accounts)) < elsewhere
    return tuple(h if alone else str(s) for h, s, alone in zip(home, shared, lone, strict=True))


def _size(rng: np.random.Generator, scene: Scene, low: float, high: float) -> int:
    """Acts of a session, in proportion to the region."""
    whole = float(np.clip(len(scene.known) / 300, 10, 60))
    return int(whole * rng.uniform(low, high))


def _ten_accounts(rng: np.random.Generator, drawn: Theft, scene: Scene, own: Own) -> Theft:
    turns = np.repeat(np.array(drawn.accounts, np.int64), 1 + (rng.random() < 0.4))
    starts = _days(rng, scene, len(turns)) * DAY_US + _clock(rng, len(turns))
    order = np.argsort(starts)
    few = [f"198.19.{rng.integers(0, 250)}.{rng.integers(20, 250)}" for _ in range(3)]
    places = list(_places(rng, scene, turns, elsewhere=0.0))
    for place in range(len(places)):
        if rng.random() < 0.7:
            places[place] = few[int(rng.integers(0, len(few)))]
    return replace(
        drawn,
        accounts=tuple(int(a) for a in turns),
        starts=tuple(int(at) for at in starts[order]),
        address=tuple(places),
        budget=_size(rng, scene, 0.6, 1.2),
    )


def _rotating(rng: np.random.Generator, drawn: Theft, scene: Scene, own: Own) -> Theft:
    count = int(rng.integers(4, 9))
    starts = np.sort(_days(rng, scene, count) * DAY_US + _clock(rng, count))
    within = rng.random() < 0.5
    return replace(
        drawn,
        starts=tuple(int(at) for at in starts),
        address=_places(rng, scene, np.full(count, drawn.accounts[0]), elsewhere=0.75),
        rotates=int(rng.integers(8, 30)) if within else 0,
        budget=_size(rng, scene, 0.8, 1.5),
    )


def _shared_session(rng: np.random.Generator, drawn: Theft, scene: Scene, own: Own) -> Theft:
    every = own.of(drawn.accounts[0], least=2)
    if not len(every):
        raise InputError(
            Says(
                "le compte n'a pas de session à partager",
                "the account has no session to be shared",
            ),
            next_step=Says(
                "Donnez plus de --days, ou un autre --seed.",
                "Give more --days, or another --seed.",
            ),
            where="--attack shared-session",
        )
    late = every[own.sessions.start[every] > len(scene.weekdays) * 0.4 * DAY_US]
    long = own.sessions.end[late] - own.sessions.start[late] > 12 * MINUTE_US
    longest = every[np.argmax(own.sessions.end[every] - own.sessions.start[every])]
    hosts = late[long] if long.any() else np.array([longest])
    hosts = np.sort(rng.choice(hosts, min(int(rng.integers(1, 4)), len(hosts)), replace=False))
    start, end = own.sessions.start[hosts], own.sessions.end[hosts]
    at = start + ((end - start) * rng.uniform(0.1, 0.6, len(hosts))).astype(np.int64)
    seconds = (end - at) / 1_000_000 + 600
    acts = np.clip(seconds / (drawn.pace_s * 1.3), 15, _size(rng, scene, 0.8, 1.2))
    beside = rng.random(len(hosts)) < 0.3  # behind the same exit as the doctor
    away = _places(rng, scene, own.sessions.account[hosts], elsewhere=0.8)
    own_place = own.sessions.address[hosts]
    return replace(
        drawn,
        starts=tuple(int(value) for value in at),
        address=tuple(
            str(near) if same else far
            for near, far, same in zip(own_place, away, beside, strict=True)
        ),
        agents=tuple(
            int(mine) if rng.random() < 0.3 else drawn.agent
            for mine in own.sessions.agent[hosts]
        ),
        budgets=tuple(int(value) for value in acts),
        hosts=tuple(int(value) for value in hosts),
    )


def _imitator(rng: np.random.Generator, drawn: Theft, scene: Scene, own: Own) -> Theft:
    models = own.of(drawn.accounts[0], least=6)
    models = models[own.sessions.start[models] // DAY_US < len(scene.weekdays) - 3]
    if not len(models):
        raise InputError(
            Says(
                "le compte n'a pas de session à imiter", "the account has no session to imitate"
            ),
            next_step=Says(
                "Donnez plus de --days, ou un autre --seed.",
                "Give more --days, or another --seed.",
            ),
            where="--attack imitator",
        )
    count = int(rng.integers(4, 10))
    models = rng.choice(models, count, replace=len(models) < count)
    begun = own.sessions.start[models]
    days = _days(rng, scene, count)
    near = rng.choice((-20, 20), count) * MINUTE_US + rng.integers(
        -15 * MINUTE_US, 15 * MINUTE_US, count
    )
    starts = days * DAY_US + begun % DAY_US + near
    role = int(scene.team.role[drawn.accounts[0]])
    service = {PHYSICIAN: "dossier", SOCIAL: "orientation"}.get(role, "portal")
    order = np.argsort(starts)
    lines = np.bincount(own.acts.session, minlength=len(own.sessions.account))
    return replace(
        drawn,
        service=service,
        starts=tuple(int(at) for at in starts[order]),
        address=_places(rng, scene, np.full(count, drawn.accounts[0]), elsewhere=0.7),
        agents=tuple(
            int(mine) if rng.random() < 0.5 else drawn.agent
            for mine in own.sessions.agent[models[order]]
        ),
        budgets=tuple(int(n) for n in lines[models[order]]),
        models=tuple(int(row) for row in models[order]),
    )


def _warm_up(rng: np.random.Generator, drawn: Theft, scene: Scene, own: Own) -> Theft:
    count = int(rng.integers(7, 13))
    starts = np.sort(_days(rng, scene, count) * DAY_US + _clock(rng, count))
    least, most = 5.0, float(_size(rng, scene, 1.0, 1.6))
    grown = least * (most / least) ** (np.arange(count) / (count - 1))
    home = _places(rng, scene, np.full(count, drawn.accounts[0]), elsewhere=0.6)
    steady = tuple(home[0] if rng.random() < 0.5 else place for place in home)
    return replace(
        drawn,
        starts=tuple(int(at) for at in starts),
        address=steady,
        budgets=tuple(int(n) for n in np.rint(grown)),
    )
