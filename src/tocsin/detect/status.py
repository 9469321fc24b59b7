"""Status: what the directory says of the account at the hour of the session."""

from dataclasses import dataclass

import numpy as np

from tocsin.core.zones import DAY_US
from tocsin.detect.matrix import Codes, Flags, Matrix, Reals, Singles, once, sums

TESTS = ("closed", "not_open_yet", "unknown_account", "dormant", "override")
"""The findings, in the order of their bits."""

THIEF = (0.15, 0.02, 0.05, 0.15, 0.05)
"""Chance of each finding for a thief's session: declared assumptions."""

CAPS = (10.0, 5.0, 3.0, 2.0, 2.0)
"""Most bits of each."""

ODD_PULL = 5.0
"""Unusual days of history that weigh as much as all days on how often a claim is made."""

CLAIMED_LEAST = -3.0
"""A claim speaks for the owner by no more than this, in bits."""

QUIET_US = 10 * DAY_US
"""An account that shows nothing for so long was dormant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Bits by finding, in the order of TESTS; `bits` is their sum without the override.

    An emergency that is claimed is the mark of an unusual day as well: it is weighed with it,
    against how often an owner claims one on such a day (`unusual`).
    """

    each: tuple[Singles, ...]
    bits: Reals
    override: Reals
    unusual: Singles


def status(m: Matrix, clean: Reals, odd: Singles, at_home: Flags) -> Standing:
    """Each finding against how often it stands for the other accounts' sessions.

    Args:
        clean: weight of each session in the region's history.
        odd: the chance of each session that it is an unusual day of its owner.
        at_home: sessions from the owner's place or his house's.
    """
    found = (
        m.start_us >= m.closed_us,
        m.known & (m.opened_us > 0) & (m.start_us < m.opened_us),
        ~m.known,
        _dormant(m),
        m.overrides > 0,
    )
    rest = clean.sum() - sums(m.acc, clean)
    each = tuple(
        _weighed(np.asarray(flag), clean, m.acc, rest, (thief, cap))
        for flag, thief, cap in zip(found, THIEF, CAPS, strict=True)
    )
    kept = tuple(bits.astype(np.float32) for bits in each)
    return Standing(
        each=kept,
        bits=np.asarray(np.sum(each[:-1], axis=0)),
        override=each[-1],
        unusual=_claimed(np.asarray(found[-1]), m, (clean, odd), at_home).astype(np.float32),
    )


def _claimed(flag: Flags, m: Matrix, weights: tuple[Reals, Singles], at_home: Flags) -> Reals:
    """Bits of a claimed emergency on an unusual day: a thief's chance over the owners' there.

    How often owners claim one on such days is the other accounts' to say. A claim is a click:
    it speaks for the owner from his own place alone.
    """
    clean, odd = weights

    def others(values: Reals) -> Reals:
        return np.asarray(values.sum() - sums(m.acc, values)[m.acc])

    usual = (others(clean * flag) + 0.2) / (others(clean) + 100.0)
    surely = clean * np.maximum(2.0 * odd.astype(np.float64) - 1.0, 0.0)
    rate = (others(surely * flag) + ODD_PULL * usual) / (others(surely) + ODD_PULL)
    bits = np.log2(THIEF[-1] / rate)
    bits = np.clip(bits, np.where(at_home, CLAIMED_LEAST, 0.0), CAPS[-1])
    return np.where(flag, bits, 0.0)


def _weighed(
    flag: Flags, clean: Reals, acc: Codes, rest: Reals, says: tuple[float, float]
) -> Reals:
    """Bits of a finding: a thief's chance over its share in the other accounts' sessions.

    Args:
        rest: by account, the weight of the others' sessions.
        says: a thief's chance of the finding, and its most bits.
    """
    bits = np.zeros(len(flag))
    at = np.flatnonzero(flag)
    if len(at):
        w = clean[at]
        mine = sums(acc[at], w, len(rest))[acc[at]]
        rate = (w.sum() - mine + 0.2) / (rest[acc[at]] + 100.0)
        bits[at] = np.clip(np.log2(says[0] / np.maximum(rate, 1e-6)), 0.0, says[1])
    return bits


@once
def _dormant(m: Matrix) -> Flags:
    """The first session of a return, after ten days in the trail without the account."""
    order = np.lexsort((m.start_us, m.acc))
    acc, start, end = m.acc[order], m.start_us[order], m.end_us[order]
    first = np.ones(m.size, dtype=np.bool_)
    first[1:] = acc[1:] != acc[:-1]
    begin = int(m.start_us.min()) if m.size else 0
    before = np.where(first, begin, np.concatenate(([begin], end[:-1])))
    opened = (m.opened_us[order] > 0) & (m.opened_us[order] <= begin)
    back = (start - before > QUIET_US) & (opened | ~first)
    dormant = np.zeros(m.size, dtype=np.bool_)
    dormant[order] = back
    return dormant
