import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tocsin.simulate.text import as_base64, body, chosen, combined, iso, join, quoted, spans

INSTANTS = st.integers(min_value=0, max_value=4_000_000_000_000_000)


def at(value):
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)


@given(st.lists(st.integers(min_value=0, max_value=10**13), min_size=1, max_size=20))
def test_instants_are_spelt_as_the_standard_library_spells_them(values):
    base = 1_756_000_000_000_000
    told = iso(np.array(values, np.int64) + base).to_pylist()
    wanted = [
        at(base + value).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for value in values
    ]
    assert told == wanted


@given(st.integers(min_value=0, max_value=10**13), st.sampled_from([0, 3600, 7200]))
def test_combined_instants_read_back(value, offset):
    stamp = np.array([1_756_000_000_000_000 + value], np.int64)
    told = combined(stamp, np.array([offset], np.int64))[0].as_py()
    read = datetime.strptime(told, "[%d/%b/%Y:%H:%M:%S %z]")
    assert read == at(int(stamp[0])).replace(microsecond=0)


@given(st.text(max_size=40))
def test_quoted_text_reads_back_and_holds_no_separator(text):
    clean = text.encode("utf-8", "ignore").decode()
    told = quoted(clean)
    assert unquote(told) == clean
    assert not set(told) & set(' &=?#"\n,')


def test_lines_are_joined_row_by_row():
    column = pa.array(["a", "b"])
    assert body(join("<", column, ">\n")) == b"<a>\n<b>\n"
    assert body(join("<", column, ">\n")[1:]) == b"<b>\n"
    assert body(join("<", column, ">\n")[:0]) == b""


def test_a_negative_place_chooses_nothing():
    assert chosen(["x", "y"], np.array([1, -1, 0])).to_pylist() == ["y", "", "x"]


def test_base64_of_nothing_is_an_empty_column_of_text():
    assert as_base64(pa.array([], pa.string())).type == pa.string()
    told = as_base64(pa.array(["é&"])).to_pylist()
    assert base64.b64decode(told[0]).decode() == "é&"


@given(st.integers(min_value=0, max_value=500), st.integers(min_value=1, max_value=60))
def test_spans_cut_without_loss(count, size):
    covered = [row for start, end in spans(count, size) for row in range(start, end)]
    assert covered == list(range(count))
