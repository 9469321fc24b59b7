"""A canary that the simulator plants is rung by its campaign, and tied to the thief."""

import json
import subprocess
import sys

import pytest

from tocsin import wiring

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    folder = tmp_path_factory.mktemp("canary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_KEY_DIR", str(folder / "keys"))
        size = wiring.Size(persons=2000, professionals=80, days=14, seed=1)
        wiring.simulate(folder / "region", size, ("scrape",))
        wiring.open_case(folder / "case", folder / "region/estate.toml")
        wiring.investigate(folder / "case", lang="fr")
        yield folder


def told(folder, *words):
    done = subprocess.run(
        [sys.executable, "-m", "tocsin", *words, "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return json.loads(done.stdout)


def test_the_canary_of_the_simulator_is_rung_by_the_simulated_campaign(region):
    human = ("--by", "A. Responsable", "--why", "veille")
    planted = told(region, "canary", "case", "plant", "--from", "region/canaries.csv", *human)
    assert planted["planted"] == 5
    told(region, "reports", "case", "import", "region/lures/reports.ndjson")
    rung = told(region, "canary", "case", "hit", "region/lures/canary.eml")
    (hit,) = rung["hits"]
    assert rung["alert"]
    assert hit["stage"] == "confirmed"
    assert {s["verdict"] for s in hit["sessions"]} == {"usurped"}
    campaigns = told(region, "reports", "case", "list")["campaigns"]
    joined = next(c for c in campaigns if c["campaign"] == hit["campaign"])
    assert joined["reports"] > 20
    assert joined["alert"]


def test_names_and_mailboxes_of_canaries_stay_in_the_vault(region):
    rows = (region / "region/canaries.csv").read_text().splitlines()[1:]
    emails = [row.split(",")[2].strip('"') for row in rows]
    for file in (region / "case/act").rglob("*.json"):
        assert not any(email in file.read_text() for email in emails), file
    assert not any(email in (region / "case/journal.ndjson").read_text() for email in emails)
