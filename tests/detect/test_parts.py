"""A long trail is worked on some accounts at a time; what is found is the same."""

from dataclasses import replace

import case_made as case
import professionals as region
import pyarrow.parquet as pq
import pytest
from second_region import Second

from tocsin.flow.detect import detect, explain
from tocsin.settings import Settings
from tocsin.wiring import trails
from tocsin.wiring.cases import open_case
from tocsin.wiring.world import open_world


def verdicts(world):
    """What a run published, as values."""
    where = world.case.where
    document = detect(world)
    tables = [pq.read_table(where(f"detect/{n}.parquet")) for n in ("sessions", "acts")]
    return document, [table.to_pylist() for table in tables]


@pytest.mark.parametrize("rows", [500, 2_000])
def test_parts_give_the_same_verdicts_as_the_whole(keys, tmp_path, rows):
    tables, _ = region.make(2, 800, 40, 8, ("scrape",))
    _, world = case.opened(tmp_path / "case", tables)
    whole = verdicts(world)
    assert verdicts(replace(world, rows_in_hand=rows)) == whole


def test_parts_give_the_same_reasons_of_a_session_that_nobody_suspects(keys, tmp_path):
    Second(seed=6, attack="scrape", accounts=12, persons=150, days=6).write(tmp_path / "e")
    open_case(tmp_path / "case", tmp_path / "e/estate.toml")
    trails.ingest(tmp_path / "case")
    with open_world(tmp_path / "case", write=True) as (world, _):
        document, (sessions, _) = verdicts(world)
        parts = replace(world, rows_in_hand=300)
        assert verdicts(parts)[0] == document
        calm = next(row["session"] for row in sessions if row["verdict"] == "legitimate")
        assert explain(parts, calm) == explain(world, calm)


@pytest.mark.parametrize(
    ("memory", "rows"),
    [
        pytest.param("640MB", 1_536_000, id="the default"),
        pytest.param("1.5GB", 3_600_000, id="a part of a unit"),
        pytest.param("2GiB", 4_800_000, id="a binary unit"),
        pytest.param("much", 1_536_000, id="no size at all"),
        pytest.param("1MB", 100_000, id="too little"),
    ],
)
def test_more_memory_takes_more_rows_in_hand(memory, rows):
    chosen = Settings(memory=memory, threads=1, spark="", spark_memory="2GB")
    assert chosen.rows_in_hand == rows
