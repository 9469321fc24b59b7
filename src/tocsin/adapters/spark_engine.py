"""The engine of a cluster: the one file that knows Spark.

A step's SQL is written once, in the subset that both engines read alike, and SQLGlot spells it
for Spark. A filled relation is written as Parquet below the spill folder, which every worker
sees under the same path: a worker that dies takes nothing with it. No Python runs on workers.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from tocsin.core.errors import InputError, OutsideError
from tocsin.core.ports import Cut, Packed
from tocsin.core.records import Says
from tocsin.core.tables import Column, Step, Table

CLUSTER_ERRORS = (PySparkException, Py4JError)
"""What Spark raises, from its Python and from its Java side."""

_SPARK = {
    "VARCHAR": "STRING",
    "BIGINT": "BIGINT",
    "INTEGER": "INT",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "TIMESTAMP": "TIMESTAMP",
    "VARCHAR[]": "ARRAY<STRING>",
}
"""The types of the declared tables, in Spark's spelling."""

SHUFFLE_PARTITIONS = 8
"""Where adaptive execution begins; it joins small partitions and splits large ones itself."""


class SparkEngine:
    """A Spark session whose relations are files below one folder, wiped when it closes.

    Args:
        spill: a folder that driver and workers see under the same path.
        master: address of the cluster, `spark://host:7077`, or `local[2]`.
        memory: of the driver and of each executor, as DuckDB spells it (`2GB`).
    """

    def __init__(self, spill: Path, *, master: str, memory: str = "2GB") -> None:
        spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._spill = spill
        self._made = 0
        self._names: set[str] = set()
        given = memory.upper().removesuffix("B")
        builder = (
            SparkSession.Builder()
            .master(master)
            .appName("tocsin")
            .config("spark.driver.memory", given)
            .config("spark.executor.memory", given)
            .config("spark.local.dir", str(spill / "local"))
            .config("spark.sql.warehouse.dir", str(spill / "warehouse"))
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
            .config("spark.sql.shuffle.partitions", str(SHUFFLE_PARTITIONS))
            # Integer and real arithmetic as DuckDB has it: an absurd value is NULL, no error.
            .config("spark.sql.ansi.enabled", "false")
            .config("spark.sql.adaptive.coalescePartitions.parallelismFirst", "false")
            .config("spark.io.encryption.enabled", "true")
            .config("spark.log.level", "ERROR")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.debug.maxToStringFields", "8")
        )
        try:
            self._spark = builder.getOrCreate()
        except (*CLUSTER_ERRORS, OSError, RuntimeError) as error:
            raise OutsideError(
                Says("la grappe Spark est injoignable", "the Spark cluster cannot be reached"),
                next_step=Says(
                    "Démarrez-la, ou retirez TOCSIN_SPARK pour travailler sur cette "
                    "seule machine.",
                    "Start it, or unset TOCSIN_SPARK to work on this machine alone.",
                ),
                where=master,
            ) from error

    def bind_arrow(self, shape: Table, rows: pa.Table | pa.RecordBatchReader) -> None:
        """See the port. The rows go to the workers as a Parquet file."""
        file = self._new("arrow") / "rows.parquet"
        file.parent.mkdir(mode=0o700)
        table = rows if isinstance(rows, pa.Table) else rows.read_all()
        pq.write_table(_plain(table, shape), file, compression="zstd")
        self._register(shape.name, self._spark.read.parquet(str(file)))

    def bind_files(self, shape: Table, files: Sequence[str], *, name: str = "") -> None:
        """See the port."""
        relation = name or shape.name
        if not files:
            nothing = ", ".join(_nothing(c) for c in shape.columns)
            self._register(relation, self._sql(f"SELECT {nothing} WHERE false", relation))
            return
        found = self._spark.read.parquet(*files)
        listed = [
            text
            for c in shape.columns
            for text in (
                (f"`{c.name}`", f"unix_micros(`{c.name}`) AS `{c.name[:-3]}_us`")
                if c.name.endswith("_at")
                else (f"`{c.name}`",)
            )
        ]
        self._register(relation, found.selectExpr(*listed))

    def run(self, step: Step) -> None:
        """See the port.

        Raises:
            InputError: the step reads a raw format, which only the embedded engine does.
        """
        if not step.portable:
            raise InputError(
                Says(
                    f"l'étape {step.name} lit des traces brutes : elle ne tourne pas sur Spark",
                    f"the step {step.name} reads a raw trail: it does not run on Spark",
                ),
                next_step=Says(
                    "Lancez cette étape sans TOCSIN_SPARK.",
                    "Run this stage without TOCSIN_SPARK.",
                ),
                where=step.name,
            )
        casts = ", ".join(
            f"CAST(`{c.name}` AS {_SPARK[c.type]}) AS `{c.name}`" for c in step.fills.columns
        )
        sql = f"SELECT {casts} FROM ({spelt(step.sql)}) AS step"
        frame = self._sql(sql, step.name, step.sql)
        if step.view:
            self._register(step.name, frame)
        else:
            self._fill(step.name, frame)

    def fetch(self, relation: str, *, order: Sequence[str] = ()) -> pa.Table:
        """See the port."""
        by = f" ORDER BY {', '.join(order)}" if order else ""
        frame = self._sql(spelt(f'SELECT * FROM "{relation}"{by}'), relation)
        with _Outside(relation):
            found: pa.Table = frame.toArrow()
        return found

    def count(self, relation: str) -> int:
        """See the port."""
        with _Outside(relation):
            return int(self._spark.table(f"`{relation}`").count())

    def write(
        self,
        relation: str,
        shape: Table,
        file: str,
        *,
        order: Sequence[str] = (),
        packed: Packed = Packed.KEPT,
    ) -> int:
        """See the port. One task sorts and writes the one file."""
        frame = self._spark.table(f"`{relation}`")
        has = set(frame.columns)
        columns = [
            f"timestamp_micros(`{c.name[:-3]}_us`) AS `{c.name}`"
            if c.name.endswith("_at") and f"{c.name[:-3]}_us" in has
            else f"CAST(`{c.name}` AS {_SPARK[c.type]}) AS `{c.name}`"
            for c in shape.columns
        ]
        sql = f"SELECT {', '.join(columns)} FROM `{relation}`"
        if order:
            by = spelt(f"SELECT 1 FROM t ORDER BY {', '.join(order)}").partition("ORDER BY")[2]
            sql += f" ORDER BY {by}"
        aside = self._new("written")
        codec = "lz4raw" if packed is Packed.PASSING else "zstd"
        with _Outside(relation):
            made = self._sql(sql, relation).coalesce(1).write
            made.option("compression", codec).parquet(str(aside))
        (part,) = aside.glob("part-*.parquet")
        rows = pq.read_metadata(part).num_rows
        shutil.move(part, file)
        shutil.rmtree(aside)
        return int(rows)

    def write_cut(
        self, relation: str, shape: Table, folder: str, *, order: Sequence[str]
    ) -> tuple[Cut, ...]:
        """See the port. One task writes one file: a cluster reads few rows no faster."""
        file = f"{folder}/data_0.parquet"
        self.write(relation, shape, file, order=order)
        edges = self._sql(
            f"SELECT min({order[0]}), max({order[0]}) FROM `{relation}`", relation
        )
        ((first, last),) = edges.collect()
        return (Cut(file=file, first=first, last=last),) if first is not None else ()

    def drop(self, *relations: str) -> None:
        """See the port."""
        for relation in relations:
            if relation in self._names:
                self._names.discard(relation)
                self._spark.catalog.dropTempView(relation)

    def close(self) -> None:
        """Forget everything, let the cluster go and wipe what was spilled."""
        self._spark.stop()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _fill(self, relation: str, frame: DataFrame) -> None:
        """Write a relation down before it is read: its makers are not run again."""
        folder = self._new(relation)
        with _Outside(relation):
            frame.write.option("compression", "lz4").parquet(str(folder))
            self._register(relation, self._spark.read.schema(frame.schema).parquet(str(folder)))

    def _register(self, relation: str, frame: DataFrame) -> None:
        frame.createOrReplaceTempView(f"`{relation}`")
        self._names.add(relation)

    def _sql(self, sql: str, relation: str, written: str = "") -> DataFrame:
        try:
            return self._spark.sql(sql)
        except CLUSTER_ERRORS as error:
            error.add_note(f"relation {relation}:\n{written}\nfor Spark:\n{sql}")
            raise

    def _new(self, name: str) -> Path:
        self._made += 1
        return self._spill / f"{self._made:05d}-{name}"


