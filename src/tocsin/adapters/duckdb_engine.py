"""The embedded engine: the one file that knows DuckDB."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from tocsin.core.errors import OutsideError
from tocsin.core.ports import Cut, Packed
from tocsin.core.records import Says
from tocsin.core.tables import Step, Table

ROW_GROUP_ROWS = 122_880
"""Rows of a Parquet row group: DuckDB's own vector group, the unit that zone maps skip."""

GROUP_ROWS = {
    Packed.KEPT: ROW_GROUP_ROWS,
    # It may hold whole lines, so fewer.
    Packed.PASSING: 20_480,
}
"""Rows of a row group by what a file is for."""

SOUGHT_ROWS = 8_192
"""Rows of a group of a file that is asked for a few: a group is the least that is read."""

SOUGHT_GROUPS = 60
"""Groups of such a file: its footer is read whole, so a file of half a million rows."""

MEMORY = Says("mémoire", "memory")
DISK = Says("disque", "disk")
ENGINE_ERRORS = (duckdb.Error,)
"""What the engine raises on rows or files that it cannot work on."""


class DuckdbEngine:
    """An in-memory DuckDB that spills into one folder, wiped when it closes."""

    def __init__(self, spill: Path, *, memory: str = "640MB", threads: int = 2) -> None:
        spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._spill = spill
        self._db = duckdb.connect(":memory:")
        self._kinds: dict[str, str] = {}  # of the relations that this engine made
        for name, value in (
            ("memory_limit", f"'{memory}'"),
            ("threads", str(threads)),
            ("temp_directory", _literal(str(spill))),
            ("TimeZone", "'UTC'"),
            ("enable_progress_bar", "false"),
            # A footer is read once: files are published by rename and never written again.
            ("parquet_metadata_cache", "true"),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
        ):
            self._db.execute(f"SET {name} = {value}")

    def bind_arrow(self, shape: Table, rows: pa.Table | pa.RecordBatchReader) -> None:
        """See the port."""
        self._drop(shape.name)
        self._db.register(shape.name, rows)
        self._kinds[shape.name] = "ARROW"

    def bind_files(self, shape: Table, files: Sequence[str], *, name: str = "") -> None:
        """See the port."""
        relation = name or shape.name
        columns = ", ".join(
            f'"{c.name}", epoch_us("{c.name}") AS "{c.name[:-3]}_us"'
            if c.name.endswith("_at")
            else f'"{c.name}"'
            for c in shape.columns
        )
        if files:
            paths = ", ".join(_literal(file) for file in files)
            source = f"read_parquet([{paths}])"
        else:
            nothing = ", ".join(f'CAST(NULL AS {c.type}) AS "{c.name}"' for c in shape.columns)
            source = f"(SELECT {nothing} WHERE false)"
        self._drop(relation)
        self._execute(f'CREATE VIEW "{relation}" AS SELECT {columns} FROM {source}', relation)
        self._kinds[relation] = "VIEW"

    def run(self, step: Step) -> None:
        """See the port."""
        kind = "VIEW" if step.view else "TABLE"
        what = "VIEW" if step.view else "TEMP TABLE"
        casts = ", ".join(
            f'CAST("{c.name}" AS {c.type}) AS "{c.name}"' for c in step.fills.columns
        )
        self._drop(step.name)
        self._execute(
            f'CREATE {what} "{step.name}" AS SELECT {casts} FROM ({step.sql}) AS step',
            step.name,
        )
        self._kinds[step.name] = kind

    def fetch(self, relation: str, *, order: Sequence[str] = ()) -> pa.Table:
        """See the port."""
        by = f" ORDER BY {', '.join(order)}" if order else ""
        return self._db.sql(f'SELECT * FROM "{relation}"{by}').to_arrow_table()

    def count(self, relation: str) -> int:
        """See the port."""
        ((rows,),) = self._execute(f'SELECT count(*) FROM "{relation}"', relation).fetchall()
        return int(rows)

    def write(
        self,
        relation: str,
        shape: Table,
        file: str,
        *,
        order: Sequence[str] = (),
        packed: Packed = Packed.KEPT,
    ) -> int:
        """See the port."""
        codec = "lz4_raw, PARQUET_VERSION v2" if packed is Packed.PASSING else "zstd"
        written = f"COMPRESSION {codec}, ROW_GROUP_SIZE {GROUP_ROWS[packed]}"
        return self._copy(relation, shape, file, order, written)

    def write_cut(
        self, relation: str, shape: Table, folder: str, *, order: Sequence[str]
    ) -> tuple[Cut, ...]:
        """See the port."""
        written = (
            f"COMPRESSION zstd, ROW_GROUP_SIZE {SOUGHT_ROWS}, "
            f"ROW_GROUPS_PER_FILE {SOUGHT_GROUPS}, OVERWRITE_OR_IGNORE"
        )
        self._copy(relation, shape, folder, order, written)
        listed = self._execute(
            f'SELECT filename, min("{order[0]}"), max("{order[0]}") '
            f"FROM read_parquet({_literal(f'{folder}/*.parquet')}, filename = true) "
            "GROUP BY filename ORDER BY 2, 3, 1",
            relation,
        ).fetchall()
        return tuple(Cut(file=file, first=first, last=last) for file, first, last in listed)

    def drop(self, *relations: str) -> None:
        """See the port."""
        for relation in relations:
            self._drop(relation)

    def close(self) -> None:
        """Forget everything and wipe what was spilled."""
        self._db.close()
        for left in self._spill.glob("*"):
            if left.is_file():
                left.unlink()

    def _copy(
        self, relation: str, shape: Table, to: str, order: Sequence[str], written: str
    ) -> int:
        """Write the relation to a file, or to files of a folder; how many rows it has."""
        has: set[str] = set()
        if any(c.name.endswith("_at") for c in shape.columns):
            described = self._execute(f'DESCRIBE "{relation}"', relation).fetchall()
            has = {row[0] for row in described}
        columns = ", ".join(
            f'make_timestamp("{c.name[:-3]}_us")::TIMESTAMPTZ AS "{c.name}"'
            if c.name.endswith("_at") and f"{c.name[:-3]}_us" in has
            else f'CAST("{c.name}" AS {c.type}) AS "{c.name}"'
            for c in shape.columns
        )
        by = f" ORDER BY {', '.join(order)}" if order else ""
        # Else a column without NULL is written as REQUIRED: files of one table would differ.
        self._db.execute("SET disabled_optimizers = 'statistics_propagation'")
        ((rows,),) = self._execute(
            f'COPY (SELECT {columns} FROM "{relation}"{by}) TO {_literal(to)} '
            f"(FORMAT parquet, {written})",
            relation,
        ).fetchall()
        self._db.execute("RESET disabled_optimizers")
        return int(rows)

    def _drop(self, relation: str) -> None:
        kind = self._kinds.pop(relation, None)
        if kind == "ARROW":
            self._db.unregister(relation)
        elif kind:
            self._db.execute(f'DROP {kind} IF EXISTS "{relation}"')

    def _execute(self, sql: str, relation: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._db.execute(sql)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise OutsideError(
                Says(
                    f"le moteur n'a pas pu finir la relation {relation}",
                    f"the engine could not finish the relation {relation}",
                ),
                next_step=Says(
                    "Libérez du disque ou de la mémoire, puis relancez la même commande.",
                    "Free disk or memory, then run the same command again.",
                ),
                where=MEMORY if isinstance(error, duckdb.OutOfMemoryException) else DISK,
            ) from error
        except duckdb.Error as error:
            error.add_note(f"relation {relation}:\n{sql}")
            raise


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
