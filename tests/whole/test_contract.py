"""The case and the verbs keep to the contract, on a region that went through the chain."""

import csv
import gzip
import html
import json
import re
from itertools import pairwise

import pyarrow.parquet as pq
import pytest

from tocsin.adapters.case_folder import PLACES
from tocsin.core import tables
from tocsin.core.vocabulary import CATEGORIES

pytestmark = pytest.mark.slow

ARROW = {
    "VARCHAR": "string",
    "BIGINT": "int64",
    "DOUBLE": "double",
    "TIMESTAMP": "timestamp[us, tz=UTC]",
}


def files(whole, shape):
    place = whole.case / PLACES[shape]
    return sorted(place.glob("*.parquet")) if place.is_dir() else [place]


def rows(whole, shape):
    return [row for file in files(whole, shape) for row in pq.read_table(file).to_pylist()]


@pytest.mark.parametrize("shape", PLACES, ids=lambda shape: shape.name)
def test_each_table_has_the_contracts_columns_and_types(whole, shape):
    for file in files(whole, shape):
        schema = pq.read_schema(file)
        assert tuple(schema.names) == shape.names
        for column in shape.columns:
            found = str(schema.field(column.name).type)
            if column.type.endswith("[]"):
                assert found.startswith("list<")
            else:
                assert found == ARROW[column.type], column.name


def test_every_line_of_every_file_is_accounted_for(whole):
    for row in rows(whole, tables.LEDGER):
        assert row["lines"] == row["accepted"] + row["quarantined"] + row["repeated"]
        file = whole.region / row["file"]
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        if file.suffix != ".zst":
            header = 1 if ".csv" in file.suffixes else 0
            assert row["lines"] == sum(1 for x in text.split(b"\n") if x.strip()) - header


def test_each_position_is_a_row_or_in_quarantine_once(whole):
    places = [
        (row["digest"], row["position"], row["part"])
        for shape in (tables.ACCESS, tables.QUARANTINE)
        for row in rows(whole, shape)
    ]
    assert len(places) == len(set(places))


def test_empty_is_the_empty_text_where_the_contract_says_so(whole):
    for row in rows(whole, tables.ACCESS):
        assert None not in [row[n] for n in ("account", "session", "operation", "person")]


def test_coverage_tiles_the_window_for_each_source(whole):
    by_source = {}
    for row in sorted(rows(whole, tables.COVERAGE), key=lambda r: r["start_at"]):
        by_source.setdefault(row["source"], []).append(row)
    edges = {(tiles[0]["start_at"], tiles[-1]["end_at"]) for tiles in by_source.values()}
    assert len(edges) == 1
    for tiles in by_source.values():
        for one, following in pairwise(tiles):
            assert one["end_at"] == following["start_at"]


def test_sessions_and_acts_agree(whole):
    attributed = {}
    for act in rows(whole, tables.ACTS):
        attributed.setdefault(act["session"], set()).add(act["attribution"])
    for session in rows(whole, tables.SESSIONS):
        assert 0 <= session["probability"] <= 1
        assert (session["verdict"] == "usurped") == (
            "usurped" in attributed.get(session["session"], set())
        )
        for reason in json.loads(session["reasons"]):
            assert reason["places"], reason["signal"]


def test_grades_are_cumulative_and_inside_the_bounds(whole):
    scope = whole.json("scope", str(whole.case), "--accept-suspicions")
    for persons in [scope["persons"], *(c["persons"] for c in scope["controllers"])]:
        assert persons["certain"] <= persons["probable"] <= persons["possible"]
        assert persons["certain"] <= persons["at_least"] <= persons["at_most"]
    assert {s["category"] for s in scope["statements"]} == set(CATEGORIES)
    assert scope["proposition"]


def test_without_review_a_scope_counts_no_suspicion_as_certain(whole):
    scope = whole.json("scope", str(whole.case))
    assert not scope["proposition"]
    assert scope["persons"]["certain"] == 0
    assert all(s["finding"] != "reached" for s in scope["statements"])


