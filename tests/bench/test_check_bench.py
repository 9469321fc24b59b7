"""The benchmark of `check`: its sums, and its fictive part from end to end."""

import pytest

from tocsin.act.phishing.verdict import check as check_one
from tocsin.bench import check, check_counts, check_english, check_sets
from tocsin.bench.check_grouping import grouping
from tocsin.bench.text_model import english_fitted, own, rows
from tocsin.wiring.senders import known_senders


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 154, 0.0, 0.0243), (105, 105, 0.9647, 1.0), (0, 0, 0, 1)],
)
def test_an_interval_is_wilsons(hits, of, low, high):
    assert check_counts.wilson(hits, of) == pytest.approx([low, high], abs=1e-4)


def test_the_threshold_lets_one_in_two_hundred_pass():
    assert sum(x > check_english.threshold(list(range(1000))) for x in range(1000)) == 5


def test_near_duplicates_count_once():
    samples = check_sets.fictive("development")
    assert len(check_sets.one_a_campaign(samples * 2)) <= len(samples)


@pytest.mark.slow
def test_the_fictive_part_runs_and_tells_sizes_and_failures():
    told = check.run(data=None)
    assert all({"n", "interval"} <= row.keys() for row in told["rows"] if "share" in row)
    assert {row["set"] for row in told["rows"]} >= {"fictive French, held_out"}
    own = [f for f in told["failures"] if not f.startswith("claims or asks")]
    others = [f for f in own if " others:" in f]
    assert own == others
    assert 0 < len(others) < 90, "failures are told, and few"


@pytest.mark.slow
def test_the_text_model_is_trained_to_the_same_weights_twice():
    data = rows(own())
    first, second = english_fitted(data, "1"), english_fitted(data, "1")
    assert (first.weights == second.weights).all()
    assert first.constant == second.constant


@pytest.mark.parametrize(
    ("told", "error"),
    [([], 0.0), ([(1.0, True), (0.0, False)], 0.0), ([(0.75, True), (0.75, False)], 0.25)],
)
def test_a_probability_is_off_by_its_gap_to_what_was_found(told, error):
    assert check_counts.calibration_error(told) == pytest.approx(error)


@pytest.mark.slow
def test_varied_copies_of_a_lure_are_put_together():
    (row,) = grouping(check_sets.fictive("held_out"))
    assert row["value"] >= 0.9


def test_the_f1_of_facts_counts_each_claim_and_ask_over_all_messages():
    one, two = frozenset({"a"}), frozenset({"a", "b"})
    assert check_counts.micro_f1([(one, two), (two, two)]) == pytest.approx(6 / 7)


def test_claims_and_asks_are_read_as_they_were_annotated():
    told = [(s, check_one(s.message, known_senders())) for s in check_sets.annotated()]
    assert check_counts.micro_f1([(s.claims, frozenset(c.claims)) for s, c in told]) >= 0.9
    assert check_counts.micro_f1([(s.asks, frozenset(c.asks)) for s, c in told]) >= 0.9
