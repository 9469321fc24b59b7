"""Persons, not records: which records of the directory are one person, and by which rule.

In order: the same qualified INS; else all five strict traits equal and no sign of a homonym or
a collision. Never a name and a birth date alone. Two records with different qualified INS are
two persons, whatever their traits.

Source: national rules of identity vigilance (RNIV 1): strict traits; FR Core status codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.core.tables import COUNT, TEXT, YES_NO, Step, Table, table
from tocsin.core.vocabulary import TEST_STATUS
from tocsin.scope.folding import strict

QUALIFIED = ("qualifiée", "qualifiee", "qual")
"""Identity statuses, lower case, of an INS that was checked against the national base."""

APART = ("hom%", "col%", "dout%", "usur%", TEST_STATUS.lower() + "%")
"""Statuses, as patterns in lower case, that forbid a merge by traits."""

SAME_INS = table(
    "scope_same_ins", "record that shares its qualified INS with another", record=TEXT, ins=TEXT
)

ALIKE = table(
    "scope_alike",
    "record whose birth date, sex and birth place are also another's",
    record=TEXT,
    birth_name=TEXT,
    first_name=TEXT,
    born=TEXT,  # birth date, sex and birth place
    ins=TEXT,  # qualified one, '' if none
)

MERGED = table(
    "scope_merged", "record merged into another person's", record=TEXT, person=TEXT, rule=TEXT
)

REVIEWED = table(
    "scope_reviewed", "record on which a named human decided", record=TEXT, reviewed_by=TEXT
)

RECORDS = table(
    "scope_records",
    "record told one by one, any grade",
    record=TEXT,
    person=TEXT,
    rule=TEXT,
    known=YES_NO,
    test=YES_NO,
    holds=COUNT,  # a bit for each column that holds a value, in the order given
)

HELD_BY = table(
    "scope_held_by", "record told one by one and controller", record=TEXT, controller=TEXT
)

KIN = table("scope_kin", "record that the merges of records seen may rest on", record=TEXT)


def _qualified(alias: str) -> str:
    listed = ", ".join(f"'{word}'" for word in QUALIFIED)
    return f"(lower(trim({alias}.identity_status)) IN ({listed}) AND {alias}.ins <> '')"


def _born(alias: str) -> str:
    """SQL: the three strict traits that are not names."""
    return f"concat({alias}.birth_date, '|', {alias}.sex, '|', {alias}.birth_place)"


def _whole(alias: str) -> str:
    """SQL: all strict traits are known, and no sign of a homonym or a collision."""
    p = alias
    apart = " OR ".join(f"lower({p}.identity_status) LIKE '{word}'" for word in APART)
    return f"""({p}.birth_name <> '' AND {p}.first_names <> '' AND {p}.birth_place <> ''
    AND {p}.sex <> '' AND length({p}.birth_date) = 10 AND strpos({p}.birth_date, '-00') = 0
    AND substr({p}.birth_date, 1, 4) <> '0000' AND NOT ({apart}))"""


def kin(known: str, fills: str) -> Step:
    """The records, and those that share their qualified INS or their birth with them.

    To be repeated until no record comes in: the merges of the first records rest on no other.

    Args:
        known: a relation with a column `record`.
        fills: the name of the relation to fill.

    Reads: that relation, persons
    """
    return Step(
        fills=Table(name=fills, per=KIN.per, columns=KIN.columns),
        reads=(known, "persons"),
        sql=f"""
WITH mine AS (SELECT p.person AS record, {_born("p")} AS born,
    CASE WHEN {_qualified("p")} THEN p.ins ELSE '' END AS ins,
    CASE WHEN {_whole("p")} THEN 1 ELSE 0 END AS whole
  FROM persons AS p JOIN (SELECT DISTINCT record FROM {known}) AS k ON k.record = p.person)
SELECT m.record AS record FROM mine AS m
UNION
SELECT p.person AS record FROM persons AS p
JOIN (SELECT DISTINCT ins FROM mine WHERE ins <> '') AS m ON m.ins = p.ins
WHERE {_qualified("p")}
UNION
SELECT p.person AS record FROM persons AS p
JOIN (SELECT DISTINCT born FROM mine WHERE whole = 1) AS m ON m.born = {_born("p")}
WHERE {_whole("p")}
""",
    )


def same_ins(among: str = "") -> Step:
    """Records that share a qualified INS.

    Args:
        among: a relation with a column `record`: only those; '' for all.

    Reads: persons, that relation
    """
    return Step(
        fills=SAME_INS,
        reads=("persons", *([among] if among else [])),
        sql=f"""
WITH told AS (SELECT p.person AS record, p.ins AS ins FROM persons AS p {_among(among)}
  WHERE {_qualified("p")})
