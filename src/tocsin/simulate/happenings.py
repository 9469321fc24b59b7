"""Everything that happened in the window, true time, before any producer wrote a line of it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.calendar import Calendar
from tocsin.simulate.catalogue import ACTS
from tocsin.simulate.organisations import Organisations, Staff
from tocsin.simulate.people import People, dates
from tocsin.simulate.sessions import Acts, Sessions
from tocsin.simulate.text import chosen, join, numbers, quoted
from tocsin.simulate.visits import PURPOSES

Ints = NDArray[np.int64]

_LIST_WAYS = ("&_count=20", "", "&_count=50", "&_sort=family&_count=50", "&_sort=birthdate")
"""How those who type a name alone ask for a list: by the software that they use."""

SERVICE_OF = np.array([act.service for act in ACTS])
KIND_OF = np.array([act.kind for act in ACTS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Happenings:
    """The acts in order of true time, their sessions, and what lines are written from.

    `at_utc` and `query` have one value an act; `sid` and `cookie` one a session.
    """

    calendar: Calendar
    orgs: Organisations
    team: Staff
    known: People
    sessions: Sessions
    acts: Acts
    at_utc: Ints
    query: pa.StringArray
    sid: pa.Array
    cookie: pa.Array
    logs_in: NDArray[np.bool_]  # by session: false for one that uses another one's token
    users: pa.Array  # of each account at the identity provider
    accounts: pa.Array  # their names, one an account
    ids: pa.Array  # one a person
    address: pa.Array  # one a session

    def of_services(self, *services: str) -> Ints:
        """The acts that were trailed by the producer of these services."""
        codes = np.flatnonzero(np.isin(SERVICE_OF, services))
        return np.flatnonzero(np.isin(self.acts.code, codes) & self.acts.trailed)

    def account(self, rows: Ints) -> Ints:
        """The accounts that did these acts."""
        return self.sessions.account[self.acts.session[rows]]

    def person(self, rows: Ints) -> pa.StringArray:
        """The local ids of the persons of these acts, '' for none."""
        return chosen(self.ids, self.acts.person[rows])

    def purpose(self, rows: Ints) -> pa.StringArray:
        """The purposes of use of these acts."""
        return chosen(PURPOSES, self.acts.purpose[rows])


def merged(count: int, pieces: list[tuple[Ints, pa.Array]]) -> pa.StringArray:
    """One column out of pieces that each fill some of its places."""
    places = np.concatenate([where for where, _ in pieces])
    inverse = np.empty(count, np.int64)
    inverse[places] = np.arange(len(places))
    return pa.concat_arrays([piece for _, piece in pieces]).take(pa.array(inverse))


def query_texts(known: People, acts: Acts, robots: NDArray[np.bool_]) -> pa.StringArray:
    """The query strings of ordinary searches, written from the traits of who is looked for.

    Professionals type a name and a first name, a name and a birth date, the start of a name,
    or a known identifier; a second page repeats the query with `_offset`.
    """
    surnames = pa.array([quoted(str(name)) for name in known.words.surnames])
    starts = pa.array([quoted(str(name)[:4]) for name in known.words.surnames])
    givens = pa.array([quoted(str(name)) for name in known.given_names])
    ids, born = pa.array(known.ids.tolist()), pa.array(dates(known.traits).tolist())
    searches = (KIND_OF[acts.code] == "search") & (acts.query < 0) & (acts.person >= 0)
    style = np.where(robots, 99, acts.style)
    bounds = ((0, 40), (40, 64), (64, 78), (78, 90), (90, 100))
    empty = np.flatnonzero(~searches)
    pieces: list[tuple[Ints, pa.Array]] = [(empty, pa.array([""] * len(empty), pa.string()))]
    for place, (low, high) in enumerate(bounds):
        rows = np.flatnonzero(searches & (style >= low) & (style < high))
        person = acts.person[rows]
        name = known.traits.birth[person]
        family = join("family=", chosen(surnames, name))
        if place == 0:
            text = join(family, "&given=", chosen(givens, known.traits.given[person, 0]))
        elif place == 1:
            text = join(family, "&birthdate=", chosen(born, person))
        elif place == 2:
            text = join(family, chosen(_LIST_WAYS, person % len(_LIST_WAYS)))
        elif place == 3:
            text = join("family=", chosen(starts, name), "&birthdate=", chosen(born, person))
        else:
            text = join("_id=", chosen(ids, person))
        pages = acts.page[rows]
        tail = chosen(["&_offset=20", "&_offset=40"], np.minimum(pages, 2) - 1)
        pieces.append((rows, join(text, tail)))
    return merged(len(acts.at), pieces)


def with_queries(texts: pa.StringArray, acts: Acts, queries: tuple[str, ...]) -> pa.StringArray:
    """The same column with the thieves' own queries in their places."""
    rows = np.flatnonzero(acts.query >= 0)
    rest = np.setdiff1d(np.arange(len(acts.at)), rows)
    own = chosen(queries, acts.query[rows])
    return merged(len(acts.at), [(rest, texts.take(pa.array(rest))), (rows, own)])


__all__ = ["ACTS", "Calendar", "Happenings", "merged", "numbers", "query_texts"]
