"""A real case folder around the tables of the small region: no trail is read here."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.adapters.case_folder import CaseFolder, SystemClock, begin
from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.records import DirectoryFiles, Estate, Operation, Operator, Service, Source
from tocsin.core.tables import ACCESS, COVERAGE
from tocsin.core.vocabulary import Kind, Perimeter, PersonsBy, TrailFormat
from tocsin.flow.world import World, arrow_schema


class Silent:
    """A progress that nobody watches."""

    def stage(self, words):
        pass

    def advance(self, done, total, unit):
        pass


def estate():
    """One service, one identity provider."""
    shared = {
        "service_by": None, "files": (), "timezone": "UTC", "names_results": False,
        "silent": (), "retention_days": 365, "clock_offset_s": 0.0, "columns": {},
    }  # fmt: skip
    operations = tuple(
        Operation(id=kind, match={}, kind=Kind(kind), persons=PersonsBy.NAMED, reveals=())
        for kind in ("search", "list", "open", "write")
    )
    return Estate(
        operator=Operator(
            id="op", name="Op", region="R", timezone="Europe/Paris", role="processor"
        ),
        directory=DirectoryFiles(
            as_of=SystemClock().now(), accounts="", persons="", care="", controllers=""
        ),
        services=(
            Service(
                id="orientation",
                name="Orientation",
                implies="",
                perimeter=Perimeter.REGION,
                roles=(),
                ignore=(),
                page_size=20,
                operations=operations,
            ),
        ),
        sources=(
            Source(id="portal", service="orientation", format=TrailFormat.CSV, **shared),
            Source(id="idp", service="", format=TrailFormat.KEYCLOAK, **shared),
        ),
    )


def opened(folder: Path, tables):
    """A case that holds the tables, and the world to work on it."""
    begin(folder, "# fictive\n", {"id": folder.name + "0" * 8})
    clock = SystemClock()
    case = CaseFolder(folder, clock=clock, write=True)
    case.keyring.make()
    case.vault.seal({n: tables[n] for n in ("accounts", "care", "person_controllers")})
    for name, shape, place in (
        ("access", ACCESS, "trail/access/all.parquet"),
        ("coverage", COVERAGE, "trail/coverage.parquet"),
    ):
        staged = case.aside(f"{name}.parquet")
        schema = arrow_schema(shape)
        pq.write_table(pa.table(tables[name].columns, names=shape.names).cast(schema), staged)
        case.publish(staged, place)
    engine = DuckdbEngine(Path(case.aside("spill")))
    world = World(case=case, engine=engine, estate=estate(), clock=clock, progress=Silent())
    return case, world
