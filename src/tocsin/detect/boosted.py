"""What figures say together beyond the additive model: small trees over the same bins.

Used where history is long enough. Trees of depth five, fitted by gradient boosting on the
logistic loss; each tree sees a part of the sessions and a part of the figures, taken by turns,
so that nothing is drawn by chance. Slopes and bends are whole numbers of a small unit and are
added two in one, and of two sisters only the smaller is counted: the same trees at a third of
the cost.

Source for the counting: Ke et al., LightGBM (2017); Shi et al., Quantized training of gradient
boosting decision trees (2022).
"""

from dataclasses import dataclass

import numpy as np

from tocsin.detect.additive import Binned
from tocsin.detect.matrix import Codes, Flags, Reals

TREES, RATE, DEPTH = 150, 0.14, 5
"""Trees, how far each goes, and how many questions each asks."""

SHARE = 2
"""Each tree sees one session in two, and may ask one figure in two."""

LEAST = 5.0
"""Bend that each side of a question must hold: twenty sessions that are not yet told apart."""

RIDGE = 0.2
"""Weight of no opinion in a leaf."""

FINEST, ROOM = 512.0, 2.0**26
"""Units that the steepest slope is worth, and where the bend begins in the sum of both."""


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
    """The figures that a tree may ask: one in two, others each turn."""
    mixed = (figures + 1) * 2654435761 + (turn + 1) * (figures + 7) * 40503
    return np.asarray((mixed >> 5) % SHARE == 0) | (len(figures) < 4)


def _grow(binned: Binned, figure: Codes, slope: Reals, bend: Reals, bins: int) -> Tree:
    rows, figures = np.arange(len(binned)), binned.shape[1]
    flat = binned.astype(np.int64) + np.arange(figures) * bins
    both = _Packed.of(slope, bend)
    node = np.zeros(len(binned), dtype=np.int64)
    held = both.count(flat, node, 1, figures * bins)
    asked, above = [], []
    for level in range(DEPTH):
        g, h = (part.reshape(2**level, figures, bins) for part in both.apart(held))
        best, cut = _split(g, h)
        asked.append(best)
        above.append(cut)
        node = 2 * node + (binned[rows, best[node]] > cut[node])
        if level + 1 < DEPTH:
            held = _children(both, flat, node, held)
    leaves = 2**DEPTH
    pull = np.bincount(node, weights=slope, minlength=leaves)
    give = np.bincount(node, weights=bend, minlength=leaves) + RIDGE
    return Tree(
        figure=figure[np.concatenate(asked)],
        above=np.concatenate(above),
        value=np.asarray(RATE * pull / give, dtype=np.float64),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packed:
    """Slopes and bends of sessions as one whole number each, so that one sum adds both."""

    whole: Reals
    slope_unit: float
    bend_unit: float

    @classmethod
    def of(cls, slope: Reals, bend: Reals) -> "_Packed":
        finest = min(FINEST, ROOM / 2.0 / max(len(slope), 1))
        slope_unit = max(float(np.abs(slope).max(initial=0.0)), 1e-300) / finest
        bend_unit = max(float(bend.max(initial=0.0)), 1e-300) / finest
        whole = np.rint(bend / bend_unit) * ROOM + np.rint(slope / slope_unit)
        return cls(whole=whole, slope_unit=slope_unit, bend_unit=bend_unit)

    def count(
        self, flat: Codes, node: Codes, nodes: int, width: int, at: Codes | None = None
    ) -> Reals:
        """The sums of each node, figure and bin, over all sessions or those named."""
        codes, whole = (flat, self.whole) if at is None else (flat[at], self.whole[at])
        if nodes > 1:
            codes = codes + (node * width)[:, None]
        weights = np.repeat(whole, flat.shape[1])
        found = np.bincount(codes.ravel(), weights=weights, minlength=nodes * width)
        return np.asarray(found.reshape(nodes, width), dtype=np.float64)

    def apart(self, held: Reals) -> tuple[Reals, Reals]:
        """The sums of slopes and of bends."""
        h = np.floor(held / ROOM + 0.5)
        return (held - h * ROOM) * self.slope_unit, h * self.bend_unit


def _children(both: _Packed, flat: Codes, node: Codes, held: Reals) -> Reals:
    """The sums of the next level: the smaller child is counted, its sister is what is left."""
    nodes, width = held.shape
    sizes = np.bincount(node, minlength=2 * nodes).reshape(nodes, 2)
    small = sizes.argmin(axis=1)
    parent = node >> 1
    at = np.flatnonzero((node & 1) == small[parent])
    counted = both.count(flat, parent[at], nodes, width, at)
    every = np.arange(nodes)
    children = np.empty((nodes, 2, width))
    children[every, small] = counted
    children[every, 1 - small] = held - counted
    return children.reshape(2 * nodes, width)


def _split(g: Reals, h: Reals) -> tuple[Codes, Codes]:
    """The best question of each node: figure, and the bin above which one goes right."""
    left_g, left_h = np.cumsum(g, axis=2), np.cumsum(h, axis=2)
    right_g, right_h = left_g[:, :, -1:] - left_g, left_h[:, :, -1:] - left_h
    gain = left_g**2 / (left_h + RIDGE) + right_g**2 / (right_h + RIDGE)
    gain = np.where((left_h >= LEAST) & (right_h >= LEAST), gain, -np.inf)
    flat = gain.reshape(len(gain), -1)
    best = flat.argmax(axis=1)
    figure, cut = np.divmod(best, g.shape[2])
    none = ~np.isfinite(flat[np.arange(len(flat)), best])
    return np.where(none, 0, figure), np.where(none, 255, cut)
