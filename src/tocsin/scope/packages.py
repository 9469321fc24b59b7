"""One controller's part of a scope: its persons, its items, its figures, in files of its own.

A controller learns nothing of the others: of a person that several controllers have, it is told
only how many such persons there are, never who or where else. The operator's index has the
whole reconciliation.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tocsin.core.tables import COUNT, TEXT, US, Step, table

Row = Mapping[str, Any]

TRAITS = (
    *("birth_name", "used_name", "first_names", "sex", "birth_date", "birth_place", "phone"),
    *("email", "address", "postal_code", "city", "died_on", "guardian_name", "guardian_email"),
    *("guardian_phone", "guardian_address", "language"),
)
"""What a controller needs to write to a person; the INS stays in the vault."""

HOLDINGS = table(
    "package_holdings",
    "person of reach and controller, with its best grade there",
    controller=TEXT,
    person=TEXT,
    record=TEXT,  # the controller's own record; the smallest where it holds several
    records=COUNT,
    grade=COUNT,
    first_us=US,
    last_us=US,
    controllers=COUNT,
)
TOTALS = table(
    "package_totals",
    "controller, with its figures and its window",
    controller=TEXT,
    persons=COUNT,
    shared=COUNT,
    first_us=US,  # of what was named or shown
    last_us=US,
)
OWN_PERSONS = table(
    "package_persons",
    "person of one controller",
    person=TEXT,
    record=TEXT,
    records=COUNT,
    grade=TEXT,
    first_us=US,
    last_us=US,
    **dict.fromkeys(TRAITS, TEXT),
)
OWN_ITEMS = table(
    "package_items",
    "person and item of one controller",
    person=TEXT,
    item=TEXT,
    grade=TEXT,
    rule=TEXT,
    first_us=US,
    last_us=US,
    sessions=COUNT,
    acts=COUNT,
)

_GRADE = "CASE k.grade WHEN 'certain' THEN 1 WHEN 'probable' THEN 2 ELSE 3 END"


def holdings() -> Step:
    """Who stands in reach for which controller. Reads: reach, people, person_controllers."""
    return Step(
        fills=HOLDINGS,
        reads=("reach", "people", "person_controllers"),
        sql=f"""
WITH held AS (SELECT k.controller AS controller, k.person AS person, min({_GRADE}) AS grade,
    min(k.first_us) AS first_us, max(k.last_us) AS last_us
  FROM reach AS k WHERE k.controller <> '' GROUP BY k.controller, k.person),
own AS (SELECT r.person AS person, c.controller AS controller, min(r.record) AS record,
    count(*) AS records
  FROM people AS r JOIN person_controllers AS c ON c.person = r.record
  GROUP BY r.person, c.controller),
many AS (SELECT person, count(*) AS controllers FROM held GROUP BY person)
SELECT h.controller AS controller, h.person AS person, coalesce(o.record, h.person) AS record,
  coalesce(o.records, 1) AS records, h.grade AS grade, h.first_us AS first_us,
  h.last_us AS last_us, m.controllers AS controllers
FROM held AS h
JOIN many AS m ON m.person = h.person
LEFT JOIN own AS o ON o.person = h.person AND o.controller = h.controller
""",
    )


def totals() -> Step:
    """Figures and window of each controller. Reads: package_holdings."""
    return Step(
        fills=TOTALS,
        reads=("package_holdings",),
        sql="""
SELECT controller, count(*) AS persons,
  count(CASE WHEN controllers > 1 THEN 1 END) AS shared,
  min(CASE WHEN grade <= 2 THEN first_us END) AS first_us,
  max(CASE WHEN grade <= 2 THEN last_us END) AS last_us
FROM package_holdings GROUP BY controller
""",
    )


def own_persons(controller: str) -> Step:
    """The persons of one controller. Reads: package_holdings, persons."""
    traits = ", ".join(f"coalesce(p.{name}, '') AS {name}" for name in TRAITS)
    return Step(
        fills=OWN_PERSONS,
        reads=("package_holdings", "persons"),
        sql=f"""
SELECT h.person AS person, h.record AS record, h.records AS records,
  CASE h.grade WHEN 1 THEN 'certain' WHEN 2 THEN 'probable' ELSE 'possible' END AS grade,
  h.first_us AS first_us, h.last_us AS last_us, {traits}
FROM package_holdings AS h LEFT JOIN persons AS p ON p.person = h.record
WHERE h.controller = {_quoted(controller)}
""",
    )


def own_items(controller: str) -> Step:
    """The items of one controller. Reads: reach."""
    return Step(
        fills=OWN_ITEMS,
        reads=("reach",),
        sql=f"""
SELECT k.person AS person, k.item AS item, k.grade AS grade, k.rule AS rule,
  k.first_us AS first_us, k.last_us AS last_us, k.sessions AS sessions, k.acts AS acts
