"""The outbox: one suite for every store."""

import secrets
import sqlite3
import stat
from datetime import UTC, datetime, timedelta

import postgres_server
import pytest

from tocsin.act.notices.states import heard
from tocsin.adapters.outbox_postgres import PostgresOutbox
from tocsin.adapters.outbox_sqlite import SqliteOutbox
from tocsin.core.errors import RefusedError
from tocsin.core.notices import Change, NewNotice, State

AT = datetime(2025, 9, 10, 12, tzinfo=UTC)


def row(n, campaign="c", channel="mail", **more):
    base = {
        "notice": f"{campaign}-{channel}-{n}",
        "campaign": campaign,
        "person": f"p{n}",
        "channel": channel,
        "message_id": f"<{n}@o.invalid>",
        "revision": 1,
        "template": "notice.fr@0",
    }
    return NewNotice(**(base | more))


@pytest.fixture(scope="module")
def database():
    """The address of a PostgreSQL of this module's own."""
    with postgres_server.running() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def opened(request, tmp_path):
    """Makes connections to one store, each a worker of its own."""
    made = []
    case = secrets.token_hex(8)
    address = request.getfixturevalue("database") if request.param == "postgres" else ""

    def connect(worker=""):
        if address:
            made.append(PostgresOutbox(address, case, worker=worker))
        else:
            made.append(SqliteOutbox(tmp_path / "outbox/outbox.sqlite", worker=worker))
        return made[-1]

    yield connect
    for one in made:
        one.close()


def states(outbox):
    return {r.notice: str(r.state) for r in outbox.rows()}


def begun(outbox, most=1):
    rows = outbox.claim("c", "mail", outbox.worker, at=AT, most=most)
    for one in rows:
        outbox.step([], one.notice, outbox.worker, at=AT)
    return rows


def test_a_row_is_created_once_however_often_it_is_asked(opened):
    outbox = opened()
    assert outbox.create([row(1), row(2)], at=AT) == 2
    assert outbox.create([row(1), row(2), row(3)], at=AT) == 1
    assert len(outbox.rows()) == 3


def test_campaign_person_and_channel_are_unique_whatever_the_identity(opened):
    outbox = opened()
    outbox.create([row(1)], at=AT)
    assert outbox.create([row(1, notice="another")], at=AT) == 0


def test_two_workers_never_hold_the_same_row(opened):
    one, two = opened(), opened()
    one.create([row(n) for n in range(50)], at=AT)
    held = [
        {r.notice for r in w.claim("c", "mail", w.worker, at=AT, most=30)} for w in (one, two)
    ]
    assert not held[0] & held[1]
    assert len(held[0] | held[1]) == 50


def test_a_row_is_sending_before_its_try_and_only_by_who_holds_it(opened):
    one, two = opened(), opened()
    one.create([row(1)], at=AT)
    (held,) = one.claim("c", "mail", one.worker, at=AT, most=1)
    assert two.step([], held.notice, two.worker, at=AT) == (False,)
    assert one.step([], held.notice, one.worker, at=AT) == (True,)
    assert states(two) == {"c-mail-1": "sending"}
    assert one.step([], held.notice, one.worker, at=AT) == (False,)


def test_a_temporary_failure_waits_until_it_is_due(opened):
    outbox = opened()
    outbox.create([row(1)], at=AT)
    (held,) = begun(outbox)
    due = AT + timedelta(seconds=60)
    change = Change(notice=held.notice, was=(State.SENDING,), state=State.TEMPORARY, due_at=due)
    assert outbox.step([change], "", outbox.worker, at=AT) == (True, False)
    assert not outbox.claim("c", "mail", outbox.worker, at=AT, most=5)
    assert outbox.next_due("c", "mail") == due
    assert len(outbox.claim("c", "mail", outbox.worker, at=due, most=5)) == 1


def test_what_a_dead_worker_was_sending_is_uncertain_and_the_rest_is_free(opened):
    dead, alive = opened(), opened()
    dead.create([row(n) for n in range(3)], at=AT)
    rows = dead.claim("c", "mail", dead.worker, at=AT, most=3)
    dead.step([], rows[0].notice, dead.worker, at=AT)
    assert alive.sweep(at=AT) == {"uncertain": 0, "freed": 0, "workers": 0}
    dead.die()
    assert alive.sweep(at=AT)["uncertain"] == 1
    assert states(alive)[rows[0].notice] == "uncertain"
    assert len(alive.claim("c", "mail", alive.worker, at=AT, most=9)) == 2
    assert alive.sweep(at=AT)["uncertain"] == 0


