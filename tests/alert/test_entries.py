from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tocsin.alert.bells import guess
from tocsin.alert.entries import Wanted, checked, facts, known
from tocsin.core.errors import InputError
from tocsin.core.incident import BellKind, EventKind, History, Recorded

NOW = datetime(2025, 9, 8, 12, tzinfo=UTC)
FINE = Wanted(event="aware", at=NOW - timedelta(hours=1), by="A. Rssi")


def check(wanted: Wanted, *, processor: bool = True, history: History | None = None):
    return checked(
        wanted,
        controllers=frozenset({"990000176"}),
        processor=processor,
        now=NOW,
        history=history or History(),
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"event": "knew"}, "not an event"),
        ({"at": NOW + timedelta(seconds=1)}, "still to come"),
        ({"by": "  "}, "--by is empty"),
        ({"controller": "440000000"}, "knows no controller"),
        ({"event": "told_controller"}, "which controller"),
        ({"event": "filed"}, "which duty"),
        ({"event": "filed", "duty": "gdpr-35"}, "no duty"),
        ({"event": "filed", "duty": "gdpr-33-1"}, "of each controller"),
        ({"duty": "gdpr-33-1", "controller": "990000176"}, "takes no duty"),
        ({"event": "excepted", "duty": "contract"}, "its reason"),
        ({"replaces": 7}, "no standing record"),
    ],
)
def test_an_entry_that_says_too_little_or_too_much_is_refused_with_the_remedy(change, words):
    with pytest.raises(InputError, match=words) as error:
        check(replace(FINE, **change))
    assert error.value.next_step


@pytest.mark.parametrize(
    "wanted",
    [
        FINE,
        replace(FINE, at=NOW),
        replace(FINE, event="told_controller", controller="990000176"),
        replace(FINE, event="filed", duty="nis2-23-4-a"),
        replace(FINE, event="filed", duty="gdpr-33-1", controller="990000176"),
        replace(FINE, event="excepted", duty="insurance-l12-10-1", why="no insurance"),
    ],
)
def test_an_entry_that_says_enough_is_kept_as_it_is(wanted):
    assert check(wanted) == wanted


def test_a_controller_may_be_the_operator_itself():
    wanted = replace(FINE, event="filed", duty="gdpr-33-1")
    assert check(wanted, processor=False) == wanted


def test_the_same_entry_twice_is_known():
    record = Recorded(
        n=3,
        event=EventKind.AWARE,
        controller="",
        duty="",
        at=FINE.at,
        by=FINE.by,
        why="",
        recorded_at=NOW,
    )
    history = History(records=(record,))
    assert known(FINE, history) is record
    assert known(replace(FINE, why="more"), history) is None
    assert facts(FINE)["at"] == "2025-09-08T11:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("appel du RSSI à 2 h", BellKind.CALL),
        ("phone call from the hospital", BellKind.CALL),
        ("courriel du CERT Santé", BellKind.MAIL),
        ("vu par le SIEM : 4 000 lectures", BellKind.DETECTOR),
        ("signalement d'une patiente", BellKind.PERSON),
        ("demonstration", BellKind.OTHER),
        ("", BellKind.OTHER),
    ],
)
def test_where_an_alert_came_from_is_guessed_from_its_words(text, kind):
    assert guess(text) is kind
