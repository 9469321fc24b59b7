"""The steps of a replay: who answers each query, in what order, on which pages."""

from collections.abc import Mapping, Sequence

from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.scope.perimeters import seen_by, seen_whole
from tocsin.scope.replay import POSSIBLE
from tocsin.scope.words import VALUES

CLAUSES = table(
    "scope_clauses",
    "query and clause that it asks; one of them drives",
    base=COUNT,
    clause=COUNT,
    driver=COUNT,  # 1 for the clause that the fewest persons answer, else 0
)
TERMS = table(
    "scope_terms",
    "clause and value of a column that only the engine compares",
    clause=COUNT,
    column_name=TEXT,
    value=TEXT,
)
FOUND = table("scope_found", "clause and person that answers it", clause=COUNT, person=TEXT)
CANDIDATES = table(
    "scope_candidates",
    "query and person that answers its driving clause",
    base=COUNT,
    person=TEXT,
)
COMPARED = table(
    "scope_compared",
    "clause and column that it compares by value",
    clause=COUNT,
    column_name=TEXT,
)
CHECKS = table(
    "scope_checks",
    "candidate, further clause of its query, and value to be compared with it",
    base=COUNT,
    person=TEXT,
    clause=COUNT,
    column_name=TEXT,
    raw=TEXT,
)
HITS = table("scope_hits", "query and person that answers it", base=COUNT, person=TEXT)
CONTEXTS = table(
    "scope_contexts",
    "query, order, and what may be seen at a moment",
    context=COUNT,
    base=COUNT,
    sort=COUNT,
    service=TEXT,
    perimeter=TEXT,
    subject=TEXT,
    moment_us=US,
)
MEMBERS = table(
    "scope_members", "context and person that it matches", context=COUNT, person=TEXT
)
RANKED = table(
    "scope_ranked",
    "context and person, with the rows that its group of equals may take",
    context=COUNT,
    person=TEXT,
    low=COUNT,
    high=COUNT,
)
GROUPS = table(
    "scope_groups", "context and group of equals", context=COUNT, low=COUNT, high=COUNT
)
WINDOWS = table(
    "scope_windows",
    "context, session and window, with the lines that showed it",
    context=COUNT,
    session=TEXT,
    operation=TEXT,
    first_row=COUNT,
    end_row=COUNT,
    grade=COUNT,
    rule=TEXT,
    most=COUNT,  # rows at most, of one line
    total=COUNT,  # rows at most, of all the lines
    first_us=US,
    last_us=US,
    acts=COUNT,
    rows_in=COUNT,  # rows that the matches put in the window
)

_VALUE_OF: Mapping[str, tuple[str, ...]] = {
    "family": ("birth_name", "used_name"),
    "given": ("first_names",),
    "city": ("city",),
    "postal": ("postal_code",),
    "sex": ("sex",),
    "birth": ("birth_date",),
}
"""Columns of the directory behind each column of a term."""


def values(columns: Sequence[str]) -> Step:
    """The distinct values of columns that queries compare. Reads: persons."""
    parts = [
        f"SELECT '{name}' AS column_name, p.{column} AS raw, count(*) AS n FROM persons AS p "
        f"WHERE p.{column} <> '' GROUP BY p.{column}"
        for name in columns
        for column in _VALUE_OF[name]
    ]
    return Step(
        fills=VALUES,
        reads=("persons",),
        sql="SELECT v.column_name AS column_name, v.raw AS raw, sum(v.n) AS persons FROM ("
        + " UNION ALL ".join(parts or ["SELECT '' AS column_name, '' AS raw, 0 AS n"])
        + ") AS v GROUP BY v.column_name, v.raw",
    )


def _phone(column: str) -> str:
    bare = column
    for mark in ("(0)", " ", ".", "-", "(", ")", "/", "+", "\u00a0"):
        bare = f"replace({bare}, '{mark}', '')"
    return (
        f"CASE WHEN {bare} LIKE '0033%' AND length({bare}) = 13 THEN concat('0', "
        f"substr({bare}, 5)) WHEN {bare} LIKE '33%' AND length({bare}) = 11 "
        f"THEN concat('0', substr({bare}, 3)) ELSE {bare} END"
    )


def found(columns: Sequence[str]) -> Step:
    """Persons by identifier, phone, mail or local id.

    Args:
        columns: those of identifier, phone, email, person that clauses name.

    Reads: scope_terms, persons
    """
    on = {
        "person": ["p.person = t.value"],
        "email": ["lower(trim(p.email)) = t.value"],
        "phone": [f"{_phone('p.phone')} = t.value"],
        "identifier": [
            "replace(p.ins, ' ', '') = t.value",
            "substr(replace(p.ins, ' ', ''), 1, 13) = t.value",
            "replace(p.ins, ' ', '') = substr(t.value, 1, 13)",
            "p.person = t.value",
        ],
    }
    parts = [
        f"SELECT t.clause AS clause, p.person AS person FROM scope_terms AS t "
        f"JOIN persons AS p ON {condition} WHERE t.column_name = '{column}'"
        for column in columns
        for condition in on[column]
    ]
    nobody = "SELECT t.clause AS clause, '' AS person FROM scope_terms AS t WHERE false"
    return Step(
        fills=FOUND,
        reads=("scope_terms", "persons"),
        sql=" UNION ".join(parts or [nobody]),
    )


