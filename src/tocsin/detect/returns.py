"""Whoever has the keys comes back: what an account's other sessions say of each of them.

A thief who was in an account is likely to be found there again within days, and shows something
of himself: his network or his client. A session that shows nothing of what the others have is
less likely to be his; one that is the owner's work in all else is left to the owner.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tocsin.core.zones import DAY_US
from tocsin.detect.kinship import SURE
from tocsin.detect.matrix import Codes, Flags, Matrix, Reals
from tocsin.detect.verdict import PRIOR

RETURNS = 5.0
"""Bits of a session beside a sure theft on its account: a thief with the keys comes back, so
about one session in thirty there is his, not one in a thousand. Declared."""

RETURNS_FADE_US = 5 * DAY_US
"""How far from the theft the chance that he was there falls to a third. Declared: the known
intrusions were days to weeks long, not a matter of months before and after."""

ROBBED = 0.75
"""Chance from which an account is taken to be robbed: three to one."""

DOUBTFUL = 0.1
"""Probability from which a session counts among those that may show an account to be robbed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """Clients of sessions: one entry a session and client, with the source that tells it."""

    s: Codes
    client: Codes
    source: Codes


Told = dict[int, dict[int, set[int]]]
"""The clients of sessions, source by source."""


def bits_of(m: Matrix, stolen: Reals, unlike: Reals) -> Reals:
    """Bits of the other sessions of an account near those that are a thief's.

    An account is robbed once one session surely is, or once several, each by itself doubtful,
    leave together little doubt. Those of one network may have one honest cause, a journey or a
    new unit: they count once, and not for each other.

    Args:
        stolen: the probability of each session that it is a thief's, without kinship.
        unlike: the chance that he shows as little of himself as in each session.
    """
    bits = np.zeros(m.size)
    odd = np.flatnonzero(stolen >= DOUBTFUL)
    for account in np.unique(m.acc[odd]):
        seen = odd[m.acc[odd] == account]
        if _robbed(stolen[seen], m.group[seen]) >= ROBBED:
            for i in np.flatnonzero(m.acc == account):
                bits[i] = _back(m, stolen, seen, int(i), float(unlike[i]))
    return bits


def unlike_of(m: Matrix, stolen: Reals, clients: Clients, asked: Flags) -> Reals:
    """The chance that the thief of an account shows as little of himself as in each session.

    1 where nothing on the account is doubtful but the session itself.

    Args:
        stolen: as in `bits_of`.
        asked: the sessions that it is asked of; 1 for the others.
    """
    chance = np.ones(m.size)
    odd = np.flatnonzero(stolen >= DOUBTFUL)
    doubtful = np.zeros(int(m.acc.max(initial=-1)) + 1, dtype=np.bool_)
    doubtful[m.acc[odd]] = True
    some = np.flatnonzero(asked & doubtful[m.acc])
    needed = np.zeros(m.size, dtype=np.bool_)
    needed[odd], needed[some] = True, True
    told, seen = _told(clients, needed), _by_account(m, odd)
    for account, rows in _by_account(m, some).items():
        for i in rows.tolist():
            others = _others(m, stolen, seen[account], i)
            chance[i] = _unlike(m, others, i, told) if len(others) else 1.0
    return chance


def _by_account(m: Matrix, rows: Codes) -> dict[int, Codes]:
    """The sessions of each account."""
    order = rows[np.argsort(m.acc[rows], kind="stable")]
    accounts, first = np.unique(m.acc[order], return_index=True)
    return dict(zip(accounts.tolist(), np.split(order, first)[1:], strict=True))


def _others(m: Matrix, stolen: Reals, seen: Codes, i: int) -> Codes:
    """Those that speak of session i: one that is doubtful does not of its own network."""
    seen = seen[seen != i]
    return np.asarray(seen[(m.group[seen] != m.group[i]) | (stolen[seen] >= SURE)])


def _told(clients: Clients, needed: Flags) -> Told:
    found: Told = {}
    for e in np.flatnonzero(needed[clients.s]):
        by_source = found.setdefault(int(clients.s[e]), {})
        by_source.setdefault(int(clients.source[e]), set()).add(int(clients.client[e]))
    return found


def _back(m: Matrix, stolen: Reals, others: Codes, i: int, unlike: float) -> float:
    """Bits of session i for what the other doubtful sessions of its account say."""
    others = _others(m, stolen, others, i)
    p, group = stolen[others], m.group[others]
    if _robbed(p, group) < ROBBED:
        return 0.0
    near = np.exp(-np.abs(m.start_us[others] - m.start_us[i]) / RETURNS_FADE_US)
    chance = _robbed(p, group, near) * unlike
    return math.log2(1.0 + (2.0**RETURNS - 1.0) * chance)


def _unlike(m: Matrix, others: Codes, i: int, told: Told) -> float:
    """The chance that he who was in the other sessions shows so little of himself in session i.

    He keeps his network and his client as often as the others, in a row, show; half the time
    where there is one. What session i shares with any of them, or does not tell, says nothing.
    """
    others = others[np.argsort(m.start_us[others], kind="stable")]
    chance = 1.0
    nets = m.net[others]
    if m.net[i] > 0 and nets.all() and not (nets == m.net[i]).any():
        chance *= 1.0 - _keeps(nets[1:] == nets[:-1])
    his = [told.get(int(j), {}) for j in others]
    compared = [_same(told.get(i, {}), one) for one in his]
    if False in compared and True not in compared:
        pairs = [_same(a, b) for a, b in pairwise(his)]
        chance *= 1.0 - _keeps(np.array([one for one in pairs if one is not None], np.bool_))
    return chance


def _keeps(same: Flags) -> float:
    """How often he keeps a trait, by the pairs of his sessions; half the time where none is."""
    return (float(same.sum()) + 1.0) / (len(same) + 2.0)


def _same(a: dict[int, set[int]], b: dict[int, set[int]]) -> bool | None:
    """Whether two sessions have clients in common; None where no source tells of both.

    In each source that tells of both: one calls everybody's client by the same name.
    """
    both = [source for source in a if source in b]
    return all(a[source] & b[source] for source in both) if both else None


def _robbed(p: Reals, group: Codes, near: Reals | float = 1.0) -> float:
    """The chance that an account is robbed, by its doubtful sessions.

    A robbed account is as much rarer than its sessions there as these are likelier a thief's
    than others. Sessions of a group stand or fall together: the oddest speaks for them.

    Args:
        p: of each session, weighed by itself.
        near: how far each is from where it is asked, 1 beside it and 0 far away.
    """
    share = PRIOR * 2.0**RETURNS
    ratio = np.minimum(p / np.maximum(1.0 - p, 1e-12), 1e12) * (1.0 - PRIOR) / PRIOR
    each = 1.0 + share * near * (ratio - 1.0)
    best = np.ones(len(p))
    np.maximum.at(best, np.unique(group, return_inverse=True)[1], each)
    odds = share / (1.0 - share) * float(np.prod(best))
    return float(odds / (1.0 + odds))
