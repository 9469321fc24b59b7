"""An additive model of real sessions against swapped ones: one curve a figure, read in bits.

Each figure is cut into bins; the model is a sum of one step function a figure, fitted by cyclic
gradient boosting on the logistic loss. A figure that can only speak one way has a curve that
only rises. A missing figure weighs 0. Nothing here is drawn by chance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.detect.matrix import Flags, Reals, Singles

BINS = 40
"""Bins of a figure, besides the one of missing values."""

ROUNDS, RATE = 30, 0.25
"""Passes over the figures, and how far each goes."""

RIDGE = 40.0
"""Sessions of no opinion in each bin."""

Binned = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Where each figure is cut; bin 0 is "missing"."""

    edges: tuple[Reals, ...]

    def bins(self, figures: Singles) -> Binned:
        """The bin of each figure (rows are sessions)."""
        out = np.zeros(figures.shape, dtype=np.uint8)
        for j, edges in enumerate(self.edges):
            column = figures[:, j]
            known = ~np.isnan(column)
            out[known, j] = 1 + np.searchsorted(edges, column[known], side="right")
        return out


def cuts_of(figures: Singles, most: int = BINS) -> Cuts:
    """Cuts at the quantiles of each figure, finer at both ends."""
    at = np.linspace(0.0, 1.0, most - 5)[1:-1]
    at = np.unique(np.concatenate([[0.002, 0.005, 0.01], at, [0.99, 0.995, 0.998]]))
    edges = []
    for column in figures.T:
        known = column[~np.isnan(column)]
        edges.append(np.unique(np.quantile(known, at)) if len(known) else np.zeros(0))
    return Cuts(edges=tuple(edges))


@dataclass(frozen=True, slots=True, kw_only=True)
class Additive:
    """The fitted curves: `curves[j][b]` is the weight, in natural log, of bin b of figure j."""

    cuts: Cuts
    curves: tuple[Reals, ...]

    def parts(self, binned: Binned) -> Reals:
        """What each figure weighs, one column a figure."""
        return np.column_stack(
            [curve[binned[:, j]] for j, curve in enumerate(self.curves)]
        ).astype(np.float64)


def fit(
    figures: Singles,
    swapped: Flags,
    weights: Reals,
    rising: tuple[bool, ...],
    most: int = BINS,
) -> Additive:
    """Fit the curves.

    Args:
        figures: (sessions, figures); NaN is missing.
        swapped: True for a swapped session.
        weights: of each session in the loss.
        rising: figures whose curve may only rise.
        most: bins of a figure.
    """
    cuts = cuts_of(figures, most)
    return fitted(cuts, cuts.bins(figures), swapped, weights, rising)


def fitted(
    cuts: Cuts,
    binned: Binned,
    swapped: Flags,
    weights: Reals,
    rising: tuple[bool, ...],
    *,
    rounds: int = ROUNDS,
) -> Additive:
    """The same of figures that are cut already, in some passes over them."""
    size = max(len(edges) for edges in cuts.edges) + 2
    codes = [np.ascontiguousarray(binned[:, j]).astype(np.int64) for j in range(len(rising))]
    held = [np.bincount(code, weights=weights, minlength=size).astype(float) for code in codes]
    curves = [np.zeros(size) for _ in rising]
    score, y = np.zeros(len(binned)), swapped.astype(np.float64)
    for turn in range(rounds):
        for j in _order(len(rising), turn):
            chance = 1.0 / (1.0 + np.exp(-score))
            slope = np.bincount(codes[j], weights=weights * (y - chance), minlength=size)
            bend = np.bincount(
                codes[j], weights=weights * chance * (1.0 - chance), minlength=size
            )
            step = RATE * slope / (bend + RIDGE * 0.25)
            wanted = curves[j] + step
            wanted[0] = 0.0
            if rising[j]:
                wanted[1:] = rising_of(wanted[1:], held[j][1:])
            score += (wanted - curves[j])[codes[j]]
            curves[j] = wanted
    return Additive(cuts=cuts, curves=tuple(curves))


def _order(figures: int, turn: int) -> range:
    return range(figures) if turn % 2 == 0 else range(figures - 1, -1, -1)


def rising_of(values: Reals, weights: Reals) -> Reals:
    """The closest sequence that never falls (pool adjacent violators)."""
    level: list[float] = []
    mass: list[float] = []
    length: list[int] = []
    for value, weight in zip(values.tolist(), (weights + 1e-9).tolist(), strict=True):
        level.append(value)
        mass.append(weight)
        length.append(1)
        while len(level) > 1 and level[-2] > level[-1]:
            w = mass[-2] + mass[-1]
            level[-2] = (level[-2] * mass[-2] + level[-1] * mass[-1]) / w
            mass[-2], length[-2] = w, length[-2] + length[-1]
            level.pop()
            mass.pop()
            length.pop()
    return np.repeat(np.array(level), np.array(length))
