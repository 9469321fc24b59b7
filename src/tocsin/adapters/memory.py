"""Memory that is free goes back to the machine, where its library can be asked for that."""

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Hand back what was freed; between stages, for it costs some milliseconds."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
        if trim is not None:
            trim(0)
