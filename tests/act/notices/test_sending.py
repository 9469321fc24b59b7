"""From plan to reconciliation, on a case made by hand, with a real Postfix."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter

import postfix_server
import pyarrow.parquet as pq
import pytest

from tocsin.adapters import signing
from tocsin.bench.notice_case import MadeCase, person
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.notices import NOTICES
from tocsin.wiring import notices, notices_paper, notices_send
from tocsin.wiring.notices_send import Pace

OWN, APART = "990000176", "990000184"
pytestmark = pytest.mark.slow

QUICK = Pace(patience_s=3)
TERMS = ("told", "excluded", "unreachable", "pending", "uncertain")

PEOPLE = [
    *(person(n) for n in range(12)),
    person(20, died_on="2024-05-01"),
    person(21, identity_status="HOMD"),
    person(22, email="famille@exemple.invalid"),
    person(23, email="Famille@exemple.invalid"),
    person(24, controller=APART),
    person(25, controller=f"{OWN}|{APART}"),
    person(26, email="", phone=""),
    person(27, email="", phone="", address="", city=""),
    person(28, birth_date="2019-04-01", guardian_name="", email="enfant@exemple.invalid"),
    person(
        29,
        birth_date="2018-04-01",
        guardian_name="Garante FICTIVE",
        guardian_email="garante@exemple.invalid",
    ),
    person(30, email="refuse30@exemple.invalid", phone=""),
    person(31, email="plus-tard@exemple.invalid", phone=""),
    person(32, email="a@exemple.invalid, b@exemple.invalid", phone=""),
    person(33, email="x@exemple.invalid\r\nRCPT TO:<y@exemple.invalid>", phone=""),
]
IDS = [row["person"] for row in PEOPLE]


@pytest.fixture(scope="module")
def postfix():
    refused = (
        "/^refuse/ 550 5.1.1 <personne inconnue refuse30@exemple.invalid>\n"
        "/^plus-tard/ 450 4.2.0 later\n"
    )
    checks = "check_recipient_access regexp:{root}/etc/refused, "
    with postfix_server.running(checks=checks, refused=refused) as server:
        yield server


def scoped(ids=IDS, grade="certain", more=()):
    owners = {row["person"]: row["controller"].split("|") for row in PEOPLE}
    return [
        (who, owner, item, grade)
        for who in ids
        for owner in owners.get(who, [""])
        for item in ("identity.birth_name", "contact.email", *more)
    ]


@pytest.fixture
def made(tmp_path, postfix, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("TOCSIN_THREADS", "1")
    case = MadeCase(tmp_path / "made", PEOPLE)
    (case.estate / "bounces").mkdir()
    case.append(
        f'\n[mail]\nsmtp = "smtp://127.0.0.1:{postfix.port}"\nbounces = "bounces"\n'
        'accepted_log = "mail.log"\n'
    )
    return case


def approved(case, campaign=""):
    found = notices.plan(case.case, possible={})
    name = campaign or found["campaign"]
    for key in case.keys:
        notices.approve(case.case, name, key)
    return found


def checked(found):
    for counted in (found["overall"], *found["controllers"]):
        assert counted["scoped"] == sum(counted[term] for term in TERMS)
    return found["overall"]


def table(case):
    return pq.read_table(case.case / "act/notices.parquet").to_pylist()


def test_everybody_of_the_scope_stands_somewhere_and_is_told_once(made, postfix):
    made.scope(scoped())
    before = postfix.delivered()
    plan = approved(made)
    assert plan["reasons"] == {
        "deceased": 1,
        "homonym": 1,
        "no_contact": 1,
        "not_controller": 1,
        "shared_address": 2,
    }
    found = notices_send.send(made.case, plan["campaign"], QUICK)
    overall = checked(found)
    assert overall == {
        "scoped": len(IDS),
        "told": 14,
        "excluded": 2,
        "unreachable": 1,
        "pending": 9,
        "uncertain": 0,
    }
    mails = postfix.since(before, expect=14)
    assert len(mails) == 14
    readers = Counter(mail["Delivered-To"] for mail in mails)
    assert readers["garante@exemple.invalid"] == 1
    assert "enfant@exemple.invalid" not in readers
    assert max(readers.values()) == 1
    again = notices_send.send(made.case, plan["campaign"], QUICK)
    assert again["overall"] == overall
    assert len(postfix.since(before, expect=14)) == 14


def test_the_table_has_the_contracts_columns_and_a_row_for_each_try(made):
    made.scope(scoped())
    plan = approved(made)
    notices_send.send(made.case, plan["campaign"], QUICK)
    file = made.case / "act/notices.parquet"
    schema = pq.read_schema(file)
    assert tuple(schema.names) == NOTICES.names
    assert str(schema.field("first_at").type) == "timestamp[us, tz=UTC]"
    rows = {(row["person"], row["channel"]): row for row in table(made)}
    assert len(rows) == len(table(made))
    refused = rows["P0000030", "mail"]
    assert (refused["state"], refused["attempts"]) == ("permanent_failure", 1)
    assert rows["P0000030", "letter"]["state"] == "created"
    assert rows["P0000031", "mail"]["state"] == "temporary_failure"
    sent = rows["P0000001", "mail"]
    assert sent["state"] == "sent"
    assert re.fullmatch(r"<[0-9a-f]{32}@operateur\.invalid>", sent["message_id"])
    assert sent["controllers"] == [OWN]
    assert sent["template"].startswith("notice.fr@")
    assert rows["P0000025", "mail"]["controllers"] == [OWN]
    assert ("P0000032", "mail") not in rows


def test_a_controller_without_mandate_tells_its_own_people(made):
    made.scope(scoped())
    plan = approved(made)
    found = notices_send.send(made.case, plan["campaign"], QUICK)
    (apart,) = [one for one in found["controllers"] if one["controller"] == APART]
    assert (apart["scoped"], apart["excluded"]) == (2, 2)
    assert apart["name"] == "Clinique sans mandat"


def test_nothing_leaves_without_two_enrolled_humans(made, tmp_path):
    made.scope(scoped())
    plan = notices.plan(made.case, possible={})
    stranger = tmp_path / "stranger.pem"
    signing.new_key(stranger)
    with pytest.raises(RefusedError, match="not that of an approver"):
        notices.approve(made.case, plan["campaign"], stranger)
    for _ in range(2):
        notices.approve(made.case, plan["campaign"], made.keys[0])
        with pytest.raises(RefusedError, match="1 of 2"):
            notices_send.send(made.case, plan["campaign"], QUICK)
    assert not table(made)


def test_an_approver_enrolled_after_the_opening_approves_nothing(made, tmp_path):
    late = tmp_path / "late.pem"
    made.append(f'\n[[approver]]\nname = "tard"\nkey = "{signing.new_key(late)}"\n')
    made.scope(scoped())
    plan = notices.plan(made.case, possible={})
    notices.approve(made.case, plan["campaign"], made.keys[0])
    with pytest.raises(RefusedError, match="when the case was opened"):
        notices.approve(made.case, plan["campaign"], late)
    with pytest.raises(RefusedError, match="1 of 2"):
        notices_send.send(made.case, plan["campaign"], QUICK)


def test_a_proposition_is_never_sent(made):
    made.scope(scoped(), proposition=True)
    plan = approved(made)
    assert plan["proposition"]
    with pytest.raises(RefusedError, match="PROPOSITION"):
        notices_send.send(made.case, plan["campaign"], QUICK)


def test_a_campaign_altered_after_its_approval_is_refused(made):
    made.scope(scoped())
    plan = approved(made)
    folder = made.case / "act/notices" / plan["campaign"]
    rows = pq.read_table(folder / "recipients.parquet")
    pq.write_table(rows.slice(1), folder / "recipients.parquet")
    with pytest.raises(RefusedError, match="not those that were planned"):
        notices_send.send(made.case, plan["campaign"], QUICK)


def test_a_template_altered_after_its_approval_is_refused(made):
    made.scope(scoped())
    plan = approved(made)
    file = made.case / "act/notices" / plan["campaign"] / "templates/notice.fr.toml"
    file.write_text(file.read_text().replace("Madame, Monsieur,", "Cher client,"))
    with pytest.raises(InputError, match="not the one that was approved"):
        notices_send.send(made.case, plan["campaign"], QUICK)


def test_the_same_plan_twice_is_one_campaign_and_keeps_its_approvals(made):
    made.scope(scoped())
    plan = approved(made)
    assert notices.plan(made.case, possible={})["campaign"] == plan["campaign"]
    notices_send.send(made.case, plan["campaign"], QUICK)
    again = notices.plan(made.case, possible={})
    assert again["campaign"] == plan["campaign"]
    assert len(notices.status(made.case)["approved_by"]) == 2


def test_a_scope_that_is_computed_again_alike_stops_nothing(made):
    made.scope(scoped())
    plan = approved(made)
    made.scope(scoped())
    made.scope(scoped(IDS[:3]), proposition=True)
    assert notices_send.send(made.case, plan["campaign"], QUICK)["overall"]["told"] == 14


def test_when_the_scope_grows_the_newcomers_alone_are_told(made, postfix):
    made.scope(scoped(IDS[:5]))
    first = approved(made)
    notices_send.send(made.case, first["campaign"], QUICK)
    before = postfix.delivered()
    made.scope(scoped(IDS[:8]))
    stale = notices.status(made.case)
    assert checked(stale) == {
        "scoped": 8,
        "told": 5,
        "excluded": 0,
        "unreachable": 0,
        "pending": 3,
        "uncertain": 0,
    }
    assert stale["reasons"] == {"not_planned": 3}
    with pytest.raises(RefusedError, match="newer revision"):
        notices_send.send(made.case, first["campaign"], QUICK)
    second = approved(made)
    assert second["decisions"]["before"] == 5
    assert second["correction"] is None
    found = notices_send.send(made.case, second["campaign"], QUICK)
    assert checked(found)["told"] == 8
    assert len(postfix.since(before, expect=3)) == 3
    assert Counter(row["person"] for row in table(made)).most_common(1)[0][1] == 1


def test_who_was_told_wrongly_gets_a_correction_and_never_a_second_copy(made, postfix):
    made.scope(scoped(IDS[1:6]))
    notices_send.send(made.case, approved(made)["campaign"], QUICK)
    before = postfix.delivered()
    made.scope(scoped(IDS[2:5]) + scoped(IDS[5:6], more=("contact.phone",)))
    second = approved(made)
    correction = second["correction"]
    assert correction["reasons"] == {"changed": 1, "out_of_scope": 1}
    assert checked(notices_send.send(made.case, second["campaign"], QUICK))["told"] == 4
    assert not postfix.since(before)
    for key in made.keys:
        notices.approve(made.case, correction["campaign"], key)
    found = notices_send.send(made.case, correction["campaign"], QUICK)
    assert checked(found) | {"told": 2} == found["overall"]
    mails = postfix.since(before, expect=2)
    assert sum(mail["Subject"].startswith("Rectification") for mail in mails) == 1
    assert sum("Il remplace notre avis" in mail.get_content() for mail in mails) == 1
    status = notices.status(made.case)
    assert checked(status)["told"] == 4
    assert status["told_out_of_scope"] == 1
    third = notices.plan(made.case, possible={})
    assert third["correction"] is None or third["campaign"] == second["campaign"]


def test_persons_possibly_reached_are_told_on_a_reasoned_choice_only(made):
    made.scope(scoped(IDS[:4]) + scoped(IDS[4:8], grade="possible"))
    assert notices.plan(made.case, possible={})["persons"] == 4
    found = notices.plan(made.case, possible={"by": "D. Délégué", "why": "prudence"})
    assert found["persons"] == 8
    assert found["possible"]["persons"] == 4
    assert found["possible"]["letters"] == 0


BOUNCE = """\
From: MAILER-DAEMON@mx.invalid
To: information@operateur.invalid
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain

