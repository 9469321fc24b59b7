"""Sessions looked into, act by act: those under suspicion, and those whose work is odd."""

from collections.abc import Collection, Mapping, Sequence

from tocsin.detect import care, inside, outcome, tables
from tocsin.detect.inside import Apart
from tocsin.detect.matrix import Matrix
from tocsin.detect.pipeline import Proposal
from tocsin.flow.world import World, rows_of, steady


def looked_into(
    world: World, m: Matrix, found: Proposal, wanted: Sequence[int]
) -> Mapping[int, Apart]:
    """What each of these sessions looks like inside, by its number (from 0).

    Args:
        wanted: sessions whose rows are at hand (`rows_at_hand`).
    """
    rows = [(int(i) + 1, "") for i in wanted]
    world.engine.bind_arrow(tables.WANTED, rows_of(tables.WANTED, rows))
    for step in (outcome.wanted_rows(), care.explained(), inside.looked()):
        world.engine.run(step)
    apart = inside.take_apart(m, found, steady(world.engine.fetch("detect_looked")))
    return {one.s: one for one in apart}


def rows_at_hand(world: World, sessions: Collection[int]) -> frozenset[int]:
    """Read the rows of some sessions (numbers from 0) out of the trail, all at once."""
    near = frozenset(int(i) for i in sessions)
    rows = rows_of(tables.NEAR, [(i + 1,) for i in sorted(near)])
    world.engine.bind_arrow(tables.NEAR, rows)
    world.engine.run(outcome.near_lines())
    world.engine.run(outcome.near_rows())
    world.engine.drop("detect_near_lines")
    return near
