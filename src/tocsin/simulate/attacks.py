"""The thefts carried out: what each thief asked, opened and saw, act after act."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.catalogue import CODE, Terms, page_size, perimeter
from tocsin.simulate.hard import Own
from tocsin.simulate.search import Query, Rights, Shelf, rights, shown
from tocsin.simulate.sessions import Acts, Sessions
from tocsin.simulate.text import quoted
from tocsin.simulate.thefts import Theft, criteria
from tocsin.simulate.visits import TREAT, Scene

Ints = NDArray[np.int64]

_SEARCH = {
    "orientation": CODE["orientation", "search"],
    "portal": CODE["portal", "find"],
    "dossier": CODE["dossier", "find"],
}
_OPEN = {
    "orientation": CODE["orientation", "read-person"],
    "portal": CODE["portal", "open"],
    "dossier": CODE["dossier", "open-record"],
}
_DEEPER = {
    "orientation": CODE["orientation", "read-request"],
    "portal": CODE["portal", "documents"],
    "dossier": CODE["dossier", "open-document"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loot:
    """What the thieves did: rows to add to the region's, their queries, and what they saw.

    `shown_act` and `shown_person` pair a search (its row in `acts`) with a record on its page;
    `exported` pairs a session with the records of an export that left no line; `theft` is the
    theft that each session belongs to; `token` and `host` say whose token it uses: that of
    another session of the loot (its own row where it logs in), or of an owner's session.
    """

    sessions: Sessions
    acts: Acts
    theft: Ints
    queries: tuple[str, ...]
    shown_act: Ints
    shown_person: Ints
    exported: tuple[tuple[int, Ints], ...]
    token: Ints
    host: Ints  # -1 for none


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sitting:
    """One session of theft, as it was done."""

    theft: int
    account: int
    address: str
    agent: int
    leaves: bool
    start: int
    end: int
    token: int
    host: int = -1


class _Diary:
    """What the thieves do, act after act: plain lists that become columns at the end."""

    def __init__(self) -> None:
        self.at: list[int] = []
        self.session: list[int] = []
        self.code: list[int] = []
        self.person: list[int] = []
        self.query: list[int] = []
        self.texts: list[str] = []
        self.shown: list[tuple[int, Ints]] = []
        self.exported: list[tuple[int, Ints]] = []

    def note(self, at: int, session: int, code: int, person: int = -1, text: str = "") -> None:
        """One act; a text is a search."""
        self.at.append(at)
        self.session.append(session)
        self.code.append(code)
        self.person.append(person)
        self.query.append(len(self.texts) if text else -1)
        if text:
            self.texts.append(text)


def _step(rng: np.random.Generator, theft: Theft) -> int:
    seconds = theft.pace_s * float(np.exp(rng.normal(0.0, theft.spread)))
    return int(max(seconds, 0.15) * 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thief:
    """One thief at work in one session."""

    rng: np.random.Generator
    diary: _Diary
    theft: Theft
    shelf: Shelf
    rights: Rights
    rows: int  # of a page
    session: int
    budget: int
    house: NDArray[np.bool_]  # which records are the account's own house's

    def _opened(self, page: Ints, at: int) -> int:
        """Open some of the persons of a page; the instant after the last one."""
        theft, rng = self.theft, self.rng
        if theft.near:
            page = page[self.house[page]]
        for person in page[rng.random(len(page)) < theft.open_share]:
            self.diary.note(at, self.session, _OPEN[theft.service], int(person))
            at += _step(rng, theft)
            if theft.deeper and rng.random() < 0.5:
                self.diary.note(at, self.session, _DEEPER[theft.service], int(person))
                at += _step(rng, theft)
        return at

    def _asked(self, value: str, at: int, until: int) -> int:
        """All the pages of one criterion, until so many acts are in the diary."""
        theft, page = self.theft, 0
        full = True
        while full and len(self.diary.at) < until:
            query = Query(
                field=theft.sweep,
                value=value,
                count=theft.count,
                page=page,
                sort=theft.sort,
                by_page=theft.by_page,
            )
            people = shown(self.shelf, query, self.rights.at(at), at=at, rows=self.rows)
            self.diary.shown.append((len(self.diary.at), people))
            code = _SEARCH[theft.service]
            self.diary.note(at, self.session, code, text=query.text(self.rows))
            at = self._opened(people, at + _step(self.rng, theft))
            full = len(people) == self.rows and theft.turns
            page += 1
        return at

    def works(self, values: list[str], at: int) -> int:
        """Criterion after criterion until the budget is spent; the instant of the end."""
        until = len(self.diary.at) + self.budget
        while values and len(self.diary.at) < until:
            at = self._asked(values.pop(0), at, until)
        if self.theft.export:
            seen = np.flatnonzero(self.rights.at(at) & self.shelf.there(at))
            self.diary.exported.append((self.session, seen))
            at += 20_000_000
        return at

    def imitates(self, unit: Ints, moments: Ints) -> int:
        """At the owner's own moments: find by name, open, look deeper; when it ends."""
        diary, theft, rng = self.diary, self.theft, self.rng
        birth, words = self.shelf.known.traits.birth, self.shelf.known.words.surnames
        person, left = -1, 0
        for at in moments.tolist():
            if left == 0:
                person, left = int(rng.choice(unit)), int(rng.integers(1, 4))
                if rng.random() < 0.4:
                    query = Query(
                        field="family",
                        value=str(self.shelf.birth[birth[person]]),
                        count=0,
                        page=0,
                        sort="",
                        by_page=False,
                    )
                    people = shown(self.shelf, query, self.rights.at(at), at=at, rows=self.rows)
                    diary.shown.append((len(diary.at), people))
                    asked = f"family={quoted(str(words[birth[person]]))}"
                    diary.note(at, self.session, _SEARCH[theft.service], text=asked)
                    continue
            code = (_DEEPER if left == 1 and rng.random() < 0.5 else _OPEN)[theft.service]
            diary.note(at, self.session, code, person)
            left -= 1
        return int(moments[-1]) + 10_000_000


