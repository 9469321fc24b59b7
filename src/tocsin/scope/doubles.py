"""Doubtful merges: pairs of records that a human should look at, and what the choice changes.

    ins       merged by the same qualified INS although their traits differ: two persons behind
              one number, or an error at sign-in
    traits    merged by five equal strict traits: the weaker rule
    flagged   five equal strict traits, kept apart: a sign of a homonym or of a collision, or
              two qualified INS
    near      kept apart, and alike (probabilistic linkage): a typing error, a married name

Nothing here merges anything. Pairs carry local ids and the names of traits, never their values.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.core.records import Says
from tocsin.core.tables import COUNT, TEXT, Step, table
from tocsin.scope.folding import fold, strict
from tocsin.scope.people import QUALIFIED
from tocsin.scope.person_reviews import Decision, standing

Row = Mapping[str, Any]

LEAST_PROBABILITY = 0.9
"""From which a pair of records is shown as near. Reviewed with the weights of the linker: on
a million made records with typing errors, no stranger and 3 of 2,000 twins are proposed."""

LINKED_AT_MOST = 1_000_000
"""Records linked in one go; beyond, those only `possible` are left out, as said."""

REACHED = table(
    "double_records",
    "record reached, with its traits and its best grade",
    record=TEXT,
    person=TEXT,
    rule=TEXT,
    grade=COUNT,
    birth_name=TEXT,
    used_name=TEXT,
    first_names=TEXT,
    birth_date=TEXT,
    sex=TEXT,
    birth_place=TEXT,
    phone=TEXT,
    postal_code=TEXT,
    ins=TEXT,
    identity_status=TEXT,
)

KINDS: Mapping[str, Says] = {
    "ins": Says(
        "réunies par le même INS qualifié, mais leurs traits diffèrent",
        "merged by the same qualified INS, but their traits differ",
    ),
    "traits": Says(
        "réunies par cinq traits stricts égaux", "merged by five equal strict traits"
    ),
    "flagged": Says(
        "cinq traits stricts égaux, gardées séparées (homonyme, collision ou deux INS)",
        "five equal strict traits, kept apart (homonym, collision or two INS)",
    ),
    "near": Says("gardées séparées, et très proches", "kept apart, and very close"),
}

COMPARED = ("birth_name", "used_name", "given_name", "birth_date", "sex", "birth_place", "ins")
"""Traits that a pair is compared on."""


def reached() -> Step:
    """The records reached, with what they are compared on.

    Reads:   people, scope_grounds, persons
    Silence: a record that only a gap or a silent operation may show is `possible`
    """
    return Step(
        fills=REACHED,
        reads=("people", "scope_grounds", "persons"),
        sql="""
SELECT r.record AS record, r.person AS person, r.rule AS rule, coalesce(g.grade, 3) AS grade,
  p.birth_name AS birth_name, p.used_name AS used_name, p.first_names AS first_names,
  p.birth_date AS birth_date, p.sex AS sex, p.birth_place AS birth_place, p.phone AS phone,
  p.postal_code AS postal_code, p.ins AS ins, p.identity_status AS identity_status
FROM people AS r
JOIN persons AS p ON p.person = r.record
LEFT JOIN (SELECT record, min(CASE grade WHEN 'certain' THEN 1 WHEN 'probable' THEN 2
    ELSE 3 END) AS grade FROM scope_grounds GROUP BY record) AS g ON g.record = r.record
