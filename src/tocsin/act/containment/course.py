"""The course of an order: what its next state is, from what was asked and what was seen."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tocsin.core.errors import OutsideError
from tocsin.core.orders import Do, Order, Seen, State, UnansweredError, Wanted
from tocsin.core.records import Says

DONE = (State.APPLIED, State.VERIFIED)
DOUBTFUL = (State.FAILED, State.UNCERTAIN, State.SENT)


def to_close(order: Order) -> bool:
    """Whether the order is still to be closed: a closing with its receipt is left alone."""
    return order.wanted is Wanted.CLOSED and order.state not in (*DONE, State.UNDONE)


def to_reopen(order: Order) -> bool:
    """Whether there is something to undo."""
    return order.state is not State.UNDONE


def closes_by_itself(order: Order, seen: Seen) -> bool:
    """After a try that gave no receipt: whether what is seen is receipt enough.

    An end of sessions is asked again: another may have begun meanwhile.
    """
    return bool(order.tries) and seen.closed is True and order.do is not Do.REVOKE


def remembered(order: Order, seen: Seen) -> Order:
    """The order with what the target showed before anything was tried, kept once."""
    if order.before is not None:
        return order
    return replace(order, before={**seen.found, "was_closed": seen.closed is True})


def leaving(order: Order, wanted: Wanted) -> Order:
    """The order as it leaves."""
    return replace(order, state=State.SENT, wanted=wanted, tries=order.tries + 1)


def received(order: Order, says: Says, at: str) -> Order:
    """The order with its receipt."""
    state = State.UNDONE if order.wanted is Wanted.OPEN else State.APPLIED
    return replace(order, state=state, proof=_proof(says, at, "receipt"))


def failed(order: Order, error: OutsideError, at: str) -> Order:
    """The order after an error: uncertain if it may have been done."""
    state = State.UNCERTAIN if isinstance(error, UnansweredError) else State.FAILED
    return replace(order, state=state, proof=_proof(error.what, at, "error"))


def asked_again(order: Order, seen: Seen, at: str) -> Order:
    """What the order is once its target was asked how the door stands.

    A target that cannot tell leaves the state as it was. A door found open that should be
    closed is a failed order: it will be closed again.
    """
    proof = _proof(seen.says, at, "asked", seen.found)
    if seen.closed is None:
        return replace(order, proof=proof)
    if order.wanted is Wanted.OPEN:
        back = not seen.closed or _was_closed(order) or order.do is Do.REVOKE
        return replace(order, state=State.UNDONE if back else State.FAILED, proof=proof)
    return replace(order, state=State.VERIFIED if seen.closed else State.FAILED, proof=proof)


def nothing_done(order: Order, at: str) -> Order:
    """An order that never left, undone."""
    says = Says(fr="rien n'avait été fait", en="nothing had been done")
    return replace(
        order, state=State.UNDONE, wanted=Wanted.OPEN, proof=_proof(says, at, "receipt")
    )


def unfinished(orders: Iterable[Order]) -> list[Order]:
    """Those that must be tried again."""
    return [order for order in orders if order.state in DOUBTFUL]


def _was_closed(order: Order) -> bool:
    return bool((order.before or {}).get("was_closed"))


def _proof(
    says: Says, at: str, how: str, found: Mapping[str, object] | None = None
) -> dict[str, object]:
    proof: dict[str, object] = {"at": at, "how": how, "says": {"fr": says.fr, "en": says.en}}
    if found is not None:
        proof["found"] = dict(found)
    return proof
