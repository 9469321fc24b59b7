import pytest

from tocsin.adapters.duckdb_engine import DuckdbEngine


@pytest.fixture
def engine(tmp_path):
    made = DuckdbEngine(tmp_path / "spill", threads=1)
    yield made
    made.close()
