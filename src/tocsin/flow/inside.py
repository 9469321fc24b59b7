"""Sessions looked into, act by act: those under suspicion, and those whose work is odd."""

from collections.abc import Mapping

from tocsin.detect import care, inside, outcome, tables
from tocsin.detect.inside import Apart
from tocsin.detect.matrix import Matrix
from tocsin.detect.pipeline import Proposal
from tocsin.flow.world import World, rows_of, steady


def looked_into(world: World, m: Matrix, found: Proposal) -> Mapping[int, Apart]:
    """What each session that is worth it looks like inside, by its number (from 0)."""
    wanted = inside.worth_a_look(m, found)
    rows = [(int(i) + 1, "") for i in wanted]
    world.engine.bind_arrow(tables.WANTED, rows_of(tables.WANTED, rows))
    for step in (outcome.wanted_rows(), care.explained(), inside.looked()):
        world.engine.run(step)
    apart = inside.take_apart(m, found, steady(world.engine.fetch("detect_looked")))
    return {one.s: one for one in apart}
