"""The figures that the summary carries, each from the rows of reach."""

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
    persons=COUNT,
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


def _cumulated(fills: Table, name: str) -> Step:
    return Step(
        fills=fills,
        reads=("scope_reached",),
        sql=f"""
SELECT g.name AS name, count(CASE WHEN g.grade = 1 THEN 1 END) AS certain,
  count(CASE WHEN g.grade <= 2 THEN 1 END) AS probable, count(*) AS possible
FROM (SELECT k.person AS person, {name} AS name, min({_GRADE}) AS grade
  FROM scope_reached AS k GROUP BY k.person, {name}) AS g
GROUP BY g.name
""",
    )


def item_counts() -> Step:
    """Distinct persons by item, cumulative. Reads: scope_reached."""
    return _cumulated(ITEM_COUNTS, "k.item")


def category_counts() -> Step:
    """Distinct persons by category, cumulative. Reads: scope_reached."""
    return _cumulated(CATEGORY_COUNTS, _CATEGORY)


def rule_counts() -> Step:
    """Distinct persons by grade, rule and category. Reads: scope_reached."""
    return Step(
        fills=RULE_COUNTS,
        reads=("scope_reached",),
        sql=f"""
SELECT k.grade AS grade, k.rule AS rule, {_CATEGORY} AS category,
  count(DISTINCT k.person) AS persons
FROM scope_reached AS k GROUP BY k.grade, k.rule, {_CATEGORY}
""",
    )


def rule_persons() -> Step:
    """Distinct persons by grade and rule. Reads: scope_reached."""
    return Step(
        fills=RULE_PERSONS,
        reads=("scope_reached",),
        sql="""
SELECT k.grade AS grade, k.rule AS rule, count(DISTINCT k.person) AS persons
FROM scope_reached AS k GROUP BY k.grade, k.rule
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
WITH mine AS (SELECT r.record AS record, k.person AS person, k.grade AS grade,
    CASE WHEN r.rule = 'traits' THEN 1 ELSE 0 END AS by_traits,
    CASE WHEN coalesce(p.died_on, '') <> '' THEN 1 ELSE 0 END AS died,
    CASE WHEN coalesce(p.birth_date, '') > '{adult_born}' THEN 1 ELSE 0 END AS young,
    CASE WHEN lower(coalesce(p.identity_status, '')) LIKE 'hom%'
      OR lower(coalesce(p.identity_status, '')) LIKE 'col%' THEN 1 ELSE 0 END AS flag,
    CASE WHEN coalesce(p.birth_name, '') = '' OR coalesce(p.birth_date, '') = '' THEN ''
      ELSE concat(lower(p.birth_name), '|', lower(p.first_names), '|', p.birth_date) END AS name
  FROM scope_people AS r
  JOIN scope_parts AS k ON k.person = r.person AND k.part = '*'
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
