"""Why and why not: conditions that would have made a session normal, and its picture."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.records import Says
from tocsin.detect import explanation, habit_picture

SAID = Says("dit", "said")
weights = st.lists(st.floats(0.5, 12), min_size=1, max_size=6)


@given(weights)
def test_all_conditions_together_make_a_session_normal_whatever_weighs_on_it(bits):
    parts = [("network", "context", weight, SAID) for weight in sorted(bits, reverse=True)]
    told = explanation.otherwise(parts, sum(bits))
    if len(told) and len(told[-1]["signals"]) > 1:
        assert told[-1]["probability"] < explanation.NORMAL
    assert all(0.0 <= one["probability"] <= 1.0 for one in told)


def test_a_condition_is_told_with_the_probability_that_it_would_have_left():
    parts = [("network", "context", 9.0, SAID), ("care", "care", 6.0, SAID)]
    first = explanation.otherwise(parts, 15.0)[0]
    assert first["signals"] == ["network"]
    assert first["probability"] < 0.1
    assert "au lieu de" in first["says"]["fr"]
    assert "instead of" in first["says"]["en"]


def test_what_people_decided_is_no_condition():
    assert explanation.otherwise([("given", "given", 20.0, SAID)], 20.0) == []


def test_the_picture_is_one_accessible_drawing_that_holds_no_markup_of_the_outside():
    row = {
        "measure": "acts",
        "says": {"fr": "actes <b>", "en": "acts <b>"},
        "value": 120.0,
        "past": [1, 2, 4, 8, 12, 20, 33],
    }
    empty = {**row, "past": []}
    found = {"session": "s", "account": "<script>", "against_habit": [row, empty]}
    for lang in ("fr", "en"):
        svg = habit_picture.picture(found, lang)
        tree = ET.fromstring(svg)
        assert tree.attrib["role"] == "img"
        names = [child.tag.rpartition("}")[2] for child in tree]
        assert names[:2] == ["title", "desc"]
        assert "<script>" not in svg
        assert "120" in svg
