"""Gaps and silent operations: what they open, to whom, and what they leave conditional."""

import pytest
from region_made import T0, Region, at, op, person, service, source, us

MEDICAL = service(
    "m",
    (op("read", "open", "named", ("medical.note", "identity.birth_name")),),
    roles=("doctor",),
)
SOURCES = (source(), source("msrc", "m"), source("idp", "", format="keycloak"))


def region_with(tmp_path, gap, **more):
    """An account with one act at T0, and a gap of the medical service."""
    rest = [(s.id, at(days=-30), at(days=30), "trailed", "") for s in SOURCES]
    region = Region(
        tmp_path,
        **{
            "services": (service("s", (op("search"),)), MEDICAL),
            "sources": SOURCES,
            "accounts": [{"account": "a", "role": "doctor", "organisation": "E1"}],
            "persons": [person("p"), person("q", services=("s",))],
            "coverage": [*rest, ("msrc", *gap, "cut", "")] if gap else rest,
        }
        | more,
    )
    region.line("search", "/Patient?_id=p", at=T0)
    return region


GAPS = [
    (at(hours=23), at(hours=30), True),
    (at(hours=25), at(hours=30), False),
    (at(hours=-30), at(hours=-23), True),
    (at(hours=-30), at(hours=-25), False),
    (at(hours=-1), at(hours=1), True),
]


def many(tmp_path, n, **more):
    """One account with one act at T0, and n services, each with a source of its own."""
    services = [service(f"m{i}", MEDICAL.operations) for i in range(n)]
    sources = [source(f"src{i}", f"m{i}") for i in range(n)]
    region = Region(
        tmp_path,
        **{
            "services": (service("s", (op("search"),)), *services),
            "sources": (source(), *sources, source("idp", "", format="keycloak")),
            "persons": [person(f"p{i}", services=("s", f"m{i}")) for i in range(n)],
        }
        | more,
    )
    region.line("search", "/Patient?_id=nobody", at=T0)
    return region


def test_a_gap_opens_the_service_within_a_day_of_the_acts(tmp_path):
    region = many(tmp_path, len(GAPS))
    region.coverage += [(f"src{i}", a, b, "cut", "") for i, (a, b, _) in enumerate(GAPS)]
    found = region.run()
    expected = {f"p{i}": ("possible", "blind") for i, (*_, opens) in enumerate(GAPS) if opens}
    assert {r["person"]: (r["grade"], r["rule"]) for r in found.reach} == expected
    assert {row["service"] for row in found.summary["blind"]} == {
        f"m{i}" for i, (*_, opens) in enumerate(GAPS) if opens
    }


@pytest.mark.parametrize("gap", [None, (at(hours=-1), at(hours=1))])
def test_a_gap_makes_the_sentence_conditional(tmp_path, gap):
    medical = region_with(tmp_path, gap).run().statements["medical"]
    assert medical["finding"] == ("cannot_be_excluded" if gap else "not_reached")
    assert ("auraient" in medical["says"]) == bool(gap)


def test_a_gap_opens_nothing_to_a_role_that_the_service_does_not_admit(tmp_path):
    found = region_with(
        tmp_path, (at(hours=-1), at(hours=1)), accounts=[{"account": "a", "role": "clerk"}]
    ).run()
    assert found.statements["medical"]["finding"] == "not_reached"
    assert "medical.note" not in found.summary["items"]


def test_a_gap_of_the_identity_provider_opens_nothing(tmp_path):
    region = region_with(tmp_path, None)
    region.coverage.append(("idp", at(hours=-1), at(hours=1), "stopped", ""))
    assert region.run().summary["blind"] == []


def test_a_perimeter_bounds_what_a_gap_opens(tmp_path):
    services = (
        service("s", (op("search"),)),
        service("m", MEDICAL.operations, perimeter="organisation"),
    )
    persons = [
        person("p", controllers=("E2",)),
        person("q"),
        person("r", controllers=("E3",), organisation="E1"),
    ]
    found = region_with(
        tmp_path, (at(hours=-1), at(hours=1)), services=services, persons=persons
    ).run()
    assert {r["person"] for r in found.reach if r["item"] == "medical.note"} == {"q", "r"}


LOGINS = [
    ([("login", at(days=5))], True),
    ([("login", at(days=5, hours=-9))], True),
    ([("login", at(days=5, hours=-11))], False),
    ([("login", at(days=5, hours=-9)), ("logout", at(days=5, hours=-8))], False),
    ([("login", at(days=5, hours=-20)), ("logout", at(days=5, hours=1))], True),
    ([("login", at(days=5, hours=3))], False),
]


def test_a_gap_counts_where_the_account_is_logged_in(tmp_path):
    names = [f"a{i}" for i in range(len(LOGINS))]
    region = region_with(
        tmp_path,
        (at(days=5), at(days=5, hours=2)),
        accounts=[{"account": name, "role": "doctor"} for name in names],
    )
    for name, (events, _) in zip(names, LOGINS, strict=True):
        region.line("search", "/Patient?_id=p", at=T0, account=name, session=name)
        for kind, when in events:
            region.line(
                "", service="", source="idp", kind=kind, at=when, attribution=None, account=name
            )
    opened = {row["account"] for row in region.run().summary["blind"]}
    assert opened == {n for n, (_, opens) in zip(names, LOGINS, strict=True) if opens}


