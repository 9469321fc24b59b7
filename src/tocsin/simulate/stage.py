"""The stage: what stands before anybody works, and who will be robbed of an account."""

from dataclasses import dataclass, replace

import numpy as np

from tocsin.simulate.calendar import Calendar, calendar
from tocsin.simulate.care import care
from tocsin.simulate.catalogue import Terms
from tocsin.simulate.confounders import Cast, cast, cast_later, hired
from tocsin.simulate.hard import ACCOUNTS
from tocsin.simulate.names import lexicon
from tocsin.simulate.organisations import Staff, organisations, staff
from tocsin.simulate.people import people
from tocsin.simulate.thefts import victims
from tocsin.simulate.visits import Scene, scene_of

_ENDS = (20_336, 20_336, 20_397, 20_544)  # 2025-09-05, 2025-11-05, 2026-04-01 (clock changes)

Robbed = tuple[tuple[str, tuple[int, ...]], ...]
"""Attacks by name, each with the accounts that it uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What stands before anybody works, and who will be robbed."""

    window: Calendar
    terms: Terms
    scene: Scene
    parts: Cast
    robbed: Robbed


def _terms(rng: np.random.Generator) -> Terms:
    return Terms(
        orientation_perimeter="organisation" if rng.random() < 0.25 else "region",
        portal_perimeter="care" if rng.random() < 0.3 else "organisation",
        page_size=int(rng.choice((20, 20, 50))),
        silent_export=bool(rng.random() < 0.25),
        repository_offset_s=int(rng.choice((0, 0, 95, -140, 310))),
        offset_declared=bool(rng.random() < 0.5),
    )


def _robbed(rng: np.random.Generator, names: tuple[str, ...], team: Staff) -> Robbed:
    used: list[int] = []
    robbed = []
    for name in names:
        wanted = 2 if name == "scrape" and rng.random() < 0.35 else ACCOUNTS.get(name, 1)
        chosen = victims(rng, team, np.array(used, np.int64), wanted=wanted)
        used += chosen
        robbed.append((name, chosen))
    return tuple(robbed)


def stage(
    rng: np.random.Generator,
    later: np.random.Generator,
    *,
    sizes: tuple[int, int, int],
    names: tuple[str, ...],
) -> Stage:
    """Set the stage for these sizes (persons, professionals, days) and these attacks."""
    persons, professionals, days = sizes
    window = calendar(last_day=int(rng.choice(_ENDS)), days=days)
    terms = _terms(rng)
    words = lexicon(rng, persons=persons)
    orgs = organisations(rng, professionals=professionals)
    team = staff(rng, orgs, words, professionals=professionals)
    robbed = _robbed(rng, names, team)
    left = [accounts[0] for name, accounts in robbed if name == "departed"]
    if left:
        closed = team.closed.copy()
        closed[left] = int(days * rng.uniform(0.4, 0.65))
        team = replace(team, closed=closed)
    avoid = tuple(account for _, accounts in robbed for account in accounts)
    parts = cast(rng, team, window.weekdays, taken_=avoid)
    parts = cast_later(later, team, parts, days, taken_=avoid)
    team = hired(team, parts, orgs)
    known = people(rng, orgs, team, words, persons=persons, days=days)
    ties = care(rng, orgs, team, known, weekdays=window.weekdays)
    scene = scene_of(orgs, team, known, ties, window.weekdays)
    return Stage(window=window, terms=terms, scene=scene, parts=parts, robbed=robbed)