SELECT t.record AS record, t.ins AS ins FROM told AS t
JOIN (SELECT ins FROM told GROUP BY ins HAVING count(*) > 1) AS g ON g.ins = t.ins
""",
    )


def _among(relation: str) -> str:
    return f"JOIN {relation} AS k ON k.record = p.person" if relation else ""


def alike(among: str = "") -> Step:
    """Records that may share all strict traits: the three that are not names already agree.

    Args:
        among: a relation with a column `record`: only those; '' for all.

    Reads:   persons, that relation
    Silence: a record with an unknown trait, or marked homonym or collision, has no row
    """
    return Step(
        fills=ALIKE,
        reads=("persons", *([among] if among else [])),
        sql=f"""
WITH whole AS (SELECT p.person AS record, p.birth_name AS birth_name,
    p.first_names AS first_name, {_born("p")} AS born,
    CASE WHEN {_qualified("p")} THEN p.ins ELSE '' END AS ins
  FROM persons AS p {_among(among)}
  WHERE {_whole("p")})
SELECT w.record AS record, w.birth_name AS birth_name, w.first_name AS first_name,
  w.born AS born, w.ins AS ins
FROM whole AS w
JOIN (SELECT born FROM whole GROUP BY born HAVING count(*) > 1) AS g ON g.born = w.born
""",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What named humans decided: pairs of records that are one person, or are not."""

    together: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()


NOTHING = Decided()


def merged(by_ins: pa.Table, by_traits: pa.Table, decided: Decided = NOTHING) -> pa.Table:
    """The records that are merged into another, with the smallest record of their group.

    Args:
        by_ins: rows of SAME_INS.
        by_traits: rows of ALIKE; names are compared here.
        decided: by humans; stronger than either rule.

    Returns:
        Rows of MERGED; a record that stands for itself has none.
    """
    traits, owners = _trait_groups(by_traits)
    pairs = sorted(decided.together)
    told = pa.array([record for pair in pairs for record in pair], pa.string())
    records = pa.concat_arrays([_texts(by_ins["record"]), owners, told])
    names = pc.unique(records).sort()
    codes = pc.index_in(records, names).to_numpy(zero_copy_only=False).astype(np.int64)
    # Three kinds of group, numbered apart.
    numbers = np.concatenate(
        [
            _codes(_texts(by_ins["ins"])),
            _codes(traits) + 1_000_000_000,
            np.repeat(np.arange(len(pairs)), 2) + 2_000_000_000,
        ]
    )
    _, groups = np.unique(numbers, return_inverse=True)
    label = _components(codes, groups, len(names))
    if decided.apart:
        _part(label, names, (codes, groups, numbers), decided)
    moved = np.flatnonzero(label != np.arange(len(names)))
    rules = np.full(len(names), "traits", dtype=object)
    rules[codes[numbers < 1_000_000_000]] = "ins"
    rules[codes[numbers >= 2_000_000_000]] = "reviewed"
    return pa.table(
        {
            "record": names.take(pa.array(moved)),
            "person": names.take(pa.array(label[moved])),
            "rule": pa.array(rules[moved].tolist(), pa.string()),
        }
    )


def _components(
    codes: NDArray[np.int64], groups: NDArray[np.int64], size: int
) -> NDArray[np.int64]:
    """The smallest member of each member's connected groups."""
    label = np.arange(size)
    while True:
        least = np.full(len(groups) and int(groups.max()) + 1, size, dtype=np.int64)
        np.minimum.at(least, groups, label[codes])
        following = label.copy()
        np.minimum.at(following, codes, least[groups])
        if np.array_equal(following, label):
            return label
        label = following


def _part(
    label: NDArray[np.int64],
    names: pa.Array,
    edges: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    decided: Decided,
) -> None:
    """Build anew the groups that hold a pair which a human said to be two persons.

    The strongest links are made first (humans, INS, traits), and a link that would put such a
    pair together is left out.
    """
    places = {name: i for i, name in enumerate(names.to_pylist())}
    forbidden = {
        (places[a], places[b]) for a, b in decided.apart if a in places and b in places
    }
    broken = {int(label[a]) for a, b in forbidden if label[a] == label[b]}
    if not broken:
        return
    codes, groups, numbers = edges
    inside = np.isin(label[codes], np.array(sorted(broken)))
    members: dict[int, list[int]] = {}
    strength: dict[int, int] = {}
    for code, group, number in zip(
        codes[inside].tolist(), groups[inside].tolist(), numbers[inside].tolist(), strict=True
    ):
        members.setdefault(group, []).append(code)
        strength[group] = -2 if number >= 2_000_000_000 else number // 1_000_000_000
    found = _Groups(sorted({c for listed in members.values() for c in listed}), forbidden)
    for group in sorted(members, key=lambda g: (strength[g], g)):
        listed = sorted(set(members[group]))
        for i, one in enumerate(listed):
            for other in listed[i + 1 :]:
                found.join(one, other)
    for code, least in found.least().items():
        label[code] = least


