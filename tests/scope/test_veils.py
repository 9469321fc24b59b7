"""Persons counted by veils: the same rows as one by one, in as many bits as there are."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.tables import PERSON_CONTROLLERS
from tocsin.flow.world import rows_of
from tocsin.scope import veils
from tocsin.scope.blind import NO_LIMIT
from tocsin.scope.people import RECORDS
from tocsin.scope.reach import REACHED
from tocsin.scope.unseen import Unseen
from tocsin.scope.vistas import VISTA_ITEMS, VISTA_PERSONS, VISTAS

ITEMS = (("identity.sex", "sex"), ("contact.phone", "phone"), ("medical.document", ""))
COLUMNS = ("phone", "sex")


def unseen():
    return [Unseen(item=item, column=column, vistas=1) for item, column in ITEMS]


@pytest.mark.parametrize(
    ("columns", "vistas", "words"),
    [
        pytest.param(0, 0, 0, id="no gap"),
        pytest.param(2, 20, 1, id="twenty vistas of three bits fill one word"),
        pytest.param(2, 21, 2, id="one more begins the next"),
        pytest.param(2, 160, 8, id="as many as eight words hold"),
        pytest.param(2, 161, 0, id="more are told one by one"),
        pytest.param(61, 1, 1, id="one vista fills a word"),
        pytest.param(62, 1, 0, id="one vista has more bits than a word"),
    ],
)
def test_a_veil_has_as_many_words_as_its_bits_need(columns, vistas, words):
    laid = veils.Layout(columns=tuple(f"c{n:02d}" for n in range(columns)), vistas=vistas)
    assert laid.words == words


@given(columns=st.integers(1, 20), vistas=st.integers(1, 24))
def test_no_two_vistas_share_a_bit_and_no_sum_leaves_its_word(columns, vistas):
    laid = veils.Layout(columns=tuple(f"c{n:02d}" for n in range(columns)), vistas=vistas)
    whole = []
    for n in range(vistas if laid.words else 0):
        masks = [laid.masks(n, column) for column in laid.columns]
        whole.append([a | b for a, b in zip(masks[0], masks[-1], strict=True)])
        for mask in masks[1:]:
            whole[-1] = [a | b for a, b in zip(whole[-1], mask, strict=True)]
    for one, other in combinations(whole, 2):
        assert not any(a & b for a, b in zip(one, other, strict=True))
    assert all(word < 2**62 for masks in whole for word in masks)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = DuckdbEngine(tmp_path_factory.mktemp("spill"), threads=1)
    yield made
    made.close()


people = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.tuples(
        st.dictionaries(st.integers(0, 2), st.integers(0, 3), min_size=1),  # vista: held
        st.sets(st.sampled_from(["x", "y"])),  # controllers
    ),
)


@settings(max_examples=15, deadline=None)
@given(
    found=people,
    shown=st.sets(st.tuples(st.integers(0, 2), st.sampled_from(ITEMS)), min_size=1),
    apart=st.sets(st.sampled_from(["a", "b"])),
    unlimited=st.sets(st.integers(0, 2)),
)
def test_a_veil_gives_each_of_its_persons_the_rows_of_its_vistas(
    engine, found, shown, apart, unlimited
):
    laid = veils.layout(unseen(), 3)
    items = [(n, i, c, "blind", 10 + n, 20 + n, 1 + n) for n, (i, c) in sorted(shown)]
    given_ = {
        VISTAS: [(n, "s", "region", "", 0, 0, NO_LIMIT if n in unlimited else 9)
                 for n in range(3)],
        VISTA_ITEMS: items,
        VISTA_PERSONS: [(n, p, held) for p, (at, _) in found.items() for n, held in at.items()],
        RECORDS: [(p, p, "self", True, False, 0) for p in sorted(apart)],
        PERSON_CONTROLLERS: [(p, c) for p, (_, at) in found.items() for c in sorted(at)],
        REACHED: [],
        veils.bits_table(laid): veils.bit_rows(laid, items),
    }  # fmt: skip
    for shape, rows in given_.items():
        engine.bind_arrow(shape, rows_of(shape, rows))
    for step in (*veils.steps(laid), veils.whole()):
        engine.run(step)
    rows = {
        (r["person"], r["controller"], r["item"]): (r["first_us"], r["last_us"], r["sessions"])
        for r in engine.fetch(veils.REACH_WHOLE.name).to_pylist()
    }
    expected = {}
    for person, (at, controllers) in found.items():
        for n, item, column, _, first, last, sessions in items:
            held = not column or at.get(n, 0) & 1 << COLUMNS.index(column)
            if person not in apart and n in at and held:
                for controller in controllers or {""}:
                    key = (person, controller, item)
                    was = expected.get(key, (first, last, sessions))
                    expected[key] = (
                        min(first, was[0]), max(last, was[1]), max(sessions, was[2])
                    )  # fmt: skip
    counts = engine.fetch(veils.VEIL_COUNTS.name).to_pylist()
    free = {
        r["veil"] for r in engine.fetch(veils.VEIL_VISTAS.name).to_pylist() if r["unlimited"]
    }
    assert rows == expected
    everybody = {person for person, *_ in expected}
    assert sum(r["persons"] for r in counts if r["part"] == "*") == len(everybody)
    assert sum(r["persons"] for r in counts if r["part"] == "*" and r["veil"] in free) == sum(
        bool(unlimited & set(found[person][0])) for person in everybody
    )
