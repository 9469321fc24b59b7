"""What a run keeps of the accounts' past is read again as it was made."""

from dataclasses import fields

import numpy as np
from second_region import Second

from tocsin.detect.habit import SIGNALS, HabitEvidence
from tocsin.detect.matrix import Codes, Flags, Reals
from tocsin.flow import detect as flow
from tocsin.flow import habit_kept
from tocsin.wiring import stages, trails
from tocsin.wiring.cases import open_case
from tocsin.wiring.world import open_world


def made(size):
    """Some evidence of that many sessions, whatever its fields are."""
    rng = np.random.default_rng(4)
    kinds = (
        (Reals, rng.normal(size=size)),
        (Codes, rng.integers(0, 50, size)),
        (Flags, rng.random(size) < 0.5),
        (bool, True),
    )
    values = {
        field.name: next(value for kind, value in kinds if kind == field.type)
        for field in fields(HabitEvidence)
    }
    return HabitEvidence(**{**values, "signals": rng.normal(size=(size, len(SIGNALS)))})


def test_what_is_kept_is_read_again_as_it_was(keys, tmp_path):
    Second(seed=6, attack="none", accounts=12, persons=150, days=6).write(tmp_path / "e")
    open_case(tmp_path / "case", tmp_path / "e/estate.toml")
    trails.ingest(tmp_path / "case")
    stages.detect(tmp_path / "case")
    with open_world(tmp_path / "case", write=True) as (world, case):
        found = flow.judged(world)
        facts = case.read_json(habit_kept.FACTS)
        assert facts == {"made_from": facts["made_from"], "columns": {}}
        first = made(found.matrix.size)
        habit_kept._keep(world, first, facts["made_from"])
        again = habit_kept.habit_of_case(world, found.matrix, found.ids, fresh=False)
        for field in fields(first):
            kept, was = getattr(again, field.name), getattr(first, field.name)
            assert np.array_equal(kept, was)
            assert np.asarray(kept).dtype == np.asarray(was).dtype
        other = habit_kept.habit_of_case(world, found.matrix, found.ids[::-1], fresh=False)
        assert other is None
