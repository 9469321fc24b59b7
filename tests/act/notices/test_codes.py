"""The reference that a person can have checked over the telephone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.act.notices.codes import ALPHABET, code, notice_id, read

SECRET = bytes(range(16))
persons = st.text(min_size=1, max_size=20)


@given(persons)
def test_a_code_is_read_again_however_it_is_dictated(person):
    made = code(SECRET, "c", person)
    assert read(made) == made
    assert read(made.lower().replace("-", " ")) == made


@given(persons, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_heard(person, place, sign):
    signs = list(code(SECRET, "c", person).replace("-", ""))
    changed = signs[place] != sign
    signs[place] = sign
    assert (read("".join(signs)) is None) == changed


@given(persons, st.integers(0, 9))
def test_two_swapped_signs_are_heard(person, place):
    signs = list(code(SECRET, "c", person).replace("-", ""))
    changed = signs[place] != signs[place + 1]
    signs[place], signs[place + 1] = signs[place + 1], signs[place]
    assert (read("".join(signs)) is None) == changed


@pytest.mark.parametrize("spoken", ["", "ABCD", "ABCD-EFGH-234O", "x" * 300, "--"])
def test_what_is_no_code_is_said_so(spoken):
    assert read(spoken) is None


def test_codes_differ_by_campaign_person_and_secret():
    made = {
        code(secret, campaign, person)
        for secret in (SECRET, b"other")
        for campaign in ("c", "d")
        for person in ("p", "q")
    }
    assert len(made) == 8


def test_a_message_has_the_same_identity_at_each_try():
    assert notice_id(SECRET, "c", "p", "mail") == notice_id(SECRET, "c", "p", "mail")
    assert notice_id(SECRET, "c", "p", "mail") != notice_id(SECRET, "c", "p", "sms")
