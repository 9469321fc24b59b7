"""Figures turned into evidence by the operator's own history: no label, no fitted threshold.

Every measure is first made relative to the account (shrunk to its role, then to the region),
then read against the tail of the same measure over the sessions of the case, and only then
turned into bits. A tail beyond what history holds is extrapolated exponentially.
"""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.detect.matrix import Codes, Flags, Matrix, Ranks, Reals, Singles, sums

OWN_PULL = 2.0
"""Sessions of the account that weigh as much as its role does on its usual value."""

SPREAD_PULL = 5.0
"""The same for its usual spread."""

ROLE_PULL = 20.0
"""Sessions of a role that weigh as much as the region does."""

TAIL = 0.10
"""The share of history that is read as its tail (peaks over threshold)."""

TAIL_PULL, TAIL_WIDTH = 20.0, 0.7
"""Tail sessions that weigh as much as the prior tail, and its width in units of spread."""


FAR = 3.0
"""A value further than this from its account's mean, in usual spreads, does not widen them."""


DEEP = 1000.0
"""Sessions of history from which the 99th percentile is read, not only the 97th."""

ALIKE = 9
"""Decimals to which scores that are the same agree, in whatever order they were added up."""


MANY = 200_000
"""Sessions from which the shape of a whole history is read, spread over it: more of them would
tell it no better. What is read of each session is read of all."""


