"""Keycloak user events, read by the real engine."""

import json

import pyarrow as pa
import pytest

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.records import Source
from tocsin.core.vocabulary import TrailFormat
from tocsin.trail import keycloak
from tocsin.trail.decoded import LINES
from tocsin.trail.keycloak import KNOWN_USERS

SOURCE = Source(
    id="idp",
    service="",
    service_by=None,
    format=TrailFormat.KEYCLOAK,
    files=("*.json",),
    timezone="UTC",
    names_results=False,
    silent=(),
    retention_days=0,
    clock_offset_s=0,
    columns={},
)


@pytest.fixture
def read(tmp_path):
    engine = DuckdbEngine(tmp_path / "spill")

    def decode(*events, known=None):
        lines = [e if isinstance(e, str) else json.dumps(e) for e in events]
        engine.bind_arrow(
            LINES,
            pa.table(
                {
                    "position": pa.array(range(1, len(lines) + 1), pa.int64()),
                    "line": pa.array(lines, pa.string()),
                    "reason": pa.nulls(len(lines), pa.string()),
                    "head": pa.nulls(len(lines), pa.string()),
                }
            ),
        )
        if known is not None:
            engine.bind_arrow(KNOWN_USERS, known)
        for step in keycloak.steps(SOURCE, known_users=known is not None):
            engine.run(step)
        decode.seen = engine.fetch("users_seen")
        return engine.fetch("decoded", order=("position",)).to_pylist()

    yield decode
    engine.close()


def event(type_="LOGIN", **more):
    return {
        "id": "e1",
        "time": 1760097336123,
        "type": type_,
        "realmId": "region",
        "clientId": "portal",
        "userId": "u1",
        "sessionId": "s1",
        "ipAddress": "192.0.2.7",
        "details": {"username": "a.martin"},
        **more,
    }


def test_an_event_gives_account_session_address_client_and_instant(read):
    (row,) = read(event())
    assert {
        k: row[k]
        for k in ("event_id", "actor", "session", "address", "client", "event_code", "action")
    } == {
        "event_id": "e1",
        "actor": "a.martin",
        "session": "s1",
        "address": "192.0.2.7",
        "client": "portal",
        "event_code": "LOGIN",
        "action": "login",
    }
    assert (row["occurred_us"], row["outcome"], row["reason"]) == (
        1760097336123000,
        "ok",
        None,
    )


@pytest.mark.parametrize(
    ("type_", "action", "outcome"),
    [
        ("LOGIN_ERROR", "login", "failed"),
        ("LOGOUT", "logout", "ok"),
        ("IDENTITY_PROVIDER_LOGIN", "login", "ok"),
        ("CODE_TO_TOKEN", "", "ok"),
        ("CODE_TO_TOKEN_ERROR", "", "failed"),
        ("UPDATE_PASSWORD", "", "ok"),
        ("USER_DISABLED_BY_PERMANENT_LOCKOUT", "login", "failed"),
    ],
)
def test_the_type_says_the_action_and_the_outcome(read, type_, action, outcome):
    (row,) = read(event(type_))
    assert (row["action"], row["outcome"]) == (action, outcome)


def test_a_missing_name_is_the_last_one_seen_with_that_user(read):
    rows = read(
        event("LOGOUT", details=None),
        event(details={"username": "old"}),
        event("LOGOUT", details={}),
        event(details={"username": "new"}),
        event("LOGOUT", details=None, userId="u2"),
        event("LOGOUT", details={"x": 1}),
    )
    assert [r["actor"] for r in rows] == ["", "old", "old", "new", "", "new"]


def test_names_go_from_one_batch_to_the_next(read):
    read(event(details={"username": "a"}), event(userId="u2", details={"username": "b"}))
    known = read.seen
    rows = read(event(details=None), event(userId="u2", details={"username": "c"}), known=known)
    assert [r["actor"] for r in rows] == ["a", "c"]
    assert sorted(read.seen.to_pylist(), key=lambda r: r["user_id"]) == [
        {"user_id": "u1", "name": "a"},
        {"user_id": "u2", "name": "c"},
    ]


def test_a_time_as_numeric_text_is_read(read):
    (row,) = read(event(time="1760097336123"))
    assert row["occurred_us"] == 1760097336123000


def test_an_admin_event_is_readable_and_no_act(read):
    (row,) = read(
        {
            "id": "a",
            "time": 1760097336123,
            "operationType": "UPDATE",
            "resourceType": "USER",
            "authDetails": {"userId": "u9", "ipAddress": "192.0.2.9"},
        }
    )
    assert (row["reason"], row["actor"], row["event_code"], row["address"]) == (
        None,
        "",
        "UPDATE",
        "192.0.2.9",
    )


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        "[1, 2]",
        '"text"',
        "null",
        "17",
        "x" * 500,
        json.dumps(event())[:-10],
        event(time="yesterday"),
        event(time=None),
        event(time=1760097336),
        event(time=-5),
        event(time=1e40),
        event(time={"a": 1}),
        event(type_=None),
        event(type_=7),
        event(type_=["LOGIN"]),
        event(details="a.martin"),
        event(details=[1]),
        event(userId={"a": 1}),
        event(sessionId=["s"]),
        '<!DOCTYPE x [<!ENTITY a "b">]>',
    ],
)
def test_what_is_no_event_is_kept_with_its_reason(read, bad):
    good, row = read(event(), bad)
    assert good["reason"] is None
    assert row["reason"]
    assert row["head"] == (bad if isinstance(bad, str) else json.dumps(bad))[:200]
    assert row["actor"] == ""
