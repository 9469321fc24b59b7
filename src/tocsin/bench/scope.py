"""`tocsin bench scope`: one account, one person and a whole scope, in a trail of any size.

Each figure stands beside the physical limit of the same run: reading the bytes of the row
groups that hold the answer, from the page cache, without decoding them. The plan that the
engine chose is printed with it.
"""

import os
import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import duckdb
import pyarrow.parquet as pq

from tocsin.bench.command import Spent, spent
from tocsin.bench.large_case import ACCOUNTS, Made, make
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.core.tables import Table
from tocsin.flow import layout as copies
from tocsin.flow.world import World
from tocsin.trail import layout
from tocsin.wiring.world import open_world

PERSONS = 1_000_000
ASKED = 40
"""Questions of each kind; the 95th percentile is the 38th."""

MEMORY = "640MB"
"""Of the engine, so that the whole process stays well in 2 GB."""

SPARK_MEMORY = "2GB"
"""Of Spark's driver, where TOCSIN_SPARK names a master (`local[2]`: the same two cores)."""


def run(*, rows: int, data: Path | None = None) -> Mapping[str, Any]:
    """Measure; one row of results per question.

    Args:
        rows: of the trail.
        data: a folder for the case, kept and used again; a temporary one without.
    """
    os.environ.setdefault("TOCSIN_MEMORY", MEMORY)
    if data is not None:
        return _measured(data, rows)
    with TemporaryDirectory(prefix="tocsin-bench-") as name:
        return _measured(Path(name), rows)