def test_the_latest_scope_is_the_last_revision(whole):
    scope = whole.json("scope", str(whole.case), "--accept-suspicions")
    kept = whole.case / "scope/revisions" / str(scope["revision"])
    for name in ("people", "reach", "statements"):
        latest = (whole.case / f"scope/{name}.parquet").read_bytes()
        assert (kept / f"{name}.parquet").read_bytes() == latest


def test_bringing_the_same_trails_in_again_changes_nothing(whole):
    before = {
        f: f.read_bytes() for s in (tables.ACCESS, tables.LEDGER) for f in files(whole, s)
    }
    again = whole.json("ingest", str(whole.case))
    assert {f: f.read_bytes() for f in before} == before
    for source in again["sources"]:
        assert source["lines"] == (
            source["accepted"] + source["quarantined"] + source["repeated"]
        )


def test_a_review_decides_and_survives_a_new_run(whole):
    found = whole.json("detect", str(whole.case))
    session = found["suspicions"][0]["session"]
    words = ("--verdict", "legitimate", "--by", "A. Analyste", "--why", "vérifié par téléphone")
    whole.tocsin("review", str(whole.case), session, *words)
    whole.tocsin("detect", str(whole.case))
    kept = {r["session"]: r for r in rows(whole, tables.SESSIONS)}[session]
    assert (kept["verdict"], kept["decided_by"]) == ("legitimate", "A. Analyste")
    words = ("--verdict", "usurped", "--by", "A. Analyste", "--why", "ce n'était pas elle")
    whole.tocsin("review", str(whole.case), session, *words)
    scope = whole.json("scope", str(whole.case))
    assert not scope["proposition"]
    assert scope["persons"]["possible"] > 0


def test_a_session_is_explained_with_lines_that_are_there(whole):
    found = whole.json("detect", str(whole.case))
    why = whole.json("explain", str(whole.case), found["suspicions"][0]["session"])
    known = {(r["source"], r["position"]) for r in rows(whole, tables.ACCESS)}
    assert why["reasons"]
    for reason in why["reasons"]:
        for place in reason["places"]:
            assert (place["source"], place["position"]) in known


def test_the_journal_says_who_did_what_and_its_chain_holds(whole):
    status = whole.json("status", str(whole.case))
    assert status["journal"]["broken_at"] is None
    events = [json.loads(x)["event"] for x in (whole.case / "journal.ndjson").open()]
    assert events[0] == "opened"
    assert "vault_opened" in events


def secrets_of(region):
    """Contacts and full names of the simulated persons."""
    secrets = set()
    for file in (region / "directory").glob("persons*"):
        raw = file.read_bytes()
        text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode()
        for person in csv.DictReader(text.splitlines()):
            contacts = [person.get(c) or "" for c in ("email", "phone", "address", "ins")]
            secrets |= {value for value in contacts if len(value) > 7}
            secrets.add(f"{person['birth_name']} {person['first_names']}")
    return secrets


def texts_of(case):
    """All that the case shows outside vault, evidence, access.query and quarantine.head."""
    for file in case.rglob("*"):
        inside = file.relative_to(case)
        if file.is_file() and inside.parts[0] not in ("evidence", "vault", "work"):
            if file.suffix == ".parquet":
                table = pq.read_table(file)
                for name in set(table.column_names) - {"query", "head"}:
                    yield str(table[name].to_pylist())
            else:
                yield file.read_text(errors="replace")


def test_no_identity_stands_outside_the_places_that_the_contract_names(whole):
    secrets = secrets_of(whole.region)
    shown = [whole.tocsin(verb, str(whole.case)) for verb in ("status", "detect", "scope")]
    everything = "\n".join([*shown, *texts_of(whole.case)])
    assert len(secrets) > 100
    # A number inside a longer one is no phone number: probabilities have sixteen digits.
    assert not [
        secret
        for secret in secrets
        if secret in everything
        and re.search(rf"(?<![\d.]){re.escape(secret)}(?!\d)", everything)
    ]


def test_the_report_is_one_file_that_asks_nothing_of_the_outside(whole):
    page = html.unescape((whole.case / "report/index.html").read_text())
    assert "Content-Security-Policy" in page
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)
