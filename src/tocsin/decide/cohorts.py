"""What was reached of each person, as the terms of the ENISA method: cohorts by steps.

A cohort is a set of persons whose data gives the same context and the same ease of
identification. The case takes the highest; the cohorts are shown, since notices differ by them.
"""

from collections.abc import Mapping

from tocsin.core.tables import COUNT, TEXT, Step, table

CONTEXT: Mapping[str, int] = {
    "identity": 1,
    "contact": 1,
    "identifier": 1,
    "administrative": 2,
    "implied": 3,
    "financial": 3,
    "free_text": 3,
    "credential": 3,
    "medical": 4,
}
"""Data processing context by category: ENISA 2013, table of DPC, as proposed for a regional
e-health service. `implied`: presence in a service tells health, age or handicap; `free_text`: 3
until it is read; `credential`: what it opens is not known. For the operator's DPO to own."""

NAMES = ("identity.birth_name", "identity.used_name")
LINKS = ("identity.birth_date", "contact.email", "contact.address")
"""With a name, each of these makes identification maximal (ENISA 2013, table of EI)."""

NUMBERS = ("identifier.nir", "identifier.ins")
"""Numbers that tell sex, year, month and place of birth by themselves."""

COHORTS = table(
    "decide_cohorts",
    "grade, context with and without what presence tells, and ease",
    grade=TEXT,
    dpc=COUNT,
    ei_q=COUNT,
    plain_dpc=COUNT,
    persons=COUNT,
)

_GRADES = {
    "certain": "('certain')",
    "probable": "('certain', 'probable')",
    "possible": "('certain', 'probable', 'possible')",
}


def cohorts() -> Step:
    """Persons by what was reached of them, for each grade and those surer.

    Reads:   reach, one row per person, controller and item
    Fills:   decide_cohorts; `plain_dpc` is the context without what presence tells
    Units:   distinct persons; `ei_q` in quarters
    """
    parts = " UNION ALL ".join(_of(grade, names) for grade, names in _GRADES.items())
    return Step(
        fills=COHORTS,
        reads=("reach",),
        sql=f"""
            SELECT grade, dpc, ei_q, plain_dpc, count(*) AS persons
            FROM ({parts}) AS p
            GROUP BY grade, dpc, ei_q, plain_dpc""",
    )


def _of(grade: str, grades: str) -> str:
    context = " ".join(
        f"WHEN item LIKE '{category}.%' THEN {value}" for category, value in CONTEXT.items()
    )
    plain = " ".join(
        f"WHEN item LIKE '{category}.%' THEN {value}"
        for category, value in CONTEXT.items()
        if category != "implied"
    )
    return f"""
        SELECT
          '{grade}' AS grade,
          dpc AS dpc,
          CASE
            WHEN named = 1 AND linked = 1 THEN 4
            WHEN named = 1 AND numbered = 1 THEN 4
            WHEN numbered = 1 THEN 3
            WHEN named = 1 THEN 2
            WHEN contact = 1 THEN 2
            ELSE 1
          END AS ei_q,
          plain_dpc AS plain_dpc
        FROM (
          SELECT
            person AS person,
            max(CASE {context} ELSE 1 END) AS dpc,
            max(CASE {plain} ELSE 1 END) AS plain_dpc,
            max(CASE WHEN item IN {NAMES} THEN 1 ELSE 0 END) AS named,
            max(CASE WHEN item IN {LINKS} THEN 1 ELSE 0 END) AS linked,
            max(CASE WHEN item IN {NUMBERS} THEN 1 ELSE 0 END) AS numbered,
            max(CASE WHEN item LIKE 'contact.%' THEN 1 ELSE 0 END) AS contact
          FROM reach
          WHERE grade IN {grades}
          GROUP BY person
        ) AS r"""