def carried_out(
    rng: np.random.Generator,
    thefts: list[Theft],
    scene: Scene,
    shelf: Shelf,
    terms: Terms,
    *,
    own: Own,
) -> Loot:
    """Everything that these thieves did and saw."""
    diary = _Diary()
    sittings: list[_Sitting] = []
    for number, theft in enumerate(thefts):
        values = criteria(rng, theft, scene)
        for place, start in enumerate(theft.starts):
            account = theft.accounts[place % len(theft.accounts)]
            thief = _Thief(
                rng=rng,
                diary=diary,
                theft=theft,
                shelf=shelf,
                rights=rights(
                    scene.known,
                    scene.care.rows,
                    service=theft.service,
                    perimeter=perimeter(theft.service, terms),
                    who=(account, int(scene.team.organisation[account])),
                ),
                rows=theft.count or page_size(theft.service, terms),
                session=len(sittings),
                budget=theft.budgets[place] if theft.budgets else theft.budget,
                house=_house(scene, account),
            )
            before = len(diary.at)
            end = _sat(thief, values, start, scene, own, place)
            sitting = _Sitting(
                theft=number,
                account=account,
                address=theft.address[place],
                agent=theft.agents[place] if theft.agents else theft.agent,
                leaves=theft.leaves and not theft.hosts,
                start=start,
                end=end,
                token=len(sittings),
                host=theft.hosts[place] if theft.hosts else -1,
            )
            sittings.append(sitting)
            if theft.rotates:
                sittings += _rotated(rng, diary, sitting, theft, before)
    return _as_loot(rng, diary, sittings)


def _house(scene: Scene, account: int) -> NDArray[np.bool_]:
    """The records of the account's own house."""
    known, house = scene.known, int(scene.team.organisation[account])
    zone = int(scene.orgs.zones[house])
    here: NDArray[np.bool_] = (known.hospital == zone) | (known.practice == house)
    return here


