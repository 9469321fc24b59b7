"""Decides: the clocks, the risk for the persons, whether care went on, what is to be filed."""

from datetime import datetime
from typing import Any

from tocsin.decide.calendar_file import calendar
from tocsin.flow.clocks import as_rows, faces
from tocsin.flow.incident import incident
from tocsin.flow.world import World

SUMMARY = "decide/summary.json"
CALENDAR = "decide/clocks.ics"


def decide(world: World, *, at: datetime | None = None, lang: str = "fr") -> dict[str, Any]:
    """The document of `decide`, published when it is of now.

    Args:
        at: the instant whose clocks are asked; None for now, and then the document is kept.
        lang: language of the calendar.
    """
    found = incident(world)
    now = at or world.clock.now()
    shown = faces(world, found, now)
    scoped = world.case.read_json("scope/summary.json")
    document: dict[str, Any] = {
        "revision": scoped["revision"] if isinstance(scoped, dict) else 0,
        "at": now.isoformat(),
        "clocks": as_rows(shown),
        "risk": {"score": None, "level": "unknown", "inputs": {}, "sensitivity": []},
        "continuity": [
            {"service": s.id, "finding": "cannot_tell", "low": None, "high": None}
            for s in world.estate.services
        ],
        "filings": [],
    }
    if at is None:
        world.case.write_json(SUMMARY, document)
        text = calendar(
            shown,
            case=str(world.case.facts["id"]),
            operator=world.estate.operator.name,
            at=now,
            lang=lang,
        )
        world.case.write_text(CALENDAR, text)
        states: dict[str, int] = {}
        for face in shown:
            states[str(face.state)] = states.get(str(face.state), 0) + 1
        world.case.note("decided", {"revision": document["revision"], "clocks": states})
    return document
