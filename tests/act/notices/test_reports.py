"""What a mail server's log and its reports say, in the shapes that are met."""

import gzip
import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tocsin.adapters.accepted_log import MailLog
from tocsin.adapters.bounces import BounceFolder, read_report

NAME = "0123456789abcdef0123456789abcdef@operateur.invalid"
ID = f"<{NAME}>"
CLEANUP = f"Nov 25 03:00:01 mx postfix/cleanup[12]: 4F2A1C0: message-id=<{NAME}>"
ACTIVE = (
    "Nov 25 03:00:01 mx postfix/qmgr[9]: 4F2A1C0: from=<a@b>, size=9, nrcpt=1 (queue active)"
)
OTHER = (
    "Nov 25 03:00:01 mx postfix/qmgr[9]: 77777AA: from=<a@b>, size=9, nrcpt=1 (queue active)"
)
SENT = (
    "Nov 25 03:00:02 mx postfix/smtp[3]: 4F2A1C0: to=<x@y.invalid>, relay=y[1.2.3.4]:25, "
    "delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 99)"
)
LONG = CLEANUP.replace("4F2A1C0", "4YvBzh1Q2Gz9vM")


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        pytest.param([CLEANUP, ACTIVE, SENT], "sent", id="postfix"),
        pytest.param([CLEANUP, ACTIVE], "sent", id="postfix, still in the queue"),
        pytest.param([CLEANUP, OTHER], None, id="postfix, never taken"),
        pytest.param([CLEANUP], "sent", id="a log of message ids alone"),
        pytest.param([CLEANUP, SENT], "sent", id="no line of qmgr"),
        pytest.param([LONG, SENT.replace("4F2A1C0", "4YvBzh1Q2Gz9vM")], "sent", id="long ids"),
        pytest.param(
            [CLEANUP, ACTIVE, SENT.replace("status=sent", "status=deferred")],
            "sent",
            id="deferred is taken",
        ),
        pytest.param(
            [CLEANUP, ACTIVE, SENT.replace("status=sent", "status=bounced")],
            "permanent_failure",
            id="bounced",
        ),
        pytest.param(
            [
                CLEANUP,
                ACTIVE,
                SENT.replace("status=sent", "status=deferred"),
                SENT.replace("status=sent", "status=bounced"),
            ],
            "permanent_failure",
            id="deferred, then bounced",
        ),
        pytest.param([f'{{"event":"accepted","id":"{NAME}"}}'], "sent", id="JSON"),
        pytest.param([f"2026-11-25T03:00:01Z accepted {ID} from=a"], "sent", id="free text"),
        pytest.param([f"{NAME}\tstatus=bounced"], "permanent_failure", id="no queue id"),
        pytest.param(["\x00\xff garbage", ""], None, id="nothing of ours"),
    ],
)
def test_the_log_answers_for_a_message(tmp_path, lines, state):
    file = tmp_path / "mail.log"
    file.write_text("\n".join(lines) + "\n")
    found = MailLog(file).answers([ID])
    assert (str(found[ID].state) if found else None) == state
    assert "x@y.invalid" not in str(found)


def test_the_log_that_was_just_rotated_is_read_too(tmp_path):
    (tmp_path / "mail.log").write_text(SENT + "\n")
    with gzip.open(tmp_path / "mail.log.1.gz", "wt") as stream:
        stream.write(CLEANUP + "\n" + ACTIVE + "\n")
    assert MailLog(tmp_path / "mail.log").answers([ID])


def test_a_log_that_is_not_there_answers_nothing(tmp_path):
    log = MailLog(tmp_path / "absent.log")
    assert not log.answers([ID])
    assert log.told({}) is None


NOW = datetime(2025, 11, 25, 12, tzinfo=UTC)


def log_of(tmp_path, *lines, written=NOW):
    file = tmp_path / "mail.log"
    file.write_text("".join(f"{line}\n" for line in lines))
    os.utime(file, (written.timestamp(), written.timestamp()))
    return MailLog(file)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
