"""Circles: who works with whom, where the directory's organisations tell no accounts apart.

A colleague is then whoever works on the same persons. Accounts are linked by the persons whom
both worked on, and each takes the circle of most of its links, the busiest first, until none
changes (label propagation: Raghavan, Albert and Kumara, Phys. Rev. E 76, 2007). Persons whom
many accounts know link nobody.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from tocsin.core.tables import CODE, COUNT, Step, table
from tocsin.detect.matrix import Codes, Matrix, Reals, sums

TOGETHER = table(
    "detect_together",
    "two accounts that follow one another on some persons' lists of accounts",
    acc=CODE,
    other=CODE,
    persons=COUNT,
)

MANY = 20
"""Accounts from which a person links nobody: a test record, a page that everybody opens."""

PASSES = 20
"""Times that every account takes the circle of its links, at most."""

LEAST_TOLD = 0.5
"""Share of the sessions whose account has an organisation, under which circles are drawn."""


def needed(m: Matrix) -> bool:
    """Whether the organisations say too little of who works with whom."""
    told = m.house > 0
    return not told.any() or len(np.unique(m.house[told])) < 2 or told.mean() < LEAST_TOLD


def together() -> Step:
    """Accounts linked by persons whom both worked on.

    The accounts of a person are taken in a row, each linked to the next: as many links as
    there are accounts, not as many as there are pairs.
    """
    return Step(
        fills=TOGETHER,
        reads=("detect_known",),
        sql=f"""
SELECT g.acc AS acc, g.other AS other, count(*) AS persons
FROM (
  SELECT k.acc AS acc, lag(k.acc) OVER (PARTITION BY k.person ORDER BY k.acc) AS other,
         count(*) OVER (PARTITION BY k.person) AS accounts
  FROM (SELECT DISTINCT n.acc AS acc, n.person AS person FROM detect_known AS n) AS k
) AS g
WHERE g.other IS NOT NULL AND g.accounts <= {MANY}
GROUP BY g.acc, g.other""",
    )


def drawn(m: Matrix, links: pa.Table) -> Matrix:
    """The matrix with the circle of each session's account.

    Args:
        links: the relation `detect_together`.
    """
    a, b = (links[name].to_numpy().astype(np.int64) - 1 for name in ("acc", "other"))
    weight = links["persons"].to_numpy().astype(np.float64)
    return replace(m, circle=circles((a, b), weight, len(m.account))[m.acc])


def circles(links: tuple[Codes, Codes], weight: Reals, size: int) -> Codes:
    """The circle of each account, from 1; 0 for an account without a link.

    Args:
        links: pairs of accounts, each pair once.
        weight: of each pair.
        size: how many accounts there are.
    """
    mine, other = np.concatenate(links), np.concatenate(links[::-1])
    both = np.concatenate([weight, weight])
    order = np.lexsort((other, mine))
    mine, other, both = mine[order], other[order], both[order]
    starts = np.searchsorted(mine, np.arange(size + 1))
    busy = sums(mine, both, size)
    circle = np.arange(size)
    turn = np.argsort(-busy, kind="stable")[: int((busy > 0).sum())].tolist()
    for _ in range(PASSES):
        moved = False
        for i in turn:
            here = slice(starts[i], starts[i + 1])
            near, place = np.unique(circle[other[here]], return_inverse=True)
            held = sums(place, both[here])
            best = near[held == held.max()]
            if circle[i] not in best:
                circle[i], moved = best[0], True
        if not moved:
            break
    return np.where(busy > 0, np.unique(circle, return_inverse=True)[1] + 1, 0)
