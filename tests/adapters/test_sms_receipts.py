"""What becomes of a text message: told by an SMS centre, or by the file of a gateway."""

import json
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from test_sms import SECRET, USER, address, centre, deliver, impatient, parcel, receipt, smpp

from tocsin.adapters.smpp_session import SmppSession
from tocsin.adapters.sms_receipts import filed_receipts, read_deliver, smpp_receipts

assert impatient
NAMES = {"A1B2C3": "n1", "D4E5F6": "n2"}
OURS = "0123456789abcdef" * 2


def named(mark):
    return NAMES.get(mark.upper(), "")


def heard(state):
    session = SmppSession(address("smpp", state.port), user=USER, secret=SECRET)
    found = smpp_receipts(session, named, quiet_s=0.3)
    return [(one.notice, str(one.state), one.evidence) for one in found]


@pytest.mark.parametrize(
    ("stat", "state"),
    [
        ("DELIVRD", "delivered"),
        ("UNDELIV", "permanent_failure"),
        ("EXPIRED", "permanent_failure"),
        ("REJECTD", "permanent_failure"),
        ("DELETED", "permanent_failure"),
    ],
)
def test_a_final_receipt_of_the_centre_is_heard_and_taken(stat, state):
    with centre() as there:
        there.receipts = [receipt(stat=stat, err="001")]
        assert heard(there) == [("n1", state, f"receipt {stat.lower()} 001")]
        assert (there.receipts, there.answers) == ([], [0])


@pytest.mark.parametrize("stat", ["ACCEPTD", "ENROUTE", "UNKNOWN", "autre chose"])
def test_what_is_not_final_changes_nothing_and_is_taken(stat):
    with centre() as there:
        there.receipts = [receipt(stat=stat)]
        assert heard(there) == []
        assert there.receipts == []


def test_the_parameters_of_a_receipt_speak_before_its_text():
    options = struct.pack(">HH", 0x001E, 7) + b"D4E5F6\0" + struct.pack(">HHB", 0x0427, 1, 5)
    assert read_deliver(deliver(b"id:A1B2C3 stat:DELIVRD", options=options)) == (
        "D4E5F6", "UNDELIV", "",
    )  # fmt: skip


def test_a_receipt_of_nobody_stays_with_the_centre():
    with centre() as there:
        there.receipts = [receipt("FFFF"), receipt("D4E5F6")]
        assert heard(there) == [("n2", "delivered", "receipt delivrd 000")]
        assert there.receipts == [receipt("FFFF")]
        assert there.answers == [0x64, 0]


def test_what_a_reader_writes_back_is_not_taken():
    with centre() as there:
        there.receipts = [deliver(b"STOP", esm=0)]
        assert heard(there) == []
        assert there.answers == [0x66]


def test_a_receipt_is_acknowledged_only_after_it_was_kept():
    with centre() as there:
        there.receipts = [receipt()]
        session = SmppSession(address("smpp", there.port), user=USER, secret=SECRET)
        found = smpp_receipts(session, named, quiet_s=0.3)
        next(found)
        found.close()  # whoever keeps it died
        assert len(there.receipts) == 1


def test_a_message_asks_for_its_receipt_save_of_a_centre_that_gives_none():
    with centre() as there:
        carrier = smpp(there)
        carrier.ready(parcel())
        assert str(carrier.send(parcel()).state) == "sent"
        there.gives_receipts = False
        assert str(carrier.send(parcel()).state) == "sent"
        carrier.close()
    assert [one["registered"] for one in there.taken] == [1, 0]


@given(st.binary(max_size=200))
def test_hostile_bytes_are_a_receipt_or_none(body):
    try:
        said = read_deliver(body)
    except ValueError:
        return
    assert said is None or len(said) == 3


# A gateway's file ---------------------------------------------------------------------------

LINES = [
    json.dumps({"reference": OURS, "status": "delivered"}),
    "not JSON",
    "[1]",
    "",
    json.dumps({"id": "a1b2c3", "status": "Permanent-Failure", "error": "27"}),
    json.dumps({"id": "a1b2c3", "status": "sent"}),
    json.dumps({"id": "nobody", "status": "delivered"}),
    json.dumps({"id": ["x"], "status": {"a": 1}}),
    json.dumps({"reference": OURS, "status": "failed", "error": "+33600000000"}),
]
FOUND = [
    (OURS, "delivered", "receipt delivered"),
    ("n1", "permanent_failure", "receipt permanent_failure 27"),
    (OURS, "permanent_failure", "receipt failed"),
]


def filed(place):
    return [(r.notice, str(r.state), r.evidence) for r in filed_receipts(place, named)]


def test_a_file_of_receipts_is_heard_and_what_it_cannot_say_is_passed_over(tmp_path):
    file = tmp_path / "receipts.ndjson"
    file.write_text("\n".join(LINES))
    assert filed(file) == FOUND
    assert filed(tmp_path) == FOUND
    assert filed(tmp_path / "absent") == []


def test_receipts_may_be_csv(tmp_path):
    file = tmp_path / "receipts.csv"
    file.write_text(f"reference,id,status\n{OURS},,DELIVRD\n,D4E5F6,UNDELIV\nshort\n")
    assert [found[:2] for found in filed(file)] == [
        (OURS, "delivered"), ("n2", "permanent_failure"),
    ]  # fmt: skip
