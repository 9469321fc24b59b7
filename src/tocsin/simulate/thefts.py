"""The thefts as they are drawn: who is robbed of which account, when and how."""

import string
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.simulate.catalogue import Terms
from tocsin.simulate.organisations import GP, PHYSICIAN, SOCIAL, Staff
from tocsin.simulate.rhythms import DAY_US, HOUR_US
from tocsin.simulate.sessions import RARE_AGENTS
from tocsin.simulate.visits import Scene

Ints = NDArray[np.int64]

HARD = ("ten-accounts", "rotating", "shared-session", "imitator", "warm-up")
"""The hard tier: see `hard.py`."""

NAMES = ("scrape", "departed", "search-only", "gap", *HARD, "none")
"""Attacks that can be asked for; `none` is a region without theft."""

_OPEN_SHARES = {"scrape": (0.02, 0.4), "departed": (0.25, 0.8), "gap": (0.05, 0.3)}
_LONGEST_US = 2 * HOUR_US  # of a session of theft, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Theft:
    """One attack as it was drawn. Instants are local microseconds of the window.

    Args:
        name: one of `NAMES`.
        accounts: the accounts used, the main one first; sessions take them in turn.
        starts: when the sessions start.
        service: the service that is robbed.
        sweep: criterion that is swept (family, birthdate, address-postalcode).
        sort: value of `_sort`, '' for none.
        count: value of `_count`, 0 for none.
        by_page: pages by `_page` rather than `_offset`.
        alphabetical: criteria in order, or shuffled.
        pace_s: median seconds between two acts; `spread` is the sigma of their logarithm.
        open_share: share of the persons shown whose file is opened.
        budget: acts of each session, about.
        deeper: whether what stands behind the file of the opened persons is read too.
        address: the thief's, one a session.
        agent: its client.
        leaves: whether it logs out.
        hole: whether the trail has a hole across it.
        export: whether each session ends with an export that is not trailed.
        agents: the client of each session where it changes; () for `agent` throughout.
        budgets: the acts of each session where they differ; () for `budget` throughout.
        rotates: acts after which the address changes within a session, 0 for never.
        hosts: for each session the owner's session (its row) whose token it uses, -1 for a
            login of its own; () for none.
        models: for each session the owner's session (its row) that it imitates; () for none.
        near: whether only the persons of the account's own house are opened.
        turns: whether further pages of a result are asked for.
    """

    name: str
    accounts: tuple[int, ...]
    starts: tuple[int, ...]
    service: str
    sweep: str
    sort: str
    count: int
    by_page: bool
    alphabetical: bool
    pace_s: float
    spread: float
    open_share: float
    budget: int
    deeper: bool
    address: tuple[str, ...]
    agent: int
    leaves: bool
    hole: bool
    export: bool
    agents: tuple[int, ...] = ()
    budgets: tuple[int, ...] = ()
    rotates: int = 0
    hosts: tuple[int, ...] = ()
    models: tuple[int, ...] = ()
    near: bool = False
    turns: bool = True


def checked(names: tuple[str, ...]) -> tuple[str, ...]:
    """The attacks asked for, without `none`.

    Raises:
        InputError: a name is unknown, or `none` stands beside another.
    """
    for name in names:
        if name not in NAMES:
            raise InputError(
                Says(f"« {name} » n'est pas une attaque", f"'{name}' is no attack"),
                next_step=Says(
                    f"Choisissez parmi {', '.join(NAMES)}.", f"Choose among {', '.join(NAMES)}."
                ),
                where="--attack",
            )
    if "none" in names and len(set(names)) > 1:
        raise InputError(
            Says("'none' est donné avec une attaque", "'none' stands beside an attack"),
            next_step=Says("Donnez l'un ou l'autre.", "Give one or the other."),
        )
    return tuple(name for name in names if name != "none")


def victims(
    rng: np.random.Generator, team: Staff, used: Ints, *, wanted: int
) -> tuple[int, ...]:
    """Accounts to rob: physicians mostly, a social worker at times; never one in `used`.

    As many as wanted, and no more than are there.

    Raises:
        InputError: nobody is left to rob.
    """
    able = np.setdiff1d(team.of_role(GP, PHYSICIAN, SOCIAL), used)
    if not len(able):
        raise InputError(
            Says(
                "il y a plus d'attaques que de comptes à voler",
                "there are more attacks than accounts to rob",
            ),
            next_step=Says("Ajoutez des professionnels.", "Add professionals."),
        )
    odds = np.where(team.role[able] == SOCIAL, 0.5, 1.0)
    count = min(wanted, len(able))
    return tuple(int(a) for a in rng.choice(able, count, replace=False, p=odds / odds.sum()))


def _hours(rng: np.random.Generator, name: str) -> float:
    if name == "gap":
        return float(rng.uniform(9.0, 16.0))
    night = rng.random() < 0.6
    return float(rng.uniform(21.5, 27.5) if night else rng.uniform(8.5, 18.0))


