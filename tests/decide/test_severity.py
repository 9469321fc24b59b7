import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.errors import InputError
from tocsin.decide.risk import Cohort, Measured, risk
from tocsin.decide.severity import Level, Terms, level

EXAMPLES = [
    pytest.param(1, 4, 4, 8, "medium", id="identity and contact, usurped account"),
    pytest.param(2, 4, 4, 12, "high", id="administrative fields tell social status"),
    pytest.param(3, 4, 4, 16, "very_high", id="the service implies health"),
    pytest.param(4, 4, 4, 20, "very_high", id="medical forms opened"),
    pytest.param(1, 2, 4, 6, "low", id="common surname only"),
    pytest.param(3, 1, 4, 7, "low", id="record numbers without key"),
    pytest.param(1, 3, 4, 7, "low", id="NIR and birth place, no name"),
    pytest.param(4, 4, 1, 17, "very_high", id="results to one wrong known recipient"),
    pytest.param(4, 1, 2, 6, "low", id="encrypted disk stolen, key safe"),
    pytest.param(4, 4, 5, 21, "very_high", id="orphan account, service then cut"),
    pytest.param(4, 4, 8, 24, "very_high", id="worst of all parts"),
    pytest.param(1, 1, 0, 1, "low", id="least of all parts"),
]

terms = st.builds(Terms, dpc=st.integers(1, 4), ei_q=st.integers(1, 4), cb_q=st.integers(0, 8))
ORDER = [Level.LOW, Level.MEDIUM, Level.HIGH, Level.VERY_HIGH]


@pytest.mark.parametrize(("dpc", "ei_q", "cb_q", "se_q", "band"), EXAMPLES)
def test_the_examples_of_the_method_give_their_score_and_level(dpc, ei_q, cb_q, se_q, band):
    found = Terms(dpc=dpc, ei_q=ei_q, cb_q=cb_q)
    assert (found.se_q, found.level) == (se_q, Level(band))


@pytest.mark.parametrize(
    ("se_q", "band"),
    [(7, "low"), (8, "medium"), (11, "medium"), (12, "high"), (15, "high"), (16, "very_high")],
)
def test_a_level_begins_exactly_on_its_floor(se_q, band):
    assert level(se_q) == Level(band)


@given(terms, terms)
def test_more_harm_never_lowers_severity(one, other):
    both = Terms(
        dpc=max(one.dpc, other.dpc),
        ei_q=max(one.ei_q, other.ei_q),
        cb_q=max(one.cb_q, other.cb_q),
    )
    assert 1 <= one.se_q <= both.se_q <= 24
    assert ORDER.index(one.level) <= ORDER.index(both.level)


@pytest.mark.parametrize("change", [{"dpc": 0}, {"dpc": 5}, {"ei_q": 0}, {"cb_q": 9}])
def test_a_term_out_of_its_range_is_refused(change):
    with pytest.raises(InputError):
        Terms(**{"dpc": 1, "ei_q": 1, "cb_q": 0, **change})


def cohort(grade: str, dpc: int, ei_q: int, plain: int, persons: int = 5) -> Cohort:
    return Cohort(grade=grade, dpc=dpc, ei_q=ei_q, plain_dpc=plain, persons=persons)


def test_nothing_known_is_unknown_and_not_low():
    found = risk(Measured(cohorts=()))
    assert (found.level, found.terms, found.sensitivity) == (Level.UNKNOWN, None, ())


def test_the_case_takes_the_highest_cohort_and_shows_what_would_move_it():
    found = risk(
        Measured(
            cohorts=(
                cohort("certain", 1, 4, 1),
                cohort("probable", 1, 4, 1, 90),
                cohort("probable", 3, 4, 1, 20),
                cohort("possible", 4, 4, 4, 200),
            ),
            care="cannot_tell",
        )
    )
    assert (found.terms.se_q, found.level) == (16, Level.VERY_HIGH)
    moved = {s.input: s.terms.level for s in found.sensitivity}
    assert moved["evidence:certain"] is Level.MEDIUM
    assert moved["evidence:possible"] is Level.VERY_HIGH
    assert moved["presence"] is Level.MEDIUM
    assert moved["recipients"] is Level.HIGH
    assert "availability" in moved
    assert found.inputs["more_than_100_persons"] is True


cohorts = st.lists(
    st.builds(
        cohort,
        st.sampled_from(["certain", "probable", "possible"]),
        st.integers(1, 4),
        st.integers(1, 4),
        st.integers(1, 4),
    ),
    max_size=6,
).map(tuple)


@given(cohorts, st.sampled_from(["", "no_change", "change", "cannot_tell"]), st.booleans())
def test_a_level_never_stands_alone(listed, care, reviewed):
    found = risk(Measured(cohorts=listed, care=care, reviewed=reviewed))
    if found.terms is None:
        assert not any(c.grade in ("probable", "possible") for c in listed)
    else:
        assert found.sensitivity
        assert found.reasons
