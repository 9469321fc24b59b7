"""The reviews that a case keeps, put on the sessions of now."""

from tocsin.detect import outcome, reviews, tables
from tocsin.detect.reviews import Applied, Review
from tocsin.flow.world import World, rows_of

REVIEWS = "detect/reviews"
"""Where the case keeps them, one document a decision."""


def apply_kept(world: World, size: int) -> Applied:
    """What the kept reviews make of the sessions that the engine holds.

    Args:
        size: how many sessions there are.
    """
    kept = _kept(world)
    engine = world.engine
    engine.bind_arrow(tables.REVIEWED, reviews.relation(kept))
    listed = rows_of(tables.REVIEWS, [(r.number, r.verdict, r.by) for r in kept])
    engine.bind_arrow(tables.REVIEWS, listed)
    engine.run(outcome.last_review())
    if not kept:
        none = rows_of(tables.REVIEWED_SESSIONS, [])
        return reviews.apply(kept, none, size)
    for step in outcome.reviewed():
        engine.run(step)
    return reviews.apply(kept, engine.fetch("detect_reviewed_sessions"), size)


def _kept(world: World) -> tuple[Review, ...]:
    found = []
    for name in world.case.listed(REVIEWS):
        kept = world.case.read_json(f"{REVIEWS}/{name}")
        if isinstance(kept, dict):
            found.append(
                Review(
                    number=int(name.partition(".")[0]),
                    session=kept["session"],
                    verdict=kept["verdict"],
                    by=kept["by"],
                    why=kept["why"],
                    acts=kept["acts"],
                )
            )
    return tuple(found)
