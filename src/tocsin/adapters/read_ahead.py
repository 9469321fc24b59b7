"""An iterator run in a thread of its own: reading overlaps with the work on what is read."""

import contextlib
import queue
import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

from tocsin.core.causes import cause
from tocsin.core.errors import OutsideError
from tocsin.core.records import Says

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """Runs an iterator in a thread, a few items ahead of whoever takes them."""

    def __init__(self, items: Iterator[Item], *, depth: int) -> None:
        self._queue: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(depth)
        self._stopped = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._run, args=(items,), daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        if self._ended:
            raise StopIteration
        item, error = self._queue.get()
        if item is not None:
            return item
        self._ended = True
        self._thread.join()
        if isinstance(error, OSError):
            raise OutsideError(
                Says(
                    "un fichier de traces n'a pas pu être lu jusqu'au bout",
                    "a trail file could not be read to its end",
                ),
                next_step=Says(
                    "Libérez du disque ou réparez le système de fichiers, puis relancez.",
                    "Free disk or repair the file system, then run it again.",
                ),
                where=cause(error),
            ) from error
        if error is not None:
            raise error
        raise StopIteration

    def stop(self) -> None:
        """Let the thread end early."""
        self._stopped.set()
        while self._thread.is_alive():
            with contextlib.suppress(queue.Empty):
                self._queue.get(timeout=0.01)
        self._ended = True

    def _run(self, items: Iterator[Item]) -> None:
        try:
            for item in items:
                if self._stopped.is_set():
                    return
                self._put(item, None)
            self._put(None, None)
        except BaseException as error:  # handed to whoever takes the items
            self._put(None, error)

    def _put(self, item: Item | None, error: BaseException | None) -> None:
        self._queue.put((item, error))