def test_a_silent_operation_counts_only_where_a_session_entered(tmp_path):
    ops = (op("search"), op("bulk", "export", "export", ("contact.phone",)))
    other = (op("dump", "export", "export", ("financial.iban",)),)
    region = Region(
        tmp_path,
        services=(service("s", ops), service("t", other)),
        sources=(source(silent=("bulk",)), source("tsrc", "t", silent=("dump",))),
        persons=[person("p", phone="1"), person("q", phone="2"), person("r")],
    )
    region.line("search", "/Patient?_id=p")
    found = region.run()
    phones = {
        r["person"]: (r["grade"], r["rule"])
        for r in found.reach
        if r["item"] == "contact.phone"
    }
    assert phones == dict.fromkeys(("p", "q"), ("possible", "silent"))
    assert found.statements["contact"]["finding"] == "cannot_be_excluded"
    assert found.statements["financial"]["finding"] == "not_reached"
    assert found.persons["at_most"] == 2


@pytest.mark.parametrize("session", ["x", "other"])
def test_an_unknown_act_makes_its_service_conditional_when_a_usurped_session_holds_it(
    tmp_path, session
):
    region = region_with(tmp_path, None)
    held = session == "x"
    region.line(
        "",
        service="m",
        source="msrc",
        session=session,
        attribution="legitimate" if held else None,
    )
    found = region.run()
    expected = "cannot_be_excluded" if held else "not_reached"
    assert found.statements["medical"]["finding"] == expected
    assert found.statements["financial"]["finding"] == "not_reached"


AROUND = [((-1, 1), True), ((-90, -80), False), ((80, 90), False), ((-90, 90), True)]


def test_an_unread_line_counts_between_its_neighbours(tmp_path):
    region = many(tmp_path, len(AROUND))
    region.coverage = [(s.id, at(days=-30), at(days=30), "trailed", "") for s in region.sources]
    for i, (hours, _) in enumerate(AROUND):
        place = {"service": f"m{i}", "source": f"src{i}", "digest": str(i) * 64}
        for position, hour in zip((1, 9), hours, strict=True):
            region.line(
                "read",
                person="z",
                **place,
                position=position,
                at=at(hours=hour),
                attribution=None,
                account="b",
            )
        region.quarantine.append(
            {"source": f"src{i}", "digest": str(i) * 64, "position": 5, "part": 0}
            | {"reason": "?", "head": ""}
        )
    found = region.run().statements["medical"]
    told = " ".join(found["because"])
    for i, (_, conditional) in enumerate(AROUND):
        assert (f"« Service m{i} » sont illisibles" in told) == conditional
    assert found["finding"] == "cannot_be_excluded"


SPANS = [
    (at(hours=-25), at(hours=25), ""),
    (at(hours=-23), at(hours=25), "ne commencent que"),
    (at(hours=-25), at(hours=23), "s'arrêtent"),
]


def test_the_trail_must_reach_a_day_beyond_the_acts(tmp_path):
    region = many(tmp_path, len(SPANS))
    region.coverage = [(f"src{i}", a, b, "trailed", "") for i, (a, b, _) in enumerate(SPANS)]
    told = region.run().statements["medical"]["because"]
    for i, (_, _, words) in enumerate(SPANS):
        mine = [why for why in told if f"« Service m{i} »" in why]
        assert len(mine) == bool(words)
        assert all(words in why for why in mine)


def test_a_service_without_any_trail_proves_nothing(tmp_path):
    region = region_with(tmp_path, None, sources=(SOURCES[0], SOURCES[2]))
    assert region.run().statements["medical"]["finding"] == "cannot_be_excluded"


def test_undecided_acts_make_conditional_what_their_account_may_open(tmp_path):
    region = region_with(
        tmp_path,
        None,
        accounts=[{"account": "a", "role": "clerk"}, {"account": "b", "role": "doctor"}],
    )
    assert region.run().statements["medical"]["finding"] == "not_reached"
    region.line("search", "/Patient?_id=zz", account="b", session="y", attribution="undecided")
    found = region.run()
    assert found.statements["medical"]["finding"] == "cannot_be_excluded"
    assert found.statements["financial"]["finding"] == "not_reached"
    assert found.statements["identity"]["finding"] == "reached"
    assert "se limiterait" in found.statements["identity"]["says"]


def test_no_theft_is_a_result(tmp_path):
    found = Region(tmp_path, persons=[person("p")]).run()
    assert {s["finding"] for s in found.statements.values()} == {"not_reached"}
    assert len(found.statements) == 9
    assert any("rien ne montre un vol" in why for why in found.statements["medical"]["because"])
    assert found.persons == dict.fromkeys(found.persons, 0)


def test_where_no_line_was_read_no_theft_is_seen_and_none_is_excluded(tmp_path):
    region = Region(tmp_path, persons=[person("p")])
    region.coverage = []
    found = region.run()
    assert found.statements["identity"]["finding"] == "cannot_be_excluded"
    assert any("aucune ligne" in why for why in found.statements["identity"]["because"])


def test_care_is_judged_during_the_gap(tmp_path):
    services = (
        service("s", (op("search"),)),
        service("m", MEDICAL.operations, perimeter="care"),
    )
    care = [
        {
            "person": "p",
            "account": "a",
            "start_us": us(at(days=-300)),
            "end_us": us(at(days=-200)),
        },
        {"person": "q", "account": "a", "start_us": us(at(minutes=30)), "end_us": None},
        {"person": "r", "account": "a", "start_us": us(at(hours=2)), "end_us": None},
    ]
    found = region_with(
        tmp_path,
        (at(hours=-1), at(hours=1)),
        services=services,
        care=care,
        persons=[person(n) for n in "pqr"],
    ).run()
    assert {r["person"] for r in found.reach if r["item"] == "medical.note"} == {"q"}
