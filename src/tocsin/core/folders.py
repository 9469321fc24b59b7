"""A folder to be written: what a rule hands to an adapter when its result is many files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file not yet written: its path in the folder, and what makes its content.

    The suffix of `path` tells how a table is spelt (`.csv`, `.parquet`) and whether the bytes
    are compressed (`.gz`, `.zst`). `content` is called once, when its turn comes, so that a
    folder larger than memory can be written.
    """

    path: str
    content: Callable[[], Iterable[bytes] | pa.Table]
