"""Inside a session: the sums, the start and the hands, on acts made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.detect import inside

bits_of_acts = st.lists(st.floats(-4, 4), min_size=2, max_size=60).map(np.array)


def test_a_session_whose_second_half_is_the_thiefs_is_cut_there():
    bits = np.array([-2.0] * 20 + [2.0] * 20)
    whose, two = inside._sums(bits)
    assert two > inside.APART
    assert (whose[:18] < -inside.SURE_BITS).all()
    assert (whose[22:] > inside.SURE_BITS).all()
    first, last, peak = inside.start(bits)
    assert first <= 20 <= last + 1
    assert peak == pytest.approx(40.0)


def test_two_who_take_turns_are_told_apart():
    bits = np.array(([-3.0] * 8 + [3.0] * 8) * 3)
    whose, two = inside._sums(bits)
    assert two > inside.APART
    assert ((whose > 0) == (bits > 0)).mean() > 0.9


@given(bits_of_acts)
def test_one_hand_that_never_changes_is_never_taken_for_two(bits):
    _, two = inside._sums(np.abs(bits))
    assert two < 1.0


@given(bits_of_acts)
def test_the_start_lies_between_its_earliest_and_its_latest_act(bits):
    first, last, peak = inside.start(bits)
    assert 0 <= first <= last < len(bits)
    assert peak >= bits.max() - 1e-9


def test_acts_between_the_two_are_left_undecided():
    one = inside.Apart(
        s=0,
        digest=("d",) * 3,
        position=(1, 2, 3),
        whose=np.array([9.0, 0.0, -9.0]),
        earliest=0,
        latest=0,
        turns=1,
        bits=20.0,
        enough=6.0,
        peak=9.0,
    )
    words = [word for _, _, word in inside.attributed(one, "usurped")]
    assert words == ["usurped", "undecided", "legitimate"]
