"""The steps of decide, on rows small enough to be counted by hand."""

from pathlib import Path

import pyarrow as pa
import pytest

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.tables import COUNT, TEXT, US, table
from tocsin.core.zones import DAY_US, HOUR_US
from tocsin.decide.activity import ACTIVITY, CONTAINED, LOCKED_OUT, activity, locked_out
from tocsin.decide.attack import ATTACK, attack
from tocsin.decide.cohorts import COHORTS, cohorts

NOON = 20_000 * DAY_US + 12 * HOUR_US
ACCESS = table(
    "access", "act", digest=TEXT, position=COUNT, part=COUNT, event_id=TEXT, account=TEXT,
    service=TEXT, operation=TEXT, kind=TEXT, outcome=TEXT, occurred_us=US,
)  # fmt: skip
ACTS = table(
    "acts", "act", digest=TEXT, position=COUNT, part=COUNT, session=TEXT, attribution=TEXT
)
SESSIONS = table(
    "sessions", "session", session=TEXT, account=TEXT, verdict=TEXT, decided_by=TEXT
)
ACCOUNTS = table("accounts", "account", account=TEXT, organisation=TEXT)
REACH = table("reach", "person and item", person=TEXT, item=TEXT, grade=TEXT, controller=TEXT)


@pytest.fixture
def engine(tmp_path):
    made = DuckdbEngine(Path(tmp_path / "spill"), memory="200MB", threads=1)
    yield made
    made.close()


def bind(engine, shape, *rows):
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(shape.columns)
    kinds = {TEXT: pa.string(), COUNT: pa.int64()}
    engine.bind_arrow(
        shape,
        pa.table(
            {
                c.name: pa.array(list(v), kinds[c.type])
                for c, v in zip(shape.columns, columns, strict=True)
            }
        ),
    )


def act(n, account, us, *, part=0, kind="open", outcome="ok"):
    return ("d", n, part, f"e{n}", account, "s", "op", kind, outcome, us)


def test_activity_counts_lines_not_persons_and_leaves_the_intruder_out(engine):
    bind(
        engine,
        ACCESS,
        act(1, "a", NOON),
        act(1, "a", NOON, part=1),
        act(2, "a", NOON + 1),
        act(3, "a", NOON + 2, outcome="refused"),
        act(4, "b", NOON + 3),
    )
    bind(engine, ACTS, ("d", 4, 0, "s1", "usurped"))
    bind(engine, ACCOUNTS, ("a", "O1"))
    engine.run(activity())
    (row,) = engine.fetch(ACTIVITY.name).to_pylist()
    assert (row["organisation"], row["what"], row["hour_us"], row["acts"]) == (
        "O1",
        "open",
        NOON,
        2,
    )


def test_who_was_at_work_then_refused_and_never_let_in_was_locked_out(engine):
    before, after = NOON - DAY_US, NOON + HOUR_US
    bind(
        engine,
        ACCESS,
        act(1, "kept out", before),
        act(2, "kept out", after, outcome="refused"),
        act(3, "let in", before),
        act(4, "let in", after, outcome="refused"),
        act(5, "let in", after + 1),
        act(6, "new", after, outcome="refused"),
        act(7, "thief", before),
        act(8, "thief", after, outcome="refused"),
    )
    bind(engine, SESSIONS, ("s1", "thief", "usurped", ""))
    bind(engine, ACCOUNTS, ("kept out", "O1"))
    bind(engine, CONTAINED, (NOON,))
    engine.run(locked_out())
    (row,) = engine.fetch(LOCKED_OUT.name).to_pylist()
    assert (row["account"], row["organisation"], row["refused"]) == ("kept out", "O1", 1)


@pytest.mark.parametrize(("unreviewed", "sessions"), [(True, 2), (False, 1)])
def test_the_attack_counts_reviewed_sessions_and_on_wish_the_others(
    engine, unreviewed, sessions
):
    bind(engine, ACCESS, act(1, "a", NOON), act(2, "b", NOON + 9, kind="write"))
    bind(engine, ACTS, ("d", 1, 0, "s1", "usurped"), ("d", 2, 0, "s2", "usurped"))
    bind(engine, SESSIONS, ("s1", "a", "usurped", "A"), ("s2", "b", "usurped", ""))
    engine.run(attack(unreviewed=unreviewed))
    (row,) = engine.fetch(ATTACK.name).to_pylist()
    assert row["sessions"] == sessions
    assert row["writes"] == sessions - 1
    assert row["first_us"] == NOON


def test_a_cohort_is_what_was_reached_together_of_each_person(engine):
    bind(
        engine,
        REACH,
        ("1", "identity.birth_name", "certain", "C"),
        ("1", "identity.birth_date", "certain", "C"),
        ("1", "implied.health", "possible", "C"),
        ("2", "contact.phone", "probable", "C"),
        ("2", "contact.phone", "probable", "D"),
        ("3", "medical.result", "possible", "C"),
    )
    engine.run(cohorts())
    found = {
        (r["grade"], r["dpc"], r["ei_q"], r["plain_dpc"]): r["persons"]
        for r in engine.fetch(COHORTS.name).to_pylist()
    }
    assert found == {
        ("certain", 1, 4, 1): 1,
        ("probable", 1, 4, 1): 1,
        ("probable", 1, 2, 1): 1,
        ("possible", 3, 4, 1): 1,
        ("possible", 1, 2, 1): 1,
        ("possible", 4, 1, 4): 1,
    }
