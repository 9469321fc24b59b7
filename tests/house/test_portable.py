"""Every portable step of a whole case parses for DuckDB and, through SQLGlot, for Spark."""

import re

import pytest
import sqlglot
from sqlglot import exp

from tocsin import wiring
from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.wiring import world

pytestmark = pytest.mark.slow

ENGINE_WORDS = re.compile(
    r"\b(regexp_\w+|strftime|strptime|date_\w+|epoch\w*|make_timestamp|hash|md5|sha256|now|today"
    r"|current_\w+|list_\w+|unnest|json_\w+|to_timestamp)\s*\(",
    re.IGNORECASE,
)
"""Functions whose meaning or name is one engine's own."""


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """The portable steps that a small region's whole inquiry runs, by the relation filled."""
    seen = {}

    class Recorder(DuckdbEngine):
        def run(self, step):
            if step.portable:
                seen[step.name] = step
            super().run(step)

    folder = tmp_path_factory.mktemp("portable")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_KEY_DIR", str(folder / "keys"))
        patch.setattr(world, "DuckdbEngine", Recorder)
        size = wiring.Size(persons=300, professionals=20, days=10, seed=3)
        wiring.simulate(folder / "region", size, ("scrape",))
        wiring.open_case(folder / "case", folder / "region/estate.toml")
        wiring.investigate(folder / "case", lang="fr")
    return seen


def test_a_whole_case_runs_portable_steps(steps):
    assert len(steps) > 20


def test_each_step_parses_for_both_engines_and_means_the_same_tree(steps):
    for name, step in steps.items():
        spark = sqlglot.transpile(step.sql, read="duckdb", write="spark")
        assert len(spark) == 1, name
        tree = sqlglot.parse_one(spark[0], read="spark")
        assert isinstance(tree, exp.Query), name
        found = [column.alias_or_name for column in tree.selects]
        assert found == list(step.fills.names), name


def test_no_step_uses_a_word_of_one_engine_only(steps):
    used = {name: ENGINE_WORDS.findall(step.sql) for name, step in steps.items()}
    assert not {name: words for name, words in used.items() if words}


def test_each_step_reads_only_what_it_says(steps):
    for name, step in steps.items():
        tree = sqlglot.parse_one(step.sql, read="duckdb")
        named = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
        read = {table.name for table in tree.find_all(exp.Table)} - named
        assert read <= set(step.reads), name
