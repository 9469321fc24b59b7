"""Coverage: the tiles, what each state is found by, and the clocks."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.records import Source
from tocsin.core.tables import ACCESS
from tocsin.core.vocabulary import TrailFormat
from tocsin.core.zones import DAY_US, HOUR_US, to_utc
from tocsin.trail import clocks, coverage, file_facts
from tocsin.trail.decoded import DECODED
from tocsin.trail.file_facts import FileFacts, Mark, Missing
from tocsin.trail.rotation import Dated, holes
from tocsin.trail.stretches import CaseTime

SECOND = 1_000_000
MONDAY = int(datetime(2025, 9, 1, tzinfo=UTC).timestamp()) * SECOND
LATE = MONDAY + 400 * DAY_US

SOURCE = Source(
    id="a",
    service="s",
    service_by=None,
    format=TrailFormat.FHIR,
    files=("*",),
    timezone="UTC",
    names_results=False,
    silent=(),
    retention_days=0,
    clock_offset_s=0,
    columns={},
)
OTHER = replace(SOURCE, id="b")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = DuckdbEngine(tmp_path_factory.mktemp("spill"))
    yield engine
    engine.close()


def access(rows):
    """An `access` relation of (source, occurred_us, …)."""
    wide = {
        "source": pa.string(), "occurred_us": pa.int64(), "part": pa.int64(),
        "kind": pa.string(), "outcome": pa.string(), "session": pa.string(),
        "account": pa.string(), "address": pa.string(),
    }  # fmt: skip
    empty = {"part": 0, "outcome": "ok"}
    return pa.table(
        {
            name: pa.array([row.get(name, empty.get(name, "")) for row in rows], type_)
            for name, type_ in wide.items()
        }
    )


def lines(source, instants):
    size = len(instants)
    return pa.table(
        {
            "source": pa.array([source] * size, pa.string()),
            "occurred_us": pa.array(instants, pa.int64()),
            "part": pa.array([0] * size, pa.int64()),
        }
    )


@pytest.fixture(scope="module")
def tiles(engine):
    def made(by_source, *, sources=(SOURCE, OTHER), facts=(), opened=LATE, zone="UTC"):
        engine.bind_arrow(ACCESS, pa.concat_tables([lines(s, i) for s, i in by_source.items()]))
        for step in coverage.steps():
            engine.run(step)
        return coverage.tile(
            sources,
            minutes=coverage.minutes_of(engine.fetch("coverage_minutes")),
            facts=facts,
            offsets={},
            case=CaseTime(opened_us=opened, zone=zone),
        )

    return made


def office(days, *, every_s=20, seed=1):
    """Lines of an office: Monday to Friday from 8 to 18, about three a minute."""
    rng = np.random.default_rng(seed)
    at = MONDAY + np.arange(0, days * 86400, every_s, dtype=np.int64) * SECOND
    at += rng.integers(0, every_s * SECOND, len(at))
    hour = (at - MONDAY) % DAY_US // HOUR_US
    day = (at - MONDAY) // DAY_US % 7
    return at[(hour >= 8) & (hour < 18) & (day < 5)]


def without(at, start, end):
    return at[(at < start) | (at >= end)]


def states(tiles_, source="a"):
    return [(t.state.value, t.start_us, t.end_us) for t in tiles_ if t.source == source]


def gaps_of(tiles_, source="a"):
    return [s for s in states(tiles_, source) if s[0] != "trailed"]


# The tiling ----------------------------------------------------------------------------------

instants = st.integers(0, 40 * DAY_US).map(lambda us: MONDAY + us)
facts_ = st.builds(
    FileFacts,
    source=st.sampled_from(["a", "b"]),
    file=st.sampled_from(["x-2025-09-01.log", "x-2025-09-02.log", "x-2025-09-05.log", "y.1"]),
    first_us=instants,
    last_us=instants,
    truncated=st.booleans(),
    marks=st.lists(
        st.builds(Mark, at_us=instants, mark=st.sampled_from(["stopped", "started"])),
        max_size=3,
    ).map(tuple),
    missing=st.lists(
        st.builds(
            Missing, first=st.just(1), last=st.just(2), after_us=instants, before_us=instants
        ),
        max_size=2,
    ).map(tuple),
    sequence_first=st.none() | st.integers(0, 9),
    sequence_last=st.none() | st.integers(0, 9),
)


@given(
    first=st.lists(instants, max_size=30),
    second=st.lists(instants, min_size=1, max_size=30),
    facts=st.lists(facts_, max_size=5),
    kept=st.integers(0, 60),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_intervals_of_each_source_tile_the_window(tiles, first, second, facts, kept):
    sources = (replace(SOURCE, retention_days=kept), OTHER, replace(SOURCE, id="c"))
    made = tiles({"a": first, "b": second}, sources=sources, facts=facts)
    every = [*first, *second]
    for source in sources:
        own = [t for t in made if t.source == source.id]
        assert own[0].start_us == min(every)
        assert own[-1].end_us == max(*every, min(every) + 1)
        assert all(x.end_us == y.start_us for x, y in pairwise(own))
        assert all(t.start_us < t.end_us and t.why for t in own)


def test_no_line_anywhere_has_no_window(tiles):
    assert tiles({"a": [], "b": []}) == ()


def test_a_source_without_a_line_is_cut_over_the_whole_window(tiles):
    at = office(14)
    made = tiles({"a": at})
    assert gaps_of(made, "b") == [("cut", at.min(), at.max())]
    assert gaps_of(made) == []


# Silence -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_nights_and_weekends_are_no_holes(tiles, seed):
    made = tiles({"a": office(30, seed=seed), "b": office(30, seed=seed + 10)})
    assert gaps_of(made) == gaps_of(made, "b") == []


@pytest.mark.parametrize(
    ("day", "hour", "hours"),
    [(8, 9, 1), (9, 14, 2), (14, 10, 4), (10, 16, 18), (21, 0, 24), (7, 6, 48), (12, 8, 80)],
)
def test_a_planted_hole_is_found_with_its_edges(tiles, day, hour, hours):
    start = MONDAY + day * DAY_US + hour * HOUR_US
    at = without(office(30), start, start + hours * HOUR_US)
    ((state, low, high),) = gaps_of(tiles({"a": at, "b": office(30, seed=5)}))
    assert state == "silent"
    assert low == at[at < start].max() + 1
    assert high == at[at >= start + hours * HOUR_US].min()


def test_two_holes_at_the_same_hours_of_two_weeks_hide_each_other_as_the_rule_says(tiles):
    at = office(30)
    for day in (7, 14):
        start = MONDAY + day * DAY_US + 9 * HOUR_US
        at = without(at, start, start + 3 * HOUR_US)
    assert gaps_of(tiles({"a": at, "b": office(30, seed=5)})) == []


def test_a_hole_that_no_week_can_be_laid_beside_is_tried_day_by_day(tiles):
    start = MONDAY + 8 * DAY_US
    at = without(office(30), start, start + 16 * DAY_US)
    ((state, low, high),) = gaps_of(tiles({"a": at, "b": office(30, seed=5)}))
    assert (state, low <= start, high >= start + 16 * DAY_US) == ("silent", True, True)


def test_a_source_that_stops_early_or_begins_late_is_silent(tiles):
    at = office(30)
    early = at[at < MONDAY + 24 * DAY_US]
    late = at[at >= MONDAY + 9 * DAY_US]
    assert [g[0] for g in gaps_of(tiles({"a": early, "b": at}))] == ["silent"]
    ((state, low, high),) = gaps_of(tiles({"a": late, "b": at}))
    assert (state, low, high) == ("silent", at.min(), late.min())


@pytest.mark.parametrize(("every_s", "found"), [(20, []), (5, ["silent"])])
def test_under_an_hour_a_pause_is_silence_only_in_a_dense_trail(tiles, every_s, found):
    start = MONDAY + 9 * DAY_US + 10 * HOUR_US
    at = without(office(30, every_s=every_s), start, start + HOUR_US // 2)
    assert [g[0] for g in gaps_of(tiles({"a": at, "b": office(30)}))] == found


def test_the_end_of_summer_time_is_no_hole(tiles):
    wall = office(56, every_s=10)
    assert gaps_of(tiles({"a": to_utc(wall, "Europe/Paris")}, zone="Europe/Paris")) == []
    assert gaps_of(tiles({"a": wall}, zone="UTC")) == []


def test_a_source_that_begins_some_hours_after_the_window_is_no_hole(tiles):
    at = office(30, every_s=5)
    made = tiles({"a": at[at >= MONDAY + 16 * HOUR_US], "b": at})
    assert gaps_of(made) == []


def test_a_quiet_source_claims_no_silence(tiles):
    at = office(30, every_s=3600)
    hole = MONDAY + 9 * DAY_US
    made = tiles({"a": without(at, hole, hole + 2 * DAY_US), "b": office(30)})
    assert gaps_of(made) == []


def test_a_few_lines_of_a_wrong_clock_hide_no_hole(tiles):
    start = MONDAY + 9 * DAY_US + 9 * HOUR_US
    at = without(office(30), start, start + 4 * HOUR_US)
    stray = np.concatenate((np.array([86400 * SECOND, 2 * 86400 * SECOND]), at))
    assert [g[1] for g in gaps_of(tiles({"a": stray})) if g[0] == "silent"] == [
        at[at < start].max() + 1
    ]


# Stops, cuts, retention ----------------------------------------------------------------------


def fact(file="f", first=MONDAY, last=MONDAY + HOUR_US, **more):
    return FileFacts(source="a", file=file, first_us=int(first), last_us=int(last), **more)


def test_between_stop_and_start_is_stopped_and_a_lone_stop_lasts(tiles):
    at = office(30)
    day = [MONDAY + n * DAY_US for n in range(40)]
    marks = (
        Mark(at_us=day[3], mark="started"),
        Mark(at_us=day[5], mark="stopped"),
        Mark(at_us=day[6], mark="stopped"),
        Mark(at_us=day[8], mark="started"),
        Mark(at_us=day[22], mark="stopped"),
    )
    made = tiles({"a": at}, facts=[fact(marks=marks)])
    assert gaps_of(made) == [("stopped", day[5], day[8]), ("stopped", day[22], at.max())]


def daily(at, *, skip=()):
    found = []
    for n in range(40):
        own = at[(at >= MONDAY + n * DAY_US) & (at < MONDAY + (n + 1) * DAY_US)]
        if len(own) and n not in skip:
            date = datetime.fromtimestamp((MONDAY + n * DAY_US) / SECOND, UTC)
            found.append(fact(f"trail/a-{date:%Y-%m-%d}.log.gz", own.min(), own.max()))
    return found


def test_a_missing_daily_file_is_cut_and_a_closed_weekend_is_not(tiles):
    at = office(30)
    assert gaps_of(tiles({"a": at}, facts=daily(at))) == []
    kept = without(at, MONDAY + 9 * DAY_US, MONDAY + 10 * DAY_US)
    ((state, low, high),) = gaps_of(tiles({"a": kept}, facts=daily(at, skip=[9])))
    assert (state, high - low > 20 * HOUR_US) == ("cut", True)


def test_a_missing_name_whose_lines_are_there_is_no_cut(tiles):
    at = office(30)
    assert gaps_of(tiles({"a": at}, facts=daily(at, skip=[9]))) == []


def dated(*names, backward=False):
    ordered = reversed(names) if backward else names
    return [
        Dated(file=name, first_us=i * 100, last_us=i * 100 + 50)
        for i, name in enumerate(ordered)
    ]


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        (dated("a.1", "a.2", "a.4"), [("n° 3",)]),
        (dated("a.1", "a.2", "a.4", backward=True), [("n° 3",)]),
        (dated("a-001.gz", "a-002.gz", "a-005.gz"), [("n° 3", "n° 4")]),
        (dated("a.1", "a.900"), []),
        (dated("a-2025-09.log", "a-2025-10.log", "a-2025-12.log"), [("2025-11",)]),
        (dated("a-20250901.log", "a-20250902.log", "a-20250904.log"), [("2025-09-03",)]),
        (dated("a-2025090107", "a-2025090108", "a-2025090110"), []),
        (dated("a-2025-09-01.1", "a-2025-09-01.2", "a-2025-09-01.4"), [("n° 3",)]),
        (dated("a.log", "b.log"), []),
        (dated("2025-09-01/a.log", "2025-09-08/a.log", "2025-09-22/a.log"), [("2025-09-15",)]),
        ([], []),
    ],
)
def test_holes_in_the_names_of_a_rotation(files, missing):
    assert [hole.missing for hole in holes(files)] == missing


def test_nodes_side_by_side_are_no_rotation():
    files = [Dated(file=f"node-{n}", first_us=0, last_us=100) for n in (1, 2, 4)]
    assert holes(files) == ()


def test_missing_numbers_are_cut_inside_and_between_files(tiles):
    at = office(30)
    day = [MONDAY + n * DAY_US for n in range(40)]
    inside = Missing(first=5, last=7, after_us=day[1], before_us=day[2])
    facts = [
        fact("x", day[0], day[3], sequence_first=1, sequence_last=90, missing=(inside,)),
        fact("y", day[7], day[9], sequence_first=101, sequence_last=200),
        fact("z", day[10], day[11], sequence_first=1, sequence_last=30),
    ]
    assert gaps_of(tiles({"a": at}, facts=facts)) == [
        ("cut", day[1] + 1, day[2]),
        ("cut", day[3] + 1, day[7]),
    ]
    chaos = [replace(f, steps=100, by_one=20) for f in facts]
    assert gaps_of(tiles({"a": at}, facts=chaos)) == []


def test_a_truncated_file_is_cut_until_the_next_line(tiles):
    at = office(14)
    hole = MONDAY + 3 * DAY_US
    kept = without(at, hole, hole + 12 * HOUR_US)
    last = kept[kept < hole].max()
    made = tiles({"a": kept}, facts=[fact("x", at.min(), last, truncated=True)])
    assert gaps_of(made) == [("cut", last + 1, kept[kept >= hole].min())]


@pytest.mark.parametrize(("kept", "state"), [(20, "before_retention"), (365, "silent")])
def test_a_late_beginning_is_retention_only_where_retention_explains_it(tiles, kept, state):
    at = office(30)
    late = at[at >= at.max() - 20 * DAY_US]
    made = tiles({"a": late, "b": at}, sources=(replace(SOURCE, retention_days=kept), OTHER))
    assert gaps_of(made) == [(state, at.min(), late.min())]


def test_gaps_are_what_is_not_trailed(tiles):
    at = office(30)
    made = tiles({"a": at})
    (gap,) = coverage.gaps(made)
    assert (gap.source, gap.state, gap.start_at.tzinfo) == ("b", "cut", UTC)
    assert len(coverage.rows(made)) == 2


# The facts of a file -------------------------------------------------------------------------


def decoded(rows):
    return pa.table(
        {
            c.name: pa.array(
                [row.get(c.name) for row in rows],
                pa.int64() if c.type == "BIGINT" else pa.string(),
            )
            for c in DECODED.columns
        }
    )


def facts_of(engine, rows, file="f"):
    engine.bind_arrow(
        DECODED,
        decoded([{"part": 0, "mark": "", "position": i, **r} for i, r in enumerate(rows)]),
    )
    for step in file_facts.steps(numbered=True):
        engine.run(step)
    return file_facts.of_batch(
        "a",
        file,
        facts=engine.fetch("file_facts").to_pylist()[0],
        marks=engine.fetch("file_marks").to_pylist(),
        missing=engine.fetch("file_missing").to_pylist(),
    )


def test_the_facts_of_a_file_come_from_its_rows(engine):
    facts = facts_of(
        engine,
        [
            {"occurred_us": 10, "sequence": 1},
            {"occurred_us": 20, "sequence": 2, "mark": "stopped"},
            {"reason": "bad", "head": "x"},
            {"occurred_us": 15, "sequence": 6},
            {"occurred_us": 30, "sequence": 7},
        ],
    )
    assert (facts.first_us, facts.last_us, facts.backwards) == (10, 30, 1)
    assert (facts.sequence_first, facts.sequence_last, facts.by_one) == (1, 7, 2)
    assert facts.marks == (Mark(at_us=20, mark="stopped"),)
    assert facts.missing == (Missing(first=3, last=5, after_us=20, before_us=15),)


def test_numbers_that_come_late_are_not_missing(engine):
    late = [{"occurred_us": n, "sequence": n} for n in (1, 4, 2, 3, 5)]
    assert facts_of(engine, late).missing == ()


def test_facts_of_batches_join_and_a_number_lost_between_them_shows(engine):
    one = facts_of(engine, [{"occurred_us": 10, "sequence": 1}])
    two = facts_of(engine, [{"occurred_us": 20, "sequence": 3}, {"reason": "x"}])
    none = facts_of(engine, [{"reason": "x"}])
    both = file_facts.joined(file_facts.joined(one, none), two)
    assert (both.first_us, both.last_us, both.sequence_last) == (10, 20, 3)
    assert both.missing == (Missing(first=2, last=2, after_us=10, before_us=20),)
    assert file_facts.joined(none, one) == one


# The clocks ----------------------------------------------------------------------------------


def sessions(apps, *, count=80, shared=True, seed=3):
    """Logins at `idp` and first acts in each app, its clock wrong by so many seconds."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        login = MONDAY + n * 20 * 60 * SECOND
        who = {"account": f"u{n}", "address": "192.0.2.1"}
        key = {"session": f"s{n}"} if shared else {}
        rows.append({"source": "idp", "occurred_us": login, "kind": "login", **who, **key})
        for app, wrong in apps.items():
            for more in (0, 60):
                at = login + int((1 + rng.exponential(30) + more + wrong) * SECOND)
                rows.append({"source": app, "occurred_us": at, "kind": "open", **who, **key})
    return access(rows)


