"""When a try that failed for now is made again."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.act.notices.states import MOST_TRIES, after_try
from tocsin.core.notices import Held, Outcome, State

AT = datetime(2025, 9, 10, 12, tzinfo=UTC)


def failed(evidence, attempts):
    row = Held(
        notice="n",
        campaign="c",
        person="p",
        channel="mail",
        message_id="",
        revision=1,
        template="t",
        state=State.CREATED,
        attempts=attempts,
        first_at=None,
        last_at=None,
        due_at=None,
        worker="w",
    )
    return after_try(row, Outcome(state=State.TEMPORARY, evidence=evidence), AT, "")


@pytest.mark.parametrize(
    ("evidence", "waits"),
    [
        pytest.param("450 4.2.0", [2, 60, 300, 300], id="a server that says later is believed"),
        pytest.param("SMTPServerDisconnected", [2, 4, 8, 16], id="a lost line says nothing"),
        pytest.param("ConnectionResetError", [2, 4, 8, 16], id="nor does a line that is cut"),
    ],
)
def test_the_next_try_comes_later_each_time(evidence, waits):
    for attempts, seconds in enumerate(waits):
        assert failed(evidence, attempts).due_at == AT + timedelta(seconds=seconds)


def test_a_channel_fails_for_good_after_the_last_try():
    assert failed("450", MOST_TRIES - 2).state == State.TEMPORARY
    assert failed("450", MOST_TRIES - 1).state == State.PERMANENT
