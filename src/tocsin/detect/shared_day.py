"""A day that many share: an influx, an emergency plan, a service that changes hands.

When several colleagues, or several of one profession, depart as far from their habits on the
same day, each from his usual place, the day is likelier odd than all of them robbed. Their
share, each left out of his own count, is how often an honest professional looks so on that day:
no evidence goes beyond it, but for what he departs further than they do.
"""

import numpy as np

from tocsin.detect.matrix import Codes, Flags, Matrix, Reals, codes_of
from tocsin.detect.swaps import peers_of

ODD = 6.0
"""Bits from which a session departs from its account's habits."""

AS_FAR = 2.0
"""Another who departs by as many bits, or by so few less, departs as far."""

LEAST = 3
"""Others who depart as far on the same day, under which nothing is said of the day."""


def taken(m: Matrix, bits: Reals, at_home: Flags) -> Reals:
    """What the day takes from the bits of each session; 0 or less.

    Args:
        bits: what the account's habits say against the owner.
        at_home: sessions from a usual network; the others are neither counted nor excused.
    """
    found = np.zeros(m.size)
    here = np.flatnonzero(at_home & m.acting)
    odd = bits[here] >= ODD
    for group in (peers_of(m), m.role):
        most = _most(codes_of(group[here], m.day[here]), m.acc[here], bits[here])
        found[here] = np.where(odd, np.minimum(found[here], most - bits[here]), 0.0)
    return found


def _most(cell: Codes, acc: Codes, bits: Reals) -> Reals:
    """Most bits of each entry: the share of the cell's others who depart as far, as bits."""
    pair = codes_of(cell, acc)
    size = pair.max(initial=-1) + 1
    top, home = np.full(size, -np.inf), np.zeros(size, dtype=np.int64)
    np.maximum.at(top, pair, bits)
    home[pair] = cell
    colleagues = np.bincount(home)
    order = np.lexsort((top, home))
    ends = np.cumsum(colleagues)
    # One line of numbers, cell after cell, on which to look each entry up.
    wide = float(np.ptp(top)) + AS_FAR + 1.0 if size else 1.0
    line = top[order] - top.min(initial=0.0) + wide * home[order]
    asked = bits - AS_FAR - top.min(initial=0.0) + wide * cell
    below = np.searchsorted(line, np.maximum(asked, wide * cell), side="left")
    others = ends[cell] - below - (top[pair] >= bits - AS_FAR)
    as_far = np.log2(colleagues[cell] / np.maximum(others, 1))
    near = _near(top[order], ends, colleagues, (cell, top[pair]))
    beyond = np.log2(colleagues[cell] / LEAST) + np.maximum(bits - near, 0.0)
    return np.where(others >= LEAST, as_far, np.where(near >= ODD, beyond, np.inf))


def _near(top: Reals, ends: Codes, colleagues: Codes, mine: tuple[Codes, Reals]) -> Reals:
    """The bits that so many others as `LEAST` reach in the cell of each entry; -inf for none.

    Args:
        top: of each colleague, cell after cell, rising.
        ends: where each cell ends; colleagues: how many it has.
        mine: the cell of each entry, and the bits of its own account there.
    """
    cell, own = mine
    place = ends[cell] - LEAST
    there = colleagues[cell] > LEAST
    at = np.where(there, place, 0)
    among = own >= top[at] if len(top) else np.zeros(len(cell), np.bool_)
    return np.where(there, top[at - (there & among)], -np.inf) if len(top) else own
