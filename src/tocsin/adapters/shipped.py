"""Content shipped with the package: starters of catalogues, what producers do not trail."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from tocsin.core.errors import InputError
from tocsin.core.producers import Note, Producer
from tocsin.core.records import Says
from tocsin.core.vocabulary import TrailFormat


def _content() -> Traversable:
    return files("tocsin").joinpath("content")


def starters() -> Mapping[str, Says]:
    """What each starter of a catalogue is for, by name: its first two lines."""
    found = {}
    for entry in sorted(_content().joinpath("starters").iterdir(), key=lambda e: e.name):
        fr, en = entry.read_text("utf-8").split("\n")[:2]
        found[entry.name.removesuffix(".toml")] = Says(fr.lstrip("# "), en.lstrip("# "))
    return found


def starter(name: str) -> str:
    """The TOML of a starter: services, operations and sources, to be corrected.

    Raises:
        InputError: there is no such starter.
    """
    known = starters()
    if name not in known:
        raise InputError(
            Says("ce catalogue de départ n'existe pas", "there is no such starter"),
            next_step=Says(
                f"Nommez l'un de : {', '.join(known)}.", f"Name one of: {', '.join(known)}."
            ),
            where=name[:40],
        )
    return _content().joinpath("starters", f"{name}.toml").read_text("utf-8")


def producers() -> tuple[Producer, ...]:
    """What producers of trails do not log, truncate or lose."""
    read = tomllib.loads(_content().joinpath("blindness.toml").read_text("utf-8"))
    return tuple(
        Producer(
            id=one["id"],
            name=one["name"],
            format=TrailFormat(one["format"]),
            as_of=one["as_of"],
            generic=bool(one.get("generic", False)),
            silent={key: tuple(values) for key, values in one.get("silent", {}).items()},
            notes=tuple(
                Note(
                    loses=note["loses"],
                    says=Says(note["fr"], note["en"]),
                    effect=Says(note["effect_fr"], note["effect_en"]),
                    source=note["source"],
                )
                for note in one["note"]
            ),
        )
        for one in read["producer"]
    )
