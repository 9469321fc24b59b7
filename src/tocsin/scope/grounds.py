"""Grounds: which sessions put each person in reach, kept beside each revision."""

from tocsin.core.tables import GROUNDS, Step
from tocsin.scope.reach import GRADES


def grounds() -> Step:
    """Who is in reach by which session.

    Reads:   scope_sightings, scope_records, scope_reached
    Silence: persons that only a gap or a silent operation may show have no row
    """
    word = " ".join(f"WHEN {n} THEN '{name}'" for n, name in GRADES.items())
    return Step(
        fills=GROUNDS,
        reads=("scope_sightings", "scope_records", "scope_reached"),
        sql=f"""
SELECT g.person AS person, g.record AS record, g.session AS session,
  CASE g.grade {word} END AS grade,
  g.rule AS rule, g.acts AS acts
FROM (SELECT r.person AS person, s.record AS record, s.session AS session,
    s.grade AS grade, s.rule AS rule, sum(s.acts) AS acts
  FROM scope_sightings AS s JOIN scope_records AS r ON r.record = s.record
  WHERE NOT r.test GROUP BY r.person, s.record, s.session, s.grade, s.rule) AS g
JOIN (SELECT DISTINCT person FROM scope_reached) AS k ON k.person = g.person
""",
    )