class _Groups:
    """Groups that grow by joining, and never hold a forbidden pair."""

    def __init__(self, members: list[int], forbidden: set[tuple[int, int]]) -> None:
        self._group = {member: {member} for member in members}
        self._forbidden = forbidden | {(b, a) for a, b in forbidden}

    def join(self, one: int, other: int) -> None:
        mine, theirs = self._group[one], self._group[other]
        if mine is theirs or any((a, b) in self._forbidden for a in mine for b in theirs):
            return
        mine |= theirs
        for member in theirs:
            self._group[member] = mine

    def least(self) -> dict[int, int]:
        return {member: min(group) for member, group in self._group.items()}


def _texts(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays([pa.array([], pa.string()), *column.chunks])


def _codes(values: pa.Array) -> NDArray[np.int64]:
    indices = values.dictionary_encode().indices
    return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _trait_groups(rows: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Trait key and record, where at least two records share it and at most one INS."""
    first = pc.replace_substring_regex(
        pc.utf8_trim_whitespace(_texts(rows["first_name"])), r"\s.*", ""
    )
    key = pc.binary_join_element_wise(
        _strict(_texts(rows["birth_name"])), _strict(first), _texts(rows["born"]), "|"
    )
    keyed = pa.table({"key": key, "record": _texts(rows["record"]), "ins": _texts(rows["ins"])})
    many = keyed.group_by("key").aggregate([("record", "count")])
    many = many.filter(pc.greater(many["record_count"], 1))
    with_ins = keyed.filter(pc.not_equal(keyed["ins"], ""))
    split = with_ins.group_by("key").aggregate([("ins", "count_distinct")])
    split = split.filter(pc.greater(split["ins_count_distinct"], 1))
    kept = pc.and_(
        pc.is_in(keyed["key"], many["key"]),
        pc.invert(pc.is_in(keyed["key"], split["key"])),
    )
    keyed = keyed.filter(kept)
    return _texts(keyed["key"]), _texts(keyed["record"])


def _strict(names: pa.Array) -> pa.Array:
    encoded = names.dictionary_encode()
    keys = pa.array([strict(name) for name in encoded.dictionary.to_pylist()], pa.string())
    return keys.take(encoded.indices)


def records(columns: Sequence[str], *, alone: bool) -> Step:
    """Every record told one by one, the person it is, and whether it is a test identity.

    Args:
        columns: of persons, whose values are marked in `holds`.
        alone: True where whoever only a gap may show is counted by veils (scope/veils.py):
            such a record has a row here only where it is merged with another or a test
            identity. False: it always has one.

    Reads: scope_sightings, scope_vista_persons, persons, scope_merged
    """
    bound = "SELECT g.record AS record FROM scope_vista_persons AS g"
    if alone:
        bound = f"""{bound}
  JOIN (SELECT m.record AS record FROM scope_merged AS m
    UNION SELECT m.person AS record FROM scope_merged AS m
    UNION SELECT q.person AS record FROM persons AS q WHERE {_test("q")}) AS t
    ON t.record = g.record"""
    bits = [
        f"CASE WHEN p.{column} NOT IN ('', '0000-00-00') THEN {1 << n} ELSE 0 END"
        for n, column in enumerate(columns)
    ]
    return Step(
        fills=RECORDS,
        reads=("scope_sightings", "scope_vista_persons", "persons", "scope_merged"),
        sql=f"""
SELECT s.record AS record, coalesce(m.person, s.record) AS person,
  coalesce(m.rule, 'self') AS rule, p.person IS NOT NULL AS known,
  coalesce({_test("p")}, false) AS test, {" + ".join(bits) or "0"} AS holds
FROM (SELECT a.record AS record FROM scope_sightings AS a UNION {bound}) AS s
LEFT JOIN persons AS p ON p.person = s.record
LEFT JOIN scope_merged AS m ON m.record = s.record
""",
    )


def held_by() -> Step:
    """Who controls the records told one by one. Reads: scope_records, person_controllers."""
    return Step(
        fills=HELD_BY,
        reads=("scope_records", "person_controllers"),
        sql="""
SELECT r.record AS record, c.controller AS controller
FROM scope_records AS r JOIN person_controllers AS c ON c.person = r.record
""",
    )


def _test(alias: str) -> str:
    return f"upper(trim({alias}.identity_status)) = '{TEST_STATUS}'"
