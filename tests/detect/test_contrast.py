"""The self-swap contrast: swaps, streams that never look ahead, models, evidence."""

import dataclasses

import case_made as case
import numpy as np
import professionals as region
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tocsin.detect.contrast as contrasts
from tocsin.detect import additive, boosted, pipeline, swaps
from tocsin.detect.contrast import bits_of, contrast
from tocsin.detect.figures import FIGURES
from tocsin.detect.habit import SIGNALS, habit_of
from tocsin.detect.habit_told import AGAINST, FOR
from tocsin.flow.detect import Asked, _analyse

RNG = np.random.default_rng(3)
SIZE = 4_000


def _made():
    """Figures of which the first tells swaps a little, the second is missing at times."""
    swapped = np.arange(SIZE) % 2 == 1
    figures = RNG.normal(size=(SIZE, 3)).astype(np.float32)
    figures[:, 0] += 1.5 * swapped
    figures[::5, 1] = np.nan
    return figures, swapped


def test_a_rising_curve_never_falls_and_a_missing_figure_weighs_nothing():
    figures, swapped = _made()
    model = additive.fit(figures, swapped, np.ones(SIZE), (True, False, False))
    assert (np.diff(model.curves[0][1:]) >= -1e-12).all()
    assert all(curve[0] == 0.0 for curve in model.curves)
    parts = model.parts(model.cuts.bins(figures))
    assert (parts[np.isnan(figures[:, 1]), 1] == 0.0).all()


def test_trees_tell_what_two_figures_say_together():
    figures = RNG.normal(size=(SIZE, 2)).astype(np.float32)
    swapped = (figures[:, 0] > 0) != (figures[:, 1] > 0)
    cuts = additive.cuts_of(figures)
    binned = cuts.bins(figures)
    trees = boosted.fit(binned, swapped, np.ones(SIZE), np.zeros(SIZE), additive.BINS + 4)
    score = np.sum([tree.score(binned) for tree in trees], axis=0)
    assert ((score > 0) == swapped).mean() > 0.9


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-5.0, 5.0), min_size=1, max_size=40))
def test_the_closest_rising_sequence_rises_and_keeps_the_mean(values):
    held = np.array(values)
    found = additive.rising_of(held, np.ones(len(held)))
    assert (np.diff(found) >= -1e-9).all()
    assert found.mean() == pytest.approx(held.mean(), abs=1e-6)


def test_bits_rise_with_the_score_and_no_further_than_the_history_bears():
    score = np.concatenate([RNG.normal(size=2_000), RNG.normal(3.0, size=2_000)])
    real = np.arange(4_000) < 2_000
    bits = bits_of(score, real, ~real)
    assert (np.diff(bits[np.argsort(score)]) >= -1e-9).all()
    assert bits.max() <= np.log2(2_001)
    assert (bits[real] >= 5.0).mean() <= 2.0**-4


@pytest.fixture(scope="module")
def weighed(keys, tmp_path_factory):
    """A calm region with a history long enough, and what its contrast found."""
    tables, _ = region.make(5, 400, 45, 36)
    _, world = case.opened(tmp_path_factory.mktemp("long") / "case", tables)
    return _analyse(world, Asked())


def test_swaps_stand_in_the_place_of_another_account_with_enough_past(weighed):
    m = weighed.matrix
    trials = swaps.draw(m)
    swap = ~trials.real
    assert swap.any()
    assert (m.acc[trials.session[swap]] != m.acc[trials.on[swap]]).all()
    assert (trials.past[swap] >= swaps.PAST).all()
    assert (m.start_us[trials.session[swap]] >= m.start_us[trials.on[swap]]).all()
    again = swaps.draw(m)
    assert (again.session == trials.session).all()


def test_only_the_latest_sessions_are_weighed_on_a_trail_that_is_too_large(weighed):
    m = weighed.matrix
    trials = swaps.draw(m, tokens=20_000)
    weighed_now = trials.session[trials.real]
    assert 0 < len(weighed_now) < m.acting.sum()
    assert (m.care.sum(axis=1)[weighed_now] + swaps.BESIDES).sum() <= 20_000
    older = np.setdiff1d(np.flatnonzero(m.acting), trials.session[trials.real])
    assert m.start_us[older].max() <= m.start_us[trials.session].min()


