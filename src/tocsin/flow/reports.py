"""Reported messages: checked, redacted, kept a short time, gathered into campaigns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.act.phishing.facts import facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.verdict import check
from tocsin.act.reports.campaigns import (
    KEPT_DAYS,
    Receipt,
    Report,
    as_row,
    from_row,
    kept,
    told,
    without_words,
)
from tocsin.act.reports.exports import exported
from tocsin.core.messages import Message, Senders
from tocsin.core.tables import REACH
from tocsin.flow.world import World, bind_published

KEPT = "act/reports/reports.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A message that somebody reported: when, by whom (a local id or ''), its digest."""

    message: Message
    at: datetime
    reporter: str
    digest: str


def take_in(world: World, given: Iterable[Given], senders: Senders) -> dict[str, Any]:
    """Keep reported messages, each once; forget the words of those that are too old."""
    have = {report.report: report for report in _kept(world)}
    names = _names(world)
    now = _iso(world.clock.now())
    new = repeated = 0
    for one in given:
        report = kept(
            facts(one.message, senders),
            check(one.message, senders),
            Receipt(at=_iso(one.at), kept_at=now, reporter=one.reporter, digest=one.digest),
            names,
        )
        if report.report in have:
            repeated += 1
            continue
        have[report.report] = report
        new += 1
    expired = _write(world, list(have.values()))
    world.case.note("reports_imported", {"new": new, "repeated": repeated, "expired": expired})
    return {"new": new, "repeated": repeated, "expired": expired, **campaigns(world)}


def campaigns(world: World) -> dict[str, Any]:
    """The campaigns of the kept reports, and the alerts among them."""
    reports = _kept(world)
    scoped, stolen = _scope(world)
    found = told(reports, scoped=scoped, stolen=stolen)
    return {
        "reports": len(reports),
        "kept_days": KEPT_DAYS,
        "scoped": len(scoped),
        "alerts": [c["campaign"] for c in found if c["alert"]],
        "campaigns": found,
    }


def export(world: World, shape: str) -> str:
    """The campaigns in a format for those who can stop them; journalled."""
    at = world.clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = campaigns(world)["campaigns"]
    world.case.note("reports_exported", {"format": shape, "campaigns": len(found)})
    return exported(found, shape, at=at)


def _kept(world: World) -> list[Report]:
    rows = world.case.read_json(KEPT)
    return [from_row(row) for row in rows] if isinstance(rows, list) else []


def _write(world: World, reports: list[Report]) -> int:
    """Write the reports, the words of the old ones forgotten; say how many were."""
    edge = _iso(world.clock.now() - timedelta(days=KEPT_DAYS))
    old = [r for r in reports if r.kept_at < edge and (r.text or r.reporter)]
    forgotten = {r.report for r in old}
    left = [without_words(r) if r.report in forgotten else r for r in reports]
    world.case.write_json(KEPT, [as_row(r) for r in left])
    return len(old)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _names(world: World) -> tuple[str, ...]:
    return tuple(n for n in (fold(s.name) for s in world.estate.services) if len(n) > 5)


def _scope(world: World) -> tuple[frozenset[str], frozenset[str]]:
    """The persons of the latest scope, certain and probable, and the items reached."""
    if not world.case.files(REACH):
        return frozenset(), frozenset()
    bind_published(world, REACH)
    rows = world.engine.fetch("reach").select(["person", "item", "grade"])
    persons, items = set(), set()
    for person, item, grade in zip(
        *(rows.column(n).to_pylist() for n in rows.column_names), strict=True
    ):
        if grade != "possible":
            persons.add(person)
            items.add(item)
    return frozenset(persons), frozenset(items)


__all__ = ["Given", "campaigns", "export", "take_in"]
