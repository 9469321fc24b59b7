"""Named acts, items with a value, what a service implies, test and unknown identities."""

from datetime import timedelta

import pytest
from region_made import T0, Region, at, op, person, service, source, us

from tocsin.scope.catalogue import column_of


@pytest.mark.parametrize(
    ("item", "column"),
    [
        ("identity.birth_name", "birth_name"),
        ("contact.postal_code", "postal_code"),
        ("identifier.nir", "ins"),
        ("identifier.ins", "ins"),
        ("identifier.ipp", ""),
        ("administrative.organisation", "organisation"),
        ("administrative.bed", ""),
        ("medical.organisation", ""),
        ("contact.guardian_phone", "guardian_phone"),
        ("identity.person", ""),
    ],
)
def test_an_item_rests_on_the_column_of_its_name(item, column):
    assert column_of(item) == column


def test_an_item_is_reached_only_if_the_record_holds_a_value(tmp_path):
    items = ("identity.birth_name", "contact.phone", "identity.birth_date", "medical.note")
    region = Region(
        tmp_path,
        services=(service("s", (op("open", "open", "named", items),)),),
        persons=[person("p", phone="06"), person("q", birth_date="0000-00-00")],
    )
    region.line("open", person="p")
    region.line("open", person="q")
    region.line("open", person="ghost")
    found = region.run()
    assert set(found.items("p")) == {"identity.birth_name", "contact.phone", "medical.note"}
    assert set(found.items("q")) == {"identity.birth_name", "medical.note"}
    assert set(found.items("ghost")) == set(items)
    assert found.persons["unknown"] == 1
    assert found.persons["certain"] == 3
    assert {r["controller"] for r in found.reach if r["person"] == "ghost"} == {""}


OUTCOMES = [
    ({}, "certain", "named"),
    ({"decided_by": ""}, "possible", "undecided"),
    ({"attribution": "undecided"}, "possible", "undecided"),
    ({"attribution": "legitimate"}, None, None),
    ({"outcome": "refused"}, None, None),
    ({"outcome": "failed"}, None, None),
    ({"outcome": "unknown"}, "possible", "outcome"),
    ({"purpose": "HTEST"}, "certain", "named"),
]


def test_a_named_act_reaches_by_its_outcome_and_attribution(tmp_path):
    region = Region(tmp_path, persons=[person(f"p{n}") for n in range(len(OUTCOMES))])
    for n, (more, _, _) in enumerate(OUTCOMES):
        region.line("open", person=f"p{n}", session=f"x{n}", **more)
    reach = region.run().reach
    for n, (_, grade, rule) in enumerate(OUTCOMES):
        rows = {(r["grade"], r["rule"]) for r in reach if r["person"] == f"p{n}"}
        assert rows == ({(grade, rule)} if grade else set())


def test_a_redirection_of_a_web_log_reaches_nothing(tmp_path):
    region = Region(tmp_path, persons=[person("p")], sources=(source(format="weblog"),))
    region.line("open", person="p", outcome="unknown")
    assert region.run().reach == []


def test_accepted_suspicions_make_a_proposition(tmp_path):
    region = Region(tmp_path, persons=[person("p")])
    region.line("open", person="p", decided_by="")
    kept = region.run()
    assert not kept.summary["proposition"]
    accepted = region.run(accept=True)
    assert accepted.summary["proposition"]
    assert accepted.persons["certain"] == 1
    assert "PROPOSITION" in accepted.statements["medical"]["because"][-2]


def test_figures_are_those_of_the_strongest_grade(tmp_path):
    region = Region(tmp_path, persons=[person("p", controllers=("E1", "E2"))])
    region.line("search", "/Patient?_id=p", at=T0)
    region.line("open", person="p", at=at(minutes=5), session="y")
    region.line("open", person="p", at=at(minutes=9), session="z")
    found = region.run()
    rows = [r for r in found.reach if r["item"] == "identity.birth_name"]
    assert [r["controller"] for r in rows] == ["E1", "E2"]
    for row in rows:
        assert (row["grade"], row["sessions"], row["acts"]) == ("certain", 2, 2)
        assert row["first_at"] == T0 + timedelta(minutes=5)
        assert row["last_at"] == T0 + timedelta(minutes=9)
    assert found.persons["certain"] == 1
    assert [c["persons"]["certain"] for c in found.summary["controllers"]] == [1, 1]