""",
    )


def to_link(records: pa.Table) -> pa.Table:
    """The records that are linked: all, or where they are too many, those not only possible."""
    if len(records) <= LINKED_AT_MOST:
        return records
    return records.filter(pc.less_equal(records["grade"], 2))


def linkage_rows(records: pa.Table) -> pa.Table:
    """The records as the linker compares them: names folded, digits of phones."""

    def folded(name: str) -> pa.Array:
        return _each(records[name], lambda text: fold(text).replace(" ", ""))

    return pa.table(
        {
            "record": records["record"],
            "family": folded("birth_name"),
            "used": folded("used_name"),
            "given": _each(records["first_names"], lambda text: fold(_first(text))),
            "birth": _each(records["birth_date"], _whole_date),
            "sex": records["sex"],
            "place": records["birth_place"],
            "phone": _each(
                records["phone"], lambda text: "".join(c for c in text if c.isdigit())[-9:]
            ),
            "postal": records["postal_code"],
        }
    )


def _each(column: pa.ChunkedArray, make: Any) -> pa.Array:  # noqa: ANN401
    encoded = pa.concat_arrays([pa.array([], pa.string()), *column.chunks]).dictionary_encode()
    made = pa.array([make(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return made.take(encoded.indices)


def _first(names: str) -> str:
    return (names.split() or [""])[0]


def _whole_date(text: str) -> str:
    return text if len(text) == 10 and "-00" not in text and text[:4] != "0000" else ""


def doubts(
    records: pa.Table, near: Sequence[Row], decisions: Sequence[Decision]
) -> list[dict[str, Any]]:
    """The pairs to look at: undecided ones first, merged before apart.

    Args:
        records: rows of REACHED.
        near: rows of PAIRS of the linker.
        decisions: what humans decided, the oldest first.
    """
    rows = {row["record"]: row for row in _shared(records, near)}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one, other, kind, weight in (
        *_merged_pairs(rows),
        *_flagged_pairs(rows),
        *((r["one"], r["other"], "near", r["probability"]) for r in near),
    ):
        pair = min(one, other), max(one, other)
        same = rows[one]["person"] == rows[other]["person"]
        if pair not in found and (kind != "near" or not same):
            found[pair] = _told(pair, (rows[one], rows[other]), kind, weight)
    for pair, decision in standing(decisions).items():
        if pair in found:
            found[pair] |= {"decided": decision.kind, "by": decision.by, "why": decision.why}
    order = {kind: n for n, kind in enumerate(("ins", "flagged", "near", "traits"))}
    return sorted(
        found.values(),
        key=lambda d: (bool(d["decided"]), order[d["kind"]], -(d["probability"] or 0),
                       d["records"]),
    )  # fmt: skip


def _shared(records: pa.Table, near: Sequence[Row]) -> list[Row]:
    """The records that stand in some pair: merged, of equal strict traits, or near.

    With what they are compared on, under the names of COMPARED, `number`, the INS as given,
    and `code`, which their strict traits have in common.
    """
    traits = _traits(records)
    codes = _strict_codes(traits)
    persons = np.asarray(
        _each(records["person"], str).dictionary_encode().indices, dtype=np.int64
    )
    named = pa.array([r["one"] for r in near] + [r["other"] for r in near], pa.string())
    kept = _repeated(persons) | (_repeated(codes) & (codes >= 0))
    kept |= pc.is_in(records["record"], named).to_numpy()
    told = ("record", "person", "rule", "identity_status")
    given = {name: records[name] for name in told} | {"number": records["ins"]}
    shown = given | traits | {"code": pa.array(codes)}
    rows: list[Row] = pa.table(shown).filter(pa.array(kept)).to_pylist()
    return rows


def _traits(records: pa.Table) -> dict[str, pa.Array]:
    """What records are compared on, under the names of COMPARED: each value folded once."""
    return {
        "birth_name": _each(records["birth_name"], strict),
        "used_name": _each(records["used_name"], strict),
        "given_name": _each(records["first_names"], lambda text: strict(_first(text))),
        "birth_date": _whole(records["birth_date"]),
        "sex": _whole(records["sex"]),
        "birth_place": _whole(records["birth_place"]),
        "ins": pc.replace_substring(_whole(records["ins"]), " ", ""),
    }


def _repeated(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    _, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
    many: NDArray[np.bool_] = counts[inverse] > 1
    return many


def _strict_codes(traits: Mapping[str, pa.Array]) -> NDArray[np.int64]:
    """A number for each set of five strict traits; -1 where one of them is unknown."""
    parts = [
        traits["birth_name"],
        traits["given_name"],
        _each(pa.chunked_array([traits["birth_date"]]), _whole_date),
        traits["sex"],
        traits["birth_place"],
    ]
    whole = pc.and_kleene(pc.not_equal(parts[0], ""), pc.not_equal(parts[1], ""))
    for part in parts[2:]:
        whole = pc.and_kleene(whole, pc.not_equal(part, ""))
    keys = pc.binary_join_element_wise(*parts, "|").dictionary_encode()
    codes = np.asarray(keys.indices, dtype=np.int64)
    return np.where(whole.to_numpy(zero_copy_only=False), codes, -1)


def _merged_pairs(rows: Mapping[str, Row]) -> Iterable[tuple[str, str, str, float | None]]:
    groups: dict[str, list[Row]] = {}
    for row in rows.values():
        groups.setdefault(row["person"], []).append(row)
    for group in groups.values():
        listed = sorted(group, key=lambda r: str(r["record"]))
        head = listed[0]
        for row in listed[1:]:
            if _qualified(row) and _qualified(head) and row["number"] == head["number"]:
                if _differ(head, row):
                    yield head["record"], row["record"], "ins", None
            else:
                yield head["record"], row["record"], "traits", None


def _flagged_pairs(rows: Mapping[str, Row]) -> Iterable[tuple[str, str, str, float | None]]:
    groups: dict[int, list[Row]] = {}
    for row in rows.values():
        if row["code"] >= 0:
            groups.setdefault(row["code"], []).append(row)
    for group in groups.values():
        listed = sorted(group, key=lambda r: str(r["record"]))
        for row in listed[1:]:
            if row["person"] != listed[0]["person"]:
                yield listed[0]["record"], row["record"], "flagged", None


def _qualified(row: Row) -> bool:
    return bool(row["number"]) and str(row["identity_status"]).strip().lower() in QUALIFIED


def _differ(one: Row, other: Row) -> list[str]:
    return [n for n in COMPARED if one[n] and other[n] and one[n] != other[n]]


def _told(
    pair: tuple[str, str], both: tuple[Row, Row], kind: str, weight: float | None
) -> dict[str, Any]:
    one, other = both
    says = KINDS[kind]
    return {
        "records": list(pair),
        "persons": sorted({one["person"], other["person"]}),
        "state": "merged" if one["person"] == other["person"] else "apart",
        "kind": kind,
        "says": {"fr": says.fr, "en": says.en},
        "probability": weight,
        "agree": [n for n in COMPARED if one[n] and one[n] == other[n]],
        "differ": _differ(one, other),
        "statuses": [one["identity_status"], other["identity_status"]],
        "decided": "",
        "by": "",
        "why": "",
    }


def only(records: pa.Table, named: pa.Array) -> pa.Table:
    """The rows of these records."""
    return records.filter(pc.is_in(records["record"], named.cast(pa.string())))


def persons(records: pa.ChunkedArray, moved: pa.Table) -> pa.Array:
    """The person of each record.

    Args:
        records: local ids.
        moved: rows of MERGED (scope/people.py); whoever has none stands for itself.
    """
    listed = _whole(records)
    places = pc.index_in(listed, _whole(moved["record"]))
    return pc.coalesce(_whole(moved["person"]).take(places), listed)


def counted(persons: pa.Array, grades: pa.ChunkedArray) -> dict[str, int]:
    """Distinct persons, cumulative by grade.

    Args:
        persons: the person of each record reached.
        grades: the best grade of each record, in the same order.
    """
    encoded = persons.dictionary_encode()
    best = np.full(len(encoded.dictionary), 3, dtype=np.int64)
    np.minimum.at(best, np.asarray(encoded.indices), np.asarray(grades, dtype=np.int64))
    return {
        "certain": int((best <= 1).sum()),
        "probable": int((best <= 2).sum()),
        "possible": len(best),
    }


def joined(
    persons: pa.Array, records: pa.ChunkedArray, pairs: Sequence[tuple[str, str]]
) -> pa.Array:
    """The persons, were each of these pairs of records one person too."""
    ends = pa.array([record for pair in pairs for record in pair], pa.string())
    named = persons.take(pc.index_in(ends, _whole(records))).to_pylist()
    head: dict[str, str] = {}

    def of(person: str) -> str:
        while head.get(person, person) != person:
            person = head[person]
        return person

    for one, other in zip(named[::2], named[1::2], strict=True):
        a, b = sorted((of(one), of(other)))
        head[b] = a
    heads = {person: of(person) for person in head}
    moved = pa.array(list(heads), pa.string())
    places = pc.index_in(persons, moved)
    return pc.coalesce(pa.array(list(heads.values()), pa.string()).take(places), persons)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays([pa.array([], pa.string()), *column.chunks])
