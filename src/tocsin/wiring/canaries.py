"""Canaries of a case: made by chance or named by a file, touched by messages, confirmed."""

import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.act.canaries.identities import Canary, Wanted, directory_row, identity
from tocsin.adapters.canary_tables import read_standing, write_rows
from tocsin.adapters.message_files import read_message
from tocsin.core.errors import InputError
from tocsin.core.evidence import digest_of
from tocsin.core.records import Estate, Says
from tocsin.core.vocabulary import Perimeter
from tocsin.flow import canaries as flow
from tocsin.flow.world import World
from tocsin.wiring.operator_words import with_operator
from tocsin.wiring.senders import known_senders
from tocsin.wiring.world import Document, instant, open_world

TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How new canaries are made: the operator's mail domain, its numbers, where rows go."""

    domain: str
    phones: tuple[str, ...]
    out: Path


def plant_new(root: Path, making: Making, human: flow.Human) -> Document:
    """One identity for each service and perimeter; the rows to plant go to a file."""
    with open_world(root, write=True) as (world, _):
        made = _made(world, making)
        write_rows([directory_row(one) for one in made], making.out)
        told = flow.plant(world, made, human)
        return {**told, "file": str(making.out)}


def plant_standing(root: Path, file: Path, human: flow.Human) -> Document:
    """Canaries that stand in the directory already, named by a file."""
    named = read_standing(file)
    with open_world(root, write=True) as (world, _):
        return flow.plant(world, _standing(world, named, str(file)), human)


def list_canaries(root: Path) -> Document:
    """The canaries of a case and their hits."""
    with open_world(root, write=False) as (world, _):
        return flow.listed(world)


def hit(root: Path, raw: bytes, *, to: str, channel: str, at: str) -> Document:
    """A message that came to a canary."""
    senders = with_operator(known_senders(), root)
    message = read_message(raw, channel=channel)
    with open_world(root, write=True) as (world, _):
        when = instant(at, world.estate) if at else world.clock.now()
        arrival = flow.Arrival(message=message, at=when, to=to, digest=digest_of(raw))
        return flow.hit(world, arrival, senders)


def confirm(root: Path, hit_id: str, human: flow.Human) -> Document:
    """A named human confirms a touch."""
    with open_world(root, write=True) as (world, _):
        return flow.confirm(world, hit_id, human)


def _made(world: World, making: Making) -> list[Canary]:
    places = flow.controllers_of(world)
    phones = itertools.cycle(making.phones or ("",))
    made = []
    for service, controller in _perimeters(world.estate, sorted(places)):
        place = places.get(controller) or next(iter(places.values()), {})
        wanted = Wanted(
            service=service,
            controller=controller or next(iter(sorted(places)), ""),
            postal_code=place.get("postal_code", ""),
            city=place.get("city", ""),
            token=secrets.token_hex(TOKEN_BYTES),
        )
        year = world.clock.now().year
        made.append(identity(wanted, domain=making.domain, phone=next(phones), year=year))
    return made


def _perimeters(estate: Estate, controllers: Sequence[str]) -> list[tuple[str, str]]:
    """Each service with each perimeter of an extraction: the region, or an establishment."""
    found = []
    for service in estate.services:
        if service.perimeter is Perimeter.REGION or not controllers:
            found.append((service.id, ""))
        else:
            found += [(service.id, controller) for controller in controllers]
    return found


def _standing(world: World, named: list[dict[str, str]], where: str) -> list[Canary]:
    rows = world.case.vault.open("persons")["persons"]
    world.case.note("vault_opened", {"tables": ["persons"], "why": "canaries that stand there"})
    wanted = {one["person"]: one for one in named}
    columns = (
        "person",
        "birth_name",
        "used_name",
        "first_names",
        "sex",
        "birth_date",
        "postal_code",
        "city",
        "email",
        "phone",
    )
    found = []
    for values in zip(*(rows.column(c).to_pylist() for c in columns), strict=True):
        one = dict(zip(columns, (v or "" for v in values), strict=True))
        if one["person"] in wanted:
            said = wanted[one["person"]]
            found.append(
                Canary(**one, service=said["service"], controller=said.get("controller", ""))
            )
    absent = sorted(set(wanted) - {c.person for c in found})
    if absent:
        raise InputError(
            Says(
                f"{len(absent)} canaris ne sont pas dans l'image de l'annuaire",
                f"{len(absent)} canaries are not in the directory image",
            ),
            next_step=Says(
                "Posez-les d'abord, puis ouvrez un dossier sur cette image.",
                "Plant them first, then open a case on that image.",
            ),
            where=f"{where}: {absent[0]}",
        )
    return found


__all__ = ["Making", "confirm", "hit", "list_canaries", "plant_new", "plant_standing"]
