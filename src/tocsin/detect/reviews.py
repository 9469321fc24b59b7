"""Reviews: what a named human decided, kept on acts and applied to the sessions of now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.core.records import Says
from tocsin.detect.matrix import Codes, Flags

RANK = {"legitimate": 0, "undecided": 1, "usurped": 2}
"""A session is as grave as its gravest act."""

WORDS = ("legitimate", "undecided", "usurped")
"""The verdicts by their code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One decision: on which acts, by whom. Acts are (digest, position, part)."""

    number: int
    session: str
    verdict: str
    by: str
    why: str
    acts: Mapping[str, Sequence[Sequence[int]]]

    @property
    def size(self) -> int:
        """How many acts it decides."""
        return sum(len(listed) for listed in self.acts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What the reviews make of the sessions of now; arrays by session."""

    condemned: Flags
    vouched: Flags
    decided: Mapping[int, tuple[str, str]]  # session -> verdict of its reviewed acts, by whom
    partly: frozenset[int]  # sessions with acts that nobody reviewed
    conflicts: tuple[Mapping[str, object], ...]


def identities(rows: pa.Table) -> dict[str, list[list[int]]]:
    """The acts of a session as a review keeps them: digest -> [[position, part], …]."""
    found: dict[str, list[list[int]]] = {}
    columns = (rows[name].to_pylist() for name in ("digest", "position", "part"))
    for digest, position, part in zip(*columns, strict=True):
        found.setdefault(digest, []).append([position, part])
    return {digest: sorted(found[digest]) for digest in sorted(found)}


def relation(reviews: Iterable[Review]) -> pa.Table:
    """The relation `detect_reviewed`."""
    listed = [
        (review.number, digest, position, part)
        for review in reviews
        for digest, acts in review.acts.items()
        for position, part in acts
    ]
    return pa.table(
        {
            "review": pa.array([row[0] for row in listed], pa.int64()),
            "digest": pa.array([row[1] for row in listed], pa.string()),
            "position": pa.array([row[2] for row in listed], pa.int64()),
            "part": pa.array([row[3] for row in listed], pa.int64()),
        }
    )


def apply(reviews: Sequence[Review], found: pa.Table, size: int) -> Applied:
    """Put reviews on the sessions of now.

    Args:
        reviews: in order; where two speak of one act the later one holds.
        found: the relation `detect_reviewed_sessions`.
        size: how many sessions there are.

    Returns:
        The verdicts by session. A conflict is a session whose acts were decided otherwise by
        different reviews, or were decided in part only, or a review whose acts are gone.
    """
    by_number = {review.number: review for review in reviews}
    held: dict[int, list[tuple[Review, int]]] = {}
    whole: dict[int, int] = {}
    reached: set[int] = set()
    columns = (found[name].to_pylist() for name in ("review", "s", "acts", "of_acts"))
    for number, s, acts, of_acts in zip(*columns, strict=True):
        held.setdefault(s - 1, []).append((by_number[number], acts))
        whole[s - 1] = of_acts
        reached.add(number)
    flags = {word: np.zeros(size, dtype=np.bool_) for word in WORDS}
    decided, partly, conflicts = {}, set(), []
    for i, parts in sorted(held.items()):
        gravest = max(parts, key=lambda part: (RANK[part[0].verdict], part[0].number))[0]
        decided[i] = (gravest.verdict, gravest.by)
        if sum(acts for _, acts in parts) < whole[i]:
            partly.add(i)
        most = max(parts, key=lambda part: part[1])
        if 2 * most[1] >= whole[i]:
            flags[most[0].verdict][i] = True
        if i in partly or len({review.verdict for review, _ in parts}) > 1:
            conflicts.append(_conflict(i, parts))
    for review in reviews:
        later = any(other.number > review.number for other in reviews)
        if review.number not in reached and not later:
            conflicts.append({"s": None, "reviews": [review.number], "says": _GONE})
    return Applied(
        condemned=flags["usurped"],
        vouched=flags["legitimate"],
        decided=decided,
        partly=frozenset(partly),
        conflicts=tuple(conflicts),
    )


_CUT_ANEW = Says(
    "La session a été redécoupée : les décisions ne couvrent pas tous ses actes, ou divergent.",
    "The session was cut anew: the decisions do not cover all of its acts, or disagree.",
)
_GONE = Says(
    "Les actes de cette décision ne sont plus dans les traces.",
    "The acts of this decision are no longer in the trails.",
)


def _conflict(i: int, parts: Sequence[tuple[Review, int]]) -> dict[str, object]:
    return {
        "s": i,
        "reviews": sorted({review.number for review, _ in parts}),
        "says": _CUT_ANEW,
    }


def overruled(proposed: Codes, applied: Applied) -> tuple[Codes, dict[int, str]]:
    """The verdict of every session, and who decided it where a human did."""
    verdict = proposed.copy()
    names: dict[int, str] = {}
    for i, (word, by) in applied.decided.items():
        if i in applied.partly:
            verdict[i] = max(int(verdict[i]), RANK[word])
        else:
            verdict[i] = RANK[word]
            names[i] = by
    return verdict, names
