"""Each figure of the scope as a claim of its own, and which of them the tables give alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tocsin.act.seal.compare import document_claim, same
from tocsin.core.seal import Claim, claim, unchecked
from tocsin.core.tables import COUNT, REACH, TEXT, Step, table

FIGURE = "scope."
"""What the name of a claim on a figure of scope/summary.json begins with."""

UNCOUNTED = ("revision",)
"""Parts of the summary that a recomputation does not give: a run's number."""

GRADES = {"certain": 1, "probable": 2, "possible": 3}

RECOUNTED = table(
    "seal_recounted",
    "part of the summary and grade, cumulative",
    part=TEXT,
    name=TEXT,
    grade=COUNT,
    persons=COUNT,
)


PLACES = table("seal_places", "row of a line", digest=TEXT, position=COUNT)
"""What a row of access or of quarantine keeps of its line, whatever else was taken out."""
HELD = table("seal_held", "raw file", digest=TEXT, lines=COUNT)


def lines_held() -> Step:
    """Lines of each raw file that a table holds. Reads: seal_places, several rows of a line."""
    return Step(
        fills=HELD,
        reads=(PLACES.name,),
        sql="""
SELECT h.digest AS digest, count(*) AS lines
FROM (SELECT DISTINCT digest, position FROM seal_places) AS h GROUP BY h.digest
""",
    )


def figure_claims(said: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[Claim]:
    """One claim for each figure of two summaries, in the order of what is said."""
    told, found = dict(_parts(said)), dict(_parts(again))
    for name in [*told, *(n for n in found if n not in told)]:
        yield document_claim(FIGURE + name, told.get(name, "absent"), found.get(name, "absent"))


def _parts(summary: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The parts of a summary, by name: each figure, controller and statement apart."""
    for name, value in summary.items():
        if name in UNCOUNTED:
            continue
        if name in ("persons", "items") and isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", found) for inner, found in value.items())
        elif name == "controllers" and isinstance(value, list):
            yield from ((f"{name}.{_id(c, 'controller', i)}", c) for i, c in enumerate(value))
        elif name == "statements" and isinstance(value, list):
            yield from ((f"{name}.{_id(s, 'category', i)}", s) for i, s in enumerate(value))
        else:
            yield name, value


def _id(one: object, name: str, i: int) -> str:
    return str(one.get(name, i)) if isinstance(one, Mapping) else str(i)


# What the tables alone give -----------------------------------------------------------------


def recounted() -> Step:
    """Distinct persons by grade, cumulative: everybody, by item, by controller.

    Reads:   reach, one row per person, controller and item
    Fills:   seal_recounted, one row per (part, name, grade)
    """
    graded = (
        "SELECT person, controller, item, "
        "CASE grade WHEN 'certain' THEN 1 WHEN 'probable' THEN 2 ELSE 3 END AS grade FROM reach"
    )
    parts = (
        ("persons", "''"),
        ("items", "r.item"),
        ("controllers", "r.controller"),
    )
    counts = " UNION ALL ".join(
        f"SELECT '{part}' AS part, {name} AS name, g.grade AS grade, "
        "count(DISTINCT r.person) AS persons FROM graded AS r "
        "JOIN grades AS g ON r.grade <= g.grade GROUP BY 1, 2, 3"
        for part, name in parts
    )
    return Step(
        fills=RECOUNTED,
        reads=(REACH.name,),
        sql=f"WITH graded AS ({graded}), grades AS (SELECT 1 AS grade UNION ALL "
        f"SELECT 2 AS grade UNION ALL SELECT 3 AS grade) {counts}",
    )


def recount_claims(
    said: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], *, why: str
) -> Iterator[Claim]:
    """The figures that reach.parquet gives alone; the others are NOT_CHECKED.

    Args:
        said: the summary.
        rows: of `recounted`.
        why: why the rest cannot be recomputed.
    """
    found = {(r["part"], r["name"], int(r["grade"])): int(r["persons"]) for r in rows}

    def counted(part: str, name: str) -> dict[str, int]:
        return {g: found.get((part, name, rank), 0) for g, rank in GRADES.items()}

    for name, value in _parts(said):
        kind, _, inner = name.partition(".")
        if kind == "persons" and inner in GRADES:
            yield claim(FIGURE + name, value, counted(kind, "")[inner])
        elif kind == "items":
            yield document_claim(FIGURE + name, value, counted(kind, inner))
        elif kind == "controllers" and isinstance(value, Mapping):
            persons = value.get("persons", {})
            told = {g: persons.get(g) for g in GRADES}
            yield document_claim(FIGURE + name, told, counted(kind, inner))
        else:
            yield unchecked(FIGURE + name, why)
    listed = {name.partition(".")[2] for name, _ in _parts(said) if name.startswith("items.")}
    for part, item, grade in sorted(found):
        if part == "items" and item not in listed and grade == 3:
            yield claim(f"{FIGURE}items.{item}", "absent", counted(part, item))


def stated_alike(said: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Claim:
    """Whether statements.parquet says what the summary says, in one of its languages."""
    told = [
        (s.get("category"), s.get("finding"), s.get("says"), s.get("because"))
        for s in said.get("statements", [])
    ]
    kept = [(r["category"], r["finding"], r["says"], r["because"]) for r in rows]
    for lang in ("fr", "en"):
        if same(
            kept, [(c, f, _in(says, lang), _in_all(why, lang)) for c, f, says, why in told]
        ):
            return claim(
                "statements.summary", f"{len(kept)} statements", f"{len(kept)} statements"
            )
    return claim("statements.summary", f"{len(told)} statements", "other sentences")


def language_of(said: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """The language in which statements.parquet was written."""
    kept = [r["says"] for r in rows]
    told = [_in(s.get("says"), "en") for s in said.get("statements", [])]
    return "en" if kept and kept == told else "fr"


def _in(says: object, lang: str) -> object:
    return says.get(lang) if isinstance(says, Mapping) else says


def _in_all(listed: object, lang: str) -> object:
    return [_in(one, lang) for one in listed] if isinstance(listed, list) else listed
