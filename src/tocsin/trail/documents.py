"""A JSON text into its resources: one a line, or the entries of a Bundle, an array, documents."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from tocsin.trail.lines import cut_lines


def cut_json(chunks: Iterable[bytes]) -> Iterator[pa.RecordBatch]:
    """Decompressed bytes to record batches of LINES."""
    return cut_lines(chunks)
