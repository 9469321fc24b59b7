"""Processes that run a pure function over batches, in order, a few batches at a time.

Processes are started afresh (`spawn`), not forked: the parent has an engine with threads. They
share nothing with it but the function, which is picklable, and batches as Arrow streams.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from types import TracebackType

import pyarrow as pa

from tocsin.core.errors import OutsideError
from tocsin.core.records import Says

Decode = Callable[[pa.RecordBatch], pa.RecordBatch]

SMALL_ROWS = 4_000
"""Rows under which starting processes costs more than it saves; those of one task beyond."""
TASK_BYTES = 8 << 20
AHEAD = 3
"""Batches that each process may have waiting: what bounds the memory."""


class XmlPool:
    """Decodes batches in other processes; starts them at the first need, ends them at exit."""

    def __init__(self, *, processes: int = 2) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "XmlPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; what they have not begun is dropped."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def run(
        self, decode: Decode, batches: Iterable[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """Each batch decoded, in the order given.

        Args:
            decode: picklable and pure; an error in it comes out here.
            batches: read only as fast as results are taken.

        Raises:
            OutsideError: a process died, for want of memory as a rule.
        """
        waiting: deque[Future[bytes]] = deque()
        few, many = _begun(batches, known=self._pool is not None)
        for batch in few:
            yield decode(batch)
        try:
            for batch in many:
                waiting.append(self._started().submit(_decoded, decode, _packed(batch)))
                if len(waiting) >= self._processes * AHEAD:
                    yield from _unpacked(waiting.popleft().result())
            while waiting:
                yield from _unpacked(waiting.popleft().result())
        except BrokenProcessPool as error:
            self._pool = None
            raise OutsideError(
                Says(
                    "un processus qui lit du XML s'est arrêté avant la fin de son travail",
                    "a process that reads XML ended before its work was done",
                ),
                next_step=Says(
                    "Libérez de la mémoire, puis relancez la même commande.",
                    "Free memory, then run the same command again.",
                ),
            ) from error
        finally:
            for left in waiting:
                left.cancel()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes, mp_context=multiprocessing.get_context("spawn")
            )
        return self._pool


def _begun(
    batches: Iterable[pa.RecordBatch], *, known: bool
) -> tuple[list[pa.RecordBatch], Iterator[pa.RecordBatch]]:
    """All batches where they are few (and no process runs yet), else all of them by tasks."""
    begun: list[pa.RecordBatch] = []
    rest, rows = iter(batches), 0
    while not known and rows < SMALL_ROWS:
        batch = next(rest, None)
        if batch is None:
            return begun, iter(())
        begun.append(batch)
        rows += batch.num_rows
    return [], _tasks(chain(begun, rest))


def _tasks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches put together until each is worth its journey."""
    group: list[pa.RecordBatch] = []
    rows = weight = 0
    for batch in batches:
        group.append(batch)
        rows += batch.num_rows
        weight += batch.nbytes
        if rows >= SMALL_ROWS or weight >= TASK_BYTES:
            yield _one(group)
            group, rows, weight = [], 0, 0
    if group:
        yield _one(group)


def _one(group: list[pa.RecordBatch]) -> pa.RecordBatch:
    return group[0] if len(group) == 1 else pa.concat_batches(group)


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def _unpacked(packed: bytes) -> Iterator[pa.RecordBatch]:
    with pa.ipc.open_stream(packed) as stream:
        yield from stream


def _decoded(decode: Decode, packed: bytes) -> bytes:
    """Runs in the other process."""
    (batch,) = _unpacked(packed)
    return _packed(decode(batch))
