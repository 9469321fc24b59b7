"""Replay against a server written apart: every page that it serves lies inside the answer."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from region_made import Region, at, op, person, service, source, us

NAMES = ["Martin", "MARTINEZ", "Mârtinet", "Le Goff", "Legoff", "D'Or", "Saint-Jean", ""]
GIVEN = ["Jean", "Jean-Pierre", "Anne Marie", "Zoé Anne", "Éloi", ""]
BIRTHS = ["1980-05-12", "1980-05-00", "1980-00-00", "1981-01-01", "1980-06-30", ""]
CITIES = ["Nantes", "Saint-Nazaire", "Le Mans"]
POSTAL = ["44000", "44600", "72000"]

persons = st.lists(
    st.builds(
        dict,
        birth_name=st.sampled_from(NAMES),
        used_name=st.sampled_from(NAMES),
        first_names=st.sampled_from(GIVEN),
        birth_date=st.sampled_from(BIRTHS),
        sex=st.sampled_from("FMU"),
        city=st.sampled_from(CITIES),
        postal_code=st.sampled_from(POSTAL),
        created=st.sampled_from([None, -2, 2]),
        services=st.sampled_from([(), ("s",), ("t",)]),
        organisation=st.sampled_from(["O1", "O2", ""]),
    ),
    max_size=14,
)
filters = st.lists(
    st.one_of(
        st.tuples(
            st.just("family"), st.sampled_from(["m", "mart", "LE", "dor", "saintj", "é"])
        ),
        st.tuples(st.just("given"), st.sampled_from(["jean", "anne", "jean-p", "pierre", "E"])),
        st.tuples(st.just("name"), st.sampled_from(["m", "jean", "le", "a"])),
        st.tuples(st.just("family:contains"), st.sampled_from(["art", "off", "e g"])),
        st.tuples(st.just("family:exact"), st.sampled_from(["Martin", "martin", "Le Goff"])),
        st.tuples(st.just("gender"), st.sampled_from(["female", "male", "unknown"])),
        st.tuples(
            st.just("birthdate"),
            st.tuples(
                st.sampled_from(["", "eq", "ge", "le", "gt", "lt"]),
                st.sampled_from(["1980", "1980-05", "1980-05-12", "1981-01-01"]),
            ).map("".join),
        ),
        st.tuples(st.just("address-postalcode"), st.sampled_from(["44", "44600", "7"])),
        st.tuples(st.just("address-city"), st.sampled_from(["saint", "nantes", "le "])),
    ),
    max_size=3,
)
queries = st.builds(
    dict,
    filters=filters,
    sort=st.lists(
        st.sampled_from(["family", "-family", "given", "birthdate", "-birthdate", "_id"]),
        max_size=2,
        unique_by=lambda key: key.lstrip("-"),
    ),
    count=st.sampled_from([None, 1, 2, 3, 5]),
    page=st.integers(1, 3),
    perimeter=st.sampled_from(["s", "o", "c"]),
)


# The server, written apart from the code under test ------------------------------------------


def plain(text):
    text = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in text if c.isalnum() or c == " ")


def days(text):
    if text in ("", None):
        return None
    parts = [part for part in text.split("-") if part != "00"]
    first = "-".join([*parts, "01", "01"][:3])
    last = "-".join([*parts, *["12", "31"][len(parts) - 1 :]][:3])
    return first, last


def born(target, value):
    prefix, value = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    low, high = days(value)
    if days(target) is None:
        return False
    first, last = days(target)
    inside = low <= first and last <= high
    return {
        "eq": inside,
        "ge": last > high or inside or last >= low,
        "gt": last > high,
        "le": first < low or inside or first <= high,
        "lt": first < low,
    }[prefix]


def answers(who, name, value):
    bare, _, modifier = name.partition(":")
    held = {
        "family": [who["birth_name"], who["used_name"]],
        "given": who["first_names"].split(),
        "address-postalcode": [who["postal_code"]],
        "address-city": [who["city"]],
    }
    held["name"] = held["family"] + held["given"]
    if bare == "gender":
        return who["sex"] == {"female": "F", "male": "M", "unknown": "U"}[value]
    if bare == "birthdate":
        return born(who["birth_date"], value)
    words = [word for word in held[bare] if word]
    if modifier == "exact":
        return value in words
    if modifier == "contains":
        return any(plain(value).strip() in plain(word) for word in words)
    return any(plain(word).startswith(plain(value).strip()) for word in words)


def sort_key(who, key):
    name = key.lstrip("-")
    if name == "birthdate":
        return who["birth_date"]
    if name == "_id":
        return who["person"]
    raw = who["birth_name"] if name == "family" else (who["first_names"].split() or [""])[0]
    return plain(raw).replace(" ", "")


def serve(rows, query, chance):
    """The page that a server would show, equals in an order of its own."""
    found = [
        who
        for who in rows
        if all(answers(who, name, value) for name, value in query["filters"])
    ]
    chance.shuffle(found)
    for key in reversed(query["sort"]):
        found.sort(key=lambda who, key=key: sort_key(who, key), reverse=key.startswith("-"))
    size = query["count"] or len(found) or 1
    first = (query["page"] - 1) * size if query["count"] else 0
    return {who["person"] for who in found[first : first + size]}


def may_stand(rows, query):
    """Who can stand on that page, whatever the order among equals."""
    found = [
        who
        for who in rows
        if all(answers(who, name, value) for name, value in query["filters"])
    ]
    if not query["count"]:
        return {who["person"] for who in found}
    first = (query["page"] - 1) * query["count"]
    end = first + query["count"]
    out = set()
    for who in found:
        low = sum(_before(other, who, query["sort"]) for other in found)
        high = len(found) - sum(_before(who, other, query["sort"]) for other in found)
        if low < end and high > first:
            out.add(who["person"])
    return out


def _before(one, other, sort):
    for key in sort:
        a, b = sort_key(one, key), sort_key(other, key)
        if a != b:
            return (a > b) if key.startswith("-") else (a < b)
    return False


def text_of(query):
    pairs = [f"{name}={value.replace(' ', '+')}" for name, value in query["filters"]]
    if query["sort"]:
        pairs.append("_sort=" + ",".join(query["sort"]))
    if query["count"]:
        pairs += [f"_count={query['count']}", f"_page={query['page']}"]
    return "GET https://h/fhir/Patient?" + "&".join(pairs)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(persons=persons, asked=st.lists(queries, min_size=25, max_size=40), chance=st.randoms())
def test_every_page_served_lies_inside_its_replay_and_inside_the_bounds(
    tmp_path_factory, persons, asked, chance
):
    rows = [
        person(
            f"p{i:02}",
            **{k: v for k, v in p.items() if k != "created"},
            created_us=None if p["created"] is None else us(at(days=p["created"])),
        )
        for i, p in enumerate(persons)
    ]
    ops = [op(f"q{i}", "search", "query", (f"administrative.q{i}",)) for i in range(len(asked))]
    region = Region(
        tmp_path_factory.mktemp("r"),
        persons=rows,
        services=(
            service("s", ops),
            service("o", ops, perimeter="organisation"),
            service("c", ops, perimeter="care"),
        ),
        accounts=[{"account": "a", "role": "r", "organisation": "O1"}],
        care=[
            {
                "person": p["person"],
                "organisation": "O1",
                "start_us": us(at(days=-99)),
                "end_us": us(at(days=-89 if i % 2 else -91)),
            }
            for i, p in enumerate(rows)
        ],
    )
    expected, shown = {}, set()
    for i, query in enumerate(asked):
        where = query["perimeter"]
        seen = [
            row
            for n, row in enumerate(rows)
            if (not row["services"] or where in row["services"])
            and (row["created_us"] is None or row["created_us"] <= us(at()))
            and (where != "o" or "O1" in (row["organisation"], *row["controllers"]))
            and (where != "c" or n % 2)
        ]
        expected[f"administrative.q{i}"] = may_stand(seen, query)
        page = serve(seen, query, chance)
        assert page <= expected[f"administrative.q{i}"]
        shown |= page
        region.line(f"q{i}", text_of(query), service=where, session=f"x{i}")
    found = region.run()
    reached = {name: set() for name in expected}
    for row in found.reach:
        assert row["grade"] == "probable"
        reached[row["item"]].add(row["person"])
    assert reached == expected
    assert found.persons["at_least"] <= len(shown) <= found.persons["at_most"]
    assert found.persons["certain"] <= found.persons["probable"] <= found.persons["possible"]


def many(n, **more):
    return [person(f"p{i:02}", **more) for i in range(n)]


def bounds_of(persons):
    names = ("certain", "probable", "possible", "at_least", "at_most")
    return tuple(persons[name] for name in names)


def bounds(found):
    return bounds_of(found.persons)


CASES = [
    ("one unsorted page", [("_count=3", {})], (0, 10, 10, 3, 3)),
    (
        "two pages of one session follow one order",
        [("_count=3", {}), ("_count=3&_page=2", {})],
        (0, 10, 10, 6, 6),
    ),
    ("the same page twice", [("_count=3", {}), ("_count=3", {})], (0, 10, 10, 3, 3)),
    (
        "the same page in two sessions may differ",
        [("_count=3", {}), ("_count=3", {"session": "y"})],
        (0, 10, 10, 3, 6),
    ),
    ("paged to the end", [("_count=6", {}), ("_count=6&_offset=6", {})], (0, 10, 10, 10, 10)),
    ("a logged count below the page", [("_count=3", {"result_count": 2})], (0, 10, 10, 2, 2)),
    ("nothing shown", [("_count=3", {"result_count": 0})], (0, 0, 0, 0, 0)),
    ("only the count was asked", [("_count=0", {})], (0, 0, 0, 0, 0)),
    ("a sorted page", [("_count=3&_sort=_id", {})], (0, 3, 3, 3, 3)),
    ("the last page", [("_count=3&_sort=_id&_page=4", {})], (0, 1, 1, 1, 1)),
    ("past the end", [("_count=3&_sort=_id&_page=5", {})], (0, 0, 0, 0, 0)),
    ("all are equals", [("_count=3&_sort=family", {})], (0, 10, 10, 3, 3)),
    ("an unknown parameter", [("_count=3&q=x", {})], (0, 0, 10, 0, 3)),
    ("an undecided page", [("_count=3", {"attribution": "undecided"})], (0, 0, 10, 0, 3)),
    ("not reviewed", [("_count=3", {"decided_by": ""})], (0, 0, 10, 0, 3)),
    ("the owner's page", [("_count=3", {"attribution": "legitimate"})], (0, 0, 0, 0, 0)),
    ("refused", [("_count=3", {"outcome": "refused"})], (0, 0, 0, 0, 0)),
    ("outcome unknown", [("_count=3", {"outcome": "unknown"})], (0, 0, 10, 0, 3)),
    ("the query was not logged", [(None, {})], (0, 0, 10, 0, 4)),
    ("a token without a search", [("_cursor=z", {})], (0, 0, 10, 0, 4)),
    (
        "a token goes to the next page",
        [("_id=p01,p02&_count=1&_sort=_id", {}), ("_cursor=z", {})],
        (0, 2, 2, 2, 2),
    ),
    (
        "a token that says its offset",
        [("_sort=_id", {}), ("_getpages=u&_getpagesoffset=8", {})],
        (0, 6, 6, 6, 6),
    ),
    (
        "a token that says its page",
        [("_sort=_id&_count=3", {}), ("_getpages=u&_page=3", {}), ("_getpages=u&_page=2", {})],
        (0, 9, 9, 9, 9),
    ),
    (
        "a search that cannot be read cuts the thread of a token",
        [("_id=p01&_count=1", {}), (None, {}), ("_cursor=z", {})],
        (0, 1, 10, 1, 9),
    ),
    (
        "another resource about a person",
        [("/Observation?patient=p03&code=1&_count=1", {})],
        (0, 1, 1, 1, 1),
    ),
    ("a test on a true person counts", [("_id=p01", {"purpose": "HTEST"})], (0, 1, 1, 1, 1)),
]


def test_pages_and_bounds(tmp_path):
    """Every case in a service and under a controller of its own, in one run."""
    region = Region(
        tmp_path,
        persons=[
            person(
                f"p{n:02}{i:02}",
                birth_name="Pareil",
                controllers=(f"E{n:02}",),
                services=(f"s{n:02}",),
            )
            for n in range(len(CASES))
            for i in range(10)
        ],
        services=[service(f"s{n:02}", (op("search"),), page_size=4) for n in range(len(CASES))],
    )
    for n, (_, lines, _) in enumerate(CASES):
        for query, more in lines:
            text = query if query is None or query.startswith("/") else f"/Patient?{query}"
            text = text and text.replace("=p", f"=p{n:02}").replace(",p", f",p{n:02}")
            session = f"x{n}{more.get('session', '')}"
            region.line("search", text, service=f"s{n:02}", **(more | {"session": session}))
    found = {
        c["controller"]: bounds_of(c["persons"]) for c in region.run().summary["controllers"]
    }
    nobody = (0, 0, 0, 0, 0)
    got = {name: found.get(f"E{n:02}", nobody) for n, (name, *_) in enumerate(CASES)}
    assert got == {name: expected for name, _, expected in CASES}


def test_a_token_after_a_lost_line_may_be_any_page_of_its_search(tmp_path):
    region = Region(tmp_path, persons=many(9))
    region.line("search", "/Patient?_count=2&_sort=_id")
    region.line("search", "/Patient?_cursor=z", position=9)
    assert bounds(region.run()) == (0, 4, 4, 4, 4)
    lost = {"source": "src", "digest": "d" * 64, "position": 5, "part": 0}
    region.quarantine.append(lost | {"reason": "?", "head": ""})
    assert bounds(region.run()) == (0, 4, 9, 4, 6)


def test_the_owner_s_search_is_behind_the_thief_s_token(tmp_path):
    region = Region(tmp_path, persons=many(6))
    region.line("search", "/Patient?_count=2&_sort=_id", attribution="legitimate")
    region.line("search", "/Patient?_cursor=z")
    assert bounds(region.run()) == (0, 2, 2, 2, 2)


def test_sums_over_disjoint_pages_are_the_least_number(tmp_path):
    region = Region(
        tmp_path,
        persons=[
            *(person(f"a{i}", birth_name="Abel") for i in range(9)),
            *(person(f"b{i}", birth_name="Brun") for i in range(9)),
        ],
    )
    region.line("search", "/Patient?family=a&_count=4")
    region.line("search", "/Patient?family=b&_count=3")
    region.line("open", person="a1")
    found = region.run()
    # a1 may have stood on the first page: 1 + 3 others of a, and 3 of b.
    assert bounds(found) == (1, 18, 18, 7, 8)


@pytest.mark.parametrize("purpose", ["BTG", "TREAT,ETREAT"])
def test_an_emergency_lifts_the_perimeter(tmp_path, purpose):
    region = Region(
        tmp_path,
        persons=[person("p", controllers=("E2",))],
        services=(service("s", perimeter="organisation"),),
        accounts=[{"account": "a", "organisation": "E1"}],
    )
    region.line("search", "/Patient?family=nom", purpose=purpose)
    assert region.run().persons["probable"] == 1


def test_an_account_without_directory_entry_may_have_any_right(tmp_path):
    region = Region(
        tmp_path, persons=[person("p")], accounts=[], services=(service("s", perimeter="care"),)
    )
    region.line("search", "/Patient?family=nom")
    assert bounds(region.run()) == (0, 0, 1, 0, 1)


def test_a_search_that_names_its_results_is_not_replayed(tmp_path):
    region = Region(tmp_path, persons=many(3), sources=(source(names_results=True),))
    region.line("search", "/Patient?family=nom", person="p01", position=1)
    region.line("search", "/Patient?family=nom", position=2)
    assert bounds(region.run()) == (1, 1, 1, 1, 1)


def test_a_bare_list_of_a_web_log_is_the_whole_list(tmp_path):
    region = Region(
        tmp_path,
        persons=many(5),
        sources=(source(format="weblog"),),
        services=(service("s", (op("list", "list"),), page_size=2),),
    )
    region.line("list", None)
    assert bounds(region.run()) == (0, 5, 5, 2, 2)


def test_an_export_is_replayed_on_its_perimeter(tmp_path):
    region = Region(
        tmp_path,
        persons=[person("p"), person("q", controllers=("E2",))],
        services=(service("s", perimeter="organisation"),),
        accounts=[{"account": "a", "organisation": "E1"}],
    )
    region.line("export", None)
    found = region.run()
    assert found.grades() == {"p": "probable"}
    assert {row["rule"] for row in found.reach} == {"exported"}


def test_records_of_one_person_are_one_person_in_the_bounds(tmp_path):
    twins = many(6, ins="1", identity_status="qualifiée")
    region = Region(tmp_path, persons=[*twins, *(person(f"q{i}") for i in range(4))])
    region.line("search", "/Patient?_count=6")
    found = region.run()
    # Six rows may all be records of one person; at most it and four others.
    assert bounds(found) == (0, 5, 5, 1, 5)


def test_identifiers_phones_and_mails_find_their_person(tmp_path):
    region = Region(
        tmp_path,
        persons=[
            person("p", ins="185017512345678", phone="06 12 34 56 78", email="Ana@X.fr"),
            person("q", ins="285017512345678", phone="+33 7 00 00 00 00"),
        ],
        services=(
            service(
                "s", tuple(op(f"o{i}", reveals=(f"administrative.{i}",)) for i in range(5))
            ),
        ),
    )
    for i, text in enumerate(
        [
            "identifier=urn:oid:1|1850175123456",
            "phone=0612345678",
            "email=ana@x.fr&family=nom",
            "phone=0700000000",
            "identifier=q",
        ]
    ):
        region.line(f"o{i}", "/Patient?" + text)
    found = region.run()
    assert sorted((r["item"][-1], r["person"]) for r in found.reach) == [
        ("0", "p"),
        ("1", "p"),
        ("2", "p"),
        ("3", "q"),
        ("4", "q"),
    ]
