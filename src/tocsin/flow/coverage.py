"""Coverage: what the trail does not show, once every file is published."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tocsin.core.records import Gap
from tocsin.core.tables import ACCESS, COVERAGE
from tocsin.flow.world import World, rows_of
from tocsin.trail import clocks, coverage
from tocsin.trail.file_facts import FileFacts
from tocsin.trail.stretches import CaseTime

COVERAGE_FILE = "trail/coverage.parquet"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cover(world: World, facts: Iterable[FileFacts]) -> tuple[Gap, ...]:
    """Fill and publish `trail/coverage.parquet`; the gaps that it shows.

    Args:
        world: whose case has its access rows published.
        facts: of every file read, in this run or before.
    """
    engine = world.engine
    engine.bind_files(ACCESS, world.case.files(ACCESS))
    for step in (*coverage.steps(), *clocks.steps()):
        engine.run(step)
    minutes = coverage.minutes_of(engine.fetch(coverage.MINUTES.name))
    delays = clocks.quickest(engine.fetch(clocks.DELAYS.name).to_pydict())
    engine.drop(coverage.MINUTES.name, clocks.DELAYS.name)
    tiles = coverage.tile(
        world.estate.sources,
        minutes=minutes,
        facts=facts,
        offsets=clocks.offsets(delays, world.estate.sources),
        case=CaseTime(opened_us=_opened_us(world), zone=world.estate.operator.timezone),
    )
    engine.bind_arrow(coverage.TILES, rows_of(coverage.TILES, coverage.rows(tiles)))
    staged = world.case.aside("coverage.parquet")
    engine.write(coverage.TILES.name, COVERAGE, staged, order=("source", "start_us"))
    engine.drop(coverage.TILES.name)
    world.case.publish(staged, COVERAGE_FILE)
    return coverage.gaps(tiles)


def _opened_us(world: World) -> int:
    said = str(world.case.facts.get("opened_at", ""))
    try:
        opened = datetime.fromisoformat(said)
    except ValueError:
        opened = world.clock.now()
    if opened.tzinfo is None:
        opened = opened.replace(tzinfo=UTC)
    return (opened - _EPOCH) // timedelta(microseconds=1)
