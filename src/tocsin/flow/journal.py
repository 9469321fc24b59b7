"""Writes down what people did, and says which clocks it moved."""

from typing import Any

from tocsin.alert import entries
from tocsin.alert.bells import guess
from tocsin.alert.entries import Wanted
from tocsin.alert.knowledge import who_knows
from tocsin.alert.reading import ALERTED, RECORDED
from tocsin.core.errors import InputError
from tocsin.core.incident import Alert, BellKind
from tocsin.core.records import Says
from tocsin.flow.clocks import as_rows, faces
from tocsin.flow.incident import Incident, incident
from tocsin.flow.world import World


def record(world: World, wanted: Wanted) -> dict[str, Any]:
    """Append one entry to the journal of the incident.

    The same entry twice is one entry.

    Returns:
        The entry with its number, and the clocks that it moved, as they are now.
    """
    found = incident(world)
    now = world.clock.now()
    entries.checked(
        wanted,
        controllers=frozenset(c.id for c in found.controllers),
        processor=found.processor,
        now=now,
        history=found.history,
    )
    before = as_rows(faces(world, found, now))
    same = entries.known(wanted, found.history)
    if same is None:
        world.case.note(RECORDED, entries.facts(wanted), by=wanted.by)
        found = incident(world)
        same = found.history.records[-1]
    moved = [row for row in as_rows(faces(world, found, now)) if row not in before]
    return {
        "n": same.n,
        **entries.facts(wanted),
        "by": wanted.by,
        "recorded_at": same.recorded_at.isoformat(),
        "clocks": moved,
        "timezone": world.estate.operator.timezone,
    }


def to_come() -> InputError:
    """What is said of an alert whose instant is still to come."""
    return InputError(
        Says(
            "l'instant de l'alerte est encore à venir",
            "the instant of the alert is still to come",
        ),
        next_step=Says(
            "Donnez l'instant où l'alerte a été reçue, ou omettez --at.",
            "Give the instant at which the alert was received, or leave --at out.",
        ),
        where="--at",
    )


def join_alert(world: World, alert: Alert) -> None:
    """One more alert of the same case.

    Raises:
        InputError: its instant is still to come.
    """
    if alert.at > world.clock.now():
        raise to_come()
    world.case.note(
        ALERTED,
        {"kind": str(alert.kind), "at": alert.at.isoformat(), "text": alert.text},
        by=alert.by,
    )


def kind_of(text: str, given: str) -> BellKind:
    """The kind of an alert: the one given, else guessed from its words."""
    return BellKind(given) if given else guess(text)


def told(world: World, found: Incident) -> dict[str, Any]:
    """What `status` says of alerts, records and who knows what since when."""
    return {
        "alerts": [
            {"at": a.at.isoformat(), "kind": str(a.kind), "text": a.text, "by": a.by}
            for a in found.history.alerts
        ],
        "records": [
            {
                "n": r.n,
                "event": str(r.event),
                "controller": r.controller,
                "duty": r.duty,
                "at": r.at.isoformat(),
                "by": r.by,
                "why": r.why,
            }
            for r in found.history.standing
        ],
        "knows": [
            {
                "party": k.party,
                "name": k.name,
                "what": {"fr": k.what.fr, "en": k.what.en},
                "since": k.since.isoformat(),
                "by": k.by,
            }
            for k in who_knows(found.history, world.estate.operator.name, found.controllers)
        ],
        "closed": found.closed,
        "timezone": world.estate.operator.timezone,
    }
