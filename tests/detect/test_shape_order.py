"""Order and searches as signs of a harvest: only where honest work goes without."""

from types import SimpleNamespace

import numpy as np
import pytest

from tocsin.detect.shape import _runs, _searches_first


def sessions(**columns):
    """A matrix of these columns; every session is of one role."""
    made = {name: np.array(values, dtype=np.int64) for name, values in columns.items()}
    size = len(next(iter(made.values())))
    return SimpleNamespace(role=np.zeros(size, dtype=np.int64), **made)


def test_a_long_run_in_order_stands_out_where_others_have_no_order():
    ups = np.array([50] * 40 + [100])
    m = sessions(lines=[1] * 41)
    far = _runs(m, np.full(41, 100), ups, 100 - ups)
    assert far[-1] > 2.0
    assert far[:-1].max() < 0.5


@pytest.mark.parametrize("moves", [20, 200, 2000])
def test_where_work_follows_the_numbers_a_longer_session_in_order_is_no_odder(moves):
    ups = np.array([10, 12, 14, 16, 18, 20] * 10)
    many = np.append(np.full(60, 20), moves)
    m = sessions(lines=[1] * 61)
    far = _runs(m, many, np.append(ups, moves), np.append(20 - ups, 0))
    assert far[-1] <= far[5] * 1.25


@pytest.mark.parametrize(("searching", "missed"), [(0, False), (1, False), (10, True)])
def test_searches_are_missed_only_in_a_role_that_searches(searching, missed):
    searches = [1] * searching + [0] * (100 - searching)
    m = sessions(opens=[9] * 100, exports=[0] * 100, searches=searches)
    assert _searches_first(m).all() == missed
    assert _searches_first(m).any() == missed
