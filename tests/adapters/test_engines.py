"""One suite for every engine: what a port promises, and what SQL means, is the same on each."""

import os
import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.errors import InputError
from tocsin.core.tables import COUNT, REAL, TEXT, TEXTS, YES_NO, Step, table

try:
    from tocsin.adapters.spark_engine import SparkEngine
except ModuleNotFoundError:
    SparkEngine = None

NUMBERS = table("numbers", "number", name=TEXT, n=COUNT, x=REAL)
STAMPED = table("stamped", "instant", name=TEXT, seen_at="TIMESTAMP", words=TEXTS)


def spark(folder):
    if SparkEngine is None or shutil.which("java") is None:
        assert not os.environ.get("CI"), "run `make servers` first"
        pytest.skip("Spark or Java is not here: pip install 'tocsin[spark]', make servers")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return SparkEngine(folder, master="local[1]", memory="1GB")


@pytest.fixture(
    scope="module", params=["duckdb", pytest.param("spark", marks=pytest.mark.slow)]
)
def engine(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "spill"
    made = DuckdbEngine(folder, threads=1) if request.param == "duckdb" else spark(folder)
    yield made
    made.close()


@pytest.fixture
def numbers(engine):
    rows = [("b", 1, 0.5), ("a", None, None), ("é", -7, 2.5), ("Z", 7, -2.5), ("a", 2, 1.5)]
    columns = list(zip(*rows, strict=True))
    arrays = [pa.array(columns[0]), pa.array(columns[1], pa.int64()), pa.array(columns[2])]
    engine.bind_arrow(NUMBERS, pa.table(arrays, names=["name", "n", "x"]))
    return engine


def asked(engine, sql, order=(), reads=("numbers",), **columns):
    fills = table("asked", "row", **columns)
    engine.run(Step(fills=fills, reads=reads, sql=sql))
    return [tuple(row.values()) for row in engine.fetch("asked", order=order).to_pylist()]


ONE = {"v": COUNT}


@pytest.mark.parametrize(
    ("says", "sql", "type_", "expected"),
    [
        ("whole division", "SELECT n // 2 AS v FROM numbers WHERE n = 7", COUNT, 3),
        ("true division", "SELECT n / 2 AS v FROM numbers WHERE n = 7", REAL, 3.5),
        ("a remainder has its sign", "SELECT n % 4 AS v FROM numbers WHERE n = -7", COUNT, -3),
        ("a count leaves NULL out", "SELECT count(n) AS v FROM numbers", COUNT, 4),
        ("a distinct count too", "SELECT count(DISTINCT name) AS v FROM numbers", COUNT, 4),
        (
            "a filter on a count",
            "SELECT count(*) FILTER (WHERE n > 1) AS v FROM numbers",
            COUNT,
            2,
        ),
        ("the sum of nothing", "SELECT sum(n) AS v FROM numbers WHERE n > 99", COUNT, None),
        ("the mean of nothing", "SELECT avg(x) AS v FROM numbers WHERE n > 99", REAL, None),
        ("no row before the first", "SELECT lag(n) OVER (ORDER BY n) AS v FROM numbers"
         " WHERE n IS NOT NULL ORDER BY n LIMIT 1", COUNT, None),
        ("the least text by code point", "SELECT min(name) AS v FROM numbers", TEXT, "Z"),
        ("the most of texts too", "SELECT max(name) AS v FROM numbers", TEXT, "é"),
        ("lower case of a letter with an accent", "SELECT lower('É') AS v", TEXT, "é"),
        ("a part of a text", "SELECT substr('abcdef', 2, 3) AS v", TEXT, "bcd"),
        ("characters, not bytes", "SELECT length('été') AS v", COUNT, 3),
        ("texts joined", "SELECT 'a' || 'b' AS v", TEXT, "ab"),
        ("a text joined to NULL", "SELECT 'a' || CAST(NULL AS VARCHAR) AS v", TEXT, None),
        ("NULL is as distinct as a value", "SELECT NULL IS DISTINCT FROM 1 AS v", YES_NO, True),
        ("the greater leaves NULL out", "SELECT greatest(1, NULL) AS v", COUNT, 1),
        ("the first that is no NULL", "SELECT coalesce(NULL, 3) AS v", COUNT, 3),
        ("microseconds beyond 32 bits", "SELECT 1757059200000000 + 1 AS v", COUNT,
         1757059200000001),
        ("an integer as a real", "SELECT CAST(7 AS DOUBLE) / 2 AS v", REAL, 3.5),
        ("the floor of a negative", "SELECT CAST(floor(-2.5) AS BIGINT) AS v", COUNT, -3),
        ("a logarithm", "SELECT ln(1.0) AS v", REAL, 0.0),
        ("an absent side of an outer join", "SELECT b.n AS v FROM numbers AS a LEFT JOIN "
         "numbers AS b ON b.n = a.n + 1000 WHERE a.n = 1", COUNT, None),
        ("a number of rows over a window", "SELECT max(r) AS v FROM (SELECT row_number() OVER "
         "(PARTITION BY name ORDER BY n) AS r FROM numbers) AS t", COUNT, 2),
    ],
)  # fmt: skip
def test_sql_means_the_same(numbers, says, sql, type_, expected):
    assert asked(numbers, sql, v=type_) == [(expected,)], says


def test_null_stands_last_in_both_directions(numbers):
    for order in ("v", "v DESC"):
        assert asked(numbers, "SELECT n AS v FROM numbers", order=(order,), v=COUNT)[-1] == (
            None,
        )


def test_texts_are_ordered_by_code_point(numbers):
    found = asked(numbers, "SELECT DISTINCT name AS v FROM numbers", order=("v",), v=TEXT)
    assert found == [("Z",), ("a",), ("b",), ("é",)]


def test_a_step_gives_its_declared_columns_in_their_order_and_types(numbers):
    fills = table("shaped", "row", big=COUNT, real=REAL)
    numbers.run(Step(fills=fills, reads=("numbers",), sql="SELECT 1.0 AS real, 2 AS big"))
    found = numbers.fetch("shaped")
    assert found.to_pylist() == [{"big": 2, "real": 1.0}]
    assert [str(t) for t in found.schema.types] == ["int64", "double"]


def test_a_view_follows_what_it_reads_and_a_table_does_not(numbers):
    for name, view in (("seen", True), ("kept", False)):
        fills = table(name, "row", n=COUNT)
        sql = "SELECT n FROM numbers WHERE n > 1"
        numbers.run(Step(fills=fills, reads=("numbers",), sql=sql, view=view))
    assert numbers.count("seen") == numbers.count("kept") == 2


def test_a_step_runs_again_over_what_it_filled_before(numbers):
    fills = table("again", "row", n=COUNT)
    for n in (1, 2):
        numbers.run(Step(fills=fills, reads=(), sql=f"SELECT {n} AS n"))
    assert numbers.fetch("again").to_pylist() == [{"n": 2}]


def test_rows_are_bound_anew_under_the_same_name(numbers):
    numbers.bind_arrow(NUMBERS, pa.table({"name": ["c"], "n": [5], "x": [1.0]}))
    assert numbers.count("numbers") == 1


def test_arrow_rows_of_every_kind_are_read(engine):
    rows = pa.table(
        {
            "name": pa.array(["a", None]).dictionary_encode(),
            "n": pa.array([None, None], pa.null()),
            "x": pa.array([1, 2], pa.uint32()),
        }
    )
    engine.bind_arrow(NUMBERS, rows.select(["name", "n", "x"]))
    found = asked(engine, "SELECT name AS a, n AS b, x AS c FROM numbers", ("c",),
                  a=TEXT, b=COUNT, c=REAL)  # fmt: skip
    assert found == [("a", None, 1.0), (None, None, 2.0)]
    reader = pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches())
    engine.bind_arrow(NUMBERS, reader)
    assert asked(engine, "SELECT count(*) AS v FROM numbers", v=COUNT) == [(2,)]


