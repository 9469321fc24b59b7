"""What a session's queries have in common, and how much they say of whom they ask for."""

import math

import pyarrow as pa
import pytest

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.detect import in_common, tables_hand

URL = "https://fhir.example.invalid/r4/Patient?"


def asked(folder, queries):
    """The rows of `detect_asked` of one session with these queries."""
    engine = DuckdbEngine(folder, threads=1)
    count = len(queries)
    done = {
        c.name: [""] * count if c.type == "VARCHAR" else [0] * count
        for c in tables_hand.DONE.columns
    }
    done |= {"s": [1] * count, "kind": ["search"] * count, "query": queries}
    engine.bind_arrow(tables_hand.DONE, pa.table(done))
    engine.run(in_common.asked())
    rows = engine.fetch("detect_asked", order=("form",)).to_pylist()
    engine.close()
    return rows


@pytest.mark.parametrize(
    ("query", "form", "characters"),
    [
        pytest.param("family=l", "family short", 1, id="the start of a name"),
        pytest.param(
            "family=dup&_count=50&_page=2", "family _count _page 50 short", 3, id="page"
        ),
        pytest.param(
            "family=Dupont&birthdate=1950-01-31", "family birthdate ", 16, id="person"
        ),
        pytest.param("birthdate=1950-01", "birthdate ", 7, id="a month"),
        pytest.param("DUPONT 1950", "", 11, id="free words"),
    ],
)
def test_a_query_is_read_the_same_alone_and_behind_its_address(
    tmp_path, query, form, characters
):
    for number, text in enumerate((query, URL + query)):
        (row,) = asked(tmp_path / str(number), [text])
        assert (row["form"], row["asked"], row["wide"]) == (form, 1, 1)
        assert row["told"] == pytest.approx(math.log(1 + characters))


def test_a_query_by_number_asks_for_one_person_however_short_it_is(tmp_path):
    rows = asked(tmp_path, ["_id=P1", f"{URL}identifier=12", "family=l"])
    assert sum(row["asked"] for row in rows) == 3
    assert sum(row["wide"] for row in rows) == 1
    assert sum(row["told"] for row in rows) == pytest.approx(math.log(2))
