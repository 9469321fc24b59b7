"""Producers of trails: what each does not log, truncates or loses, dated and sourced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tocsin.core.records import Says
from tocsin.core.vocabulary import TrailFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that a producer does not show.

    Args:
        loses: operations, results, object, restart, interval, truncation, session, body or
            instrumentation.
        says: what is lost.
        effect: what it does to the bounds.
        source: where that is known from.
    """

    loses: str
    says: Says
    effect: Says
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """The blindness of a producer.

    Args:
        id: how an estate names it.
        name: how people call it.
        format: of its trail.
        as_of: when this was checked.
        generic: it holds of every producer of that format.
        silent: key of a match (or `kind`) and the values of operations that it does not trail.
        notes: what it does not show.
    """

    id: str
    name: str
    format: TrailFormat
    as_of: date
    generic: bool
    silent: Mapping[str, tuple[str, ...]]
    notes: tuple[Note, ...]
