"""A filing made final stays as it was; a moved scope lists it with its correction."""

import json

import pytest
from tests.whole.conftest import Place

pytestmark = pytest.mark.slow


@pytest.fixture
def place(region, tmp_path) -> Place:
    made = Place(region=region, case=tmp_path / "case", keys=tmp_path / "keys")
    made.tocsin("open", str(made.case), "--estate", str(region / "estate.toml"))
    made.tocsin("investigate", str(made.case))
    return made


def test_a_proposition_is_never_final_and_a_moved_scope_lists_what_is_wrong(place):
    case = str(place.case)
    found = place.json("act", case, "documents")
    assert found["proposition"]
    assert {d["state"] for d in found["documents"]} == {"proposition"}
    one = next(d["controller"] for d in found["documents"] if d["duty"] == "gdpr-33-1")
    final = ("act", case, "documents", "--final", f"cnil-initial-{one}", "--by", "D")
    assert "PROPOSITION" in place.tocsin(*final, code=3)
    assert not (place.case / "act/documents/final").exists()

    told = ("record", case, "told_controller", "--controller", one)
    place.tocsin(*told, "--at", "2025-11-08T10:00", "--by", "D")
    place.json("act", case, "documents")
    suspicions = json.loads((place.case / "detect/summary.json").read_text())["suspicions"]
    usurped = [s["session"] for s in suspicions if s["verdict"] == "usurped"]
    for session in usurped:
        verdict = ("--verdict", "legitimate", "--by", "A", "--why", "chez lui")
        place.tocsin("review", case, session, *verdict)
    place.tocsin("scope", case)
    place.json(*final)
    filed = ("record", case, "filed", "--duty", "gdpr-33-1", "--controller", one)
    place.tocsin(*filed, "--at", "2025-11-09T10:00", "--by", "D")
    filings = {f["id"]: f for f in place.json("decide", case)["filings"]}
    assert not filings[f"cnil-initial-{one}"]["stale"]
    assert filings[f"notice-controller-{one}"]["stale"], "told by the first revision"

    for session in usurped:
        place.tocsin(
            "review", case, session, "--verdict", "usurped", "--by", "A", "--why", "non"
        )
    place.tocsin("scope", case)
    filings = {f["id"]: f for f in place.json("decide", case)["filings"]}
    stale = {s["field"]: s for s in filings[f"cnil-initial-{one}"]["stale"]}
    assert filings[f"cnil-initial-{one}"]["state"] == "filed"
    assert stale["persons.number"]["was"] == "inconnu"
    assert "au plus" in stale["persons.number"]["now"]
    documents = place.json("act", case, "documents")["documents"]
    more = next(d for d in documents if d["id"] == f"cnil-complementary-{one}")
    assert more["state"] == "draft"
    assert any(f["field"] == "changes" and f["source"] for f in more["figures"])
    assert list((place.case / f"act/documents/final/cnil-initial-{one}-1").glob("*.pdf"))


def test_indicators_given_to_partners_name_nobody_and_raise_their_sessions_elsewhere(
    place, tmp_path
):
    case = str(place.case)
    out = tmp_path / "stix.json"
    given = place.json("indicators", case, "export", str(out), "--tlp", "green")
    assert given["indicators"]
    assert all(i["reviewed"] is False for i in given["indicators"])
    text = out.read_text()
    detected = json.loads((place.case / "detect/summary.json").read_text())
    for suspicion in detected["suspicions"]:
        assert suspicion["account"] not in text
    other = Place(region=place.region, case=tmp_path / "other", keys=place.keys)
    other.tocsin("open", str(other.case), "--estate", str(place.region / "estate.toml"))
    taken = other.json("indicators", str(other.case), "import", str(out))
    assert taken["added"] == len(given["indicators"])
    other.tocsin("ingest", str(other.case))
    found = other.json("detect", str(other.case))
    signals = {r["signal"] for s in found["suspicions"] for r in s["reasons"]}
    assert any("indicator" in s or "seed" in s for s in signals), signals
