"""Figures turned into evidence by the operator's own history: no label, no fitted threshold.

Every measure is first made relative to the account (shrunk to its role, then to the region),
then read against the tail of the same measure over the sessions of the case, and only then
turned into bits. A tail beyond what history holds is extrapolated exponentially.
"""

import math

import numpy as np

from tocsin.detect.matrix import Codes, Flags, Matrix, Reals, sums

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


def others_of(values: Reals, weights: Reals, m: Matrix) -> Reals:
    """Sum of the values over what the account's other sessions have to say of each session.

    A session does not vouch for itself. Those of the same network vouch little where the
    account has another network to be compared with, for they may be the same thief: by the
    square of the share of the account's days on which that network is seen.
    """
    account, group = sums(m.acc, values)[m.acc], sums(m.group, values)[m.group]
    elsewhere = sums(m.acc, weights)[m.acc] - sums(m.group, weights)[m.group]
    same = 1.0 - (1.0 - m.dominance**2) * np.clip(elsewhere, 0.0, 1.0)
    return np.asarray(account - group + same * (group - values))


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
    own_w = others_of(weights, weights, m)
    own_f = others_of(weights * flags, weights, m)
    return np.asarray((own_f + pull * role[m.role]) / (own_w + pull))


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
    own_w = others_of(w, w, m)
    usual = (others_of(w * values, w, m) + OWN_PULL * role_mean[m.role]) / (own_w + OWN_PULL)
    variance = (others_of(within, w, m) + SPREAD_PULL * role_spread[m.role]) / (
        own_w + SPREAD_PULL
    )
    doubt = between[m.role] * OWN_PULL / (own_w + OWN_PULL)
    score = (values - usual) / np.sqrt(variance + doubt + 0.05)
    return np.where(mask, score, 0.0)


def _width(away: Reals, weights: Reals) -> float:
    """A spread that a few far values do not move: 1.4826 times the median distance."""
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
    x, w, a = scores[mask], weights[mask] + 1e-12, acc[mask]
    order = np.argsort(x, kind="stable")
    first = np.searchsorted(x[order], x, side="left")  # equal scores are equally rare
    above = np.cumsum(w[order][::-1])[::-1] / w.sum()  # share at or above each sorted score
    held = TAIL * float(w.sum())
    deep = (0.03, 0.01) if held >= TAIL * DEEP else (0.03,)
    cut = {
        q: float(x[order][min(int(np.searchsorted(-above, -q)), len(x) - 1)])
        for q in (TAIL, *deep)
    }
    scale = max(0.1, *((cut[q] - cut[TAIL]) / math.log(TAIL / q) for q in deep))
    scale = (held * scale + TAIL_PULL * max(scale, TAIL_WIDTH)) / (held + TAIL_PULL)
    beyond = TAIL * np.exp(-np.maximum(x - cut[TAIL], 0.0) / scale)
    p_x = np.where(x > cut[TAIL], np.maximum(beyond, _others(x, w, a)), above[first])
    p[mask] = np.clip(p_x, 1e-12, 1.0)
    return p


def _others(x: Reals, w: Reals, acc: Codes) -> Reals:
    """The share of the weight of other accounts at or above each score."""
    everybody = _at_least(x, w, np.zeros(len(x), dtype=np.int64))
    rest = w.sum() - sums(acc, w)[acc]
    return np.asarray((everybody - _at_least(x, w, acc)) / np.maximum(rest, 1.0))


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
    small = np.clip(p, 1e-12, 1.0 / math.e)
    return np.asarray(np.log2(1.0 / (-math.e * small * np.log(small))))


def best_of(ps: tuple[Reals, ...], cap: float) -> tuple[Reals, Codes]:
    """Bits of the best of several tests, paid for by their number, plus a quarter of the rest.

    Returns:
        The family's bits, at most `cap`, and which test was the best.
    """
    stacked = np.stack(ps)
    tried = 1.0 + 0.5 * np.maximum((stacked < 1.0).sum(axis=0) - 1, 0)  # they overlap
    bits = bits_of_p(np.minimum(stacked * tried, 1.0))
    best = bits.max(axis=0)
    total = best + 0.25 * (bits.sum(axis=0) - best)
    return np.minimum(total, cap), np.asarray(stacked.argmin(axis=0), dtype=np.int64)


def log_gamma(x: Reals) -> Reals:
    """ln Γ(x) for x > 0, by Stirling's series after eight steps of the recurrence."""
    shift = np.zeros_like(x)
    y = x.copy()
    for _ in range(8):
        shift = shift - np.log(y)
        y = y + 1.0
    series = 1.0 / (12.0 * y) - 1.0 / (360.0 * y**3) + 1.0 / (1260.0 * y**5)
    stirling = (y - 0.5) * np.log(y) - y + 0.5 * math.log(2.0 * math.pi) + series
    return np.asarray(stirling + shift)


def log_dirichlet(counts: Reals, alpha: Reals) -> Reals:
    """ln of the Dirichlet-multinomial chance of counts, up to a term of the counts alone.

    Args:
        counts: (sessions, classes).
        alpha: the same shape, or one row for all; above 0.
    """
    n, a = counts.sum(axis=1), np.broadcast_to(alpha, counts.shape)
    whole = a.sum(axis=1)
    parts = (log_gamma(counts + a) - log_gamma(np.asarray(a))).sum(axis=1)
    return np.asarray(parts - log_gamma(n + whole) + log_gamma(whole))
