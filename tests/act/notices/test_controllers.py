"""Whose person it is: the list of each controller, from the scope to the sums."""

import pytest
from made import recipient

from tocsin.act.notices.plan import Earlier, divided
from tocsin.bench.notice_case import MadeCase, person
from tocsin.wiring import notices, notices_paper

OWN, APART, NEW = "990000176", "990000184", "990000192"
TERMS = ("told", "excluded", "unreachable", "pending", "uncertain")


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("TOCSIN_THREADS", "1")
    return MadeCase(tmp_path / "made", [person(n) for n in range(3)])


def rows(*listed):
    return [(f"P{n:07d}", owner, "identity.birth_name", grade) for n, owner, grade in listed]


def sums_of(found):
    for counted in found["controllers"]:
        assert counted["scoped"] == sum(counted[term] for term in TERMS)
    return {
        one["controller"]: {t: one[t] for t in TERMS if one[t]} for one in found["controllers"]
    }


def test_a_controller_of_which_data_were_possibly_reached_has_no_person_to_tell(made):
    made.scope(rows((0, OWN, "certain"), (0, APART, "possible"), (1, APART, "probable")))
    notices.plan(made.case, possible={})
    assert sums_of(notices.status(made.case)) == {OWN: {"pending": 1}, APART: {"excluded": 1}}


def test_on_a_reasoned_choice_it_has(made):
    made.scope(rows((0, OWN, "certain"), (0, APART, "possible")))
    notices.plan(made.case, possible={"by": "D. Délégué", "why": "prudence"})
    assert sums_of(notices.status(made.case)) == {OWN: {"pending": 1}, APART: {"excluded": 1}}


def told(made, campaign, folder):
    for key in made.keys:
        notices.approve(made.case, campaign, key)
    notices_paper.print_letters(made.case, campaign, folder)
    return notices_paper.posted(made.case, folder / "manifest.csv", by="R. Postier")


def test_a_controller_that_a_newer_scope_adds_waits_for_the_plan_and_then_for_a_correction(
    made, tmp_path
):
    made.scope(rows((0, OWN, "certain"), (1, OWN, "certain")))
    first = notices.plan(made.case, possible={})["campaign"]
    assert sums_of(told(made, first, tmp_path / "one")) == {OWN: {"told": 2}}

    made.scope(rows((0, OWN, "certain"), (0, APART, "certain"), (1, APART, "probable")))
    assert sums_of(notices.status(made.case)) == {OWN: {"told": 1}, APART: {"pending": 2}}

    again = notices.plan(made.case, possible={})
    assert sums_of(notices.status(made.case)) == {OWN: {"told": 1}, APART: {"excluded": 2}}
    assert again["decisions"]["before"] == 2


def test_who_was_told_in_the_name_of_one_controller_is_told_of_the_other_by_a_correction():
    then = recipient("p1", controllers=(OWN,))
    earlier = Earlier(
        campaign="c", recipient=then, proved=frozenset(), withdrawn=False, sure=True
    )
    for now, expected in (((OWN, NEW), 1), ((OWN,), 0), ((), 0)):
        planned = [recipient("p1", controllers=now)]
        assert len(divided(planned, {"p1": earlier}, {})[1]) == expected


def test_a_person_without_a_known_controller_waits_and_is_told_once_a_human_says_so(made):
    made.scope(rows((0, "", "certain"), (1, "", "certain"), (2, OWN, "certain")))
    plan = notices.plan(made.case, possible={})
    assert plan["reasons"] == {"no_controller": 2}
    assert sums_of(notices.status(made.case)) == {"": {"pending": 2}, OWN: {"pending": 1}}
    notices.rule(made.case, ["P0000000"], do="tell", by="D. Délégué", why="vu")
    notices.rule(made.case, ["P0000001"], do="exclude", by="D. Délégué", why="vu")
    assert notices.plan(made.case, possible={})["decisions"]["tell"] == 2
    assert sums_of(notices.status(made.case))[""] == {"excluded": 1, "pending": 1}


def test_who_is_told_out_of_scope_is_the_same_whichever_campaign_is_asked(made, tmp_path):
    made.scope(rows((0, OWN, "certain"), (1, OWN, "certain")))
    first = notices.plan(made.case, possible={})["campaign"]
    told(made, first, tmp_path / "one")
    made.scope(rows((0, OWN, "probable"), (2, OWN, "certain")))
    plan = notices.plan(made.case, possible={})
    for campaign in (plan["campaign"], plan["correction"]["campaign"]):
        assert notices.status(made.case, campaign)["told_out_of_scope"] == 1
