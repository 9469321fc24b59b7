"""Detection on a small fictive region, from access rows to published verdicts."""

import json

import case_made as case
import professionals as region
import pyarrow.parquet as pq
import pytest

from tocsin.core.errors import InputError
from tocsin.core.tables import ACTS, SESSIONS
from tocsin.detect.reviews import RANK
from tocsin.flow.detect import detect, explain, review


@pytest.fixture(scope="module")
def stolen(keys, tmp_path_factory):
    """A region of 60 professionals with a scrape, its case and what was found."""
    tables, truth = region.make(2, 800, 40, 8, ("scrape",))
    held, world = case.opened(tmp_path_factory.mktemp("stolen") / "case", tables)
    return held, world, detect(world), truth


def _read(held, name):
    return pq.read_table(held.where(f"detect/{name}.parquet"))


def _usurped(held):
    rows = _read(held, "acts").to_pylist()
    return {row["event_id"] for row in rows if row["attribution"] == "usurped"}


def test_the_tables_have_the_columns_of_the_contract(stolen):
    held, *_ = stolen
    assert _read(held, "sessions").column_names == list(SESSIONS.names)
    assert _read(held, "acts").column_names == list(ACTS.names)
    assert str(_read(held, "sessions").schema.field("start_at").type) == (
        "timestamp[us, tz=UTC]"
    )


def test_every_act_of_an_account_belongs_to_one_session(stolen):
    held, *_ = stolen
    counted = sum(_read(held, "sessions")["acts"].to_pylist())
    assert counted == pq.read_metadata(held.where("trail/access/all.parquet")).num_rows


def test_the_thief_is_found_and_nobody_else(stolen):
    held, _, _, truth = stolen
    assert _usurped(held) == truth


def test_each_reason_has_a_sentence_in_both_languages_and_its_lines(stolen):
    _, _, found, _ = stolen
    told = [reason for one in found["suspicions"] for reason in one["reasons"]]
    assert all(reason["says"]["fr"] and reason["says"]["en"] for reason in told)
    assert all(1 <= len(reason["places"]) <= 5 for reason in told)
    assert all(len(one["reasons"]) <= 5 for one in found["suspicions"])


def test_a_usurped_session_has_two_families_against_its_owner(stolen):
    _, _, found, _ = stolen
    for one in found["suspicions"]:
        if one["verdict"] == "usurped":
            families = {r["family"] for r in one["reasons"] if r["bits"] >= 1.0}
            assert len(families) >= 2


def test_verdicts_and_q_values_can_be_counted_again_from_the_published_tables(stolen):
    held, *_ = stolen
    worst: dict[str, int] = {}
    for act in _read(held, "acts").to_pylist():
        worst[act["session"]] = max(worst.get(act["session"], 0), RANK[act["attribution"]])
    sessions = _read(held, "sessions").to_pylist()
    p = [row["probability"] for row in sessions]
    for row in sessions:
        above = [1.0 - other for other in p if other >= row["probability"]]
        assert row["q_value"] == pytest.approx(sum(above) / len(above), abs=1e-9)
        assert row["verdict"] != "usurped" or row["q_value"] <= 0.05
        assert row["verdict"] != "legitimate" or row["q_value"] > 0.30
        assert RANK[row["verdict"]] == worst.get(row["session"], 0)


def test_a_second_run_gives_the_same_sessions_and_verdicts(stolen):
    held, world, found, _ = stolen
    before = _read(held, "sessions")
    assert detect(world)["suspicions"] == found["suspicions"]
    assert _read(held, "sessions").equals(before)


def test_explain_names_no_person_but_by_local_id(stolen):
    _, world, found, _ = stolen
    told = explain(world, found["suspicions"][0]["session"])
    assert told["reasons"]
    assert told["habit"]["sessions"] > 0
    assert {act["person"] for act in told["acts"]} <= {""} | {f"p{n:05d}" for n in range(1500)}
    json.dumps(told)


