"""The clocks: each duty of each party, when it started, when it is due, where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin.core.incident import (
    OPERATOR,
    ClockState,
    EventKind,
    History,
    Party,
    Recorded,
)
from tocsin.core.records import Says
from tocsin.decide import duties
from tocsin.decide.duties import Duty, Span, Starts
from tocsin.decide.working_days import hours_reading, months_reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the clocks of a case depend on, beside what people did.

    Args:
        operator: the operator as a party, id ''.
        high_risk: whether the risk for the persons was found high: telling them is then due.
    """

    operator: Party
    controllers: tuple[Party, ...]
    processor: bool
    zone: ZoneInfo
    contract_hours: int = 0
    high_risk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFace:
    """One duty of one party, as of an instant.

    Args:
        party: '' for the operator.
        reading_at: the end by Regulation 1182/71, for information; None where it says nothing.
        done: the record that did it; `excepted`: the record that set it aside.
        late: whether it was done, or is still open, after its strict end.
        because: what the reader must know: why it is uncertain, what lateness asks.
    """

    duty: Duty
    party: Party
    starts_at: datetime | None
    due_at: datetime | None
    reading_at: datetime | None
    state: ClockState
    done: Recorded | None = None
    excepted: Recorded | None = None
    late: bool = False
    because: tuple[Says, ...] = ()


def clocks(setting: Setting, history: History, at: datetime) -> tuple[ClockFace, ...]:
    """Every clock of the case as of an instant, the operator's last, in the contract's order.

    Only what had happened by then counts; a rule is one in force on the day of the operator's
    or the party's awareness, else on that day.
    """
    known = history.until(at)
    faces = []
    for rule in duties.RULES:
        for party in (*setting.controllers, setting.operator):
            if not duties.stands(rule, party, processor=setting.processor):
                continue
            starts_at = start(rule, party, known)
            if rule in duties.in_force((rule,), starts_at or at, setting.zone):
                faces.append(_face(rule, party, setting, known, at))
    return tuple(faces)


def start(rule: Duty, party: Party, known: History) -> datetime | None:
    """When the duty's time begins to run; None while nothing started it."""
    if rule.starts is Starts.BEFORE:
        before = known.first(EventKind.FILED, controller=party.id, duty=rule.before)
        return before.at if before else None
    if rule.starts is Starts.OPERATOR or party.id == OPERATOR:
        aware = known.first(EventKind.AWARE, controller=OPERATOR)
        return aware.at if aware else None
    aware = known.first(EventKind.AWARE, controller=party.id)
    told = known.first(EventKind.TOLD_CONTROLLER, controller=party.id)
    found = aware or told
    return found.at if found else None


def _face(
    rule: Duty, party: Party, setting: Setting, known: History, at: datetime
) -> ClockFace:
    starts_at = start(rule, party, known)
    due_at = None
    if starts_at is not None:
        due_at = duties.due(
            rule, starts_at, setting.zone, contract_hours=setting.contract_hours
        )
    done = _done(rule, party, setting, known)
    excepted = known.first(EventKind.EXCEPTED, controller=party.id, duty=rule.id)
    uncertain = rule.uncertain is not None and not (
        rule.id == "gdpr-34-1" and setting.high_risk
    )
    state = _state(starts_at, due_at, at, uncertain=uncertain)
    if done:
        state = ClockState.DONE
    elif excepted:
        state = ClockState.EXCEPTED
    end = done.at if done else at
    late = due_at is not None and end > due_at and state is not ClockState.EXCEPTED
    return ClockFace(
        duty=rule,
        party=party,
        starts_at=starts_at,
        due_at=due_at,
        reading_at=_reading(rule, starts_at, due_at, setting.zone),
        state=state,
        done=done,
        excepted=None if done else excepted,
        late=late,
        because=_because(rule, state, late=late, done=done),
    )


def _state(
    starts_at: datetime | None, due_at: datetime | None, at: datetime, *, uncertain: bool
) -> ClockState:
    if starts_at is None:
        return ClockState.NOT_STARTED
    if uncertain:
        return ClockState.TO_DECIDE
    return ClockState.LATE if due_at is not None and at > due_at else ClockState.RUNNING


def _done(rule: Duty, party: Party, setting: Setting, known: History) -> Recorded | None:
    """The record that did the duty: its filing, or the event that does it by itself."""
    found = [known.first(EventKind.FILED, controller=party.id, duty=rule.id)]
    if rule.done_by:
        found.append(known.first(*rule.done_by, controller=party.id))
    if rule.id == "contract" and party.id == OPERATOR:
        found.append(_all_told(setting.controllers, known))
    if rule.id == "gdpr-34-1" and party.id != OPERATOR:
        found.append(_told_under_mandate(party, known))
    return min((r for r in found if r), key=lambda r: (r.at, r.n), default=None)


def _all_told(controllers: Sequence[Party], known: History) -> Recorded | None:
    """The record that told the last controller; None while one is not told."""
    told = [known.first(EventKind.TOLD_CONTROLLER, controller=c.id) for c in controllers]
    heard = [r for r in told if r is not None]
    if not heard or len(heard) < len(told):
        return None
    return max(heard, key=lambda r: (r.at, r.n))


def _told_under_mandate(party: Party, known: History) -> Recorded | None:
    """What the operator told the persons in the controller's name, under a mandate."""
    told = known.first(EventKind.TOLD_PERSONS, controller=OPERATOR)
    if told is None or party.mandate_from is None or told.at < party.mandate_from:
        return None
    return told


def _reading(
    rule: Duty, starts_at: datetime | None, due_at: datetime | None, zone: ZoneInfo
) -> datetime | None:
    if not rule.eu or starts_at is None or due_at is None:
        return None
    if rule.span is Span.MONTHS:
        return months_reading(due_at, zone)
    return hours_reading(starts_at, rule.length, zone)


def _because(
    rule: Duty, state: ClockState, *, late: bool, done: Recorded | None
) -> tuple[Says, ...]:
    told: list[Says] = []
    if state in (ClockState.TO_DECIDE, ClockState.NOT_STARTED) and rule.uncertain:
        told.append(rule.uncertain)
    if late and rule.late_needs and not (done and done.why):
        told.append(rule.late_needs)
    return tuple(told)
