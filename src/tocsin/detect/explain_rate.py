"""Care as evidence: how the persons of a session are explained, owner against thief."""

from dataclasses import dataclass

import numpy as np

from tocsin.detect.calibration import ROLE_PULL, Others, log_dirichlet, spread_over
from tocsin.detect.matrix import Matrix, Reals, Singles, once, sums

OWN_PULL = 3.0
"""Sessions of the account that weigh as much as its role."""

THIEF_WEIGHT = 4.0
"""How closely a thief's harvest follows chance: as if four persons had been seen before."""

ODD_DAY = np.array([0.5, 0.25, 0.25])
"""An unusual day of an owner (a new unit, a replacement): nearly all of one kind or another."""

CONCENTRATIONS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""How alike the days of one account may be; the likeliest one is taken."""

RARE, RARE_PULL = 0.01, 500.0
"""Prior share of unusual days, and the sessions of history that weigh as much."""

RARE_LEAST, RARE_MOST = 0.01, 0.05
"""Owners have more unusual days than thieves have sessions (prior: one in a thousand)."""

FOR_OWNER = -6.0
"""Explained persons speak for the owner by no more than this, in bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareEvidence:
    """Bits on a usual and on an unusual day, and what the history gave."""

    usual_day: Reals
    unusual_day: Reals
    odd_days: float  # share of the owners' sessions that are unusual days
    odd: Singles  # the chance of each session that it is one, if it is the owner's
    alike: float  # concentration of the owners' usual days


def care(m: Matrix, profile: Reals, clean: Reals) -> CareEvidence:
    """Evidence of how care explains the persons that each session reached.

    Args:
        profile: weight of each session in what is usual for its account.
        clean: weight of each session in the region's history (low for strange networks).
    """
    n = m.care.sum(axis=1)
    has = n > 0
    usual, peers, known = _usual(m, np.where(has, profile, 0.0))
    weights = np.where(has, clean, 0.0)
    alike = _concentration(m.care, usual, weights)
    apart = min(_concentration(m.care, peers, weights), alike)
    sure = (apart + (alike - apart) * known)[:, None]
    normal = log_dirichlet(m.care, sure * usual)
    odd, thief = _at_random(m)
    rare = _odd_days(normal, odd, weights)
    unlike = np.clip(odd - normal, -60.0, 60.0)
    is_odd = rare / (rare + (1.0 - rare) * np.exp(-unlike))
    to_bits = 1.0 / np.log(2.0)
    return CareEvidence(
        usual_day=np.where(has, np.clip((thief - normal) * to_bits, FOR_OWNER, 40.0), 0.0),
        unusual_day=np.where(has, np.clip((thief - odd) * to_bits, FOR_OWNER, 4.0), 0.0),
        odd_days=rare,
        odd=np.where(has, is_odd, 0.0).astype(np.float32),
        alike=alike,
    )


@once
def _at_random(m: Matrix) -> tuple[Reals, Reals]:
    """The chance, as ln, of each session's persons on an odd day, and for a thief."""
    odd = log_dirichlet(m.care, ODD_DAY)
    harvest = [log_dirichlet(m.care, THIEF_WEIGHT * m.chance[m.acc, k]) for k in range(3)]
    thief = np.logaddexp(np.logaddexp(harvest[0], harvest[1]), harvest[2])
    thief -= np.log(len(harvest))
    return odd.astype(np.float32), thief.astype(np.float32)


def _usual(m: Matrix, weights: Reals) -> tuple[Reals, Reals, Reals]:
    """Usual shares (nothing, weak, strong) by session, of its account and of its peers.

    Returns:
        The account's shares, the session left out; those of its role, the account left out; and
        how far the account's own history bears them, 0 to 1. An account that history hardly
        knows may differ from its role as much as accounts differ.
    """
    each = m.care / np.maximum(m.care.sum(axis=1), 1.0)[:, None]
    columns, peers = [], []
    acc_w, role_w = sums(m.acc, weights)[m.acc], sums(m.role, weights)[m.role]
    others = Others.of(weights, m)
    own = others.weight
    for k in range(3):
        w, v = weights, weights * each[:, k]
        everywhere = (v.sum() + 1.0) / (w.sum() + 3.0)
        others_v = sums(m.role, v)[m.role] - sums(m.acc, v)[m.acc]
        role = (others_v + ROLE_PULL * everywhere) / (role_w - acc_w + ROLE_PULL)
        peers.append(role)
        columns.append((others.sum(v) + OWN_PULL * role) / (own + OWN_PULL))
    return _whole(columns), _whole(peers), np.asarray(own / (own + OWN_PULL))


def _whole(columns: list[Reals]) -> Reals:
    shares = np.maximum(np.column_stack(columns), 0.01)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _concentration(counts: Reals, usual: Reals, weights: Reals) -> float:
    some = spread_over(len(weights))
    counts, usual, weights = counts[some], usual[some], weights[some]
    said = [float((weights * log_dirichlet(counts, c * usual)).sum()) for c in CONCENTRATIONS]
    return CONCENTRATIONS[int(np.argmax(said))]


def _odd_days(normal: Reals, odd: Reals, weights: Reals) -> float:
    """The share of unusual days in history, by expectation and maximisation from the prior."""
    rare, some = RARE, spread_over(len(weights))
    gap = np.exp(np.clip(normal[some] - odd[some], -60.0, 60.0))
    weights = weights[some] * (len(weights) / max(len(gap), 1))
    total = float(weights.sum())
    for _ in range(30):
        chance = rare / (rare + (1.0 - rare) * gap)
        rare = (float((weights * chance).sum()) + RARE * RARE_PULL) / (total + RARE_PULL)
    return float(np.clip(rare, RARE_LEAST, RARE_MOST))
