"""A case of any size whose tables are written straight, for what comes after the ingest.

Thirty thousand accounts of three services over a year; sessions of 25 acts, a fifth of them
searches; persons drawn so that a few are seen often and most rarely. One file a month and
service, as `ingest` leaves a monthly log: sorted by account and instant. Ten accounts have one
session each that a human called usurped.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tocsin.flow.publication import public_name, published_name
from tocsin.wiring.cases import open_case

ACCOUNTS = 30_000
ACTS_PER_SESSION = 25
SERVICES = ("orientation", "record", "imaging")
MONTHS = 12
USURPED = 10
FIRST_US = 1_735_689_600_000_000
"""2025-01-01T00:00:00Z."""
MONTH_US = 30 * 86_400_000_000

_SERVICE = """
[[service]]
id = "{id}"
name = "{id}"
perimeter = "organisation"
page_size = 20
[[service.operation]]
id = "search"
match = {{action = "search"}}
kind = "search"
persons = "query"
reveals = ["identity.birth_name", "identity.first_names", "identity.birth_date", "contact.phone"]
[[service.operation]]
id = "read"
match = {{action = "read"}}
kind = "open"
persons = "named"
reveals = ["identity.birth_name", "contact.phone", "medical.document"]
[[source]]
id = "{id}"
service = "{id}"
format = "csv"
files = ["trail/{id}-*.csv"]
columns = {{occurred_at = "at", account = "account"}}
"""

ESTATE = """\
[operator]
id = "bench"
name = "Bench"
timezone = "Europe/Paris"

[directory]
as_of = 2025-12-30T00:00:00Z
accounts = "accounts.csv"
persons = "persons.csv"
care = "care.csv"
controllers = "controllers.csv"
""" + "".join(_SERVICE.format(id=name) for name in SERVICES)

_NAMES = "['MARTIN','BERNARD','THOMAS','PETIT','ROBERT','RICHARD','DURAND','DUBOIS','MOREAU']"

_DIRECTORY = {
    "accounts": """SELECT printf('pro%05d', i) AS account, 'doctor' AS role,
        printf('99000%04d', i % 40) AS organisation FROM range({accounts}) AS t(i)""",
    "persons": """SELECT 'p' || i AS person, printf('99000%04d', h(i, 0) % 40) AS controller,
        {names}[1 + h(i, 1) % 9] || ' ' || chr(65 + (h(i, 2) % 26)::INT)
          || chr(65 + (h(i, 5) % 26)::INT) || chr(65 + (h(i, 6) % 26)::INT) AS birth_name,
        'PRENOM' || h(i, 3) % 800 AS first_names, 'F' AS sex,
        strftime(DATE '1930-01-01' + (h(i, 4) % 33000)::INT, '%Y-%m-%d') AS birth_date,
        '06' || lpad((h(i, 7) % 100000000)::VARCHAR, 8, '0') AS phone
        FROM range({persons}) AS t(i)""",
    "care": """SELECT 'p' || i AS person, printf('pro%05d', h(i, 0) % {accounts}) AS account,
        'stay' AS kind, '2025-02-01T00:00:00Z' AS start_at
        FROM range({persons} // 20) AS t(i)""",
    "controllers": """SELECT printf('99000%04d', i) AS controller, 'CH ' || i AS name
        FROM range(40) AS t(i)""",
}

_PROFESSIONALS = """
CREATE TEMP TABLE professionals AS SELECT i AS n, printf('pro%05d', i) AS account,
  printf('10.%d.%d.%d', i % 40, i // 256 % 256, i % 256) AS address,
  'poste-' || i % 400 AS client
FROM range({accounts}) AS t(i)
"""

