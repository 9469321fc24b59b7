"""What the server's log settles: only what it surely tells of."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.adapters.outbox_sqlite import SqliteOutbox
from tocsin.core.notices import Change, NewNotice, Outcome, State, Told
from tocsin.flow.notices_heard import SETTLE_S, settle

AT = datetime(2025, 9, 10, 12, tzinfo=UTC)
WELL_AFTER = AT + timedelta(seconds=SETTLE_S)


class Clock:
    def now(self):
        return AT + timedelta(hours=3)


class Log:
    """A log that names the mails that it is given, and tells of a time."""

    def __init__(self, named=(), *, until=None, since=None):
        self.named = named
        self.tells = Told(since=since, until=until) if until else None

    def answers(self, message_ids):
        return {n: Outcome(state=State.SENT, evidence="log 1") for n in message_ids
                if n in self.named}  # fmt: skip

    def told(self, begun):
        return self.tells


@pytest.fixture
def outbox(tmp_path):
    """Two mails tried at AT: m0 was sent, nobody knows of m1."""
    store = SqliteOutbox(tmp_path / "o/outbox.sqlite")
    store.create(
        [
            NewNotice(
                notice=f"n{n}", campaign="c", person=f"p{n}", channel="mail",
                message_id=f"<m{n}>", revision=1, template="t",
            )
            for n in range(2)
        ],
        at=AT,
    )  # fmt: skip
    for row, state in zip(
        store.claim("c", "mail", store.worker, at=AT, most=2),
        (State.SENT, State.UNCERTAIN),
        strict=True,
    ):
        store.step([], row.notice, store.worker, at=AT)
        change = Change(notice=row.notice, was=(State.SENDING,), state=state)
        store.step([change], "", store.worker, at=AT)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("log", "state"),
    [
        pytest.param(Log(["<m0>", "<m1>"], until=AT), "sent", id="named"),
        pytest.param(Log(["<m0>"], until=WELL_AFTER), "created", id="told on without it"),
        pytest.param(
            Log(["<m0>"], until=WELL_AFTER - timedelta(seconds=1)), "uncertain", id="lags"
        ),
        pytest.param(Log(["<m0>"]), "uncertain", id="of an unknown clock"),
        pytest.param(Log(until=WELL_AFTER), "uncertain", id="of another server"),
        pytest.param(
            Log(["<m0>"], until=WELL_AFTER, since=AT + timedelta(seconds=1)),
            "uncertain",
            id="rotated away",
        ),
    ],
)
def test_a_doubt_ends_by_what_the_log_tells_and_never_by_waiting(outbox, log, state):
    settle(outbox, log, clock=Clock())
    assert [str(row.state) for row in outbox.rows()] == ["sent", state]


def test_what_the_log_has_not_reached_is_worth_waiting_for(outbox):
    assert settle(outbox, Log(["<m0>"], until=AT), clock=Clock())["young"] == 1
    assert settle(outbox, Log(until=AT), clock=Clock())["young"] == 0
