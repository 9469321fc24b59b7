"""The copy of a delivered file, written past the page cache where the file system allows it.

The copy is synced at its end in any case; going through the cache first would cost more
processor time than hashing and cutting the text together.
"""

import fcntl
import mmap
import os

BUFFER_BYTES = 4 << 20
"""Bytes written at once: a multiple of any block, aligned to a page."""

BLOCK_BYTES = 4096
"""What O_DIRECT wants lengths and offsets to be multiples of, on every disk in use."""


class EvidenceCopy:
    """A file being written, mode 0600. What is given is on its way when `close` returns."""

    def __init__(self, file: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        try:
            self._descriptor = os.open(file, flags | os.O_DIRECT, 0o600)
        except OSError:  # a file system without direct writes, as tmpfs of older kernels
            self._descriptor = os.open(file, flags, 0o600)
        self._buffer = mmap.mmap(-1, BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._held = 0
        self._closed = False

    def take(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        left = memoryview(chunk)
        while left:
            n = min(len(left), BUFFER_BYTES - self._held)
            self._view[self._held : self._held + n] = left[:n]
            self._held += n
            left = left[n:]
            if self._held == BUFFER_BYTES:
                self._write(BUFFER_BYTES)
                self._held = 0

    def finish(self) -> None:
        """Write what is held: whole blocks directly, the rest of the last one as it comes."""
        whole = self._held - self._held % BLOCK_BYTES
        self._write(whole)
        if whole < self._held:
            self._view[: self._held - whole] = bytes(self._view[whole : self._held])
            self._through_the_cache()
            self._write(self._held - whole)
        self._held = 0

    def close(self) -> None:
        """Let the file go; harmless twice."""
        if not self._closed:
            self._closed = True
            os.close(self._descriptor)
            self._view.release()
            self._buffer.close()

    def _write(self, length: int) -> None:
        left = self._view[:length]
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except OSError:
                if not self._is_direct():
                    raise
                self._through_the_cache()  # refused at the first write, or after a short one

    def _is_direct(self) -> bool:
        return bool(fcntl.fcntl(self._descriptor, fcntl.F_GETFL) & os.O_DIRECT)

    def _through_the_cache(self) -> None:
        flags = fcntl.fcntl(self._descriptor, fcntl.F_GETFL)
        fcntl.fcntl(self._descriptor, fcntl.F_SETFL, flags & ~os.O_DIRECT)
