"""The end of a case: said in the journal, then the key destroyed; digests and counts stay."""

from collections.abc import Callable
from typing import Any

from tocsin.core.errors import InputError
from tocsin.core.evidence import closed
from tocsin.core.records import Says
from tocsin.flow.world import World

KEEPS = ("case.toml", "journal.ndjson")

ERASED = ("vault", "trail/access", "trail/landing", "trail/quarantine.parquet")
"""What holds identities, or may: removed where it is asked, and the raw trails with it."""

Document = dict[str, Any]


def close(
    world: World, *, by: str, why: str, erase: bool, destroy: Callable[[], tuple[str, ...]]
) -> Document:
    """Close the case.

    1. Say it in the journal, with the counts that stay.
    2. Destroy the key: what was cut short by a kill is done when the command is run again.
    3. Where it is asked, remove what holds identities in clear.

    Args:
        destroy: removes the key; returns what was there.

    Raises:
        InputError: nobody closes it, or without a reason.
    """
    for name, text in (("--by", by), ("--why", why)):
        if not text.strip():
            raise InputError(
                Says(f"{name} est vide", f"{name} is empty"),
                next_step=Says(
                    "Dites qui clôt l'affaire, et pourquoi.",
                    "Say who closes the case, and why.",
                ),
                where=name,
            )
    case = world.case
    again = closed(case.journal())
    if not again:
        scoped = case.read_json("scope/summary.json")
        facts = {
            "why": why.strip(),
            "revision": scoped["revision"] if isinstance(scoped, dict) else 0,
            "persons": scoped["persons"] if isinstance(scoped, dict) else None,
            "evidence": len(case.listed("evidence")),
        }
        case.note("closed", facts, by=by.strip())
    destroyed = destroy()
    erased = _erase(world) if erase else []
    if destroyed or erased:
        case.note("key_destroyed", {"keys": list(destroyed), "erased": erased}, by=by.strip())
    return {
        "case": case.where(""),
        "closed": True,
        "already": again,
        "destroyed": list(destroyed),
        "erased": erased,
        "stays": sorted(name for name in case.listed("") if name not in ("work", ".lock")),
    }


def _erase(world: World) -> list[str]:
    """Remove what holds identities; the estate stays, which every command reads."""
    case = world.case
    estate = str(case.facts["estate_sha256"])
    raw = [f"evidence/{name}" for name in case.listed("evidence") if name != estate]
    gone = [name for name in (*ERASED, *raw) if _there(world, name)]
    for name in gone:
        case.withdraw(name)
    return gone


def _there(world: World, name: str) -> bool:
    folder, _, last = name.rpartition("/")
    return last in world.case.listed(folder)