_ROWS = """
COPY (
  SELECT 'e' || h(s.s, k) AS event_id, NULL::VARCHAR[] AS also, '{service}' AS source,
    '{digest}' AS digest, row_number() OVER () AS position, 0::BIGINT AS part,
    make_timestamp(s.start_us + k * (4000000 + h(s.s, k) % 60000000))::TIMESTAMPTZ
      AS occurred_at,
    d.account AS account, 's' || s.s AS session, d.address AS address, d.client AS client,
    '{service}' AS service,
    CASE WHEN k % 5 = 0 THEN 'search' ELSE 'read' END AS operation,
    CASE WHEN k % 5 = 0 THEN 'search' ELSE 'open' END AS kind, 'ok' AS outcome,
    CASE WHEN k % 5 = 0 THEN '' ELSE 'p' || (
      CASE WHEN h(h(s.s, k), 1) % 3 = 0 THEN h(s.account, h(h(s.s, k), 2) % 60) % {persons}
           ELSE h(h(s.s, k // 2), 3) % {persons} END) END AS person,
    CASE WHEN k % 5 = 0 THEN 'family=' || {names}[1 + h(h(s.s, k), 4) % 9]
      || '%20' || chr(65 + (h(h(s.s, k), 5) % 26)::INT) || '&_sort=family&_count=20'
    END AS query,
    NULL::BIGINT AS result_count, '' AS purpose
  FROM (SELECT i AS s, h(i, 7) % {accounts} AS account,
      {first} + h(i, 8) % {month} AS start_us
    FROM range({begin}, {end}) AS t(i)) AS s
    JOIN professionals AS d ON d.n = s.account, range({acts}) AS a(k)
  ORDER BY account, occurred_at
) TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A case that was made, and how large it is."""

    root: Path
    rows: int
    sessions: int
    persons: int
    bytes: int


def make(folder: Path, *, rows: int, persons: int, threads: int = 2) -> Made:
    """Write an estate, open a case on it, and write its tables.

    Args:
        folder: where; empty.
        rows: of access.
        persons: of the directory.
        threads: of the engine that writes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("TOCSIN_KEY_DIR", str(folder / "keys"))
    (folder / "estate.toml").write_text(ESTATE)
    with duckdb.connect(":memory:") as db:
        db.execute(f"SET threads = {threads}")
        db.execute("SET memory_limit = '2GB'")
        db.execute(f"SET temp_directory = '{folder}/spill'")
        db.execute("SET TimeZone = 'UTC'")
        db.execute("CREATE MACRO h(x, y) AS (hash(x, y) % 4611686018427387904)::BIGINT")
        db.execute(_PROFESSIONALS.format(accounts=ACCOUNTS))
        for name, sql in _DIRECTORY.items():
            made = sql.format(accounts=ACCOUNTS, persons=persons, names=_NAMES)
            db.execute(f"COPY ({made}) TO '{folder}/{name}.csv' (HEADER)")
        root = folder / "case"
        open_case(root, folder / "estate.toml")
        sessions = _access(db, root, rows, persons)
        _detection(db, root)
        _coverage(db, root)
    found = sorted((root / "trail/access").glob("*.parquet"))
    return Made(
        root=root,
        rows=rows,
        sessions=sessions,
        persons=persons,
        bytes=sum(f.stat().st_size for f in found),
    )


def _access(db: duckdb.DuckDBPyConnection, root: Path, rows: int, persons: int) -> int:
    (root / "trail/access").mkdir(parents=True)
    files = MONTHS * len(SERVICES)
    units: dict[str, list[tuple[str, str]]] = {}
    sessions = max(rows // ACTS_PER_SESSION // files, 1)
    for month in range(MONTHS):
        for n, service in enumerate(SERVICES):
            number = month * len(SERVICES) + n
            digest = hashlib.sha256(str(number).encode()).hexdigest()
            units.setdefault(service, []).append((digest, f"trail/{service}-{month:02d}.csv"))
            sql = _ROWS.format(
                service=service,
                digest=digest,
                persons=persons,
                accounts=ACCOUNTS,
                names=_NAMES,
                acts=ACTS_PER_SESSION,
                first=FIRST_US + month * MONTH_US,
                month=MONTH_US - 4 * 3_600_000_000,
                begin=number * sessions,
                end=(number + 1) * sessions,
                file=root / public_name(service, digest),
            )
            db.execute(sql)
    (root / "trail/published").mkdir()
    for service, listed in units.items():
        (root / published_name(service)).write_text(json.dumps({"units": listed}))
    return sessions * files


def _detection(db: duckdb.DuckDBPyConnection, root: Path) -> None:
    """Sessions, ten of them usurped by a human's word, and the acts of these."""
    (root / "detect").mkdir(exist_ok=True)
    access = f"read_parquet('{root}/trail/access/*.parquet')"
    db.execute(
        f"""CREATE TEMP TABLE found AS SELECT session, any_value(account) AS account,
        min(occurred_at) AS start_at, max(occurred_at) AS end_at, count(*) AS acts,
        count(DISTINCT person) AS persons FROM {access} GROUP BY session"""
    )
    db.execute(
        f"""CREATE TEMP TABLE chosen AS SELECT min(session) AS session FROM found
        GROUP BY account ORDER BY hash(account) LIMIT {USURPED}"""
    )
    db.execute(
        f"""COPY (SELECT f.session, account, start_at, end_at, acts, persons,
        CASE WHEN c.session IS NULL THEN 0.0 ELSE 1.0 END AS probability,
        CASE WHEN c.session IS NULL THEN 1.0 ELSE 0.0 END AS q_value,
        CASE WHEN c.session IS NULL THEN 'legitimate' ELSE 'usurped' END AS verdict,
        CASE WHEN c.session IS NULL THEN '' ELSE 'bench' END AS decided_by,
        '' AS campaign, '[]' AS reasons
        FROM found AS f LEFT JOIN chosen AS c ON c.session = f.session ORDER BY start_at)
        TO '{root}/detect/sessions.parquet' (FORMAT parquet, COMPRESSION zstd)"""
    )
    db.execute(
        f"""COPY (SELECT event_id, source, digest, position, part, a.session,
        'usurped' AS attribution, 'bench' AS decided_by FROM {access} AS a
        JOIN chosen AS c ON c.session = a.session ORDER BY digest, position)
        TO '{root}/detect/acts.parquet' (FORMAT parquet, COMPRESSION zstd)"""
    )


