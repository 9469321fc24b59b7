"""The clocks of a case as of an instant, and how a document writes them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.core.records import Says
from tocsin.decide.clocks import ClockFace, Setting, clocks
from tocsin.decide.duties import unknown_words
from tocsin.flow.incident import Incident
from tocsin.flow.world import World

HIGH = ("high", "very_high")


def faces(
    world: World, found: Incident, at: datetime, *, high: bool | None = None
) -> tuple[ClockFace, ...]:
    """Every clock as of that instant.

    Args:
        high: whether the risk is found high on reviewed evidence; None for what `decide` last
            found.
    """
    if high is None:
        decided = world.case.read_json("decide/summary.json")
        high = isinstance(decided, dict) and bool(decided.get("high_risk"))
    return clocks(
        Setting(
            operator=found.operator,
            controllers=found.controllers,
            processor=found.processor,
            zone=ZoneInfo(world.estate.operator.timezone),
            contract_hours=world.estate.operator.contract_hours,
            high_risk=high,
        ),
        found.history,
        at,
    )


def unknown_duties(found: Incident) -> list[dict[str, str]]:
    """Words of `duties` that name no rule, with the party that has them."""
    return [
        {"controller": party.id, "duty": word}
        for party in (found.operator, *found.controllers)
        for word in unknown_words(party)
    ]


def as_rows(found: Iterable[ClockFace]) -> list[dict[str, Any]]:
    """Clocks as a document has them; sentences in both languages."""
    return [
        {
            "duty": face.duty.id,
            "controller": face.party.id,
            "starts_at": _iso(face.starts_at),
            "due_at": _iso(face.due_at),
            "state": str(face.state),
            "source": face.duty.source,
            "name": face.party.name,
            "says": both(face.duty.says),
            "to": both(face.duty.to),
            "done_at": _iso(face.done.at if face.done else None),
            "late": face.late,
            "why": _reason(face),
            "because": [both(b) for b in face.because],
            "regulation_1182_71_at": _iso(face.reading_at),
        }
        for face in found
    ]


def both(says: Says) -> dict[str, str]:
    """A sentence as documents keep it."""
    return {"fr": says.fr, "en": says.en}


def _reason(face: ClockFace) -> str:
    record = face.done or face.excepted
    return record.why if record else ""


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
