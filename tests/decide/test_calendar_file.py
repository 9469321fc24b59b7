from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.incident import EventKind, History, Party, Recorded
from tocsin.decide.calendar_file import calendar
from tocsin.decide.clocks import Setting, clocks

AT = datetime(2025, 9, 5, 8, 20, tzinfo=UTC)


def drawn(name: str) -> str:
    party = Party(id="A", name=name)
    aware = Recorded(
        n=0,
        event=EventKind.AWARE,
        controller="A",
        duty="",
        at=AT,
        by="x",
        why="",
        recorded_at=AT,
    )
    setting = Setting(
        operator=Party(id="", name="op"),
        controllers=(party,),
        processor=True,
        zone=ZoneInfo("Europe/Paris"),
    )
    faces = clocks(setting, History(records=(aware,)), AT)
    return calendar(faces, case="c", operator="op", at=AT, lang="fr")


def test_an_open_clock_is_an_event_that_ends_with_it_and_rings_before():
    text = drawn("CH A").replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 1
    assert "DTEND:20250908T082000Z" in text
    assert "UID:gdpr-33-1.A@c.tocsin" in text
    assert text.count("BEGIN:VALARM") == 2
    assert "art. 33(1)" in text


@given(st.text(max_size=60))
def test_no_name_can_break_the_calendar(name):
    text = drawn(name)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in text.replace("\r\n", "")
    unfolded = text.replace("\r\n ", "").split("\r\n")
    assert sum(line.startswith("BEGIN:VEVENT") for line in unfolded) == 1
    assert sum(line.startswith("SUMMARY:") for line in unfolded) == 1
