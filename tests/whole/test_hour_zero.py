"""Hour zero by the command line: on a case where nothing was ingested."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from tests.whole.conftest import Place

pytestmark = pytest.mark.slow

ESTATE = """
[operator]
id = "op"
name = "GRADeS d'Ailleurs"
region = "Océan Indien"
timezone = "Indian/Reunion"
role = "processor"
duties = ["csp-l1111-8-2", "nis2", "insurance", "contract"]
contract_hours = 12
[directory]
as_of = 2025-09-05T00:00:00Z
accounts = "a.csv"
persons = "p.csv"
controllers = "c.csv"
[[service]]
id = "s"
"""
HOSTILE = "CH <script>alert(1)</script> #eval[*] ]] & Co"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory) -> Place:
    """An open case for what is refused: it stays as it is."""
    return made_in(tmp_path_factory.mktemp("untouched"))


@pytest.fixture
def place(tmp_path) -> Place:
    return made_in(tmp_path)


def made_in(tmp_path: Path) -> Place:
    """A case opened on a small estate that knows only what the contract requires."""
    (tmp_path / "estate.toml").write_text(ESTATE)
    (tmp_path / "a.csv").write_text("account,role,organisation\nx,doctor,970000001\n")
    (tmp_path / "p.csv").write_text("person,controller\n1,970000001|970000009\n")
    (tmp_path / "c.csv").write_text(
        f'controller,name,duties\n970000001,"{HOSTILE}",\n970000002,Clinique,insurance\n'
    )
    made = Place(region=tmp_path, case=tmp_path / "case", keys=tmp_path / "keys")
    made.tocsin("open", str(made.case), "--estate", str(tmp_path / "estate.toml"))
    return made


def clocks(place: Place, *words: str) -> dict[tuple[str, str], dict]:
    found = place.json("decide", str(place.case), *words)
    return {(c["duty"], c["controller"]): c for c in found["clocks"]}


def test_the_clocks_follow_what_people_did(place):
    case = str(place.case)
    before = place.json("decide", case)
    assert before["revision"] == 0
    assert before["risk"]["level"] == "unknown"
    assert (
        before["continuity"]
        == [{"service": "s", "finding": "cannot_tell", "low": None, "high": None}]
        or before["continuity"][0].items() >= {"service": "s", "finding": "cannot_tell"}.items()
    )
    assert {c["state"] for c in before["clocks"]} == {"not_started"}
    aware = ("record", case, "aware", "--at", "2025-09-05T10:20", "--by", "R")
    place.tocsin(*aware)
    told = ("told_controller", "--controller", "970000001", "--at", "2025-09-05T10:50+04:00")
    place.tocsin("record", case, *told, "--by", "R")
    found = clocks(place, "--at", "2025-09-06T00:00:00Z")
    assert found["contract", ""]["due_at"] == "2025-09-05T18:20:00+00:00"
    assert found["contract", ""]["state"] == "late"
    assert found["gdpr-33-2", "970000001"]["state"] == "done"
    assert found["gdpr-33-2", "970000009"]["state"] == "running"
    assert found["gdpr-33-1", "970000001"]["due_at"] == "2025-09-08T06:50:00+00:00"
    assert found["gdpr-33-1", "970000002"]["state"] == "not_started"
    assert found["nis2-23-4-a", ""]["state"] == "to_decide"
    assert found["insurance-l12-10-1", "970000002"]["state"] == "not_started"
    assert all(datetime.fromisoformat(c["due_at"]) for c in found.values() if c["due_at"])
    assert place.json("status", case)["knows"][0]["party"] == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["knew", "--at", "2025-09-05"], "n'est pas un événement"),
        (["aware", "--at", "2999-09-05"], "encore à venir"),
        (["aware", "--at", "soon"], "ISO"),
        (["aware", "--at", "2025-09-05", "--controller", "1"], "pas de responsable"),
        (["filed", "--at", "2025-09-05"], "quelle obligation"),
        (["filed", "--at", "2025-09-05", "--duty", "gdpr-99"], "pas d'obligation"),
    ],
)
def test_a_record_that_cannot_be_is_refused(untouched, words, said):
    refused = untouched.tocsin("record", str(untouched.case), *words, "--by", "R", code=2)
    assert said in refused


def test_documents_are_drafted_at_once_and_say_unknown(place):
    case = str(place.case)
    found = place.json("act", case, "documents")
    folder = place.case / "act/documents"
    assert found["revision"] == 0
    assert not found["proposition"]
    index = json.loads((folder / "index.json").read_text())
    for document in index["documents"]:
        for name in document["files"]:
            assert (folder / name).stat().st_size
            assert (folder / name).stat().st_mode & 0o777 == 0o600
        for figure in document["figures"]:
            assert bool(figure["source"]) != bool(figure["unknown"])
    notice = (folder / "notice-controller-970000001.html").read_text()
    assert "<script" not in re.sub(r"<style>.*?</style>", "", notice, flags=re.S)
    assert "&lt;script&gt;" in notice
    assert "script-src" in notice
    ids = {d["id"] for d in index["documents"]}
    assert {"communique-operator", "qa-call-centre", "site-page", "complaint"} <= ids
    assert place.json("act", case, "documents", "--final", "site-page", "--by", "D")[
        "documents"
    ]
    final = (folder / "final/site-page-1/site-page.html").read_text()
    assert "ARRÊTÉ par D" in final
    assert "BROUILLON" not in final
    unknown = ("act", case, "documents", "--final", "nothing", "--by", "D")
    assert "pas de document" in place.tocsin(*unknown, code=2)
    assert Path(folder / "final/site-page-1/site-page.pdf").exists()


@pytest.mark.slow
def test_several_alerts_join_one_case(place):
    case = str(place.case)
    place.tocsin("open", case, "--alert", "courriel du CERT", "--at", "2025-09-05T09:00")
    place.tocsin("open", case, "--alert", "vu", "--alert-kind", "detector", "--by", "N")
    alerts = place.json("status", case)["alerts"]
    assert [a["kind"] for a in alerts] == ["mail", "detector"]
    estate = str(place.region / "estate.toml")
    assert "déjà" in place.tocsin("open", case, "--estate", estate, code=2)
    other = place.region / "other.toml"
    other.write_text(ESTATE.replace("GRADeS", "Autre"))
    joined = ("open", case, "--estate", str(other), "--alert", "appel")
    assert "un autre fichier" in place.tocsin(*joined, code=2)
    place.tocsin("open", case, "--estate", estate, "--alert", "appel")


@pytest.mark.slow
def test_a_closed_case_keeps_digests_and_counts_and_refuses_identities(place):
    case = str(place.case)
    closing = ("close", case, "--by", "R", "--why", "fini")
    assert "vide" in place.tocsin("close", case, "--by", " ", "--why", "x", code=2)
    found = place.json(*closing)
    assert found["destroyed"] == ["age.key", "pseudonym.key"]
    assert not list(place.keys.rglob("age.key"))
    for verb in (("ingest",), ("detect",), ("scope",), ("investigate",)):
        assert "close" in place.tocsin(verb[0], case, code=3)
    assert "close" in place.tocsin("act", case, "documents", code=3)
    assert place.json("status", case)["closed"] is True
    assert place.json("decide", case)["clocks"]
    again = place.json(*closing)
    assert (again["already"], again["destroyed"]) == (True, [])


@pytest.mark.slow
def test_indicators_of_a_partner_become_seeds(place):
    given = place.region / "m.json"
    given.write_text(
        json.dumps({"Event": {"Attribute": [{"type": "ip-src", "value": "203.0.113.7"}]}})
    )
    found = place.json("indicators", str(place.case), "import", str(given))
    assert found["added"] == 1
    seeds = json.loads((place.case / "detect/seeds.json").read_text())
    assert seeds["indicators"] == [
        {"trait": "address", "value": "203.0.113.7", "from": "m.json"}
    ]
    assert place.json("indicators", str(place.case), "export")["indicators"] == []
    given.write_text("{")
    refused = place.tocsin("indicators", str(place.case), "import", str(given), code=2)
    assert "JSON" in refused
