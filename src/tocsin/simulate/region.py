"""A region with a known truth: estate, directory, trails, and what really happened.

Same arguments, same bytes. Nothing here is or was anybody's: names, numbers, addresses and acts
are made by a generator seeded with `seed`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.core.errors import InputError
from tocsin.core.folders import NewFile
from tocsin.core.records import Says
from tocsin.simulate import (
    atna,
    canaries,
    care,
    catalogue,
    confounders,
    fhir,
    keycloak,
    people,
    search,
    sessions,
    tabular,
    truth,
    visits,
    weblog,
)
from tocsin.simulate.attacks import Loot, carried_out, within
from tocsin.simulate.columns import taken, together
from tocsin.simulate.happenings import Happenings, query_texts, with_queries
from tocsin.simulate.hard import Own, plan_hard
from tocsin.simulate.holes import Hole, holes_of, table_of
from tocsin.simulate.organisations import API, accounts_table, controllers_table
from tocsin.simulate.perimeters import inside
from tocsin.simulate.rhythms import DAY_US
from tocsin.simulate.stage import Stage, stage
from tocsin.simulate.text import uuids
from tocsin.simulate.thefts import HARD, Theft, apart, checked, plan
from tocsin.simulate.trails import Kept, content, kept, torn

Ints = NDArray[np.int64]

_BIG = 20_000  # persons from which the large tables are Parquet
_STAGES = ("stage", "work", "theft", "lines", "later")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A simulated region, ready to be written.

    `files` come in an order in which they can be written one after the other; `thefts` and
    `accounts` tell what was drawn, for whoever looks at the truth; `acts` counts the acts of
    every account.
    """

    files: tuple[NewFile, ...]
    thefts: tuple[Theft, ...]
    accounts: tuple[str, ...]
    acts: int


def region(
    *, persons: int, professionals: int, days: int, seed: int, attacks: tuple[str, ...]
) -> Region:
    """Simulate a region.

    Args:
        persons: records in the directory, 100 or more.
        professionals: accounts, 20 or more.
        days: days of the window, 5 or more; the directory's image is taken at its end.
        seed: everything that is drawn follows from it; 0 or more.
        attacks: what is done to it, among `thefts.NAMES`.

    Raises:
        InputError: a size is too small, or an attack is unknown.
    """
    _checked(persons, professionals, days, seed)
    names = checked(attacks)
    seeds = np.random.SeedSequence(seed).spawn(len(_STAGES))
    chance = {
        name: np.random.Generator(np.random.PCG64(child))
        for name, child in zip(_STAGES, seeds, strict=True)
    }
    later = chance["later"]
    set_ = stage(chance["stage"], later, sizes=(persons, professionals, days), names=names)
    own = _work(chance["work"], later, set_)
    rng = chance["theft"]
    owners = Own(sessions=own[0], acts=own[1])
    thefts = apart(_planned(rng, set_, owners))
    shelf = search.shelf(rng, set_.scene.known)
    loot = carried_out(rng, thefts, set_.scene, shelf, set_.terms, own=owners)
    loot = within(loot, end=days * DAY_US)
    past, stolen = _happenings(chance["lines"], set_, own, loot)
    left = _trails(chance["lines"], set_, past, thefts)
    seen = truth.sights(loot, stolen, truth.told(past, left[0]))
    birds = canaries.planted(set_.scene.known, seen)
    files = [*_estate(set_, persons, birds), *_trail_files(left[0])]
    files += _lures(set_, birds, seen)
    files += _truth(past, loot, stolen, left, tuple(theft.name for theft in thefts))
    files.append(_summary(thefts, set_, seed))
    used = dict.fromkeys(account for theft in thefts for account in theft.accounts)
    return Region(
        files=tuple(files),
        thefts=tuple(thefts),
        accounts=tuple(str(set_.scene.team.account[account]) for account in used),
        acts=len(past.acts.at),
    )


