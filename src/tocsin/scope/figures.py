"""The figures that the summary carries, each from the rows of reach.

Persons told one by one are counted by their rows, those under a veil by their veils; nobody is
both.
"""

from collections.abc import Sequence

from tocsin.core.tables import COUNT, TEXT, Step, Table, table

ITEM_COUNTS = table(
    "scope_item_counts",
    "item, or category under its own name",
    name=TEXT,
    certain=COUNT,
    probable=COUNT,
    possible=COUNT,
)
CATEGORY_COUNTS = table(
    "scope_category_counts",
    "category",
    name=TEXT,
    certain=COUNT,
    probable=COUNT,
    possible=COUNT,
)
RULE_COUNTS = table(
    "scope_rule_counts",
    "grade, rule and category",
    grade=TEXT,
    rule=TEXT,
    category=TEXT,
)
RULE_PERSONS = table(
    "scope_rule_persons", "grade and rule", grade=TEXT, rule=TEXT, persons=COUNT
)
KINDS = table(
    "scope_kinds",
    "best grade of persons of reach",
    grade=COUNT,
    persons=COUNT,
    records=COUNT,
    merged_by_traits=COUNT,
    deceased=COUNT,
    minors=COUNT,
    flagged=COUNT,
    homonyms=COUNT,
)

_GRADE = "CASE k.grade WHEN 'certain' THEN 1 WHEN 'probable' THEN 2 ELSE 3 END"
_CATEGORY = "substr(k.item, 1, strpos(k.item, '.') - 1)"


def item_counts() -> Step:
    """Distinct persons by item, cumulative.

    A person of one controller has one row for each item: only those of several are put
    together.

    Reads: scope_reached, scope_parts, scope_veil_counts, scope_veil_items
    """
    return Step(
        fills=ITEM_COUNTS,
        reads=("scope_reached", "scope_parts", "scope_veil_counts", "scope_veil_items"),
        sql=f"""
WITH many AS (SELECT person FROM scope_parts WHERE part <> '*' GROUP BY person
  HAVING count(*) > 1),
counted AS (
  SELECT k.item AS name, {_GRADE} AS grade, count(*) AS n FROM scope_reached AS k
  LEFT JOIN many AS m ON m.person = k.person WHERE m.person IS NULL
  GROUP BY k.item, {_GRADE}
  UNION ALL
  SELECT g.name AS name, g.grade AS grade, count(*) AS n
  FROM (SELECT k.person AS person, k.item AS name, min({_GRADE}) AS grade
    FROM scope_reached AS k JOIN many AS m ON m.person = k.person
    GROUP BY k.person, k.item) AS g
  GROUP BY g.name, g.grade
  UNION ALL
  SELECT i.item AS name, 3 AS grade, sum(v.persons) AS n
  FROM scope_veil_items AS i
  JOIN scope_veil_counts AS v ON v.veil = i.veil AND v.part = '*' GROUP BY i.item)
SELECT c.name AS name, sum(CASE WHEN c.grade = 1 THEN c.n ELSE 0 END) AS certain,
  sum(CASE WHEN c.grade <= 2 THEN c.n ELSE 0 END) AS probable, sum(c.n) AS possible
FROM counted AS c GROUP BY c.name
""",
    )


def category_counts(categories: Sequence[str]) -> tuple[Step, ...]:
    """Distinct persons by category, cumulative, one category after the other.

    Args:
        categories: those that the catalogue shows.
    """
    parts = [
        Step(
            fills=Table(
                name=f"{CATEGORY_COUNTS.name}_{name}",
                per=CATEGORY_COUNTS.per,
                columns=CATEGORY_COUNTS.columns,
            ),
            reads=("scope_reached", "scope_veil_counts", "scope_veil_items"),
            sql=f"""
SELECT '{name}' AS name, t.certain AS certain, t.probable AS probable,
  t.possible + coalesce(u.persons, 0) AS possible
FROM (SELECT count(CASE WHEN g.grade = 1 THEN 1 END) AS certain,
    count(CASE WHEN g.grade <= 2 THEN 1 END) AS probable, count(*) AS possible
  FROM (SELECT k.person AS person, min({_GRADE}) AS grade FROM scope_reached AS k
    WHERE k.item LIKE '{name}.%' GROUP BY k.person) AS g) AS t
CROSS JOIN (SELECT sum(c.persons) AS persons FROM scope_veil_counts AS c
  JOIN (SELECT DISTINCT i.veil AS veil FROM scope_veil_items AS i
    WHERE i.item LIKE '{name}.%') AS v ON v.veil = c.veil
  WHERE c.part = '*') AS u
WHERE t.possible + coalesce(u.persons, 0) > 0
""",
        )
        for name in categories
    ]
    names = ", ".join(CATEGORY_COUNTS.names)
    rows = " UNION ALL ".join(f"SELECT {names} FROM {part.name}" for part in parts)
    nothing = "SELECT '' AS name, 0 AS certain, 0 AS probable, 0 AS possible WHERE false"
    whole = Step(
        fills=CATEGORY_COUNTS,
        reads=tuple(part.name for part in parts),
        sql=rows or nothing,
        view=True,
    )
    return (*parts, whole)