def test_signals_of_a_session_add_up_to_its_bits(weighed):
    habit = weighed.habit
    assert habit is not None
    assert habit.signals.sum(axis=1) == pytest.approx(habit.bits, abs=1e-3)
    assert np.isfinite(habit.bits).all()
    assert (habit.bits[~habit.judged] == 0.0).all()


def test_every_signal_has_its_sentences():
    assert set(SIGNALS) == set(AGAINST) == set(FOR)


def test_too_short_a_history_is_not_contrasted(weighed):
    m = weighed.matrix
    trials = swaps.draw(m, past=swaps.PAST)
    figures = np.zeros((len(trials.session), len(FIGURES)), dtype=np.float32)
    assert contrast(figures, trials, m.acc, m.account, 10_000) is None


def test_what_is_not_judged_keeps_its_bits_whatever_the_habits_of_others(weighed):
    trials = swaps.draw(weighed.matrix)
    found = contrasts.Contrast(
        score=np.zeros(len(trials.session)),
        bits=np.zeros(len(trials.session)),
        parts=np.zeros((len(trials.session), len(FIGURES)), dtype=np.float32),
        judged=np.zeros(len(trials.session), dtype=np.bool_),
        boosted=False,
    )
    figures = np.zeros((len(trials.session), len(FIGURES)), dtype=np.float32)
    habit = habit_of(found, trials, figures, weighed.matrix.size)
    assert not habit.judged.any()
    assert dataclasses.replace(habit, boosted=True).boosted


def test_where_no_care_is_told_habits_alone_order_the_sessions(weighed):
    m, found = weighed.matrix, weighed.proposal.evidence
    bare = dataclasses.replace(m, related=np.zeros(m.size, dtype=np.int64))
    assert m.related.any()
    assert (pipeline.explained_of(bare, found) == 0.0).all()
    weak = dataclasses.replace(found, total=np.full(m.size, -30.0))
    _, total, _ = pipeline._either(bare, weak, weighed.habit, np.zeros(m.size))
    judged = weighed.habit.judged
    assert total[judged] == pytest.approx(weighed.habit.bits[judged] - 1.0, abs=1e-3)


def test_where_no_care_is_told_a_newcomers_busy_day_stands_no_higher_than_its_shape(weighed):
    m, found = weighed.matrix, weighed.proposal.evidence
    bare = dataclasses.replace(m, related=np.zeros(m.size, dtype=np.int64))
    new = dataclasses.replace(
        weighed.habit, judged=np.zeros(m.size, dtype=np.bool_), bits=np.zeros(m.size)
    )
    nothing = np.zeros(m.size)
    plain = dataclasses.replace(
        found,
        total=np.full(m.size, 12.0),
        shape=dataclasses.replace(found.shape, bits=nothing),
        status=dataclasses.replace(found.status, bits=nothing),
        families={**found.families, "context": nothing},
    )
    shaped = dataclasses.replace(
        plain, shape=dataclasses.replace(found.shape, bits=np.full(m.size, 6.0))
    )
    assert (pipeline._either(bare, plain, new, nothing)[1] < 1.0).all()
    assert (pipeline._either(bare, shaped, new, nothing)[1] > 8.0).all()
    assert (pipeline._either(m, plain, new, nothing)[1] == 12.0).all()


def test_an_odd_hour_is_no_strange_place(weighed):
    m, found = weighed.matrix, weighed.proposal.evidence
    nowhere = dataclasses.replace(
        m,
        related=np.zeros(m.size, dtype=np.int64),
        net=np.zeros(m.size, dtype=np.int64),
        device_s=m.device_s[:0],
        device=m.device[:0],
    )
    assert m.net.any()
    odd = dataclasses.replace(
        found,
        total=np.full(m.size, 12.0),
        families={**found.families, "context": np.full(m.size, 2.5)},
    )
    day = np.zeros(m.size)
    here, there = (pipeline._either(at, odd, weighed.habit, day)[1] for at in (nowhere, m))
    judged = weighed.habit.judged
    assert (here[judged] < there[judged]).all()
