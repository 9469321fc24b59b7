"""Over random cases: a field has a source in the case, or says unknown; nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.act.documents import dpv, stale
from tocsin.act.documents.facts import Attack, Care, Known
from tocsin.act.documents.fields import Field, known, unknown
from tocsin.act.documents.filings import filings
from tocsin.act.documents.published import published
from tocsin.act.report.findings import ControllerPersons, Persons, Scoped, Stated
from tocsin.core.incident import Alert, BellKind, EventKind, History, Party, Recorded
from tocsin.core.records import DirectoryFiles, Estate, Operator, Says
from tocsin.core.vocabulary import CATEGORIES

AT = datetime(2025, 9, 5, 8, tzinfo=UTC)
DUTIES = (
    "gdpr-33-2",
    "gdpr-33-1",
    "gdpr-33-5",
    "csp-l1111-8-2",
    "nis2-23-4-a",
    "nis2-23-4-b",
    "nis2-23-4-d",
    "insurance-l12-10-1",
)

texts = st.text(max_size=12)
instants = st.integers(0, 10**6).map(lambda s: AT + timedelta(seconds=s))
parties = st.lists(
    st.builds(
        lambda i, name: Party(id=i, name=name or i, city=name),
        st.text(min_size=1, max_size=9),
        texts,
    ),
    max_size=3,
    unique_by=lambda p: p.id,
).map(tuple)


@st.composite
def cases(draw) -> Known:
    controllers = draw(parties)
    ids = ["", *(p.id for p in controllers)]
    operator = Operator(
        id="op",
        name=draw(texts),
        region=draw(texts),
        timezone=draw(st.sampled_from(["Europe/Paris", "UTC", "Pacific/Auckland"])),
        role="processor",
        dpo=draw(st.dictionaries(st.sampled_from(["name", "email"]), texts)),
        public=draw(st.dictionaries(st.sampled_from(["url", "phone"]), texts)),
    )
    records = tuple(
        Recorded(
            n=n,
            event=event,
            controller=party,
            duty=draw(st.sampled_from(DUTIES)) if event in ("filed", "excepted") else "",
            at=at,
            by="x",
            why=why,
            recorded_at=at,
        )
        for n, (event, party, at, why) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(EventKind), st.sampled_from(ids), instants, texts
                    ),
                    max_size=6,
                )
            )
        )
    )
    return Known(
        case="c",
        estate=Estate(
            operator=operator,
            directory=DirectoryFiles(
                as_of=AT, accounts="", persons="", care="", controllers=""
            ),
            services=(),
            sources=(),
        ),
        now=AT,
        history=History(
            alerts=tuple(
                Alert(at=AT, kind=BellKind.CALL, text=t)
                for t in draw(st.lists(st.text(min_size=1, max_size=9), max_size=2))
            ),
            records=records,
        ),
        controllers=controllers,
        processor=True,
        scoped=(scoped := draw(st.none() | scopes(ids))),
        counts={c.controller: c.persons for c in scoped.controllers} if scoped else {},
        attack=draw(
            st.none()
            | st.just(
                Attack(sessions=2, accounts=1, first_at=AT, last_at=AT, unreviewed=0, writes=1)
            )
        ),
        clocks={
            (duty, party): {
                "duty": duty,
                "controller": party,
                "due_at": draw(st.sampled_from([None, AT.isoformat()])),
                "late": draw(st.booleans()),
                "why": draw(texts),
            }
            for duty in DUTIES
            for party in ids
        },
        risk=draw(
            st.sampled_from(
                [
                    {},
                    {"level": "unknown", "score": None},
                    {
                        "level": "high",
                        "score": 3.0,
                        "sensitivity": [{"level": "low", "says": {"fr": "a", "en": "b"}}],
                    },
                ]
            )
        ),
        care=draw(
            st.none()
            | st.builds(
                Care,
                mood=st.sampled_from(["indicative", "conditional", "refused", "unknown"]),
                says=st.just(Says("x", "x")),
            )
        ),
        indicators=draw(
            st.sampled_from([{}, {"address": ("203.0.113.7",), "network": (), "client": ()}])
        ),
        filed=draw(st.sampled_from([{}, {"cnil-initial": {"nature": {"fr": "a", "en": "a"}}}])),
    )


@st.composite
def scopes(draw, ids) -> Scoped:
    counts = st.builds(
        Persons,
        certain=st.integers(0, 5),
        probable=st.integers(5, 9),
        possible=st.integers(9, 20),
    )
    return Scoped(
        revision=draw(st.integers(1, 5)),
        proposition=draw(st.booleans()),
        persons=draw(counts),
        items={"identity.birth_name": draw(counts)},
        controllers=tuple(
            ControllerPersons(controller=i, persons=draw(counts)) for i in ids if i
        ),
        statements=tuple(
            Stated(
                category=c,
                finding=draw(st.sampled_from(["reached", "not_reached", "cannot_be_excluded"])),
                says={"fr": "Dit.", "en": "Said."},
            )
            for c in CATEGORIES
        ),
        counts={"grades": {"possible": {"records": 4, "minors": draw(st.integers(0, 2))}}},
    )


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_field_has_a_source_in_the_case_or_says_unknown(facts):
    papers = (*filings(facts), *published(facts))
    assert len({p.id for p in papers}) == len(papers)
    for paper in papers:
        assert paper.id.replace("-", "").replace("_", "").isalnum()
        assert paper.fields
        for field in paper.fields:
            assert bool(field.source) != (field.unknown is not None), field.id
            assert bool(field.values) == (field.unknown is None), field.id
        dpv.record(paper)


@settings(max_examples=25, deadline=None)
@given(cases())
def test_a_document_is_never_stale_against_itself(facts):
    for paper in filings(facts):
        assert stale.changes(paper.fields, stale.kept(paper.fields)) == ()


@settings(max_examples=25, deadline=None)
@given(cases())
def test_nothing_is_said_reached_before_a_scope_and_an_intruder(facts):
    if facts.scoped and facts.attack:
        return
    for paper in filings(facts):
        for field in paper.fields:
            if field.id.startswith(("data.", "persons.number", "harms")):
                assert field.unknown is not None


def test_a_field_without_source_or_with_both_cannot_be_made():
    with pytest.raises(ValueError, match="source"):
        Field(id="x", label=None, values=(Says("a", "a"),))
    with pytest.raises(ValueError, match="source"):
        Field(id="x", label=None, source="s", unknown=Says("a", "a"))


def test_a_figure_that_moved_is_told_with_its_correction():
    before = (known("n", None, Says("33", "33"), "scope", figure=True),)
    now = (known("n", None, Says("20", "20"), "scope", figure=True),)
    (change,) = stale.changes(now, stale.kept(before))
    assert (change.was.fr, change.now.fr) == ("33", "20")
    gone = (unknown("n", None, Says("?", "?"), figure=True),)
    assert stale.changes(gone, stale.kept(before))[0].now == stale.UNKNOWN
