"""Who is told, by which channels; who is left out, and who waits for a human."""

from datetime import UTC, datetime

import pytest

from tocsin.act.notices.decisions import (
    Fact,
    Ruling,
    adult_born,
    decide,
    language_of,
    mandates,
)
from tocsin.core.notices import Channel

EVERY = tuple(Channel)


def fact(**more):
    base = {
        "person": "p",
        "known": True,
        "dead": False,
        "status": "QUALIFIÉE",
        "minor": False,
        "guarded": False,
        "language": "fr",
        "alike": False,
        "changed": False,
        "mail": 1,
        "mail_shared": False,
        "phone": 1,
        "phone_shared": False,
        "letter": 1,
        "guardian_mail": None,
        "guardian_phone": None,
        "guardian_letter": None,
    }
    return Fact(**(base | more))


def chosen(enabled=EVERY, ruling=None, mandated=True, credential=False, **more):
    return decide(
        fact(**more),
        mandated=mandated,
        credential=credential,
        enabled=enabled,
        ruling=ruling,
    )


def ways(choice):
    return [str(channel) for channel, _ in choice.ways]


@pytest.mark.parametrize(
    ("more", "decision", "reason"),
    [
        ({}, "tell", ""),
        ({"known": False}, "unreachable", "unknown_person"),
        ({"dead": True}, "excluded", "deceased"),
        ({"status": "FICT"}, "excluded", "fictive"),
        ({"mandated": False}, "excluded", "not_controller"),
        ({"status": "HOMD"}, "waits", "homonym"),
        ({"status": "COLV"}, "waits", "collision"),
        ({"status": "DOUT"}, "waits", "doubtful_identity"),
        ({"status": "CACH"}, "waits", "protected_care"),
        ({"status": "DPOT"}, "waits", "possible_double"),
        ({"status": "PROVISOIRE"}, "tell", ""),
        ({"alike": True}, "waits", "homonym"),
        ({"changed": True}, "waits", "contact_changed"),
        ({"mail_shared": True}, "waits", "shared_address"),
        ({"mail": None, "phone_shared": True}, "waits", "shared_address"),
        ({"mail": None, "phone": None, "letter": None}, "unreachable", "no_contact"),
        ({"dead": True, "known": False}, "unreachable", "unknown_person"),
        ({"dead": True, "mandated": False}, "excluded", "deceased"),
    ],
)
def test_each_person_is_decided_with_a_reason(more, decision, reason):
    choice = chosen(**more)
    assert (choice.decision, choice.reason) == (decision, reason)


def test_channels_follow_one_another_mail_first():
    assert ways(chosen()) == ["mail", "sms", "letter"]
    assert ways(chosen(mail=None)) == ["sms", "letter"]
    assert ways(chosen(enabled=(Channel.LETTER,))) == ["letter"]


def test_a_shared_phone_is_no_second_choice():
    assert ways(chosen(phone_shared=True)) == ["mail", "letter"]


def test_a_stolen_password_keeps_the_notice_out_of_the_mailbox():
    assert ways(chosen(credential=True)) == ["sms", "letter"]


def test_a_child_is_never_written_to_itself():
    choice = chosen(minor=True)
    assert choice.reader == "parent"
    assert ways(choice) == ["letter"]
    choice = chosen(minor=True, guardian_mail=1, guardian_letter=1)
    assert ways(choice) == ["mail", "letter"]


def test_the_childrens_shared_mailbox_is_no_obstacle():
    assert chosen(minor=True, guardian_mail=1, mail_shared=True).decision == "tell"


def test_a_protected_adults_notice_goes_to_the_guardian():
    choice = chosen(guarded=True, guardian_phone=1)
    assert choice.reader == "guardian"
    assert ways(choice) == ["sms", "letter"]


@pytest.mark.parametrize(
    ("do", "decision", "expected"),
    [
        ("letter", "tell", ["letter"]),
        ("tell", "tell", ["mail", "sms", "letter"]),
        ("exclude", "excluded", []),
    ],
)
def test_a_named_human_decides_of_who_waits(do, decision, expected):
    ruling = Ruling(person="p", do=do, by="D. Délégué", why="vérifié")
    choice = chosen(status="HOMD", ruling=ruling)
    assert choice.decision == decision
    assert ways(choice) == expected


AT = datetime(2025, 9, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "granted"),
    [
        ("", False),
        ("2025-01-01", True),
        ("2025-09-10T13:59:00", True),  # Europe/Paris: 11:59 UTC
        ("2025-09-10T14:01:00", False),
        ("2025-09-10T12:00:00Z", True),
        ("2026-01-01", False),
    ],
)
def test_a_mandate_runs_from_its_instant(since, granted):
    rows = [{"controller": "c", "mandate_from": since}]
    found, unread = mandates(rows, role="processor", zone="Europe/Paris", at=AT)
    assert (found == ("c",)) == granted
    assert not unread


def test_a_mandate_that_cannot_be_read_is_none_and_is_told():
    rows = [{"controller": "c", "mandate_from": "bientôt"}, {"controller": "d"}]
    assert mandates(rows, role="processor", zone="UTC", at=AT) == ((), ("c",))


def test_a_controller_needs_no_mandate_of_its_own_establishments():
    assert mandates([{"controller": "c"}], role="controller", zone="UTC", at=AT)[0] == ("c",)


def test_majority_is_counted_where_the_operator_is():
    late = datetime(2025, 9, 9, 23, tzinfo=UTC)  # already the 10th in Paris
    assert adult_born(late, "Europe/Paris") == "2007-09-10"
    assert adult_born(datetime(2024, 2, 29, 12, tzinfo=UTC), "UTC") == "2006-02-28"


@pytest.mark.parametrize(
    ("tag", "reader", "expected"),
    [
        ("fr", "person", "fr"),
        ("en-GB".lower(), "person", "en"),
        ("falc", "person", "facile"),
        ("fr-falc", "guardian", "fr"),
        ("de", "person", "fr"),
        ("", "person", "fr"),
    ],
)
def test_the_preferred_language_is_kept(tag, reader, expected):
    assert language_of(tag, reader) == expected
