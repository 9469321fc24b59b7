"""Who works with whom, where the directory's organisations do not tell it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.detect.circles import MANY, circles, needed, together
from tocsin.detect.swaps import peers_of
from tocsin.detect.tables import KNOWN


def linked(known, tmp_path):
    """The links that the step finds, of (account, person) pairs."""
    engine = DuckdbEngine(Path(tmp_path), threads=1)
    acc, person = (list(column) for column in zip(*known, strict=True))
    rows = {"acc": acc, "net": [0] * len(acc), "person": person, "wrote": [0] * len(acc)}
    engine.bind_arrow(KNOWN, pa.table(rows, schema=_schema(KNOWN)))
    engine.run(together())
    found = engine.fetch("detect_together").to_pylist()
    engine.close()
    return {(row["other"], row["acc"]): row["persons"] for row in found}


def _schema(shape):
    kinds = {"VARCHAR": pa.string(), "INTEGER": pa.int32()}
    return pa.schema([(column.name, kinds[column.type]) for column in shape.columns])


def test_accounts_are_linked_by_the_persons_whom_both_worked_on(tmp_path):
    known = [(1, "ann"), (2, "ann"), (1, "bob"), (2, "bob"), (1, "ann"), (3, "bob"), (4, "zoe")]
    assert linked(known, tmp_path) == {(1, 2): 2, (2, 3): 1}


def test_a_person_whom_everybody_knows_links_nobody(tmp_path):
    crowd = [(account, "test") for account in range(1, MANY + 2)]
    assert linked([*crowd, (1, "ann"), (2, "ann")], tmp_path) == {(1, 2): 1}


def test_two_teams_that_share_one_person_are_two_circles():
    one, two = [(0, 1), (1, 2), (0, 2)], [(3, 4), (4, 5), (3, 5)]
    a, b = np.array([*one, *two, (2, 3)]).T
    found = circles((a, b), np.array([5.0] * 6 + [1.0]), 7)
    assert len(set(found[:3])) == len(set(found[3:6])) == 1
    assert found[0] != found[3]
    assert found[6] == 0  # worked on nobody whom others worked on


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 9)), max_size=30)
)
def test_only_who_is_linked_has_a_circle(links):
    links = [link for link in links if link[0] != link[1]]
    a, b, weight = (np.array([link[k] for link in links], dtype=np.int64) for k in range(3))
    found = circles((a, b), weight.astype(float), 9)
    assert set(np.flatnonzero(found)) == {*a.tolist(), *b.tolist()}


def accounts(house, circle, role):
    columns = {"house": house, "circle": circle, "role": role}
    return SimpleNamespace(**{name: np.array(held) for name, held in columns.items()})


@pytest.mark.parametrize(
    ("house", "circle", "same"),
    [
        ([1, 1, 2, 2], [1, 2, 1, 2], [(0, 1), (2, 3)]),  # organisations tell
        ([0, 0, 0, 0], [1, 2, 1, 2], [(0, 2), (1, 3)]),  # none is told
        ([3, 3, 3, 3], [1, 2, 1, 2], [(0, 2), (1, 3)]),  # all are of one
        ([1, 2, 0, 0], [0, 0, 4, 4], [(2, 3)]),  # some are told
        ([0, 0, 0, 0], [1, 1, 0, 0], [(0, 1), (2, 3)]),  # the last by their role
    ],
)
def test_colleagues_are_of_one_organisation_else_of_one_circle_else_of_one_role(
    house, circle, same
):
    group = peers_of(accounts(house, circle, [0, 0, 0, 0]))
    assert {(i, j) for i in range(4) for j in range(i + 1, 4) if group[i] == group[j]} == set(
        same
    )


@pytest.mark.parametrize(
    ("house", "wanted"),
    [([0, 0], True), ([2, 2], True), ([1, 2], False), ([1, 2, 0, 0, 0], True)],
)
def test_circles_are_drawn_where_organisations_tell_no_accounts_apart(house, wanted):
    assert needed(SimpleNamespace(house=np.array(house))) == wanted
