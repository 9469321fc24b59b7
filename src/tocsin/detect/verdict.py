"""From bits to probability, q-value and verdict, as the contract words them."""

from dataclasses import dataclass

import numpy as np

from tocsin.detect.matrix import Codes, Flags, Reals

PRIOR = 0.001
"""Sessions that are not the owner's, once a case is open: one in a thousand."""

UNDECIDED_Q = 0.30
"""Up to this q-value a session is undecided (contract, section 2)."""

SPEAKS = 2.0
"""A family speaks from this many bits, those that the owner's answer taken off."""

USURPED, UNDECIDED, LEGITIMATE = 2, 1, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the machine proposes for each session."""

    probability: Reals
    q_value: Reals
    verdict: Codes


def probability(bits: Reals, prior: float = PRIOR) -> Reals:
    """The posterior of evidence in bits under a prior."""
    odds = np.log2(prior / (1.0 - prior)) + bits
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(odds, -60.0, 50.0))))


def q_values(p: Reals) -> Reals:
    """Mean of 1 - probability over the sessions at least as suspicious; ties together."""
    if len(p) == 0:
        return p
    order = np.argsort(-p, kind="stable")
    running = np.cumsum(1.0 - p[order]) / np.arange(1, len(p) + 1)
    last = np.searchsorted(-p[order], -p[order], side="right") - 1
    q = np.empty(len(p))
    q[order] = running[last]
    return q


def rule(bits: Reals, families: Codes, *, fdr: float, prior: float) -> Ruling:
    """Probability, q-value and proposal of every session.

    Args:
        bits: the evidence of each session.
        families: how many families speak against the owner, by session.
        fdr: false discoveries accepted among the sessions called usurped.
        prior: share of sessions that are not the owner's, before any evidence.
    """
    p = probability(bits, prior)
    q = q_values(p)
    usurped = (q <= fdr) & (families >= 2)
    verdict = np.where(usurped, USURPED, np.where(q <= UNDECIDED_Q, UNDECIDED, LEGITIMATE))
    return Ruling(probability=p, q_value=q, verdict=np.asarray(verdict, dtype=np.int64))


def speaking(families: dict[str, Reals]) -> Codes:
    """How many families speak against the owner.

    What speaks for him (his place, care, his hours) answers the weakest of them first: a sign
    that it answers is no sign.
    """
    signs = [bits >= SPEAKS for bits in families.values()]
    counted: Codes = np.sum(np.stack(signs), axis=0, dtype=np.int64)
    some = np.flatnonzero(counted)
    each = np.sort(np.stack([bits[some] for bits in families.values()]), axis=0)
    answers = -np.minimum(each, 0.0).sum(axis=0)
    against = np.maximum(each, 0.0)
    weaker = np.cumsum(against, axis=0) - against
    left = against - np.clip(answers - weaker, 0.0, against)
    counted[some] = (left >= SPEAKS).sum(axis=0)
    return np.asarray(counted)


def overlooked(ruling: Ruling) -> Flags:
    """Suspicions: everything that is not proposed as legitimate."""
    return np.asarray(ruling.verdict != LEGITIMATE)
