""" "Is it over?": the trails later than the closing, searched for the same thief."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from contain_estate import ESTATE, PROFESSIONALS, write_estate
from hypothesis import given
from hypothesis import strategies as st

from tocsin.act.containment.over import Known, ending
from tocsin.alert.entries import Wanted
from tocsin.core.ending import Again, EndFinding
from tocsin.core.orders import State
from tocsin.wiring import containment, open_case
from tocsin.wiring.incidents import UNREAD, record
from tocsin.wiring.stages import detect, review
from tocsin.wiring.trails import ingest

CLOSED_AT = "2025-09-20T12:00:00Z"
THIEF, HOSPITAL = "203.0.113.9", "198.51.100.1"
HEAD = "at,who,session,from,what,whom\n"


def lines(first_day, last_day, *, month=9):
    """Honest work: everybody, from the hospital, every hour of the day."""
    return [
        f"2025-{month:02}-{day:02}T{8 + n:02}:00:00Z,pro{n},s{day}-{n},{HOSPITAL},read,p{n}"
        for day in range(first_day, last_day)
        for n in range(PROFESSIONALS)
    ]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A theft on pro0 on 19 September, reviewed, and a closing on record on the 20th."""
    folder = tmp_path_factory.mktemp("over")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_KEY_DIR", str(folder / "keys"))
        write_estate(folder / "estate", ESTATE.replace("KEY", "ed25519:" + "ab" * 32))
        theft = [
            f"2025-09-19T02:{m:02}:00Z,pro0,thief,{THIEF},read,p{m % 9}" for m in range(40)
        ]
        trail = folder / "estate/trail"
        (trail / "first.csv").write_text(HEAD + "\n".join(lines(1, 20) + theft) + "\n")
        case = folder / "case"
        open_case(case, folder / "estate/estate.toml")
        assert containment.status(case)["over"]["contained_at"] is None
        ingest(case)
        detect(case)
        decide_thief(case)
        wanted = Wanted(event="contained", at=UNREAD, by="R. Astreinte", why="fermé")
        record(case, wanted, CLOSED_AT)
        yield case


def decide_thief(case):
    """A human reviews each session that holds the thief's address at night."""
    rows = pq.read_table(case / "detect/sessions.parquet").to_pylist()
    for row in rows:
        if row["account"] == "pro0" and row["start_at"].hour == 2 and not row["decided_by"]:
            review(case, row["session"], "usurped", by="A. Analyste", why="pas lui")


def later(case, name, rows, *, fresh=True):
    """Bring later lines in; what is then said of the end."""
    trail = case.parent / "estate/trail"
    (trail / f"{name}.csv").write_text(HEAD + "\n".join(rows) + "\n")
    ingest(case)
    if fresh:
        detect(case)
    return containment.status(case)["over"]


def reasons(over):
    return " | ".join(said["en"] for said in over["because"])


@pytest.mark.slow
def test_the_end_as_the_trails_go_on(case):
    over = containment.status(case)["over"]
    assert over["finding"] == "cannot_tell"
    assert "no trail is later" in reasons(over)

    over = later(case, "second", lines(21, 24), fresh=False)
    assert over["finding"] == "cannot_tell"
    assert "detection has not run on the newest trails" in reasons(over)

    detect(case)
    over = containment.status(case)["over"]
    assert over["finding"] in ("not_seen_again", "cannot_tell")
    assert over["again"] == []
    assert [own["account"] for own in over["own"]] == ["pro0"]
    assert over["trailed_until"] is not None

    back = [f"2025-09-24T03:{m:02}:00Z,pro7,back,{THIEF},read,p{m % 9}" for m in range(5)]
    over = later(case, "third", back)
    assert over["finding"] == "seen_again"
    seen = {(one["account"], one["trait"]) for one in over["again"]}
    assert ("pro7", "address") in seen
    address = next(one for one in over["again"] if one["trait"] == "address")
    assert (address["acts"], address["let_in"], address["value"]) == (5, 5, THIEF)
    assert address["place"]["position"] == 2
    assert "pro7" in over["says"]["en"]
    json.dumps(over)


# The judgement alone -------------------------------------------------------------------------

AT = datetime(2025, 9, 20, tzinfo=UTC)
LATER = AT + timedelta(days=3)


def known(**changed):
    plain = {
        "contained_at": AT,
        "again": (),
        "usurped": (),
        "undecided": (),
        "own": (),
        "shown_until": (("a", LATER), ("b", LATER - timedelta(days=1))),
        "dark": (),
        "thief_known": True,
        "fresh": True,
        "orders": (State.VERIFIED,),
    }
    return Known(**{**plain, **changed})


def again(trait):
    return Again(
        account="pro7",
        trait=trait,
        value="x",
        acts=3,
        let_in=2,
        first_at=LATER,
        last_at=LATER,
        first=None,
    )


def test_not_seen_again_holds_until_the_instant_that_every_source_shows():
    found = ending(known())
    assert found.finding is EndFinding.NOT_SEEN_AGAIN
    assert found.trailed_until == LATER - timedelta(days=1)
    assert found.because == ()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"shown_until": ()}, "no trail is later"),
        ({"shown_until": (("a", None),)}, "no trail is later"),
        ({"shown_until": (("a", LATER), ("b", None))}, "show nothing after the closing: b"),
        ({"dark": ("a",)}, "a gap after the closing: a"),
        ({"thief_known": False}, "nothing to recognise"),
        ({"fresh": False}, "detection has not run"),
        ({"undecided": (again("session"),)}, "left undecided"),
        ({"again": (again("client"),)}, "without its network"),
        ({"orders": (State.VERIFIED, State.APPLIED)}, "not verified"),
        ({"orders": (State.UNDONE,)}, "was undone"),
    ],
)
def test_each_doubt_alone_forbids_to_say_that_it_is_over(changed, why):
    found = ending(known(**changed))
    assert found.finding is EndFinding.CANNOT_TELL
    assert why in " | ".join(said.en for said in found.because)


@pytest.mark.parametrize(
    "changed",
    [
        {"again": (again("address"),)},
        {"again": (again("network"),)},
        {"usurped": (again("session"),)},
    ],
)
@given(fresh=st.booleans(), dark=st.booleans(), orders=st.lists(st.sampled_from(list(State))))
def test_a_thief_seen_again_is_seen_whatever_else_is_doubtful(changed, fresh, dark, orders):
    more = {"fresh": fresh, "dark": ("a",) if dark else (), "orders": tuple(orders)}
    found = ending(known(**changed, **more))
    assert found.finding is EndFinding.SEEN_AGAIN
    assert "pro7" in found.says.en
