"""What the corridor carries from room to room: the ports, the estate, and how to bind them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.core.errors import InputError
from tocsin.core.ports import Case, Clock, Engine, Progress
from tocsin.core.producers import Producer
from tocsin.core.records import Estate, Says
from tocsin.core.tables import (
    ACCESS,
    ACCOUNT_NAMES,
    ACCOUNTS,
    CARE,
    CONTROLLERS,
    OPERATION_ITEMS,
    OPERATIONS,
    PERSON_CONTROLLERS,
    PERSON_SERVICES,
    PERSONS,
    SERVICE_ROLES,
    SERVICES,
    SILENT_OPERATIONS,
    SOURCES,
    Table,
)

DIRECTORY = (
    ACCOUNTS,
    ACCOUNT_NAMES,
    PERSONS,
    PERSON_CONTROLLERS,
    PERSON_SERVICES,
    CARE,
    CONTROLLERS,
)
"""Relations that come from the vault."""

_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
    "VARCHAR[]": pa.list_(pa.string()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports and the estate of one command on one case."""

    case: Case
    engine: Engine
    estate: Estate
    clock: Clock
    progress: Progress
    producers: tuple[Producer, ...] = ()  # what producers of trails do not show
    give_back: Callable[[], None] = lambda: None  # memory that is free, to the machine
    rows_in_hand: int = 1_500_000  # of access, worked on at once where more need not be


def arrow_schema(shape: Table) -> pa.Schema:
    """The Arrow schema of a declared table."""
    return pa.schema([(column.name, _ARROW[column.type]) for column in shape.columns])


def rows_of(shape: Table, rows: Iterable[tuple[object, ...]]) -> pa.Table:
    """A small Arrow table of that shape from tuples in column order."""
    listed = list(rows)
    schema = arrow_schema(shape)
    arrays = [
        pa.array([row[i] for row in listed], type=field.type) for i, field in enumerate(schema)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def steady(table: pa.Table) -> pa.Table:
    """The same rows in one order, reals rounded: what is fitted on them comes out the same.

    Threads give rows in any order and add reals in any order; a model that compares reals
    would turn the last bit of a sum into another probability.
    """
    columns = [
        pc.round(column, ndigits=STEADY_DIGITS) if pa.types.is_floating(column.type) else column
        for column in table.columns
    ]
    rounded = pa.table(columns, names=table.column_names)
    keys = [name for name in table.column_names if _sortable(rounded.schema.field(name).type)]
    return rounded.sort_by([(name, "ascending") for name in keys]) if keys else rounded


STEADY_DIGITS = 9
"""Decimals that are kept: far more than a measure has, far fewer than a sum may lose."""


def _sortable(kind: pa.DataType) -> bool:
    return not pa.types.is_nested(kind) and not pa.types.is_null(kind)


def bind_directory(world: World, shapes: tuple[Table, ...], *, why: str, by: str = "") -> None:
    """Open the vault for these relations, say so in the journal, bind them in the engine."""
    opened = world.case.vault.open(*(shape.name for shape in shapes))
    world.case.note("vault_opened", {"tables": sorted(opened), "why": why}, by=by)
    for shape in shapes:
        world.engine.bind_arrow(shape, opened[shape.name])


def bind_catalogue(engine: Engine, estate: Estate) -> None:
    """Bind the relations that come from estate.toml: services, operations, sources."""
    rows: Mapping[Table, Iterable[tuple[object, ...]]] = {
        SERVICES: [(s.id, s.implies, str(s.perimeter), s.page_size) for s in estate.services],
        SERVICE_ROLES: [(s.id, role) for s in estate.services for role in s.roles],
        OPERATIONS: [
            (s.id, o.id, str(o.kind), str(o.persons))
            for s in estate.services
            for o in s.operations
        ],
        OPERATION_ITEMS: [
            (s.id, o.id, item)
            for s in estate.services
            for o in s.operations
            for item in o.reveals
        ],
        SOURCES: [
            (source.id, service)
            for source in estate.sources
            for service in source.services or ("",)
        ],
        SILENT_OPERATIONS: [
            (source.id, service, operation)
            for source in estate.sources
            for service in source.services
            for operation in source.silent
        ],
    }
    for shape, listed in rows.items():
        engine.bind_arrow(shape, rows_of(shape, listed))


def bind_published(world: World, *shapes: Table) -> None:
    """Bind tables of the case as they are published, `*_us` beside `*_at`."""
    for shape in shapes or (ACCESS,):
        world.engine.bind_files(shape, world.case.files(shape))


def scoped(world: World) -> dict[str, Any]:
    """The summary of the latest scope.

    Raises:
        InputError: there is none yet.
    """
    found = world.case.read_json("scope/summary.json")
    if not isinstance(found, dict):
        raise InputError(
            Says(
                "le périmètre de cette affaire n'est pas encore calculé",
                "the case has no scope yet",
            ),
            next_step=Says(
                "Lancez : tocsin scope CASE, puis la même commande.",
                "Run: tocsin scope CASE, then the same command again.",
            ),
            where="scope/summary.json",
        )
    return found


def as_text(value: object) -> str:
    """JSON text as the case keeps it: compact, UTF-8, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
