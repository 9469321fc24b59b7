"""An engine without a case, for benchmarks: in memory, spilling into a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.ports import Engine
from tocsin.settings import settings


@contextmanager
def spare_engine(memory: str = "") -> Iterator[Engine]:
    """An engine that leaves nothing behind."""
    chosen = settings()
    with TemporaryDirectory(prefix="tocsin-spill-") as folder:
        engine = DuckdbEngine(
            Path(folder) / "spill", memory=memory or chosen.memory, threads=chosen.threads
        )
        try:
            yield engine
        finally:
            engine.close()
