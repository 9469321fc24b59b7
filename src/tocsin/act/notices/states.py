"""What may follow what: retries, the next channel, and the term of each person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tocsin.act.notices.plan import Recipient
from tocsin.core.notices import Change, Decision, Held, Outcome, State, Term

AGAIN_S = (2, 60, 300)
"""Seconds before the 2nd, 3rd and each later try; the last is that of GOV.UK Notify."""

LOST_S = (2, 4, 8, 16)
"""The same where the line was lost: it says nothing of the reader, whom no server put off."""

MOST_TRIES = 48
"""Tries over about four hours, then the channel has failed (GOV.UK Notify)."""

TRIABLE = (State.CREATED, State.TEMPORARY)
"""States from which a try may begin: nothing was taken by the other side."""

FAILED = (State.PERMANENT, State.RETURNED)
ACCEPTED = (State.SENT, State.DELIVERED)

RECEIPTS: Mapping[State, tuple[State, ...]] = {
    State.DELIVERED: (State.SENT, State.UNCERTAIN, State.SENDING, State.TEMPORARY),
    State.SENT: (State.UNCERTAIN,),
    State.PERMANENT: (State.SENT, State.UNCERTAIN, State.TEMPORARY),
    State.RETURNED: (State.SENT, State.DELIVERED, State.UNCERTAIN, State.SENDING),
    State.CREATED: (State.UNCERTAIN,),
    State.WITHDRAWN: TRIABLE,
}
"""A receipt that says the key applies in these states only; otherwise it is logged. A mail
whose delivery was reported stays delivered: reports come late, twice and out of order."""


def after_try(row: Held, came: Outcome, at: datetime, body: str) -> Change:
    """The change that a try of a `sending` row leads to."""
    tries = row.attempts + 1
    state, due = came.state, None
    if state is State.TEMPORARY:
        if tries >= MOST_TRIES:
            state = State.PERMANENT
        else:
            waits = AGAIN_S if came.evidence[:1].isdigit() else LOST_S
            due = at + timedelta(seconds=waits[min(tries, len(waits)) - 1])
    return Change(
        notice=row.notice,
        was=(State.SENDING,),
        state=state,
        evidence=came.evidence,
        due_at=due,
        body=body,
    )


def heard(notice: str, state: State, evidence: str) -> Change:
    """The change that a receipt asks for; it applies only where that makes sense."""
    return Change(notice=notice, was=RECEIPTS[state], state=state, evidence=evidence)


def next_channel(one: Recipient, rows: Iterable[Held]) -> str:
    """The channel that is to be opened for a person now, '' for none.

    A channel follows once those before it have all failed; nothing is closed on silence. Rows
    of every campaign count: a mailbox that refused an earlier notice is not tried again.
    """
    if one.decision not in (Decision.TELL, Decision.BEFORE):
        return ""
    states = _by_channel(rows)
    if any(state not in FAILED for listed in states.values() for state in listed):
        return ""
    return next((channel for channel in one.channels if not states.get(channel)), "")


def term(one: Recipient, rows: Iterable[Held]) -> Term:
    """Where a person stands, from the plan and from every row that tells them."""
    if one.decision == Decision.EXCLUDED:
        return Term.EXCLUDED
    if one.decision == Decision.UNREACHABLE:
        return Term.UNREACHABLE
    states = _by_channel(rows)
    every = [state for listed in states.values() for state in listed]
    if any(state in ACCEPTED for state in every):
        return Term.TOLD
    if State.UNCERTAIN in every:
        return Term.UNCERTAIN
    if one.decision == Decision.WAITS or any(state not in FAILED for state in every):
        return Term.PENDING
    tried_all = bool(one.channels) and all(states.get(c) for c in one.channels)
    return Term.UNREACHABLE if tried_all else Term.PENDING


def _by_channel(rows: Iterable[Held]) -> dict[str, list[State]]:
    """States by channel; a row that was withdrawn was never tried."""
    states: dict[str, list[State]] = {}
    for row in rows:
        if row.state is not State.WITHDRAWN:
            states.setdefault(row.channel, []).append(row.state)
    return states


def sums(
    people: Sequence[tuple[Recipient, Term]],
    names: Mapping[str, str],
    unplanned: Mapping[str, Sequence[str]],
) -> tuple[dict[str, int], list[dict[str, object]]]:
    """The reconciliation: scoped = told + excluded + unreachable + pending + uncertain.

    A controller without a mandate tells by itself: in its own sum the person is excluded,
    whatever the notice in another controller's name came to. Where no controller is known ('')
    nobody does.

    Args:
        people: each person of the scope, and where they stand.
        names: of controllers.
        unplanned: controllers of a person that came with a newer scope: no plan speaks in
            their name yet, and the person is pending in their sum.
    """
    overall = _empty()
    by: dict[str, dict[str, int]] = {}
    for one, where in people:
        _count(overall, where)
        for controller in one.controllers:
            _count(by.setdefault(controller, _empty()), where)
        for controller in one.apart:
            held = not controller or where in (Term.EXCLUDED, Term.UNREACHABLE)
            _count(by.setdefault(controller, _empty()), where if held else Term.EXCLUDED)
        later = where if where in (Term.EXCLUDED, Term.UNREACHABLE) else Term.PENDING
        for controller in unplanned.get(one.person, ()):
            _count(by.setdefault(controller, _empty()), later)
    listed: list[dict[str, object]] = [
        {"controller": controller, "name": names.get(controller, ""), **counted}
        for controller, counted in sorted(by.items())
    ]
    return overall, listed


def _empty() -> dict[str, int]:
    return {"scoped": 0, **{str(one): 0 for one in Term}}


def _count(counted: dict[str, int], where: Term) -> None:
    counted["scoped"] += 1
    counted[where] += 1
