"""How detectors are measured, and the peers that run beside them."""

import numpy as np
import pytest

from tocsin.bench.measures import auc, found, interval, runs
from tocsin.bench.peers import OFF_THE_SHELF

RNG = np.random.default_rng(4)


def test_the_auc_counts_pairs_and_half_of_the_ties():
    assert auc(np.array([1.0, 2.0]), np.array([0.0, 1.0])) == pytest.approx(0.875)


def test_a_rate_is_taken_at_the_quantile_of_the_genuine_sessions():
    genuine = np.arange(1_000.0)
    assert found(np.array([500.0, 998.5, 2_000.0]), genuine, 0.01) == pytest.approx(2 / 3)


def test_runs_never_mix_two_accounts():
    score = np.array([1.0, 3.0, 10.0, 20.0])
    account, start = np.array([0, 0, 1, 1]), np.array([1, 0, 0, 1])
    assert sorted(runs(score, account, start, 2).tolist()) == [2.0, 15.0]
    assert not len(runs(score, account, start, 3))


def test_an_interval_holds_the_figure():
    values = RNG.normal(size=400)
    low, high = interval(np.arange(400) % 40, lambda rows: float(values[rows].mean()))
    assert low <= values.mean() <= high


@pytest.mark.parametrize("name", OFF_THE_SHELF)
def test_every_peer_finds_what_is_far_from_all_it_learned(name):
    calm = RNG.normal(size=(3_000, 4))
    asked = np.vstack([RNG.normal(size=(500, 4)), RNG.normal(6.0, 1.0, size=(50, 4))])
    score = OFF_THE_SHELF[name](calm, asked)
    assert auc(score[500:], score[:500]) > 0.95
