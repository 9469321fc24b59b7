"""A text is cut into the lines that it has, whatever the pieces it comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.trail.lines import LONGEST_LINE_BYTES, NOT_UTF8, TOO_LONG, UTF16, cut_lines


def pieces(raw, size):
    return [raw[i : i + size] for i in range(0, len(raw), size)]


def cut(raw, size=0):
    rows = []
    for batch in cut_lines(pieces(raw, size) if size else [raw] if raw else []):
        batch.validate(full=True)
        rows += [(r["position"], r["line"], r["reason"]) for r in batch.to_pylist()]
    return rows


texts = st.lists(
    st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=30)
)


@given(lines=texts, ends=st.lists(st.sampled_from(["\n", "\r\n"])), size=st.integers(1, 40))
def test_every_line_that_is_not_blank_comes_out_with_its_number(lines, ends, size):
    ends = (ends + ["\n"] * len(lines))[: len(lines)]
    raw = "".join(line + end for line, end in zip(lines, ends, strict=True))
    raw = raw.lstrip("\ufeff") if raw.startswith("\ufeff") else raw
    kept = raw.replace("\r\n", "\n").split("\n")
    expected = [(n, line, None) for n, line in enumerate(kept, 1) if line.strip(" \t\x0b\x0c")]
    assert cut(raw.encode(), size) == expected
    assert cut(raw.encode()) == expected


@given(raw=st.binary(max_size=200), size=st.integers(1, 50))
def test_pieces_never_change_what_is_cut(raw, size):
    assert cut(raw, size) == cut(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", []),
        (b"\n\n  \n\t\r\n", []),
        (b"a", [(1, "a", None)]),
        (b"\xef\xbb\xbfa\nb", [(1, "a", None), (2, "b", None)]),
        (b"a\n\xff\xfe\nb\n", [(1, "a", None), (2, None, NOT_UTF8), (3, "b", None)]),
        ("a\n".encode("utf-16"), [(1, None, UTF16), (2, None, UTF16)]),
    ],
)
def test_edges(raw, expected):
    assert cut(raw) == expected
    assert cut(raw, 1) == expected


def test_a_line_too_long_is_passed_over_without_being_held():
    raw = b"a\n" + b"x" * (3 * LONGEST_LINE_BYTES) + b"\nb\n"
    expected = [(1, "a", None), (2, None, TOO_LONG), (3, "b", None)]
    assert cut(raw) == cut(raw, 1 << 18) == expected
    exact = b"y" * LONGEST_LINE_BYTES
    assert [row[2] for row in cut(exact + b"\n" + exact + b"y\n")] == [None, TOO_LONG]
