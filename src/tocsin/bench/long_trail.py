"""A case whose trail is long and looks like work, for `tocsin detect` at any size.

Accounts of organisations of fifty, over 180 days: two sessions a working day, fifteen acts each
after a login at the identity provider, in the account's own hours, from the desk, a home or a
mobile exit; three acts in four on persons whom the account sees again and again. Two services
and a provider, one file a day and source, sorted as `ingest` publishes them. Five accounts are
emptied from abroad.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tocsin.flow.publication import public_name, published_name
from tocsin.wiring.cases import open_case

DAYS = 180
ROWS_PER_ACCOUNT = 5_000
PERSONS_PER_ACCOUNT = 50
ACCOUNTS_PER_HOUSE = 50
SOURCES = ("orientation", "record", "idp")
FIRST_US = 1_740_960_000_000_000
"""2025-03-03T00:00:00Z, a Monday."""
DAY_US = 86_400_000_000

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
reveals = ["identity.birth_name", "identity.first_names", "identity.birth_date"]
[[service.operation]]
id = "read"
match = {{action = "read"}}
kind = "open"
persons = "named"
reveals = ["identity.birth_name", "medical.document"]
[[service.operation]]
id = "note"
match = {{action = "note"}}
kind = "write"
persons = "named"
reveals = ["identity.birth_name"]
[[source]]
id = "{id}"
service = "{id}"
format = "csv"
files = ["trail/{id}-*.csv"]
columns = {{occurred_at = "at", account = "account"}}
"""

ESTATE = (
    """\
[operator]
id = "bench"
name = "Bench"
timezone = "Europe/Paris"

[directory]
as_of = 2025-09-01T00:00:00Z
accounts = "accounts.csv"
persons = "persons.csv"
care = "care.csv"
controllers = "controllers.csv"
"""
    + "".join(_SERVICE.format(id=name) for name in SOURCES[:2])
    + """
[[source]]
id = "idp"
format = "csv"
files = ["trail/idp-*.csv"]
columns = {occurred_at = "at", account = "account"}
"""
)

_MACROS = """
CREATE MACRO h(x, y) AS (hash(x, y) % 4611686018427387904)::BIGINT;
CREATE MACRO house_of(i) AS i // {per_house};
CREATE MACRO own(i, n) AS house_of(i) * {held} + h(i, 1000 + n) % {held};
CREATE MACRO family(n) AS ['MARTIN','BERNARD','THOMAS','PETIT','ROBERT','RICHARD','DURAND',
  'DUBOIS','MOREAU','LEROY','ROUX','FOURNIER'][1 + n % 12] || chr(65 + (n // 12 % 26)::INT);
CREATE TEMP TABLE professionals AS SELECT i AS n, printf('pro%06d', i) AS account,
  printf('10.%d.%d.%d', house_of(i) // 250, house_of(i) % 250, 1 + i % 20) AS desk,
  printf('82.%d.%d.%d', h(i, 1) % 250, h(i, 2) % 250, 1 + h(i, 3) % 250) AS home,
  'Navigateur ' || 100 + h(i, 4) % 40 AS client, 6 + h(i, 5) % 4 + 8 * (h(i, 6) % 20 = 0)::INT
    AS morning
FROM range({accounts}) AS t(i);
"""

_DIRECTORY = {
    "accounts": """SELECT printf('pro%06d', i) AS account,
        ['doctor','nurse','secretary','social'][1 + i % 4] AS role,
        printf('99%07d', house_of(i)) AS organisation FROM range({accounts}) AS t(i)""",
    "persons": """SELECT 'p' || i AS person, printf('99%07d', i // {held}) AS controller,
        family(h(i, 1)) AS birth_name, 'PRENOM' || h(i, 3) % 800 AS first_names, 'F' AS sex,
        strftime(DATE '1930-01-01' + (h(i, 4) % 33000)::INT, '%Y-%m-%d') AS birth_date
        FROM range({persons}) AS t(i)""",
    "care": """SELECT DISTINCT 'p' || own(i, n) AS person, printf('pro%06d', i) AS account,
        'appointment' AS kind, '2025-03-01T00:00:00Z' AS start_at
        FROM range({accounts}) AS t(i), range(80) AS u(n)""",
    "controllers": """SELECT printf('99%07d', i) AS controller, 'CH ' || i AS name
        FROM range({houses}) AS t(i)""",
}

