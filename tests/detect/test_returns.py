"""A robbed account raises its other sessions by what they share with the thief's."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.zones import DAY_US
from tocsin.detect.returns import RETURNS, Clients, unlike_of
from tocsin.detect.returns import bits_of as weighed

SURE_P = 0.999999


def account(nets, *, days=None):
    """Sessions of one account, one a day unless said."""
    size = len(nets)
    days = np.arange(size) * 0 if days is None else np.array(days)
    net = np.array(nets, dtype=np.int64)
    return SimpleNamespace(
        size=size,
        acc=np.zeros(size, dtype=np.int64),
        net=net,
        group=net,
        start_us=(days * DAY_US + np.arange(size)).astype(np.int64),
    )


def clients(codes):
    """One client a session, all told by one source."""
    size = len(codes)
    return Clients(
        s=np.arange(size), client=np.array(codes), source=np.zeros(size, dtype=np.int64)
    )


def bits_of(m, p, told):
    return weighed(m, p, unlike_of(m, p, told, np.ones(m.size, dtype=bool)))


def bits(nets, p, codes, **more):
    return bits_of(account(nets, **more), np.array(p), clients(codes))


def test_beside_a_sure_theft_a_session_with_the_thief_s_client_is_raised():
    found = bits([1, 2], [SURE_P, 0.01], [7, 7])
    assert 3.0 < found[1] <= RETURNS
    assert found[0] == 0.0  # nothing but itself speaks of it


def test_who_shows_nothing_of_the_thief_is_raised_less():
    neither, client, both = (
        bits([1, net, 1], [SURE_P, 0.01, SURE_P], [7, code, 7])[1]
        for net, code in ((2, 8), (2, 7), (1, 7))
    )
    assert neither < client < both


def test_a_thief_who_changes_everything_is_expected_to_change_again():
    steady = bits([1, 1, 1, 9], [SURE_P] * 3 + [0.01], [7, 7, 7, 8])[3]
    rotating = bits([1, 2, 3, 9], [SURE_P] * 3 + [0.01], [4, 5, 6, 8])[3]
    assert rotating > steady + 1.0


def test_what_no_source_tells_of_both_is_not_held_against_the_thief():
    m = account([1, 1])
    apart = Clients(s=np.array([0, 1]), client=np.array([7, 8]), source=np.array([0, 1]))
    one = Clients(s=np.array([0, 1]), client=np.array([7, 8]), source=np.array([0, 0]))
    p = np.array([SURE_P, 0.01])
    assert bits_of(m, p, apart)[1] > bits_of(m, p, one)[1]


def test_a_source_that_calls_every_client_the_same_hides_no_difference():
    m = account([1, 1])
    p = np.array([SURE_P, 0.01])
    alike = Clients(s=np.array([0, 1]), client=np.array([7, 8]), source=np.array([1, 1]))
    beside = Clients(
        s=np.array([0, 1, 0, 1]),
        client=np.array([7, 8, 6, 6]),
        source=np.array([1, 1, 0, 0]),
    )
    assert bits_of(m, p, beside)[1] == bits_of(m, p, alike)[1]


def test_doubtful_sessions_rob_an_account_together_and_not_alone():
    assert (bits([1, 2], [0.3, 0.05], [7, 7]) == 0.0).all()
    assert bits([1, 2, 3, 4], [0.5, 0.5, 0.5, 0.01], [7] * 4)[3] > 3.0


def test_sessions_of_one_network_have_one_cause():
    assert (bits([1, 1, 1, 1, 2], [0.4] * 4 + [0.01], [7] * 5) == 0.0).all()


def test_a_theft_of_long_ago_says_little():
    near, far = (bits([1, 2], [SURE_P, 0.01], [7, 7], days=[0, days])[1] for days in (0, 60))
    assert far < near


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.floats(0, 1), st.integers(0, 2)), min_size=1, max_size=9
    )
)
def test_a_return_never_weighs_against_the_thief_nor_more_than_declared(entries):
    nets, p, codes = zip(*entries, strict=True)
    found = bits(nets, p, codes)
    assert (found >= 0.0).all()
    assert (found <= RETURNS + 1e-9).all()


@pytest.mark.parametrize("p", [0.2, 0.9, 1.0])
def test_an_account_of_one_session_has_nobody_to_come_back(p):
    assert (bits([1], [p], [7]) == 0.0).all()
