"""`tocsin bench ingest`: whole commands on trails of known size, beside the machine's limits.

Each figure is the wall time of the whole command (start of Python, evidence copy, SHA-256,
quarantine, ledger, sort and publication included), with the files in the page cache. Beside it,
in the same run: reading the raw bytes, and DuckDB's parse-only pass over the same file. What else
runs on the machine changes the wall time, much less the processor time, so both are said.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import duckdb

from tocsin.bench.command import Spent, spent
from tocsin.bench.events import ACCOUNTS, write_lines

CURVE = (1, 3, 10)
"""Multiples of the rows asked, for the curve of cost against size."""

ESTATE = """\
[operator]
id = "bench"
name = "Bench"
timezone = "Europe/Paris"

[directory]
as_of = 2025-09-30T00:00:00Z
accounts = "accounts.csv"
persons = "persons.csv"
care = "care.csv"
controllers = "controllers.csv"

[[service]]
id = "record"
[[service.operation]]
id = "search"
match = {{interaction = "search-type", resource = "Patient"}}
kind = "search"
persons = "query"
reveals = ["identity.birth_name"]
[[service.operation]]
id = "read"
match = {{interaction = "read", resource = "Patient"}}
kind = "open"
persons = "named"
reveals = ["identity.birth_name"]
[[service.operation]]
id = "record"
match = {{event_id = "110110"}}
kind = "open"
persons = "named"
reveals = ["medical.document"]

[[source]]
id = "trail"
service = "record"
format = "{format}"
files = ["trail.ndjson"]
"""

PARSE_ONLY = """
SELECT sum(length(id)), max(recorded), sum(len(agent)), sum(len(entity)), max(subtype[1].code)
FROM read_json('{file}', format='newline_delimited', ignore_errors=true, columns={{
  id: 'VARCHAR', recorded: 'VARCHAR', outcome: 'VARCHAR', action: 'VARCHAR',
  subtype: 'STRUCT(system VARCHAR, code VARCHAR)[]',
  agent: 'STRUCT("type" STRUCT(coding STRUCT(code VARCHAR)[]), who STRUCT(reference VARCHAR,
    display VARCHAR, identifier STRUCT("system" VARCHAR, "value" VARCHAR)), requestor BOOLEAN,
    network STRUCT(address VARCHAR, "type" VARCHAR), policy VARCHAR[])[]',
  source: 'STRUCT(site VARCHAR, observer STRUCT(reference VARCHAR, display VARCHAR))',
  entity: 'STRUCT(what STRUCT(reference VARCHAR, identifier STRUCT("value" VARCHAR)),
    "type" STRUCT(code VARCHAR), "role" STRUCT(code VARCHAR), query VARCHAR)[]'
}})
"""


START = "import tocsin.cli, tocsin.wiring.trails"
"""What every `tocsin ingest` loads before it looks at a trail."""


def run(*, rows: int) -> Mapping[str, Any]:
    """Measure; one row of results per kind and size.

    Args:
        rows: events of the smallest file; the curve goes to ten times as many.
    """
    found = []
    with TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Path(name)
        for times in CURVE:
            found.append(_fhir(folder / f"fhir-{times}", rows * times))
        found.append(_atna(folder / "atna", max(rows // 4, 1_000)))
    return {"bench": "ingest", "cores": os.cpu_count(), "rows": found}


def _fhir(folder: Path, rows: int) -> Mapping[str, Any]:
    size = _region(folder, "fhir-auditevent", "fhir", rows)
    file = folder / "trail.ndjson"
    read_s = _seconds(lambda: _read(file))
    before = process_time()
    parse_s = _seconds(lambda: _parse(file))
    parse_cpu_s = process_time() - before
    first = _spent(folder, "ingest", str(folder / "case"))
    again = _spent(folder, "ingest", str(folder / "case"))
    start_s = _seconds(lambda: subprocess.run([sys.executable, "-c", START], check=True))  # noqa: S603
    shutil.rmtree(folder)
    return {
        "kind": "fhir ndjson",
        "events": rows,
        "bytes": size,
        "events_per_s": round(rows / first.wall_s),
        "of_parse_only": round(parse_s / first.wall_s, 3),
        "parse_only_events_per_s": round(rows / parse_s),
        "cpu_us_per_event": round(first.cpu_s / rows * 1e6, 2),
        "parse_only_cpu_us_per_event": round(parse_cpu_s / rows * 1e6, 2),
        "of_raw_read": round(read_s / first.wall_s, 4),
        "peak_mib": first.peak_mib,
        "reimport_s": round(again.wall_s, 2),
        "reimport_less_start_of_first": round(max(again.wall_s - start_s, 0) / first.wall_s, 4),
    }


def _atna(folder: Path, rows: int) -> Mapping[str, Any]:
    size = _region(folder, "atna", "atna", rows)
    first = _spent(folder, "ingest", str(folder / "case"))
    return {
        "kind": "atna rfc5424",
        "events": rows,
        "bytes": size,
        "events_per_s": round(rows / first.wall_s),
        "cpu_us_per_event": round(first.cpu_s / rows * 1e6, 2),
        "peak_mib": first.peak_mib,
    }


def _region(folder: Path, trail_format: str, make: str, rows: int) -> int:
    folder.mkdir()
    (folder / "estate.toml").write_text(ESTATE.format(format=trail_format))
    accounts = "".join(f"pro{n:05d},doctor,990000001\n" for n in range(ACCOUNTS))
    (folder / "accounts.csv").write_text("account,role,organisation\n" + accounts)
    (folder / "persons.csv").write_text("person,controller\np1,990000001\n")
    (folder / "care.csv").write_text("person,account,kind,start_at\n")
    (folder / "controllers.csv").write_text("controller,name\n990000001,Bench\n")
    size = write_lines(folder / "trail.ndjson", make, rows)
    _spent(folder, "open", str(folder / "case"), "--estate", str(folder / "estate.toml"))
    return size


def _spent(folder: Path, *words: str) -> Spent:
    return spent(*words, env={"TOCSIN_KEY_DIR": str(folder / "keys")})


def _read(file: Path) -> None:
    with file.open("rb", buffering=0) as raw:
        while raw.read(8 << 20):
            pass


def _parse(file: Path) -> None:
    database = duckdb.connect(":memory:")
    database.execute("SET threads = 2")
    database.execute(PARSE_ONLY.format(file=file)).fetchall()
    database.close()


def _seconds(work: Any) -> float:  # noqa: ANN401  (any callable without arguments)
    began = perf_counter()
    work()
    return perf_counter() - began
