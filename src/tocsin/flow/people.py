"""The records that a human should look at, the decisions, and what they change."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from tocsin.core.linkage import Linker
from tocsin.core.tables import GROUNDS, PEOPLE, PERSONS
from tocsin.flow.world import World, bind_directory, bind_published, scoped
from tocsin.scope import doubles, people, person_reviews
from tocsin.scope.person_reviews import Decision

SHOWN = (
    *("birth_name", "used_name", "first_names", "birth_date", "sex", "birth_place", "phone"),
    *("postal_code", "ins", "identity_status"),
)
"""Traits that are shown to whoever asks for identities, with a name and a reason."""


def listed(world: World, linker: Linker, *, by: str = "", why: str = "") -> dict[str, Any]:
    """The doubtful pairs of the latest scope, and the effect of each choice on the counts.

    Args:
        world: the ports and the estate.
        linker: weighs the pairs that no sure rule merges.
        by: who asks to see identities; '' to see local ids only.
        why: their reason.

    Raises:
        InputError: there is no scope yet.
    """
    summary = scoped(world)
    run = _Reached(world, why=f"review of doubtful merges{': ' + why if why else ''}", by=by)
    linked = doubles.to_link(run.records)
    near = linker.pairs(
        doubles.linkage_rows(linked), least=doubles.LEAST_PROBABILITY
    ).to_pylist()
    decisions = person_reviews.read(world.case.read_json(person_reviews.KEPT))
    found = doubles.doubts(run.records, near, decisions)
    made = {
        "revision": summary["revision"],
        "records": len(run.records),
        "linked": len(linked),
        "effect": run.effect(decisions, [tuple(d["records"]) for d in found
                                         if d["kind"] == "near" and not d["decided"]]),
        "doubts": run.identities(found) if by else found,
        "decisions": [decision.as_row() for decision in decisions],
    }  # fmt: skip
    run.forget()
    return made


def decide(
    world: World, kind: str, records: Sequence[str], *, by: str, why: str
) -> dict[str, Any]:
    """A named human says that records are one person, or are not.

    Returns:
        The decision, and the counts before and after it. The next scope takes it up.

    Raises:
        InputError: there is no scope yet, or the decision cannot be taken.
    """
    summary = scoped(world)
    run = _Reached(world, why=f"review of doubtful merges: {why}", by=by)
    kept = person_reviews.read(world.case.read_json(person_reviews.KEPT))
    decision = person_reviews.checked(
        Decision(
            kind=kind,
            records=tuple(dict.fromkeys(records)),
            by=by,
            why=why,
            at=world.clock.now().isoformat(),
        ),
        run.records["record"].to_pylist(),
    )
    before, after = (run.persons(d) for d in (kept, (*kept, decision)))
    run.forget()
    world.case.write_json(person_reviews.KEPT, [one.as_row() for one in (*kept, decision)])
    facts = {"kind": kind, "records": list(decision.records), "why": why}
    world.case.note("people_reviewed", facts, by=by)
    return {
        **decision.as_row(),
        "revision": summary["revision"],
        "before": doubles.counted(before, run.records["grade"]),
        "after": doubles.counted(after, run.records["grade"]),
    }


class _Reached:
    """The records of the latest scope with their traits, read from the vault."""

    def __init__(self, world: World, *, why: str, by: str) -> None:
        self.engine = world.engine
        bind_published(world, PEOPLE)
        grounds = world.case.where("scope/grounds.parquet")
        there = "grounds.parquet" in world.case.listed("scope")
        self.engine.bind_files(GROUNDS, [grounds] if there else [])
        bind_directory(world, (PERSONS,), why=why, by=by)
        for step in (doubles.reached(), people.same_ins(), people.alike()):
            self.engine.run(step)
        self.records = self.engine.fetch(doubles.REACHED.name, order=("record",))
        self._same = self.engine.fetch(people.SAME_INS.name)
        self._alike = self.engine.fetch(people.ALIKE.name)

    def persons(self, decisions: Sequence[Decision], *, traits: bool = True) -> pa.Array:
        """The person of each record reached, in their order, under these decisions."""
        alike = self._alike if traits else self._alike.slice(0, 0)
        moved = people.merged(self._same, alike, person_reviews.decided(decisions))
        return doubles.persons(self.records["record"], moved)

    def effect(
        self, decisions: Sequence[Decision], near: Sequence[tuple[str, ...]]
    ) -> dict[str, dict[str, int]]:
        """Distinct persons under each choice: sure rules alone, as now, all pairs merged."""
        now = self.persons(decisions)
        pairs = [(pair[0], pair[1]) for pair in near]
        choices = {
            "without_traits": self.persons(decisions, traits=False),
            "as_now": now,
            "with_all_near": doubles.joined(now, self.records["record"], pairs),
        }
        grades = self.records["grade"]
        return {name: doubles.counted(found, grades) for name, found in choices.items()}

    def identities(self, doubts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The doubts with the traits of their records, for whoever gave a name and a reason."""
        asked = pa.array([record for doubt in doubts for record in doubt["records"]])
        rows = {
            row["record"]: {name: row[name] for name in SHOWN}
            for row in doubles.only(self.records, asked).to_pylist()
        }
        return [doubt | {"identities": [rows[r] for r in doubt["records"]]} for doubt in doubts]

    def forget(self) -> None:
        """Drop what was bound and filled."""
        names = (PEOPLE, GROUNDS, PERSONS, doubles.REACHED, people.SAME_INS, people.ALIKE)
        self.engine.drop(*(shape.name for shape in names))
