"""Containment, before anything leaves: the plan, whom it stops, who approved it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tocsin.act.containment import plan as rules
from tocsin.act.containment.plan import Asked
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.orders import Do, Order, State, Wanted
from tocsin.core.outgoing import Approval, Outgoing, Target, Verifies, approved_by
from tocsin.core.records import Says
from tocsin.flow.contain_asked import checked, stops
from tocsin.flow.incident import refuse_if_closed
from tocsin.flow.world import World

PLACE = "act/contain"
"""Below it, one folder a plan: plan.json, orders/KEY.json once tried, approvals/."""

MOVES = ("state", "wanted", "before", "tries", "proof")
"""What changes of an order once it is planned; the rest is the plan's."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as the case keeps it, its orders where they stand now."""

    id: str
    kept: Mapping[str, Any]
    orders: tuple[Order, ...]
    approved_by: tuple[str, ...] = ()  # who signed, as it was checked then

    @property
    def approvals_needed(self) -> int:
        """How many second humans must sign."""
        return int(rules.many(len(self.kept["stops"]["accounts"])))

    def document(self) -> Document:
        """What the verbs print (contract, section 3)."""
        return {
            "plan": self.id,
            "digest": self.kept["digest"],
            "approvals_needed": self.approvals_needed,
            "approved_by": list(self.approved_by),
            "orders": [order_document(order, self.kept) for order in self.orders],
            "stops": self.kept["stops"],
        }


def order_document(order: Order, kept: Mapping[str, Any]) -> Document:
    """One order as it is printed."""
    shown: Document = {
        "key": order.key,
        "target": order.target,
        "do": str(order.do),
        "account": order.account,
        "state": str(order.state),
        "proof": order.proof,
        "closes": kept["closes"].get(order.target, []),
    }
    for name in ("address", "session"):
        if getattr(order, name):
            shown[name] = getattr(order, name)
    return shown


def make(world: World, asked: Asked, outgoing: Outgoing) -> Document:
    """Plan: the orders and whom they stop. Nothing leaves; the same question is the same plan.

    Raises:
        InputError: an account, an address or a target that is not known, or nothing to do.
        RefusedError: the case is closed.
    """
    refuse_if_closed(world.case.journal(), world.case.where(""))
    asked = checked(world, asked)
    case_id = str(world.case.facts["id"])
    generation = 0
    name = rules.plan_id(case_id, asked, generation)
    places = rules.places_of(outgoing.targets)
    while (plan := _there(world, name)) is not None and _past(plan, places):
        generation += 1
        name = rules.plan_id(case_id, asked, generation)
    if plan is not None and _begun(plan):
        return plan.document()
    orders = rules.orders_of(case_id, name, asked, outgoing.targets)
    used = {order.target for order in orders}
    targets = [target for target in outgoing.targets if target.id in used]
    kept = _kept(world, name, asked, orders, targets)
    world.case.write_json(f"{PLACE}/{name}/plan.json", kept)
    facts = {"plan": name, "digest": kept["digest"], "orders": len(orders)}
    world.case.note("contain_planned", {**facts, "accounts": list(asked.accounts)})
    return read(world, name).document()


def approve(world: World, name: str, approval: Approval, verifies: Verifies) -> Document:
    """Keep the signature of an enrolled human on the plan's digest.

    Raises:
        RefusedError: the key is not enrolled, or signed something else.
    """
    plan = read(world, name)
    names = _approvers(world, plan, (approval,), verifies)
    if not names:
        raise RefusedError(
            Says(
                "cette clé n'est pas celle d'un approbateur inscrit à l'ouverture du dossier",
                "this key is not that of an approver enrolled when the case was opened",
            ),
            next_step=Says(
                "Signez avec la clé d'une personne que nomme [[approver]] du "
                "fichier estate.toml.",
                "Sign with the key of a person whom the estate's [[approver]] names.",
            ),
            where=name,
        )
    place = f"{PLACE}/{name}/approvals/{approval.key[-16:]}.json"
    world.case.write_json(place, {**asdict(approval), "name": names[0]})
    world.case.note(
        "contain_approved", {"plan": name, "digest": plan.kept["digest"]}, by=names[0]
    )
    return read(world, name).document()


def approved(world: World, plan: Plan, verifies: Verifies) -> tuple[str, ...]:
    """Who signed exactly this plan."""
    fields = ("purpose", "digest", "key", "signature")
    found = [
        Approval(**{field: str(said.get(field, "")) for field in fields})
        for said in _approvals(world, plan.id)
    ]
    return _approvers(world, plan, tuple(found), verifies)


