"""Gathers reports into campaigns: near-duplicate words, or the same host, number or sender.

Near-duplicates by MinHash: 128 hashes, four-word shingles, banded (Broder 1997; Leskovec, Rajaraman
and Ullman, Mining of Massive Datasets, chapter 3).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HASHES, BANDS = 128, 32
ALIKE = 0.6
"""Share of equal hashes from which two texts are one campaign's."""

_PRIME = (1 << 61) - 1
_FACTORS = np.random.default_rng(20260101).integers(
    1, 1 << 31, size=(2, HASHES), dtype=np.uint64
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What ties a report to others: its shingles, and the lure's own traces."""

    shingles: tuple[int, ...]
    traces: tuple[str, ...]


def signature(shingles: Sequence[int]) -> NDArray[np.uint64]:
    """The MinHash of a set of shingles."""
    if not shingles:
        return np.full(HASHES, np.iinfo(np.uint64).max, dtype=np.uint64)
    raw = np.array(shingles, dtype=np.uint64)
    mixed = (raw[:, None] * _FACTORS[0] + _FACTORS[1]) % np.uint64(_PRIME)
    lowest: NDArray[np.uint64] = mixed.min(axis=0)
    return lowest


def groups(reports: Sequence[Marks]) -> list[list[int]]:
    """The reports by campaign: places in the sequence, each place once, largest group first."""
    parent = list(range(len(reports)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    def join(a: int, b: int) -> None:
        first, last = sorted((root(a), root(b)))
        parent[last] = first

    for same in _same_traces(reports):
        for other in same[1:]:
            join(same[0], other)
    signatures = [signature(one.shingles) for one in reports]
    for a, b in _alike(reports, signatures):
        join(a, b)
    found: dict[int, list[int]] = defaultdict(list)
    for n in range(len(reports)):
        found[root(n)].append(n)
    return sorted(found.values(), key=lambda g: (-len(g), g[0]))


def _same_traces(reports: Sequence[Marks]) -> list[list[int]]:
    by_trace: dict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(reports):
        for trace in one.traces:
            by_trace[trace].append(n)
    return [same for same in by_trace.values() if len(same) > 1]


def _alike(
    reports: Sequence[Marks], signatures: Sequence[NDArray[np.uint64]]
) -> list[tuple[int, int]]:
    """Pairs of near-duplicates: each member of a bucket is compared with the bucket's first."""
    buckets: dict[tuple[int, bytes], int] = {}
    pairs = []
    rows = HASHES // BANDS
    for n, one in enumerate(reports):
        if not one.shingles:
            continue
        for band in range(BANDS):
            key = (band, signatures[n][band * rows : (band + 1) * rows].tobytes())
            first = buckets.setdefault(key, n)
            if first != n and float((signatures[first] == signatures[n]).mean()) >= ALIKE:
                pairs.append((first, n))
    return pairs
