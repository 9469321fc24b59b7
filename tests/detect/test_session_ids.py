"""Ids of sessions, held small and read as text."""

import re

import pytest

from tocsin.detect.session_ids import SessionIds

MADE = ("00" * 8, "0123456789abcdef", "ff" * 8)


@pytest.fixture
def ids():
    return SessionIds(b"".join(bytes.fromhex(one) for one in MADE))


def test_ids_read_as_they_were_made(ids):
    assert tuple(ids) == MADE
    assert ids[-1] == MADE[-1]
    assert tuple(ids[1:]) == MADE[1:]
    assert ids.as_text().to_pylist() == list(MADE)
    assert b"".join(ids.lined_up()).decode() == "".join(f"\0{one}" for one in MADE)


def test_an_id_is_found_where_it_stands_and_nothing_else_is(ids):
    assert [ids.index(one) for one in MADE] == [0, 1, 2]
    strange = ["", "no id", "0123456789ABCDEF", "01 23456789abcdef", "aa" * 8, "é" * 16]
    assert ids.places([*strange, MADE[1]]) == {MADE[1]: 1}
    for one in strange:
        with pytest.raises(ValueError, match=re.escape(one)):
            ids.index(one)


def test_no_session_has_no_id():
    assert list(SessionIds(b"")) == []
    assert SessionIds(b"").as_text().to_pylist() == []
