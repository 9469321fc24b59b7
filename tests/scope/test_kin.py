"""The records that merges may rest on: as far as INS and births lead, and no further."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.tables import PERSONS, table
from tocsin.flow.kin import kin_of
from tocsin.flow.world import rows_of
from tocsin.scope import people

SEEN = table("seen_here", "record seen", record="VARCHAR")
CROWD = 40


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = DuckdbEngine(tmp_path_factory.mktemp("spill"), threads=1)
    yield made
    made.close()


def row(number, ins, day):
    """A record of few numbers and few births, so that chains of both arise."""
    given_ = {
        "person": f"p{number:02}",
        "ins": f"1{ins}" if ins else "",
        "identity_status": "qualifiée" if ins else "provisoire",
        "birth_name": "MARTIN",
        "first_names": "ANNE",
        "sex": "F",
        "birth_date": f"1980-01-{day:02}",
        "birth_place": "44109",
    }
    return tuple(
        given_.get(c.name, "" if c.type == "VARCHAR" else None) for c in PERSONS.columns
    )


def merged(engine, among):
    engine.run(people.same_ins(among))
    engine.run(people.alike(among))
    rows = people.merged(
        engine.fetch(people.SAME_INS.name), engine.fetch(people.ALIKE.name)
    ).to_pylist()
    return {r["record"]: (r["person"], r["rule"]) for r in rows}


@settings(max_examples=15, deadline=None)
@given(
    traits=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=CROWD, max_size=CROWD
    ),
    seen=st.sets(st.integers(0, CROWD - 1), min_size=1, max_size=2),
)
def test_records_seen_are_merged_as_in_the_whole_directory(engine, traits, seen):
    listed = [row(n, ins, day) for n, (ins, day) in enumerate(traits)]
    engine.bind_arrow(PERSONS, rows_of(PERSONS, listed))
    engine.bind_arrow(SEEN, rows_of(SEEN, [(f"p{n:02}",) for n in sorted(seen)]))
    whole = merged(engine, "")
    among = merged(engine, kin_of(engine, engine.run, (SEEN.name,)))
    for number in seen:
        record = f"p{number:02}"
        assert among.get(record) == whole.get(record)


def test_a_chain_is_followed_to_its_end_and_strangers_stay_out(engine):
    chain = [row(0, 1, 1), row(1, 1, 2), row(2, 0, 2), row(3, 2, 2), row(4, 2, 3)]
    strangers = [row(n, 0, 9) for n in range(5, CROWD)]
    engine.bind_arrow(PERSONS, rows_of(PERSONS, [*chain, *strangers]))
    engine.bind_arrow(SEEN, rows_of(SEEN, [("p00",)]))
    name = kin_of(engine, engine.run, (SEEN.name,))
    assert engine.fetch(name, order=("record",))["record"].to_pylist() == [
        f"p{n:02}" for n in range(5)
    ]


def test_where_most_were_seen_the_whole_directory_is_taken(engine):
    engine.bind_arrow(PERSONS, rows_of(PERSONS, [row(n, 0, 1) for n in range(4)]))
    engine.bind_arrow(SEEN, rows_of(SEEN, [("p00",), ("p01",)]))
    assert kin_of(engine, engine.run, (SEEN.name,)) == ""
