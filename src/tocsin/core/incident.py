"""What people did and when: the alerts, the journal's events, the parties and their duties."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What may be recorded of an incident (contract, section 3)."""

    FIRST_ACT = "first_act"
    DETECTED = "detected"
    AWARE = "aware"
    TOLD_CONTROLLER = "told_controller"
    FILED = "filed"
    EXCEPTED = "excepted"
    CONTAINED = "contained"
    PUBLISHED = "published"
    TOLD_PERSONS = "told_persons"
    COMPLAINED = "complained"
    CLOSED = "closed"


class BellKind(StrEnum):
    """Where an alert came from."""

    CALL = "call"
    MAIL = "mail"
    DETECTOR = "detector"
    PERSON = "person"
    OTHER = "other"


class ClockState(StrEnum):
    """Where a duty stands at an instant (contract, section 3)."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    LATE = "late"
    DONE = "done"
    EXCEPTED = "excepted"
    TO_DECIDE = "to_decide"


OPERATOR = ""
"""The operator among the parties: no controller id."""

DUTIES = (
    "gdpr-33-2",
    "gdpr-33-1",
    "gdpr-33-5",
    "gdpr-34-1",
    "csp-l1111-8-2",
    "nis2-23-4-a",
    "nis2-23-4-b",
    "nis2-23-4-d",
    "insurance-l12-10-1",
    "contract",
)
"""The duties that have a clock, in the order in which they are shown (contract, section 3)."""

CONTROLLER_DUTIES = ("gdpr-33-2", "gdpr-33-1", "gdpr-33-5", "gdpr-34-1")
"""Duties of the GDPR: where the operator is a processor, each names a controller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The operator (id '') or a controller, and the duties that it has beyond the GDPR."""

    id: str
    name: str
    city: str = ""
    duties: tuple[str, ...] = ()
    mandate_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A bell that rang: when, whence, in which words."""

    at: datetime
    kind: BellKind
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One thing that people did, as it stands in the journal.

    Args:
        n: number of its journal entry.
        at: when it happened; `recorded_at`: when it was written down.
        replaces: number of an entry that this one corrects, None where it corrects nothing.
    """

    n: int
    event: EventKind
    controller: str
    duty: str
    at: datetime
    by: str
    why: str
    recorded_at: datetime
    replaces: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that is known of what people did: alerts and records, in journal order."""

    alerts: tuple[Alert, ...] = ()
    records: tuple[Recorded, ...] = ()

    @property
    def standing(self) -> tuple[Recorded, ...]:
        """The records that no later one replaces."""
        gone = {r.replaces for r in self.records if r.replaces is not None}
        return tuple(r for r in self.records if r.n not in gone)

    def until(self, at: datetime) -> "History":
        """What had happened by that instant."""
        return History(
            alerts=tuple(a for a in self.alerts if a.at <= at),
            records=tuple(r for r in self.standing if r.at <= at),
        )

    def first(
        self, *events: EventKind, controller: str | None = None, duty: str | None = None
    ) -> Recorded | None:
        """The earliest standing record of these events; None where there is none.

        Args:
            events: any of these.
            controller: of this party alone, '' being the operator; None for any.
            duty: of this duty alone; None for any.
        """
        found = [
            r
            for r in self.standing
            if r.event in events
            and (controller is None or r.controller == controller)
            and (duty is None or r.duty == duty)
        ]
        return min(found, key=lambda r: (r.at, r.n), default=None)
