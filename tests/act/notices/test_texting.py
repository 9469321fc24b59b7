"""Text messages of a campaign, to an SMS centre: each person once, nothing to click."""

import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "adapters"))
from test_sms import SECRET, USER, centre, receipt

from tocsin.bench.notice_case import MadeCase, person
from tocsin.core.errors import OutsideError
from tocsin.wiring import notices, notices_send
from tocsin.wiring.notices_send import Pace

PEOPLE = [
    person(1, email="", phone="06 00 00 00 01"),
    person(2, email="", phone="+33600000002"),
    person(3, email="", phone="01 00 00 00 03"),  # a fixed line takes no SMS
]


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("TOCSIN_THREADS", "1")
    monkeypatch.setenv("ESSAI_SMS", SECRET)
    case = MadeCase(tmp_path / "made", PEOPLE)
    with centre() as state:
        case.append(
            f'\n[sms]\ngateway = "smpp://127.0.0.1:{state.port}"\nuser = "{USER}"\n'
            'secret_env = "ESSAI_SMS"\nsender = "GRADeS"\n'
        )
        reached = [(row["person"], row["controller"].split("|")[0]) for row in PEOPLE]
        case.scope([(who, owner, "identity.birth_name", "certain") for who, owner in reached])
        yield case, state


def sent(case):
    plan = notices.plan(case.case, possible={})
    for key in case.keys:
        notices.approve(case.case, plan["campaign"], key)
    notices_send.send(case.case, plan["campaign"], Pace(patience_s=1))
    return pq.read_table(case.case / "act/notices.parquet").to_pylist()


@pytest.mark.slow
def test_each_person_with_a_mobile_gets_one_text_with_a_reference_and_no_link(made):
    case, state = made
    rows = {row["person"]: row for row in sent(case) if row["channel"] == "sms"}
    assert {who: row["state"] for who, row in rows.items()} == {
        PEOPLE[0]["person"]: "sent",
        PEOPLE[1]["person"]: "sent",
    }
    assert sorted(one["dest"] for one in state.taken) == [b"33600000001", b"33600000002"]
    for one in state.taken:
        text = one.get("payload", one["short"])
        decoded = text.decode("utf-16-be") if one["coding"] == 8 else text.decode("latin-1")
        assert "http" not in decoded
        assert "www" not in decoded
        assert one["source"] == b"GRADeS"
    notices_send.send(case.case, rows[PEOPLE[0]["person"]]["campaign"], Pace(patience_s=1))
    assert len(state.taken) == 2  # run again: nobody twice


@pytest.mark.slow
def test_a_centre_that_is_away_leaves_everybody_to_be_told(made, monkeypatch):
    case, state = made
    monkeypatch.setenv("ESSAI_SMS", "wrong")
    with pytest.raises(OutsideError, match="SMS centre"):
        sent(case)
    monkeypatch.setenv("ESSAI_SMS", SECRET)
    rows = [row for row in sent(case) if row["channel"] == "sms"]
    assert {row["state"] for row in rows} == {"sent"}
    assert len(state.taken) == 2


@pytest.mark.slow
def test_receipts_of_the_centre_make_delivered_or_open_the_letter(made):
    case, state = made
    rows = {row["person"]: row for row in sent(case) if row["channel"] == "sms"}
    state.receipts = [receipt("A1B2C3"), receipt("A1B2C4", "UNDELIV", "001")]
    found = notices_send.reconcile(case.case, patience_s=0)
    assert found["heard"]["centre"] == {"read": 2, "applied": 2, "unknown": 0}
    rows = states(case)
    assert sorted(s for (_, channel), s in rows.items() if channel == "sms") == [
        "delivered", "permanent_failure",
    ]  # fmt: skip
    notices_send.send(case.case, found["campaign"], Pace(patience_s=0))
    after = states(case)
    failed = next(who for (who, _), s in after.items() if s == "permanent_failure")
    assert after[failed, "letter"] == "created"
    assert len(state.taken) == 2


@pytest.mark.slow
def test_receipts_in_a_gateways_file_are_heard_by_our_reference_once(made):
    case, _ = made
    rows = [row for row in sent(case) if row["channel"] == "sms"]
    (case.estate / "receipts.ndjson").write_text(
        "".join(f'{{"reference": "{row["notice"]}", "status": "DELIVRD"}}\n' for row in rows)
    )
    file = case.estate / "estate.toml"
    words = file.read_text().replace('sender = "GRADeS"', 'receipts = "receipts.ndjson"')
    file.write_text(words)
    heard = [notices_send.reconcile(case.case, patience_s=0)["heard"] for _ in range(2)]
    assert heard[0]["receipts"] == {"read": 2, "applied": 2, "unknown": 0}
    assert "receipts" not in heard[1]  # nothing is awaited any more
    assert {s for (_, channel), s in states(case).items() if channel == "sms"} == {"delivered"}


def states(case):
    rows = pq.read_table(case.case / "act/notices.parquet").to_pylist()
    return {(row["person"], row["channel"]): row["state"] for row in rows}
