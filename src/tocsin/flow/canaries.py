"""Canaries of a case: planted, touched, confirmed; a hit is tied to sessions and campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from tocsin.act.canaries.identities import Canary, as_rows, from_rows
from tocsin.act.canaries.ringing import Touch, reached, touch
from tocsin.act.phishing.verdict import check
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.evidence import digest_of
from tocsin.core.messages import Message, Senders
from tocsin.core.records import Says
from tocsin.core.tables import PERSONS
from tocsin.core.vocabulary import TEST_STATUS
from tocsin.flow.reports import Given, campaigns, take_in
from tocsin.flow.sightings import sightings
from tocsin.flow.world import World

REGISTRY, HITS, TABLE = "act/canaries/canaries.json", "act/canaries/hits.json", "canaries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """Who decides, and why."""

    by: str
    why: str

    def __post_init__(self) -> None:
        for name, text in (("--by", self.by), ("--why", self.why)):
            if not text.strip():
                raise InputError(
                    Says(f"{name} est vide", f"{name} is empty"),
                    next_step=Says(
                        "Dites qui décide, et pourquoi.", "Say who decides, and why."
                    ),
                )


def plant(world: World, canaries: Sequence[Canary], human: Human) -> dict[str, Any]:
    """Keep canaries: identities in the vault, where they stand in the registry.

    Raises:
        InputError: a canary is already known.
        RefusedError: a real person bears the same name and birth date.
    """
    known = _opened(world, "planting canaries")
    taken = {c.person for c in known} & {c.person for c in canaries}
    if taken:
        raise InputError(
            Says(
                f"déjà un canari : {sorted(taken)[0]}", f"already a canary: {sorted(taken)[0]}"
            ),
            next_step=Says(
                "Voyez les canaris : tocsin canary CASE list",
                "See them with: tocsin canary CASE list",
            ),
        )
    standing = _in_directory(world, canaries)
    world.case.vault.seal({TABLE: pa.Table.from_pylist(as_rows([*known, *canaries]))})
    at = _iso(world.clock.now())
    registry = _rows(world, REGISTRY)
    for canary in canaries:
        registry.append(
            {
                "canary": canary.person,
                "service": canary.service,
                "controller": canary.controller,
                "planted_at": at,
                "by": human.by,
                "in_directory": canary.person in standing,
            }
        )
    world.case.write_json(REGISTRY, registry)
    facts = {"canaries": [c.person for c in canaries], "why": human.why}
    world.case.note("canaries_planted", facts, by=human.by)
    return {
        "planted": len(canaries),
        "canaries": registry[-len(canaries) :] if canaries else [],
    }


def listed(world: World) -> dict[str, Any]:
    """The canaries and their hits, without names."""
    return {"canaries": _rows(world, REGISTRY), "hits": _rows(world, HITS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that came to a canary's mailbox or number."""

    message: Message
    at: datetime
    to: str
    digest: str


def hit(world: World, arrival: Arrival, senders: Senders) -> dict[str, Any]:
    """Note a message at a canary; tie it to the service, the sessions and the campaign.

    Raises:
        InputError: the message reached no canary.
    """
    canaries = _opened(world, "a message at a canary")
    found = reached(arrival.message, canaries, to=arrival.to)
    if not found:
        raise InputError(
            Says("ce message n'a touché aucun canari", "this message reached no canary"),
            next_step=Says(
                "Donnez --to ADDRESS si le message ne dit pas où il est arrivé.",
                "Give --to ADDRESS if the message does not say where it came.",
            ),
        )
    checked = check(arrival.message, senders)
    hits = _rows(world, HITS)
    told = []
    for canary, by in found:
        one = _told(
            world, touch(arrival.message, checked, canary, by), arrival, checked.verdict
        )
        hits = [h for h in hits if h["hit"] != one["hit"]] + [one]
        told.append(one)
    world.case.write_json(HITS, hits)
    rung = [h["hit"] for h in told if h["stage"] == "confirmed"]
    facts = {"hits": [h["hit"] for h in told], "confirmed": rung}
    world.case.note("canary_touched", facts)
    if rung:
        _as_report(world, arrival, str(told[0]["canary"]), senders)
    return _with_campaigns(world, told)