def _sat(
    thief: _Thief, values: list[str], start: int, scene: Scene, own: Own, place: int
) -> int:
    """One session of theft, written in the diary; the instant of its end."""
    theft = thief.theft
    if not theft.models:
        return thief.works(values, start)
    model = theft.models[place]
    at = np.sort(own.acts.at[own.acts.session == model])
    moments = start + (at - at[0]) + thief.rng.integers(0, 4_000_000, len(at))
    house = int(scene.team.organisation[theft.accounts[0]])
    unit, starts = scene.hospital_pool
    seen = thief.rights.at(start) & thief.shelf.there(start)
    able = unit[starts[house] : starts[house + 1]]
    able = able[seen[able]]
    return thief.imitates(able if len(able) else np.flatnonzero(seen), np.sort(moments))


def _rotated(
    rng: np.random.Generator, diary: _Diary, first: _Sitting, theft: Theft, before: int
) -> list[_Sitting]:
    """The sittings that follow under the same token, each from an address of its own."""
    added: list[_Sitting] = []
    for act in range(before + theft.rotates, len(diary.at), theft.rotates):
        until = min(act + theft.rotates, len(diary.at))
        home = rng.random() < 0.75
        head = f"198.19.{rng.integers(0, 250)}" if home else "192.0.2"
        added.append(
            replace(
                first,
                address=f"{head}.{rng.integers(1, 25) if not home else rng.integers(20, 250)}",
                start=diary.at[act],
                end=diary.at[until - 1],
                leaves=False,
            )
        )
        for row in range(act, until):
            diary.session[row] = first.token + len(added)
    return added


def _as_loot(rng: np.random.Generator, diary: _Diary, sittings: list[_Sitting]) -> Loot:
    count, acts = len(sittings), len(diary.at)
    account = np.array([sitting.account for sitting in sittings], np.int64)
    rows = Sessions(
        account=account,
        start=np.array([sitting.start for sitting in sittings], np.int64) - 9_000_000,
        end=np.array([sitting.end for sitting in sittings], np.int64),
        address=np.array([sitting.address for sitting in sittings], np.str_),
        agent=np.array([sitting.agent for sitting in sittings], np.int64),
        device=900_000 + account,
        tag=np.full(count, -1),
        usurped=np.ones(count, bool),
        left=np.array([sitting.leaves for sitting in sittings], bool),
    )
    shown_act = [np.full(len(people), act) for act, people in diary.shown]
    empty = np.zeros(0, np.int64)
    done = Acts(
        at=np.array(diary.at, np.int64),
        session=np.array(diary.session, np.int64),
        code=np.array(diary.code, np.int64),
        person=np.array(diary.person, np.int64),
        purpose=np.full(acts, TREAT),
        page=np.zeros(acts, np.int64),
        style=rng.integers(0, 100, acts),
        query=np.array(diary.query, np.int64),
        outcome=np.zeros(acts, np.int64),
        trailed=np.ones(acts, bool),
    )
    return Loot(
        sessions=rows,
        acts=done,
        theft=np.array([sitting.theft for sitting in sittings], np.int64),
        queries=tuple(diary.texts),
        shown_act=np.concatenate([empty, *shown_act]),
        shown_person=np.concatenate([empty, *(people for _, people in diary.shown)]),
        exported=tuple(diary.exported),
        token=np.array([sitting.token for sitting in sittings], np.int64),
        host=np.array([sitting.host for sitting in sittings], np.int64),
    )


def within(loot: Loot, *, end: int) -> Loot:
    """The same loot without the acts after the window's end."""
    fine = loot.acts.at < end
    if fine.all():
        return loot
    moved = np.cumsum(fine) - 1
    seen = fine[loot.shown_act]
    columns = {name: getattr(loot.acts, name)[fine] for name in Acts.__dataclass_fields__}
    return replace(
        loot,
        acts=Acts(**columns),
        sessions=replace(loot.sessions, end=np.minimum(loot.sessions.end, end - 1)),
        shown_act=moved[loot.shown_act[seen]],
        shown_person=loot.shown_person[seen],
    )