def test_a_file_is_written_sorted_and_read_back_with_its_microseconds(engine, tmp_path):
    at = datetime(2025, 3, 30, 1, 59, 59, 999_999, tzinfo=UTC)
    us = 1743299999999999
    sql = "SELECT name, us AS seen_us, words FROM made"
    made = table("made", "row", name=TEXT, us=COUNT, words=TEXTS)
    rows = [("b", us, ["x", "y"]), ("a", us, []), ("c", None, None)]
    columns = list(zip(*rows, strict=True))
    arrays = [
        pa.array(columns[0]),
        pa.array(columns[1], pa.int64()),
        pa.array(columns[2], pa.list_(pa.string())),
    ]
    engine.bind_arrow(made, pa.table(arrays, names=["name", "us", "words"]))
    fills = table("stamped_out", "row", name=TEXT, seen_us=COUNT, words=TEXTS)
    engine.run(Step(fills=fills, reads=("made",), sql=sql))
    file = str(tmp_path / "stamped.parquet")
    assert engine.write("stamped_out", STAMPED, file, order=("name",)) == 3
    schema = pq.read_schema(file)
    assert [str(schema.field(i).type) for i in range(2)] == ["string", "timestamp[us, tz=UTC]"]
    read = pq.read_table(file).to_pylist()
    assert [r["name"] for r in read] == ["a", "b", "c"]
    assert [r["seen_at"] for r in read] == [at, at, None]
    assert [r["words"] for r in read] == [[], ["x", "y"], None]
    engine.bind_files(STAMPED, [file])
    found = asked(engine, "SELECT name AS a, seen_us AS b FROM stamped", ("a",), ("stamped",),
                  a=TEXT, b=COUNT)  # fmt: skip
    assert found == [("a", us), ("b", us), ("c", None)]


