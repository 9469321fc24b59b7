"""Indicators exchanged with other regions: out of usurped acts, into the seeds of detection."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.act.partners import misp, shown, stix
from tocsin.act.partners.indicators import (
    Indicator,
    Reading,
    Tlp,
    Trait,
    merged,
    shareable,
)
from tocsin.core.errors import InputError
from tocsin.core.evidence import digest_of
from tocsin.core.records import Says
from tocsin.core.tables import ACCESS, ACTS, SESSIONS
from tocsin.flow.seeds import SEEDS
from tocsin.flow.world import World, bind_published

FOLDER = "act/indicators"

COMMON = 0.02
"""A client that more than this share of the accounts use by right tells nothing."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Document = dict[str, Any]


def export(world: World, tlp: Tlp) -> Document:
    """The indicators of the campaign, as STIX 2.1 and as a MISP event, kept in the case.

    A trait that other accounts use by right is left out: a hospital's own address would be
    blocked by everybody else.
    """
    found, left = _traits(world)
    operator, case = world.estate.operator.name, str(world.case.facts["id"])
    at = world.clock.now()
    bundle = stix.bundle(found, operator=operator, case=case, tlp=tlp, at=at)
    event = misp.event(found, operator=operator, case=case, tlp=tlp, at=at)
    files = {
        "stix": (f"{FOLDER}/stix.json", bundle),
        "misp": (f"{FOLDER}/misp.json", event),
    }
    for name, document in files.values():
        world.case.write_json(name, document)
    world.case.note("indicators_exported", {"indicators": len(found), "tlp": str(tlp)})
    return {
        "tlp": str(tlp),
        "indicators": [
            {
                "trait": str(i.trait),
                "value": i.value,
                "first_at": i.first_at.isoformat(),
                "last_at": i.last_at.isoformat(),
                "acts": i.acts,
                "reviewed": i.reviewed,
            }
            for i in found
        ],
        "left_out": left,
        "files": {kind: world.case.where(name) for kind, (name, _) in files.items()},
    }


def _traits(world: World) -> tuple[tuple[Indicator, ...], list[Document]]:
    if not world.case.files(SESSIONS):
        return (), []
    bind_published(world, ACCESS, ACTS, SESSIONS)
    world.engine.run(shown.traits())
    rows = world.engine.fetch(shown.TRAITS.name, order=("trait", "value")).to_pylist()
    world.engine.drop(shown.TRAITS.name)
    found, left = [], []
    for row in rows:
        why = _why_not(row)
        if why:
            left.append({"trait": row["trait"], "value": row["value"], "why": why})
            continue
        found.append(
            Indicator(
                trait=Trait(row["trait"]),
                value=row["value"],
                first_at=_EPOCH + timedelta(microseconds=row["first_us"]),
                last_at=_EPOCH + timedelta(microseconds=row["last_us"]),
                acts=row["acts"],
                reviewed=not row["unreviewed"],
            )
        )
    return (*found, *_networks(world, found)), left


def _networks(world: World, found: list[Indicator]) -> list[Indicator]:
    """The networks of two addresses of the thief or more, where nobody else works."""
    by: dict[str, list[Indicator]] = {}
    for one in found:
        if one.trait is Trait.ADDRESS and ":" not in one.value:
            by.setdefault(f"{one.value.rpartition('.')[0]}.", []).append(one)
    several = {f"{start}0/24": start for start, listed in by.items() if len(listed) > 1}
    if not several:
        return []
    world.engine.run(shown.networks(several))
    rows = world.engine.fetch(shown.NETWORKS.name).to_pylist()
    world.engine.drop(shown.NETWORKS.name)
    free = [row["network"] for row in rows if not row["others"]]
    return [
        Indicator(
            trait=Trait.NETWORK,
            value=network,
            first_at=min(i.first_at for i in by[several[network]]),
            last_at=max(i.last_at for i in by[several[network]]),
            acts=sum(i.acts for i in by[several[network]]),
            reviewed=all(i.reviewed for i in by[several[network]]),
        )
        for network in sorted(free)
    ]


def _why_not(row: Mapping[str, Any]) -> Mapping[str, str] | None:
    if row["trait"] == "address":
        if not shareable(row["value"]):
            return {"fr": "adresse privée ou locale", "en": "private or local address"}
        if row["others"]:
            n = row["others"]
            return {
                "fr": f"{n} autres comptes s'en servent à bon droit",
                "en": f"{n} other accounts use it by right",
            }
        return None
    if row["others"] > max(1, COMMON * row["accounts"]):
        return {"fr": "logiciel courant", "en": "common client"}
    return None


def take(world: World, text: bytes, *, name: str) -> Document:
    """Take a partner's indicators into the seeds of detection.

    Args:
        text: the file: a STIX 2.1 bundle or MISP events.
        name: of the file, said as the source where it names no organisation.

    Raises:
        InputError: it is neither.
    """
    read = _read(text, name)
    before = world.case.read_json(SEEDS)
    known = len(before.get("indicators", ())) if isinstance(before, dict) else 0
    seeds = merged(before, read.taken)
    world.case.write_json(SEEDS, seeds)
    indicators = seeds["indicators"]
    added = (len(indicators) if isinstance(indicators, list) else 0) - known
    world.case.note(
        "indicators_imported",
        {
            "sha256": digest_of(text),
            "taken": len(read.taken),
            "added": added,
            "left": len(read.left),
        },
    )
    return {
        "taken": [
            {"trait": str(t.trait), "value": t.value, "from": t.source} for t in read.taken
        ],
        "added": added,
        "left": [
            {"value": value, "why": {"fr": why.fr, "en": why.en}} for value, why in read.left
        ],
        "seeds": world.case.where(SEEDS),
    }


def _read(text: bytes, name: str) -> Reading:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            Says("le fichier n'est pas du JSON", "the file is not JSON"),
            next_step=Says(
                "Donnez un paquet STIX 2.1 ou un événement MISP, en JSON.",
                "Give a STIX 2.1 bundle or a MISP event, as JSON.",
            ),
            where=name,
        ) from error
    if isinstance(document, dict) and document.get("type") == "bundle":
        return stix.read(document, source=name)
    found = misp.read(document, source=name)
    if not found.taken and not found.left:
        raise InputError(
            Says(
                "le fichier ne contient ni paquet STIX ni événement MISP",
                "the file holds neither a STIX bundle nor a MISP event",
            ),
            next_step=Says(
                "Donnez un paquet STIX 2.1 ou un événement MISP, en JSON.",
                "Give a STIX 2.1 bundle or a MISP event, as JSON.",
            ),
            where=name,
        )
    return found
