from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.act.partners import misp, stix
from tocsin.act.partners.indicators import Indicator, Taken, Tlp, Trait, merged, taken

AT = datetime(2025, 9, 8, 6, tzinfo=UTC)


def indicator(trait: str, value: str) -> Indicator:
    return Indicator(
        trait=Trait(trait), value=value, first_at=AT, last_at=AT, acts=3, reviewed=True
    )


OURS = (
    indicator("address", "203.0.113.7"),
    indicator("address", "2001:db8::7"),
    indicator("network", "203.0.113.0/24"),
    indicator("client", "it's \\ a 'client' = v1"),
)


@pytest.mark.parametrize("format_", [stix, misp])
def test_what_one_region_gives_another_takes_as_it_was(format_):
    make = stix.bundle if format_ is stix else misp.event
    document = make(OURS, operator="GRADeS A", case="c", tlp=Tlp.AMBER, at=AT)
    read = format_.read(document, source="file.json")
    assert not read.left
    assert [(t.trait, t.value, t.source) for t in read.taken] == [
        (i.trait, i.value, "GRADeS A") for i in OURS
    ]


def test_a_bundle_has_steady_ids_its_marking_and_no_person():
    made = [
        stix.bundle(OURS, operator="GRADeS A", case="c", tlp=Tlp.RED, at=AT) for _ in range(2)
    ]
    assert made[0] == made[1]
    kinds = {o["type"] for o in made[0]["objects"]}
    assert kinds == {"identity", "campaign", "indicator", "relationship"}
    marked = [o for o in made[0]["objects"] if o["type"] != "identity"]
    assert all(
        o["object_marking_refs"] == ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]
        for o in marked
    )
    assert made[0]["objects"][0]["identity_class"] == "organization"


@pytest.mark.parametrize(
    ("trait", "value", "kept"),
    [
        ("address", " 203.0.113.7 ", ("address", "203.0.113.7")),
        ("network", "203.0.113.9/24", ("network", "203.0.113.0/24")),
        ("address", "203.0.113.9/32", ("address", "203.0.113.9")),
        ("address", "10.1.2.3", None),
        ("address", "127.0.0.1", None),
        ("network", "0.0.0.0/0", None),
        ("network", "8.0.0.0/8", None),
        ("network", "2001::/16", None),
        ("address", "dr.martin@hopital.fr", None),
        ("client", "", None),
        ("client", "x" * 301, None),
        ("client", "a\x1b[2J", None),
    ],
)
def test_only_what_can_mean_the_same_elsewhere_is_taken(trait, value, kept):
    found = taken(Trait(trait), value, "s")
    if kept is None:
        assert not isinstance(found, Taken)
    else:
        assert (str(found.trait), found.value) == kept


def test_persons_in_a_partners_file_are_left():
    event = {
        "Event": {
            "Attribute": [
                {"type": "email-src", "value": "dr@hopital.fr"},
                {"type": "text", "value": "Jeanne Martin"},
                {"type": "ip-src|port", "value": "203.0.113.7|443"},
            ]
        }
    }
    read = misp.read({"response": [event]}, source="f")
    assert [t.value for t in read.taken] == ["203.0.113.7"]
    assert len(read.left) == 2
    assert "Martin" not in str(read.left)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.sampled_from(["Event", "response", "Attribute", "Object", "objects"]))
def test_a_hostile_file_never_breaks_the_reading(value, name):
    misp.read({name: value}, source="f")
    misp.read(value, source="f")
    stix.read({"type": "bundle", name: value}, source="f")


@pytest.mark.parametrize("value", [5, True, "abc", {"a": 1}, [1]])
@pytest.mark.parametrize("name", ["Event", "Attribute", "Object", "objects"])
def test_lists_that_are_none_hold_nothing(name, value):
    assert not misp.read({name: value}, source="f").taken
    assert not stix.read({name: value}, source="f").taken


def test_seeds_keep_what_others_put_there_and_take_each_value_once():
    before = {"sessions": ["a"], "indicators": [{"trait": "client", "value": "x", "from": "n"}]}
    more = [Taken(trait=Trait.CLIENT, value="x", source="m")] * 2
    more += [Taken(trait=Trait.ADDRESS, value="203.0.113.7", source="m")]
    after = merged(before, more)
    assert after["sessions"] == ["a"]
    assert [i["from"] for i in after["indicators"]] == ["n", "m"]
    assert merged(None, ()) == {"indicators": [], "sessions": []}