def estimated(engine, rows, sources):
    engine.bind_arrow(ACCESS, rows)
    for step in clocks.steps():
        engine.run(step)
    return clocks.offsets(clocks.quickest(engine.fetch("clock_delays").to_pydict()), sources)


IDP = replace(SOURCE, id="idp", service="", format=TrailFormat.KEYCLOAK)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    ("apps", "idp"),
    [
        ({"a": 0}, 0),
        ({"a": -90}, 0),
        ({"a": 300}, 0),
        ({"a": 0, "b": -600}, 0),
        ({"a": 0, "b": 45}, 0),
        ({"a": -120, "b": -120}, 120),
    ],
)
def test_the_clock_that_is_wrong_is_told(engine, apps, idp, shared):
    found = estimated(engine, sessions(apps, shared=shared), (IDP, SOURCE, OTHER))
    assert found["idp"] == pytest.approx(idp, abs=6)
    for app, wrong in apps.items():
        assert found[app] == pytest.approx(wrong if idp == 0 else 0, abs=6)
    assert "b" in apps or found["b"] is None


def test_what_the_estate_declares_stands_and_is_refined(engine):
    declared = replace(SOURCE, clock_offset_s=-90)
    few = estimated(engine, sessions({"a": -90}, count=5), (IDP, declared))
    assert few == {"idp": None, "a": -90.0}
    many = estimated(engine, sessions({"a": -150}), (IDP, declared))
    assert many["a"] == pytest.approx(-150, abs=6)
    assert many["idp"] == 0.0


def test_logins_that_open_nothing_tell_no_clock(engine):
    rng = np.random.default_rng(2)
    at = MONDAY + rng.integers(0, 20 * HOUR_US, 400)
    rows = [
        {"source": s, "occurred_us": int(us), "kind": k, "session": f"s{n}"}
        for s, k, part in (("idp", "login", at[:200]), ("a", "open", at[200:]))
        for n, us in enumerate(part)
    ]
    assert set(estimated(engine, access(rows), (IDP, SOURCE)).values()) == {None}


# Portable steps ------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [*coverage.steps(), *clocks.steps()], ids=lambda s: s.name)
def test_a_step_over_access_is_read_by_both_engines(step):
    assert step.portable
    (spark,) = sqlglot.transpile(step.sql, read="duckdb", write="spark")
    assert spark
    sqlglot.parse_one(spark, read="spark")