def test_what_a_service_implies_follows_the_grade_and_not_a_write(tmp_path):
    ops = (
        op("search"),
        op("open", "open", "named"),
        op("write", "write", "named", ("contact.phone",)),
        op("none", "other", "none", ("administrative.menu",)),
    )
    region = Region(
        tmp_path,
        services=(service("s", ops, implies="health"),),
        persons=[person("p"), person("q"), person("w", phone="1")],
    )
    region.line("search", "/Patient?_id=p")
    region.line("open", person="q")
    region.line("write", person="w")
    region.line("none", person="p")
    found = region.run()
    assert found.items("p") == {"identity.birth_name": "probable", "implied.health": "probable"}
    assert found.items("q") == {"identity.birth_name": "certain", "implied.health": "certain"}
    assert found.items("w") == {"contact.phone": "certain"}
    assert found.statements["implied"]["finding"] == "reached"
    assert found.statements["medical"]["finding"] == "not_reached"


def test_test_identities_are_counted_apart(tmp_path):
    region = Region(
        tmp_path,
        persons=[person("p"), person("f", identity_status="FICT", controllers=("E1", "E2"))],
    )
    region.line("open", person="f")
    region.line("search", "/Patient?family=nom")
    region.line("open", person="nobody", purpose="HTEST")
    region.line("open", person="p", purpose="HTEST")
    found = region.run()
    assert found.grades() == {"p": "certain"}
    assert found.persons["test"] == 2
    assert {p["record"] for p in found.people} == {"p"}
    tests = {c["controller"]: c["persons"]["test"] for c in found.summary["controllers"]}
    assert tests == {"E1": 1, "E2": 1}


def test_an_opening_without_a_person_may_be_anybody(tmp_path):
    region = Region(tmp_path, persons=[person(f"p{i}") for i in range(5)])
    region.line("open")
    region.line("open")
    found = region.run()
    assert set(found.grades().values()) == {"possible"}
    assert (found.persons["possible"], found.persons["at_most"]) == (5, 2)


def test_an_unknown_act_that_names_somebody_may_show_all_of_the_service(tmp_path):
    region = Region(tmp_path, persons=[person("p"), person("q")])
    region.line("", person="p")
    found = region.run()
    assert found.items("p") == {"identity.birth_name": "possible", "medical.note": "possible"}
    assert found.grades() == {"p": "possible"}
    assert {s["finding"] for s in found.statements.values()} == {
        "cannot_be_excluded",
        "not_reached",
    }


def test_records_of_one_person_give_one_person_and_all_their_controllers(tmp_path):
    same = {"ins": "1", "identity_status": "qualifiée"}
    region = Region(
        tmp_path,
        persons=[person("b", **same), person("a", controllers=("E2",), **same), person("c")],
    )
    region.line("open", person="b")
    region.line("open", person="a")
    found = region.run()
    assert {(r["person"], r["controller"]) for r in found.reach} == {("a", "E1"), ("a", "E2")}
    assert found.people == [
        {"record": "a", "person": "a", "rule": "self", "reviewed_by": ""},
        {"record": "b", "person": "a", "rule": "ins", "reviewed_by": ""},
    ]
    assert found.summary["counts"]["grades"]["certain"]["records"] == 2


def test_minors_deceased_and_homonyms_are_counted(tmp_path):
    region = Region(
        tmp_path,
        persons=[
            person("m", birth_date="2015-01-01"),
            person("d", died_on="2020-01-01"),
            person("h1", birth_name="Même", first_names="Ana", birth_date="1980-01-01"),
            person("h2", birth_name="Même", first_names="Ana", birth_date="1980-01-01"),
            person("f", identity_status="HOMA"),
        ],
    )
    for name in ("m", "d", "h1", "h2", "f"):
        region.line("open", person=name)
    kinds = region.run().summary["counts"]["grades"]["certain"]
    assert kinds == {
        "persons": 5,
        "records": 5,
        "merged_by_traits": 0,
        "deceased": 1,
        "minors": 1,
        "flagged": 1,
        "homonyms": 2,
    }


def test_nothing_personal_stands_in_the_summary(tmp_path):
    region = Region(tmp_path, persons=[person("p", birth_name="Zzyzx", phone="0699")])
    region.line("search", "/Patient?family=zzy&Secret-Zzyzx=1")
    region.line("open", person="p")
    assert "zzyzx" not in str(region.run().summary).lower()


def test_care_opens_ninety_days_after_its_end(tmp_path):
    ends = {"p": at(days=-89), "q": at(days=-91), "r": None, "f": None}
    care = [
        {
            "person": name,
            "account": "a",
            "start_us": us(at(days=-200)),
            "end_us": end and us(end),
        }
        for name, end in ends.items()
    ]
    care[-1]["start_us"] = us(at(days=1))
    region = Region(
        tmp_path,
        persons=[person(name) for name in ends],
        care=care,
        services=(service("s", perimeter="care"),),
    )
    region.line("search", "/Patient?family=nom")
    assert set(region.run().grades()) == {"p", "r"}