class _Outside:
    """Turns what a cluster does wrong into something that may be tried again."""

    def __init__(self, relation: str) -> None:
        self._relation = relation

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        del kind, trace
        if isinstance(error, CLUSTER_ERRORS):
            raise OutsideError(
                Says(
                    f"la grappe n'a pas pu finir la relation {self._relation}",
                    f"the cluster could not finish the relation {self._relation}",
                ),
                next_step=Says(
                    "Voyez ses nœuds de travail, puis relancez la même commande.",
                    "Look at its workers, then run the same command again.",
                ),
                where=str(error).split("\n", 1)[0][:200],
            ) from error


def spelt(sql: str) -> str:
    """A portable query as Spark spells it."""
    (made,) = sqlglot.transpile(sql, read="duckdb", write="spark")
    return made


def _nothing(column: Column) -> str:
    found = f"CAST(NULL AS {_SPARK[column.type]}) AS `{column.name}`"
    if column.name.endswith("_at"):
        found += f", CAST(NULL AS BIGINT) AS `{column.name[:-3]}_us`"
    return found


def _plain(rows: pa.Table, shape: Table) -> pa.Table:
    """Rows whose types Parquet and Spark both know: no dictionary, no null, no large text."""
    declared = {c.name: c.type for c in shape.columns}
    fields = list(_fields(rows.schema, declared))
    return rows.cast(pa.schema(fields))


def _fields(schema: pa.Schema, declared: dict[str, str]) -> Iterator[pa.Field]:
    for field in schema:
        kind = field.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_null(kind):
            kind = _ARROW[declared.get(field.name, "VARCHAR")]
        if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            kind = pa.string()
        if pa.types.is_unsigned_integer(kind):
            kind = pa.int64()
        yield pa.field(field.name, kind)


_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
    "VARCHAR[]": pa.list_(pa.string()),
}
