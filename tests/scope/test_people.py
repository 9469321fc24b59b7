"""One person, several records: merged by the rule that says so, or not at all."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from region_made import Region, person

from tocsin.scope.people import merged

TRAITS = {
    "birth_name": "Le Goff",
    "first_names": "Anne Marie",
    "birth_date": "1980-05-12",
    "sex": "F",
    "birth_place": "44109",
}
QUALIFIED = {"ins": "2", "identity_status": "qualifiée"}


CASES = [
    (TRAITS, TRAITS, "traits"),
    (TRAITS, TRAITS | {"birth_name": "LE GOFF", "first_names": "anne"}, "traits"),
    (TRAITS | {"birth_name": "St-Paul"}, TRAITS | {"birth_name": "SAINT PAUL"}, "traits"),
    (QUALIFIED, QUALIFIED | {"birth_name": "Autre"}, "ins"),
    (QUALIFIED, {"ins": "2", "identity_status": "validée"}, None),
    (TRAITS, TRAITS | {"sex": "M"}, None),
    (TRAITS, TRAITS | {"birth_place": ""}, None),
    (TRAITS, TRAITS | {"birth_place": "44110"}, None),
    (TRAITS, TRAITS | {"first_names": "Annie"}, None),
    (TRAITS, TRAITS | {"identity_status": "HOMA"}, None),
    (TRAITS, TRAITS | {"identity_status": "COLV"}, None),
    (TRAITS | {"birth_date": "1980-05-00"}, TRAITS | {"birth_date": "1980-05-00"}, None),
    (TRAITS | QUALIFIED, TRAITS | QUALIFIED | {"ins": "3"}, None),
    (TRAITS | QUALIFIED, TRAITS, "traits"),
    (
        {"birth_name": "X", "birth_date": "1980-01-01"},
        {"birth_name": "X", "birth_date": "1980-01-01"},
        None,
    ),
]


def test_who_is_one_person(tmp_path):
    """Each case is a pair of records, born in a town of its own."""
    pairs = []
    for n, (one, other, _) in enumerate(CASES):
        for name, traits in (("a", one), ("b", other)):
            own = {
                k: f"{v}-{n}" for k, v in traits.items() if k in ("birth_place", "ins") and v
            }
            pairs.append(person(f"{n:02}{name}", **(traits | own)))
    region = Region(tmp_path, persons=pairs)
    for row in pairs:
        region.line("open", person=row["person"])
    found = {row["record"]: (row["person"], row["rule"]) for row in region.run().people}
    for n, (_, _, rule) in enumerate(CASES):
        one, other = f"{n:02}a", f"{n:02}b"
        assert found[one] == (one, "self")
        assert found[other] == ((one, rule) if rule else (other, "self")), CASES[n]


records = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "2", "3"])),
    max_size=12,
)


@given(records)
def test_no_person_bears_two_qualified_ins(made):
    rows = [
        {"record": f"r{i:02}", "birth_name": name, "first_name": "x", "born": "z", "ins": ins}
        for i, (name, ins) in enumerate(made)
    ]
    alike = pa.Table.from_pylist(
        rows,
        schema=pa.schema(
            [(n, pa.string()) for n in ("record", "birth_name", "first_name", "born", "ins")]
        ),
    )
    held = [r["ins"] for r in rows]
    same = pa.Table.from_pylist(
        [
            {"record": r["record"], "ins": r["ins"]}
            for r in rows
            if r["ins"] and held.count(r["ins"]) > 1
        ],
        schema=pa.schema([("record", pa.string()), ("ins", pa.string())]),
    )
    persons = {r["record"]: r["record"] for r in rows}
    for row in merged(same, alike).to_pylist():
        persons[row["record"]] = row["person"]
    ins = {}
    for row in rows:
        ins.setdefault(persons[row["record"]], set()).update({row["ins"]} - {""})
    assert all(len(found) <= 1 for found in ins.values())
    assert all(min(r for r in persons if persons[r] == p) == p for p in persons.values())
    for row in rows:  # the same qualified INS is always one person
        for other in rows:
            if row["ins"] and row["ins"] == other["ins"]:
                assert persons[row["record"]] == persons[other["record"]]
