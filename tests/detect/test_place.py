"""What a place says: who else is there, and what the owner's own place leaves to a thief."""

from types import SimpleNamespace

import numpy as np
import pytest

from tocsin.detect.context import SHARED, STRANGE, USUAL, _anybodys
from tocsin.detect.kinship import COMPANY, MANYS_SHARE, company
from tocsin.detect.matrix import codes_of
from tocsin.detect.pipeline import AT_HOME, _away, of_his_place


class Sessions:
    """A matrix of these columns only."""

    def __init__(self, **columns):
        vars(self).update(columns)


def region(nets, houses):
    """Each account is seen once from each of its networks."""
    acc = np.array([a for a, held in enumerate(nets) for _ in held], dtype=np.int64)
    net = np.array([n for held in nets for n in held], dtype=np.int64)
    return Sessions(
        size=len(acc),
        acc=acc,
        net=net,
        house=np.array(houses, dtype=np.int64)[acc],
        group=codes_of(acc, net),
        related=np.ones(len(acc), dtype=np.int64),
    )


def test_an_exit_that_all_other_houses_use_tells_a_thief_from_nobody():
    m = region([[1], [1], [1], [1]], [1, 1, 2, 2])
    assert _anybodys(m, np.ones(m.size)) == pytest.approx(np.ones(4))


def test_a_network_of_one_house_is_nobody_elses():
    m = region([[1], [1], [1], [2], [3]], [1, 1, 1, 2, 2])
    assert (_anybodys(m, np.ones(m.size))[:3] == 0.0).all()


def placed(levels, nets, bits=0.0):
    n = len(levels)
    net = SimpleNamespace(level=np.array(levels), usual_day=np.full(n, bits))
    m = SimpleNamespace(
        size=n, net=np.array(nets), related=np.ones(n, np.int64), group=np.zeros(n, np.int64)
    )
    return m, SimpleNamespace(net=net, even_so=np.full(n, 4.0))


def test_the_owners_place_speaks_for_him_beyond_his_habits_and_no_other_place_does():
    m, found = placed([USUAL, STRANGE, USUAL], [1, 2, 0], bits=-4.0)
    assert of_his_place(m, found).tolist() == [AT_HOME, 0.0, 0.0]


def test_where_no_address_is_told_nobody_is_known_to_be_away():
    m, found = placed([STRANGE, STRANGE, SHARED], [0, 1, 2])
    assert _away(m, found).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("level", "share"), [(STRANGE, 1.0), (SHARED, MANYS_SHARE), (USUAL, 0.0)]
)
def test_company_on_a_network_that_others_use_weighs_less(level, share):
    m, found = placed([level, level], [1, 1])
    assert company(m, found).tolist() == [share * COMPANY * 4.0] * 2
