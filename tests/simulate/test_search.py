import numpy as np
import pytest

from tocsin.simulate.care import Relations
from tocsin.simulate.names import letters, lexicon
from tocsin.simulate.organisations import luhn, organisations, staff
from tocsin.simulate.people import dates, ins_numbers, people, spelt
from tocsin.simulate.search import Query, rights, shelf, shown


@pytest.fixture(scope="module")
def stand():
    rng = np.random.default_rng(11)
    words = lexicon(rng, persons=400)
    orgs = organisations(rng, professionals=40)
    team = staff(rng, orgs, words, professionals=40)
    known = people(rng, orgs, team, words, persons=400, days=10)
    return known, shelf(rng, known)


def query(**changes):
    plain = {"field": "family", "value": "b", "count": 0, "page": 0, "sort": ""}
    return Query(**{**plain, "by_page": False, **changes})


def every(stand, **changes):
    known, books = stand
    everybody = np.ones(len(known), bool)
    return shown(books, query(**changes), everybody, at=10**15, rows=10_000)


def test_a_family_search_matches_birth_and_used_names_whatever_their_case(stand):
    birth, used, _ = spelt(stand[0])
    found = set(every(stand, value="mo").tolist())
    wanted = {
        place
        for place, names in enumerate(zip(birth, used, strict=True))
        if any(letters(str(name)).startswith("mo") for name in names if name)
    }
    assert found == wanted


def test_a_month_matches_the_dates_of_that_month(stand):
    born = dates(stand[0].traits)
    month = str(born[0])[:7]
    found = every(stand, field="birthdate", value=month)
    assert {str(born[place])[:7] for place in found} == {month}


@pytest.mark.parametrize("sort", ["", "family", "birthdate", "_id"])
def test_pages_part_the_matches_without_loss(stand, sort):
    known, books = stand
    everybody = np.ones(len(known), bool)
    whole = every(stand, value="", sort=sort).tolist()
    pages = [
        place
        for page in range(60)
        for place in shown(
            books, query(value="", sort=sort, page=page), everybody, at=10**15, rows=7
        )
    ]
    assert pages == whole
    assert sorted(whole) == list(range(len(known)))


def test_a_sorted_page_is_in_order(stand):
    known, books = stand
    names = books.birth[known.traits.birth[every(stand, value="", sort="family")]]
    assert list(names) == sorted(names)


def test_a_record_is_not_found_before_it_is_made(stand):
    known, books = stand
    later = np.flatnonzero(known.created > 3)
    everybody = np.ones(len(known), bool)
    found = shown(books, query(value=""), everybody, at=0, rows=10_000)
    assert not set(later.tolist()) & set(found.tolist())


def test_a_house_sees_its_own_persons_only(stand):
    known, _ = stand
    none = rights_rows()
    seen = rights(known, none, service="dossier", perimeter="organisation", who=(0, 1)).at(0)
    mine = (known.hospital == 1) | (known.second == 1) | (known.practice == 1)
    assert (seen <= mine).all()
    assert seen.any()


def rights_rows():
    empty = np.zeros(0, np.int64)
    return Relations(
        person=empty, account=empty, organisation=empty, kind=empty, start=empty, end=empty
    )


def test_care_opens_a_record_while_it_runs_and_ninety_days_more(stand):
    known, _ = stand
    day = 86_400_000_000
    place = int(np.flatnonzero(known.services == 0)[0])
    ties = Relations(
        person=np.array([place]),
        account=np.array([3]),
        organisation=np.array([-1]),
        kind=np.array([0]),
        start=np.array([5 * day]),
        end=np.array([6 * day]),
    )
    own = rights(known, ties, service="portal", perimeter="care", who=(3, 0))
    assert [bool(own.at(at * day)[place]) for at in (4, 5, 96, 97)] == [
        False,
        True,
        True,
        False,
    ]
    other = rights(known, ties, service="portal", perimeter="care", who=(4, 0))
    assert not other.at(5 * day).any()


def test_identifiers_carry_their_keys(stand):
    for number in ins_numbers(stand[0].traits)[:50]:
        body, key = divmod(int(number), 100)
        assert key == 97 - body % 97
    assert luhn("9970036624") == "0"
