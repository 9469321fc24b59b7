"""What a result list really showed: queries evaluated on the simulated persons.

FHIR search meaning as the contract states it: prefixes, blind to case and accents, on the birth
name or the used name; pages; sorts. Where a page is not sorted the server follows an order of
its own, drawn once, that no trail tells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.care import Relations
from tocsin.simulate.columns import taken
from tocsin.simulate.people import SERVICE_SETS, People, compared, dates
from tocsin.simulate.rhythms import DAY_US

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_AFTERCARE_US = 90 * DAY_US
_NEVER = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as the thief sends it.

    Args:
        field: family, given, birthdate or address-postalcode.
        value: what it must start with; a month `2001-04` for birthdate.
        count: rows asked for a page, 0 to take the service's own.
        page: page of the result, from 0.
        sort: '' or family, birthdate, _id.
        by_page: whether pages are asked by `_page` (from 1) rather than by `_offset`.
    """

    field: str
    value: str
    count: int
    page: int
    sort: str
    by_page: bool

    def text(self, rows: int) -> str:
        """The query string, for a page of so many rows."""
        parts = [f"{self.field}={self.value}"]
        if self.sort:
            parts.append(f"_sort={self.sort}")
        if self.count:
            parts.append(f"_count={self.count}")
        if self.page and self.by_page:
            parts.append(f"_page={self.page + 1}")
        elif self.page:
            parts.append(f"_offset={self.page * rows}")
        return "&".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The persons as searches see them: compared names, dates, and the server's own order."""

    known: People
    birth: NDArray[np.str_]  # by surname of the lexicon
    given: NDArray[np.str_]
    born: NDArray[np.str_]
    own_order: Ints

    def there(self, local: int) -> Flags:
        """The records that are made at that instant."""
        made: Flags = self.known.created <= local // DAY_US
        return made


def shelf(rng: np.random.Generator, known: People) -> Shelf:
    """Prepare the persons for searching; the server's own order is drawn here."""
    return Shelf(
        known=known,
        birth=compared(known.words.surnames),
        given=compared(known.given_names),
        born=dates(known.traits),
        own_order=rng.permutation(len(known)).astype(np.int64),
    )


def _listed(known: People, service: str) -> Flags:
    sets = [not listed or service in listed.split("|") for listed in SERVICE_SETS]
    return np.array(sets)[known.services]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What one account may see in one service, as the contract says it.

    `always` are the records that it may see at any time; `relations` those that it may see
    while a relation of care runs, and `_AFTERCARE_US` longer.
    """

    always: Flags
    listed: Flags
    relations: Relations

    def at(self, local: int) -> Flags:
        """The records that it may see at that instant."""
        ends = np.where(self.relations.end == -1, _NEVER, self.relations.end + _AFTERCARE_US)
        runs = (self.relations.start <= local) & (ends >= local)
        seen = self.always.copy()
        seen[self.relations.person[runs]] = True
        return seen & self.listed


def rights(
    known: People, ties: Relations, *, service: str, perimeter: str, who: tuple[int, int]
) -> Rights:
    """The rights of `who` (account, organisation) in a service of that perimeter."""
    account, house = who
    mine = (ties.account == account) | (ties.organisation == house)
    none = np.zeros(len(known), bool)
    if perimeter == "region":
        always = ~none
    elif perimeter == "organisation":
        always = (known.hospital == house) | (known.second == house) | (known.practice == house)
    else:
        always = none
    kept = taken(ties, mine if perimeter == "care" else np.zeros(len(mine), bool))
    return Rights(always=always, listed=_listed(known, service), relations=kept)


def _starting(values: NDArray[np.str_], start: str) -> Flags:
    cut: Flags = values.astype(f"U{len(start)}") == start
    return cut


def matches(shelf_: Shelf, query: Query) -> Flags:
    """The persons that the query's criterion holds for."""
    traits = shelf_.known.traits
    if query.field == "family":
        hit = np.char.startswith(shelf_.birth, query.value)
        found: Flags = hit[traits.birth] | (hit[traits.used] & (traits.used >= 0))
        return found
    if query.field == "given":
        hit = np.append(np.char.startswith(shelf_.given, query.value), False)
        borne: Flags = np.any(hit[traits.given], axis=1)
        return borne
    if query.field == "birthdate":
        return _starting(shelf_.born, query.value)
    return _starting(shelf_.known.postal.astype("U5"), query.value)


def _ordered(shelf_: Shelf, people: Ints, sort: str) -> Ints:
    own = shelf_.own_order[people]
    if sort == "family":
        return people[np.lexsort((own, shelf_.birth[shelf_.known.traits.birth[people]]))]
    if sort == "birthdate":
        return people[np.lexsort((own, shelf_.born[people]))]
    if sort == "_id":
        return people[np.argsort(shelf_.known.ids[people])]
    return people[np.argsort(own)]


def shown(shelf_: Shelf, query: Query, visible: Flags, *, at: int, rows: int) -> Ints:
    """The records on the page that the query gets at that instant (local, of the window)."""
    hits = matches(shelf_, query) & visible & shelf_.there(at)
    people = _ordered(shelf_, np.flatnonzero(hits), query.sort)
    return people[query.page * rows : (query.page + 1) * rows]
