"""The steps of containment parse for both engines, and read only what they say."""

import pytest
import sqlglot
from sqlglot import exp

from tocsin.act.containment import later, stops

STEPS = [
    *later.search(1),
    later.addresses(),
    stops.newest(),
    stops.users(("dossier", "l'autre")),
    stops.users(()),
    stops.today(start_us=0, end_us=1),
    stops.usurped_sessions(),
    stops.seen(),
    stops.same(),
]


@pytest.mark.parametrize("step", STEPS, ids=lambda s: s.name)
def test_a_step_means_the_same_for_both_engines(step):
    (spark,) = sqlglot.transpile(step.sql, read="duckdb", write="spark")
    tree = sqlglot.parse_one(spark, read="spark")
    assert isinstance(tree, exp.Query)
    assert [column.alias_or_name for column in tree.selects] == list(step.fills.names)


@pytest.mark.parametrize("step", STEPS, ids=lambda s: s.name)
def test_a_step_reads_only_what_it_says(step):
    tree = sqlglot.parse_one(step.sql, read="duckdb")
    assert {table.name for table in tree.find_all(exp.Table)} <= set(step.reads)
