"""What the accounts' past says of each session, kept by `detect` for the verbs that follow.

It is the costly half of a run and does not depend on what people decide: a review, an answer or
an explanation reads it again instead of learning it anew, as long as the trails are the same.
"""

import hashlib
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.core.tables import COUNT, REAL, Table, table
from tocsin.detect.habit import HabitEvidence
from tocsin.detect.matrix import Flags, Matrix
from tocsin.detect.session_ids import SessionIds
from tocsin.flow.detect_habit import habit
from tocsin.flow.world import World

KEPT, FACTS = "detect/habit.parquet", "detect/habit.json"
"""One row per session, in their order; and what it was made from."""


def habit_of_case(
    world: World, m: Matrix, ids: SessionIds, *, fresh: bool
) -> HabitEvidence | None:
    """What the accounts' own past says of each session.

    Args:
        ids: of each session.
        fresh: whether it is made anew and kept, whatever is kept already.
    """
    made_from = _made_from(world, m, ids)
    if not fresh:
        facts = world.case.read_json(FACTS)
        if isinstance(facts, dict) and facts.get("made_from") == made_from:
            return _read(world, facts) if facts.get("columns") else None
    found = habit(world.engine, m, world.estate.operator.timezone)
    if fresh:
        _keep(world, found, made_from)
    return found


def _made_from(world: World, m: Matrix, ids: SessionIds) -> str:
    """A digest of the trails and of the sessions that they were cut into."""
    files = world.engine.fetch("detect_files", order=("file",))["digest"].to_pylist()
    digest = hashlib.sha256("\0".join(files).encode())
    for some in ids.lined_up():
        digest.update(some)
    for column in (m.lines, m.start_us, m.end_us, m.persons, m.care, m.net):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


def _columns(found: HabitEvidence) -> dict[str, np.ndarray[Any, Any]]:
    """The evidence as plain columns: a matrix gives one for each of its own."""
    columns: dict[str, np.ndarray[Any, Any]] = {"s": np.arange(len(found.bits))}
    for field in fields(found):
        value = getattr(found, field.name)
        if isinstance(value, np.ndarray) and value.ndim == 2:
            columns |= {f"{field.name}_{k}": value[:, k] for k in range(value.shape[1])}
        elif isinstance(value, np.ndarray):
            columns[field.name] = value
        else:
            columns[field.name] = np.full(len(found.bits), value)
    return columns


def _shape(kinds: dict[str, str]) -> Table:
    return table("detect_habit_kept", "session, by its own past", **kinds)


def _keep(world: World, found: HabitEvidence | None, made_from: str) -> None:
    facts: dict[str, object] = {"made_from": made_from, "columns": {}}
    if found is not None and len(found.bits):
        columns = _columns(found)
        kinds = {
            name: REAL if column.dtype.kind == "f" else COUNT
            for name, column in columns.items()
        }
        shape = _shape(kinds)
        rows = pa.table(
            {
                name: column.astype(np.float64 if kinds[name] == REAL else np.int64)
                for name, column in columns.items()
            }
        )
        world.engine.bind_arrow(shape, rows)
        staged = world.case.aside("habit.parquet")
        world.engine.write(shape.name, shape, staged, order=("s",))
        world.case.publish(staged, KEPT)
        world.engine.drop(shape.name)
        facts["columns"] = kinds
    world.case.write_json(FACTS, facts)


def _read(world: World, facts: dict[str, Any]) -> HabitEvidence:
    shape = _shape({str(name): str(kind) for name, kind in facts["columns"].items()})
    world.engine.bind_files(shape, [world.case.where(KEPT)])
    rows = world.engine.fetch(shape.name, order=("s",))
    world.engine.drop(shape.name)
    values: dict[str, Any] = {}
    for field in fields(HabitEvidence):
        name = field.name
        if name not in rows.column_names:
            parts = [part for part in rows.column_names if part.startswith(f"{name}_")]
            parts.sort(key=lambda part: int(part.rpartition("_")[2]))
            values[name] = np.column_stack([rows[part].to_numpy() for part in parts])
        elif field.type is bool:
            values[name] = bool(rows[name][0].as_py())
        else:
            column = rows[name].to_numpy()
            values[name] = column.astype(np.bool_) if field.type == Flags else column
    return HabitEvidence(**values)
