"""Bounds: how many distinct persons were reached, at least and at most.

Sure are the persons that a line names, and those of a group of equals that pages showed whole.
Of a group shown in part, the pages tell how many rows were shown, not which.

At least: the sure ones, and of each group its rows shown that sure or unfit records cannot
account for. A person that stands in k groups counts 1/k in each, and the lightest are taken:
whoever was shown, the sum never exceeds the number of distinct persons. Pages of one query in
one session are taken to follow one order, so that different rows are different records.

At most: everybody who may have been reached without a limit, of each group no more than its
rows shown, of each gap no more than the rates measured allow (scope/rates.py); never more than
everybody possible.
"""

from tocsin.core.tables import COUNT, REAL, TEXT, Step, table
from tocsin.scope.blind import NO_LIMIT
from tocsin.scope.replay import POSSIBLE, PROBABLE

SHARES = table(
    "scope_shares",
    "group of equals and session, with the rows that its pages showed",
    context=COUNT,
    low=COUNT,
    high=COUNT,
    session=TEXT,
    shown=COUNT,
)
SPANS = table(
    "scope_spans",
    "window, with the number of records that may stand on it",
    context=COUNT,
    first_row=COUNT,
    end_row=COUNT,
    grade=COUNT,
    span=COUNT,
    least=COUNT,  # rows that one session must have shown
    most=COUNT,  # rows that all lines can have shown
    counted=COUNT,  # 1 where a logged count or an unsure page makes it a set of its own
)
SETS = table(
    "scope_sets",
    "set of matches shown in part",
    set_id=COUNT,
    context=COUNT,
    first_row=COUNT,
    end_row=COUNT,
    least=COUNT,
    most=COUNT,
)
SURE = table("scope_sure", "person surely reached", person=TEXT)
FREE = table("scope_free", "person reached or possible without a limit", person=TEXT)
PARTS = table(
    "scope_parts",
    "person told one by one and controller ('*' = all), with the best grade",
    person=TEXT,
    part=TEXT,
    grade=COUNT,
    known=COUNT,
)
LOOSE = table(
    "scope_loose",
    "set, part and person in it that is not sure",
    set_id=COUNT,
    part=TEXT,
    person=TEXT,
    records=COUNT,
    free=COUNT,  # 1 where the person counts in the upper bound already
)
LOWER = table("scope_lower", "part", part=TEXT, more=REAL)
UPPER = table("scope_upper", "part", part=TEXT, more=COUNT)
VEILED = table("scope_veiled", "part", part=TEXT, more=COUNT)
COUNTS = table(
    "scope_counts",
    "part: all ('*') or one controller",
    part=TEXT,
    certain=COUNT,
    probable=COUNT,
    possible=COUNT,
    sure=COUNT,
    free=COUNT,
    unknown=COUNT,
)
EPSILON = 1e-6
"""What rounding of a sum of fractions may cost before it is taken up to the next integer."""


def shares() -> Step:
    """Rows of each group that a session's pages showed: the union of its windows.

    Reads:   scope_groups, scope_windows
    Silence: pages whose logged count is below their rows are not here (see `spans`)
    """
    return Step(
        fills=SHARES,
        reads=("scope_groups", "scope_windows"),
        sql=f"""
WITH pieces AS (SELECT DISTINCT g.context AS context, g.low AS low, g.high AS high,
    w.session AS session, greatest(g.low, w.first_row) AS a, least(g.high, w.end_row) AS b
  FROM scope_groups AS g
  JOIN scope_windows AS w ON w.context = g.context AND w.end_row > g.low
    AND w.first_row < g.high
  WHERE w.grade = {PROBABLE} AND w.most >= w.rows_in),
ahead AS (SELECT context, low, high, session, a, b, coalesce(max(b) OVER (
    PARTITION BY context, low, session ORDER BY a, b
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), a) AS c FROM pieces)
SELECT context, low, high, session,
  sum(CASE WHEN b > greatest(a, c) THEN b - greatest(a, c) ELSE 0 END) AS shown
FROM ahead GROUP BY context, low, high, session
""",
    )


