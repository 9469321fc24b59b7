"""Outlier detectors off the shelf, small and plain: what others would run on the same figures.

Each learns from genuine sessions alone and gives a score, higher = odder.
"""

import numpy as np

from tocsin.bench.measures import Reals

TREES, SAMPLE = 100, 256
"""Liu, Ting and Zhou, Isolation Forest, ICDM 2008: their own values."""

HALVES, DEPTH, LEAST = 25, 15, 25.0
"""Tan, Ting and Liu, Fast Anomaly Detection for Streaming Data, IJCAI 2011: their own values."""


def isolation_forest(learn: Reals, score: Reals) -> Reals:
    """How quickly random cuts isolate a session, over a hundred trees."""
    rng = np.random.default_rng(0)
    depth = int(np.ceil(np.log2(SAMPLE)))
    total = np.zeros(len(score))
    for _ in range(TREES):
        seen = learn[rng.choice(len(learn), min(SAMPLE, len(learn)), replace=False)]
        total += _isolated(seen, score, depth, rng)
    return -total / TREES


def _isolated(seen: Reals, score: Reals, depth: int, rng: np.random.Generator) -> Reals:
    """The length of each session's path in one tree."""
    length = np.zeros(len(score))
    nodes = [(seen, np.arange(len(score)), 0)]
    while nodes:
        held, at, level = nodes.pop()
        if len(held) < 2 or level >= depth:
            length[at] += level + _average(len(held))
            continue
        low, high = held.min(axis=0), held.max(axis=0)
        open_ = np.flatnonzero(high > low)
        if not len(open_):
            length[at] += level + _average(len(held))
            continue
        j = int(rng.choice(open_))
        cut = rng.uniform(low[j], high[j])
        left = score[at, j] < cut
        nodes.append((held[held[:, j] < cut], at[left], level + 1))
        nodes.append((held[held[:, j] >= cut], at[~left], level + 1))
    return length


def _average(n: int) -> float:
    """Average path of an unsuccessful search in a binary tree of n."""
    if n <= 1:
        return 0.0
    return float(2.0 * (np.log(n - 1.0 + 1e-12) + 0.5772156649) - 2.0 * (n - 1.0) / n)


def ecod(learn: Reals, score: Reals) -> Reals:
    """Empirical tails, figure by figure (Li et al., ECOD, IEEE TKDE 2022)."""
    low, high, skewed = np.zeros(len(score)), np.zeros(len(score)), np.zeros(len(score))
    for column, asked in zip(learn.T, score.T, strict=True):
        held = np.sort(column)
        n = len(held) + 1.0
        left = -np.log((np.searchsorted(held, asked, side="right") + 1.0) / n).clip(max=0.0)
        right = -np.log((len(held) - np.searchsorted(held, asked, side="left") + 1.0) / n)
        skew = ((column - column.mean()) ** 3).mean()
        low += np.abs(left)
        high += np.abs(right)
        skewed += np.abs(left) if skew < 0 else np.abs(right)
    return np.maximum(np.maximum(low, high), skewed)


def half_space_trees(learn: Reals, score: Reals) -> Reals:
    """Mass of the half-spaces that a session falls in, over 25 random trees."""
    rng = np.random.default_rng(0)
    low, high = learn.min(axis=0), learn.max(axis=0)
    total = np.zeros(len(score))
    for _ in range(HALVES):
        middle = rng.uniform(low, high)
        reach = 2.0 * np.maximum(middle - low, high - middle)
        mins, maxs = middle - reach, middle + reach
        total += _mass(learn, score, (mins, maxs), rng)
    return -total


def _mass(
    learn: Reals, score: Reals, box: tuple[Reals, Reals], rng: np.random.Generator
) -> Reals:
    mass = np.zeros(len(score))
    nodes = [(np.arange(len(learn)), np.arange(len(score)), *box, 0)]
    while nodes:
        held, at, mins, maxs, level = nodes.pop()
        if not len(at):
            continue
        if level >= DEPTH or len(held) < LEAST:
            mass[at] += len(held) * 2.0**level
            continue
        j = int(rng.integers(learn.shape[1]))
        cut = (mins[j] + maxs[j]) / 2.0
        lower, upper = maxs.copy(), mins.copy()
        lower[j], upper[j] = cut, cut
        left, mine = learn[held, j] < cut, score[at, j] < cut
        nodes.append((held[left], at[mine], mins, lower, level + 1))
        nodes.append((held[~left], at[~mine], upper, maxs, level + 1))
    return mass


OFF_THE_SHELF = {
    "isolation forest": isolation_forest,
    "ECOD": ecod,
    "half-space trees": half_space_trees,
}
"""The outlier detectors by name."""
