"""Kinship: what the other sessions of the same actor, and of a known thief, say of one."""

from dataclasses import dataclass

import numpy as np

from tocsin.detect.context import SHARED, STRANGE, USUAL
from tocsin.detect.fusion import Evidence
from tocsin.detect.matrix import Flags, Matrix, Reals, codes_of, sums

SURE = 0.9
"""A session above this probability can raise its kin."""

THIEF_SHARES = 0.5
"""Chance that a thief's session shares the network of another of his: declared."""

CAP_OTHER, CAP_SAME = 8.0, 10.0
"""Most bits from a thief's network on another account, and on the same account."""

COMPANY, COMPANY_MOST, COMPANY_LEAST = 0.5, 6.0, -4.0
"""Share of the bits of the same actor's other sessions that count, and their bounds."""

MANYS_SHARE = 0.5
"""What remains of it where others use the network too: the owner may be among them."""

OWNERS_OWN = 2.0
"""Bits of company for the owner at which the network is his, whoever else was seen on it."""

EACH_MOST = 8.0
"""One session lends its company no more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Bits of the company a session keeps, and of the traits it shares with a known thief."""

    company: Reals
    thief: Reals

    @property
    def bits(self) -> Reals:
        """Both, bounded."""
        return np.minimum(self.company + self.thief, CAP_SAME)


def company(m: Matrix, found: Evidence) -> Reals:
    """What the other sessions of the account from the same strange network say.

    One journey or replacement makes many odd sessions: only what an unusual day does not
    explain is lent.
    """
    lent = np.clip(found.even_so, -EACH_MOST, EACH_MOST)
    group = m.group
    others = sums(group, lent)[group] - lent
    bits = np.clip(COMPANY * others, COMPANY_LEAST, COMPANY_MOST)
    strange = (found.net.level == STRANGE) & (m.net > 0)
    others_use = (found.net.level != USUAL) & (m.net > 0)
    return np.where(
        strange, bits, np.where(others_use, MANYS_SHARE * np.maximum(bits, 0.0), 0.0)
    )


def shared(m: Matrix, found: Evidence, sure: Flags, given: Reals) -> Reals:
    """Bits for a network that a sure thief used, where the owner has no habit of it.

    Args:
        sure: sessions that are surely a thief's.
        given: bits of the indicators that the analyst brought, already weighed.
    """
    known = sure.astype(np.float64)
    has = (sums(m.net, known)[m.net] - known > 0) & (m.net > 0)  # nobody is his own kin
    strange = found.net.level >= SHARED
    pair = codes_of(m.acc, m.net)
    same = sums(pair, known)[pair] - known > 0
    bits = np.where(
        same,
        np.minimum(rarity(m, found, has), CAP_SAME),
        np.minimum(rarity(m, found, has, among=strange), CAP_OTHER),
    )
    owners = np.clip(1.0 + company(m, found) / OWNERS_OWN, 0.0, 1.0)
    return np.maximum(np.where(strange, bits * owners, 0.0), given)


def rarity(
    m: Matrix,
    found: Evidence,
    has: Flags,
    *,
    together: bool = False,
    among: Flags | None = None,
) -> Reals:
    """Bits of sharing a trait with a thief: rarer among trusted sessions, heavier.

    Args:
        has: sessions that share it.
        together: True where the trait is one for all of them, False where it is the network.
        among: the sessions that it is compared with; None for all. That a network is strange
            is context's evidence already: kinship adds which strange one it is.
    """
    honest = found.trust if among is None else found.trust * among
    everybody = honest.sum()
    users = float(honest[has].sum()) if together else sums(m.net, honest)[m.net]
    rate = (users + 1.0) / (everybody + 2.0)
    return np.where(has, np.maximum(np.log2(THIEF_SHARES / rate), 0.0), 0.0)
