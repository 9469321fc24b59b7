"""What figures say together beyond the additive model: small trees on its remainder.

Used where history is long enough. Trees of depth five over the same bins, fitted by gradient
boosting on the logistic loss, starting from the additive score; each tree sees a part of the
sessions, taken by turns, so that nothing is drawn by chance.
"""

from dataclasses import dataclass

import numpy as np

from tocsin.detect.additive import Binned
from tocsin.detect.matrix import Codes, Flags, Reals

TREES, RATE, DEPTH = 300, 0.08, 5
"""Trees, how far each goes, and how many questions each asks."""

SHARE = 2
"""Each tree sees one session in two."""

LEAST = 40
"""Sessions that a leaf must hold."""

RIDGE = 0.2
"""Weight of no opinion in a leaf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A complete tree: figure and bin asked at each node, value of each leaf."""

    figure: Codes
    above: Codes  # goes right where the bin is above this one
    value: Reals

    def score(self, binned: Binned) -> Reals:
        """The value of each session's leaf."""
        node = np.zeros(len(binned), dtype=np.int64)
        rows = np.arange(len(binned))
        first = 0
        for level in range(DEPTH):
            at = first + node
            node = 2 * node + (binned[rows, self.figure[at]] > self.above[at])
            first += 2**level
        return self.value[node]


def fit(
    binned: Binned, swapped: Flags, weights: Reals, start: Reals, bins: int
) -> tuple[Tree, ...]:
    """Fit the trees.

    Args:
        binned: bins of the figures (rows are sessions).
        swapped: True for a swapped session.
        weights: of each session in the loss.
        start: the additive score of each session.
        bins: more than any bin.
    """
    score, y = start.copy(), swapped.astype(np.float64)
    trees = []
    mixed = np.arange(len(binned)) * 2654435761 % 1_000_003
    figures = np.arange(binned.shape[1])
    for turn in range(TREES):
        seen = np.flatnonzero((mixed >> (turn // SHARE % 8)) % SHARE == turn % SHARE)
        asked = figures[_asked(figures, turn)]
        chance = 1.0 / (1.0 + np.exp(-score[seen]))
        slope = weights[seen] * (y[seen] - chance)
        bend = weights[seen] * chance * (1.0 - chance)
        tree = _grow(binned[np.ix_(seen, asked)], asked, slope, bend, bins)
        trees.append(tree)
        score += tree.score(binned)
    return tuple(trees)


def _asked(figures: Codes, turn: int) -> Flags:
    """The figures that a tree may ask: three in four, others each turn."""
    mixed = (figures + 1) * 2654435761 + (turn + 1) * (figures + 7) * 40503
    return np.asarray((mixed >> 5) % 4 != 0) | (len(figures) < 4)


def _grow(binned: Binned, figure: Codes, slope: Reals, bend: Reals, bins: int) -> Tree:
    figures = binned.shape[1]
    flat = binned.astype(np.int64) + np.arange(figures) * bins
    width = figures * bins
    node = np.zeros(len(binned), dtype=np.int64)
    asked, above = [], []
    rows = np.arange(len(binned))
    for level in range(DEPTH):
        codes = (flat + (node * width)[:, None]).ravel()
        size = 2**level * width
        g = np.bincount(codes, weights=np.repeat(slope, figures), minlength=size).astype(float)
        h = np.bincount(codes, weights=np.repeat(bend, figures), minlength=size).astype(float)
        n = np.bincount(codes, minlength=size)
        shape = (2**level, figures, bins)
        best, cut = _split(g.reshape(shape), h.reshape(shape), n.reshape(shape))
        asked.append(best)
        above.append(cut)
        node = 2 * node + (binned[rows, best[node]] > cut[node])
    leaves = 2**DEPTH
    g = np.bincount(node, weights=slope, minlength=leaves)
    h = np.bincount(node, weights=bend, minlength=leaves)
    return Tree(
        figure=figure[np.concatenate(asked)],
        above=np.concatenate(above),
        value=RATE * g / (h + RIDGE),
    )


def _split(g: Reals, h: Reals, n: Codes) -> tuple[Codes, Codes]:
    """The best question of each node: figure, and the bin above which one goes right."""
    left_g, left_h = np.cumsum(g, axis=2), np.cumsum(h, axis=2)
    all_g, all_h = left_g[:, :, -1:], left_h[:, :, -1:]
    right_g, right_h = all_g - left_g, all_h - left_h
    left_n = np.cumsum(n, axis=2)
    right_n = left_n[:, :, -1:] - left_n
    gain = left_g**2 / (left_h + RIDGE) + right_g**2 / (right_h + RIDGE)
    gain = np.where((left_n >= LEAST) & (right_n >= LEAST), gain, -np.inf)
    flat = gain.reshape(len(gain), -1)
    best = flat.argmax(axis=1)
    figure, cut = np.divmod(best, g.shape[2])
    none = ~np.isfinite(flat[np.arange(len(flat)), best])
    return np.where(none, 0, figure), np.where(none, 255, cut)
