"""Self-swap contrast: a real session against another account's session on the same past.

No label of any attack is used. Each account is judged by a model that never saw it: accounts
are cut in two halves by a hash, and each half is scored by the model of the other. The score is
turned into bits by what the swaps and the real sessions of the case show, no further than their
number bears.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from tocsin.detect import additive, boosted
from tocsin.detect.additive import BINS, ROUNDS, Additive, Binned, Cuts
from tocsin.detect.figures import FIGURES
from tocsin.detect.matrix import Codes, Flags, Reals, Singles
from tocsin.detect.swaps import Trials

CHUNK = 200_000
"""Trials scored at a time."""

ENOUGH = 400
"""Real sessions with a past, in each half, under which no contrast is drawn."""

ENOUGH_TO_BOOST = 2_000
"""The same for the boosted variant."""

BOOSTED_SHARE = 0.7
"""Weight of the boosted score beside the additive one."""

LEFT_OUT = 0.015
"""Share of the real sessions, the oddest of a first fit, that a second fit does not learn from:
a thief's sessions stand in the trail as their owner's."""

FIRST_ROUNDS = 10
"""Passes of that first fit."""

MOST_BITS = 12.0
"""The contrast alone weighs no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An additive model, with the trees that read its figures together where history allows."""

    additive: Additive
    trees: tuple[boosted.Tree, ...]

    def score(self, figures: Singles) -> tuple[Reals, Reals]:
        """The score, in natural log, and what each figure weighs in its additive part."""
        return self.weigh(self.additive.cuts.bins(figures))

    def weigh(self, binned: Binned) -> tuple[Reals, Reals]:
        """The same of figures that are cut already."""
        parts = self.additive.parts(binned)
        total = np.asarray(parts.sum(axis=1))
        if not self.trees:
            return total, parts
        together = np.sum([tree.score(binned) for tree in self.trees], axis=0)
        return BOOSTED_SHARE * together + (1.0 - BOOSTED_SHARE) * total, parts


def learn(figures: Singles, swapped: Flags, *, boost: bool = True) -> Model:
    """The model of real sessions against swaps; both sides weigh the same."""
    cuts = additive.cuts_of(figures)
    return taught(cuts, cuts.bins(figures), swapped, boost=boost)


def taught(
    cuts: Cuts, binned: Binned, swapped: Flags, *, boost: bool = True, rounds: int = ROUNDS
) -> Model:
    """The same of figures that are cut already."""
    y = swapped
    weights = np.where(y, 0.5 / max(int(y.sum()), 1), 0.5 / max(int((~y).sum()), 1)) * len(y)
    rising = tuple(figure.rising for figure in FIGURES)
    first = additive.fitted(cuts, binned, y, weights, rising, rounds=rounds)
    if not boost or int((~y).sum()) < ENOUGH_TO_BOOST:
        return Model(additive=first, trees=())
    trees = boosted.fit(binned, y, weights, np.zeros(len(y)), BINS + 4)
    return Model(additive=first, trees=trees)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """By trial: the score, its bits against the owner, and what each figure weighs."""

    score: Reals
    bits: Reals
    parts: Singles  # (trials, figures), natural log
    judged: Flags  # real sessions with enough past, and swaps
    boosted: bool


def half_of(account: str, bit: int = 0) -> int:
    """Which half an account falls in: bit `bit` of the MD5 of its name (no secret here)."""
    digest = hashlib.md5(account.encode(), usedforsecurity=False).hexdigest()
    return (int(digest, 16) >> bit) & 1


def contrast(
    figures: Singles, trials: Trials, acc: Codes, accounts: tuple[str, ...], past: int
) -> Contrast | None:
    """Score every trial by the model of the other half; None where history is too short.

    Args:
        figures: one row a trial.
        acc: account code of each session.
        accounts: account by code.
        past: sessions that a judged session's account must have behind it.
    """
    half = np.array([half_of(name) for name in accounts], dtype=np.int64)[acc[trials.on]]
    judged = trials.past >= past
    placed = np.isin(np.arange(len(acc)), trials.on[~trials.real])
    teaches = judged & (~trials.real | placed[trials.on])
    swapped = ~trials.real
    if min(int((teaches & trials.real & (half == h)).sum()) for h in (0, 1)) < ENOUGH:
        return None
    real = teaches & ~swapped
    cuts = additive.cuts_of(figures[teaches])
    binned = cuts.bins(figures)
    crossed = _Crossing(cuts=cuts, binned=binned, swapped=swapped, half=half)
    first = crossed.odd(teaches, real)
    odd = real & (first > np.quantile(first[real], 1.0 - LEFT_OUT))
    found = crossed.all(teaches & ~odd)
    score = found.score
    return Contrast(
        score=score,
        bits=np.where(judged, bits_of(score, real, teaches & swapped), 0.0),
        parts=found.parts,
        judged=judged,
        boosted=found.boosted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crossed:
    score: Reals
    parts: Singles
    boosted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crossing:
    """Trials whose score is given by the model of the other half of the accounts."""

    cuts: Cuts
    binned: Binned
    swapped: Flags
    half: Codes

    def model(self, teaches: Flags, h: int, *, boost: bool, rounds: int = ROUNDS) -> Model:
        """What the teaching trials of one half say."""
        rows = teaches & (self.half == h)
        cut = (self.cuts, self.binned[rows], self.swapped[rows])
        return taught(*cut, boost=boost, rounds=rounds)

    def odd(self, teaches: Flags, asked: Flags) -> Reals:
        """A first score of the trials asked, 0 elsewhere: enough to leave the oddest out."""
        score = np.zeros(len(self.half))
        for h in (0, 1):
            model = self.model(teaches, h, boost=False, rounds=FIRST_ROUNDS)
            others = asked & (self.half != h)
            score[others] = model.weigh(self.binned[others])[0]
        return score

    def all(self, teaches: Flags) -> _Crossed:
        """The score of every trial, and what each figure weighs."""
        score = np.zeros(len(self.half))
        parts = np.zeros(self.binned.shape, dtype=np.float32)
        large = True
        for h in (0, 1):
            model = self.model(teaches, h, boost=True)
            large = large and bool(model.trees)
            others = np.flatnonzero(self.half != h)
            for start in range(0, len(others), CHUNK):
                at = others[start : start + CHUNK]
                score[at], parts[at] = model.weigh(self.binned[at])
        return _Crossed(score=score, parts=parts, boosted=large)


def bits_of(score: Reals, real: Flags, swapped: Flags) -> Reals:
    """Bits of a score: share of swaps over share of real sessions around it, ever rising.

    Between quantiles the bits are interpolated; beyond the last ones they rise no further than
    one session in the history bears, but for a slope that keeps the order.
    """
    genuine, swaps = np.sort(score[real]), np.sort(score[swapped])
    n, k = len(genuine), len(swaps)
    tail = np.geomspace(3.0 / n, 0.5, 24)
    at = np.unique(np.concatenate([np.quantile(genuine, 1.0 - tail), np.quantile(swaps, tail)]))
    edges = np.concatenate([[-np.inf], at, [np.inf]])
    g = np.diff(np.searchsorted(genuine, edges)) + 0.5
    s = np.diff(np.searchsorted(swaps, edges)) + 0.5
    ratio = np.log2(s / k) - np.log2(g / n)
    level = additive.rising_of(ratio, g + s)
    middle = np.concatenate([[at[0] - 0.5], (at[1:] + at[:-1]) / 2.0, [at[-1] + 0.5]])
    bits = np.interp(score, middle, level)
    return np.asarray(np.minimum(bits + 0.02 * np.tanh(score / 10.0) * 10.0, MOST_BITS))
