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

QUIET_US = 10 * DAY_US
"""An account that shows nothing for so long was dormant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Bits by finding, in the order of TESTS; `bits` is their sum without the override.

    An emergency that is claimed is the mark of an unusual day as well: it is weighed with it.
    """

    each: tuple[Singles, ...]
    bits: Reals
    override: Reals


def status(m: Matrix, clean: Reals) -> Standing:
    """Each finding against how often it stands for the other accounts' sessions."""
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
    return Standing(each=kept, bits=np.asarray(np.sum(each[:-1], axis=0)), override=each[-1])


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
