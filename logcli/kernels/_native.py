"""Kernels as Python calls them: code found on disk or compiled, then called by numba's convention.

A compiled function takes where to write what it gives, where to write what was raised, and its arguments:
a whole number as it is, an array as two null pointers (owner and object), the number of items, the
bytes of one, the address, and the lengths and steps by dimension. It returns a status, 0 if all is well.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from threading import RLock
from typing import Any, NamedTuple

import numpy as np

from logcli.kernels import _store

# LLVM and numba's compiler are not for several threads at once.
LOCK = RLock()
# Marks functions that become part of those that call them.
INLINE = "__kernel_inline__"
_FIELDS = {"q": ctypes.c_int64, "?": ctypes.c_bool}


class Loaded(NamedTuple):
    """A compiled function, the structure that it fills, and the names of the numbers in there."""

    call: Any
    given: type[ctypes.Structure]
    names: tuple[str, ...]


class Intrinsic:
    """A function given as LLVM code: `define` gives its signature and generator when it is compiled."""

    def __init__(self, define: Callable[..., Any]) -> None:
        self.define = define


def inline(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that becomes part of the kernels that call it."""
    setattr(function, INLINE, True)
    return function


class Kernel:
    """A function that runs as machine code, without the GIL.

    Arguments are arrays (C-contiguous, else ValueError) and whole numbers. Code is made for the types
    of the arguments when they are first met, and kept.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        self.__doc__ = function.__doc__
        self._loaded: dict[tuple[str, ...], Loaded] = {}

    def __call__(self, *arguments: Any) -> Any:
        kinds: list[str] = []
        words: list[int] = []
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                kinds.append(_KINDS[argument.dtype.char, argument.ndim])
                if not argument.flags.c_contiguous:
                    raise ValueError(f"{self.name}: an array is not C-contiguous")
                words += (0, 0, argument.size, argument.itemsize, _address(argument))
                words += argument.shape
                words += argument.strides
            else:
                kinds.append("Q" if isinstance(argument, np.uint64) else "q")
                words.append(int(argument))
        key = tuple(kinds)
        loaded = self._loaded.get(key) or self._load(key, len(words))
        given, raised = loaded.given(), ctypes.c_void_p()
        if loaded.call(ctypes.addressof(given), ctypes.addressof(raised), *words):
            raise RuntimeError(f"kernel {self.name} failed")
        if len(loaded.names) < 2:
            return getattr(given, loaded.names[0]) if loaded.names else None
        return tuple(getattr(given, name) for name in loaded.names)

    def _load(self, kinds: tuple[str, ...], words: int) -> Loaded:
        """The code for arguments of some kinds, which are so many words, from disk or compiled."""
        with LOCK:
            if kinds not in self._loaded:
                name = f"{self.name}-{'-'.join(kinds)}"
                code = _store.load(name)
                if code is None:
                    from logcli.kernels import _build

                    code = _build.compile_kernel(self, kinds)
                    _store.save(name, code)
                self._loaded[kinds] = _loaded(code, words)
            return self._loaded[kinds]


class _Kinds(dict[tuple[str, int], str]):
    """Kind of an array by type and dimensions, such as `u1` or `i4x2`."""

    def __missing__(self, key: tuple[str, int]) -> str:
        kind, dimensions = np.dtype(key[0]).str[1:], key[1]
        self[key] = kind if dimensions == 1 else f"{kind}x{dimensions}"
        return self[key]


_KINDS = _Kinds()


def _address(array: np.ndarray[Any, Any]) -> int:
    """Address of an array's data."""
    try:
        return ctypes.addressof(ctypes.c_char.from_buffer(array))  # five times as fast as `ctypes.data`
    except (TypeError, ValueError, BufferError):  # read-only or empty
        return int(array.ctypes.data)


@cache
def _machine() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(jit=True)


# Code goes when its engine does.
_ENGINES: list[Any] = []


def _loaded(code: _store.Code, words: int) -> Loaded:
    """Load an object file."""
    import llvmlite.binding as llvm

    # An engine each: kernels that call the same function have a copy of it each.
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.object_file.ObjectFileRef.from_data(code.binary))
    engine.finalize_object()
    _ENGINES.append(engine)
    arguments = [ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * words]
    function = ctypes.CFUNCTYPE(ctypes.c_int32, *arguments)
    names = tuple(f"r{k}" for k in range(len(code.returns)))
    fields = [(name, _FIELDS[letter]) for name, letter in zip(names, code.returns, strict=True)]
    # At least a pointer: a function that gives nothing writes one.
    given = type("Given", (ctypes.Structure,), {"_fields_": fields or [("nothing", ctypes.c_void_p)]})
    return Loaded(function(engine.get_function_address(code.symbol)), given, names)