def spans() -> Step:
    """Windows that are sets of their own. Reads: scope_groups, scope_windows."""
    return Step(
        fills=SPANS,
        reads=("scope_groups", "scope_windows"),
        sql=f"""
SELECT n.context AS context, n.first_row AS first_row, n.end_row AS end_row,
  n.grade AS grade, n.span AS span,
  CASE WHEN n.grade = {PROBABLE} THEN n.shown ELSE 0 END AS least, n.total AS most,
  CASE WHEN n.grade = {POSSIBLE} AND n.total >= n.span THEN 0 ELSE 1 END AS counted
FROM (SELECT w.context AS context, w.first_row AS first_row, w.end_row AS end_row,
    w.grade AS grade, s.span AS span, max(least(w.most, w.rows_in)) AS shown,
    sum(least(w.total, w.acts * w.rows_in)) AS total
  FROM scope_windows AS w
  JOIN (SELECT d.context AS context, d.first_row AS first_row, d.end_row AS end_row,
      sum(g.high - g.low) AS span
    FROM (SELECT DISTINCT context, first_row, end_row FROM scope_windows) AS d
    JOIN scope_groups AS g ON g.context = d.context AND d.end_row > g.low
      AND d.first_row < g.high
    GROUP BY d.context, d.first_row, d.end_row) AS s
    ON s.context = w.context AND s.first_row = w.first_row AND s.end_row = w.end_row
  WHERE w.grade = {POSSIBLE} OR w.most < w.rows_in
  GROUP BY w.context, w.first_row, w.end_row, w.grade, s.span) AS n
""",
    )


def sets() -> Step:
    """Sets of matches of which only a number was shown. Reads: scope_shares, scope_spans."""
    return Step(
        fills=SETS,
        reads=("scope_shares", "scope_spans"),
        sql="""
SELECT row_number() OVER (ORDER BY u.context, u.first_row, u.end_row, u.least, u.most)
  AS set_id, u.context AS context, u.first_row AS first_row, u.end_row AS end_row,
  u.least AS least, u.most AS most
FROM (SELECT context, low AS first_row, high AS end_row, max(shown) AS least,
    least(sum(shown), high - low) AS most
  FROM scope_shares GROUP BY context, low, high HAVING max(shown) < high - low
  UNION ALL
  SELECT context, first_row, end_row, least, most FROM scope_spans WHERE counted = 1) AS u
""",
    )


def sure() -> Step:
    """Persons that a line names or that stand in a group shown whole.

    Reads: scope_facts, scope_shares, scope_ranked, scope_records
    """
    return Step(
        fills=SURE,
        reads=("scope_facts", "scope_shares", "scope_ranked", "scope_records"),
        sql="""
SELECT DISTINCT f.person AS person FROM scope_facts AS f WHERE f.grade = 1
UNION
SELECT DISTINCT p.person AS person
FROM (SELECT context, low FROM scope_shares GROUP BY context, low, high
  HAVING max(shown) = high - low) AS w
JOIN scope_ranked AS r ON r.context = w.context AND r.low = w.low
JOIN scope_records AS p ON p.record = r.person
JOIN scope_facts AS f ON f.person = p.person
""",
    )


def free() -> Step:
    """Persons told one by one whose number no page limits.

    Reads: scope_sure, scope_acts, scope_records, scope_ranked, scope_spans, scope_vistas,
        scope_vista_persons
    """
    return Step(
        fills=FREE,
        reads=(
            "scope_sure",
            "scope_acts",
            "scope_records",
            "scope_ranked",
            "scope_spans",
            "scope_vistas",
            "scope_vista_persons",
        ),
        sql=f"""
SELECT s.person AS person FROM scope_sure AS s
UNION
SELECT r.person AS person FROM scope_acts AS a JOIN scope_records AS r ON r.record = a.person
WHERE a.class_ <> 'own' AND a.outcome IN ('ok', 'unknown') AND a.persons NOT IN ('', 'none')
UNION
SELECT r.person AS person FROM scope_vistas AS x
JOIN scope_vista_persons AS v ON v.context = x.context
JOIN scope_records AS r ON r.record = v.record WHERE x.most >= {NO_LIMIT}
UNION
SELECT p.person AS person FROM scope_spans AS n
JOIN scope_ranked AS k ON k.context = n.context AND k.low < n.end_row
  AND k.high > n.first_row
JOIN scope_records AS p ON p.record = k.person WHERE n.counted = 0
""",
    )


