"""The report: reads the case's tables and documents, has the page drawn, publishes it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.act.report import tallies, whole
from tocsin.act.report.findings import (
    AccountUse,
    Detected,
    Findings,
    Ingested,
    Interval,
    OperationUse,
    Overlap,
    QuarantineCount,
    RuleCount,
    Scoped,
    SessionStart,
    Suspicion,
    Why,
    summary,
)
from tocsin.act.report.sentences import said
from tocsin.core.evidence import digest_of
from tocsin.core.ports import Pages
from tocsin.core.records import FileCount
from tocsin.core.tables import (
    ACCESS,
    ACTS,
    COVERAGE,
    LEDGER,
    QUARANTINE,
    REACH,
    SESSIONS,
)
from tocsin.flow.contain import plans
from tocsin.flow.over import over
from tocsin.flow.report_done import done
from tocsin.flow.world import World, bind_published

PAGE = "report/index.html"
"""Where the report stands in the case."""

TEMPLATE = "report.html.j2"

READS = (ACCESS, QUARANTINE, LEDGER, COVERAGE, SESSIONS, ACTS, REACH)
"""The only tables that a report reads: none holds a name, a birth date or a contact."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = dict[str, Any]


def report(world: World, pages: Pages) -> str:
    """Write `report/index.html` from what the case holds now; return its full path.

    1. Bind the tables that are published; an absent one is empty.
    2. Count by steps; take the small results.
    3. Build the page's model, draw it, publish it, journal its digest.

    Every stage may be missing: its questions are then answered "unknown, because …". The vault
    stays closed.
    """
    world.progress.stage("report")
    bind_published(world, *READS)
    findings = gather(world)
    page = pages.render(TEMPLATE, {"report": whole.model(findings)})
    world.case.write_text(PAGE, page)
    world.case.note(
        "reported",
        {"revision": findings.revision, "sha256": digest_of(page), "bytes": len(page.encode())},
    )
    return world.case.where(PAGE)


def gather(world: World) -> Findings:
    """What the case's tables and documents say, small; the published tables are bound."""
    case = world.case
    trail, detection, scope = (
        tallies.of_trail(),
        tallies.of_detection(),
        tallies.of_scope(),
    )
    for step in (*trail, *detection, *scope):
        world.engine.run(step)
    on_data = _rows(world, tallies.ON_DATA.name)
    overlap = _rows(world, tallies.BEST_COUNT.name)[0]
    found = Findings(
        estate=world.estate,
        facts=case.facts,
        produced_at=world.clock.now(),
        ingested=summary(case.read_json("trail/summary.json"), Ingested),
        detected=summary(case.read_json("detect/summary.json"), Detected),
        scoped=summary(case.read_json("scope/summary.json"), Scoped),
        ledger=_records(world, LEDGER.name, FileCount, order=("source", "file")),
        quarantine=_records(
            world, tallies.BY_REASON.name, QuarantineCount, order=("lines DESC", "reason")
        ),
        coverage=_records(world, COVERAGE.name, Interval, order=("source", "start_at")),
        lines_on_data=int(on_data[0]["lines"]),
        suspicions=_suspicions(world),
        accounts=_records(
            world, tallies.SUSPECT.name, AccountUse, order=("usurped DESC", "account")
        ),
        starts=tuple(
            SessionStart(account=r["account"], at=_at(r["start_us"]), verdict=r["verdict"])
            for r in _rows(world, tallies.STARTS.name, order=("rank",))
        ),
        operations=_records(
            world,
            tallies.OPERATIONS_USED.name,
            OperationUse,
            order=("service", "operation", "outcome", "attribution"),
        ),
        acts={
            (r["attribution"], bool(r["decided"])): int(r["acts"])
            for r in _rows(world, tallies.ATTRIBUTED.name)
        },
        act_places=tuple(
            f"{r['source']}:{r['position']}"
            for r in _rows(world, tallies.ACT_PLACES.name, order=("source", "position"))
        ),
        rules=_records(world, tallies.RULES.name, RuleCount, order=("grade", "rule")),
        people=_people(world),
        overlap=Overlap(**{name: int(value) for name, value in overlap.items()}),
        ending=over(world),
        orders=tuple(order for plan in plans(world) for order in plan.orders),
        done=done(world),
    )
    world.engine.drop(*(step.name for step in reversed((*trail, *detection, *scope))))
    return found


def _rows(world: World, relation: str, *, order: tuple[str, ...] = ()) -> list[Row]:
    rows: list[Row] = world.engine.fetch(relation, order=order).to_pylist()
    return rows


def _records(
    world: World, relation: str, kind: type[Any], *, order: tuple[str, ...]
) -> tuple[Any, ...]:
    names = kind.__dataclass_fields__
    return tuple(
        kind(**{name: _value(row, name) for name in names})
        for row in _rows(world, relation, order=order)
    )


def _value(row: Row, name: str) -> object:
    us = row.get(f"{name[:-3]}_us") if name.endswith("_at") else None
    if us is not None:
        return _at(us)
    return row.get(name)


def _at(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=int(us))


def _suspicions(world: World) -> tuple[Suspicion, ...]:
    found = []
    for row in _rows(
        world, tallies.SHOWN.name, order=("probability DESC", "start_us", "session")
    ):
        values: dict[str, Any] = {
            name: _value(row, name) for name in Suspicion.__dataclass_fields__
        }
        values["reasons"] = tuple(_why(reason) for reason in json.loads(row["reasons"] or "[]"))
        found.append(Suspicion(**values))
    return tuple(sorted(found, key=lambda s: s.verdict != "usurped"))


def _why(reason: Mapping[str, Any]) -> Why:
    return Why(
        signal=str(reason.get("signal", "")),
        family=str(reason.get("family", "")),
        says=said(reason.get("says")),
        bits=float(reason.get("bits") or 0.0),
        places=tuple(f"{p['source']}:{p['position']}" for p in reason.get("places", ())),
    )


def _people(world: World) -> Mapping[str, tuple[str, ...]]:
    grades = ("certain", "probable", "possible")
    found: dict[str, tuple[str, ...]] = dict.fromkeys(grades, ())
    for row in _rows(world, tallies.BEST_SAMPLE.name, order=("best", "person")):
        grade = grades[int(row["best"])]
        found[grade] = (*found[grade], str(row["person"]))
    return found
