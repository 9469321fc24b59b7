"""Detection on regions of another generator, with another style of estate and other roles."""

import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tocsin.wiring import stages, trails
from tocsin.wiring.cases import open_case

sys.path.insert(0, str(Path(__file__).parent))
from second_region import Second

LEAST = {
    "scrape": 0.90,
    "departed": 0.90,
    "ten-accounts": 0.90,
    "rotating": 0.90,
    "shared-session": 0.60,
    "imitator": 0.60,
}
"""Share of the thief's acts that must be called usurped."""


def judged(folder, attack, seed):
    """(label, attribution) of every act, counted; and the usurped sessions."""
    truth = Second(seed=seed, attack=attack).write(folder / "estate")
    open_case(folder / "case", folder / "estate/estate.toml")
    trails.ingest(folder / "case")
    stages.detect(folder / "case")
    listed = pq.read_table(folder / "case/detect/acts.parquet").to_pylist()
    told = {(act["source"], str(act["position"])): act["attribution"] for act in listed}
    return Counter((thief, told.get(place, "legitimate")) for place, thief in truth.items())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("attack", sorted(LEAST))
def test_a_thief_is_found_in_a_region_of_another_make(keys, tmp_path, attack, seed):
    count = judged(tmp_path, attack, seed)
    stolen = sum(n for (thief, _), n in count.items() if thief)
    found = count[True, "usurped"]
    assert found >= LEAST[attack] * stolen
    assert found >= 0.95 * (found + count[False, "usurped"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_nobody_is_accused_where_there_is_no_thief(keys, tmp_path, seed):
    assert judged(tmp_path, "none", seed)[False, "usurped"] == 0


@pytest.mark.slow
def test_two_who_share_a_live_session_are_told_apart(keys, tmp_path):
    count = judged(tmp_path, "shared-session", 2)
    assert count[True, "usurped"] >= 60
    assert count[False, "usurped"] == 0


@pytest.mark.slow
def test_ten_accounts_of_one_thief_are_one_campaign_whose_links_are_told(keys, tmp_path):
    Second(seed=13, attack="ten-accounts").write(tmp_path / "estate")
    open_case(tmp_path / "case", tmp_path / "estate/estate.toml")
    trails.ingest(tmp_path / "case")
    found = stages.detect(tmp_path / "case")
    widest = max(found["campaigns"], key=lambda one: len(one["accounts"]))
    assert len(widest["accounts"]) >= 9
    links = widest["traits"]["links"]
    assert {"network", "form"} & {link["trait"] for link in links}
    assert all(set(link["sessions"]) <= set(widest["sessions"]) for link in links)