def parts() -> Step:
    """Persons told one by one, whole and by controller, with their best grade.

    Reads: scope_reached, scope_records
    """
    grade = "CASE k.grade WHEN 'certain' THEN 1 WHEN 'probable' THEN 2 ELSE 3 END"
    return Step(
        fills=PARTS,
        reads=("scope_reached", "scope_records"),
        sql=f"""
SELECT g.person AS person, g.part AS part, g.grade AS grade,
  CASE WHEN p.person IS NULL THEN 0 ELSE 1 END AS known
FROM (SELECT k.person AS person, '*' AS part, min({grade}) AS grade FROM scope_reached AS k
  GROUP BY k.person
  UNION ALL
  SELECT k.person AS person, concat('=', k.controller) AS part, min({grade}) AS grade
  FROM scope_reached AS k GROUP BY k.person, k.controller) AS g
LEFT JOIN (SELECT DISTINCT person FROM scope_records WHERE known) AS p
  ON p.person = g.person
""",
    )


def loose() -> Step:
    """Who stands in a set shown in part, and is not sure.

    Reads: scope_sets, scope_ranked, scope_records, scope_parts, scope_sure, scope_free
    """
    return Step(
        fills=LOOSE,
        reads=(
            "scope_sets",
            "scope_ranked",
            "scope_records",
            "scope_parts",
            "scope_sure",
            "scope_free",
        ),
        sql="""
SELECT t.set_id AS set_id, k.part AS part, p.person AS person, count(*) AS records,
  max(CASE WHEN f.person IS NULL THEN 0 ELSE 1 END) AS free
FROM scope_sets AS t
JOIN scope_ranked AS r ON r.context = t.context AND r.low < t.end_row
  AND r.high > t.first_row
JOIN scope_records AS p ON p.record = r.person
JOIN scope_parts AS k ON k.person = p.person
LEFT JOIN scope_sure AS s ON s.person = p.person
LEFT JOIN scope_free AS f ON f.person = p.person
WHERE s.person IS NULL
GROUP BY t.set_id, k.part, p.person
""",
    )


def lower() -> Step:
    """Persons beyond the sure ones that the sets must hold.

    Reads:   scope_sets, scope_loose, scope_groups
    Units:   persons, as a sum of fractions
    """
    return Step(
        fills=LOWER,
        reads=("scope_sets", "scope_loose", "scope_groups"),
        sql="""
WITH sizes AS (SELECT t.set_id AS set_id, t.least AS least, sum(g.high - g.low) AS size
  FROM scope_sets AS t
  JOIN scope_groups AS g ON g.context = t.context AND g.low < t.end_row
    AND g.high > t.first_row
  WHERE t.least > 0 GROUP BY t.set_id, t.least),
owed AS (SELECT l.set_id AS set_id, l.part AS part,
    max(z.least) - (max(z.size) - sum(l.records)) AS rows_owed
  FROM scope_loose AS l JOIN sizes AS z ON z.set_id = l.set_id
  GROUP BY l.set_id, l.part),
mine AS (SELECT l.set_id AS set_id, l.part AS part, l.person AS person,
    l.records AS records, o.rows_owed AS rows_owed,
    count(*) OVER (PARTITION BY l.part, l.person) AS k
  FROM scope_loose AS l
  JOIN owed AS o ON o.set_id = l.set_id AND o.part = l.part
  WHERE o.rows_owed > 0),
light AS (SELECT part, records, rows_owed, 1.0 / (k * records) AS weight,
    sum(records) OVER (PARTITION BY set_id, part ORDER BY k * records DESC, person
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - records AS before
  FROM mine)
SELECT part, sum(CAST(least(records, rows_owed - before) AS DOUBLE) * weight) AS more
FROM light WHERE before < rows_owed GROUP BY part
""",
    )


