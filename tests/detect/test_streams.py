"""The streams in SQL: what a trial is weighed against, on rows that can be counted by hand."""

from pathlib import Path

import pyarrow as pa
import pytest

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.zones import DAY_US
from tocsin.detect import streams, traits, trial_tables

START = 1_700_000_000_000_000
PERSON, HOUR = traits.PERSON.number, traits.HOUR.number

# Sessions 1 to 3 are account 1's, a day apart, session 4 is account 2's; the fifth trial puts
# session 4 on account 1's past, just before session 3.
TRIALS = [
    (0, 1, 1, 1, 1, 0, 1.0),
    (1, 2, 2, 1, 1, 1, 1.0),
    (2, 3, 3, 1, 1, 2, 1.0),
    (3, 4, 4, 2, 1, 3, 1.0),
    (4, 4, 4, 1, 1, 2, 0.0),
]
TOKENS = [
    (1, PERSON, "ann"),
    (1, PERSON, "bob"),
    (2, PERSON, "ann"),
    (3, PERSON, "ann"),
    (4, PERSON, "zoe"),
    (4, PERSON, "bob"),
    (1, HOUR, "3"),
    (2, HOUR, "3"),
    (3, HOUR, "3"),
    (4, HOUR, "7"),
]


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """Facts by trial and channel, and the shares of who worked before."""
    engine = DuckdbEngine(Path(tmp_path_factory.mktemp("spill")), threads=1)
    names = [c.name for c in trial_tables.TRIALS.columns]
    rows = [(*t[:5], START + t[5] * DAY_US, t[6]) for t in TRIALS]
    engine.bind_arrow(
        trial_tables.TRIALS,
        pa.table(dict(zip(names, map(list, zip(*rows, strict=False)), strict=True))),
    )
    s, channel, token = (list(column) for column in zip(*TOKENS, strict=True))
    engine.bind_arrow(
        trial_tables.TRAITS,
        pa.table({"s": s, "channel": channel, "token": token, "w": [1.0] * len(s)}),
    )
    for step in streams.steps(START):
        engine.run(step)
    made = {
        (row["k"], row["channel"]): row
        for row in engine.fetch("detect_stream_facts").to_pylist()
    }
    before = {row["k"]: row for row in engine.fetch("detect_before_shares").to_pylist()}
    engine.close()
    return made, before


@pytest.mark.parametrize(
    ("later_us", "known"),
    [
        pytest.param(streams.LATELY_US - 1, False, id="the same evening"),
        pytest.param(streams.LATELY_US, True, id="settled"),
    ],
)
def test_what_an_account_did_in_the_last_hours_does_not_vouch_for_it(tmp_path, later_us, known):
    engine = DuckdbEngine(tmp_path, threads=1)
    names = [c.name for c in trial_tables.TRIALS.columns]
    rows = [(0, 1, 1, 1, 1, START, 1.0), (1, 2, 2, 1, 1, START + later_us, 1.0)]
    engine.bind_arrow(
        trial_tables.TRIALS,
        pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))),
    )
    engine.bind_arrow(
        trial_tables.TRAITS,
        pa.table({"s": [1, 2], "channel": [PERSON] * 2, "token": ["ann"] * 2, "w": [1.0] * 2}),
    )
    for step in streams.steps(START):
        engine.run(step)
    (last,) = [r for r in engine.fetch("detect_stream_facts").to_pylist() if r["k"] == 1]
    engine.close()
    assert (last["new_share"] == 0.0) == known


def test_a_first_session_knows_nobody_and_the_next_knows_what_came_before(facts):
    made, _ = facts
    assert made[0, PERSON]["new_share"] == 1.0
    assert made[1, PERSON]["new_share"] == 0.0
    assert made[2, PERSON]["new_share"] == 0.0


def test_a_swap_is_weighed_on_the_past_of_the_other_account_alone(facts):
    made, _ = facts
    assert made[4, PERSON]["new_share"] == 0.5  # bob is known to account 1, zoe is not
    assert made[4, HOUR]["new_share"] == 1.0
    assert made[4, HOUR]["lasting_mean"] > 0.0 > made[2, HOUR]["lasting_mean"]


def test_a_swap_leaves_no_trace_in_the_past_of_later_sessions(facts):
    made, _ = facts
    assert made[2, PERSON]["lasting_mean"] < made[1, PERSON]["lasting_mean"]
    assert made[3, PERSON]["new_share"] == 1.0


def test_who_worked_on_a_person_before_is_told_apart(facts):
    _, before = facts
    assert before[0] == {"k": 0, "own_share": 0.0, "nobody_share": 1.0}
    assert before[1] == {"k": 1, "own_share": 1.0, "nobody_share": 0.0}
    assert before[4] == {"k": 4, "own_share": 0.5, "nobody_share": 0.5}
    assert before[3]["own_share"] == 0.0
