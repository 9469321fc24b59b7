"""Doubtful merges: what is shown, what a named human decides, what it changes."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from region_made import Region, person

from tocsin.adapters.splink_linker import SplinkLinker
from tocsin.core.errors import InputError
from tocsin.flow.people import decide, listed
from tocsin.flow.scope import scope
from tocsin.scope.people import Decided, merged
from tocsin.scope.person_reviews import MERGE, PART, Decision, decided

TRAITS = {
    "birth_name": "Le Goff",
    "first_names": "Anne Marie",
    "birth_date": "1980-05-12",
    "sex": "F",
    "birth_place": "44109",
    "phone": "0612345678",
}
QUALIFIED = {"ins": "2800544109123", "identity_status": "qualifiée"}


class Clock:
    def now(self):
        return datetime(2025, 9, 6, tzinfo=UTC)


class Case:
    """A region whose named records are all opened, scoped once."""

    def __init__(self, root, *rows):
        self.region = Region(root, persons=list(rows))
        for row in rows:
            self.region.line("open", person=row["person"])
        self.world = self.region.world()
        object.__setattr__(self.world, "clock", Clock())
        self.scope()

    def scope(self):
        return scope(self.world, accept_suspicions=False)["persons"]["certain"]

    def listed(self, **who):
        return listed(self.world, SplinkLinker(memory="256MB", threads=1), **who)

    def brief(self):
        return {(*d["records"], d["kind"], d["state"]) for d in self.listed()["doubts"]}

    def decide(self, kind, *records):
        return decide(self.world, kind, records, by="Ada Duval", why="jumelles")


def pair(one, other):
    return (person("a", **one), person("b", **other))


PAIRS = [
    ("five equal traits", TRAITS, TRAITS, ("traits", "merged")),
    (
        "one INS, other traits: an error at sign-in",
        TRAITS | QUALIFIED,
        TRAITS | QUALIFIED | {"birth_date": "1951-01-01"},
        ("ins", "merged"),
    ),
    ("homonym", TRAITS, TRAITS | {"identity_status": "HOMA"}, ("flagged", "apart")),
    (
        "two INS",
        TRAITS | QUALIFIED,
        TRAITS | QUALIFIED | {"ins": "2800544109999"},
        ("flagged", "apart"),
    ),
    ("typing error", TRAITS, TRAITS | {"birth_name": "Le Gof"}, ("near", "apart")),
    (
        "married name",
        TRAITS,
        TRAITS | {"birth_name": "Marchand", "used_name": "Le Goff"},
        ("near", "apart"),
    ),
    ("twins", TRAITS, TRAITS | {"first_names": "Julie"}, None),
    ("mother", TRAITS, TRAITS | {"birth_date": "1958-01-30"}, None),
    ("the same", TRAITS | QUALIFIED, TRAITS | QUALIFIED, None),
]


def test_pairs_to_look_at(tmp_path):
    """Each pair has a town, a year of birth, first names and a phone of its own."""
    rows = []
    for n, (_, one, other, _) in enumerate(PAIRS):
        for name, traits in (("a", one), ("b", other)):
            own = {
                "birth_place": f"441{n:02}",
                "phone": f"06000000{n:02}",
                "birth_date": f"{int(traits['birth_date'][:4]) + n}{traits['birth_date'][4:]}",
                "first_names": f"{'XYZUVWQRS'[n] * 4}{traits['first_names']}",
                "ins": f"{traits['ins']}{n}" if "ins" in traits else "",
            }
            rows.append(person(f"{n}{name}", **(traits | own)))
    found = Case(tmp_path, *rows).brief()
    assert found == {
        (f"{n}a", f"{n}b", *expected) for n, (_, _, _, expected) in enumerate(PAIRS) if expected
    }


def test_a_list_shows_the_effect_of_each_choice_and_no_trait(tmp_path):
    case = Case(
        tmp_path,
        *pair(TRAITS, TRAITS),
        person("c", **TRAITS | {"birth_name": "Le Gof"}),
        person("d", birth_name="Autre"),
    )
    found = case.listed()
    assert [found["effect"][name]["certain"] for name in found["effect"]] == [4, 3, 2]
    assert "Goff" not in str(found)
    assert "0612345678" not in str(found)
    shown = case.listed(by="Ada Duval", why="revue")
    assert shown["doubts"][0]["identities"][0]["birth_name"].startswith("Le Gof")


def test_a_named_human_parts_and_merges_and_the_next_scope_follows(tmp_path):
    case = Case(tmp_path, *pair(TRAITS, TRAITS), person("c", birth_name="Autre"))
    assert case.scope() == 2
    said = case.decide(PART, "a", "b")
    assert (said["before"]["certain"], said["after"]["certain"]) == (2, 3)
    assert case.scope() == 3
    assert case.decide(MERGE, "b", "c")["after"]["certain"] == 2
    assert case.scope() == 2
    rows = case.world.engine
    assert rows is not None
    doubt = case.listed()["doubts"][0]
    assert (doubt["decided"], doubt["by"]) == ("part", "Ada Duval")
    events = [e for e, _ in case.world.case.journal if e == "people_reviewed"]
    assert len(events) == 2


def test_a_decision_stands_in_the_table_of_people(tmp_path):
    case = Case(tmp_path, *pair(TRAITS, {"birth_name": "Autre"}))
    case.decide(MERGE, "a", "b")
    case.world.engine.close()
    found = case.region.run()
    assert found.people == [
        {"record": "a", "person": "a", "rule": "self", "reviewed_by": "Ada Duval"},
        {"record": "b", "person": "a", "rule": "reviewed", "reviewed_by": "Ada Duval"},
    ]


def test_a_decision_that_cannot_be_taken_is_said(tmp_path):
    case = Case(tmp_path, *pair(TRAITS, TRAITS))
    for records, by, why in [
        (("a",), "A", "x"),
        (("a", "ghost"), "A", "x"),
        (("a", "b"), " ", "x"),
        (("a", "b"), "A", ""),
    ]:
        with pytest.raises(InputError):
            decide(case.world, MERGE, records, by=by, why=why)
    assert case.scope() == 1


names = st.sampled_from("abcdef")
decisions = st.lists(
    st.builds(
        Decision,
        kind=st.sampled_from([MERGE, PART]),
        records=st.lists(names, min_size=2, max_size=3, unique=True).map(tuple),
        by=st.just("A"),
        why=st.just("x"),
        at=st.just(""),
    ),
    max_size=6,
)


@given(groups=st.lists(st.sampled_from("xyz"), min_size=6, max_size=6), said=decisions)
def test_no_pair_that_a_human_parted_is_ever_one_person(groups, said):
    text = pa.string()
    same = pa.table({"record": list("abcdef"), "ins": groups})
    counted = {g: groups.count(g) for g in groups}
    same = same.filter(pa.array([counted[g] > 1 for g in groups]))
    alike = pa.table(
        {n: pa.array([], text) for n in ("record", "birth_name", "first_name", "born", "ins")}
    )
    want = decided(said)
    found = {name: name for name in "abcdef"}
    for row in merged(same, alike, want).to_pylist():
        found[row["record"]] = row["person"]
    assert not [p for p in want.apart if found[p[0]] == found[p[1]]]
    if not want.apart:
        assert all(found[a] == found[b] for a, b in want.together)
    assert merged(same, alike, Decided()).num_rows == sum(
        n - 1 for n in counted.values() if n > 1
    )
    assert all(min(r for r in found if found[r] == p) == p for p in found.values())