def test_cut_files_hold_every_row_and_say_which_keys_are_theirs(engine, tmp_path):
    names = [f"{n * 7919 % 600_000:06d}" for n in range(600_000)]
    rows = {"name": names, "n": range(600_000), "x": [0.5] * 600_000}
    engine.bind_arrow(NUMBERS, pa.table(rows))
    cuts = engine.write_cut("numbers", NUMBERS, str(tmp_path), order=("name", "n"))
    assert {cut.file for cut in cuts} == {str(file) for file in tmp_path.glob("*.parquet")}
    written = {cut.file: pq.read_table(cut.file)["name"].to_pylist() for cut in cuts}
    for cut in cuts:
        assert (cut.first, cut.last) == (min(written[cut.file]), max(written[cut.file]))
    assert sorted(name for held in written.values() for name in held) == sorted(names)
    at = "300000"
    assert sum(cut.first <= at <= cut.last for cut in cuts) <= 2


def test_cutting_nothing_names_no_file(engine, tmp_path):
    empty = pa.table({"name": pa.array([], pa.string()), "n": pa.array([], pa.int64()),
                      "x": pa.array([], pa.float64())})  # fmt: skip
    engine.bind_arrow(NUMBERS, empty)
    assert engine.write_cut("numbers", NUMBERS, str(tmp_path), order=("name",)) == ()


def test_no_file_is_an_empty_relation_of_the_shape(engine):
    engine.bind_files(STAMPED, [])
    assert engine.fetch("stamped").num_rows == 0
    assert {"seen_at", "seen_us"} <= set(engine.fetch("stamped").column_names)


def test_what_was_dropped_is_gone_and_dropping_it_again_is_harmless(numbers):
    numbers.drop("numbers")
    numbers.drop("numbers", "never")
    with pytest.raises(Exception, match="numbers"):
        numbers.count("numbers")


def test_a_step_that_reads_a_raw_format_runs_on_the_embedded_engine_alone(engine):
    step = Step(
        fills=table("raw", "row", v=COUNT), reads=(), sql="SELECT 1 AS v", portable=False
    )
    if isinstance(engine, DuckdbEngine):
        engine.run(step)
        assert engine.count("raw") == 1
    else:
        with pytest.raises(InputError):
            engine.run(step)
