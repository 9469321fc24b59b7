"""What was decided and done, as the report reads it: clocks, risk, care, records, notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tocsin.core.incident import EventKind, Recorded


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of decide/summary.json."""

    duty: str
    controller: str
    state: str
    due_at: str | None = None
    done_at: str | None = None
    late: bool = False
    name: str = ""
    says: Any = None
    why: str = ""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """decide/summary.json; unknown keys are ignored."""

    clocks: tuple[Clock, ...] = ()
    risk: Any = None
    care: Any = None
    continuity: tuple[Any, ...] = ()
    locked_out: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What people did, beside what the tables hold.

    Args:
        notices: persons by state of their notice; empty where none was sent.
        texts: the published texts made final: id and revision.
        canaries: canary identities planted; `hits`: how many times one was touched.
        drafted: documents that were drafted.
        plot: the plot of continuity, SVG, '' for none.
    """

    decided: Decided | None = None
    records: tuple[Recorded, ...] = ()
    notices: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, int] = field(default_factory=dict)
    canaries: int = 0
    hits: int = 0
    drafted: int = 0
    plot: str = ""

    def of(self, event: EventKind) -> tuple[Recorded, ...]:
        """The records of an event, the oldest first."""
        found = [r for r in self.records if r.event is event]
        return tuple(sorted(found, key=lambda r: (r.at, r.n)))