def candidates(columns: Sequence[str]) -> Step:
    """Persons that answer the driving clause of each query.

    Args:
        columns: the columns that driving clauses compare by value.

    Reads: scope_clauses, scope_clause_values, scope_found, persons
    """
    parts = [
        f"SELECT c.base AS base, p.person AS person FROM scope_clauses AS c "
        f"JOIN scope_clause_values AS v ON v.clause = c.clause AND v.column_name = '{name}' "
        f"JOIN persons AS p ON p.{column} = v.raw WHERE c.driver = 1"
        for name in columns
        for column in _VALUE_OF[name]
    ]
    direct = (
        "SELECT c.base AS base, f.person AS person FROM scope_clauses AS c "
        "JOIN scope_found AS f ON f.clause = c.clause WHERE c.driver = 1"
    )
    return Step(
        fills=CANDIDATES,
        reads=("scope_clauses", "scope_clause_values", "scope_found", "persons"),
        sql=" UNION ".join([*parts, direct]),
    )


def checks(columns: Sequence[str]) -> Step:
    """What is left to compare of each candidate.

    Args:
        columns: the columns that clauses compare by value.

    Reads: scope_candidates, scope_clauses, scope_compared, persons
    """
    cases = {name: _VALUE_OF[name] for name in columns}
    parts = [
        f"SELECT k.base AS base, k.person AS person, c.clause AS clause, "
        f"'{name}' AS column_name, p.{column} AS raw FROM scope_candidates AS k "
        f"JOIN scope_clauses AS c ON c.base = k.base AND c.driver = 0 "
        f"JOIN scope_compared AS n ON n.clause = c.clause AND n.column_name = '{name}' "
        f"JOIN persons AS p ON p.person = k.person"
        for name, held in cases.items()
        for column in held
    ]
    nothing = (
        "SELECT k.base AS base, k.person AS person, 0 AS clause, '' AS column_name, "
        "'' AS raw FROM scope_candidates AS k WHERE false"
    )
    return Step(
        fills=CHECKS,
        reads=("scope_candidates", "scope_clauses", "scope_compared", "persons"),
        sql=" UNION ALL ".join(parts or [nothing]),
    )


def hits() -> Step:
    """Persons that answer every clause of each query.

    Reads: scope_clauses, scope_clause_values, scope_found, scope_candidates, scope_checks
    """
    return Step(
        fills=HITS,
        reads=(
            "scope_clauses",
            "scope_clause_values",
            "scope_found",
            "scope_candidates",
            "scope_checks",
        ),
        sql="""
WITH others AS (SELECT base, count(CASE WHEN driver = 0 THEN 1 END) AS n
  FROM scope_clauses GROUP BY base),
answered AS (SELECT h.base AS base, h.person AS person, h.clause AS clause
  FROM scope_checks AS h
  JOIN scope_clause_values AS v ON v.clause = h.clause AND v.column_name = h.column_name
    AND v.raw = h.raw
  UNION ALL
  SELECT k.base AS base, k.person AS person, c.clause AS clause
  FROM scope_candidates AS k
  JOIN scope_clauses AS c ON c.base = k.base AND c.driver = 0
  JOIN scope_found AS f ON f.clause = c.clause AND f.person = k.person)
SELECT k.base AS base, k.person AS person FROM scope_candidates AS k
JOIN others AS o ON o.base = k.base WHERE o.n = 0
UNION ALL
SELECT a.base AS base, a.person AS person FROM answered AS a
JOIN others AS o ON o.base = a.base
GROUP BY a.base, a.person HAVING count(DISTINCT a.clause) = max(o.n)
""",
    )


def contexts() -> Step:
    """The distinct replays: same query, order, service, perimeter and moment.

    Reads: scope_pages, scope_looks, scope_moments
    """
    return Step(
        fills=CONTEXTS,
        reads=("scope_pages", "scope_looks", "scope_moments"),
        sql="""
SELECT row_number() OVER (ORDER BY d.base, d.sort, d.service, d.perimeter, d.subject,
    d.moment_us) AS context, d.base AS base, d.sort AS sort, d.service AS service,
  d.perimeter AS perimeter, d.subject AS subject, d.moment_us AS moment_us
FROM (SELECT DISTINCT g.base AS base, g.sort AS sort, k.service AS service,
    k.perimeter AS perimeter, k.subject AS subject, m.moment_us AS moment_us
  FROM scope_pages AS g
  JOIN scope_looks AS k ON k.digest = g.digest AND k.position = g.position
  JOIN scope_moments AS m ON m.perimeter = k.perimeter AND m.subject = k.subject
    AND m.us = k.us) AS d
""",
    )


