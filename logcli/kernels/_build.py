"""Compiles kernels with numba. The only module that imports it.

Kernel modules can be imported without numba, because their functions are plain ones with a mark.
To compile, each function is made anew over a copy of its module's names in which marked functions
are numba's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core.types import Array
from numba.extending import intrinsic

from logcli.kernels._native import INLINE, LOCK, Intrinsic, Kernel
from logcli.kernels._store import Code

# Nothing is allocated, so there are no references to count; nobody calls these functions but us. No
# bounds checks (unless NUMBA_BOUNDSCHECK asks for them, as a test does) and C division.
_OPTIONS = {
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
_RETURNED = {types.int64: "q", types.boolean: "?"}
_worlds: dict[str, dict[str, Any]] = {}
_made: dict[Any, Any] = {}


def compile_kernel(kernel: Kernel, kinds: tuple[str, ...]) -> Code:
    """Machine code of a kernel for arguments of some kinds; takes about a second."""
    with LOCK:
        function = _compiled(kernel.function, inlined=False)
        signature = tuple(_type(kind) for kind in kinds)
        function.compile(signature)
        result = function.overloads[signature]
        symbol = result.fndesc.llvm_func_name
        result.library.get_pointer_to_function(symbol)  # only now is there an object
        binary = result.library.serialize_using_object_code()[2][0]
        return Code(symbol, _letters(result.signature.return_type), binary)


def _type(kind: str) -> Any:
    if kind in ("q", "Q"):
        return types.int64 if kind == "q" else types.uint64
    code, _, dimensions = kind.partition("x")
    return Array(numba.from_dtype(np.dtype(code)), int(dimensions or 1), "C")


def _letters(returned: Any) -> str:
    if isinstance(returned, types.BaseTuple):
        return "".join(_letters(part) for part in returned)
    if isinstance(returned, types.NoneType):
        return ""
    if returned not in _RETURNED:
        raise TypeError(f"a kernel gives int64 and bool, not {returned}")
    return _RETURNED[returned]


def _compiled(function: Callable[..., Any], *, inlined: bool) -> Any:
    """numba's function for a marked one."""
    if function not in _made:
        assert isinstance(function, FunctionType)
        names = _world(function.__module__)
        anew = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
        anew.__module__, anew.__qualname__ = function.__module__, function.__qualname__
        _made[function] = numba.njit(anew, **_OPTIONS, forceinline=inlined)
    return _made[function]


def _world(module: str) -> dict[str, Any]:
    """The names of a module, with numba's functions in the place of marked ones."""
    if module not in _worlds:
        names = _worlds[module] = dict(vars(sys.modules[module]))
        for name, value in list(names.items()):
            names[name] = _real(value)
    return _worlds[module]


def _real(value: Any) -> Any:
    if isinstance(value, Kernel):
        return _compiled(value.function, inlined=False)
    if isinstance(value, Intrinsic):
        if value not in _made:
            _made[value] = intrinsic(prefer_literal=True)(value.define)
        return _made[value]
    if getattr(value, INLINE, False):
        return _compiled(value, inlined=True)
    return value
