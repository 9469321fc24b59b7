"""The ids of all sessions: eight bytes each, shown as sixteen hexadecimal digits."""

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
import pyarrow as pa

WIDE = 8
"""Bytes of an id."""


class SessionIds(Sequence[str]):
    """Ids in the order of the sessions, held as the bytes that they are made of."""

    def __init__(self, held: bytes) -> None:
        self._held = held

    def __len__(self) -> int:
        return len(self._held) // WIDE

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> "SessionIds": ...

    def __getitem__(self, at: int | slice) -> "str | SessionIds":
        if isinstance(at, slice):
            some = np.frombuffer(self._held, dtype=f"V{WIDE}")[at]
            return SessionIds(some.tobytes())
        place = range(len(self))[at]
        return self._held[place * WIDE : (place + 1) * WIDE].hex()

    def __iter__(self) -> Iterator[str]:
        return (self[place] for place in range(len(self)))

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """The place of an id.

        Raises:
            ValueError: no session has it.
        """
        place = self.places([str(value)]).get(str(value))
        if place is None or place not in range(start, len(self) if stop is None else stop):
            raise ValueError(value)
        return place

    def places(self, wanted: Sequence[str]) -> dict[str, int]:
        """The place of each of these ids that a session has."""
        known = np.frombuffer(self._held, dtype="<u8")
        asked = {int.from_bytes(one, "little"): one.hex() for one in map(_bytes, wanted) if one}
        at = np.flatnonzero(np.isin(known, np.array(list(asked), dtype="<u8")))
        return {asked[int(known[place])]: int(place) for place in at[::-1]}

    def as_text(self) -> pa.Array:
        """All of them as a column of text."""
        text = pa.py_buffer(self._held.hex().encode())
        ends = np.arange(len(self) + 1, dtype=np.int64) * (2 * WIDE)
        return pa.LargeStringArray.from_buffers(len(self), pa.py_buffer(ends), text)

    def lined_up(self) -> Iterator[bytes]:
        """Their text, a NUL before each, some at a time."""
        for start in range(0, len(self), 100_000):
            yield "".join(f"\0{one}" for one in self[start : start + 100_000]).encode()


def _bytes(text: str) -> bytes:
    """What an id is made of; nothing for what is no id."""
    try:
        held = bytes.fromhex(text)
    except ValueError:
        return b""
    return held if len(held) == WIDE and held.hex() == text else b""
