from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tocsin.core.incident import ClockState, EventKind, History, Party, Recorded
from tocsin.decide.clocks import Setting, clocks
from tocsin.decide.duties import unknown_words

PARIS = ZoneInfo("Europe/Paris")
A, B = Party(id="A", name="CH A"), Party(id="B", name="CH B")


def utc(text: str) -> datetime:
    """An instant written in Paris time, or with its own offset."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=PARIS)).astimezone(UTC)


def did(*told: str) -> History:
    """A history from lines such as `aware A 2025-09-05T10:20 duty`; `-` is the operator."""
    records = []
    for n, line in enumerate(told):
        event, party, at, *duty = line.split()
        records.append(
            Recorded(
                n=n,
                event=EventKind(event),
                controller="" if party == "-" else party,
                duty=duty[0] if duty else "",
                at=utc(at),
                by="somebody",
                why="",
                recorded_at=utc(at),
            )
        )
    return History(records=tuple(records))


def setting(*duties: str, role: str = "processor", **more) -> Setting:
    return Setting(
        operator=Party(id="", name="GRADeS", duties=duties),
        controllers=more.pop("controllers", (A, B)),
        processor=role == "processor",
        zone=more.pop("zone", PARIS),
        **more,
    )


def face(duty: str, party: str, *told: str, at: str, where: Setting | None = None):
    found = clocks(where or setting(duty.split("-", maxsplit=1)[0]), did(*told), utc(at))
    (one,) = [f for f in found if f.duty.id == duty and f.party.id == party]
    return one


CASES = [
    # duty, party, what was done, as of, starts, due, state
    pytest.param(
        "gdpr-33-1", "A", ["aware A 2025-09-05T10:20"], "2025-09-08T10:20",
        "2025-09-05T10:20", "2025-09-08T10:20", "running",
        id="art. 33(1): 72 hours to the minute, through a weekend",
    ),
    pytest.param(
        "gdpr-33-1", "A", ["aware A 2025-09-05T10:20"], "2025-09-08T10:20:01",
        "2025-09-05T10:20", "2025-09-08T10:20", "late",
        id="art. 33(1): late one second after",
    ),
    pytest.param(
        "gdpr-33-1", "A", ["told_controller A 2025-09-05T11:00"], "2025-09-06T11:00",
        "2025-09-05T11:00", "2025-09-08T11:00", "running",
        id="art. 33(1): a controller told by its processor is aware then",
    ),
    pytest.param(
        "gdpr-33-1", "A",
        ["told_controller A 2025-09-05T11:00", "aware A 2025-09-05T14:00"],
        "2025-09-06T11:00", "2025-09-05T14:00", "2025-09-08T14:00", "running",
        id="art. 33(1): its own awareness counts where it is recorded",
    ),
    pytest.param(
        "gdpr-33-1", "A", ["aware - 2025-09-05T10:20"], "2025-09-09T10:20",
        None, None, "not_started",
        id="art. 33(1): the processor's awareness is not the controller's",
    ),
    pytest.param(
        "gdpr-33-1", "A",
        ["aware A 2025-09-05T10:20", "filed A 2025-09-07T16:00 gdpr-33-1"],
        "2025-10-01T00:00", "2025-09-05T10:20", "2025-09-08T10:20", "done",
        id="art. 33(1): filed",
    ),
    pytest.param(
        "gdpr-33-1", "A",
        ["aware A 2025-09-05T10:20", "filed B 2025-09-07T16:00 gdpr-33-1"],
        "2025-10-01T00:00", "2025-09-05T10:20", "2025-09-08T10:20", "late",
        id="art. 33(1): another controller's filing does not count",
    ),
    pytest.param(
        "gdpr-33-1", "A",
        ["aware A 2025-09-05T10:20", "excepted A 2025-09-06T09:00 gdpr-33-1"],
        "2025-10-01T00:00", "2025-09-05T10:20", "2025-09-08T10:20", "excepted",
        id="art. 33(1): set aside by a reasoned decision",
    ),
    pytest.param(
        "gdpr-33-1", "A", ["aware A 2025-10-24T12:00"], "2025-10-26T12:00",
        "2025-10-24T12:00", "2025-10-27T11:00", "running",
        id="art. 33(1): the hour won in October is not added",
    ),
    pytest.param(
        "gdpr-33-1", "A", ["aware A 2026-03-27T12:00"], "2026-03-28T12:00",
        "2026-03-27T12:00", "2026-03-30T13:00", "running",
        id="art. 33(1): the hour lost in March is not taken",
    ),
    pytest.param(
        "gdpr-33-1", "A", ["aware A 2025-10-26T02:30+01:00"], "2025-10-27T00:00",
        "2025-10-26T01:30+00:00", "2025-10-29T01:30+00:00", "running",
        id="art. 33(1): an instant in the hour that stands twice",
    ),
    pytest.param(
        "gdpr-33-1", "A", ["aware A 2025-12-24T18:00"], "2025-12-25T00:00",
        "2025-12-24T18:00", "2025-12-27T18:00", "running",
        id="art. 33(1): Christmas counts",
    ),
    pytest.param(
        "gdpr-33-2", "A", ["aware - 2025-09-05T10:20"], "2025-09-30T10:20",
        "2025-09-05T10:20", None, "running",
        id="art. 33(2): without delay has no end and runs until done",
    ),
    pytest.param(
        "gdpr-33-2", "A",
        ["aware - 2025-09-05T10:20", "told_controller B 2025-09-05T11:00"],
        "2025-09-30T10:20", "2025-09-05T10:20", None, "running",
        id="art. 33(2): each controller must be told",
    ),
    pytest.param(
        "gdpr-33-2", "A",
        ["aware - 2025-09-05T10:20", "told_controller A 2025-09-05T11:00"],
        "2025-09-30T10:20", "2025-09-05T10:20", None, "done",
        id="art. 33(2): told",
    ),
    pytest.param(
        "gdpr-33-5", "A", ["aware A 2025-09-05T10:20"], "2025-09-30T10:20",
        "2025-09-05T10:20", None, "running", id="art. 33(5): the register",
    ),
    pytest.param(
        "gdpr-34-1", "A", ["aware A 2025-09-05T10:20"], "2025-09-30T10:20",
        "2025-09-05T10:20", None, "to_decide",
        id="art. 34(1): whether the risk is high is for a human",
    ),
    pytest.param(
        "gdpr-34-1", "A",
        ["aware A 2025-09-05T10:20", "told_persons A 2025-09-12T08:00"],
        "2025-09-30T10:20", "2025-09-05T10:20", None, "done", id="art. 34(1): told",
    ),
    pytest.param(
        "csp-l1111-8-2", "", ["aware - 2025-09-05T10:20"], "2025-09-30T10:20",
        "2025-09-05T10:20", None, "running", id="L1111-8-2: without delay",
    ),
    pytest.param(
        "csp-l1111-8-2", "",
        ["aware - 2025-09-05T10:20", "filed - 2025-09-05T12:00 csp-l1111-8-2"],
        "2025-09-30T10:20", "2025-09-05T10:20", None, "done", id="L1111-8-2: filed",
    ),
    pytest.param(
        "nis2-23-4-a", "", ["aware - 2025-09-05T10:20"], "2025-09-05T12:00",
        "2025-09-05T10:20", "2025-09-06T10:20", "to_decide",
        id="NIS2 23(4)(a): 24 hours, whether it applies is for a human",
    ),
    pytest.param(
        "nis2-23-4-b", "", ["aware - 2025-09-05T10:20"], "2025-09-20T12:00",
        "2025-09-05T10:20", "2025-09-08T10:20", "to_decide",
        id="NIS2 23(4)(b): 72 hours, shown all the same when past",
    ),
    pytest.param(
        "nis2-23-4-d", "", ["aware - 2025-09-05T10:20"], "2025-12-01T00:00",
        None, None, "not_started", id="NIS2 23(4)(d): not before the notification",
    ),
    pytest.param(
        "nis2-23-4-d", "",
        ["aware - 2026-01-29T10:20", "filed - 2026-01-31T09:00 nis2-23-4-b"],
        "2026-02-01T00:00", "2026-01-31T09:00", "2026-02-28T09:00", "to_decide",
        id="NIS2 23(4)(d): a month from 31 January ends on the last of February",
    ),
    pytest.param(
        "nis2-23-4-d", "",
        ["aware - 2024-01-29T10:20", "filed - 2024-01-30T09:00 nis2-23-4-b"],
        "2024-02-01T00:00", "2024-01-30T09:00", "2024-02-29T09:00", "to_decide",
        id="NIS2 23(4)(d): in a leap year on the 29th",
    ),
    pytest.param(
        "nis2-23-4-d", "",
        ["aware - 2025-10-09T10:20", "filed - 2025-10-10T12:00 nis2-23-4-b"],
        "2025-10-11T00:00", "2025-10-10T12:00", "2025-11-10T12:00", "to_decide",
        id="NIS2 23(4)(d): a month keeps its wall time across the change of hour",
    ),
    pytest.param(
        "nis2-23-4-d", "",
        ["aware - 2025-12-14T10:20", "filed - 2025-12-15T12:00 nis2-23-4-b"],
        "2025-12-16T00:00", "2025-12-15T12:00", "2026-01-15T12:00", "to_decide",
        id="NIS2 23(4)(d): over the new year",
    ),
    pytest.param(
        "insurance-l12-10-1", "", ["aware - 2025-09-05T10:20"], "2025-09-08T10:21",
        "2025-09-05T10:20", "2025-09-08T10:20", "late", id="L12-10-1: 72 hours",
    ),
    pytest.param(
        "insurance-l12-10-1", "",
        ["aware - 2025-09-05T10:20", "complained - 2025-09-06T10:20"],
        "2025-09-08T10:21", "2025-09-05T10:20", "2025-09-08T10:20", "done",
        id="L12-10-1: done by the complaint",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("duty", "party", "told", "at", "starts", "due", "state"), CASES)
def test_each_rule_starts_ends_and_stands_as_its_text_says(  # noqa: PLR0917
    duty, party, told, at, starts, due, state
):
    found = face(duty, party, *told, at=at)
    assert found.starts_at == (starts and utc(starts))
    assert found.due_at == (due and utc(due))
    assert found.state == ClockState(state)


def test_a_contract_with_hours_ends_after_them_and_is_done_when_all_are_told():
    where = setting("contract", contract_hours=24)
    aware = "aware - 2025-09-05T10:20"
    late = face("contract", "", aware, at="2025-09-06T10:21", where=where)
    assert (late.due_at, late.state) == (utc("2025-09-06T10:20"), ClockState.LATE)
    told = [f"told_controller {c} 2025-09-05T1{n}:00" for n, c in enumerate("AB", 1)]
    assert face("contract", "", aware, told[0], at="2025-09-06T09:00", where=where).done is None
    done = face("contract", "", aware, *told, at="2025-09-06T10:21", where=where)
    assert done.state is ClockState.DONE
    assert not done.late


def test_where_the_operator_is_the_controller_the_gdpr_is_its_own():
    found = clocks(setting(role="controller", controllers=()), did("aware - 2025-09-05T10:20"),
                   utc("2025-09-06T00:00"))  # fmt: skip
    assert [(f.duty.id, f.party.id) for f in found] == [
        ("gdpr-33-1", ""),
        ("gdpr-33-5", ""),
        ("gdpr-34-1", ""),
    ]
    assert found[0].due_at == utc("2025-09-08T10:20")


def test_duties_beyond_the_gdpr_stand_only_where_they_are_named():
    named = Party(id="C", name="CH C", duties=("csp-l1111-8-2", "nis2"))
    found = clocks(setting(controllers=(A, named)), did("aware C 2025-09-05T10:20"),
                   utc("2025-09-06T00:00"))  # fmt: skip
    beyond = {(f.duty.id, f.party.id) for f in found if not f.duty.id.startswith("gdpr")}
    assert beyond == {
        ("csp-l1111-8-2", "C"),
        ("nis2-23-4-a", "C"),
        ("nis2-23-4-b", "C"),
        ("nis2-23-4-d", "C"),
    }


def test_nothing_is_known_before_it_happens():
    told = ["aware A 2025-09-05T10:20", "filed A 2025-09-07T16:00 gdpr-33-1"]
    before = face("gdpr-33-1", "A", *told, at="2025-09-05T10:19")
    between = face("gdpr-33-1", "A", *told, at="2025-09-07T15:59")
    assert before.state is ClockState.NOT_STARTED
    assert between.state is ClockState.RUNNING


def test_a_high_risk_makes_telling_the_persons_due():
    where = setting(high_risk=True)
    found = face("gdpr-34-1", "A", "aware A 2025-09-05T10:20", at="2025-09-06", where=where)
    assert found.state is ClockState.RUNNING


def test_what_the_operator_tells_under_a_mandate_counts_for_the_controller():
    mandated = Party(id="A", name="CH A", mandate_from=utc("2025-01-01"))
    told = ["aware A 2025-09-05T10:20", "told_persons - 2025-09-12T08:00"]
    where = setting(controllers=(mandated, B))
    assert face("gdpr-34-1", "A", *told, at="2025-10-01", where=where).done
    told[0] = "aware B 2025-09-05T10:20"
    assert not face("gdpr-34-1", "B", *told, at="2025-10-01", where=where).done


def test_a_record_that_corrects_another_takes_its_place():
    wrong, right = did("aware A 2025-09-05T08:00", "aware A 2025-09-05T10:20").records
    right = Recorded(**{f: getattr(right, f) for f in right.__slots__} | {"replaces": 0})
    history = History(records=(wrong, right))
    (found,) = [
        f
        for f in clocks(setting(), history, utc("2025-09-06"))
        if (f.duty.id, f.party.id) == ("gdpr-33-1", "A")
    ]
    assert found.starts_at == utc("2025-09-05T10:20")


READINGS = [
    pytest.param("2025-09-05T10:20", "2025-09-08T11:00", id="the hour begun is not counted"),
    pytest.param("2025-09-05T10:00", "2025-09-08T11:00", id="nor is one just begun"),
    pytest.param("2025-09-05T20:00", "2025-09-08T21:00", id="Friday and Monday are two"),
    pytest.param("2026-04-03T20:00", "2026-04-07T21:00", id="Easter Monday does not count"),
    pytest.param("2025-09-06T09:30", "2025-09-09T10:00", id="from a Saturday: two begun"),
]


@pytest.mark.parametrize(("aware", "end"), READINGS)
def test_the_reading_of_regulation_1182_71_stands_beside_and_moves_nothing(aware, end):
    found = face("gdpr-33-1", "A", f"aware A {aware}", at="2026-04-04")
    assert found.due_at == utc(aware) + timedelta(hours=72)
    assert found.reading_at == utc(end)


def test_a_month_that_ends_on_a_sunday_is_read_to_the_end_of_monday():
    told = ["aware - 2025-10-01T10:20", "filed - 2025-10-02T12:00 nis2-23-4-b"]
    found = face("nis2-23-4-d", "", *told, at="2025-10-03")
    assert found.due_at == utc("2025-11-02T12:00")
    assert found.reading_at == utc("2025-11-04T00:00")


def test_a_word_that_names_no_duty_is_told():
    party = Party(id="", name="op", duties=("nis2", "insurance", "contract", "nis-2", "csp"))
    assert unknown_words(party) == ("nis-2",)
