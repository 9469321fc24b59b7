"""What turns figures into bits, by its laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.detect.calibration import bits_of_p, log_dirichlet, log_gamma, tail
from tocsin.detect.verdict import probability, q_values, rule

chances = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=60).map(np.array)


@pytest.mark.parametrize("x", [0.01, 0.5, 1.0, 2.5, 30.0, 4000.0])
def test_log_gamma_is_that_of_the_mathematicians(x):
    assert log_gamma(np.array([x]))[0] == pytest.approx(math.lgamma(x), abs=1e-8)


@given(st.floats(1e-9, 1.0), st.floats(1e-9, 1.0))
def test_a_smaller_p_value_never_weighs_less(a, b):
    low, high = sorted((a, b))
    bits = bits_of_p(np.array([low, high]))
    assert bits[0] >= bits[1] >= 0.0


def test_a_p_value_above_one_over_e_weighs_nothing():
    assert bits_of_p(np.array([0.4, 1.0])).tolist() == pytest.approx([0.0, 0.0], abs=1e-9)


def test_tail_chances_are_uniform_on_what_history_repeats():
    rng = np.random.default_rng(5)
    scores = rng.normal(size=20_000)
    p = tail(scores, np.ones(20_000, bool), np.ones(20_000), rng.integers(0, 500, 20_000))
    for nominal in (0.1, 0.01, 0.001):
        assert (p <= nominal).mean() <= nominal * 1.3 + 2e-4


def test_a_score_beyond_history_has_a_chance_below_one_in_its_length():
    scores = np.append(np.random.default_rng(6).normal(size=999), 25.0)
    p = tail(scores, np.ones(1000, bool), np.ones(1000), np.arange(1000))
    assert p[-1] < 1e-4


def test_a_score_that_everybody_has_is_no_evidence():
    n = 200
    p = tail(np.zeros(n), np.ones(n, dtype=bool), np.ones(n), np.arange(n) // 10)
    assert np.allclose(p, 1.0)


@given(st.lists(st.integers(0, 5), min_size=30, max_size=80), st.randoms())
def test_a_chance_depends_on_the_score_and_not_on_its_place_in_the_case(values, draw):
    x = np.array(values, dtype=float)
    order = list(range(len(x)))
    draw.shuffle(order)
    acc, all_ = np.zeros(len(x), dtype=np.int64), np.ones(len(x), dtype=bool)
    p = tail(x, all_, np.ones(len(x)), acc)
    assert np.allclose(tail(x[order], all_, np.ones(len(x)), acc), p[order])
    assert all(len(set(np.round(p[x == v], 9))) == 1 for v in set(values))


def test_dirichlet_chances_of_one_draw_are_the_shares():
    counts = np.eye(3)
    alpha = np.array([1.0, 2.0, 5.0])
    assert np.exp(log_dirichlet(counts, alpha)).tolist() == pytest.approx([0.125, 0.25, 0.625])


@given(chances)
def test_q_values_rise_as_probability_falls_and_stay_between_bounds(p):
    q = q_values(p)
    order = np.argsort(-p, kind="stable")
    assert (np.diff(q[order]) >= -1e-12).all()
    assert (q >= -1e-12).all()
    assert (q <= 1.0 + 1e-12).all()


@given(chances)
def test_q_value_is_the_mean_of_what_is_at_least_as_suspicious(p):
    q = q_values(p)
    for one in range(len(p)):
        assert q[one] == pytest.approx((1.0 - p[p >= p[one]]).mean())


def test_one_family_alone_never_makes_a_session_usurped():
    ruling = rule(np.array([30.0, 30.0]), np.array([1, 2]), fdr=0.05, prior=0.001)
    assert ruling.verdict.tolist() == [1, 2]


weighed = st.lists(
    st.tuples(st.floats(-40.0, 40.0) | st.sampled_from([9.0, 12.0, 15.0]), st.integers(0, 4)),
    min_size=1,
    max_size=60,
)


@given(weighed, st.sampled_from([0.01, 0.05, 0.2]), st.sampled_from([1e-4, 1e-3, 1e-2]))
def test_a_verdict_follows_from_the_q_value_and_the_families_and_from_nothing_else(
    sessions, fdr, prior
):
    bits, families = (np.array(column) for column in zip(*sessions, strict=True))
    ruling = rule(bits.astype(float), families, fdr=fdr, prior=prior)
    for p, q, many, verdict in zip(
        ruling.probability, ruling.q_value, families, ruling.verdict, strict=True
    ):
        at_least = ruling.probability[ruling.probability >= p]
        assert q == pytest.approx((1.0 - at_least).mean(), abs=1e-12)
        said = 2 if q <= fdr and many >= 2 else 1 if q <= 0.30 else 0
        assert verdict == said


def test_the_prior_is_one_in_a_thousand_without_evidence():
    assert probability(np.array([0.0]))[0] == pytest.approx(0.001)
