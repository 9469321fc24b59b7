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


def _apart(whose, *, bits, peak, at_home=True):
    acts = len(whose)
    return inside.Apart(
        s=0,
        digest=("d",) * acts,
        position=tuple(range(1, acts + 1)),
        whose=np.array(whose),
        earliest=0,
        latest=0,
        turns=1,
        bits=bits,
        enough=inside.APART_AT_HOME if at_home else inside.APART,
        peak=peak,
        at_home=at_home,
    )


def test_acts_between_the_two_are_left_undecided():
    one = _apart([9.0, 0.0, -9.0], bits=20.0, peak=9.0)
    words = [word for _, _, word in inside.attributed(one, "usurped")]
    assert words == ["usurped", "undecided", "legitimate"]


@pytest.mark.parametrize(
    ("whose", "bits", "peak", "at_home", "mixed", "by_act"),
    [
        pytest.param([-6.0] * 8 + [8.0] * 8, 9.0, 24.0, True, True, True, id="a run amid his"),
        pytest.param([0.5] * 3 + [9.0] * 30, 0.8, 60.0, True, False, True, id="began by him"),
        pytest.param([0.5] * 3 + [9.0] * 30, 0.8, 60.0, False, False, False, id="from afar"),
        pytest.param([9.0] * 30, 0.1, 60.0, True, False, False, id="all the thief's"),
        pytest.param(
            [-6.0] * 80 + [5.0] * 60, 9.0, 14.0, True, False, True, id="long, by chance"
        ),
    ],
)
def test_hands_are_told_by_the_run_and_by_the_place(whose, bits, peak, at_home, mixed, by_act):
    one = _apart(whose, bits=bits, peak=peak, at_home=at_home)
    assert inside.mixed(one) is mixed
    assert inside.act_by_act(one) is by_act
