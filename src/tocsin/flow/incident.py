"""What people did, read back from the case: the parties, the alerts, the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from tocsin.alert import reading
from tocsin.core.errors import RefusedError
from tocsin.core.evidence import closed
from tocsin.core.incident import OPERATOR, History, Party
from tocsin.core.ports import Case
from tocsin.core.records import Says
from tocsin.flow.world import World

PARTIES = "alert/controllers.json"
"""The controllers without any person's name: their ids, names, duties and mandates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The parties and the history of a case."""

    operator: Party
    controllers: tuple[Party, ...]
    history: History
    processor: bool
    closed: bool


def incident(world: World) -> Incident:
    """The parties and the history of the case. The vault stays closed."""
    lines = world.case.journal()
    operator = world.estate.operator
    return Incident(
        operator=Party(id=OPERATOR, name=operator.name, duties=operator.duties),
        controllers=_parties(world),
        history=reading.history(lines, world.case.facts),
        processor=operator.role == "processor",
        closed=closed(lines),
    )


def keep_parties(case: Case, controllers: pa.Table, linked: pa.Table) -> None:
    """Keep the controllers of the directory image beside the vault, at `open`.

    Args:
        case: the case being opened.
        controllers: the directory's table.
        linked: persons and controllers: one that the table lacks is a controller all the same.
    """
    rows = {row["controller"]: row for row in reversed(controllers.to_pylist())}
    ids = [row for row in controllers["controller"].to_pylist() if row]
    more = sorted(set(linked["controller"].unique().to_pylist()) - set(ids) - {"", None})
    listed = [
        {
            "controller": name,
            "name": rows.get(name, {}).get("name", ""),
            "city": rows.get(name, {}).get("city", ""),
            "duties": rows.get(name, {}).get("duties", ""),
            "mandate_from": rows.get(name, {}).get("mandate_from", ""),
        }
        for name in dict.fromkeys([*ids, *more])
    ]
    case.write_json(PARTIES, listed)


def _parties(world: World) -> tuple[Party, ...]:
    kept = world.case.read_json(PARTIES)
    if not isinstance(kept, list):
        # A case opened before the list was kept: it is in the vault.
        opened = world.case.vault.open("controllers")
        world.case.note("vault_opened", {"tables": ["controllers"], "why": "the parties"})
        kept = opened["controllers"].to_pylist()
    zone = ZoneInfo(world.estate.operator.timezone)
    return tuple(_party(row, zone) for row in kept)


def _party(row: Mapping[str, Any], zone: ZoneInfo) -> Party:
    words = str(row.get("duties") or "").replace(",", "|").replace(";", "|").split("|")
    return Party(
        id=row["controller"],
        name=row.get("name") or row["controller"],
        city=row.get("city") or "",
        duties=tuple(word.strip() for word in words if word.strip()),
        mandate_from=_instant(str(row.get("mandate_from") or ""), zone),
    )


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    """An instant of the directory; None for '' and for what is no instant: no mandate."""
    try:
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def refuse_if_closed(lines: Sequence[str], where: str) -> None:
    """Refuse what needs identities once the case is closed.

    Raises:
        RefusedError: it is closed.
    """
    if closed(lines):
        raise RefusedError(
            Says(
                "l'affaire est close et sa clé détruite",
                "the case is closed and its key destroyed",
            ),
            next_step=Says(
                "Les empreintes et les comptes se lisent encore : tocsin status CASE.",
                "Digests and counts can still be read: tocsin status CASE.",
            ),
            where=where,
        )