def members() -> Step:
    """Who each replay matches, inside what its account may see.

    Reads: scope_contexts, scope_hits, persons, scope_inside, scope_unlisted
    """
    whole = "(SELECT * FROM scope_contexts AS e WHERE e.base = 0)"
    return Step(
        fills=MEMBERS,
        reads=("scope_contexts", "scope_hits", "persons", "scope_inside", "scope_unlisted"),
        sql=f"""{seen_by("scope_contexts", "scope_hits", "h.base = x.base")}
UNION ALL {seen_whole(whole)}""",
    )


def ranked(sorts: Mapping[int, tuple[tuple[str, bool], ...]]) -> Step:
    """The rows that each match may take in the order asked.

    Args:
        sorts: (column, descending) of each order by its number; 0, no order, aside.

    Reads:   scope_members, scope_contexts, persons, scope_keys_family, scope_keys_given
    Units:   rows from 0, half-open; equals share low and high
    """
    parts = [
        """
SELECT m.context AS context, m.person AS person, 0 AS low,
  count(*) OVER (PARTITION BY m.context) AS high
FROM scope_members AS m JOIN scope_contexts AS x ON x.context = m.context WHERE x.sort = 0
"""
    ]
    parts += [_ordered(number, keys) for number, keys in sorts.items()]
    return Step(
        fills=RANKED,
        reads=(
            "scope_members",
            "scope_contexts",
            "persons",
            "scope_keys_family",
            "scope_keys_given",
        ),
        sql=" UNION ALL ".join(parts),
    )


def _ordered(number: int, keys: tuple[tuple[str, bool], ...]) -> str:
    column = {
        "family": "coalesce(f.key, '')",
        "given": "coalesce(g.key, '')",
        "birth": "p.birth_date",
        "person": "p.person",
    }
    named = ", ".join(f"{column[name]} AS k{i}" for i, (name, _) in enumerate(keys))
    order = ", ".join(f"r.k{i} {'DESC' if down else 'ASC'}" for i, (_, down) in enumerate(keys))
    same = ", ".join(f"r.k{i}" for i in range(len(keys)))
    return f"""
SELECT o.context AS context, o.person AS person, o.place - 1 AS low,
  o.place - 1 + o.equals AS high
FROM (SELECT r.context AS context, r.person AS person,
    rank() OVER (PARTITION BY r.context ORDER BY {order}) AS place,
    count(*) OVER (PARTITION BY r.context, {same}) AS equals
  FROM (SELECT m.context AS context, m.person AS person, {named}
    FROM scope_members AS m JOIN scope_contexts AS x ON x.context = m.context
    JOIN persons AS p ON p.person = m.person
    LEFT JOIN scope_keys_family AS f ON f.raw = p.birth_name
    LEFT JOIN scope_keys_given AS g ON g.raw = p.first_names
    WHERE x.sort = {number}) AS r) AS o
"""


def groups() -> Step:
    """The groups of equals. Reads: scope_ranked."""
    return Step(
        fills=GROUPS,
        reads=("scope_ranked",),
        sql="SELECT DISTINCT context, low, high FROM scope_ranked",
    )


def windows() -> Step:
    """The windows that lines showed, alike ones together.

    Reads: scope_pages, scope_asks, scope_looks, scope_moments, scope_contexts, scope_groups
    """
    return Step(
        fills=WINDOWS,
        reads=(
            "scope_pages",
            "scope_asks",
            "scope_looks",
            "scope_moments",
            "scope_contexts",
            "scope_groups",
        ),
        sql=f"""
SELECT x.context AS context, q.session AS session, q.operation AS operation,
  g.first_row AS first_row, g.end_row AS end_row,
  CASE WHEN k.guessed = 1 THEN {POSSIBLE} ELSE g.grade END AS grade,
  CASE WHEN k.guessed = 1 AND g.grade < {POSSIBLE} THEN 'rights' ELSE g.rule END AS rule,
  max(g.most) AS most, sum(g.most) AS total, min(q.us) AS first_us, max(q.us) AS last_us,
  count(*) AS acts,
  max(CASE WHEN least(g.end_row, z.size) > g.first_row
    THEN least(g.end_row, z.size) - g.first_row ELSE 0 END) AS rows_in
FROM scope_pages AS g
JOIN scope_asks AS q ON q.digest = g.digest AND q.position = g.position
JOIN scope_looks AS k ON k.digest = g.digest AND k.position = g.position
JOIN scope_moments AS m ON m.perimeter = k.perimeter AND m.subject = k.subject AND m.us = k.us
JOIN scope_contexts AS x ON x.base = g.base AND x.sort = g.sort AND x.service = k.service
  AND x.perimeter = k.perimeter AND x.subject = k.subject AND x.moment_us = m.moment_us
JOIN (SELECT context, max(high) AS size FROM scope_groups GROUP BY context) AS z
  ON z.context = x.context
GROUP BY x.context, q.session, q.operation, g.first_row, g.end_row, k.guessed, g.grade, g.rule
""",
    )
