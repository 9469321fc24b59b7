"""Containment from plan to undo, on a case of a small estate and doors in memory."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from contain_estate import ESTATE, PROFESSIONALS, write_estate

from tocsin.adapters import signing
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.orders import (
    Do,
    Seen,
    UnansweredError,
    UnreachableError,
    UntriedError,
)
from tocsin.core.records import Says
from tocsin.flow import contain, contain_orders
from tocsin.flow.contain_orders import Hands
from tocsin.wiring import containment, open_case
from tocsin.wiring.containment import Asked
from tocsin.wiring.trails import ingest
from tocsin.wiring.world import open_world

HERE = Path(__file__).parent


class Memory:
    """A door in memory; fails as it is told to."""

    def __init__(self):
        self.closed = set()
        self.calls = []
        self.fails = []

    def look(self, order, names):
        self._fail("look")
        is_closed = self._thing(order) in self.closed
        return Seen(closed=is_closed, found={"closed": is_closed}, says=Says("vu", "seen"))

    def close(self, order, names):
        self.calls.append(("close", order.key, names))
        self._fail("close")
        self.closed.add(self._thing(order))
        self._fail("receipt")
        return Says("fermé", "closed")

    def reopen(self, order, names):
        self.calls.append(("reopen", order.key, names))
        if not (order.before or {}).get("closed"):
            self.closed.discard(self._thing(order))
        self._fail("receipt")
        return Says("ouvert", "open")

    def _fail(self, where):
        if self.fails and self.fails[0] == where:
            self.fails.pop(0)
            kind = UnansweredError if where == "receipt" else UntriedError
            raise kind(
                Says("la porte ne répond pas", "the door does not answer"),
                next_step=Says("Réessayez.", "Try again."),
            )

    @staticmethod
    def _thing(order):
        return order.target, str(order.do), order.account, order.address, order.session


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A case made once; each test has its own copy."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_KEY_DIR", str(folder / "keys"))
        make(folder)
    return folder


@pytest.fixture
def case(first, tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    facts = tmp_path / "case/case.toml"
    facts.write_text(facts.read_text().replace(str(first), str(tmp_path)))
    return tmp_path / "case"


def make(folder):
    key = signing.new_key(folder / "second.pem")
    estate = folder / "estate"
    write_estate(estate, ESTATE.replace("KEY", key))
    lines = ["at,who,session,from,what,whom"]
    for n in range(PROFESSIONALS):  # everybody behind one address of the hospital
        lines.append(f"2025-09-01T0{n}:00:00Z,pro{n},s{n},198.51.100.1,read,p0")
    lines.append("2025-09-01T10:00:00Z,pro0,thief,203.0.113.9,read,p1")
    lines.append("2025-06-01T10:00:00Z,pro5,old,203.0.113.9,read,p1")
    (estate / "trail" / "journal.csv").write_text("\n".join(lines) + "\n")
    open_case(folder / "case", estate / "estate.toml")
    ingest(folder / "case")


def asked(*dos, accounts=("pro0",), addresses=(), **more):
    return Asked(
        accounts=tuple(accounts), dos=tuple(map(Do, dos)), addresses=tuple(addresses), **more
    )


@contextmanager
def acting(case, door):
    """What a command has in its hands, the doors being in memory."""
    with open_world(case, write=True) as (world, folder):
        outgoing = containment.outgoing_of(folder, why="contain")
        yield world, Hands(outgoing=outgoing, opens=lambda _: door, verifies=signing.verifies)


def apply(case, plan, door, *, by="R. Astreinte", why="usurpé"):
    with acting(case, door) as (world, hands):
        return contain_orders.apply(world, plan, hands, by=by, why=why)


def verify(case, plan, door):
    with acting(case, door) as (world, hands):
        return contain_orders.verify(world, plan, hands)


def undo(case, plan, door):
    with acting(case, door) as (world, hands):
        return contain_orders.undo(world, plan, hands, by="R. Astreinte", why="fini")


def states(document):
    return [order["state"] for order in document["orders"]]


def events(case, name):
    lines = (case / "journal.ndjson").read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["event"] == name]


def test_a_plan_says_whom_it_stops_and_whom_they_have_today(case):
    found = containment.plan(case, asked("revoke", "disable"))
    assert found["stops"]["accounts"] == ["pro0"]
    assert found["stops"]["persons_today"] == ["p0", "p3", "p5"]
    assert found["stops"]["by_kind"] == {"appointment": 1, "stay": 1, "team": 1}
    assert [(o["target"], o["do"], o["closes"]) for o in found["orders"]] == [
        ("idp", "revoke", ["dossier"]),
        ("idp", "disable", ["dossier"]),
    ]
    assert states(found) == ["planned", "planned"]
    assert all(order["proof"] is None for order in found["orders"])


def test_a_plan_names_the_other_accounts_of_the_professional_that_it_leaves_open(case):
    accounts = case.parent / "estate/directory/accounts.csv"
    accounts.write_text(accounts.read_text() + "pro0-bis,10000000000,doctor,990000002\n")
    other = case.parent / "twice"
    open_case(other, case.parent / "estate/estate.toml")
    left = containment.plan(other, asked("disable"))["stops"]["left_open"]
    assert left == [{"account": "pro0", "other": "pro0-bis"}]
    both = containment.plan(other, asked("disable", accounts=["pro0", "pro0-bis"]))
    assert both["stops"]["left_open"] == []


def test_the_same_question_is_the_same_plan_until_it_was_undone(case):
    first = containment.plan(case, asked("disable"))
    assert containment.plan(case, asked("disable")) == first
    assert containment.plan(case, asked("disable", accounts=["10000000000"])) == first
    door = Memory()
    apply(case, first["plan"], door)
    assert states(containment.plan(case, asked("disable"))) == ["applied"]
    undo(case, first["plan"], door)
    again = containment.plan(case, asked("disable"))
    assert again["plan"] != first["plan"]
    assert states(again) == ["planned"]


def test_denying_an_address_that_many_share_says_whom_and_asks_for_a_second_human(case):
    found = containment.plan(case, asked("deny", addresses=["198.51.100.1"]))
    assert found["stops"]["accounts"] == [f"pro{n}" for n in range(PROFESSIONALS)]
    assert found["stops"]["persons_today"] == ["p0", "p3", "p5", "p8"]
    assert found["approvals_needed"] == 1
    assert len(found["orders"]) == 1
    door = Memory()
    with pytest.raises(RefusedError, match="a second named person"):
        apply(case, found["plan"], door)
    assert not door.calls


def test_denying_the_thiefs_address_stops_only_who_used_it_lately(case):
    found = containment.plan(case, asked("deny", addresses=["203.0.113.9"]))
    assert found["stops"]["accounts"] == ["pro0"]  # pro5 was there three months before
    assert found["stops"]["by_address"][0]["acts"] == 1
    assert found["approvals_needed"] == 0


def test_a_second_human_signs_that_plan_and_no_other(case):
    signer = signing.read_key(case.parent / "second.pem")
    found = containment.plan(case, asked("deny", addresses=["198.51.100.1"]))
    plan, door = found["plan"], Memory()
    with acting(case, door) as (world, hands):
        wrong = signer.sign("00" * 32, purpose="contain")
        other = signer.sign(found["digest"], purpose="notify")
        for approval in (wrong, other):
            with pytest.raises(RefusedError, match="not that of an approver"):
                contain.approve(world, plan, approval, hands.verifies)
    signing.new_key(case.parent / "stranger.pem")
    with pytest.raises(RefusedError):
        containment.approve(case, plan, case.parent / "stranger.pem")
    assert containment.approve(case, plan, case.parent / "second.pem")["approved_by"] == [
        "Seconde Personne"
    ]
    assert containment.plan(case, asked("deny", addresses=["198.51.100.1"]))["approved_by"]
    with pytest.raises(RefusedError, match="a second named person"):
        apply(case, plan, door, by="seconde personne ")
    assert states(apply(case, plan, door)) == ["applied"]


def test_a_signature_does_not_hold_once_the_plan_stops_others(case):
    found = containment.plan(case, asked("deny", addresses=["198.51.100.1"]))
    containment.approve(case, found["plan"], case.parent / "second.pem")
    more = case.parent / "estate/trail/more.csv"
    more.write_text(
        "at,who,session,from,what,whom\n2025-09-02T00:00:00Z,new,n,198.51.100.1,read,p0\n"
    )
    ingest(case)
    again = containment.plan(case, asked("deny", addresses=["198.51.100.1"]))
    assert again["plan"] == found["plan"]
    assert "new" in again["stops"]["accounts"]
    assert again["approved_by"] == []
    with pytest.raises(RefusedError, match="a second named person"):
        apply(case, again["plan"], Memory())


def test_applied_verified_undone_and_verified_again(case):
    door = Memory()
    plan = containment.plan(case, asked("revoke", "disable"))["plan"]
    assert states(apply(case, plan, door)) == ["applied", "applied"]
    assert states(verify(case, plan, door)) == ["verified", "verified"]
    assert states(apply(case, plan, door)) == ["verified", "verified"]
    assert len(door.calls) == 2  # what has its receipt is not done again
    assert states(undo(case, plan, door)) == ["undone", "undone"]
    found = verify(case, plan, door)
    assert states(found) == ["undone", "undone"]
    assert found["orders"][1]["proof"]["how"] == "asked"
    with pytest.raises(RefusedError, match="undone"):
        apply(case, plan, door)


def test_what_was_closed_before_is_left_closed(case):
    door = Memory()
    door.closed.add(("idp", "disable", "pro0", "", ""))
    plan = containment.plan(case, asked("disable"))["plan"]
    apply(case, plan, door)
    assert states(undo(case, plan, door)) == ["undone"]
    assert states(verify(case, plan, door)) == ["undone"]
    assert door.closed


def test_a_door_found_open_is_a_failed_order_and_is_closed_again(case):
    door = Memory()
    plan = containment.plan(case, asked("disable"))["plan"]
    apply(case, plan, door)
    door.closed.clear()  # somebody opened it
    found = verify(case, plan, door)
    assert states(found) == ["failed"]
    assert contain_orders.unfinished(found) is not None
    assert states(apply(case, plan, door)) == ["applied"]
    assert door.closed


@pytest.mark.parametrize(
    ("fails", "state"),
    [
        (["look"], "failed"),
        (["close"], "failed"),
        (["receipt", "look", "look"], "uncertain"),
    ],
)
def test_a_door_that_fails_is_said_and_tried_again(case, fails, state):
    door = Memory()
    plan = containment.plan(case, asked("disable"))["plan"]
    door.fails = list(fails)
    found = apply(case, plan, door)
    assert states(found) == [state]
    assert contain_orders.unfinished(found) is not None
    assert events(case, "recorded") == []
    assert states(apply(case, plan, door)) == ["applied"]
    assert len(door.calls) == (2 if fails == ["close"] else 1)


def test_an_order_without_receipt_is_asked_about_at_once(case):
    door = Memory()
    plan = containment.plan(case, asked("disable"))["plan"]
    door.fails = ["receipt"]
    found = apply(case, plan, door)
    assert states(found) == ["applied"]
    assert found["orders"][0]["proof"]["says"]["en"] == "seen"
    door.fails = ["receipt", "receipt"]
    assert states(undo(case, plan, door)) == ["undone"]


def test_one_door_that_fails_does_not_hold_the_others(case):
    door = Memory()
    plan = containment.plan(case, asked("revoke", "disable"))["plan"]
    door.fails = ["look"]
    assert states(apply(case, plan, door)) == ["failed", "applied"]


def test_a_door_that_cannot_be_asked_keeps_what_was_known_and_says_so(case):
    door = Memory()
    plan = containment.plan(case, asked("disable"))["plan"]
    apply(case, plan, door)
    door.fails = ["look"]
    found = verify(case, plan, door)
    assert states(found) == ["applied"]
    assert found["unasked"] == [found["orders"][0]["key"]]
    assert contain_orders.unfinished(found) is not None


def test_the_closing_is_recorded_once_with_who_and_why(case):
    door = Memory()
    plan = containment.plan(case, asked("disable"))["plan"]
    apply(case, plan, door)
    apply(case, plan, door)
    (entry,) = events(case, "recorded")
    assert entry["by"] == "R. Astreinte"
    assert entry["facts"]["event"] == "contained"
    assert entry["facts"]["why"] == "usurpé"


def test_a_target_that_moved_since_the_plan_is_not_spoken_to(case):
    plan = containment.plan(case, asked("disable"))["plan"]
    estate = case.parent / "estate/estate.toml"
    estate.write_text(estate.read_text().replace("idp.example", "thief.example"))
    door = Memory()
    with pytest.raises(RefusedError, match="no longer"):
        apply(case, plan, door)
    assert not door.calls


def test_a_target_that_moved_is_planned_anew_even_if_orders_failed_there(case):
    first = containment.plan(case, asked("disable"))["plan"]
    door = Memory()
    door.fails = ["look"]
    assert states(apply(case, first, door)) == ["failed"]
    estate = case.parent / "estate/estate.toml"
    estate.write_text(estate.read_text().replace("idp.example", "right.example"))
    again = containment.plan(case, asked("disable"))
    assert again["plan"] != first
    assert states(apply(case, again["plan"], door)) == ["applied"]


@pytest.mark.parametrize("word", ["pro0", "revoke", "idp"])
def test_a_plan_altered_in_the_folder_is_refused(case, word):
    plan = containment.plan(case, asked("revoke"))["plan"]
    file = case / "act/contain" / plan / "plan.json"
    file.write_text(file.read_text().replace(f'"{word}"', '"other"'))
    with pytest.raises(RefusedError, match="altered"):
        apply(case, plan, Memory())


def test_an_order_altered_in_the_folder_stays_the_plans(case):
    plan = containment.plan(case, asked("disable"))["plan"]
    door = Memory()
    door.fails = ["look"]
    apply(case, plan, door)
    (file,) = (case / "act/contain" / plan / "orders").glob("*.json")
    file.write_text(file.read_text().replace('"pro0"', '"pro1"'))
    assert apply(case, plan, door)["orders"][0]["account"] == "pro0"
    assert door.closed == {("idp", "disable", "pro0", "", "")}


def test_a_target_that_is_away_is_waited_for_once_in_a_run(case):
    asks = []

    class Away(Memory):
        def look(self, order, names):
            asks.append(order.key)
            raise UnreachableError(Says("non", "no"), next_step=Says("encore", "again"))

    plan = containment.plan(case, asked("revoke", "disable", accounts=["pro0", "pro1"]))["plan"]
    assert states(apply(case, plan, Away())) == ["failed"] * 4
    assert len(asks) == 1
    assert states(apply(case, plan, Memory())) == ["applied"] * 4


def test_an_approver_added_after_the_opening_has_no_right(case):
    estate = case.parent / "estate/estate.toml"
    late = signing.new_key(case.parent / "late.pem")
    estate.write_text(estate.read_text() + f'[[approver]]\nname = "Tard"\nkey = "{late}"\n')
    plan = containment.plan(case, asked("deny", addresses=["198.51.100.1"]))["plan"]
    with pytest.raises(RefusedError, match="enrolled"):
        containment.approve(case, plan, case.parent / "late.pem")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (asked("disable", accounts=["nobody"]), "knows this account"),
        (asked("deny", addresses=["198.51.100.0/24"]), "not one network address"),
        (asked("deny", addresses=["127.0.0.1"]), "no single machine"),
        (asked("deny"), "nothing to deny"),
        (asked("disable", targets=("other",)), "no target other"),
        (asked("disable", targets=("proxy",)), "can disable"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(case, question, words):
    with pytest.raises(InputError, match=words):
        containment.plan(case, question)


@pytest.mark.parametrize("name", ["", "../../x", "cdeadbeef", "a/b", "\0"])
def test_a_plan_that_is_not_there_is_said(case, name):
    with (
        open_world(case, write=False) as (world, _),
        pytest.raises(InputError, match="no such"),
    ):
        contain.read(world, name)


def test_an_empty_case_can_close_at_hour_zero(case):
    other = case.parent / "zero"
    open_case(other, case.parent / "estate/estate.toml")
    found = containment.plan(other, asked("deny", addresses=["203.0.113.9"]))
    assert found["stops"]["known"] is False
    assert states(apply(other, found["plan"], Memory())) == ["applied"]


def test_names_and_contacts_of_accounts_stay_in_memory(case):
    door = Memory()
    plan = containment.plan(case, asked("disable"))["plan"]
    apply(case, plan, door)
    assert door.calls[0][2][0] == "pro0"
    assert "10000000000" in door.calls[0][2]
    written = "".join(f.read_text() for f in (case / "act").rglob("*.json"))
    assert "10000000000" not in written


# Killed at any write -------------------------------------------------------------------------

KILLED = HERE / "killed_apply.py"


def run_until_killed(case, plan, state, n, verb):
    env = {**os.environ, "TOCSIN_KEY_DIR": str(case.parent / "keys")}
    return subprocess.run(
        [sys.executable, str(KILLED), str(case), plan, str(state), str(n), verb],
        env=env,
        capture_output=True,
        timeout=60,
        check=False,
    )


def lives(case, door_file, *, step):
    """Kill apply, then undo, at every `step`-th write, running again until each ends."""
    plan = containment.plan(case, asked("revoke", "disable"))["plan"]
    kills = 0
    for verb, wanted in (("apply", "applied"), ("undo", "undone")):
        n = 1
        while True:
            done = run_until_killed(case, plan, door_file, n, verb)
            if done.returncode == 0:
                break
            assert done.returncode == -9, done.stderr.decode()
            kills += 1
            n += step
        assert states(containment.status(case)["plans"][0]) == [wanted] * 2
    return kills


@pytest.mark.slow
def test_killed_at_each_write_no_order_is_forgotten_and_none_changes_twice(case):
    door_file = case.parent / "door.json"
    kills = lives(case, door_file, step=1)
    assert kills > 20
    state = json.loads(door_file.read_text())
    assert state["closed"] == []
    # Each order changed the door exactly once each way, however often it was asked.
    assert sorted(state["changes"].values()) == [1, 1, 1, 1]
    assert len(events(case, "recorded")) == 1