def _coverage(db: duckdb.DuckDBPyConnection, root: Path) -> None:
    """Everything trailed, but one day of one source; an empty quarantine; a ledger."""
    end = FIRST_US + MONTHS * MONTH_US
    cut = FIRST_US + 3 * MONTH_US
    day = 86_400_000_000
    tiles = [
        (s, a, b, state)
        for s in SERVICES
        for a, b, state in (
            [
                (FIRST_US, cut, "trailed"),
                (cut, cut + day, "silent"),
                (cut + day, end, "trailed"),
            ]
            if s == SERVICES[0]
            else [(FIRST_US, end, "trailed")]
        )
    ]
    values = ", ".join(
        f"('{s}', make_timestamp({a})::TIMESTAMPTZ, make_timestamp({b})::TIMESTAMPTZ, '{state}')"
        for s, a, b, state in tiles
    )
    db.execute(
        f"""COPY (SELECT source, start_at, end_at, state, 0.0 AS offset_s, '' AS why
        FROM (VALUES {values}) AS t(source, start_at, end_at, state))
        TO '{root}/trail/coverage.parquet' (FORMAT parquet)"""
    )
    db.execute(
        f"""COPY (SELECT '' AS source, '' AS digest, 0::BIGINT AS position, 0::BIGINT AS part,
        '' AS reason, '' AS head WHERE false) TO '{root}/trail/quarantine.parquet'
        (FORMAT parquet)"""
    )
    summary: Mapping[str, object] = {
        "sources": [],
        "start_at": None,
        "end_at": None,
        "gaps": [],
    }
    (root / "trail/summary.json").write_text(json.dumps(summary))
