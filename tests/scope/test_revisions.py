"""Every run is a revision; a run killed at any write leaves a case that the next completes."""

import pyarrow.parquet as pq
import pytest
from region_made import Region, person

from tocsin.core.tables import PEOPLE, REACH, STATEMENTS
from tocsin.flow.scope import scope
from tocsin.flow.world import arrow_schema


def small(tmp_path):
    region = Region(tmp_path, persons=[person("p")])
    region.line("open", person="p")
    return region


def test_each_run_is_kept_and_the_latest_shown(tmp_path):
    region = small(tmp_path)
    assert [region.run().summary["revision"] for _ in range(2)] == [1, 2]
    for name in ("people", "reach", "grounds", "statements"):
        kept = tmp_path / f"scope/revisions/2/{name}.parquet"
        assert kept.read_bytes() == (tmp_path / f"scope/{name}.parquet").read_bytes()


def test_the_tables_have_the_columns_and_types_of_the_contract(tmp_path):
    small(tmp_path).run()
    for shape in (PEOPLE, REACH, STATEMENTS):
        found = pq.read_schema(tmp_path / f"scope/{shape.name}.parquet")
        assert [(f.name, str(f.type).replace("element", "item")) for f in found] == [
            (f.name, str(f.type)) for f in arrow_schema(shape)
        ]


def test_no_relation_is_left_in_the_engine(tmp_path):
    world = small(tmp_path).world()
    scope(world, accept_suspicions=False)
    left = world.engine._db.execute(
        "SELECT table_name FROM information_schema.tables"
    ).fetchall()
    assert not {name for (name,) in left if name.startswith("scope_") or name == "persons"}
    assert [event for event, _ in world.case.journal] == ["vault_opened", "scoped"]


@pytest.mark.parametrize("writes", [0, 4, 5, 8])
def test_a_run_killed_between_two_writes_is_completed_by_the_next(tmp_path, writes):
    region = small(tmp_path)
    region.run()
    world = region.world()
    world.case.left = writes
    with pytest.raises(KeyboardInterrupt):
        scope(world, accept_suspicions=False)
    before = world.case.read_json("scope/summary.json")
    assert before["revision"] == 1
    found = region.run()
    revision = found.summary["revision"]
    assert revision == (2 if writes < 5 else 3)
    assert sorted(p.name for p in (tmp_path / "scope/revisions").iterdir()) == [
        str(n) for n in range(1, revision + 1)
    ]
    for n in range(1, revision + 1):
        assert (tmp_path / f"scope/revisions/{n}/summary.json").exists()