_SESSIONS = """
CREATE OR REPLACE TEMP TABLE day_sessions AS
SELECT d.n AS n, d.account AS account, {day} * 100000000000 + d.n * 100 + k AS s, false AS thief,
  {first} + (d.morning + 10.0 * (h(d.n, {day} * 10 + k) % 1000) / 1000) * 3600000000::BIGINT
    AS start_us,
  CASE WHEN h(d.n, {day} * 20 + k) % 10 < 8 THEN d.desk
       WHEN h(d.n, {day} * 20 + k) % 10 = 8 THEN d.home
       ELSE printf('37.165.%d.%d', h(d.n, {day}) % 200, 1 + h(d.n, {day} + 1) % 250) END
    AS address,
  d.client AS client, 5 + h(d.n, {day} * 30 + k) % 21 AS acts,
  CASE WHEN h(d.n, {day} * 40 + k) % 10 < 6 THEN 'orientation' ELSE 'record' END AS service
FROM professionals AS d, range(5) AS t(k)
WHERE k < CASE WHEN {day} % 7 < 5 THEN [0,1,1,2,2,2,3,3,4,5][1 + h(d.n, {day} * 50) % 10]
               WHEN h(d.n, {day} * 50) % 10 < 3 THEN 1 ELSE 0 END
UNION ALL
SELECT d.n, d.account, {day} * 100000000000 + d.n * 100 + 99, true,
  {first} + 2 * 3600000000::BIGINT, '185.220.101.' || 1 + d.n % 200, 'python-requests/2.31',
  150, 'record'
FROM professionals AS d
WHERE d.n < {accounts} AND d.n % ({accounts} // 5) = 7 AND {day} % 30 = 20
"""

_WHOM = """CASE WHEN s.thief THEN h(s.s, k) % {persons}
  WHEN h(s.s, 5 * k) % 20 < 15 THEN own(s.n, h(s.s, 7 * (k // 2)) % (20 + h(s.s, k) % 180))
  WHEN h(s.s, 5 * k) % 20 < 19 THEN house_of(s.n) * {held} + h(s.s, 11 * k) % {held}
  ELSE h(s.s, 13 * k) % {persons} END"""

_ACTS = """
SELECT 'e' || s.s || '-' || k AS event_id, NULL::VARCHAR[] AS also, '{source}' AS source,
  '{digest}' AS digest, row_number() OVER () AS position, 0::BIGINT AS part,
  make_timestamp(s.start_us::BIGINT + 20000000
    + k * (8000000 + h(s.s, 3) % 60000000) + h(s.s, k) % 8000000)::TIMESTAMPTZ AS occurred_at,
  s.account AS account, 'a' || s.s AS session, s.address AS address, s.client AS client,
  '{source}' AS service, o.operation AS operation, o.kind AS kind, 'ok' AS outcome,
  CASE WHEN o.kind = 'search' THEN '' ELSE 'p' || ({whom}) END AS person,
  CASE WHEN o.kind = 'search' THEN 'family=' || family(h(s.s, 17 * k))
    || CASE WHEN h(s.s, k) % 3 = 0 THEN '&birthdate=19' || 30 + h(s.s, k) % 60 ELSE '' END
    || '&_sort=family&_count=20' END AS query,
  NULL::BIGINT AS result_count,
  CASE WHEN h(s.s, 19) % 50 = 0 THEN 'ETREAT' ELSE 'TREAT' END AS purpose
FROM day_sessions AS s, range(150) AS a(k), LATERAL (
  SELECT CASE WHEN s.thief THEN 'read' WHEN k = 0 OR h(s.s, k) % 10 < 3 THEN 'search'
              WHEN h(s.s, k) % 10 < 4 THEN 'note' ELSE 'read' END AS operation,
         CASE WHEN s.thief THEN 'open' WHEN k = 0 OR h(s.s, k) % 10 < 3 THEN 'search'
              WHEN h(s.s, k) % 10 < 4 THEN 'write' ELSE 'open' END AS kind) AS o
WHERE k < s.acts AND s.service = '{source}'
"""