def test_a_lease_that_outlived_its_time_is_anybodys(opened):
    slow, other = opened(), opened()
    slow.create([row(1)], at=AT)
    slow.claim("c", "mail", slow.worker, at=AT, most=1)
    assert not other.claim("c", "mail", other.worker, at=AT, most=1)
    later = AT + timedelta(hours=1)
    (taken,) = other.claim("c", "mail", other.worker, at=later, most=1)
    assert slow.step([], taken.notice, slow.worker, at=later) == (False,)
    assert other.step([], taken.notice, other.worker, at=later) == (True,)


def test_what_was_leased_and_not_tried_is_given_back(opened):
    one, two = opened(), opened()
    one.create([row(1)], at=AT)
    one.claim("c", "mail", one.worker, at=AT, most=1)
    one.release(one.worker)
    assert len(two.claim("c", "mail", two.worker, at=AT, most=1)) == 1


SENT = Change(notice="c-mail-1", was=(State.SENDING,), state=State.SENT, evidence="250")


@pytest.mark.parametrize(
    ("receipts", "expected"),
    [
        ([State.DELIVERED], "delivered"),
        ([State.PERMANENT], "permanent_failure"),
        ([State.DELIVERED, State.PERMANENT], "delivered"),
        ([State.PERMANENT, State.DELIVERED], "permanent_failure"),
        ([State.DELIVERED, State.DELIVERED], "delivered"),
        ([State.CREATED], "sent"),
    ],
)
def test_receipts_late_twice_or_out_of_order_are_logged_and_change_what_they_may(
    opened, receipts, expected
):
    outbox = opened()
    outbox.create([row(1)], at=AT)
    begun(outbox)
    outbox.step([SENT], "", outbox.worker, at=AT)
    for state in receipts:
        outbox.step([heard("c-mail-1", state, "dsn")], "", "", at=AT)
    assert states(outbox) == {"c-mail-1": expected}
    assert len(outbox.events("c-mail-1")) == 1 + len(receipts)


def test_a_receipt_of_nobody_changes_nothing(opened):
    outbox = opened()
    assert outbox.step([heard("unknown", State.DELIVERED, "dsn")], "", "", at=AT)[0] is False


def test_the_log_of_a_notice_is_its_proof(opened):
    outbox = opened()
    outbox.create([row(1)], at=AT)
    begun(outbox)
    sent = Change(
        notice="c-mail-1", was=(State.SENDING,), state=State.SENT, evidence="250", body="ab12"
    )
    outbox.step([sent], "", outbox.worker, at=AT)
    (event,) = outbox.events("c-mail-1")
    assert (event.before, event.after, event.applied) == ("sending", "sent", True)
    assert (event.evidence, event.body, event.at) == ("250", "ab12", AT)


def test_after_a_loss_of_power_all_that_was_leased_is_uncertain(tmp_path):
    """The steps between two tries are not synced: which row was tried is not known for sure."""
    boot = tmp_path / "boot_id"
    boot.write_text("11111111-2222-3333-4444-555555555555")
    cut = SqliteOutbox(tmp_path / "o/outbox.sqlite", boot=boot)
    cut.create([row(n) for n in range(5)], at=AT)
    cut.claim("c", "mail", cut.worker, at=AT, most=3)
    cut.die()
    boot.write_text("99999999-2222-3333-4444-555555555555")
    after = SqliteOutbox(tmp_path / "o/outbox.sqlite", boot=boot)
    assert after.sweep(at=AT) == {"uncertain": 3, "freed": 0, "workers": 1}
    assert [str(r.state) for r in after.rows()] == ["uncertain"] * 3 + ["created"] * 2
    after.close()


