"""Linkage: which records may be one person although no sure rule says so."""

from typing import Protocol

import pyarrow as pa

from tocsin.core.tables import REAL, TEXT, table

TRAITS = table(
    "linkage_traits",
    "record with its traits as they are compared: folded, '' where unknown",
    record=TEXT,
    family=TEXT,
    used=TEXT,
    given=TEXT,
    birth=TEXT,
    sex=TEXT,
    place=TEXT,
    phone=TEXT,
    postal=TEXT,
)
PAIRS = table(
    "linkage_pairs",
    "pair of records that may be one person",
    one=TEXT,
    other=TEXT,
    probability=REAL,
)


class Linker(Protocol):
    """Weighs pairs of records. It proposes; it never merges."""

    def pairs(self, records: pa.Table, *, least: float) -> pa.Table:
        """The pairs whose probability of being one person reaches `least`.

        Args:
            records: rows of TRAITS, each record once.

        Returns:
            Rows of PAIRS; `one` sorts before `other`. The same rows give the same pairs.
        """
        ...
