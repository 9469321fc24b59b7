"""What named humans decide on records: one person, or two. The latest word on a pair holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.scope.people import Decided

MERGE, PART = "merge", "part"

KEPT = "scope/people_reviews.json"
"""Where the case keeps them, the oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision.

    Args:
        kind: merge (these records are one person) or part (each is another person).
        records: local ids, at least two.
        by: who decided.
        why: the reason.
        at: when (ISO, UTC).
    """

    kind: str
    records: tuple[str, ...]
    by: str
    why: str
    at: str

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The pairs that it decides, each in order."""
        return frozenset(combinations(sorted(set(self.records)), 2))

    def as_row(self) -> dict[str, Any]:
        """As the case keeps it."""
        return {
            "kind": self.kind,
            "records": list(self.records),
            "by": self.by,
            "why": self.why,
            "at": self.at,
        }


def checked(decision: Decision, known: Iterable[str]) -> Decision:
    """The decision, if it can be taken.

    Args:
        decision: what a human says.
        known: the records of the latest scope.

    Raises:
        InputError: fewer than two records, one that is not in the scope, no name or no reason.
    """
    if len(set(decision.records)) < 2:
        raise InputError(
            Says(
                "une décision porte sur deux fiches différentes",
                "a decision takes two different records",
            ),
            next_step=Says(
                "Nommez deux fiches ou plus, telles que `tocsin people CASE list` les montre.",
                "Name two records or more, as `tocsin people CASE list` shows them.",
            ),
        )
    for name, text in (("--by", decision.by), ("--why", decision.why)):
        if not text.strip():
            raise InputError(
                Says(f"{name} est vide", f"{name} is empty"),
                next_step=Says("Dites qui décide, et pourquoi.", "Say who decides, and why."),
            )
    unknown = sorted(set(decision.records) - set(known))
    if unknown:
        raise InputError(
            Says(
                f"{len(unknown)} de ces fiches ne sont pas dans le périmètre",
                f"{len(unknown)} of these records are not in the scope",
            ),
            next_step=Says(
                "Nommez les fiches telles que `tocsin people CASE list` les montre.",
                "Name records as `tocsin people CASE list` shows them.",
            ),
            where=", ".join(unknown[:3]),
        )
    return decision


def read(kept: object) -> tuple[Decision, ...]:
    """The decisions that the case keeps."""
    rows = kept if isinstance(kept, list) else []
    return tuple(
        Decision(**{**row, "records": tuple(row["records"])})
        for row in rows
        if isinstance(row, Mapping)
    )


def standing(decisions: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    """The latest decision on each pair."""
    return {pair: decision for decision in decisions for pair in sorted(decision.pairs)}


def decided(decisions: Sequence[Decision]) -> Decided:
    """The decisions as the merging of records takes them."""
    last = standing(decisions)
    return Decided(
        together=frozenset(pair for pair, d in last.items() if d.kind == MERGE),
        apart=frozenset(pair for pair, d in last.items() if d.kind == PART),
    )


def reviewers(decisions: Sequence[Decision]) -> list[tuple[str, str]]:
    """Rows of REVIEWED: each record with who decided on it last."""
    found = {record: d.by for d in decisions for record in d.records}
    return sorted(found.items())