_LOGINS = """
SELECT 'l' || s.s AS event_id, NULL::VARCHAR[] AS also, 'idp' AS source, '{digest}' AS digest,
  row_number() OVER () AS position, 0::BIGINT AS part,
  make_timestamp(s.start_us::BIGINT)::TIMESTAMPTZ AS occurred_at, s.account AS account,
  'i' || s.s AS session, s.address AS address, s.client AS client, NULL::VARCHAR AS service,
  '' AS operation, 'login' AS kind, 'ok' AS outcome, '' AS person, NULL::VARCHAR AS query,
  NULL::BIGINT AS result_count, '' AS purpose
FROM day_sessions AS s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """A case that was made, and how large it is."""

    root: Path
    rows: int
    accounts: int
    days: int


def make(folder: Path, *, rows: int, days: int = DAYS, threads: int = 2) -> Long:
    """Write an estate, open a case on it, and write its trail.

    Args:
        folder: where; empty.
        rows: of access, nearly, over 180 days; a trail of fewer days has fewer.
        days: of the trail.
        threads: of the engine that writes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TOCSIN_KEY_DIR"] = str(folder / "keys")
    (folder / "estate.toml").write_text(ESTATE)
    accounts = max(rows // ROWS_PER_ACCOUNT, 60)
    persons = accounts * PERSONS_PER_ACCOUNT
    sizes = {
        "accounts": accounts,
        "persons": persons,
        "per_house": ACCOUNTS_PER_HOUSE,
        "held": ACCOUNTS_PER_HOUSE * PERSONS_PER_ACCOUNT,
        "houses": -(-accounts // ACCOUNTS_PER_HOUSE),
    }
    with duckdb.connect(":memory:") as db:
        db.execute(f"SET threads = {threads}")
        db.execute("SET memory_limit = '1GB'")
        db.execute(f"SET temp_directory = '{folder}/spill'")
        db.execute("SET TimeZone = 'UTC'")
        db.execute(_MACROS.format(**sizes))
        for name, sql in _DIRECTORY.items():
            db.execute(f"COPY ({sql.format(**sizes)}) TO '{folder}/{name}.csv' (HEADER)")
        root = folder / "case"
        open_case(root, folder / "estate.toml")
        (root / "trail/access").mkdir(parents=True)
        for day in range(days):
            write_day(db, root, day, sizes)
        _rest(db, root, days)
        ((made,),) = db.execute(
            f"SELECT count(*) FROM read_parquet('{root}/trail/access/*.parquet')"
        ).fetchall()
    return Long(root=root, rows=int(made), accounts=accounts, days=days)


def write_day(
    db: duckdb.DuckDBPyConnection, root: Path, day: int, sizes: dict[str, int]
) -> None:
    """Write the files of one day."""
    facts = {**sizes, "day": day, "first": FIRST_US + day * DAY_US}
    db.execute(_SESSIONS.format(**facts))
    for source in SOURCES:
        sql = _LOGINS if source == "idp" else _ACTS
        digest = hashlib.sha256(f"{source}{day}".encode()).hexdigest()
        made = sql.format(source=source, digest=digest, whom=_WHOM.format(**facts), **facts)
        db.execute(
            f"COPY (SELECT * FROM ({made}) ORDER BY account, occurred_at, position) "
            f"TO '{root / public_name(source, digest)}' "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )


def _rest(db: duckdb.DuckDBPyConnection, root: Path, days: int) -> None:
    """What was published of each source; coverage without a gap."""
    (root / "trail/published").mkdir(exist_ok=True)
    tiles = []
    for source in SOURCES:
        units = [
            (hashlib.sha256(f"{source}{day}".encode()).hexdigest(), f"trail/{source}-{day}.csv")
            for day in range(days)
        ]
        (root / published_name(source)).write_text(json.dumps({"units": units}))
        end = FIRST_US + (days + 1) * DAY_US
        tiles.append(
            f"('{source}', make_timestamp({FIRST_US})::TIMESTAMPTZ, "
            f"make_timestamp({end})::TIMESTAMPTZ, 'trailed', 0.0::DOUBLE, '')"
        )
    db.execute(
        f"COPY (SELECT * FROM (VALUES {', '.join(tiles)}) "
        "AS t(source, start_at, end_at, state, offset_s, why)) "
        f"TO '{root}/trail/coverage.parquet' (FORMAT parquet)"
    )
    (root / "trail/summary.json").write_text(
        json.dumps({"sources": [], "start_at": None, "end_at": None, "gaps": []})
    )