def rule_counts() -> Step:
    """Grades and rules of each category.

    Reads: scope_reached, scope_veil_counts, scope_veil_items
    """
    return Step(
        fills=RULE_COUNTS,
        reads=("scope_reached", "scope_veil_counts", "scope_veil_items"),
        sql=f"""
SELECT DISTINCT k.grade AS grade, k.rule AS rule, {_CATEGORY} AS category
FROM scope_reached AS k
UNION
SELECT 'possible' AS grade, k.rule AS rule, {_CATEGORY} AS category
FROM scope_veil_items AS k
JOIN scope_veil_counts AS v ON v.veil = k.veil AND v.part = '*'
""",
    )


def rule_persons() -> Step:
    """Distinct persons by grade and rule.

    Reads: scope_reached, scope_veil_counts, scope_veil_items
    """
    return Step(
        fills=RULE_PERSONS,
        reads=("scope_reached", "scope_veil_counts", "scope_veil_items"),
        sql="""
WITH told AS (SELECT g.grade AS grade, g.rule AS rule, count(*) AS persons
  FROM (SELECT DISTINCT k.person AS person, k.grade AS grade, k.rule AS rule
    FROM scope_reached AS k) AS g
  GROUP BY g.grade, g.rule
  UNION ALL
  SELECT 'possible' AS grade, i.rule AS rule, v.persons AS persons
  FROM (SELECT DISTINCT veil, rule FROM scope_veil_items) AS i
  JOIN scope_veil_counts AS v ON v.veil = i.veil AND v.part = '*')
SELECT t.grade AS grade, t.rule AS rule, sum(t.persons) AS persons
FROM told AS t GROUP BY t.grade, t.rule
""",
    )


def kinds(*, adult_born: str) -> Step:
    """Who needs care in being told: deceased, minors, homonyms; numbers only.

    Args:
        adult_born: ISO date; whoever is born after it is a minor.

    Reads:   scope_parts, scope_people, persons
    Units:   `homonyms` share birth name, first given names and birth date with another
        person of reach; `flagged` bear a status of homonym or collision
    """
    return Step(
        fills=KINDS,
        reads=("scope_parts", "scope_people", "persons"),
        sql=f"""
WITH mine AS (SELECT r.record AS record, r.person AS person, coalesce(k.grade, 3) AS grade,
    CASE WHEN r.rule = 'traits' THEN 1 ELSE 0 END AS by_traits,
    CASE WHEN coalesce(p.died_on, '') <> '' THEN 1 ELSE 0 END AS died,
    CASE WHEN coalesce(p.birth_date, '') > '{adult_born}' THEN 1 ELSE 0 END AS young,
    CASE WHEN lower(coalesce(p.identity_status, '')) LIKE 'hom%'
      OR lower(coalesce(p.identity_status, '')) LIKE 'col%' THEN 1 ELSE 0 END AS flag,
    CASE WHEN coalesce(p.birth_name, '') = '' OR coalesce(p.birth_date, '') = '' THEN ''
      ELSE concat(lower(p.birth_name), '|', lower(p.first_names), '|', p.birth_date) END AS name
  FROM scope_people AS r
  LEFT JOIN scope_parts AS k ON k.person = r.person AND k.part = '*'
  LEFT JOIN persons AS p ON p.person = r.record),
twice AS (SELECT name FROM mine WHERE name <> '' GROUP BY name
  HAVING count(DISTINCT person) > 1),
each AS (SELECT m.person AS person, m.grade AS grade, count(*) AS records,
    sum(m.by_traits) AS by_traits, max(m.died) AS died, max(m.young) AS young,
    max(m.flag) AS flag, max(CASE WHEN t.name IS NULL THEN 0 ELSE 1 END) AS homonym
  FROM mine AS m LEFT JOIN twice AS t ON t.name = m.name GROUP BY m.person, m.grade)
SELECT grade, count(*) AS persons, sum(records) AS records,
  sum(by_traits) AS merged_by_traits, sum(died) AS deceased, sum(young) AS minors,
  sum(flag) AS flagged, sum(homonym) AS homonyms
FROM each GROUP BY grade
""",
    )
