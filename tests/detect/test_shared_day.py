"""A day that many share explains what each of them shows, and nothing else does."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.detect.shared_day import AS_FAR, LEAST, ODD, taken


def day(bits, *, acc=None, house=1, at=0):
    n = len(bits)
    acc = np.arange(n) if acc is None else np.array(acc)
    m = SimpleNamespace(
        size=n,
        acting=np.ones(n, dtype=bool),
        acc=acc.astype(np.int64),
        house=np.full(n, house) + np.zeros(n, dtype=np.int64),
        circle=np.zeros(n, dtype=np.int64),
        role=acc.astype(np.int64),  # nobody shares a profession here
        day=np.zeros(n, dtype=np.int64) + at,
    )
    return m, np.array(bits, dtype=float)


def test_many_who_depart_together_are_excused_to_their_share_of_the_house():
    m, bits = day([10.0] * 10 + [-3.0] * 30)
    left = bits + taken(m, bits, np.ones(m.size, dtype=bool))
    assert left[:10] == pytest.approx(np.log2(40 / 9))
    assert left[10:] == pytest.approx(bits[10:])


@pytest.mark.parametrize(
    ("bits", "acc", "home"),
    [
        ([10.0] * LEAST + [0.0] * 20, None, None),  # too few others
        ([10.0] * 8, [0] * 8, None),  # one account alone
        ([14.0, *[14.0 - AS_FAR - 0.1] * 2, *[0.0] * 20], None, None),  # nobody as far
        ([ODD - 0.1] * 12, None, None),  # not odd at all
        ([10.0] * 10, None, [False] * 10),  # from elsewhere
    ],
)
def test_the_day_excuses_nobody_else(bits, acc, home):
    m, bits = day(bits, acc=acc)
    home = np.ones(m.size, dtype=bool) if home is None else np.array(home)
    assert (taken(m, bits, home) == 0.0).all()


def test_another_day_excuses_nothing():
    m, bits = day([10.0] * 10, at=np.arange(10))
    assert (taken(m, bits, np.ones(10, dtype=bool)) == 0.0).all()


@given(st.lists(st.tuples(st.floats(-20, 20), st.integers(0, 12)), min_size=1, max_size=40))
def test_the_count_is_that_of_a_plain_reading(entries):
    m, bits = day([b for b, _ in entries], acc=[a for _, a in entries])
    found = taken(m, bits, np.ones(m.size, dtype=bool))
    top = {a: max(b for b, other in entries if other == a) for _, a in entries}
    for i, (b, a) in enumerate(entries):
        theirs = sorted((t for other, t in top.items() if other != a), reverse=True)
        others = sum(1 for t in theirs if t >= b - AS_FAR)
        near = theirs[LEAST - 1] if len(theirs) >= LEAST else -np.inf
        most = np.log2(len(top) / others) if others >= LEAST else np.inf
        if others < LEAST and near >= ODD:
            most = np.log2(len(top) / LEAST) + max(b - near, 0.0)
        assert found[i] == pytest.approx(min(most - b, 0.0) if b >= ODD else 0.0, abs=1e-6)


def test_who_departs_further_than_colleagues_answers_for_what_is_beyond_them():
    m, bits = day([15.0] + [9.0] * LEAST + [0.0] * 28)
    left = bits + taken(m, bits, np.ones(m.size, dtype=bool))
    assert left[0] == pytest.approx(np.log2(32 / LEAST) + 15.0 - 9.0)
