"""Each opening of the vault is told as AuditEvents in the shape of an IHE BALP read."""

import json
from datetime import UTC, datetime

from tocsin.core.audit_events import PROFILE, openings
from tocsin.core.evidence import Entry


def line(n, event, facts, by=""):
    at = datetime(2025, 9, 5, 8, tzinfo=UTC)
    return Entry(n=n, at=at, event=event, by=by, facts=facts, previous="0").line()


def told(*lines):
    return [json.loads(text) for text in openings(lines, case="c1")]


def test_an_opening_gives_one_event_for_each_table():
    facts = {"tables": ["persons", "account_names"], "why": "replay", "system_user": "ana"}
    events = told(line(0, "opened", {}), line(1, "vault_opened", facts))
    assert [e["id"] for e in events] == ["c1-1-persons", "c1-1-account-names"]
    for event, table in zip(events, ("persons", "account_names"), strict=True):
        assert event["meta"]["profile"] == [PROFILE]
        assert (event["action"], event["outcome"]) == ("R", "0")
        assert event["recorded"] == "2025-09-05T08:00:00.000000+00:00"
        assert event["purposeOfEvent"] == [{"text": "replay"}]
        (entity,) = event["entity"]
        assert entity["what"]["identifier"]["value"] == f"vault/{table}"
        assert (entity["type"]["code"], entity["role"]["code"]) == ("2", "4")
        roles = [a["type"]["coding"][0]["code"] for a in event["agent"]]
        assert roles == ["110152", "110153", "IRCP"]
        (user,) = [a for a in event["agent"] if a["requestor"]]
        assert user["who"]["identifier"]["value"] == "ana"


def test_a_named_human_comes_before_the_machines_user():
    facts = {"tables": ["persons"], "why": "review", "system_user": "ana"}
    (event,) = told(line(3, "vault_opened", facts, by="A. Analyste"))
    assert event["agent"][2]["who"]["identifier"]["value"] == "A. Analyste"


def test_other_entries_and_broken_lines_give_no_event():
    assert told("not json", "[]", line(0, "detected", {"tables": ["persons"]})) == []
