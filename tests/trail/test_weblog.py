"""Combined web logs, read by the real engine."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.records import Source
from tocsin.core.vocabulary import TrailFormat
from tocsin.trail import weblog
from tocsin.trail.decoded import LINES

SOURCE = Source(
    id="files-web",
    service="files",
    service_by=None,
    format=TrailFormat.WEBLOG,
    files=("*.log",),
    timezone="Europe/Paris",
    names_results=False,
    silent=(),
    retention_days=0,
    clock_offset_s=0,
    columns={},
)
END = '"GET /a HTTP/1.1" 200 1 "-" "UA"'


@pytest.fixture
def read(tmp_path):
    engine = DuckdbEngine(tmp_path / "spill")

    def decode(*lines):
        rows = pa.table(
            {
                "position": pa.array(range(1, len(lines) + 1), pa.int64()),
                "line": pa.array(lines, pa.string()),
                "reason": pa.nulls(len(lines), pa.string()),
                "head": pa.nulls(len(lines), pa.string()),
            }
        )
        engine.bind_arrow(LINES, rows)
        for step in weblog.steps(SOURCE):
            engine.run(step)
        return engine.fetch("decoded", order=("position",)).to_pylist()

    yield decode
    engine.close()


def line(*, address="192.0.2.7", account="-", at="10/Oct/2025:13:55:36 +0200", rest=END):
    return f"{address} - {account} [{at}] {rest}"


def test_a_line_gives_account_instant_request_and_session(read):
    (row,) = read(
        line(
            account="a.martin",
            rest='"GET /files/12/summary?tab=1&x=%41 HTTP/1.1" 200 5 "-" "Mozilla/5.0" "s-81"',
        )
    )
    assert row["actor"] == "a.martin"
    assert row["occurred_us"] == int(
        datetime(2025, 10, 10, 11, 55, 36, tzinfo=UTC).timestamp() * 1e6
    )
    assert (row["method"], row["path"], row["query"]) == (
        "GET",
        "/files/12/summary",
        "tab=1&x=%41",
    )
    assert (row["session"], row["client"], row["address"]) == (
        "s-81",
        "Mozilla/5.0",
        "192.0.2.7",
    )
    assert (row["outcome"], row["reason"], row["head"]) == ("ok", None, None)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "ok"), (206, "ok"), (304, "ok"), (302, "unknown"), (101, "unknown"),
     (401, "refused"), (403, "refused"), (404, "failed"), (500, "failed")],
)  # fmt: skip
def test_the_status_says_the_outcome(read, status, outcome):
    (row,) = read(line(rest=f'"GET / HTTP/1.1" {status} - "-" "UA"'))
    assert row["outcome"] == outcome


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        (line(address="[2001:db8::1]"), "address", "2001:db8::1"),
        (line(address="2001:db8::1"), "address", "2001:db8::1"),
        (line(account="-"), "actor", ""),
        (line(account='""'), "actor", ""),
        (line(account="Jean Dupont"), "actor", "Jean Dupont"),
        (line(account=r"rene\xc3\xa9"), "actor", "reneé"),
        (line(rest=r'"-" 200 - "-" "a \"b\" \x22c\x22 d\\e"'), "client", 'a "b" "c" d\\e'),
        (line(rest='"-" 200 - "-" "<script>"'), "client", "<script>"),
        (line(rest='"GET / HTTP/1.1" 200 - "-" "UA" 0.012 "x"'), "session", ""),
        (line(rest='"GET / HTTP/1.1" 200 - "-" "UA" "s1" 0.012'), "session", "s1"),
        (line(rest='"GET / HTTP/1.1" 200 - "-" "UA" "-"'), "session", ""),
        (line(rest='"GET https://h.example/p/1 HTTP/1.1" 200 1 "-" "UA"'), "path", "/p/1"),
        (line(rest='"GET /p/a%20b HTTP/2.0" 200 1 "-" "UA"'), "path", "/p/a b"),
        (line(rest='"GET /p/a%2Fb%25 HTTP/2.0" 200 1 "-" "UA"'), "path", "/p/a%2Fb%25"),
        (line(rest='"GET /p/%ff HTTP/2.0" 200 1 "-" "UA"'), "path", "/p/%ff"),
        (line(rest='"GET /p?a=%C3%A9#f HTTP/2.0" 200 1 "-" "UA"'), "query", "a=%C3%A9"),
        (line(rest='"-" 408 - "-" "-"'), "method", ""),
        (line(rest=r'"\x16\x03\x01" 400 226 "-" "-"'), "method", ""),
    ],
)  # fmt: skip
def test_odd_but_whole_lines_are_read(read, text, column, value):
    (row,) = read(text)
    assert row["reason"] is None
    assert row[column] == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        line()[:-1],
        line(rest='"GET / HTTP/1.1" 200 12'),
        line(at="30/Feb/2025:13:55:36 +0200"),
        line(at="10/Foo/2025:13:55:36 +0200"),
        line(at="10/anF/2025:13:55:36 +0200"),
        line(at="10/Oct/2025:25:55:36 +0200"),
        line(rest='"GET / HTTP/1.1" abc 12 "-" "UA"'),
        "x" * 5000,
    ],
)
def test_a_line_whose_envelope_is_broken_is_kept_with_its_reason(read, text):
    good, bad = read(line(), text)
    assert good["reason"] is None
    assert bad["reason"]
    assert bad["head"] == text[:200]
    assert bad["actor"] == ""
    assert bad["occurred_us"] is None


@pytest.mark.parametrize(
    ("at", "hour"),
    [
        ("26/Oct/2025:02:30:00 +0200", 0),
        ("26/Oct/2025:02:30:00 +0100", 1),
        ("26/Oct/2025:02:30:00 -0330", 6),
    ],
)
def test_the_numeric_zone_is_exact(read, at, hour):
    (row,) = read(line(at=at))
    wanted = datetime(
        2025, 10, 26, hour, 0 if at.endswith("30") and "-" in at else 30, tzinfo=UTC
    )
    assert row["occurred_us"] == int(wanted.timestamp() * 1e6)
