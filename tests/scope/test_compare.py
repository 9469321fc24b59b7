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


def moves(tmp_path, change):
    """Scope, change the region, scope again, compare."""
    region = Region(
        tmp_path,
        persons=[*(person(f"p{i}") for i in range(4)), person("b", **TRAITS)],
    )
    region.line("open", person="p0", session="x")
    region.line("open", person="p1", session="y", decided_by="")
    region.line("open", person="b", session="x")
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


def nothing(region):
    return None


def confirm(region):
    review(region, "y", "usurped")


def clear(region):
    review(region, "y", "legitimate")


def withdraw(region):
    review(region, "x", "legitimate")


def one_more(region):
    region.line("open", person="p2", session="x")


def doubt(region):
    region.line("open", person="p2", session="z", attribution="undecided")


def a_gap(region):
    region.coverage.append(("src", at(hours=1), at(hours=2), "cut", ""))


def a_twin(region):
    region.persons.append(person("a", **TRAITS))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (nothing, set()),
        (confirm, {("changed", "p1", "possible", "certain", "retained", "y")}),
        (clear, {("left", "p1", "possible", "", "settled", "")}),
        (
            withdraw,
            {
                ("left", "p0", "certain", "", "released", "x"),
                ("left", "b", "certain", "", "released", "x"),
            },
        ),
        (one_more, {("came_in", "p2", "", "certain", "reread", "")}),
        (doubt, {("came_in", "p2", "", "possible", "undecided", "")}),
        (
            a_gap,
            {("came_in", f"p{i}", "", "possible", "blind", "") for i in (2, 3)},
        ),
        (
            a_twin,
            {
                ("came_in", "a", "", "certain", "merged", "b"),
                ("left", "b", "certain", "", "merged", "a"),
            },
        ),
    ],
)
def test_who_moved_and_why(tmp_path, change, expected):
    assert brief(moves(tmp_path, change)) == expected


def test_a_comparison_tells_figures_sessions_and_findings(tmp_path):
    found = moves(tmp_path, confirm)
    assert found["sessions"] == {"newly_retained": ["y"], "no_longer_retained": []}
    assert found["persons"]["from"]["certain"] + 1 == found["persons"]["to"]["certain"]
    assert [(w["reason"], w["persons"], w["sessions"]) for w in found["why"]] == [
        ("retained", 1, ["y"])
    ]


def test_a_revision_that_is_not_there_is_said(tmp_path):
    region = Region(tmp_path)
    world = region.world()
    with pytest.raises(InputError, match="no revision 1"):
        diff(world, 1, 2)