@pytest.mark.parametrize(
    "form", ["%b %d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S"]
)
def test_the_log_tells_until_its_last_line_whatever_its_clock(tmp_path, zone, form):
    """The clock is a minute ahead and in another zone: a mail of ours shows by how much."""
    begun, last = NOW - timedelta(seconds=90), NOW - timedelta(seconds=30)
    ahead = timedelta(minutes=1)
    said = [(at + ahead).astimezone(ZoneInfo(zone)).strftime(form) for at in (begun, last)]
    log = log_of(
        tmp_path,
        f"{said[0]} mx postfix/cleanup[12]: 4F2A1C0: message-id={ID}",
        f"{said[1]} mx postfix/smtpd[1]: connect from localhost[127.0.0.1]",
    )
    told = log.told({ID: begun})
    assert told.since < begun - timedelta(minutes=4)
    assert last - timedelta(seconds=2) <= told.until <= last


def test_a_log_that_lags_tells_no_further_than_its_lines_though_it_is_written_now(tmp_path):
    old = NOW - timedelta(minutes=5)
    log = log_of(tmp_path, f"{old.isoformat()} mx postfix/smtpd[1]: connect from x")
    assert log.told({}).until == old


def test_a_clock_that_cannot_be_told_is_not_believed(tmp_path):
    later = NOW + timedelta(hours=2)
    log = log_of(tmp_path, f"{later.isoformat()} mx postfix/smtpd[1]: connect from x")
    assert log.told({}) is None


def test_a_rotated_log_tells_since_its_first_line(tmp_path):
    first = NOW - timedelta(hours=1)
    log = log_of(tmp_path, f"{first.isoformat()} mx x: y", f"{NOW.isoformat()} mx x: y")
    assert log.told({}).since == first - timedelta(minutes=5)
    (tmp_path / "mail.log.2.gz").touch()
    assert log.told({}).since >= first


def test_the_log_of_a_new_server_says_nothing_of_what_the_old_one_was_given(tmp_path):
    born = NOW - timedelta(minutes=10)
    log = log_of(
        tmp_path,
        f"{born.isoformat()} mx postfix/master[1]: daemon started",
        f"{NOW.isoformat()} mx postfix/smtpd[1]: connect from localhost[127.0.0.1]",
    )
    assert log.told({}).since > born - timedelta(minutes=6)


def test_a_year_that_is_not_said_is_the_last_one(tmp_path):
    new_year = datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC)
    at = (new_year - timedelta(seconds=10)).astimezone()
    log = log_of(tmp_path, f"{at:%b %d %H:%M:%S} mx x: y", written=new_year)
    assert log.told({}).until == new_year - timedelta(seconds=10)


REPORT = f"""\
From: MAILER-DAEMON@mx.invalid
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx
Original-Envelope-Id: {NAME[:32]}

Final-Recipient: rfc822; x@y.invalid
Action: failed
Status: 5.2.2

--b--
"""


@pytest.mark.parametrize(
    ("text", "states"),
    [
        (REPORT, ["permanent_failure"]),
        (REPORT.replace("failed", "delivered"), ["delivered"]),
        (REPORT.replace("failed", "relayed"), ["sent"]),
        (REPORT.replace("failed", "delayed"), []),
        (REPORT.replace("Action: failed", ""), []),
        (
            f"From: Mail Delivery System <a@b>\n\nYour message {ID} failed: 550 5.1.1 unknown",
            ["permanent_failure"],
        ),
        (f"From: a person <a@b>\n\nYou wrote {ID}. I am away. 5.1.1", []),
        (f"From: MAILER-DAEMON\n\nMessage {ID} is delayed: 4.4.1", []),
        ("not a message", []),
        ("", []),
    ],
)
def test_a_report_says_what_it_says(text, states):
    assert [str(r.state) for r in read_report(text.encode())] == states


def test_a_maildir_is_read_without_its_unfinished_files(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1").write_text(REPORT)
    (tmp_path / "link").symlink_to(tmp_path / "new/1")
    found = list(BounceFolder(tmp_path).receipts())
    assert len(found) == 2
    assert "x@y.invalid" not in str(found)


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert not list(BounceFolder(tmp_path / "absent").receipts())
