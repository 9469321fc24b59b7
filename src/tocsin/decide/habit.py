"""Activity against its own seasonal habit: what was expected, with an interval.

The habit of an hour is the mean of the same hour of the same weekday, outside the stretches
that are measured; a public holiday neither makes a habit nor is compared with one. Its spread
is that of whole days (and, over longer stretches, of whole weeks) around the habit, beyond the
chance of counting: a busy day is busy all day, so hours are not taken as independent.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Reals = NDArray[np.float64]

SLOTS = 168
"""Hours of a week."""

MARGIN = 0.20
"""An activity whose interval stays within 20 % of its habit is said unchanged."""

SMALLEST = 0.05
"""A shift below 5 % is not called a change, however sure."""

MIN_EXPECTED = 50
"""Acts expected in a stretch: below, nothing can be told."""

LONG_DAYS = 2
"""Days from which a stretch is compared with whole weeks too."""

MIN_BLOCKS = 5
"""Days of history with any activity: below, the spread of the habit is not known."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A grid of successive hours: acts, whether the trail can be relied on, slot, day.

    `slot` is the hour of the week, 0 to 167; `day` and `week` number the local days and weeks.
    """

    acts: Ints
    trailed: Bools
    slot: Ints
    day: Ints
    week: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A stretch against its habit.

    Args:
        finding: no_change, change, or cannot_tell.
        observed, expected: acts in the hours that could be compared.
        low, high: bounds of the relative change; None where they cannot be given.
        why: '' or short_history, few_acts, blind, wide: why it cannot be told.
    """

    finding: str
    observed: int
    expected: float
    low: float | None
    high: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Habit:
    """The mean of each slot outside the measured stretches, and how often it was seen."""

    total: Reals
    seen: Reals

    def expected(self, slot: Ints) -> Reals:
        """Acts expected in hours of these slots."""
        return np.asarray(self.total[slot] / np.maximum(self.seen[slot], 1))

    def without(self, slot: Ints, acts: Ints) -> Reals:
        """Expected, the hour itself left out of its own habit."""
        return np.asarray((self.total[slot] - acts) / np.maximum(self.seen[slot] - 1, 1))


def habit(hours: Hours, base: Bools) -> Habit:
    """The habit of the hours of `base`."""
    return Habit(
        np.asarray(
            np.bincount(hours.slot[base], weights=hours.acts[base], minlength=SLOTS),
            dtype=np.float64,
        ),
        np.bincount(hours.slot[base], minlength=SLOTS).astype(np.float64),
    )


def measure(hours: Hours, stretch: Bools, measured: Bools, *, alpha: float) -> Measure:
    """What a stretch shows against the habit.

    Args:
        hours: the grid.
        stretch: hours of the stretch.
        measured: hours of every stretch that is measured: none of them makes the habit.
        alpha: chance that the interval misses, after what several comparisons ask.
    """
    base = hours.trailed & ~measured
    usual = habit(hours, base)
    usable = stretch & hours.trailed & (usual.seen[hours.slot] >= 2)
    observed = int(hours.acts[usable].sum())
    expected = float(usual.expected(hours.slot[usable]).sum())
    if not stretch.any() or hours.trailed[stretch].mean() < 0.5:
        return _cannot(observed, expected, "blind")
    if usable.sum() < 0.7 * (stretch & hours.trailed).sum():
        return _cannot(observed, expected, "short_history")
    if expected < MIN_EXPECTED:
        return _cannot(observed, expected, "few_acts")
    spread = _spread(hours, base, usual, usable)
    if spread is None:
        return _cannot(observed, expected, "short_history")
    variance, freedom = spread
    reach = quantile(1 - alpha / 2, freedom) * float(np.sqrt(variance))
    low, high = ((observed - expected + sign * reach) / expected for sign in (-1, 1))
    return _found(observed, expected, low, high)


def _found(observed: int, expected: float, low: float, high: float) -> Measure:
    low = max(low, -1.0)
    shift = observed / expected - 1
    if (low > 0 or high < 0) and abs(shift) >= SMALLEST:
        finding, why = "change", ""
    elif low >= -MARGIN and high <= MARGIN:
        finding, why = "no_change", ""
    else:
        finding, why = "cannot_tell", "wide"
    return Measure(
        finding=finding, observed=observed, expected=expected, low=low, high=high, why=why
    )


def _cannot(observed: int, expected: float, why: str) -> Measure:
    return Measure(
        finding="cannot_tell",
        observed=observed,
        expected=expected,
        low=None,
        high=None,
        why=why,
    )


def _spread(hours: Hours, base: Bools, usual: Habit, usable: Bools) -> tuple[float, int] | None:
    """The variance of a stretch around its habit, and its degrees of freedom.

    By days, of which only the hours of the stretch where it is shorter than a day; and by weeks
    where the stretch is nearly one and three weeks are known: the larger holds.
    """
    of_day = np.isin(hours.slot % 24, np.unique(hours.slot[usable] % 24))
    counted = base & (usual.seen[hours.slot] >= 2) & of_day
    found = [_by(hours.day, hours, counted, usual, usable)]
    if np.ptp(hours.day[usable]) >= LONG_DAYS:
        found.append(_by(hours.week, hours, counted, usual, usable, least=3))
    known = [one for one in found if one is not None]
    return max(known, default=None) if found[0] is not None else None


def _by(
    block: Ints,
    hours: Hours,
    counted: Bools,
    usual: Habit,
    usable: Bools,
    least: int = MIN_BLOCKS,
) -> tuple[float, int] | None:
    slot, acts = hours.slot[counted], hours.acts[counted]
    size = int(block.max()) + 1
    said = np.bincount(block[counted], weights=usual.without(slot, acts), minlength=size)
    seen = np.bincount(block[counted], weights=acts, minlength=size)
    live = said > 0
    if live.sum() < least:
        return None
    n = float(usual.seen[slot].mean())
    errors = (seen[live] - said[live]) ** 2 / (1 + 1 / max(n - 1, 1))
    extra = max(0.0, float((errors.sum() - said[live].sum()) / (said[live] ** 2).sum()))
    wanted = np.bincount(
        block[usable], weights=usual.expected(hours.slot[usable]), minlength=size
    )
    variance = float(wanted.sum() + extra * (wanted**2).sum()) * (1 + 1 / n)
    return variance, max(int(live.sum()) - 1, 2)


def quantile(p: float, freedom: int) -> float:
    """Quantile of Student's law (Abramowitz and Stegun, Handbook, 1964, 26.7.5)."""
    z = NormalDist().inv_cdf(p)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + math.fsum(term / freedom ** (i + 1) for i, term in enumerate(terms))
