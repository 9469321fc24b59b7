"""The catalogue: starters, what it leaves open, entries proposed from the trail, blindness."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from region_made import Region, op, person, service, source

from tocsin.adapters.estate_toml import read_estate
from tocsin.adapters.shipped import producers, starter, starters
from tocsin.core.errors import InputError
from tocsin.core.records import DirectoryFiles, Estate, Operator
from tocsin.scope.advice import advice
from tocsin.scope.blindness import document, widened
from tocsin.scope.proposals import Likeness, proposals

HEAD = """
[operator]
id = "o"
name = "O"
[directory]
as_of = 2025-09-05T00:00:00Z
accounts = "a.csv"
persons = "p.csv"
"""


def estate(services, sources):
    return Estate(
        operator=Operator(id="o", name="O", region="", timezone="UTC", role="processor"),
        directory=DirectoryFiles(
            as_of=date(2025, 9, 5), accounts="", persons="", care="", controllers=""
        ),
        services=tuple(services),
        sources=tuple(sources),
    )


@pytest.mark.parametrize("name", sorted(starters()))
def test_a_starter_reads_as_an_estate_and_shows_something(name):
    read = read_estate(HEAD + starter(name), file="estate.toml")
    assert any(o.reveals for s in read.services for o in s.operations)
    assert {s.service for s in read.sources} == {s.id for s in read.services}
    told = {a.code for a in advice(read, frozenset())}
    assert not told & {"untrailed", "empty", "match", "nobody"}
    for one in advice(read, frozenset()):
        if one.code == "free_text":  # said in the starter beside it
            service_ = next(s for s in read.services if f"service {s.id}," in one.where)
            items = [i for o in service_.operations for i in o.reveals]
            assert any(i.startswith(("free_text.", "medical.")) for i in items)


def test_every_starter_that_the_catalogue_promises_is_there():
    assert set(starters()) == {
        *("orientation", "record", "imaging", "directory"),
        *("messaging", "appointments", "hapi-fhir", "web"),
    }
    with pytest.raises(InputError, match="no such starter"):
        starter("../pyproject")


def test_two_starters_can_stand_in_one_estate():
    text = HEAD + "".join(starter(name) for name in starters())
    assert len(read_estate(text, file="estate.toml").services) == len(starters())


OPEN = [
    ("untrailed", [service("s", (op("x"),))], []),
    ("page_size", [service("s", (op("x"),), page_size=0)], [source()]),
    ("roles", [service("s", (op("x"),), roles=("mage",))], [source()]),
    ("match", [service("s", (op("x"),))], [source()]),
    ("nobody", [service("s", (op("x", "open", "none"),))], [source()]),
    ("reveals", [service("s", (op("x", "open", "named", ()),))], [source()]),
    (
        "free_text",
        [service("s", (op("x", "open", "named", ("administrative.comment",)),))],
        [source()],
    ),
    ("columns", [service("s", (op("x"),))], [source(format="csv")]),
    ("silent", [service("s", (op("x", "export", "export"),))], [source()]),
]


@pytest.mark.parametrize(
    ("code", "services", "sources"), OPEN, ids=lambda v: v if isinstance(v, str) else "x"
)
def test_what_a_catalogue_leaves_open_is_said(code, services, sources):
    found = advice(estate(services, sources), frozenset({"gp"}))
    assert code in {a.code for a in found}
    assert all(a.says.fr and a.says.en for a in found)


def like(lines=10, named=0, asked=0, **match):
    return Likeness(service="s", match=match, lines=lines, named=named, asked=asked)


def proposed(*found, persons=(), taken=()):
    listed = proposals(found, persons=frozenset(persons), taken=frozenset(taken))
    return [(p.id, dict(p.match), p.kind, p.persons) for p in listed]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            [like(method="GET", path=f"/files/{p}/notes") for p in ("p1", "p2")],
            [("files-notes", {"method": "GET", "path": "/files/{person}/notes"},
              "open", "named")],
        ),
        (
            [like(method="GET", path="/patients", asked=9)],
            [("patients", {"method": "GET", "path": "/patients"}, "search", "query")],
        ),
        (
            [like(method="GET", path="/patients/export.csv")],
            [("patients-export-csv", {"method": "GET", "path": "/patients/export.csv"},
              "export", "export")],
        ),
        (
            [like(method="POST", path="/files/p1/notes")],
            [("post-files-notes", {"method": "POST", "path": "/files/{person}/notes"},
              "write", "named")],
        ),
        (
            [like(interaction="read", resource="Observation", named=10)],
            [("read-observation", {"interaction": "read", "resource": "Observation"},
              "open", "named")],
        ),
        (
            [like(event_id="110112", asked=10)],
            [("110112", {"event_id": "110112"}, "search", "query")],
        ),
        ([like(action="EXPORT")], [("export", {"action": "EXPORT"}, "export", "export")]),
        ([like(action="LOGIN")], [("login", {"action": "LOGIN"}, "login", "none")]),
        (
            [like(method="GET", path=f"/d/{i:08x}-aa") for i in range(20)],
            [("d", {"method": "GET", "path": "/d/{id}"}, "list", "query")],
        ),
    ],
)  # fmt: skip
def test_an_entry_is_proposed_from_lines(found, expected):
    assert proposed(*found, persons=("p1", "p2")) == expected


def test_an_id_that_stands_is_not_taken_again():
    names = [p[0] for p in proposed(like(action="X"), taken=[("s", "x")])]
    assert names == ["x-2"]


@given(st.dictionaries(st.sampled_from(["method", "path", "action"]), st.text(min_size=1)))
def test_a_proposal_is_toml_whatever_the_trail_holds(match):
    for one in proposals([like(**match)], persons=frozenset(), taken=frozenset()):
        (read,) = tomllib.loads(one.toml())["service"]["operation"]
        assert set(read["match"]) == set(one.match)
        assert read["reveals"] == list(one.reveals)


def test_every_note_of_blindness_has_its_source_and_its_effect():
    for producer in producers():
        assert producer.notes
        assert producer.as_of >= date(2026, 1, 1)
        for note in producer.notes:
            assert all((note.source, note.says.fr, note.says.en, note.effect.fr))


def test_a_declared_producer_makes_its_untrailed_operations_silent():
    ops = (
        op("search"),
        op("export", "export", "export"),
        op("open", "open", "named"),
    )
    made = estate([service("s", ops)], [source(producer="hapi-balp"), source("other", "s")])
    one, other = widened(made, producers()).sources
    assert (one.silent, other.silent) == (("export",), ())
    shown = {(n["source"], n["producer"], n["declared"]) for n in document(made, producers())}
    assert shown == {
        ("src", "hapi-balp", True),
        ("src", "balp", False),
        ("other", "balp", False),
    }


def test_a_producer_is_used_in_the_bounds_and_shown(tmp_path):
    region = Region(
        tmp_path,
        persons=[person("p"), person("q")],
        sources=(source(producer="hapi-balp"), source("idp", "", format="keycloak")),
    )
    region.line("open", person="p")
    world = region.world()
    object.__setattr__(world, "producers", producers())
    region.world = lambda: world
    found = region.run()
    assert found.grades() == {"p": "certain", "q": "possible"}
    assert found.summary["silent"][0]["operation"] == "export"
    assert any("$export" in n["says"]["fr"] for n in found.summary["blindness"])
