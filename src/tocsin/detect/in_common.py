"""What sessions have in common: a token from two places, and the form of their queries."""

from tocsin.core.tables import Step
from tocsin.detect.tables_second import ASKED, FORMED, FORMS, TWINS

LEAST = 3
"""Acts on data that make a session one of two under a token."""

PARAMETERS = (
    "family",
    "given",
    "name",
    "birthdate",
    "gender",
    "address-city",
    "address-postalcode",
    "identifier",
    "phone",
    "email",
    "_id",
    "_sort",
    "_count",
    "_offset",
    "_page",
)
"""The search parameters that the contract knows."""

SHORT = 4
"""Criteria under so many characters ask for the start of a name, as a sweep does."""

TURNING = "'_count', '_offset', '_page', '_sort'"
"""What turns pages or orders them: it asks for nobody."""

CRITERIA = 6
"""Criteria of a query that are read: an honest one has two or three."""

_NAMES_ONE = "q.query LIKE '%&_id=%' OR q.query LIKE '%&identifier=%'"
"""Queries by a number: they ask for one person, however short it is."""


def _characters(place: int) -> str:
    """How many characters the query's criterion at this place (from 1) gives to ask by."""
    part = f"split_part(q.query, '&', {place + 1})"
    name = f"split_part({part}, '=', 1)"
    return (
        f"CASE WHEN {name} IN ({TURNING}) THEN 0 "
        f"WHEN {part} LIKE '%=%' THEN length({part}) - length({name}) - 1 "
        f"ELSE length({part}) END"
    )


def twins() -> Step:
    """Sessions under one key from two networks, or by two clients of one source."""
    return Step(
        fills=TWINS,
        reads=("detect_numbers", "detect_facts"),
        sql=f"""
SELECT a.s AS s, b.s AS other,
       least(f.end_us, g.end_us) - greatest(f.start_us, g.start_us) AS overlap_us
FROM detect_numbers AS a
JOIN detect_numbers AS b ON a.acc = b.acc AND a.key = b.key
JOIN detect_facts AS f ON a.s = f.s
JOIN detect_facts AS g ON b.s = g.s
WHERE a.key > 0 AND a.s <> b.s AND f.data >= {LEAST} AND g.data >= {LEAST}
  AND ((a.net <> b.net AND a.net > 0 AND b.net > 0) OR a.strand <> b.strand)""",
    )


def asked() -> Step:
    """The forms of each session's queries: their parameters, without any value but counts."""
    named = " || ".join(
        f"CASE WHEN q.query LIKE '%&{name}=%' THEN '{name} ' ELSE '' END" for name in PARAMETERS
    )
    characters = " + ".join(_characters(place) for place in range(1, CRITERIA + 1))
    return Step(
        fills=ASKED,
        reads=("detect_done",),
        sql=f"""
SELECT q.s AS s,
       {named}
       || CASE WHEN q.query LIKE '%:exact=%' OR q.query LIKE '%:contains=%' THEN ': '
               ELSE '' END
       || CASE WHEN q.query LIKE '%&_count=1__' OR q.query LIKE '%&_count=1__&%' THEN '100+ '
               WHEN q.query LIKE '%&_count=5_' OR q.query LIKE '%&_count=5_&%' THEN '50 '
               WHEN q.query LIKE '%&_count=___%' THEN 'other ' ELSE '' END
       || CASE WHEN q.characters < {SHORT} THEN 'short' ELSE '' END AS form,
       count(*) AS asked,
       sum(CASE WHEN {_NAMES_ONE} THEN 0 ELSE 1 END) AS wide,
       sum(CASE WHEN {_NAMES_ONE} THEN 0.0 ELSE ln(1.0 + q.characters) END) AS told
FROM (
  SELECT q.s AS s, q.query AS query, {characters} AS characters
  FROM (
    SELECT h.s AS s,
           '&' || CASE WHEN h.query LIKE '%?%' THEN split_part(h.query, '?', 2)
                       ELSE h.query END AS query
    FROM detect_done AS h
    WHERE h.kind IN ('search', 'list') AND h.query <> ''
  ) AS q
) AS q
GROUP BY 1, 2""",
    )


def formed() -> tuple[Step, ...]:
    """The same with a number for each form: many sessions ask in few ways."""
    return (
        Step(
            fills=FORMS,
            reads=("detect_asked",),
            sql="""
SELECT row_number() OVER (ORDER BY f.form) AS form, f.form AS text
FROM (SELECT DISTINCT form FROM detect_asked) AS f""",
        ),
        Step(
            fills=FORMED,
            reads=("detect_asked", "detect_forms"),
            sql="""
SELECT a.s AS s, f.form AS form, a.asked AS asked, a.wide AS wide, a.told AS told
FROM detect_asked AS a
JOIN detect_forms AS f ON a.form = f.text""",
        ),
    )