@pytest.mark.parametrize(("boot", "synced"), [("1-2", "1"), (None, "2")])
def test_a_step_is_synced_where_a_loss_of_power_would_not_be_noticed(tmp_path, boot, synced):
    if boot:
        (tmp_path / "boot_id").write_text(boot)
    outbox = SqliteOutbox(tmp_path / "o/outbox.sqlite", boot=tmp_path / "boot_id")
    outbox.create([row(1)], at=AT)
    begun(outbox)
    assert str(outbox._db.execute("PRAGMA synchronous").fetchone()[0]) == synced
    outbox.release(outbox.worker)
    assert outbox._db.execute("PRAGMA synchronous").fetchone() == (2,)
    outbox.close()


OF_VERSION_0 = """
CREATE TABLE notices (
  seq INTEGER PRIMARY KEY, notice TEXT NOT NULL UNIQUE, campaign TEXT NOT NULL,
  person TEXT NOT NULL, channel TEXT NOT NULL, message_id TEXT NOT NULL,
  revision INTEGER NOT NULL, template TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'created',
  attempts INTEGER NOT NULL DEFAULT 0, first_us INTEGER, last_us INTEGER, due_us INTEGER,
  worker TEXT NOT NULL DEFAULT '', lease_us INTEGER NOT NULL DEFAULT 0,
  UNIQUE (campaign, person, channel)
) STRICT;
CREATE INDEX notices_due ON notices (campaign, channel, state, due_us, seq);
CREATE INDEX notices_held ON notices (worker) WHERE worker <> '';
CREATE TABLE events (
  notice TEXT NOT NULL, at_us INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
  applied INTEGER NOT NULL, evidence TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX events_of ON events (notice);
INSERT INTO notices (notice, campaign, person, channel, message_id, revision, template, state)
  VALUES ('b', 'c', 'p2', 'mail', '<b@o>', 1, 't', 'created'),
         ('a', 'c', 'p1', 'mail', '<a@o>', 1, 't', 'sent');
INSERT INTO events VALUES
  ('a', 1000000, 'sending', 'temporary_failure', 1, '421', 'x'),
  ('b', 1500000, 'created', 'delivered', 0, 'dsn', ''),
  ('a', 2000000, 'sending', 'sent', 1, '250', 'y');
"""


def test_an_outbox_of_an_earlier_version_keeps_its_rows_and_its_log(tmp_path):
    file = tmp_path / "o/outbox.sqlite"
    file.parent.mkdir()
    with sqlite3.connect(file) as old:
        old.executescript(OF_VERSION_0)
    for _ in range(2):
        outbox = SqliteOutbox(file)
        assert states(outbox) == {"a": "sent", "b": "created"}
        assert [event.evidence for event in outbox.events("a")] == ["421", "250"]
        assert [event.evidence for event in outbox.events("b")] == ["dsn"]
        outbox.close()
    outbox = SqliteOutbox(file)
    (held,) = outbox.claim("c", "mail", outbox.worker, at=AT, most=5)
    assert held.notice == "b"
    outbox.step([heard("b", State.WITHDRAWN, "later plan")], "", "", at=AT)
    assert [event.after for event in outbox.events("b")] == ["delivered", "withdrawn"]
    outbox.close()


def test_what_a_dead_worker_had_finished_is_not_counted_as_given_back(opened):
    dead, alive = opened(), opened()
    dead.create([row(n) for n in range(3)], at=AT)
    rows = dead.claim("c", "mail", dead.worker, at=AT, most=3)
    for one in rows[:2]:
        dead.step([], one.notice, dead.worker, at=AT)
    done = Change(notice=rows[0].notice, was=(State.SENDING,), state=State.SENT)
    dead.step([done], "", dead.worker, at=AT)
    dead.die()
    assert alive.sweep(at=AT) == {"uncertain": 1, "freed": 1, "workers": 1}


def test_the_file_is_its_owners_alone(tmp_path):
    file = tmp_path / "o/outbox.sqlite"
    outbox = SqliteOutbox(file)
    outbox.create([row(1)], at=AT)
    for path in (file, *file.parent.glob("outbox.sqlite-*")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    outbox.close()
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u@db.example/t",
        "postgresql://u@db.example/t?sslmode=prefer",
        "host=10.0.0.1",
    ],
)
def test_a_database_elsewhere_is_spoken_to_over_tls_or_not_at_all(address):
    with pytest.raises(RefusedError, match="TLS"):
        PostgresOutbox(address, "case")