def plans(world: World) -> tuple[Plan, ...]:
    """Every plan of the case, in the order of their making."""
    names = [
        name
        for name in world.case.listed(PLACE)
        if world.case.read_json(f"{PLACE}/{name}/plan.json") is not None
    ]
    return tuple(sorted((read(world, n) for n in names), key=lambda p: str(p.kept["made_at"])))


def states_of(world: World) -> list[Document]:
    """Each plan in a line: how many orders stand in each state."""
    return [
        {"plan": plan.id, "orders": dict(Counter(str(order.state) for order in plan.orders))}
        for plan in plans(world)
    ]


def read(world: World, name: str) -> Plan:
    """A plan of the case.

    Raises:
        InputError: there is none of that name.
        RefusedError: it is no longer what was planned.
    """
    kept = world.case.read_json(f"{PLACE}/{name}/plan.json") if name.isalnum() else None
    if not isinstance(kept, dict):
        raise InputError(
            Says("le dossier n'a pas ce plan", "the case has no such plan"),
            next_step=Says(
                "Faites-en un : tocsin act CASE contain plan --account ID --do revoke",
                "Make one with: tocsin act CASE contain plan --account ID --do revoke",
            ),
            where=name[:40],
        )
    if rules.digest_of_plan(kept) != kept["digest"]:
        raise RefusedError(
            Says(
                "le plan a été modifié depuis qu'il a été fait",
                "the plan was altered since it was made",
            ),
            next_step=Says(
                "Refaites-le, et cherchez qui a écrit dans le dossier de l'affaire.",
                "Make it again, and look for who wrote in the case's folder.",
            ),
            where=name,
        )
    orders = []
    for said in kept["orders"]:
        later = world.case.read_json(f"{PLACE}/{name}/orders/{said['key']}.json")
        moved = (
            {n: v for n, v in later.items() if n in MOVES} if isinstance(later, dict) else {}
        )
        orders.append(_order({**said, **moved}))
    signed = [s for s in _approvals(world, name) if s.get("digest") == kept["digest"]]
    names = tuple(sorted(str(said.get("name", "")) for said in signed))
    return Plan(id=name, kept=kept, orders=tuple(orders), approved_by=names)


def _approvals(world: World, name: str) -> list[Mapping[str, Any]]:
    folder = f"{PLACE}/{name}/approvals"
    found = [world.case.read_json(f"{folder}/{file}") for file in world.case.listed(folder)]
    return [said for said in found if isinstance(said, dict)]


def keep(world: World, name: str, order: Order) -> Order:
    """Write down where an order stands, before anything else happens."""
    world.case.write_json(f"{PLACE}/{name}/orders/{order.key}.json", asdict(order))
    return order


# How a plan is made --------------------------------------------------------------------------


def _kept(
    world: World, name: str, asked: Asked, orders: list[Order], targets: list[Target]
) -> Document:
    services = [service.id for service in world.estate.services]
    kept: Document = {
        "plan": name,
        "made_at": world.clock.now().isoformat(),
        "accounts": list(asked.accounts),
        "orders": [asdict(order) for order in orders],
        "places": rules.places_of(targets),
        "closes": {t.id: rules.closed_services(t, services) for t in targets},
        "stops": stops(world, asked, targets),
    }
    kept["digest"] = rules.digest_of_plan(kept)
    return kept


def _there(world: World, name: str) -> Plan | None:
    """The plan of that name; None if there is none."""
    there = world.case.read_json(f"{PLACE}/{name}/plan.json")
    return None if there is None else read(world, name)


def _begun(plan: Plan) -> bool:
    return any(order.state is not State.PLANNED for order in plan.orders)


def _past(plan: Plan, places: Mapping[str, str]) -> bool:
    """Whether a plan is over: undone, or begun on targets that are no longer there."""
    if all(order.state is State.UNDONE for order in plan.orders):
        return True
    moved = any(places.get(name) != place for name, place in plan.kept["places"].items())
    return moved and _begun(plan)


def _approvers(
    world: World, plan: Plan, approvals: tuple[Approval, ...], verifies: Verifies
) -> tuple[str, ...]:
    return approved_by(
        approvals,
        world.estate.approvers,
        purpose=rules.PURPOSE,
        digest=str(plan.kept["digest"]),
        verifies=verifies,
    )


def _order(said: Mapping[str, Any]) -> Order:
    return Order(
        **{
            **said,
            "do": Do(said["do"]),
            "state": State(said["state"]),
            "wanted": Wanted(said["wanted"]),
        }
    )
