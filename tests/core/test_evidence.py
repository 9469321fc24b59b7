from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.evidence import GENESIS, Entry, digest_of, first_break


def chain(events: list[str]) -> list[str]:
    lines: list[str] = []
    for n, event in enumerate(events):
        previous = digest_of(lines[-1]) if lines else GENESIS
        at = datetime(2025, 9, 5, tzinfo=UTC)
        entry = Entry(n=n, at=at, event=event, by="", facts={}, previous=previous)
        lines.append(entry.line())
    return lines


@given(st.lists(st.text(max_size=10), max_size=6))
def test_a_chain_as_written_holds(events):
    assert first_break(chain(events)) is None


@given(st.lists(st.text(max_size=5), min_size=2, max_size=6), st.data())
def test_a_changed_removed_or_moved_entry_breaks_the_chain(events, data):
    lines = chain(events)
    at = data.draw(st.integers(0, len(lines) - 2))
    changed = [*lines]
    changed[at] = changed[at].replace('"by":""', '"by":"x"')
    removed = lines[:at] + lines[at + 1 :]
    moved = [*lines]
    moved[at], moved[at + 1] = moved[at + 1], moved[at]
    assert first_break(changed) is not None
    assert first_break(removed) is not None
    assert first_break(moved) is not None


@pytest.mark.parametrize("line", ["", "{", "[]", '{"n": 5}'])
def test_a_line_that_is_no_entry_breaks_the_chain(line):
    assert first_break([line]) == 0
