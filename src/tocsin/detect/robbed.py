"""Low and slow, for verdicts: what all sessions of an account say together of each of them.

Five sessions, each from another place and each a little unlike the owner, leave no doubt where
none of them would be anything alone. An account is either its owner's alone or robbed; where it
is robbed, each session is the thief's with a chance that nobody knows: rarely for one who came
twice, often for one who lives there. The evidence is the mixture over these chances, as the
mixture e-processes of Robbins (1970) are; its prior is the one of the sessions. Near sessions
weigh most. The sessions of one network may have one honest cause, a journey or a new unit:
together they weigh what the heaviest weighs, and nothing for each other.

What a session says here is the more of its own bits and of its rank in the case: where nobody
else's work is as odd, its bits, which are bounded one by one, say too little of it. A rank
share p is worth 1/p over 1 + ln(n+1), whose mean over honest sessions is one at most (an
e-value; Vovk and Wang, E-values: calibration, combination and applications, 2021).
"""

from dataclasses import dataclass

import numpy as np

from tocsin.core.zones import DAY_US
from tocsin.detect.matrix import Codes, Matrix, Reals
from tocsin.detect.verdict import PRIOR

SHARES = np.array([1 / 32, 1 / 16, 1 / 8, 1 / 4])
"""Shares of a robbed account's sessions that may be the thief's."""

OF_SHARES = (1.0 / SHARES) / float((1.0 / SHARES).sum())
"""How likely each share is: half as likely where it is double. Declared."""

ROBBED = PRIOR / float((SHARES * OF_SHARES).sum())
"""Accounts that are robbed: as many as make one session in a thousand a thief's."""

FADE_US = 5 * DAY_US
"""How far from a session the others weigh a third. Declared: the known intrusions were days to
weeks long."""

ALONE_MOST = 10.0
"""Most bits of one session here: what one session says alone is told by itself."""

WORTH = 4.0
"""Bits of a session from which its account is looked at."""

NOT_HIS = -6.0
"""Bits of a session under which it is the owner's, whatever the others are."""

SURELY = 100.0
"""Bits beyond which more says nothing."""

HEAVIEST = 400
"""Sessions of an account that speak against its owner and are read, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robbed:
    """By session: the chance that its account is robbed about then, and the bits of the others.

    `chance` counts the session itself; `bits` does not, nor others of its network, but for what
    its rank says beyond its own bits, as far as the account is robbed without it.
    """

    chance: Reals
    bits: Reals


def robbed(m: Matrix, alone: Reals) -> Robbed:
    """What the other sessions of its account say of each session.

    Args:
        alone: bits of each session, without what other sessions say of it.

    Returns:
        Zeros for accounts without any session that is worth it.
    """
    chance, bits = np.zeros(m.size), np.zeros(m.size)
    known = np.clip(alone, -2.0 * ALONE_MOST, ALONE_MOST)
    order = np.lexsort((m.start_us, m.acc))
    order = order[m.acting[order]]
    ranks = np.sort(known[order])
    edges = np.searchsorted(m.acc[order], np.unique(m.acc[order[alone[order] >= WORTH]]))
    for begin in edges.tolist():
        account = m.acc[order[begin]]
        rows = order[begin : np.searchsorted(m.acc[order], account, side="right")]
        heard = np.maximum(known[rows], _by_rank(ranks, known[rows]))
        chance[rows], bits[rows] = _account(m.start_us[rows], known[rows], heard, m.group[rows])
    return Robbed(chance=chance, bits=bits)


def _by_rank(ranks: Reals, mine: Reals) -> Reals:
    """Bits of the rank of an account's sessions among all others'; only where they are odd.

    Args:
        ranks: bits of the sessions of all accounts, in order.
        mine: those of the account.
    """
    others = len(ranks) - len(mine)
    above = len(ranks) - np.searchsorted(ranks, mine, side="left")
    above = above - (len(mine) - np.searchsorted(np.sort(mine), mine, side="left"))
    held = np.log2((others + 1.0) / (above + 1.0)) - np.log2(1.0 + np.log(others + 1.0))
    return np.where(mine > 0, np.minimum(held, ALONE_MOST), -np.inf)


def _account(us: Codes, alone: Reals, heard: Reals, group: Codes) -> tuple[Reals, Reals]:
    """The same for the sessions of one account, in order of time.

    Args:
        heard: what each says here.
    """
    weight = np.log2(1.0 - SHARES + SHARES * np.exp2(heard)[:, None])
    calm = np.where((alone <= 0)[:, None], weight, 0.0)
    around = _around(us, calm) - calm
    odd = np.flatnonzero(alone > 0)
    odd = odd[np.argsort(-alone[odd], kind="stable")[:HEAVIEST]]
    chance, bits = np.zeros(len(us)), np.zeros(len(us))
    for k in np.flatnonzero(alone > NOT_HIS).tolist():
        said = np.minimum(around[k] + _others(us, group, odd, weight, k), SURELY)
        before = ROBBED * OF_SHARES * np.exp2(said)
        before /= before.sum() + 1.0 - ROBBED
        his = float((before * SHARES).sum())
        bits[k] = max(np.log2(his / (1.0 - his)) - np.log2(PRIOR / (1.0 - PRIOR)), 0.0)
        bits[k] += float(before.sum()) * (heard[k] - alone[k])
        after = before * np.exp2(weight[k])
        chance[k] = float(after.sum() / (after.sum() + 1.0 - before.sum()))
    return chance, bits


def _others(us: Codes, group: Codes, odd: Codes, weight: Reals, k: int) -> Reals:
    """What the sessions of other networks say at session `k`: the heaviest of each network."""
    odd = odd[group[odd] != group[k]]
    if not len(odd):
        return np.zeros(len(SHARES))
    near = np.exp(-np.abs(us[odd] - us[k]) / FADE_US)
    said = weight[odd] * near[:, None]
    order = np.argsort(said.sum(axis=1), kind="stable")
    networks, place = np.unique(group[odd], return_inverse=True)
    best = np.zeros(len(networks), dtype=np.int64)
    best[place[order]] = order
    return np.asarray(said[best].sum(axis=0))


def _around(us: Codes, values: Reals) -> Reals:
    """Sums of values over all sessions, fading with the time between."""
    fade = np.exp(-np.diff(us) / FADE_US)
    ahead, back = np.array(values), np.array(values)
    for k in range(1, len(us)):
        ahead[k] += ahead[k - 1] * fade[k - 1]
        back[-1 - k] += back[-k] * fade[-k]
    return np.asarray(ahead + back - values)