def spread_over(size: int) -> slice:
    """At most `MANY` of so many sessions, evenly; all where they are fewer."""
    return slice(None, None, max(1, -(-size // MANY)))


@dataclass(frozen=True, slots=True)
class Others:
    """What the account's other sessions have to say of each session.

    A session does not vouch for itself. Those of the same network vouch little where the
    account has another network to be compared with, for they may be the same thief: by the
    square of the share of the account's days on which that network is seen.
    """

    m: Matrix
    same: Reals  # how far those of the same network vouch
    weight: Reals  # of the others together

    @classmethod
    def of(cls, weights: Reals, m: Matrix) -> "Others":
        """With these weights of the sessions in their accounts' profiles."""
        account, group = sums(m.acc, weights)[m.acc], sums(m.group, weights)[m.group]
        same = 1.0 - (1.0 - m.dominance**2) * np.clip(account - group, 0.0, 1.0)
        return cls(m, same, account - group + same * (group - weights))

    def sum(self, values: Reals) -> Reals:
        """The sum of the values over them, each as far as it vouches."""
        m = self.m
        account, group = sums(m.acc, values)[m.acc], sums(m.group, values)[m.group]
        return np.asarray(account - group + self.same * (group - values))


def shares(weights: Reals, flags: Reals, m: Matrix, pull: float) -> Reals:
    """How often the account's other sessions have it, shrunk to its role, then the region.

    Args:
        weights: of each session in its account's profile.
        flags: 1 where the session has it, 0 where not (or a share).
        pull: weight of the role against the account.
    """
    everywhere = (float((weights * flags).sum()) + 0.5) / (weights.sum() + 1.0)
    role_w, role_f = sums(m.role, weights), sums(m.role, weights * flags)
    role = (role_f + ROLE_PULL * everywhere) / (role_w + ROLE_PULL)
    others = Others.of(weights, m)
    own = others.sum(weights * flags)
    return np.asarray((own + pull * role[m.role]) / (others.weight + pull))


def shares_of_own(weights: Reals, kind: Codes, m: Matrix, pull: float) -> Reals:
    """How often the account's other sessions are of each session's own kind, shrunk likewise.

    Args:
        weights: of each session in its account's profile.
        kind: of each session, a small code from 0.
        pull: weight of the role against the account.
    """
    kinds = int(kind.max(initial=0)) + 1
    everywhere = (sums(kind, weights, kinds) + 0.5) / (weights.sum() + 1.0)
    in_role = m.role * kinds + kind
    roles = (int(m.role.max(initial=0)) + 1) * kinds
    held = sums(in_role, weights, roles).reshape(-1, kinds)
    role = (held + ROLE_PULL * everywhere) / (sums(m.role, weights)[:, None] + ROLE_PULL)
    others = Others.of(weights, m)
    of_account, of_group = m.acc * kinds + kind, m.group * kinds + kind
    account = sums(of_account, weights)[of_account]
    group = sums(of_group, weights)[of_group]
    own = account - group + others.same * (group - weights)
    return np.asarray((own + pull * role.ravel()[in_role]) / (others.weight + pull))


def relative(values: Reals, mask: Flags, weights: Reals, m: Matrix) -> Reals:
    """How far each value is above the account's usual one, in its own spread.

    Returns:
        Standard scores, 0 where the mask is False.
    """
    w = np.where(mask, weights, 0.0)
    total = max(float(w.sum()), 1e-9)
    centre = float((w * values).sum()) / total
    role_w = sums(m.role, w)
    role_mean = (sums(m.role, w * values) + ROLE_PULL * centre) / (role_w + ROLE_PULL)
    acc_w, acc_v = sums(m.acc, w), sums(m.acc, w * values)
    acc_mean = acc_v / np.maximum(acc_w, 1e-9)
    away = np.where(mask, values - acc_mean[m.acc], 0.0)
    within = w * np.minimum(away**2, (FAR * _width(away[mask], w[mask])) ** 2)
    spread = float(within.sum()) / total
    role_spread = (sums(m.role, within) + ROLE_PULL * spread) / (role_w + ROLE_PULL)
    between_all = float((acc_w * (acc_mean - centre) ** 2).sum()) / total
    acc_role = np.zeros(len(acc_w), dtype=np.int64)
    acc_role[m.acc] = m.role
    between = (
        sums(acc_role, acc_w * (acc_mean - role_mean[acc_role]) ** 2, len(role_w))
        + ROLE_PULL * between_all
    ) / (role_w + ROLE_PULL)
    others = Others.of(w, m)
    own = others.weight
    usual = (others.sum(w * values) + OWN_PULL * role_mean[m.role]) / (own + OWN_PULL)
    variance = (others.sum(within) + SPREAD_PULL * role_spread[m.role]) / (own + SPREAD_PULL)
    doubt = between[m.role] * OWN_PULL / (own + OWN_PULL)
    score = (values - usual) / np.sqrt(variance + doubt + 0.05)
    return np.where(mask, score, 0.0)


def _width(away: Reals, weights: Reals) -> float:
    """A spread that a few far values do not move: 1.4826 times the median distance."""
    some = spread_over(len(away))
    away, weights = away[some], weights[some]
    if len(away) == 0 or weights.sum() <= 0:
        return 1.0
    distance = np.abs(away)
    order = np.argsort(distance, kind="stable")
    half = int(np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2.0))
    return max(1.4826 * float(distance[order][min(half, len(away) - 1)]), 0.1)


def tail(scores: Reals, mask: Flags, weights: Reals, acc: Codes) -> Reals:
    """The chance that an owner's session shows this score or more; 1 where the mask is False.

    The larger of two estimates: the exponential tail above the 90th percentile (its scale from
    percentiles, which a few foreign sessions hardly move), and the plain share of the other
    accounts' sessions that reach the score.
    """
    p = np.ones(len(scores))
    if not mask.any():
        return p
    x, w, a = np.round(scores[mask], ALIKE), weights[mask] + 1e-12, acc[mask]
    order = np.argsort(x, kind="stable")
    ranked = x[order]
    above = np.cumsum(w[order][::-1])[::-1] / w.sum()  # share at or above each sorted score
    held = TAIL * float(w.sum())
    deep = (0.03, 0.01) if held >= TAIL * DEEP else (0.03,)
    cut = {
        q: float(ranked[min(int(np.searchsorted(-above, -q)), len(x) - 1)])
        for q in (TAIL, *deep)
    }
    scale = max(0.1, *((cut[q] - cut[TAIL]) / math.log(TAIL / q) for q in deep))
    scale = (held * scale + TAIL_PULL * max(scale, TAIL_WIDTH)) / (held + TAIL_PULL)
    p_x = above[_first_alike(ranked)]  # equal scores are equally rare
    top = slice(int(np.searchsorted(ranked, cut[TAIL], side="right")), None)
    high = order[top]
    beyond = TAIL * np.exp(-np.maximum(ranked[top] - cut[TAIL], 0.0) / scale)
    rest = np.maximum(w.sum() - sums(a, w)[a[high]], 1.0)
    p_x[top] = np.maximum(beyond, _others(ranked[top], w[high], a[high]) / rest)
    placed = np.empty(len(x))
    placed[order] = np.clip(p_x, 1e-12, 1.0)
    p[mask] = placed
    return p


def _first_alike(ranked: Reals) -> Codes:
    """For each of some rising scores, the first that equals it."""
    starts = np.ones(len(ranked), dtype=np.bool_)
    starts[1:] = ranked[1:] != ranked[:-1]
    return np.asarray(np.maximum.accumulate(np.where(starts, np.arange(len(ranked)), 0)))


def _others(x: Reals, w: Reals, acc: Codes) -> Reals:
    """The weight of other accounts at or above each score."""
    everybody = _at_least(x, w, np.zeros(len(x), dtype=np.int64))
    return np.asarray(everybody - _at_least(x, w, acc))


def _at_least(x: Reals, w: Reals, group: Codes) -> Reals:
    """The weight of the group's sessions whose score is at least each one's own."""
    order = np.lexsort((x, group))
    starts = np.ones(len(x), dtype=bool)
    starts[1:] = (np.diff(x[order]) != 0) | (np.diff(group[order]) != 0)
    run = np.maximum.accumulate(np.where(starts, np.arange(len(x)), 0))
    before = np.concatenate(([0.0], np.cumsum(w[order])))
    ends = np.searchsorted(group[order], group[order], side="right")
    found = np.empty(len(x))
    found[order] = before[ends] - before[run]
    return found


def bits_of_p(p: Reals) -> Reals:
    """The most that a p-value can weigh against the owner, in bits; 0 from 1/e up.

    Source:
        Sellke, Bayarri and Berger, Calibration of p values for testing precise null
        hypotheses, The American Statistician 55 (2001): the bound -e p ln p.
    """
    bits = np.zeros(len(p))
    weighs = p < 1.0 / math.e
    small = np.maximum(p[weighs], 1e-12)
    bits[weighs] = np.log2(1.0 / (-math.e * small * np.log(small)))
    return bits


def best_of(ps: tuple[Reals | Singles, ...], cap: float) -> tuple[Reals, Ranks]:
    """Bits of the best of several tests, paid for by their number, plus a quarter of the rest.

    Returns:
        The family's bits, at most `cap`, and which test was the best.
    """
    size = len(ps[0])
    taken = np.zeros(size, dtype=np.int8)
    for p in ps:
        taken += p < 1.0
    tried = 1.0 + 0.5 * np.maximum(taken - 1, 0)  # they overlap
    best, whole, least = np.zeros(size), np.zeros(size), np.full(size, np.inf)
    which = np.zeros(size, dtype=np.int8)
    for number, p in enumerate(ps):
        bits = bits_of_p(np.minimum(p * tried, 1.0))
        whole += bits
        np.maximum(best, bits, out=best)
        which[p < least] = number
        np.minimum(least, p, out=least)
    return np.minimum(best + 0.25 * (whole - best), cap), which


def log_gamma(x: Reals) -> Reals:
    """ln Γ(x) for x > 0, by Stirling's series after eight steps of the recurrence."""
    y = x + 8.0
    shift = x.copy()
    for step in range(1, 8):
        shift *= x + step
    inverse = 1.0 / y
    square = inverse * inverse
    series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0))
    stirling = (y - 0.5) * np.log(y) - y + 0.5 * math.log(2.0 * math.pi) + series
    return np.asarray(stirling - np.log(shift))


def log_dirichlet(counts: Reals, alpha: Reals) -> Reals:
    """ln of the Dirichlet-multinomial chance of counts, up to a term of the counts alone.

    Args:
        counts: (sessions, classes).
        alpha: the same shape, or one row for all; above 0.
    """
    n, a = counts.sum(axis=1), np.broadcast_to(alpha, counts.shape)
    whole = a.sum(axis=1)
    found = log_gamma(whole) - log_gamma(n + whole)
    for k in range(counts.shape[1]):
        found += log_gamma(counts[:, k] + a[:, k]) - log_gamma(a[:, k])
    return np.asarray(found)