FROM reach AS k WHERE k.controller = {_quoted(controller)}
""",
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def as_csv(rows: pa.Table) -> bytes:
    """The rows as CSV; instants in ISO, no cell that a spreadsheet would run."""
    columns = {
        (name[:-3] + "_at" if name.endswith("_us") else name): _cells(name, rows[name])
        for name in rows.column_names
    }
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(pa.table(columns), sink)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _cells(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if name.endswith("_us"):
        at = column.cast(pa.timestamp("us"))
        return pc.fill_null(pc.strftime(at, format="%Y-%m-%dT%H:%M:%SZ"), "")
    return neutral(column) if pa.types.is_string(column.type) else column


def neutral(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells that a spreadsheet would take for a formula, made text by a leading apostrophe.

    Source: OWASP, CSV Injection (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    risky = pc.match_substring_regex(cells, r"^[\s\x00]*[=+\-@\t\r\n|%＝＋－＠]")
    return pc.if_else(risky, pc.binary_join_element_wise("'", cells, ""), cells)


def item_figures(rows: pa.Table) -> dict[str, dict[str, int]]:
    """Distinct persons of each item of one controller, cumulative by grade."""
    counted = rows.group_by(["item", "grade"]).aggregate([("person", "count_distinct")])
    found: dict[str, dict[str, int]] = {}
    for row in counted.to_pylist():
        found.setdefault(row["item"], {})[row["grade"]] = int(row["person_count_distinct"])
    return {
        item: {
            "certain": by.get("certain", 0),
            "probable": by.get("certain", 0) + by.get("probable", 0),
            "possible": sum(by.values()),
        }
        for item, by in sorted(found.items())
    }


def letter(summary: Row) -> str:
    """The page that opens a package, French then English."""
    n, window = summary["persons"], summary["window"]
    span = f"{window['start_at']} → {window['end_at']}" if window["start_at"] else "—"
    mark_fr = "PROPOSITION, à revoir avant tout envoi\n" if summary["proposition"] else ""
    mark_en = (
        "PROPOSITION, to be reviewed before any sending\n" if summary["proposition"] else ""
    )
    clock = _clock_lines(summary["clocks"])
    return f"""{summary["name"] or summary["controller"]} ({summary["controller"]})
{mark_fr}Étendue de la violation pour votre établissement, révision {summary["revision"]}
Opérateur : {summary["operator"]}

Personnes certaines : {n["certain"]}
avec les probables : {n["probable"]}
avec les possibles : {n["possible"]}
au moins {n["at_least"]}, au plus {n["at_most"]}
Période des accès nommés ou montrés : {span}
Parmi elles, {summary["also_elsewhere"]} relèvent aussi d'un autre responsable : convenez avec
l'opérateur de qui leur écrit, pour qu'elles ne soient prévenues qu'une fois.

certain : une ligne de trace nomme la personne. probable : une recherche tracée, rejouée sur
l'annuaire, la montre. possible : rien ne l'exclut (trou des traces, opération non tracée).

{clock["fr"]}
personnes.csv : vos personnes et de quoi leur écrire. donnees.csv : ce qui a été atteint, par
personne. etendue.json : les mêmes chiffres, et les conclusions par catégorie.
Ces fichiers portent des identités : ne les ouvrez que pour informer, puis effacez-les.

--------------------------------------------------------------------------------------------
{mark_en}Scope of the breach for your organisation, revision {summary["revision"]}

Persons certain: {n["certain"]}; with the probable: {n["probable"]}; with the possible:
{n["possible"]}; at least {n["at_least"]}, at most {n["at_most"]}.
Time of the accesses named or shown: {span}
Of them {summary["also_elsewhere"]} also belong to another controller: agree with the operator
on who writes to them, so that they are told once.

{clock["en"]}
personnes.csv: your persons and what is needed to write to them. donnees.csv: what was reached,
by person. etendue.json: the same figures, and the findings by category.
These files hold identities: open them only to inform, then erase them.
"""


def _clock_lines(clocks: Sequence[Row]) -> dict[str, str]:
    if not clocks:
        return {
            "fr": "Vos délais : l'instant où vous avez été prévenu n'est pas encore consigné. "
            "Le délai de 72 h de\nl'article 33(1) du RGPD court dès que vous avez connaissance "
            "de la violation.\n",
            "en": "Your clock: the instant when you were told is not recorded yet. The 72 h of "
            "GDPR 33(1)\nrun from when you are aware of the breach.\n",
        }
    listed = "".join(
        f"  {c['duty']}  {c.get('starts_at') or '—'} → {c.get('due_at') or '—'}  {c['state']}\n"
        for c in clocks
    )
    return {"fr": f"Vos délais :\n{listed}", "en": f"Your clocks:\n{listed}"}


def reconciliation(rows: Sequence[Row], *, distinct: int, unknown: int) -> dict[str, int]:
    """How the controllers' figures add up to the distinct persons of the scope.

    sum_of_controllers - counted_again + without_controller = distinct
    """
    total = sum(int(row["persons"]) for row in rows)
    return {
        "sum_of_controllers": total,
        "counted_again": total + unknown - distinct,
        "without_controller": unknown,
        "distinct": distinct,
    }