def confirm(world: World, hit_id: str, human: Human) -> dict[str, Any]:
    """A named human says that a touch was somebody's doing: it rings.

    Raises:
        InputError: no such hit.
        RefusedError: the touch was a robot's.
    """
    hits = _rows(world, HITS)
    one = next((h for h in hits if h["hit"] == hit_id), None)
    if one is None:
        raise InputError(
            Says("cette touche n'existe pas", "no such hit"),
            next_step=Says(
                "Voyez les canaris : tocsin canary CASE list",
                "See them with: tocsin canary CASE list",
            ),
        )
    if one["stage"] == "ignored":
        raise RefusedError(
            Says(
                "la touche d'un robot ne peut pas être confirmée",
                "a robot's touch cannot be confirmed",
            ),
            next_step=Says(
                "Apportez un message que quelqu'un a écrit.",
                "Bring in a message that somebody wrote.",
            ),
        )
    one |= {
        "stage": "confirmed",
        "why": "confirmed_by_a_human",
        "confirmed_by": human.by,
        "alert": True,
    }
    world.case.write_json(HITS, hits)
    world.case.note("canary_confirmed", {"hit": hit_id, "why": human.why}, by=human.by)
    return _with_campaigns(world, [one])


def _told(world: World, found: Touch, arrival: Arrival, verdict: str) -> dict[str, Any]:
    canary = found.canary
    return {
        "hit": "H-" + digest_of(f"{canary.person}\x1f{arrival.digest}")[:10],
        "canary": canary.person,
        "at": _iso(arrival.at),
        "by": found.by,
        "stage": found.stage,
        "why": found.why,
        "verdict": verdict,
        "alert": found.stage == "confirmed",
        "service": canary.service,
        "controller": canary.controller,
        "sessions": sightings(world, canary),
        "digest": arrival.digest,
    }


def _as_report(world: World, arrival: Arrival, canary: str, senders: Senders) -> None:
    """The message joins the reported ones, so that its campaign is known."""
    given = Given(
        message=arrival.message, at=arrival.at, reporter=canary, digest=arrival.digest
    )
    take_in(world, [given], senders)


def _with_campaigns(world: World, hits: list[dict[str, Any]]) -> dict[str, Any]:
    ids = {digest_of(f"{h['digest']}\x1f{h['canary']}")[:16]: h for h in hits}
    found = campaigns(world)["campaigns"] if hits else []
    for campaign in found:
        for report in campaign["ids"]:
            if report in ids:
                ids[report]["campaign"] = campaign["campaign"]
    return {"alert": any(h["alert"] for h in hits), "hits": hits}


def _opened(world: World, why: str) -> tuple[Canary, ...]:
    """The canaries in the vault; none where none was planted."""
    if not _rows(world, REGISTRY):
        return ()
    rows = world.case.vault.open(TABLE)[TABLE].to_pylist()
    world.case.note("vault_opened", {"tables": [TABLE], "why": why})
    return from_rows(rows)


def _in_directory(world: World, canaries: Sequence[Canary]) -> frozenset[str]:
    """The canaries that the directory image holds already, each checked to be nobody.

    Raises:
        RefusedError: the directory holds the id as a real person, or a homonym.
    """
    rows = world.case.vault.open(PERSONS.name)[PERSONS.name]
    world.case.note("vault_opened", {"tables": [PERSONS.name], "why": "canaries are nobody"})
    names = {(c.birth_name.casefold(), c.birth_date) for c in canaries}
    ids = {c.person for c in canaries}
    standing = set()
    columns = ("person", "identity_status", "birth_name", "birth_date")
    for person, status, name, born in zip(
        *(rows.column(c).to_pylist() for c in columns), strict=True
    ):
        fictive = (status or "").strip().upper() == TEST_STATUS
        if person in ids and fictive:
            standing.add(person)
        elif person in ids or ((name or "").casefold(), born) in names:
            raise RefusedError(
                Says(
                    "une personne de l'annuaire a cette identité, et n'est pas marquée FICT",
                    "a person of the directory has this identity, and is not flagged FICT",
                ),
                next_step=Says(
                    "Choisissez une autre identité : un canari n'est personne.",
                    "Choose another identity: a canary is nobody.",
                ),
                where=str(person),
            )
    return frozenset(standing)


def _rows(world: World, name: str) -> list[dict[str, Any]]:
    rows = world.case.read_json(name)
    return list(rows) if isinstance(rows, list) else []


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def controllers_of(world: World) -> Mapping[str, Mapping[str, str]]:
    """The controllers of the directory, each with the city of one of its persons."""
    opened = world.case.vault.open("controllers", "persons", "person_controllers")
    world.case.note("vault_opened", {"tables": sorted(opened), "why": "places of canaries"})
    persons = {
        p: (c, z)
        for p, c, z in zip(
            *(
                opened["persons"].column(n).to_pylist()
                for n in ("person", "city", "postal_code")
            ),
            strict=True,
        )
    }
    found: dict[str, Mapping[str, str]] = {}
    ties = zip(
        *(opened["person_controllers"].column(n).to_pylist() for n in ("person", "controller")),
        strict=True,
    )
    for person, controller in ties:
        if controller and controller not in found and person in persons:
            city, postal = persons[person]
            found[controller] = {"city": city or "", "postal_code": postal or ""}
    return found
