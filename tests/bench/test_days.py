"""Accounts that change hands: whom is switched with whom, and how days are counted."""

from dataclasses import fields

import numpy as np

from tocsin.bench import days
from tocsin.core.zones import DAY_US
from tocsin.detect.matrix import Matrix


def _matrix(acc, start_us, house):
    given = {"account": tuple("abcd"), "acc": acc, "start_us": start_us, "house": house}
    for field in fields(Matrix):
        given.setdefault(field.name, np.zeros(len(acc), dtype=np.int64))
    return Matrix(**given)


def test_pairs_are_of_one_team_and_each_account_is_switched_once():
    team = np.random.default_rng(2).integers(0, 9, 200)
    pairs = days._pairs(team, 11)
    assert len(pairs) == days.PAIRS
    assert all(team[a] == team[b] for a, b in pairs)
    assert len({account for pair in pairs for account in pair}) == 2 * len(pairs)


def test_the_first_day_of_the_other_stands_in_the_place_of_the_owners_first_session():
    # Two accounts of one team, a session each day; the switch is in the middle of the trail.
    acc = np.tile([0, 1], 6)
    start = np.repeat(np.arange(6), 2) * DAY_US
    m = _matrix(acc, start, np.ones(12, dtype=np.int64))
    rows = days.drawn(m, np.arange(12), 0, np.repeat(np.arange(6), 2))
    assert {(acc[content], acc[on]) for content, _, on, _ in rows} == {(0, 1), (1, 0)}
    assert {start[content] // DAY_US for content, _, _, _ in rows} == {3}
    assert {start[on] // DAY_US for _, _, on, _ in rows} == {3}


def test_a_day_is_judged_by_the_mean_of_its_sessions():
    start = np.array([0, 1, 2, 0, 1]) * DAY_US
    m = _matrix(np.array([0, 0, 0, 1, 1]), start, np.ones(5, dtype=np.int64))
    session, on = np.array([0, 1, 2, 3, 4]), np.array([0, 1, 2, 0, 0])
    real = np.array([True, True, True, False, False])
    row = days.measured(m, (real, ~real), np.array([0.0, 0.0, 0.0, 9.0, 9.0]), session, on)
    assert (row["days"], row["first_days"], row["auc"]) == (3, 2, 1.0)