def _planned(rng: np.random.Generator, set_: Stage, own: Own) -> list[Theft]:
    """The attacks as they are drawn, in the order asked."""
    thefts = []
    for name, who in set_.robbed:
        if name in HARD:
            thefts.append(plan_hard(rng, name, who, set_.scene, set_.terms, own))
        else:
            thefts.append(plan(rng, name, who, set_.scene, set_.terms))
    return thefts


def _checked(persons: int, professionals: int, days: int, seed: int) -> None:
    for name, value, least in (
        ("--persons", persons, 100),
        ("--professionals", professionals, 20),
        ("--days", days, 5),
        ("--seed", seed, 0),
    ):
        if value < least:
            raise InputError(
                Says(f"{value} : c'est trop peu", f"{value} is too few"),
                next_step=Says(f"Donnez au moins {least}.", f"Give at least {least}."),
                where=name,
            )


def _work(
    rng: np.random.Generator, later: np.random.Generator, stage_: Stage
) -> tuple[sessions.Sessions, sessions.Acts]:
    """The owners' sessions and acts."""
    scene = stage_.scene
    drawn = confounders.applied(rng, later, scene, stage_.parts, visits.ordinary(rng, scene))
    drawn = inside(rng, scene, stage_.terms, visits.possible(scene, drawn))
    rows, acts = sessions.ordinary(rng, scene.team, scene.orgs, drawn)
    rows = confounders.dressed(rng, scene, rows)
    return confounders.placed(scene, stage_.window, stage_.parts, rows), acts


def _happenings(
    rng: np.random.Generator,
    stage_: Stage,
    own: tuple[sessions.Sessions, sessions.Acts],
    loot: Loot,
) -> tuple[Happenings, Ints]:
    """Everything in order of true time, and the row there of each act of the loot."""
    scene, count = stage_.scene, len(own[0].account)
    stolen = replace(loot.acts, session=loot.acts.session + count)
    acts = together([own[1], stolen])
    at_utc = stage_.window.utc(acts.at)
    order = np.argsort(at_utc, kind="stable")
    inverse = np.empty(len(order), np.int64)
    inverse[order] = np.arange(len(order))
    rows = together([own[0], loot.sessions])
    acts = taken(acts, order)
    robots = scene.team.role[rows.account[acts.session]] == API
    sid, cookie = sessions.keys(rng, len(rows.account))
    token = np.concatenate(
        [np.arange(count), np.where(loot.host >= 0, loot.host, loot.token + count)]
    )
    past = Happenings(
        calendar=stage_.window,
        orgs=scene.orgs,
        team=scene.team,
        known=scene.known,
        sessions=rows,
        acts=acts,
        at_utc=at_utc[order],
        query=with_queries(query_texts(scene.known, acts, robots), acts, loot.queries),
        sid=sid.take(pa.array(token)),
        cookie=cookie.take(pa.array(token)),
        logs_in=token == np.arange(len(token)),
        users=uuids(rng, len(scene.team.account)),
        accounts=pa.array(scene.team.account.tolist()),
        ids=pa.array(scene.known.ids.tolist()),
        address=pa.array(rows.address.tolist(), pa.string()),
    )
    return past, inverse[len(own[1].at) :]


def _trails(
    rng: np.random.Generator, stage_: Stage, past: Happenings, thefts: list[Theft]
) -> tuple[list[Kept], list[Hole]]:
    """The trails as they were left, and the holes in them."""
    first = {
        "orientation-audit": fhir.trail(rng, past, hospitals_with_client_log=1),
        "portal-web": weblog.trail(rng, past),
    }
    holes = holes_of(rng, past, first, thefts)
    stops = tuple((hole.start, hole.end) for hole in holes if hole.declared)
    made = [
        *first.values(),
        atna.trail(rng, past, offset_s=stage_.terms.repository_offset_s, stops=stops),
        tabular.trail(rng, past),
        keycloak.trail(rng, past),
    ]
    left = []
    for trail in made:
        honest = (trail.session >= 0) & ~past.sessions.usurped[trail.session]
        dirty = trail if trail.source == "idp" else torn(rng, trail, honest, most=8)
        gap = next(((h.start, h.end) for h in holes if h.source == trail.source), None)
        left.append(kept(rng, dirty, gap, repeats=0 if trail.source == "idp" else 4))
    return left, holes