def _addresses(rng: np.random.Generator, sessions: int) -> tuple[str, ...]:
    """Abroad, a hosting provider, or somebody's home line; often the same one again."""
    kind = int(rng.integers(0, 3))
    head = ("203.0.113", "198.51.100", f"198.19.{rng.integers(0, 250)}")[kind]
    last = rng.integers(30, 250, sessions)
    last[1:] = np.where(rng.random(sessions - 1) < 0.6, last[0], last[1:])
    return tuple(f"{head}.{number}" for number in last)


def _starts(
    rng: np.random.Generator, name: str, *, days: int, count: int, after: int
) -> tuple[int, ...]:
    first = max(after + 1, int(days * 0.8) - 1)
    latest = max(first + 1, days - 1)
    chosen = np.sort(rng.integers(first, latest, count))
    starts = []
    for place, day in enumerate(chosen):
        again = place - int(np.searchsorted(chosen, day))
        hour = min(_hours(rng, name) + 3.0 * again, 34.0)
        starts.append(int(day * DAY_US + hour * HOUR_US))
    return tuple(sorted(starts))


def _search_shape(rng: np.random.Generator, service: str) -> dict[str, str | int | bool]:
    sweeps = ("family", "family", "family", "birthdate", "address-postalcode")
    sorts = ("", "", "family", "birthdate")
    return {
        "sweep": str(rng.choice(sweeps)) if service == "orientation" else "family",
        "sort": str(rng.choice(sorts)),
        "count": int(rng.choice((0, 50, 50, 100))),
        "by_page": bool(rng.random() < 0.3),
        "alphabetical": bool(rng.random() < 0.6),
    }


def plan(
    rng: np.random.Generator, name: str, accounts: tuple[int, ...], scene: Scene, terms: Terms
) -> Theft:
    """Draw one attack of that name on these accounts."""
    days, persons = len(scene.weekdays), len(scene.known)
    count = max(1 if name == "gap" else int(rng.integers(1, 4)), len(accounts))
    closed = int(scene.team.closed[accounts[0]])
    service = "portal" if name == "scrape" and rng.random() < 0.2 else "orientation"
    pace = float(rng.choice((1.1, 2.5, 6.0, 15.0)))
    share = _OPEN_SHARES.get(name)
    size = float(np.clip(persons / 40, 40, 420) * rng.uniform(0.6, 1.6))
    most = max(_LONGEST_US / (pace * 1_000_000), 40)
    shape = _search_shape(rng, service)
    return Theft(
        name=name,
        accounts=accounts,
        starts=_starts(
            rng, name, days=days, count=count, after=closed + 1 if closed < days else 0
        ),
        service=service,
        sweep=str(shape["sweep"]),
        sort=str(shape["sort"]),
        count=int(shape["count"]),
        by_page=bool(shape["by_page"]),
        alphabetical=bool(shape["alphabetical"]),
        pace_s=pace,
        spread=float(rng.uniform(0.1, 0.6)),
        open_share=float(rng.uniform(*share)) if share else 0.0,
        budget=int(min(size, most)),
        deeper=bool(share is not None and rng.random() < 0.25),
        address=_addresses(rng, count),
        agent=int(rng.choice(RARE_AGENTS) if rng.random() < 0.75 else 2),
        leaves=bool(rng.random() < 0.35),
        hole=name == "gap",
        export=bool(
            terms.silent_export
            and name == "scrape"
            and rng.random() < 0.7
            and service == "orientation"  # the service whose export leaves no line
        ),
    )


def criteria(rng: np.random.Generator, theft: Theft, scene: Scene) -> list[str]:
    """The values that a sweep goes through, in the thief's order."""
    if theft.sweep == "birthdate":
        values = [f"{year}-{month:02d}" for year in range(1930, 2021) for month in range(1, 13)]
    elif theft.sweep == "address-postalcode":
        values = [str(code) for code in np.unique(scene.known.postal)]
    elif len(scene.known) <= 3000:
        values = list(string.ascii_lowercase)
    else:
        values = [a + b for a in string.ascii_lowercase for b in "aeioruylh"]
    if not theft.alphabetical:
        return [values[place] for place in rng.permutation(len(values))]
    start = int(rng.integers(0, len(values)))
    return values[start:] + values[:start]


def apart(thefts: list[Theft]) -> list[Theft]:
    """The same thefts without the sessions that another theft's hole could hide whole.

    What no line tells, in a session that nothing else shows, no rule can bound.
    """
    days = {theft.starts[0] // DAY_US + add for theft in thefts if theft.hole for add in (0, 1)}
    if not days:
        return thefts
    left = []
    for theft in thefts:
        keep = [n for n, at in enumerate(theft.starts) if at // DAY_US not in days]
        left.append(theft if theft.hole or not keep else _only(theft, keep))
    return left


def _only(theft: Theft, keep: list[int]) -> Theft:
    """The theft with these sessions only."""
    count = len(theft.starts)
    held: dict[str, Any] = {
        name: tuple(getattr(theft, name)[n] for n in keep)
        for name in ("starts", "address", "agents", "budgets", "hosts", "models")
        if len(getattr(theft, name)) == count
    }
    accounts = tuple(theft.accounts[n % len(theft.accounts)] for n in keep)
    return replace(theft, accounts=accounts, **held)
