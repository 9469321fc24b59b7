"""`estate check` with a case: lines that no operation explains are read again, and proposed."""

import gzip
import json

import pytest

from tocsin import wiring

ESTATE = """
[operator]
id = "o"
name = "O"
[directory]
as_of = 2025-09-05T00:00:00Z
accounts = "accounts.csv"
persons = "persons.csv"
[[service]]
id = "web"
name = "Web"
ignore = ["/assets/"]
page_size = 20
[[service.operation]]
id = "home"
match = {method = "GET", path = "/"}
kind = "other"
[[service]]
id = "agenda"
[[service.operation]]
id = "view"
match = {action = "VOIR"}
kind = "open"
persons = "named"
reveals = ["administrative.comment"]
[[service]]
id = "fhir"
[[service.operation]]
id = "read"
match = {interaction = "read", resource = "Patient"}
kind = "open"
persons = "named"
reveals = ["identity.birth_name"]
[[source]]
id = "web-log"
service = "web"
format = "weblog"
files = ["web.log.gz"]
[[source]]
id = "agenda-log"
service = "agenda"
format = "csv"
files = ["agenda.csv"]
columns = {occurred_at = "le", account = "qui", action = "quoi", person = "patient"}
[[source]]
id = "fhir-log"
service = "fhir"
format = "fhir-auditevent"
files = ["fhir.ndjson"]
"""


def web(path):
    return f'10.0.0.1 - a [03/Sep/2025:10:00:00 +0000] "GET {path} HTTP/1.1" 200 5 "-" "x"'


def event(resource):
    return {
        "resourceType": "AuditEvent",
        "type": {"code": "rest"},
        "subtype": [{"code": "read"}],
        "recorded": "2025-09-03T10:00:00Z",
        "agent": [{"requestor": True, "who": {"identifier": {"value": "a"}}}],
        "entity": [
            {"what": {"reference": f"{resource}/1"}, "role": {"code": "4"}},
            {"what": {"reference": "Patient/p1"}, "role": {"code": "1"}, "type": {"code": "1"}},
        ],
    }


@pytest.fixture
def region(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("TOCSIN_THREADS", "1")
    folder = tmp_path / "region"
    folder.mkdir()
    (folder / "estate.toml").write_text(ESTATE)
    (folder / "accounts.csv").write_text("account,role,organisation\na,gp,E1\n")
    (folder / "persons.csv").write_text("person,controller\np1,E1\np2,E1\n")
    lines = ["/", "/assets/a.js", "/files/p1", "/files/p2", "/files/p2", "/liste?nom=x"]
    (folder / "web.log.gz").write_bytes(gzip.compress("\n".join(map(web, lines)).encode()))
    rows = ["le,qui,quoi,patient", "2025-09-03T10:00:00Z,a,VOIR,p1"]
    rows += ["2025-09-03T10:01:00Z,a,IMPRIMER,p1"] * 2
    (folder / "agenda.csv").write_text("\n".join(rows) + "\n")
    events = [event("Patient"), event("Observation")]
    (folder / "fhir.ndjson").write_text("\n".join(map(json.dumps, events)) + "\n")
    case = tmp_path / "case"
    wiring.open_case(case, folder / "estate.toml")
    wiring.ingest(case)
    return folder / "estate.toml", case


def test_what_no_operation_explains_is_proposed_until_nothing_is_left(region):
    estate, case = region
    found = wiring.check_estate(estate, case)
    listed = {
        (p["source"], o["operation"], o["lines"])
        for p in found["proposals"]
        for o in p["proposals"]
    }
    assert listed == {
        ("web-log", "files", 3),
        ("web-log", "liste", 1),
        ("agenda-log", "imprimer", 2),
        ("fhir-log", "read-observation", 1),
    }
    assert {row["source"]: row["lines"] for row in found["unmatched"]} == {
        "web-log": 4,
        "agenda-log": 2,
        "fhir-log": 1,
    }
    assert ("free_text" in {a["code"] for a in found["advice"]}) is True
    text = estate.read_text()
    for one in found["proposals"]:
        for proposal in one["proposals"]:
            at = text.index(f'[[service]]\nid = "{proposal["service"]}"')
            rest = text.find("\n[[service]]", at + 1)
            rest = rest if rest > 0 else text.index("\n[[source]]")
            text = text[:rest] + "\n" + proposal["toml"] + text[rest:]
    estate.write_text(text)
    again = wiring.check_estate(estate, case)
    assert [p["proposals"] for p in again["proposals"]] == [[], [], []]
