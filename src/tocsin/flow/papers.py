"""The documents of a case: what it knows, the papers drafted from it, what is stale."""

from collections.abc import Mapping
from typing import Any

from tocsin.act.documents import stale
from tocsin.act.documents.facts import Care, Known
from tocsin.act.documents.fields import Paper
from tocsin.act.documents.filings import filings
from tocsin.act.documents.published import published
from tocsin.act.report.findings import Scoped, summary
from tocsin.core.incident import EventKind, History, Recorded
from tocsin.core.records import Says
from tocsin.flow.decided import Decided
from tocsin.flow.over import over
from tocsin.flow.world import World

FOLDER = "act/documents"
FINALS = f"{FOLDER}/finals.json"
HISTORY = f"{FOLDER}/history"

Document = dict[str, Any]


def known(
    world: World, decided: Decided, contacts: Mapping[str, Mapping[str, str]] | None = None
) -> Known:
    """Everything that the documents may say, from what stands in the case.

    Args:
        decided: what `decide` found.
        contacts: of the controllers, where the vault was opened for them.
    """
    found, document = decided.incident, decided.document
    care = document.get("care")
    scoped = summary(world.case.read_json("scope/summary.json"), Scoped)
    return Known(
        case=str(world.case.facts["id"]),
        estate=world.estate,
        now=world.clock.now(),
        history=found.history,
        controllers=found.controllers,
        processor=found.processor,
        contacts=contacts or {},
        scoped=scoped,
        counts={c.controller: c.persons for c in scoped.controllers} if scoped else {},
        attack=decided.attack,
        reach=decided.reach,
        clocks={(c["duty"], c["controller"]): c for c in document["clocks"]},
        risk=document["risk"],
        care=_care(care) if isinstance(care, Mapping) else None,
        indicators=indicators(world.case.read_json("detect/summary.json")),
        over=_over(world),
        picture=decided.picture,
        filed=kept_figures(world, found.history),
    )


def drafted(facts: Known) -> tuple[Paper, ...]:
    """Every document, filings first."""
    return (*filings(facts), *published(facts))


def indicators(detected: object) -> dict[str, tuple[str, ...]]:
    """Traits of the campaigns, by kind; never an account or a person."""
    found: dict[str, list[str]] = {"address": [], "network": [], "client": []}
    campaigns = detected.get("campaigns", []) if isinstance(detected, dict) else []
    for campaign in campaigns:
        traits = campaign.get("traits") if isinstance(campaign, dict) else None
        for kind, values in found.items():
            listed = traits.get(f"{kind}s", ()) if isinstance(traits, dict) else ()
            more = listed if kind != "address" else (*listed, *_addresses(traits))
            values += [str(v) for v in more]
    return {kind: tuple(dict.fromkeys(values)) for kind, values in found.items()}


def _addresses(traits: object) -> tuple[str, ...]:
    return tuple(traits.get("addresses", ())) if isinstance(traits, dict) else ()


def kept_figures(world: World, history: History) -> dict[str, Mapping[str, Any]]:
    """The figures of each paper that was made final, else as it stood when it left."""
    finals = world.case.read_json(FINALS)
    found: dict[str, Mapping[str, Any]] = {}
    if isinstance(finals, dict):
        found = {id_: row["figures"] for id_, row in finals.items()}
    past = _past(world)
    for record in history.standing:
        served = _served(record)
        before = [row for at, row in past if at <= record.recorded_at.isoformat()]
        if served is None or not before:
            continue
        for id_, row in before[-1].items():
            if (row["duty"], row["controller"]) == served:
                found.setdefault(id_, row["figures"])
    return found


def _served(record: Recorded) -> tuple[str, str] | None:
    """The duty and the party whose documents left the house with a record; None for none."""
    if record.event is EventKind.FILED:
        return record.duty, record.controller
    duty = _LEFT_WITH.get(record.event)
    return None if duty is None else (duty, record.controller)


_LEFT_WITH = {
    EventKind.TOLD_CONTROLLER: "gdpr-33-2",
    EventKind.COMPLAINED: "insurance-l12-10-1",
    EventKind.PUBLISHED: "",
}
"""What leaves with an event that is no filing: the notice, the complaint, the texts."""


def _past(world: World) -> list[tuple[str, Document]]:
    kept = [world.case.read_json(f"{HISTORY}/{name}") for name in world.case.listed(HISTORY)]
    rows = [(str(k["made_at"]), k["documents"]) for k in kept if isinstance(k, dict)]
    return sorted(rows, key=lambda row: row[0])


def states(facts: Known, papers: tuple[Paper, ...], finals: object) -> list[Document]:
    """Each document with its state, and what of it is stale, with the correction."""
    made = finals if isinstance(finals, dict) else {}
    return [
        {
            "id": paper.id,
            "duty": paper.duty,
            "controller": paper.controller,
            "state": _state(facts, paper, made),
            "stale": _stale(facts, paper),
        }
        for paper in papers
    ]


def _state(facts: Known, paper: Paper, finals: Mapping[str, Any]) -> str:
    filed = paper.duty and facts.history.first(
        EventKind.FILED, controller=paper.controller, duty=paper.duty
    )
    told = paper.duty == "gdpr-33-2" and facts.history.first(
        EventKind.TOLD_CONTROLLER, controller=paper.controller
    )
    lodged = paper.id == "complaint" and facts.first(EventKind.COMPLAINED)
    if (filed or told or lodged) and not paper.id.startswith("cnil-complementary"):
        return "filed"
    if paper.id in finals:
        return "final"
    return "proposition" if paper.proposition else "draft"


def _stale(facts: Known, paper: Paper) -> list[Document]:
    before = facts.filed.get(paper.id)
    if before is None:
        return []
    return [
        {
            "field": change.field,
            "label": _both(change.label),
            "was": _both(change.was),
            "now": _both(change.now),
        }
        for change in stale.changes(paper.fields, before)
    ]


def _care(row: Mapping[str, Any]) -> Care:
    return Care(
        mood=str(row["mood"]),
        says=Says(row["says"]["fr"], row["says"]["en"]),
        because=tuple(Says(b["fr"], b["en"]) for b in row.get("because", ())),
    )


def _over(world: World) -> Says | None:
    """What the trails later than the closing answer to "is it over?"; None if not closed."""
    found = over(world)
    return found.says if found.contained_at else None


def _both(says: Says) -> dict[str, str]:
    return {"fr": says.fr, "en": says.en}