def upper() -> Step:
    """Persons beyond the free ones that the sets can hold. Reads: scope_sets, scope_loose."""
    return Step(
        fills=UPPER,
        reads=("scope_sets", "scope_loose"),
        sql="""
SELECT n.part AS part, sum(least(n.most, n.persons)) AS more
FROM (SELECT l.part AS part, l.set_id AS set_id, max(t.most) AS most,
    count(DISTINCT l.person) AS persons
  FROM scope_loose AS l JOIN scope_sets AS t ON t.set_id = l.set_id
  WHERE l.free = 0 GROUP BY l.part, l.set_id) AS n
GROUP BY n.part
""",
    )


def veiled() -> Step:
    """Persons beyond the free ones that gaps can have shown, by the rates measured.

    Reads: scope_vistas, scope_vista_persons, scope_records, scope_parts, scope_free,
        scope_veil_counts, scope_veil_vistas
    """
    return Step(
        fills=VEILED,
        reads=(
            "scope_vistas",
            "scope_vista_persons",
            "scope_records",
            "scope_parts",
            "scope_free",
            "scope_veil_counts",
            "scope_veil_vistas",
        ),
        sql=f"""
WITH told AS (SELECT k.part AS part, x.context AS context, max(x.most) AS most,
    count(DISTINCT k.person) AS persons
  FROM scope_vistas AS x
  JOIN scope_vista_persons AS v ON v.context = x.context
  JOIN scope_records AS r ON r.record = v.record
  JOIN scope_parts AS k ON k.person = r.person
  LEFT JOIN scope_free AS f ON f.person = r.person
  WHERE x.most < {NO_LIMIT} AND f.person IS NULL GROUP BY k.part, x.context
  UNION ALL
  SELECT c.part AS part, v.context AS context, max(v.most) AS most, sum(c.persons) AS persons
  FROM scope_veil_counts AS c JOIN scope_veil_vistas AS v ON v.veil = c.veil
  WHERE v.unlimited = 0 GROUP BY c.part, v.context)
SELECT n.part AS part, sum(least(n.most, n.persons)) AS more
FROM (SELECT t.part AS part, t.context AS context, max(t.most) AS most,
    sum(t.persons) AS persons
  FROM told AS t GROUP BY t.part, t.context) AS n
GROUP BY n.part
""",
    )


def counts() -> Step:
    """Distinct persons of each part.

    Reads: scope_parts, scope_sure, scope_free, scope_veil_counts, scope_veil_vistas
    """
    return Step(
        fills=COUNTS,
        reads=(
            "scope_parts",
            "scope_sure",
            "scope_free",
            "scope_veil_counts",
            "scope_veil_vistas",
        ),
        sql="""
WITH told AS (SELECT k.part AS part, count(CASE WHEN k.grade = 1 THEN 1 END) AS certain,
    count(CASE WHEN k.grade <= 2 THEN 1 END) AS probable, count(*) AS possible,
    count(s.person) AS sure, count(f.person) AS free,
    count(CASE WHEN k.known = 0 THEN 1 END) AS unknown
  FROM scope_parts AS k
  LEFT JOIN scope_sure AS s ON s.person = k.person
  LEFT JOIN scope_free AS f ON f.person = k.person
  GROUP BY k.part
  UNION ALL
  SELECT c.part AS part, 0 AS certain, 0 AS probable, sum(c.persons) AS possible, 0 AS sure,
    sum(CASE WHEN v.unlimited = 1 THEN c.persons ELSE 0 END) AS free, 0 AS unknown
  FROM scope_veil_counts AS c
  JOIN (SELECT DISTINCT veil, unlimited FROM scope_veil_vistas) AS v ON v.veil = c.veil
  GROUP BY c.part)
SELECT t.part AS part, sum(t.certain) AS certain, sum(t.probable) AS probable,
  sum(t.possible) AS possible, sum(t.sure) AS sure, sum(t.free) AS free,
  sum(t.unknown) AS unknown
FROM told AS t GROUP BY t.part
""",
    )
