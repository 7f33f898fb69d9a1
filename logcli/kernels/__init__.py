"""Hot loops over arrays, compiled once per user by numba and kept on disk as machine code.

A kernel takes C-contiguous arrays and whole numbers, gives whole numbers or nothing, allocates
nothing on the heap, and knows nothing of logcli. As long as nothing has to be compiled, numba is not
even imported: llvmlite alone loads what was kept, in a few milliseconds.

`kernel` marks the functions that are called from Python, `inline` those that become part of others,
`intrinsic` those that are written in LLVM. `_store` keeps, `_native` loads and calls, `_build` compiles.
"""

from __future__ import annotations

from logcli.kernels._native import Intrinsic, Kernel, inline
from logcli.kernels._store import folder

__all__ = ["folder", "inline", "intrinsic", "kernel"]

kernel = Kernel
intrinsic = Intrinsic