def test_explain_also_speaks_of_a_session_that_nobody_suspects(stolen):
    held, world, *_ = stolen
    rows = _read(held, "sessions").to_pylist()
    calm = next(row["session"] for row in rows if row["verdict"] == "legitimate")
    assert explain(world, calm)["verdict"] == "legitimate"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"fdr": 0.0}, "between 0 and 1"),
        ({"seed_sessions": ("0" * 16,)}, "no session"),
        ({"indicators": (("colour", "red"),)}, "not a kind of indicator"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_next_step(stolen, asked, words):
    _, world, *_ = stolen
    with pytest.raises(InputError, match=words) as error:
        detect(world, **asked)
    assert error.value.next_step


def test_a_region_without_theft_has_no_usurped_session(keys, tmp_path):
    tables, _ = region.make(11, 1200, 50, 8)
    held, world = case.opened(tmp_path / "case", tables)
    found = detect(world)
    assert not _usurped(held)
    assert len(found["suspicions"]) <= 0.01 * found["sessions"]


def test_a_departed_account_and_searches_that_open_nothing_are_found(keys, tmp_path):
    tables, truth = region.make(7, 1500, 60, 10, ("departed", "search_only"))
    held, world = case.opened(tmp_path / "case", tables)
    detect(world)
    usurped = _usurped(held)
    assert len(usurped & truth) >= 0.9 * len(truth)
    assert len(usurped & truth) >= 0.95 * len(usurped)


def test_a_trail_without_session_keys_is_cut_by_network_and_idle_time(keys, tmp_path):
    tables, truth = region.make(7, 800, 40, 8, ("scrape",), keyless=True)
    held, world = case.opened(tmp_path / "case", tables)
    detect(world)
    assert _usurped(held) == truth


def test_a_review_overrides_and_is_kept_on_acts(keys, tmp_path):
    tables, truth = region.make(2, 800, 40, 8, ("scrape",))
    held, world = case.opened(tmp_path / "case", tables)
    first = detect(world)["suspicions"][0]["session"]
    review(world, first, "legitimate", "A. Analyste", "vu avec le titulaire")
    rows = {row["session"]: row for row in _read(held, "sessions").to_pylist()}
    assert (rows[first]["verdict"], rows[first]["decided_by"]) == ("legitimate", "A. Analyste")
    assert first not in {row["session"] for row in _read(held, "acts").to_pylist()}
    review(world, first, "usurped", "B. Analyste", "démenti")
    detect(world)
    rows = {row["session"]: row for row in _read(held, "sessions").to_pylist()}
    assert (rows[first]["verdict"], rows[first]["decided_by"]) == ("usurped", "B. Analyste")
    decided = {
        row["decided_by"] for row in _read(held, "acts").to_pylist() if row["session"] == first
    }
    assert decided == {"B. Analyste"}
    assert _usurped(held) == truth
    assert sum('"session_reviewed"' in line for line in held.journal()) == 2


def test_an_empty_trail_gives_empty_tables(keys, tmp_path):
    tables, _ = region.make(1, 300, 5, 2)
    tables["access"] = tables["access"].slice(0, 0)
    held, world = case.opened(tmp_path / "case", tables)
    assert detect(world)["sessions"] == 0
    assert _read(held, "sessions").num_rows == 0


def test_a_seed_and_an_indicator_condition_the_run(keys, tmp_path):
    tables, truth = region.make(3, 600, 25, 6)
    held, world = case.opened(tmp_path / "case", tables)
    detect(world)
    calm = _read(held, "sessions").to_pylist()[0]["session"]
    found = detect(world, seed_sessions=(calm,), indicators=(("network", "203.0.113.0/24"),))
    assert calm in {one["session"] for one in found["suspicions"]}
    assert found["asked"]["indicators"] == [["network", "203.0.113.0/24"]]
    assert not truth