def _measured(folder: Path, rows: int) -> Mapping[str, Any]:
    os.environ["TOCSIN_KEY_DIR"] = str(folder / "keys")
    root = folder / "case"
    persons = min(PERSONS, max(rows // 20, 1_000))
    if (root / "trail/summary.json").exists():
        made = Made(root=root, rows=rows, sessions=0, persons=persons, bytes=0)
    else:
        if folder.exists() and any(folder.iterdir()):
            raise InputError(
                Says(
                    "le dossier contient autre chose qu'une affaire mesurée",
                    "the folder holds something else than a measured case",
                ),
                next_step=Says(
                    "Nommez un nouveau dossier avec --data.", "Name a new folder with --data."
                ),
                where=str(folder),
            )
        made = make(folder, rows=rows, persons=persons)
    found: list[dict[str, Any]] = [_laid_out(made)]
    with open_world(root, write=False) as (world, _):
        found += _questions(world, persons)
    found += _scope(root)
    return {
        "bench": "scope",
        "rows": found,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "trail_rows": rows,
        "plans": [f"{row['question']}: {row.pop('plan')}" for row in found if "plan" in row],
    }


def _laid_out(made: Made) -> dict[str, Any]:
    with open_world(made.root, write=True) as (world, _):
        began, used = perf_counter(), process_time()
        stretches = copies.lay_out(world, least=0)
        wall, used = perf_counter() - began, process_time() - used
    size = {
        name: sum(f.stat().st_size for f in (made.root / name).rglob("*.parquet")) >> 20
        for name in ("trail/access", "trail/layout/by_account", "trail/layout/by_person")
    }
    return {
        "question": "lay out",
        "wall_s": round(wall, 1),
        "cpu_s": round(used, 1),
        "stretches": stretches,
        **{f"{name.rpartition('/')[2]}_mib": n for name, n in size.items()},
    }


def _questions(world: World, persons: int) -> list[dict[str, Any]]:
    chance = random.Random(7)  # noqa: S311  (which accounts are asked, no secret)
    some = [f"pro{chance.randrange(ACCOUNTS):05d}" for _ in range(ASKED)]
    fifty = [[f"pro{chance.randrange(ACCOUNTS):05d}" for _ in range(50)] for _ in range(10)]
    seen = [f"p{chance.randrange(persons)}" for _ in range(ASKED)]
    return [
        _asked(world, "acts of one account", layout.BY_ACCOUNT, [[a] for a in some]),
        _asked(world, "acts of fifty accounts", layout.BY_ACCOUNT, fifty),
        _asked(world, "who saw one person", layout.BY_PERSON, [[p] for p in seen]),
    ]


def _asked(
    world: World, question: str, shape: Table, values: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """Each question once to warm the page cache, once to be measured."""
    find = copies.acts_of if shape is layout.BY_ACCOUNT else copies.who_saw
    for asked in values:
        find(world, asked)
    wall, used, rows = [], [], 0
    for asked in values:
        began, before = perf_counter(), process_time()
        rows += len(find(world, asked))
        wall.append(perf_counter() - began)
        used.append(process_time() - before)
    files = sorted((Path(world.case.where("trail/layout")) / shape.name).rglob("*.parquet"))
    limit = [_limit(files, layout.ORDER[shape][0], asked) for asked in values[:10]]
    return {
        "question": question,
        "median_ms": _ms(median(wall)),
        "p95_ms": _ms(sorted(wall)[int(len(wall) * 0.95) - 1]),
        "cpu_median_ms": _ms(median(used)),
        "rows": rows // len(values),
        "limit_ms": _ms(median(s for s, _ in limit)),
        "limit_mib": round(median(n for _, n in limit) / (1 << 20), 2),
        "plan": _plan(files, shape, values[0]),
    }


def _limit(files: Sequence[Path], column: str, values: Sequence[str]) -> tuple[float, int]:
    """Seconds and bytes of a bare read of the row groups that may hold the values."""
    places = [place for file in files for place in _groups(file, column, values)]
    began = perf_counter()
    for file, at, size in places:
        descriptor = os.open(file, os.O_RDONLY)
        os.pread(descriptor, size, at)
        os.close(descriptor)
    return perf_counter() - began, sum(size for *_, size in places)


def _groups(file: Path, column: str, values: Sequence[str]) -> list[tuple[Path, int, int]]:
    found = []
    facts = pq.read_metadata(file)
    n = facts.schema.names.index(column)
    for i in range(facts.num_row_groups):
        group = facts.row_group(i)
        held = group.column(n).statistics
        if any(held.min <= value <= held.max for value in values):
            chunks = [group.column(c) for c in range(group.num_columns)]
            begin = min(c.dictionary_page_offset or c.data_page_offset for c in chunks)
            found.append((file, begin, sum(c.total_compressed_size for c in chunks)))
    return found


def _plan(files: Sequence[Path], shape: Table, values: Sequence[str]) -> str:
    """What the engine does for the question, in one line: its operators, bottom to top."""
    key = layout.ORDER[shape][0]
    listed = ", ".join(f"'{file}'" for file in files if _groups(file, key, values))
    quoted = ", ".join(f"'{value}'" for value in values)
    with duckdb.connect(":memory:") as db:
        told = db.execute(
            f"EXPLAIN SELECT * FROM read_parquet([{listed}]) WHERE {key} IN ({quoted}) "
            f"ORDER BY {key}, occurred_at"
        ).fetchall()[0][1]
    operators = re.findall(r"[╭─┴┬] ([A-Z][A-Za-z ]+?) [─┴┬]", str(told))
    filters = re.findall(r"(?:Filters|Conditions): ([^│╮╯]+)", str(told))
    return " <- ".join(operators) + "".join(f" [{text.strip()}]" for text in filters)


def _scope(root: Path) -> list[dict[str, Any]]:
    """The whole command on ten accounts, in a process of its own; on Spark too where named."""
    master = os.environ.get("TOCSIN_SPARK", "")
    here = spent("scope", str(root), env={"TOCSIN_SPARK": ""})
    scan_wall, scan_used = _timed(lambda: _scan(root))
    found: list[dict[str, Any]] = [
        {
            "question": "scope of ten accounts, whole command",
            "wall_s": round(here.wall_s, 1),
            "cpu_s": round(here.cpu_s, 1),
            "peak_mib": here.peak_mib,
            "limit_s": round(scan_wall, 2),
            "limit_cpu_s": round(scan_used, 2),
            "limit_is": "scan of account and kind in the whole trail",
        }
    ]
    return [*found, *(_spark(root, master, here) if master else [])]


def _spark(root: Path, master: str, here: Spent) -> list[dict[str, Any]]:
    """The same scope on Spark; then detection on both, last, for it replaces the verdicts."""
    there = spent("scope", str(root), env={"TOCSIN_MEMORY": SPARK_MEMORY})
    plain = spent("detect", str(root), env={"TOCSIN_SPARK": ""})
    far = spent("detect", str(root), env={"TOCSIN_MEMORY": SPARK_MEMORY})
    return [
        {
            "question": f"the same on Spark, {master}",
            "wall_s": round(there.wall_s, 1),
            "times": round(there.wall_s / here.wall_s, 1),
        },
        {
            "question": "detection, whole command",
            "wall_s": round(plain.wall_s, 1),
            "cpu_s": round(plain.cpu_s, 1),
            "peak_mib": plain.peak_mib,
        },
        {
            "question": f"detection on Spark, {master}",
            "wall_s": round(far.wall_s, 1),
            "times": round(far.wall_s / plain.wall_s, 1),
        },
    ]


def _scan(root: Path) -> None:
    with duckdb.connect(":memory:") as db:
        db.execute("SET threads = 2")
        db.execute(
            f"SELECT count(*) FILTER (WHERE account = 'x' AND kind = 'open') "
            f"FROM read_parquet('{root}/trail/access/*.parquet')"
        ).fetchall()


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    began, before = perf_counter(), process_time()
    work()
    return perf_counter() - began, process_time() - before


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
