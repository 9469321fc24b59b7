"""Which sessions describe an account: those of the networks it uses on most of its days.

A thief who works three nights on an account whose owner works twenty days must not become part
of what is usual for it. So a session weighs in its account's profile by the share of the
account's days on which its network is seen, and by the trust that the other signals leave it.
"""

import numpy as np

from tocsin.detect.matrix import Codes, Matrix, Reals, codes_of, once, sums


@once
def persistence(m: Matrix) -> Reals:
    """Days of the session's network on the account, over those of its most used network."""
    group = m.group
    _, first = np.unique(network_days(m), return_index=True)
    days = np.bincount(group[first], minlength=int(group.max(initial=0)) + 1)
    most = np.zeros(int(m.acc.max(initial=0)) + 1)
    np.maximum.at(most, m.acc, days[group].astype(np.float64))
    return np.asarray(days[group] / np.maximum(most[m.acc], 1.0))


@once
def per_day(m: Matrix) -> Reals:
    """One over the sessions of the same account, network and day: a day counts once."""
    cell = network_days(m)
    return np.asarray(1.0 / sums(cell, np.ones(m.size))[cell])


@once
def network_days(m: Matrix) -> Codes:
    """A code for (account, network, day)."""
    return codes_of(m.group, m.day).astype(np.int32)


@once
def account_days(m: Matrix) -> Codes:
    """A code for (account, day)."""
    return codes_of(m.acc, m.day).astype(np.int32)


def trust_of(bits: Reals) -> Reals:
    """The trust that evidence leaves a session, 1 when nothing speaks against it."""
    return np.asarray(2.0 / (1.0 + np.exp2(np.clip(bits, 0.0, 40.0))))


MAIN = 0.25
"""A network seen on this share of an account's days is one of its main ones."""


def among_its_own(trust: Reals, day_weight: Reals, m: Matrix) -> Reals:
    """Trust relative to the account's most trusted main network.

    An account that is always odd for its role (a coder, an interface) is still itself: what
    sets a thief apart is that the account has better sessions to show.
    """
    mean = sums(m.group, trust * day_weight) / np.maximum(sums(m.group, day_weight), 1e-9)
    best = np.zeros(int(m.acc.max(initial=-1)) + 1)
    main = m.dominance >= MAIN
    np.maximum.at(best, m.acc[main], mean[m.group[main]])
    return np.asarray(np.minimum(trust / np.maximum(best[m.acc], 1e-9), 1.0))


def other_days(codes: Codes, cell: Codes, weights: Reals) -> Reals:
    """The weight of the same code on other days than the session's own.

    Args:
        cell: a code for (code, day).
    """
    return np.asarray(sums(codes, weights)[codes] - sums(cell, weights)[cell])
