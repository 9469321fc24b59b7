"""What the sessions of an account say together, on accounts made by hand."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.zones import DAY_US
from tocsin.detect import robbed
from tocsin.detect.matrix import Matrix


def _account(networks, days):
    size = len(networks)
    given = {
        "acc": np.zeros(size, dtype=np.int64),
        "net": np.array(networks),
        "start_us": np.array([int(day * DAY_US) for day in days]),
        "data": np.full(size, 4),
        "account": ("pro-0",),
    }
    for field in fields(Matrix):
        given.setdefault(field.name, np.zeros(size, dtype=np.int64))
    return Matrix(**given)


OWN = ([1] * 20, [day / 2 for day in range(20)], [-5.0] * 20)


def _with(networks, days, bits):
    m = _account(OWN[0] + networks, OWN[1] + days)
    return robbed.robbed(m, np.array(OWN[2] + bits))


def test_several_odd_sessions_from_as_many_places_leave_little_doubt_together():
    said = _with([2, 3, 4, 5], [5, 6, 6.5, 7], [8.0, 8.0, 8.0, 8.0])
    assert (said.chance[20:] > 0.8).all()
    assert (said.bits[20:] > 4.0).all()


def test_one_odd_session_says_nothing_of_the_others():
    said = _with([2], [5], [9.0])
    assert said.chance.max() < 0.5
    assert said.bits[20] == 0.0


def test_the_sessions_of_one_network_may_have_one_honest_cause():
    said = _with([2, 2, 2, 2], [5, 6, 6.5, 7], [8.0, 8.0, 8.0, 8.0])
    assert said.bits[20:].max() == 0.0
    assert said.chance.max() < 0.5


def test_what_is_long_past_says_little():
    near = _with([2, 3, 4], [6, 7, 8], [8.0, 8.0, 8.0])
    far = _with([2, 3, 4], [6, 60, 120], [8.0, 8.0, 8.0])
    assert near.bits[22] > 3.0
    assert far.bits[22] < 0.5


def test_a_session_that_is_the_owners_is_left_to_him():
    said = _with([2, 3, 4, 5], [5, 6, 6.5, 7], [8.0] * 4)
    alone = np.array([*OWN[2][:-1], -7.0])
    assert said.bits[0] > 0.0
    m = _account(OWN[0], OWN[1])
    assert robbed.robbed(m, alone).bits.max() == 0.0


def test_an_account_with_more_odd_sessions_than_are_read_is_robbed_all_the_same():
    many = robbed.HEAVIEST + 50
    said = _with(list(range(2, many + 2)), [5 + n / 200 for n in range(many)], [6.0] * many)
    assert said.chance[20:].min() > 0.9


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=12), st.floats(0, 6))
def test_a_heavier_session_never_makes_the_others_lighter(bits, more):
    networks, days = list(range(1, len(bits) + 1)), list(range(len(bits)))
    m = _account(networks, days)
    before = robbed.robbed(m, np.array(bits)).bits
    after = robbed.robbed(m, np.array([bits[0] + more, *bits[1:]])).bits
    assert (after[1:] >= before[1:] - 1e-9).all()


@pytest.mark.parametrize("seed", range(3))
def test_honest_accounts_are_hardly_ever_taken_to_be_robbed(seed):
    rng = np.random.default_rng(seed)
    taken = 0
    for _ in range(200):
        bits = np.log2(rng.choice([0.1, 0.5, 16.0], size=30, p=[0.6, 0.37, 0.03]))
        m = _account(list(range(30)), sorted(rng.uniform(0, 14, 30)))
        taken += int(robbed.robbed(m, bits).chance.max() >= 0.5)
    assert taken == 0


def test_sessions_known_to_be_a_thiefs_or_the_owners_are_read_as_such():
    m = _account([1, 2, 3], [0, 1, 2])
    said = robbed.robbed(m, np.array([np.inf, 6.0, -np.inf]))
    assert np.isfinite(said.bits).all()
    assert said.bits[1] > 0.0
    assert said.bits[2] == 0.0


def test_what_a_rank_is_worth_is_one_on_the_mean_at_most():
    ranks = np.sort(np.random.default_rng(5).normal(3.0, 1.0, 2_000))
    every = [float(np.exp2(robbed._by_rank(ranks, np.array([one])))[0]) for one in ranks]
    assert np.mean(every) <= 1.0
