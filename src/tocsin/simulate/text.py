"""Text by the column: instants, identifiers and whole lines built without a loop over rows."""

import base64
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bytes2 = NDArray[np.uint8]

_DAY_US = 86_400_000_000
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def from_matrix(rows: Bytes2) -> pa.StringArray:
    """A string column from a matrix of ASCII bytes, one string of fixed length a row."""
    count, width = rows.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(rows)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data))


def hex_ids(rng: np.random.Generator, count: int, *, digits: int = 32) -> pa.StringArray:
    """Random identifiers of that many hexadecimal digits."""
    return from_matrix(_HEX[rng.integers(0, 16, (count, digits), dtype=np.uint8)])


def uuids(rng: np.random.Generator, count: int) -> pa.StringArray:
    """Random identifiers in the shape of a UUID, version 4."""
    rows = _HEX[rng.integers(0, 16, (count, 36), dtype=np.uint8)]
    rows[:, (8, 13, 18, 23)] = ord("-")
    rows[:, 14] = ord("4")
    return from_matrix(rows)


def _digits(rows: Bytes2, start: int, values: Ints, width: int) -> None:
    for place in range(width):
        rows[:, start + width - 1 - place] = (values // 10**place) % 10 + ord("0")


def _clock(rows: Bytes2, start: int, of_day: Ints) -> None:
    seconds = of_day // 1_000_000
    _digits(rows, start, seconds // 3600, 2)
    _digits(rows, start + 3, seconds // 60 % 60, 2)
    _digits(rows, start + 6, seconds % 60, 2)


def _dated(at_us: Ints, template: bytes, spelt: Sequence[bytes], first_day: int) -> Bytes2:
    rows = np.tile(np.frombuffer(template, np.uint8), (len(at_us), 1))
    days = np.array([np.frombuffer(day, np.uint8) for day in spelt])
    rows[:, : days.shape[1]] = days[at_us // _DAY_US - first_day]
    return rows


def _days(at_us: Ints) -> tuple[int, list[np.datetime64]]:
    if not len(at_us):
        return 0, [np.datetime64(0, "D")]
    first, last = int(at_us.min()) // _DAY_US, int(at_us.max()) // _DAY_US
    return first, [np.datetime64(day, "D") for day in range(first, last + 1)]


def iso(at_us: Ints, *, zone: str = "Z") -> pa.StringArray:
    """Instants as `2025-09-01T02:03:04.005Z`; microseconds since 1970 of that zone's clock."""
    first, days = _days(at_us)
    template = b"0000-00-00T00:00:00.000" + zone.encode()
    rows = _dated(at_us, template, [str(day).encode() for day in days], first)
    _clock(rows, 11, at_us % _DAY_US)
    _digits(rows, 20, at_us // 1000 % 1000, 3)
    return from_matrix(rows)


def iso_seconds(at_us: Ints) -> pa.StringArray:
    """Instants as `2025-09-01T02:03:04`, without a zone."""
    first, days = _days(at_us)
    rows = _dated(at_us, b"0000-00-00T00:00:00", [str(day).encode() for day in days], first)
    _clock(rows, 11, at_us % _DAY_US)
    return from_matrix(rows)


def combined(at_us: Ints, offset_s: Ints) -> pa.StringArray:
    """Instants as `[01/Sep/2025:04:03:04 +0200]`: UTC microseconds, and the zone's offset."""
    local = at_us + offset_s * 1_000_000
    first, days = _days(local)
    spelt = []
    for day in days:
        year, month, of_month = str(day).split("-")
        spelt.append(f"[{of_month}/{_MONTHS[int(month) - 1]}/{year}".encode())
    rows = _dated(local, b"[00/Xxx/0000:00:00:00 +0000]", spelt, first)
    _clock(rows, 13, local % _DAY_US)
    _digits(rows, 23, offset_s // 3600, 2)
    return from_matrix(rows)


def join(*parts: str | pa.Array) -> pa.StringArray:
    """Parts side by side, row by row; a plain string stands in every row."""
    scalars = [pa.scalar(part) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*scalars, "")


def chosen(words: Sequence[str] | pa.Array, index: Ints) -> pa.StringArray:
    """The words at these places, one a row; a negative place gives ''."""
    listed = words if isinstance(words, pa.Array) else pa.array(words, pa.string())
    places = pa.array(index, mask=index < 0)
    return pc.fill_null(listed.take(places), "")


def numbers(values: Ints) -> pa.StringArray:
    """Whole numbers in decimal."""
    return pa.array(values).cast(pa.string())


def as_base64(texts: pa.StringArray) -> pa.StringArray:
    """Each text in base64, as audit trails carry queries."""
    coded = [base64.b64encode(text.encode()).decode() for text in texts.to_pylist()]
    return pa.array(coded, pa.string())


_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def quoted(text: str) -> str:
    """A text as it stands in a URL query: percent signs, UTF-8, a space as `%20`."""
    return "".join(
        char if char in _PLAIN else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )


def body(lines: pa.StringArray) -> bytes:
    """The lines' bytes, one after the other; each brings its own line feed."""
    flat = pa.concat_arrays([lines])
    offsets = np.frombuffer(flat.buffers()[1], np.int32)[flat.offset :]
    start, end = int(offsets[0]), int(offsets[len(flat)])
    return bytes(memoryview(flat.buffers()[2])[start:end]) if end > start else b""


def spans(count: int, size: int) -> Iterator[tuple[int, int]]:
    """Half-open spans that cut `count` rows into blocks of at most `size`."""
    for start in range(0, count, size):
        yield start, min(count, start + size)


def joined(chunks: Iterable[bytes]) -> bytes:
    """Chunks as one."""
    return b"".join(chunks)
