"""Families that speak against the owner, once what speaks for him has answered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.detect.verdict import SPEAKS, speaking


def count(*bits):
    return int(speaking({str(k): np.array([b]) for k, b in enumerate(bits)})[0])


@pytest.mark.parametrize(
    ("bits", "families"),
    [
        pytest.param((SPEAKS, SPEAKS), 2, id="each just enough"),
        pytest.param((SPEAKS, SPEAKS - 0.1), 1, id="one just not"),
        pytest.param((9.0, 3.8, -4.1), 1, id="the weakest is answered"),
        pytest.param((9.0, 3.8, -1.7), 2, id="an answer that is not enough"),
        pytest.param((9.0, 9.0, -20.0), 0, id="everything is answered"),
        pytest.param((5.0, 4.0, 3.0, -4.0), 2, id="the rest goes on to the next"),
        pytest.param((5.0, 1.0, 1.0, -2.0), 1, id="small signs are answered first"),
    ],
)
def test_the_owner_s_side_answers_the_weakest_first(bits, families):
    assert count(*bits) == families


@given(st.lists(st.floats(-12, 12), min_size=1, max_size=6))
def test_no_more_families_speak_than_show_signs(bits):
    assert count(*bits) <= sum(b >= SPEAKS for b in bits)


@given(st.lists(st.floats(-12, 12), min_size=2, max_size=6), st.floats(0, 12))
def test_more_for_the_owner_never_makes_more_families_speak(bits, more):
    assert count(*bits, -more) <= count(*bits)
