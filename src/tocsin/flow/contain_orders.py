"""Containment, as it leaves: apply, verify, undo; each order once, whatever dies in between.

What is kept before what is done: first what the target shows (so that it can be put back),
then that the order leaves, then its receipt. A run that was killed is run again: it asks the
target first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from tocsin.act.containment import course
from tocsin.act.containment import plan as rules
from tocsin.alert.entries import Wanted as Entry
from tocsin.core.errors import InputError, OutsideError, RefusedError
from tocsin.core.incident import EventKind
from tocsin.core.orders import (
    ASK_AGAIN,
    Door,
    Order,
    Seen,
    State,
    UnreachableError,
    Wanted,
)
from tocsin.core.outgoing import Outgoing, Target, Verifies
from tocsin.core.records import Says
from tocsin.core.tables import ACCOUNT_NAMES
from tocsin.flow.contain import Plan, approved, keep, plans, read
from tocsin.flow.incident import refuse_if_closed
from tocsin.flow.journal import record
from tocsin.flow.world import World

T = TypeVar("T")

DOUBTS = 2
"""Times that one command asks again about an order without receipt before it says so."""

Document = dict[str, Any]
Opens = Callable[[Target], Door]
"""Makes the door of a target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What reaches outside: the targets of now, what opens their doors, what checks a key."""

    outgoing: Outgoing
    opens: Opens
    verifies: Verifies


class Once:
    """A door that is not waited for again once it could not be reached in this run."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._away: UnreachableError | None = None

    def look(self, order: Order, names: tuple[str, ...]) -> Seen:
        """See the port."""
        return self._reach(self._door.look, order, names)

    def close(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""
        return self._reach(self._door.close, order, names)

    def reopen(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""
        return self._reach(self._door.reopen, order, names)

    def _reach(
        self,
        ask: Callable[[Order, tuple[str, ...]], T],
        order: Order,
        names: tuple[str, ...],
    ) -> T:
        if self._away is not None:
            raise self._away
        try:
            return ask(order, names)
        except UnreachableError as error:
            self._away = error
            raise


Moves = Callable[[Door, Order, tuple[str, ...]], Order]


def apply(world: World, name: str, hands: Hands, *, by: str, why: str) -> Document:
    """Close what the plan says. What has its receipt is left alone.

    Raises:
        InputError: no such plan, nobody named, no reason.
        RefusedError: a second named human must sign; a target is no longer where it was.
    """
    for option, text in (("--by", by), ("--why", why)):
        if not text.strip():
            raise InputError(
                Says(f"{option} est vide", f"{option} is empty"),
                next_step=Says("Dites qui ferme, et pourquoi.", "Say who closes, and why."),
            )
    plan = read(world, name)
    if any(o.wanted is Wanted.OPEN for o in plan.orders):
        raise RefusedError(
            Says(
                "ce plan est défait, ou en train de l'être",
                "this plan is undone, or being undone",
            ),
            next_step=Says(
                "Faites un nouveau plan, ou achevez la remise en état avec `contain undo`.",
                "Make a new plan, or end the undoing with `contain undo`.",
            ),
            where=name,
        )
    _second_human(world, plan, hands.verifies, by)
    if any(course.to_close(o) for o in plan.orders):
        facts = {"plan": name, "digest": plan.kept["digest"], "why": why.strip()}
        world.case.note("contain_applied", facts, by=by.strip())

    def close(door: Door, order: Order, names: tuple[str, ...]) -> Order:
        return _closed(world, name, door, order, names)

    plan = _each(world, plan, hands, close, course.to_close)
    if all(order.state in course.DONE for order in plan.orders):
        _contained(world, plan, by=by.strip(), why=why.strip())
    return plan.document()


def verify(world: World, name: str, hands: Hands) -> Document:
    """Ask each target again how the door stands."""
    unasked: list[str] = []

    def ask(door: Door, order: Order, names: tuple[str, ...]) -> Order:
        try:
            seen = door.look(order, names)
        except OutsideError:
            unasked.append(order.key)
            return order
        return keep(world, name, course.asked_again(order, seen, _now(world)))

    plan = _each(world, read(world, name), hands, ask, _was_tried)
    states = {order.key: str(order.state) for order in plan.orders}
    world.case.note("contain_verified", {"plan": name, "states": states, "unasked": unasked})
    return {**plan.document(), "unasked": unasked}


def verify_all(world: World, hands: Hands) -> Document:
    """Ask about every plan of the case."""
    return {"plans": [verify(world, plan.id, hands) for plan in plans(world)]}


def undo(world: World, name: str, hands: Hands, *, by: str, why: str) -> Document:
    """Put each door back as it stood before."""
    plan = read(world, name)
    if any(course.to_reopen(o) for o in plan.orders):
        facts = {"plan": name, "why": why.strip()}
        world.case.note("contain_undone", facts, by=by.strip())

    def reopen(door: Door, order: Order, names: tuple[str, ...]) -> Order:
        if not order.tries:
            return keep(world, name, course.nothing_done(order, _now(world)))
        for _ in range(1 + DOUBTS):
            order = _tried(world, name, order, Wanted.OPEN, lambda o: door.reopen(o, names))
            if order.state is not State.UNCERTAIN:
                break
        return order

    return _each(world, plan, hands, reopen, course.to_reopen).document()


def _each(
    world: World,
    plan: Plan,
    hands: Hands,
    move: Moves,
    which: Callable[[Order], bool],
) -> Plan:
    """Move the plan's orders one by one; one that fails does not hold the others."""
    refuse_if_closed(world.case.journal(), world.case.where(""))
    targets = {target.id: target for target in hands.outgoing.targets}
    chosen = [order for order in plan.orders if which(order)]
    _same_places(plan, targets, chosen)
    names = _names(world, {order.account for order in chosen}) if chosen else {}
    doors = {name: Once(hands.opens(targets[name])) for name in {o.target for o in chosen}}
    for order in chosen:
        move(doors[order.target], order, names.get(order.account, (order.account,)))
    return read(world, plan.id)


def _closed(world: World, plan: str, door: Door, order: Order, names: tuple[str, ...]) -> Order:
    """Close; what has no receipt is asked about at once, a few times."""
    order = _close(world, plan, door, order, names)
    for _ in range(DOUBTS):
        if order.state is State.UNCERTAIN:
            order = _close(world, plan, door, order, names)
    return order


def _close(world: World, plan: str, door: Door, order: Order, names: tuple[str, ...]) -> Order:
    try:
        seen = door.look(order, names)
    except OutsideError as error:
        # Nothing left now; what may have left before stays in doubt.
        if order.state in (State.SENT, State.UNCERTAIN):
            return order
        return keep(world, plan, course.failed(order, error, _now(world)))
    order = course.remembered(order, seen)
    if course.closes_by_itself(order, seen):
        return keep(world, plan, course.received(order, seen.says, _now(world)))
    return _tried(world, plan, order, Wanted.CLOSED, lambda o: door.close(o, names))


def _tried(
    world: World, plan: str, order: Order, wanted: Wanted, act: Callable[[Order], Any]
) -> Order:
    """Keep that it leaves, let it leave, keep what came back."""
    leaving = keep(world, plan, course.leaving(order, wanted))
    try:
        says = act(leaving)
    except OutsideError as error:
        return keep(world, plan, course.failed(leaving, error, _now(world)))
    return keep(world, plan, course.received(leaving, says, _now(world)))


def _second_human(world: World, plan: Plan, signed: Verifies, by: str) -> None:
    if not plan.approvals_needed:
        return
    others = {n for n in approved(world, plan, signed) if n.casefold() != by.strip().casefold()}
    if not others:
        stopped = plan.kept["stops"]["counts"]["accounts"]
        raise RefusedError(
            Says(
                f"ce plan arrête {stopped} professionnels : une seconde personne "
                "nommée doit le signer",
                f"this plan stops {stopped} professionals: a second named person must sign it",
            ),
            next_step=Says(
                f"Un approbateur lance : tocsin act CASE contain approve {plan.id} --key FILE",
                f"An approver runs: tocsin act CASE contain approve {plan.id} --key FILE",
            ),
            where=plan.id,
        )


def _same_places(plan: Plan, targets: Mapping[str, Target], chosen: list[Order]) -> None:
    now = rules.places_of(targets.values())
    for order in chosen:
        if now.get(order.target) != plan.kept["places"][order.target]:
            raise RefusedError(
                Says(
                    f"la cible {order.target} n'est plus ce que dit le plan",
                    f"the target {order.target} is no longer what the plan says",
                ),
                next_step=Says(
                    "Rétablissez la cible du fichier estate.toml, ou faites un nouveau plan.",
                    "Put the estate file's target back, or make a new plan.",
                ),
                where=plan.id,
            )


def _names(world: World, accounts: set[str]) -> Mapping[str, tuple[str, ...]]:
    """The names of each account, itself first; they are contacts too, and stay in memory."""
    opened = world.case.vault.open(ACCOUNT_NAMES.name)
    world.case.note("vault_opened", {"tables": [ACCOUNT_NAMES.name], "why": "containment"})
    found: dict[str, tuple[str, ...]] = {account: (account,) for account in accounts}
    for row in opened[ACCOUNT_NAMES.name].to_pylist():
        account, name = row["account"], row["name"]
        if account in found and name not in found[account]:
            found[account] = (*found[account], name)
    return found


def _contained(world: World, plan: Plan, *, by: str, why: str) -> None:
    """Write down that the door is closed, as of its last receipt; twice is once."""
    from_proofs = [str((order.proof or {}).get("at", "")) for order in plan.orders]
    kept = world.case.read_json(f"act/contain/{plan.id}/contained.json")
    if not isinstance(kept, dict):
        kept = {"at": max(from_proofs), "by": by, "why": why}
        world.case.write_json(f"act/contain/{plan.id}/contained.json", kept)
    entry = Entry(
        event=EventKind.CONTAINED,
        at=datetime.fromisoformat(str(kept["at"])),
        by=str(kept["by"]),
        why=str(kept["why"]),
    )
    record(world, entry)


def _was_tried(order: Order) -> bool:
    return bool(order.tries)


def _now(world: World) -> str:
    return world.clock.now().isoformat()


def unfinished(document: Mapping[str, Any]) -> OutsideError | None:
    """The error of a verb whose orders did not all end well; None if they did."""
    left = [o for o in document["orders"] if o["state"] in ("failed", "uncertain", "sent")]
    unasked = document.get("unasked", [])
    if not left and not unasked:
        return None
    first = left[0] if left else {"target": "", "key": unasked[0]}
    return OutsideError(
        Says(
            f"{len(left) + len(unasked)} ordres sans reçu, ou sur lesquels la "
            "cible n'a pas pu être interrogée",
            f"{len(left) + len(unasked)} orders have no receipt, or could not be asked about",
        ),
        next_step=ASK_AGAIN,
        where=f"{first['target']} {first['key']}".strip(),
    )