def _text(words: str) -> Iterable[bytes]:
    return (words.encode(),)


def _lures(stage_: Stage, birds: canaries.Planted, seen: truth.Sights) -> list[NewFile]:
    """The operator's list of canaries; where one was seen, the campaign that came after."""
    known = stage_.scene.known
    day = str(np.datetime64(stage_.window.first_day + stage_.window.days, "D"))
    listed = NewFile(path="canaries.csv", content=partial(canaries.list_table, known, birds))
    if not any(birds.seen):
        return [listed]
    mail = partial(canaries.lure_to_canary, known, birds, f"{day} 09:00:00 +0000")
    told = partial(canaries.reports, known, seen, day)
    return [
        listed,
        NewFile(path="lures/canary.eml", content=mail),
        NewFile(path="lures/reports.ndjson", content=told),
    ]


def _persons(stage_: Stage, birds: canaries.Planted) -> pa.Table:
    scene, first = stage_.scene, stage_.window.first_day
    table = people.persons_table(scene.known, scene.orgs, first_day=first)
    return canaries.with_mailboxes(table, scene.known, birds)


def _estate(stage_: Stage, persons: int, birds: canaries.Planted) -> list[NewFile]:
    scene, first = stage_.scene, stage_.window.first_day
    end = np.datetime64(first + stage_.window.days, "D")
    big = persons >= _BIG
    words = catalogue.estate_text(stage_.terms, as_of=f"{end}T00:00:00Z", big=big)
    suffix = "parquet" if big else "csv.gz"
    tables = {
        "accounts.csv": partial(accounts_table, scene.orgs, scene.team, first_day=first),
        f"persons.{suffix}": partial(_persons, stage_, birds),
        f"care.{suffix}": partial(
            care.table, scene.care.rows, scene.known, scene.team, scene.orgs, first_day=first
        ),
        "controllers.csv": partial(controllers_table, scene.orgs),
    }
    files = [NewFile(path="estate.toml", content=partial(_text, words))]
    return files + [
        NewFile(path=f"directory/{name}", content=make) for name, make in tables.items()
    ]


def _trail_files(trails: list[Kept]) -> list[NewFile]:
    return [
        NewFile(path=file.path, content=partial(content, whole, file))
        for whole in trails
        for file in whole.files
    ]


def _truth(
    past: Happenings,
    loot: Loot,
    stolen: Ints,
    left: tuple[list[Kept], list[Hole]],
    names: tuple[str, ...],
) -> list[NewFile]:
    trails, holes = left
    seen = truth.sights(loot, stolen, truth.told(past, trails))
    tables: dict[str, partial[pa.Table]] = {
        "acts.csv": partial(truth.acts, past, trails, truth.exports(past, loot)),
        "reach.parquet": partial(truth.reach, past.known, seen),
        "records.parquet": partial(truth.records, past.known, seen),
        "sessions.csv": partial(truth.sessions, past, loot, names),
        "gaps.csv": partial(table_of, holes),
    }
    return [NewFile(path=f"truth/{name}", content=make) for name, make in tables.items()]


def _summary(thefts: list[Theft], stage_: Stage, seed: int) -> NewFile:
    def spelt(theft: Theft) -> dict[str, object]:
        return {
            "name": theft.name,
            "accounts": [
                str(stage_.scene.team.account[a]) for a in dict.fromkeys(theft.accounts)
            ],
            "sessions": len(theft.starts),
            "service": theft.service,
            "sweep": theft.sweep,
            "sort": theft.sort,
            "count": theft.count,
            "pace_s": theft.pace_s,
            "open_share": round(theft.open_share, 3),
            "hole": theft.hole,
            "silent_export": theft.export,
        }

    told = {"seed": seed, "attacks": [spelt(theft) for theft in thefts]}
    words = json.dumps(told, indent=1) + "\n"
    return NewFile(path="truth/attacks.json", content=partial(_text, words))
