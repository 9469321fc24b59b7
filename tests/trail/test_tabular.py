"""Mapped CSV, read by the real engine."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.errors import InputError
from tocsin.core.records import ServiceBy, Source
from tocsin.core.vocabulary import TrailFormat
from tocsin.trail import tabular
from tocsin.trail.decoded import LINES

SOURCE = Source(
    id="ehr-csv",
    service="ehr",
    service_by=None,
    format=TrailFormat.CSV,
    files=("*.csv",),
    timezone="Europe/Paris",
    names_results=False,
    silent=(),
    retention_days=0,
    clock_offset_s=0,
    columns={
        "occurred_at": "time",
        "account": "login",
        "action": "screen",
        "person": "patient",
    },
)
HEADER = "time,login,screen,patient"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = DuckdbEngine(tmp_path_factory.mktemp("spill"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def read(engine):
    def decode(text, source=SOURCE):
        physical = text.split("\n")
        kept = [(n, line) for n, line in enumerate(physical, 1) if line.strip()]
        engine.bind_arrow(
            LINES,
            pa.table(
                {
                    "position": pa.array([n for n, _ in kept], pa.int64()),
                    "line": pa.array([line for _, line in kept], pa.string()),
                    "reason": pa.nulls(len(kept), pa.string()),
                    "head": pa.nulls(len(kept), pa.string()),
                }
            ),
        )
        for step in tabular.steps(source, header=physical[0], file="trail/a.csv"):
            engine.run(step)
        return engine.fetch("decoded", order=("position",)).to_pylist()

    return decode


def us(*when):
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1e6)


def test_the_mapped_columns_are_read_and_the_header_is_no_line(read):
    (row,) = read(f"{HEADER}\n2025-10-10 13:55:36,a.martin,Fiche,p-12")
    assert (row["position"], row["actor"], row["action"], row["person"]) == (
        2,
        "a.martin",
        "Fiche",
        "p-12",
    )
    assert (row["occurred_us"], row["outcome"], row["event_id"]) == (
        us(2025, 10, 10, 11, 55, 36),
        "ok",
        None,
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_guessed_from_the_header(read, delimiter):
    text = f'{HEADER}\n2025-10-10T13:55:36Z,a,b,"c"'.replace(",", delimiter)
    (row,) = read(text)
    assert (row["reason"], row["actor"], row["action"], row["person"]) == (None, "a", "b", "c")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-10-10T13:55:36Z", us(2025, 10, 10, 13, 55, 36)),
        ("2025-10-10T13:55:36+02:00", us(2025, 10, 10, 11, 55, 36)),
        ("2025-10-10 13:55:36.25-0500", us(2025, 10, 10, 18, 55, 36, 250000)),
        ("2025-10-10 13:55", us(2025, 10, 10, 11, 55)),
        ("2025-01-10 13:55:36,5", us(2025, 1, 10, 12, 55, 36, 500000)),
        ("2025-01-10T13:55:36.123456789", us(2025, 1, 10, 12, 55, 36, 123456)),
        ("2025-10-26 02:30:00", us(2025, 10, 26, 0, 30)),
        ("2025-03-30 03:00:00", us(2025, 3, 30, 1, 0)),
        ("2025-03-30 01:59:59", us(2025, 3, 30, 0, 59, 59)),
    ],
)
def test_iso_instants_are_exact_in_the_zone_of_the_source(read, text, wanted):
    (row,) = read(f"{HEADER.replace(',', ';')}\n{text};a;b;c")
    assert row["occurred_us"] == wanted


@given(at=st.datetimes(datetime(1971, 1, 1), datetime(2098, 1, 1)))  # noqa: DTZ001
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_wall_time_means_what_the_zone_says(read, at):
    at = at.replace(microsecond=0)
    paris = ZoneInfo("Europe/Paris")
    if at.replace(tzinfo=UTC).astimezone(UTC) and (
        at.replace(tzinfo=paris).astimezone(UTC).astimezone(paris).replace(tzinfo=None) != at
    ):
        return  # a time that the change of hour skips
    (row,) = read(f"{HEADER}\n{at.isoformat(' ')},a,b,c")
    assert row["occurred_us"] == int(at.replace(tzinfo=paris).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    "bad",
    [
        "2025-10-10 13:55:36,a,b",
        "2025-10-10 13:55:36,a,b,c,d",
        "2025-10-10,a,b,c",
        "10/10/2025 13:55,a,b,c",
        "2025-02-30 13:55:36,a,b,c",
        ",a,b,c",
        "2025-10-10 13:55:36,a,b,\"c",
        "2025-10-10 13:55:36,a,\"b\"x,c",
        "x",
        "9999-10-10 13:55:36,a,b,c",
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_read_is_kept_with_its_reason(read, bad):
    rows = read(f"{HEADER}\n{bad}\n2025-10-10 13:55:36,a,b,c")
    assert [bool(r["reason"]) for r in rows] == [True, False]
    assert rows[0]["head"] == bad[:200]
    assert rows[0]["actor"] == ""


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("OK", "ok"),
        ("Success", "ok"),
        ("204", "ok"),
        ("Denied", "refused"),
        ("403", "refused"),
        ("failed", "failed"),
        ("503", "failed"),
        ("", "unknown"),
        ("bof", "unknown"),
    ],
)
def test_the_outcome_words(read, word, outcome):
    source = replace(SOURCE, columns={"occurred_at": "time", "outcome": "login"})
    (row,) = read(f"{HEADER}\n2025-10-10 13:55:36,{word},b,c", source)
    assert row["outcome"] == outcome


def test_a_dirty_cell_stays_the_text_it_is(read):
    (row,) = read(f'{HEADER}\n2025-10-10 13:55:36,=cmd|\' /C calc\'!A0,<script>,"p ""x"", 1"')
    assert row["actor"] == "=cmd|' /C calc'!A0"
    assert row["person"] == 'p "x", 1'


def test_a_quoted_line_feed_keeps_the_record_and_the_place_where_it_starts(read):
    rows = read(
        f"{HEADER}\n2025-10-10 13:55:36,a,b,1\n"
        '2025-10-10 13:55:37,a,"two\nlines",2\n'
        '2025-10-10 13:55:38,a,"three\n\nmore, and\nlines",3\n'
        "2025-10-10 13:55:39,a,b,4"
    )
    assert [(r["position"], r["person"]) for r in rows] == [
        (2, "1"),
        (3, "2"),
        (5, "3"),
        (9, "4"),
    ]
    assert rows[1]["action"] == "two\nlines"
    assert all(r["reason"] is None for r in rows)


def test_a_lost_quote_swallows_no_whole_record(read):
    rows = read(
        f'{HEADER}\n2025-10-10 13:55:36,a,"b,1\n2025-10-10 13:55:37,a,b,2\n'
        '2025-10-10 13:55:38,a,b",3\n2025-10-10 13:55:39,a,b,4'
    )
    assert [r["person"] for r in rows if r["reason"] is None and r["person"] in "24"] == [
        "2",
        "4",
    ]
    assert rows[0]["reason"]


@given(
    cells=st.lists(
        st.tuples(st.text("ab\",;\n'|é ", max_size=6), st.text('ab",\n', max_size=6)),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_a_csv_writer_writes_is_read_back(read, cells):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for a, b in cells:
        clean = [re.sub("\n(?: *\n)+", "\n", c) for c in (a, b)]  # blank lines are left out
        writer.writerow(["2025-10-10 13:55:36", *clean, "p"])
    rows = read(f"{HEADER}\n{text.getvalue()}")
    readable = [r for r in rows if r["reason"] is None]
    wanted = list(csv.reader(io.StringIO(text.getvalue())))
    assert len(rows) >= len(wanted)
    if len(rows) == len(wanted) == len(readable):
        flat = [(r["actor"].replace("\n", ""), r["action"].replace("\n", "")) for r in rows]
        assert flat == [(w[1].replace("\n", ""), w[2].replace("\n", "")) for w in wanted]


def test_service_and_event_id_and_count_are_read_where_mapped(read):
    source = replace(
        SOURCE,
        service_by=ServiceBy(field="app", map={"x": "ehr"}),
        columns={"occurred_at": "t", "event_id": "id", "result_count": "n", "session": "s"},
    )
    rows = read(
        "t,id,n,s,app\n2025-10-10 13:55:36,e1,12,s1,x\n2025-10-10 13:55:36,,many,,y", source
    )
    assert [
        (r["event_id"], r["result_count"], r["session"], r["service_key"]) for r in rows
    ] == [
        ("e1", 12, "s1", "x"),
        (None, None, "", "y"),
    ]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"account": "login"}, "occurred_at"),
        ({"occurred_at": "time", "account": "who"}, "who"),
        ({"occurred_at": "time", "colour": "login"}, "colour"),
    ],
)
def test_a_mapping_that_does_not_fit_names_file_and_column(columns, said):
    with pytest.raises(InputError, match=said) as caught:
        tabular.steps(replace(SOURCE, columns=columns), header=HEADER, file="trail/a.csv")
    assert "trail/a.csv" in str(caught.value)
