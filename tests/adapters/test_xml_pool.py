"""Batches come back, whole and in order, by whatever process they went."""

import pyarrow as pa
import pytest

from tocsin.adapters import xml_pool
from tocsin.adapters.xml_pool import SMALL_ROWS, XmlPool

same = pa.RecordBatch.slice  # processes find it by its name


def batches(sizes):
    n = 0
    for size in sizes:
        yield pa.record_batch({"n": list(range(n, n + size))})
        n += size


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param([], id="none"),
        pytest.param([1, 2, 3], id="few, in this process"),
        pytest.param([SMALL_ROWS // 2 - 1, 1, SMALL_ROWS // 2, 7, SMALL_ROWS, 1], id="many"),
    ],
)
def test_every_row_comes_back_once_and_in_order(sizes):
    with XmlPool() as pool:
        found = [n for b in pool.run(same, batches(sizes)) for n in b.column("n").to_pylist()]
    assert found == list(range(sum(sizes)))


def test_small_batches_of_a_long_trail_do_go_to_processes():
    with XmlPool() as pool:
        list(pool.run(same, batches([SMALL_ROWS // 3] * 6)))
        assert pool._pool is not None


def test_tasks_are_worth_their_journey():
    sizes = [b.num_rows for b in xml_pool._tasks(batches([1] * 10 + [SMALL_ROWS, 5]))]
    assert sizes == [SMALL_ROWS + 10, 5]
