"""Conformal p-values by stratum, and evidence gathered over the sessions of an account."""

from dataclasses import fields

import numpy as np
import pytest

from tocsin.detect.conformal import p_values
from tocsin.detect.habit import SIGNALS, HabitEvidence
from tocsin.detect.matrix import Matrix
from tocsin.detect.slow import FALSE_RINGS, rings

RNG = np.random.default_rng(8)


def _habit(bits):
    size = len(bits)
    return HabitEvidence(
        bits=bits,
        signals=np.zeros((size, len(SIGNALS))),
        judged=np.ones(size, dtype=bool),
        past=np.full(size, 50),
        boosted=False,
        score=bits,
        stratum=np.zeros(size, dtype=np.int64),
    )


def _matrix(acc):
    size = len(acc)
    given = {
        "acc": acc,
        "start_us": np.arange(size) * 3_600_000_000,
        "persons": np.full(size, 4),
        "account": tuple(f"pro-{n}" for n in range(int(acc.max()) + 1)),
    }
    for field in fields(Matrix):
        given.setdefault(field.name, np.zeros(size, dtype=np.int64))
    return Matrix(**given)


def test_p_values_are_kept_in_a_stratum_that_is_odd_throughout():
    size = 20_000
    stratum = (np.arange(size) % 4 == 0).astype(np.int64)
    score = RNG.normal(size=size) + 3.0 * stratum
    p = p_values(score, stratum, np.ones(size, dtype=bool), np.arange(size))
    for number in (0, 1):
        here = p[stratum == number]
        here = here[~np.isnan(here)]
        assert (here <= 0.01).mean() <= 0.01 + 3 * (0.01 / len(here)) ** 0.5


def test_what_has_no_history_before_it_has_no_p_value():
    score = RNG.normal(size=1_000)
    p = p_values(
        score, np.zeros(1_000, dtype=np.int64), np.ones(1_000, dtype=bool), np.arange(1_000)
    )
    assert np.isnan(p[:50]).all()
    assert not np.isnan(p[-1])


def test_an_imitator_who_says_little_each_time_rings_after_a_while():
    acc = np.repeat(np.arange(40), 50)
    bits = np.log2(RNG.choice([0.5, 1.5], size=len(acc)))
    bits[acc == 7] = 1.2
    found = rings(_matrix(acc), _habit(bits), np.zeros(len(acc), dtype=bool))
    assert [ring.account for ring in found] == [7]
    assert 5 <= found[0].sessions <= 30
    assert found[0].persons == 4 * found[0].sessions


@pytest.mark.parametrize("seed", range(5))
def test_calm_accounts_hardly_ever_ring(seed):
    rng = np.random.default_rng(seed)
    acc = np.repeat(np.arange(200), 40)
    bits = np.log2(rng.choice([0.25, 1.75], size=len(acc)))
    found = rings(_matrix(acc), _habit(bits), np.zeros(len(acc), dtype=bool))
    assert len(found) <= 1
    assert FALSE_RINGS < 1


def test_a_session_that_a_human_vouched_for_adds_nothing():
    acc = np.zeros(60, dtype=np.int64)
    bits = np.full(60, 3.0)
    assert not rings(_matrix(acc), _habit(bits), np.ones(60, dtype=bool))
