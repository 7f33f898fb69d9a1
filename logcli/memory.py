"""Keep freed memory from piling up: blocks come and go by the megabyte, in several threads."""

from __future__ import annotations

import ctypes
import sys

# glibc: allocations from this size on are given back to the system when they are freed, and threads
# share so many heaps (mallopt(3)). By default both grow with use, to twice the memory in our case.
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
_LARGE = 1 << 20
_HEAPS = 2


def frugal() -> None:
    """Set up the allocators of this process; for the command, not for the library."""
    import pyarrow as pa

    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_ARENA_MAX, _HEAPS)
        pa.set_memory_pool(pa.system_memory_pool())
