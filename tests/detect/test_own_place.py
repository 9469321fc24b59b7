"""Places: what is odd at the owner's own, in another house, or with another machine away."""

from types import SimpleNamespace

import numpy as np
import pytest

from tocsin.detect.context import SHARED, STRANGE, clients, networks
from tocsin.detect.own_place import OWN, bound
from tocsin.detect.status import status


class Sessions:
    """A matrix of these columns only."""

    def __init__(self, **columns):
        vars(self).update(columns)


def region(place, size=2000):
    """Sessions of as many accounts at places of these bits."""
    m = Sessions(
        net=np.ones(size, dtype=np.int64),
        acting=np.ones(size, dtype=bool),
        acc=np.arange(size),
        size=size,
        related=np.ones(size, dtype=np.int64),
    )
    nothing = np.zeros(size)
    found = SimpleNamespace(
        net=SimpleNamespace(usual_day=np.full(size, place)),
        elsewhere=nothing,
        failed=nothing,
        status=SimpleNamespace(bits=nothing),
        clean=np.ones(size),
    )
    return m, found


def test_work_at_the_owner_s_place_weighs_no_more_than_it_is_rare_there():
    m, found = region(-4.3)
    total = np.full(m.size, -8.0)
    total[:20] = 9.0  # one in a hundred looks so
    left = total + bound(m, found, total)
    assert left[0] == pytest.approx(-4.3 + np.log2(100), abs=0.1)
    assert left[-1] == -8.0


def test_what_nobody_else_shows_there_keeps_its_weight():
    m, found = region(-4.3)
    total = np.linspace(-12.0, -2.0, m.size)
    total[0] = 6.0
    assert bound(m, found, total)[0] > -3.0


def test_an_exit_that_many_share_bounds_nothing():
    m, found = region(OWN + 0.5)
    total = np.full(m.size, 9.0)
    assert (bound(m, found, total) == 0.0).all()


def test_signs_that_no_work_gives_are_left_out_of_the_bound():
    m, found = region(-4.3)
    total = np.full(m.size, -8.0)
    total[:20] = 9.0
    found.failed = np.where(np.arange(m.size) == 0, 3.0, 0.0)
    total[0] += 3.0
    taken = bound(m, found, total)
    assert total[0] + taken[0] == pytest.approx(total[1] + taken[1] + 3.0, abs=0.01)


def claims(flag, odd, *, home):
    size = len(flag)
    m = Sessions(
        size=size,
        acc=np.arange(size),
        start_us=np.full(size, 10),
        end_us=np.full(size, 20),
        opened_us=np.zeros(size, dtype=np.int64),
        closed_us=np.full(size, 2**62),
        known=np.ones(size, dtype=bool),
        overrides=np.array(flag, dtype=np.int64),
    )
    ones = np.ones(size)
    return status(m, ones, np.array(odd, dtype=float), np.full(size, home)).unusual


def test_an_emergency_claimed_on_an_odd_day_speaks_for_the_owner_where_others_claim_them():
    flag = [1] * 20 + [0] * 500
    odd = [1.0] * 20 + [0.0] * 500
    assert claims(flag, odd, home=True)[0] < -2.0
    assert claims(flag, odd, home=True)[-1] == 0.0


def test_a_claim_from_elsewhere_speaks_for_nobody():
    flag = [1] * 20 + [0] * 500
    odd = [1.0] * 20 + [0.0] * 500
    assert (claims(flag, odd, home=False) >= 0.0).all()


def test_a_claim_that_odd_days_do_not_bring_is_odd():
    assert claims([1] + [0] * 500, [1.0] + [0.5] * 500, home=True)[0] >= 0.0


def two_houses():
    """Twenty accounts of two houses, each at its own for ten days; the first is a guest once.

    Networks: 1 and 2 are the houses', 3 everybody's exit.
    """
    acc = np.repeat(np.arange(20), 11)
    day = np.tile(np.arange(11), 20)
    house = 1 + (acc >= 10)
    net = np.where(day == 10, 3, house)
    net[(acc == 0) & (day == 10)] = 2
    group = acc * 10 + net
    return Sessions(
        size=len(acc), acc=acc, day=day, house=house, net=net,
        group=np.unique(group, return_inverse=True)[1],
        role=np.zeros(len(acc), dtype=np.int64), related=np.ones(len(acc), dtype=np.int64),
        dominance=np.where(day == 10, 1 / 11, 10 / 11),
    )  # fmt: skip


def test_another_house_s_place_is_less_strange_than_an_exit_that_anybody_has():
    m = two_houses()
    ones = np.ones(m.size)
    found = networks(m, np.where(m.day == 10, 0.1, 1.0), ones, ones)
    guest = int(np.flatnonzero((m.acc == 0) & (m.day == 10))[0])
    exit_ = int(np.flatnonzero((m.acc == 1) & (m.day == 10))[0])
    assert found.level[guest] in (SHARED, STRANGE)
    assert found.level[exit_] == SHARED
    assert found.unusual_day[guest] < 0.0
    assert found.unusual_day[guest] < found.unusual_day[exit_]


def test_another_machine_is_no_sign_away_where_everybody_has_another_one_away():
    m = two_houses()
    away = m.day == 10
    m.device_s = np.arange(m.size)
    m.device = np.where(away, 5, m.acc % 3)
    ones = np.ones(m.size)
    habit = np.where(away, 0.1, 1.0)
    told = clients(m, habit, ones, ones, away).usual_day
    untold = clients(m, habit, ones, ones, np.zeros(m.size, dtype=bool)).usual_day
    assert (told[away] < untold[away]).all()
    assert told[~away] == pytest.approx(untold[~away])
