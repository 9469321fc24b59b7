"""What is said beside what is found: the first difference is named, and nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.act.seal import compare
from tocsin.act.seal.contents import chosen, started_from, without_custody
from tocsin.act.seal.figures import figure_claims, language_of, stated_alike
from tocsin.act.seal.journal import stale
from tocsin.core.evidence import GENESIS, Entry, digest_of
from tocsin.core.seal import Finding
from tocsin.core.tables import ACCESS, REACH, SESSIONS, Column, Table
from tocsin.flow.world import rows_of

documents = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(documents)
def test_a_document_differs_from_itself_nowhere(document):
    assert not list(compare.differences(document, document))


@given(documents, documents)
def test_two_documents_differ_where_and_only_where_they_are_unequal(one, other):
    def strict(value):
        return repr(value)  # True is not 1

    def ordered(value):
        if isinstance(value, dict):
            return {k: ordered(value[k]) for k in sorted(value)}
        return [ordered(v) for v in value] if isinstance(value, list) else value

    alike = strict(ordered(one)) == strict(ordered(other))
    assert bool(list(compare.differences(one, other))) != alike


@pytest.mark.parametrize(
    ("said", "again", "alike"),
    [
        (1.0, 1.0 + 1e-9, True),
        (0.5, 0.5001, False),
        (1_000_000.0, 1_000_000.5, True),
        (74, 75, False),
        (1_000_000_000, 1_000_000_001, False),
        (1, True, False),
        (1, "1", False),
        (None, 0, False),
    ],
)
def test_reals_may_differ_by_their_rounding_and_counts_may_not(said, again, alike):
    assert compare.same(said, again) is alike


def found_rows(engine, shape, said, again):
    def as_engine(name):
        columns = tuple(
            Column(f"{c.name[:-3]}_us", "BIGINT") if c.name.endswith("_at") else c
            for c in shape.columns
        )
        return Table(name=name, per="row", columns=columns)

    engine.bind_arrow(as_engine("seal_stated"), rows_of(as_engine("seal_stated"), said))
    engine.bind_arrow(as_engine("seal_found"), rows_of(as_engine("seal_found"), again))
    step = compare.differing(shape)
    engine.run(step)
    rows = engine.fetch(step.name, order=compare.KEYS[shape]).to_pylist()
    return compare.table_claim(shape, rows, len(said), len(again))


REACHED = ("p1", "c1", "identity.sex", "certain", "named", 1, 2, 1, 3)


@pytest.mark.parametrize(
    ("said", "again", "expected", "found"),
    [
        pytest.param([REACHED], [], "a row person=p1", "no row person=p1", id="too many"),
        pytest.param([], [REACHED], "no row person=p1", "a row person=p1", id="too few"),
        pytest.param(
            [REACHED],
            [(*REACHED[:3], "possible", *REACHED[4:])],
            "grade=certain",
            "grade=possible",
            id="grade",
        ),
        pytest.param([(*REACHED[:-1], 4)], [REACHED], "acts=4", "acts=3", id="count"),
        pytest.param([REACHED, REACHED], [REACHED], "2 rows", "1 rows", id="twice"),
    ],
)
def test_the_first_difference_of_a_table_is_named(engine, said, again, expected, found):
    made = found_rows(engine, REACH, said, again)
    assert made.result is Finding.FAIL
    assert expected in made.expected
    assert found in made.found


def test_equal_tables_pass(engine):
    assert found_rows(engine, REACH, [REACHED], [REACHED]).result is Finding.PASS


def test_what_was_typed_is_never_shown(engine):
    row = {c.name: None for c in ACCESS.columns} | {"digest": "d", "position": 1, "part": 0}
    said = tuple(({**row, "query": "family=SECRET"})[c.name] for c in ACCESS.columns)
    again = tuple(({**row, "query": "family=AUTRE"})[c.name] for c in ACCESS.columns)
    made = found_rows(engine, ACCESS, [said], [again])
    assert made.result is Finding.FAIL
    assert "query" in made.expected
    assert "SECRET" not in made.expected + made.found
    assert "AUTRE" not in made.expected + made.found


def test_reasons_are_compared_as_documents(engine):
    def session(reasons):
        row = {c.name: None for c in SESSIONS.columns} | {"session": "s", "reasons": reasons}
        return tuple(row[c.name] for c in SESSIONS.columns)

    near = found_rows(
        engine, SESSIONS, [session('[{"bits":1.0}]')], [session('[{"bits": 1.0000000001}]')]
    )
    assert near.result is Finding.PASS
    far = found_rows(engine, SESSIONS, [session('[{"bits":1.0}]')], [session('[{"bits":2}]')])
    assert (far.result, far.found) == (Finding.FAIL, "session=s: reasons[0].bits=2")


def test_each_figure_is_a_claim_and_one_that_was_changed_fails_alone():
    said = {
        "revision": 3,
        "persons": {"certain": 1, "probable": 2},
        "items": {"identity.sex": {"certain": 1}},
        "controllers": [{"controller": "c1", "persons": {"certain": 1}}],
        "statements": [{"category": "medical", "finding": "reached"}],
        "funnel": {"lines": 5},
    }
    again = {**said, "revision": 1, "persons": {"certain": 1, "probable": 3}}
    made = {c.claim: c for c in figure_claims(said, again)}
    assert set(made) == {
        "scope.persons.certain",
        "scope.persons.probable",
        "scope.items.identity.sex",
        "scope.controllers.c1",
        "scope.statements.medical",
        "scope.funnel",
    }
    failed = [name for name, c in made.items() if c.result is Finding.FAIL]
    assert failed == ["scope.persons.probable"]
    assert (made[failed[0]].expected, made[failed[0]].found) == ("2", "3")


def test_the_sentences_of_the_table_are_those_of_the_summary_in_one_language():
    says, because = {"fr": "oui", "en": "yes"}, [{"fr": "car", "en": "as"}]
    said = {"statements": [{"category": "c", "finding": "f", "says": says, "because": because}]}
    english = [{"category": "c", "finding": "f", "says": "yes", "because": ["as"]}]
    mixed = [{"category": "c", "finding": "f", "says": "yes", "because": ["car"]}]
    assert stated_alike(said, english).result is Finding.PASS
    assert stated_alike(said, mixed).result is Finding.FAIL
    assert language_of(said, english) == "en"
    assert language_of(said, [{"says": "oui"}]) == "fr"


NAMES = [
    ".lock",
    "act/documents/a.md",
    "act/outbox.sqlite",
    "case.toml",
    "detect/reviews/0001.json",
    "detect/sessions.parquet",
    "evidence/estate",
    "evidence/raw",
    "journal.ndjson",
    "scope/reach.parquet",
    "trail/access/s-1.parquet",
    "trail/landing/s/d/access.parquet",
    "trail/quarantine.parquet",
    "vault/persons.parquet.age",
    "work/x",
]


def test_without_identities_no_raw_trail_no_directory_and_nothing_typed_goes_in():
    assert chosen(NAMES, identities=False, evidence=("estate",)) == [
        "act/documents/a.md",
        "case.toml",
        "detect/reviews/0001.json",
        "detect/sessions.parquet",
        "evidence/estate",
        "journal.ndjson",
        "scope/reach.parquet",
    ]


def test_with_identities_all_goes_in_but_what_can_be_made_anew():
    left = set(NAMES) - set(chosen(NAMES, identities=True, evidence=()))
    assert left == {
        ".lock",
        "trail/landing/s/d/access.parquet",
        "vault/persons.parquet.age",
        "work/x",
    }


def test_a_recomputation_starts_from_evidence_and_decisions_only():
    assert started_from(NAMES) == [
        "case.toml",
        "detect/reviews/0001.json",
        "evidence/estate",
        "evidence/raw",
    ]


def lines_of(*events):
    at, lines = datetime(2025, 1, 1, tzinfo=UTC), []
    for n, (event, facts) in enumerate(events):
        previous = digest_of(lines[-1]) if lines else GENESIS
        lines.append(
            Entry(n=n, at=at, event=event, by="", facts=facts, previous=previous).line()
        )
    return lines


def test_what_only_bundling_added_is_left_out_of_the_next_bundle():
    lines = lines_of(
        ("opened", {}),
        ("bundled", {}),
        ("vault_opened", {"why": "detect"}),
        ("vault_opened", {"why": "bundle"}),
        ("bundled", {}),
        ("vault_opened", {"why": "verify"}),
        ("verified", {}),
    )
    assert without_custody(lines) == lines[:3]
    assert without_custody([*lines, "broken"]) == [*lines, "broken"]


@pytest.mark.parametrize(
    ("events", "stage", "later"),
    [
        (("ingested", "detected", "scoped"), "scoped", ""),
        (("ingested", "scoped", "reported"), "scoped", ""),
        (("scoped", "session_reviewed"), "scoped", "session_reviewed"),
        (("scoped", "session_reviewed", "scoped"), "scoped", ""),
        (("detected", "ingested"), "detected", "ingested"),
    ],
)
def test_a_stage_is_stale_when_what_it_stands_on_came_later(events, stage, later):
    assert stale([{"event": e, "facts": {}} for e in events], stage) == later
