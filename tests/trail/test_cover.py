"""The coverage of a case: published in the shape of the contract."""

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.adapters.case_folder import CaseFolder, SystemClock, begin
from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.adapters.terminal import TerminalProgress
from tocsin.core.records import DirectoryFiles, Estate, Operator, Source
from tocsin.core.tables import ACCESS, COVERAGE
from tocsin.core.vocabulary import TrailFormat
from tocsin.flow.coverage import cover
from tocsin.flow.world import World, arrow_schema
from tocsin.trail.file_facts import FileFacts, Mark

START = int(datetime(2025, 9, 1, tzinfo=UTC).timestamp() * 1e6)
HOUR = 3_600_000_000


def estate(*sources):
    return Estate(
        operator=Operator(
            id="o", name="Fictif", region="Fictive", timezone="Europe/Paris", role="processor"
        ),
        directory=DirectoryFiles(
            as_of=datetime(2025, 9, 1, tzinfo=UTC), accounts="", persons="", care="",
            controllers="",
        ),
        services=(),
        sources=tuple(
            Source(
                id=name,
                service="s",
                service_by=None,
                format=TrailFormat.ATNA,
                files=(),
                timezone="UTC",
                names_results=False,
                silent=(),
                retention_days=0,
                clock_offset_s=offset,
                columns={},
            )
            for name, offset in sources
        ),
    )  # fmt: skip


def access(source, instants):
    told = {"source": source, "part": 0, "kind": "open", "outcome": "ok", "position": 1}
    schema = arrow_schema(ACCESS)
    rows = [{**told, "occurred_at": at} for at in instants]
    return pa.Table.from_pylist([{f.name: r.get(f.name) for f in schema} for r in rows], schema)


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    begin(tmp_path / "case", "", {"id": "c", "opened_at": "2025-10-01T00:00:00+00:00"})
    clock = SystemClock()
    case = CaseFolder(tmp_path / "case", clock=clock, write=True)
    engine = DuckdbEngine(tmp_path / "spill")
    yield World(
        case=case,
        engine=engine,
        estate=estate(("a", 0.0), ("b", 12.0)),
        clock=clock,
        progress=TerminalProgress(quiet=True),
    )
    engine.close()
    case.close()


def test_the_table_has_the_types_of_the_contract_and_the_gaps_are_told(world):
    instants = [START + n * HOUR for n in range(48)]
    for n, source in enumerate("ab"):
        staged = world.case.aside("part.parquet")
        pq.write_table(access(source, instants), staged)
        world.case.publish(staged, f"trail/access/{n}.parquet")
    stopped = FileFacts(
        source="a",
        file="x",
        first_us=START,
        last_us=instants[-1],
        marks=(
            Mark(at_us=START + HOUR, mark="stopped"),
            Mark(at_us=START + 3 * HOUR, mark="started"),
        ),
    )
    (gap,) = cover(world, [stopped])
    assert (gap.source, gap.state) == ("a", "stopped")
    assert (gap.end_at - gap.start_at).total_seconds() == 7200
    (file,) = world.case.files(COVERAGE)
    written = pq.read_table(file)
    assert written.schema.names == list(COVERAGE.names)
    assert written.schema.field("start_at").type == pa.timestamp("us", tz="UTC")
    rows = written.to_pylist()
    assert [r["state"] for r in rows] == ["trailed", "stopped", "trailed", "trailed"]
    assert [r["offset_s"] for r in rows] == [None, None, None, 12.0]
    assert all(r["why"].endswith(".") for r in rows)


def test_a_case_without_a_line_has_an_empty_coverage(world):
    assert cover(world, []) == ()
    (file,) = world.case.files(COVERAGE)
    assert pq.read_table(file).num_rows == 0
