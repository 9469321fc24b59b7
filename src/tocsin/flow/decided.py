"""What `decide` finds and hands to the documents."""

from dataclasses import dataclass
from typing import Any

from tocsin.act.documents.facts import Attack
from tocsin.decide.clocks import ClockFace
from tocsin.flow.incident import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What `decide` found, before the filings that rest on it."""

    incident: Incident
    attack: Attack | None
    reach: dict[str, dict[str, tuple[int, int]]]
    clocks: tuple[ClockFace, ...]
    picture: str
    document: dict[str, Any]