I could not deliver your message.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.invalid
{envelope}

Final-Recipient: rfc822; personne1@exemple.invalid
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Information

--b--
"""


@pytest.mark.parametrize(
    ("action", "status", "state"),
    [
        ("failed", "5.1.1", "permanent_failure"),
        ("delivered", "2.0.0", "delivered"),
        ("delayed", "4.4.1", "sent"),
    ],
)
def test_a_report_moves_the_person_and_read_twice_moves_nobody(made, action, status, state):
    made.scope(scoped(IDS[:3]))
    plan = approved(made)
    notices_send.send(made.case, plan["campaign"], QUICK)
    row = next(row for row in table(made) if row["person"] == "P0000001")
    text = BOUNCE.format(
        action=action, status=status, message_id=row["message_id"], envelope=""
    )
    (made.estate / "bounces/1.eml").write_text(text)
    for _ in range(2):
        checked(notices_send.reconcile(made.case, patience_s=0))
        rows = {r["person"]: r for r in table(made) if r["channel"] == "mail"}
        assert rows["P0000001"]["state"] == state
    if state == "permanent_failure":
        notices_send.send(made.case, plan["campaign"], QUICK)
        assert ("P0000001", "letter") in {(r["person"], r["channel"]) for r in table(made)}


def test_a_code_of_the_notice_is_known_and_any_other_is_not(made, postfix):
    made.scope(scoped(IDS[:2]))
    plan = approved(made)
    before = postfix.delivered()
    notices_send.send(made.case, plan["campaign"], QUICK)
    mail = postfix.since(before, expect=2)[0].get_content()
    code = re.search(r"(?:avis|notice) ?: ([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})", mail)[1]
    found = notices.lookup(made.case, code.lower())
    assert found["known"]
    assert found["person"] in IDS[:2]
    assert found["notices"][0]["events"][0]["after"] == "sent"
    assert not notices.lookup(made.case, "AAAA-BBBB-CCCC")["known"]


def test_a_named_human_decides_of_who_waits(made):
    made.scope(scoped())
    notices.rule(made.case, ["P0000021"], "letter", by="D. Délégué", why="vu au guichet")
    plan = notices.plan(made.case, possible={})
    assert "homonym" not in plan["reasons"]
    assert plan["first_channels"]["letter"] >= 1


SECRETS = [
    value
    for row in PEOPLE
    for name in ("birth_name", "email", "phone", "address", "guardian_name", "guardian_email")
    if len(value := row[name]) > 6
]


def test_no_name_and_no_contact_stands_in_any_log_table_or_answer(made):
    """Whatever the server says: it repeats the address in its refusal."""
    made.scope(scoped())
    plan = approved(made)
    words = [sys.executable, "-m", "tocsin", "--log-level", "debug", "act", str(made.case)]
    shown = []
    for verb in (["send", plan["campaign"], "--patience", "1"], ["status"], ["reconcile"]):
        for more in ([], ["--json"]):
            done = subprocess.run(
                [*words, "notify", *verb, *more],
                capture_output=True,
                text=True,
                env=os.environ,
                check=True,
            )
            shown += [done.stdout, done.stderr]
    for file in made.case.rglob("*"):
        if file.is_file() and "vault" not in file.parts and "evidence" not in file.parts:
            raw = file.read_bytes()
            if file.suffix == ".parquet":
                raw = json.dumps(pq.read_table(file).to_pylist(), default=str).encode()
            shown.append(raw.decode("utf-8", "replace"))
    everything = "\n".join(shown)
    assert not [secret for secret in SECRETS if secret in everything]


def test_letters_leave_by_the_printer_are_posted_and_may_come_back(made, tmp_path):
    made.scope(scoped())
    plan = approved(made)
    notices_send.send(made.case, plan["campaign"], QUICK)
    run = notices_paper.print_letters(made.case, plan["campaign"], tmp_path / "printer")
    assert run["letters"] == 5
    again = notices_paper.print_letters(made.case, plan["campaign"], tmp_path / "printer")
    assert again["letters"] == 0
    manifest = tmp_path / "printer/manifest.csv"
    standing = notices.status(made.case)
    assert standing["printed_not_posted"] == 5
    before = checked(standing)
    found = checked(notices_paper.posted(made.case, manifest, by="R. Postier"))
    assert found["told"] == before["told"] + 5
    assert checked(notices_paper.posted(made.case, manifest, by="R. Postier")) == found
    back = tmp_path / "back.txt"
    back.write_text(manifest.read_text().splitlines()[1].split(",")[-1] + "\nunknown\n")
    found = notices_paper.returned(made.case, back, by="R. Postier")
    assert found["heard"]["post"] == {
        "read": 2,
        "applied": 1,
        "known_before": 0,
        "unknown": 1,
    }
    assert checked(found)["unreachable"] == before["unreachable"] + 1


def test_no_letter_is_written_inside_the_case(made):
    made.scope(scoped())
    plan = approved(made)
    with pytest.raises(InputError, match="inside the case"):
        notices_paper.print_letters(made.case, plan["campaign"], made.case / "letters")


def test_a_rehearsal_sends_nothing_opens_no_vault_and_names_nobody(made, postfix, tmp_path):
    made.scope(scoped(), proposition=True)
    notices.plan(made.case, possible={})
    before = postfix.delivered()
    opened = (made.case / "journal.ndjson").read_text().count('"vault_opened"')
    found = notices_paper.rehearse(made.case, "", tmp_path / "rehearsal")
    assert checked(found)["scoped"] == len(IDS)
    assert found["rehearsal"]
    assert not postfix.since(before)
    assert not table(made)
    assert (made.case / "journal.ndjson").read_text().count('"vault_opened"') == opened
    shown = "".join(
        file.read_bytes().decode("utf-8", "replace")
        for file in (tmp_path / "rehearsal").rglob("*")
        if file.is_file()
    )
    assert "repetition.invalid" in shown
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_row_that_is_missing_from_the_outbox_is_made_again_from_the_list(made, postfix):
    made.scope(scoped(IDS[:4]))
    plan = approved(made)
    notices_send.send(made.case, plan["campaign"], QUICK)
    before = postfix.delivered()
    with sqlite3.connect(made.case / "act/outbox/outbox.sqlite") as outbox:
        outbox.execute("DELETE FROM notices WHERE person = 'P0000002'")
    outbox.close()
    assert checked(notices.status(made.case))["pending"] == 1
    assert checked(notices_send.send(made.case, plan["campaign"], QUICK))["told"] == 4
    (mail,) = postfix.since(before, expect=1)
    assert mail["Delivered-To"] == "personne2@exemple.invalid"


def test_two_commands_send_one_campaign_and_nobody_twice(made, postfix):
    made.scope(scoped(IDS[:12]))
    plan = approved(made)
    before = postfix.delivered()
    words = [sys.executable, "-m", "tocsin", "act", str(made.case), "notify", "send"]
    running = [
        subprocess.Popen([*words, plan["campaign"]], env=os.environ, stderr=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]  # fmt: skip
    assert [one.wait() for one in running] == [0, 0]
    mails = postfix.since(before, expect=12)
    assert max(Counter(mail["Delivered-To"] for mail in mails).values()) == 1
    assert checked(notices.status(made.case))["told"] == 12


def test_a_server_that_bears_one_connection_gets_them_all_over_one(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    one = "smtpd_client_connection_count_limit = 1\nsmtpd_client_event_limit_exceptions ="
    people = [person(n) for n in range(120)]
    with postfix_server.running(more=one) as server:
        case = MadeCase(tmp_path / "made", people)
        case.append(f'\n[mail]\nsmtp = "smtp://127.0.0.1:{server.port}"\n')
        case.scope((row["person"], OWN, "identity.birth_name", "certain") for row in people)
        found = notices_send.send(case.case, approved(case)["campaign"], QUICK)
        assert checked(found)["told"] == len(people)
        assert len(server.since({}, expect=len(people))) == len(people)
