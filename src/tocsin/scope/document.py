"""The document of a scope: figures, controllers, statements, and what they rest on."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.core.records import Bounds, Estate, Says, Statement
from tocsin.scope import unsettled
from tocsin.scope.blind import NO_LIMIT
from tocsin.scope.bounds import EPSILON
from tocsin.scope.catalogue import category
from tocsin.scope.doubts import Evidence, doubts
from tocsin.scope.reach import GRADES
from tocsin.scope.sentences import Figures
from tocsin.scope.statements import Ground, statements

Row = Mapping[str, Any]

RELATIONS: Mapping[str, tuple[str, ...]] = {
    "scope_counts": ("part",),
    "scope_lower": ("part",),
    "scope_upper": ("part",),
    "scope_veiled": ("part",),
    "scope_test_counts": ("part",),
    "scope_sessions": ("session",),
    "scope_item_counts": ("name",),
    "scope_category_counts": ("name",),
    "scope_rule_counts": ("grade", "rule", "category"),
    "scope_rule_persons": ("grade", "rule"),
    "scope_kinds": ("grade",),
    "scope_funnel": (),
    "scope_unsettled": (),
    "scope_owners": (),
    "controllers": ("controller",),
}
"""The relations that the document is made of, each with its order."""

_NOBODY = Bounds(certain=0, probable=0, possible=0, at_least=0, at_most=0, test=0, unknown=0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = ("persons", "records", "merged_by_traits", "deceased", "minors", "flagged", "homonyms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figured:
    """What the engine counted.

    Args:
        rows: the rows of RELATIONS, by relation.
        lines: lines of the trail, as the ledger counts them.
        queries: figures of the replay.
    """

    rows: Mapping[str, Sequence[Row]]
    lines: int
    queries: Mapping[str, int]


def document(
    estate: Estate, figured: Figured, evidence: Evidence, *, proposition: bool
) -> tuple[dict[str, Any], tuple[Statement, ...]]:
    """The scope's document, its revision left 0, and its statements.

    Args:
        estate: services and names.
        figured: what the engine counted.
        evidence: what makes negatives conditional.
        proposition: whether suspicions were accepted without a review.
    """
    rows = figured.rows
    parts = part_bounds(figured)
    sessions = rows["scope_sessions"]
    said = statements(_ground(estate, figured, evidence, proposition=proposition))
    whole = parts.get("*", _NOBODY)
    made: dict[str, Any] = {
        "revision": 0,
        "proposition": proposition,
        "persons": _as_json(whole),
        "items": {row["name"]: _grades(row) for row in rows["scope_item_counts"]},
        "controllers": _controllers(rows["controllers"], parts),
        "statements": [_stated(statement) for statement in said],
        "funnel": _funnel(figured, whole),
        "blind": _openings(evidence),
        "silent": _silences(evidence),
        "undecided": unsettled.document(
            rows["scope_unsettled"], rows["scope_owners"], _as_json(whole)
        ),
        "retained": {
            "sessions": [row["session"] for row in sessions],
            "accounts": [a.account for a in evidence.accounts],
            "acts": sum(int(row["acts"]) for row in sessions),
            "open_sessions": evidence.open_sessions,
        },
        "counts": {
            "grades": _kinds(rows["scope_kinds"]),
            "rules": list(rows["scope_rule_persons"]),
            "queries": dict(figured.queries),
            "unmatched": sum(acts for *_, acts in evidence.unknown_acts),
        },
    }
    return made, said


def part_bounds(figured: Figured) -> Mapping[str, Bounds]:
    """The bounds of everybody (`*`) and of each controller (`=` and its id)."""
    rows = figured.rows
    more = {row["part"]: float(row["more"]) for row in rows["scope_lower"]}
    extra: dict[str, int] = {}
    for row in (*rows["scope_upper"], *rows["scope_veiled"]):
        extra[row["part"]] = extra.get(row["part"], 0) + int(row["more"])
    tests = {row["part"]: int(row["tests"]) for row in rows["scope_test_counts"]}
    counts = {row["part"]: row for row in rows["scope_counts"]}
    made: dict[str, Bounds] = {}
    for part in sorted({*counts, *tests}):
        row = {name: int(n) for name, n in counts.get(part, {}).items() if name != "part"}
        possible = row.get("possible", 0)
        least = row.get("sure", 0) + math.ceil(more.get(part, 0.0) - EPSILON)
        made[part] = Bounds(
            certain=row.get("certain", 0),
            probable=row.get("probable", 0),
            possible=possible,
            at_least=min(possible, max(row.get("certain", 0), least)),
            at_most=min(possible, row.get("free", 0) + extra.get(part, 0)),
            test=tests.get(part, 0),
            unknown=row.get("unknown", 0),
        )
    return made


def _ground(
    estate: Estate, figured: Figured, evidence: Evidence, *, proposition: bool
) -> Ground:
    rows = figured.rows
    rules: dict[str, set[str]] = {}
    for row in rows["scope_rule_counts"]:
        if row["grade"] == "possible":
            rules.setdefault(row["category"], set()).add(row["rule"])
    return Ground(
        estate=estate,
        accounts=evidence.accounts,
        sessions=len(rows["scope_sessions"]),
        proposition=proposition,
        figures=_by_category(rows["scope_category_counts"], rows["scope_item_counts"]),
        rules={name: frozenset(found) for name, found in rules.items()},
        doubts=doubts(estate, evidence),
        veiled=_veiled(evidence),
    )


def _veiled(evidence: Evidence) -> int:
    """Persons of all gaps by the rates measured; 0 where one of them is not bounded so."""
    limits = [o.most for o in evidence.openings]
    return sum(limits) if limits and max(limits) < NO_LIMIT else 0


def _by_category(rows: Iterable[Row], items: Sequence[Row]) -> dict[str, Figures]:
    return {
        row["name"]: Figures(
            **_grades(row),
            items=tuple(
                item["name"]
                for item in items
                if category(item["name"]) == row["name"] and item["probable"]
            ),
        )
        for row in rows
    }


def _controllers(named: Iterable[Row], parts: Mapping[str, Bounds]) -> list[dict[str, Any]]:
    names = {row["controller"]: row["name"] for row in named}
    return [
        {"controller": part[1:], "name": names.get(part[1:], ""), "persons": _as_json(found)}
        for part, found in parts.items()
        if part != "*"
    ]


def _stated(statement: Statement) -> dict[str, Any]:
    return {
        "category": statement.category,
        "finding": str(statement.finding),
        "says": _both(statement.says),
        "because": [_both(reason) for reason in statement.because],
        "settle": [_both(step) for step in statement.settle],
    }


def _funnel(figured: Figured, whole: Bounds) -> dict[str, int]:
    (row,) = figured.rows["scope_funnel"]
    sessions = figured.rows["scope_sessions"]
    return {
        "lines": figured.lines,
        "accepted": int(row["accepted"]),
        "on_data": int(row["on_data"]),
        "sessions": len(sessions),
        "usurped": sum(int(session["acts"]) for session in sessions),
        "certain": whole.certain,
        "probable": whole.probable,
        "possible": whole.possible,
    }


def _openings(evidence: Evidence) -> list[dict[str, Any]]:
    return [
        {
            "account": o.account,
            "service": o.service,
            "source": o.source,
            "state": o.state,
            "why": o.why,
            "start_at": _instant(o.start_us),
            "end_at": _instant(o.end_us),
            "persons_at_most": o.most if o.most < NO_LIMIT else None,
        }
        for o in evidence.openings
    ]


def _silences(evidence: Evidence) -> list[dict[str, Any]]:
    sessions: dict[tuple[str, str, str], set[str]] = {}
    for s in evidence.silences:
        sessions.setdefault((s.source, s.service, s.operation), set()).add(s.session)
    return [
        {"source": source, "service": service, "operation": operation, "sessions": len(seen)}
        for (source, service, operation), seen in sorted(sessions.items())
    ]


def _kinds(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Figures of who needs care in being told, cumulative by grade."""
    listed = list(rows)
    return {
        grade: {
            name: sum(int(row[name]) for row in listed if int(row["grade"]) <= limit)
            for name in _KINDS
        }
        for limit, grade in GRADES.items()
    }


def _grades(row: Row) -> dict[str, int]:
    return {name: int(row[name]) for name in ("certain", "probable", "possible")}


def _as_json(found: Bounds) -> dict[str, int]:
    return {name: getattr(found, name) for name in Bounds.__dataclass_fields__}


def _both(says: Says) -> dict[str, str]:
    return {"fr": says.fr, "en": says.en}


def _instant(us: int) -> str:
    return (_EPOCH + timedelta(microseconds=us)).isoformat().replace("+00:00", "Z")
