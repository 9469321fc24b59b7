"""Decides: the clocks, the risk for the persons, whether care went on, what is to be filed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.act.documents.facts import Attack
from tocsin.core.evidence import content_digest
from tocsin.core.tables import ACCESS, ACTS, REACH, SESSIONS
from tocsin.decide.attack import ATTACK, BY_CONTROLLER, by_controller
from tocsin.decide.attack import attack as attack_step
from tocsin.decide.calendar_file import calendar
from tocsin.decide.recipients import recipients
from tocsin.flow.clocks import HIGH, as_rows, faces, unknown_duties
from tocsin.flow.continuity import PICTURE, continuity
from tocsin.flow.decided import Decided
from tocsin.flow.incident import Incident, incident
from tocsin.flow.papers import FINALS, drafted, known, states
from tocsin.flow.severity import severity
from tocsin.flow.world import World, bind_published

SUMMARY = "decide/summary.json"
CALENDAR = "decide/clocks.ics"

_NOTHING: dict[str, Any] = {
    "risk": {"score": None, "level": "unknown", "inputs": {}, "sensitivity": []},
    "continuity": [],
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def decide(world: World, *, at: datetime | None = None, lang: str = "fr") -> dict[str, Any]:
    """The document of `decide`, published when it is of now.

    Args:
        at: the instant whose clocks are asked; None for now, and then the document is kept.
        lang: language of the calendar.
    """
    found = decided(world, at)
    facts = known(world, found)
    rows = states(facts, drafted(facts), world.case.read_json(FINALS))
    document = {
        **found.document,
        "filings": [row for row in rows if row["duty"]],
        "texts": [row for row in rows if not row["duty"]],
    }
    if at is None:
        _publish(world, found, document, lang)
    return document


def decided(world: World, at: datetime | None = None) -> Decided:
    """Clocks, risk and continuity as of an instant, now by default. Nothing is published."""
    found = incident(world)
    now = at or world.clock.now()
    scoped = world.case.read_json("scope/summary.json")
    proposition = isinstance(scoped, dict) and bool(scoped.get("proposition"))
    held = attack(world, unreviewed=proposition)
    if found.closed:
        return _closed(world, found, now)
    care = continuity(world, found.history.until(now), held)
    scored = severity(world, held, _worst(care.services))
    high = scored["level"] in HIGH and not proposition
    shown = faces(world, found, now, high=high)
    document: dict[str, Any] = {
        "revision": scoped["revision"] if isinstance(scoped, dict) else 0,
        "at": now.isoformat(),
        "timezone": world.estate.operator.timezone,
        "clocks": as_rows(shown),
        "unknown_duties": unknown_duties(found),
        "recipients": _recipients(found, scoped, now),
        "risk": scored,
        "high_risk": high,
        "continuity": care.services,
        "establishments": care.establishments,
        "locked_out": care.locked_out,
        "care": care.care,
    }
    return Decided(
        incident=found,
        attack=held,
        reach=reach(world),
        clocks=shown,
        picture=care.picture,
        document=document,
    )


def _closed(world: World, found: Incident, now: datetime) -> Decided:
    """A closed case keeps what was last decided; only its clocks are read anew."""
    kept = world.case.read_json(SUMMARY)
    shown = faces(world, found, now)
    document = dict(kept) if isinstance(kept, dict) else {"revision": 0, **_NOTHING}
    document.pop("filings", None)
    return Decided(
        incident=found,
        attack=None,
        reach={},
        clocks=shown,
        picture="",
        document={**document, "at": now.isoformat(), "clocks": as_rows(shown)},
    )


def _recipients(found: Incident, scoped: object, at: datetime) -> list[dict[str, Any]]:
    """Who must be told, by controller; empty before any scope: nobody is known yet."""
    rows = scoped.get("controllers", []) if isinstance(scoped, dict) else []
    counts = {row["controller"]: row["persons"] for row in rows}
    return [
        {
            "controller": one.party.id,
            "name": one.party.name,
            "to_tell": one.told,
            "on_choice": one.more,
            "by": "operator" if one.by_operator else "controller",
        }
        for one in recipients(found.controllers, counts, at)
    ]


def _worst(services: list[dict[str, Any]]) -> str:
    """The worst finding on the services that were measured; '' where none was."""
    found = {row["finding"] for row in services if row.get("periods")}
    return next((f for f in ("change", "cannot_tell", "no_change") if f in found), "")


def attack(world: World, *, unreviewed: bool) -> Attack | None:
    """The acts held to be someone else's; None where none is."""
    if not world.case.files(SESSIONS):
        return None
    engine = world.engine
    bind_published(world, SESSIONS, ACTS, ACCESS)
    engine.run(attack_step(unreviewed=unreviewed))
    (row,) = engine.fetch(ATTACK.name).to_pylist()
    engine.drop(ATTACK.name)
    if not row["sessions"]:
        return None
    return Attack(
        sessions=row["sessions"],
        accounts=row["accounts"],
        first_at=_EPOCH + timedelta(microseconds=row["first_us"]),
        last_at=_EPOCH + timedelta(microseconds=row["last_us"]),
        unreviewed=row["unreviewed"],
        writes=row["writes"],
    )


def reach(world: World) -> dict[str, dict[str, tuple[int, int]]]:
    """Persons of each controller and item: with the probable ones, with the possible ones."""
    if not world.case.files(REACH):
        return {}
    bind_published(world, REACH)
    world.engine.run(by_controller())
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for row in world.engine.fetch(BY_CONTROLLER.name, order=("controller", "item")).to_pylist():
        counts = (row["probable"], row["possible"])
        found.setdefault(row["controller"], {})[row["item"]] = counts
    world.engine.drop(BY_CONTROLLER.name)
    return found


def _publish(world: World, found: Decided, document: dict[str, Any], lang: str) -> None:
    world.case.write_json(SUMMARY, document)
    text = calendar(
        found.clocks,
        case=str(world.case.facts["id"]),
        operator=world.estate.operator.name,
        at=world.clock.now(),
        lang=lang,
    )
    world.case.write_text(CALENDAR, text)
    if found.picture:
        world.case.write_text(PICTURE, found.picture)
    counts: dict[str, int] = {}
    for face in found.clocks:
        counts[str(face.state)] = counts.get(str(face.state), 0) + 1
    facts = {"revision": document["revision"], "clocks": counts}
    world.case.note("decided", {**facts, "sha256": content_digest(plain_json(document))})


def plain_json(value: object) -> object:
    """A value as its JSON document would be read again."""
    read: object = json.loads(json.dumps(value, ensure_ascii=False))
    return read
