"""Killed at random instants before a Postfix that drops connections and answers late."""

import postfix_server
import pytest

from tocsin.bench import notify, postfix

pytestmark = pytest.mark.slow

PERSONS, KILLS = 500, 20


def test_twenty_kills_lose_nobody_and_tell_nobody_twice(tmp_path, monkeypatch):
    """Each kill falls once the command has connected; the end is when nobody waits any more."""
    if postfix.missing():
        with postfix_server.running():
            return
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("TOCSIN_THREADS", "1")
    found = notify.killed(tmp_path / "made", PERSONS, KILLS)
    assert found["kills_while_sending"] > 0
    assert found["sums_exact"]
    assert (found["told"], found["left_uncertain"]) == (PERSONS, 0)
    assert (found["persons_mailed"], found["mailed_twice"]) == (PERSONS, 0)
    assert found["most_uncertain_at_once"] <= KILLS * notify.CONNECTIONS + found["connections"]
