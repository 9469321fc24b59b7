""" "Is it over?": the trails later than the closing, searched again for the same thief."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.act.containment import later
from tocsin.act.containment.over import NOT_CLOSED, Known, ending
from tocsin.alert import reading
from tocsin.core.ending import Again, Ending, Own
from tocsin.core.incident import EventKind
from tocsin.core.orders import State
from tocsin.core.records import Place
from tocsin.core.tables import ACCESS, ACTS, COVERAGE, SESSIONS
from tocsin.detect.places import prefix_of
from tocsin.flow.contain import PLACE, Plan, plans
from tocsin.flow.world import World, bind_published, rows_of

READS = (ACCESS, ACTS, SESSIONS, COVERAGE)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = dict[str, Any]


def over(world: World) -> Ending:
    """The answer to Q07, from the newest published tables. The vault stays closed."""
    made = plans(world)
    standing = [p for p in made if not all(o.state is State.UNDONE for o in p.orders)]
    undone = {_closed_at(world, plan) for plan in made if plan not in standing}
    closings = [at for at in _closings(world) if at not in undone]
    if not closings:
        return NOT_CLOSED
    at = max(closings)
    bind_published(world, *READS)
    _networks(world)
    closed = sorted({o.account for p in standing for o in p.orders if o.account and o.tries})
    world.engine.bind_arrow(later.CLOSED, rows_of(later.CLOSED, [(a,) for a in closed]))
    for step in later.search(int(at.timestamp() * 1_000_000)):
        world.engine.run(step)
    shown = _rows(world, later.SHOWN.name, ("source",))
    suspects = _rows(world, later.SUSPECT.name, ("start_us", "session"))
    return ending(
        Known(
            contained_at=at,
            again=tuple(map(_again, _rows(world, later.AGAIN.name, ("first_us", "account")))),
            usurped=_sessions(suspects, "usurped"),
            undecided=_sessions(suspects, "undecided"),
            own=tuple(map(_own, _rows(world, later.OWN.name, ("account",)))),
            shown_until=tuple((row["source"], _at(row["until_us"])) for row in shown),
            dark=tuple(row["source"] for row in shown if row["dark_us"]),
            thief_known=world.engine.count(later.THIEF.name) > 0,
            fresh=_fresh(world),
            orders=tuple(State(order.state) for plan in standing for order in plan.orders),
        )
    )


def _closings(world: World) -> list[datetime]:
    """The closings on record, by a plan or by a person's word."""
    history = reading.history(world.case.journal(), world.case.facts)
    return [r.at for r in history.standing if r.event is EventKind.CONTAINED]


def _closed_at(world: World, plan: Plan) -> datetime | None:
    """When a plan's closing was recorded; None if it was not."""
    kept = world.case.read_json(f"{PLACE}/{plan.id}/contained.json")
    return datetime.fromisoformat(str(kept["at"])) if isinstance(kept, dict) else None


def document(found: Ending) -> Mapping[str, Any]:
    """The answer as the verbs print it."""
    return {
        "finding": str(found.finding),
        "contained_at": _text(found.contained_at),
        "trailed_until": _text(found.trailed_until),
        "says": {"fr": found.says.fr, "en": found.says.en},
        "because": [{"fr": s.fr, "en": s.en} for s in found.because],
        "again": [
            {
                "account": one.account,
                "trait": one.trait,
                "value": one.value,
                "acts": one.acts,
                "let_in": one.let_in,
                "first_at": _text(one.first_at),
                "last_at": _text(one.last_at),
                "place": {
                    "source": one.first.source,
                    "digest": one.first.digest,
                    "position": one.first.position,
                    "event_id": one.first.event_id,
                }
                if one.first
                else None,
            }
            for one in found.again
        ],
        "own": [
            {
                "account": one.account,
                "acts": one.acts,
                "let_in": one.let_in,
                "first_at": _text(one.first_at),
                "last_at": _text(one.last_at),
            }
            for one in found.own
        ],
    }


def _networks(world: World) -> None:
    """The network of each distinct address."""
    world.engine.run(later.addresses())
    listed = world.engine.fetch(later.ADDRESSES.name)["address"].to_pylist()
    rows = [(address, prefix_of(address)) for address in listed]
    world.engine.bind_arrow(later.NETWORKS, rows_of(later.NETWORKS, rows))


def _fresh(world: World) -> bool:
    """Whether detection ran after the last ingestion."""
    last = {"ingested": -1, "detected": -1}
    for n, line in enumerate(world.case.journal()):
        event = json.loads(line)["event"]
        if event in last:
            last[event] = n
    return last["detected"] > last["ingested"]


def _rows(world: World, relation: str, order: tuple[str, ...]) -> list[Row]:
    rows: list[Row] = world.engine.fetch(relation, order=order).to_pylist()
    return rows


def _again(row: Row) -> Again:
    return Again(
        account=row["account"],
        trait=row["trait"],
        value=row["value"],
        acts=int(row["acts"]),
        let_in=int(row["let_in"]),
        first_at=_instant(row["first_us"]),
        last_at=_instant(row["last_us"]),
        first=Place(
            source=row["source"],
            digest=row["digest"],
            position=row["position"],
            event_id=row["event_id"],
        ),
    )


def _sessions(rows: list[Row], verdict: str) -> tuple[Again, ...]:
    return tuple(
        Again(
            account=row["account"],
            trait="session",
            value=row["session"],
            acts=int(row["acts"]),
            let_in=int(row["acts"]),
            first_at=_instant(row["start_us"]),
            last_at=_instant(row["end_us"]),
            first=None,
        )
        for row in rows
        if row["verdict"] == verdict
    )


def _own(row: Row) -> Own:
    return Own(
        account=row["account"],
        acts=int(row["acts"]),
        let_in=int(row["let_in"]),
        first_at=_instant(row["first_us"]),
        last_at=_instant(row["last_us"]),
    )


def _instant(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=int(us))


def _at(us: int | None) -> datetime | None:
    return None if us is None else _instant(us)


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
