"""Two revisions compared: who came, who left, whose grade changed, and why."""

import pytest
from region_made import Region, at, person

from tocsin.core.errors import InputError
from tocsin.flow.revisions import diff
from tocsin.flow.scope import scope

TRAITS = {
    "birth_name": "Le Goff",
    "first_names": "Anne",
    "birth_date": "1980-05-12",
    "sex": "F",
    "birth_place": "44109",
}


def compared(region, change):
    """Scope, change the region, scope again, compare."""
    region.run()
    change(region)
    world = region.world()
    scope(world, accept_suspicions=False)
    found = diff(world, 1, 2)
    world.engine.close()
    return found


def review(region, session, attribution):
    for act in region.acts:
        if act["session"] == session:
            act.update(attribution=attribution, decided_by="Ada")


def brief(found):
    return {
        (name, p["person"], p["was"], p["now"], p["reason"], p["session"] or p["other"])
        for name in ("came_in", "left", "changed")
        for p in found[name]
    }


def test_who_moved_and_why(tmp_path):
    """Each person is a case of its own, in a session of its own."""
    region = Region(
        tmp_path,
        persons=[
            *(
                person(n)
                for n in ("same", "confirmed", "cleared", "withdrawn", "more", "doubt")
            ),
            person("b", **TRAITS),
        ],
    )
    region.line("open", person="same", session="s")
    region.line("open", person="b", session="s")
    region.line("open", person="confirmed", session="y", decided_by="")
    region.line("open", person="cleared", session="z", decided_by="")
    region.line("open", person="withdrawn", session="w")

    def change(region):
        review(region, "y", "usurped")
        review(region, "z", "legitimate")
        review(region, "w", "legitimate")
        region.line("open", person="more", session="s")
        region.line("open", person="doubt", session="v", attribution="undecided")
        region.persons.append(person("a", **TRAITS))

    found = compared(region, change)
    assert brief(found) == {
        ("changed", "confirmed", "possible", "certain", "retained", "y"),
        ("left", "cleared", "possible", "", "settled", ""),
        ("left", "withdrawn", "certain", "", "released", "w"),
        ("came_in", "more", "", "certain", "reread", ""),
        ("came_in", "doubt", "", "possible", "undecided", ""),
        ("came_in", "a", "", "certain", "merged", "b"),
        ("left", "b", "certain", "", "merged", "a"),
    }
    assert found["sessions"] == {"newly_retained": ["y"], "no_longer_retained": ["w"]}
    assert {(w["move"], w["reason"]): w["persons"] for w in found["why"]} == {
        (move, reason): 1 for move, _, _, _, reason, _ in brief(found)
    }


def test_a_gap_lets_in_whoever_it_may_have_shown(tmp_path):
    region = Region(tmp_path, persons=[person(f"p{i}") for i in range(3)])
    region.line("open", person="p0")

    def change(region):
        region.coverage.append(("src", at(hours=1), at(hours=2), "cut", ""))

    found = compared(region, change)
    assert brief(found) == {("came_in", f"p{i}", "", "possible", "blind", "") for i in (1, 2)}


def test_a_revision_that_is_not_there_is_said(tmp_path):
    region = Region(tmp_path)
    world = region.world()
    with pytest.raises(InputError, match="no revision 1"):
        diff(world, 1, 2)
