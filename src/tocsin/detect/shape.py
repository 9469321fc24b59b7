"""Shape: tests that only a scraper fails, one-sided, relative to the account and its role."""

from dataclasses import dataclass

import numpy as np

from tocsin.detect.calibration import ROLE_PULL, best_of, relative, shares, tail
from tocsin.detect.matrix import Codes, Flags, Matrix, Ranks, Reals, Singles, sums

CAP = 10.0
"""Most bits that the shape of one session may weigh."""

TESTS = (
    "fast",
    "regular",
    "sweep",
    "pages",
    "search_only",
    "open_only",
    "person_order",
    "wide",
)
"""The tests, in the order of their measures."""

MOVES, OPENED = 8, 5
"""Moves from which an order is read, and records opened from which searches are missed."""

SEARCHING = 0.05
"""Share of a role's sessions that search, under which opening without a search is its way."""

MOST_ORDERED = 0.98
"""Moves one way are never taken to be surer than this."""

WRITE_THIEF = 0.03
"""Chance that a thief who harvests also writes: a declared assumption."""

WRITE_FOR, WRITE_AGAINST = -4.0, 1.5
"""Bounds of what writing, or never writing, may weigh, in bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Bits of a family, which of its tests was the strongest, and each one's p-value."""

    bits: Reals
    best: Ranks
    p: tuple[Singles, ...]


def measures(m: Matrix) -> tuple[tuple[Reals, Flags], ...]:
    """Each test's measure, higher = more like a scraper, and where it can be taken."""
    opens = m.opens + m.exports
    return (
        (-m.gap_high, m.gaps >= 6),
        (-np.log(m.gap_sd + 0.1), m.gaps >= 12),
        (_runs(m, m.moves, m.ups, m.downs), m.moves >= MOVES),
        (np.log1p(m.pages), m.searches >= 3),
        (np.log((m.searches + 1.0) / (opens + 1.0)), m.searches >= 5),
        (
            np.log((opens + 1.0) / (m.searches + 1.0)),
            (opens >= OPENED) & _searches_first(m),
        ),
        (_runs(m, m.person_moves, m.person_ups, m.person_downs), m.person_moves >= MOVES),
        (-m.told, m.asked > 0),
    )


def _runs(m: Matrix, moves: Codes, ups: Codes, downs: Codes) -> Reals:
    """How far more moves go one way than is usual for the role, in deviations, on a root scale.

    Where a source lists what is opened in order, or work follows the numbers, order is no sign,
    however long the session.
    """
    one_way = np.maximum(ups, downs)
    long = np.where(moves >= MOVES, 1.0, 0.0)
    share = one_way / np.maximum(moves, 1)
    everywhere = (float((long * share).sum()) + 0.5 * ROLE_PULL) / (long.sum() + ROLE_PULL)
    role = (sums(m.role, long * share) + ROLE_PULL * everywhere) / (
        sums(m.role, long) + ROLE_PULL
    )
    usual = np.clip(role, 0.5, MOST_ORDERED)[m.role]
    chance = usual * (1.0 - usual) / np.maximum(moves, 1)
    apart = max(float((long * ((share - usual) ** 2 - chance)).sum()), 0.0)
    between = apart / max(float(long.sum()), 1.0)  # sessions differ by more than chance
    away = np.maximum(share - usual, 0.0)
    return np.asarray(np.sqrt(away / np.sqrt(chance + between)))


def _searches_first(m: Matrix) -> Flags:
    """Sessions of a role that searches before it opens, at least now and then."""
    opening = m.opens + m.exports >= OPENED
    many = sums(m.role, opening.astype(np.float64))
    searching = sums(m.role, (opening & (m.searches > 0)).astype(np.float64))
    return np.asarray(searching >= SEARCHING * np.maximum(many, 1.0))[m.role]


def shape(m: Matrix, profile: Reals, clean: Reals) -> Tested:
    """The tests of shape against the account's own sessions and history's tail."""
    p = tuple(
        tail(
            relative(np.asarray(v), np.asarray(mask), profile, m),
            np.asarray(mask),
            clean,
            m.acc,
        ).astype(np.float32)
        for v, mask in measures(m)
    )
    bits, best = best_of(p, CAP)
    return Tested(bits=bits, best=best, p=p)


def rhythm(m: Matrix, profile: Reals) -> tuple[Reals, Reals]:
    """The p-values of the two tests of rhythm, fast and regular."""
    fast, regular = measures(m)[:2]
    found = [
        tail(relative(np.asarray(v), np.asarray(k), profile, m), np.asarray(k), profile, m.acc)
        for v, k in (fast, regular)
    ]
    return found[0], found[1]


def writing(m: Matrix, profile: Reals) -> Reals:
    """Bits of writing (for the owner) and of a long session that never writes (against)."""
    long = m.data >= 8
    wrote = m.writes > 0
    rate = np.clip(
        shares(np.where(long, profile, 0.0), wrote.astype(np.float64), m, 4.0), 0.005, 0.98
    )
    speaks_for = np.clip(np.log2(WRITE_THIEF / rate), WRITE_FOR, 0.0)
    against = np.clip(np.log2((1.0 - WRITE_THIEF) / (1.0 - rate)), 0.0, WRITE_AGAINST)
    return np.where(wrote, speaks_for, np.where(long, against, 0.0))
