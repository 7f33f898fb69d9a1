"""Arrow arrays made of numpy arrays and lists, and back.

pyarrow's own constructors and conversions import pandas, to ask whether they were given a Series and to
know its missing values; that takes longer than parsing a small log.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def numbers(
    values: npt.NDArray[Any], kind: pa.DataType | None = None, *, absent: npt.NDArray[np.bool_] | None = None
) -> pa.Array:
    """An array over numpy's memory (truth values are packed), not a copy of it.

    kind : a type of the same width; numpy's own by default
    absent : rows that are null

    >>> numbers(np.array([1, 2]), absent=np.array([False, True])).to_pylist()
    [1, None]
    """
    kind = pa.from_numpy_dtype(values.dtype) if kind is None else kind
    missing = None if absent is None or not absent.any() else _packed(~absent)
    data = _packed(values) if values.dtype == np.bool_ else pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(kind, len(values), [missing, data])


def texts(values: Iterable[str | None]) -> pa.Array:
    """An array of texts, None for null.

    >>> texts(["a", None, "é"]).to_pylist()
    ['a', None, 'é']
    """
    coded = [None if value is None else value.encode("utf-8", "replace") for value in values]
    ends = accumulate((len(text or b"") for text in coded), initial=0)
    offsets = np.fromiter(ends, np.int32, len(coded) + 1)
    absent = np.fromiter((text is None for text in coded), np.bool_, len(coded))
    missing = _packed(~absent) if absent.any() else None
    data = pa.py_buffer(b"".join(text or b"" for text in coded))
    return pa.Array.from_buffers(pa.string(), len(coded), [missing, pa.py_buffer(offsets), data])


def scalar(value: str | bool | int | float | None, kind: pa.DataType | None = None) -> pa.Scalar:
    """One value for a compute function, which would make one by pyarrow's own constructor.

    kind : for None, and for a number of another type than int64 or double

    >>> scalar(1), scalar(None, pa.string())
    (<pyarrow.Int64Scalar: 1>, <pyarrow.StringScalar: None>)
    """
    if value is None:
        return pa.nulls(1, kind)[0]
    made = texts([value]) if isinstance(value, str) else numbers(np.array([value]))
    return made[0] if kind is None else made.cast(kind)[0]


def values(array: pa.Array, absent: bool | int | float = 0) -> npt.NDArray[Any]:
    """The numbers or truth values of an array; not to be written to, as they may be the array's own.

    absent : stands for null

    >>> values(texts(["a", None]).is_valid()).tolist()
    [True, False]
    >>> values(numbers(np.array([7, 8]), absent=np.array([False, True])), -1).tolist()
    [7, -1]
    """
    valid, data = array.buffers()
    part = slice(array.offset, array.offset + len(array))
    if pa.types.is_boolean(array.type):
        found = _bits(data)[part]
    else:
        found = np.frombuffer(data or b"", _DTYPES.get(str(array.type), str(array.type)))[part]
    return np.where(_bits(valid)[part], found, found.dtype.type(absent)) if array.null_count else found


_DTYPES = {"double": "f8", "float": "f4"}


def _bits(buffer: pa.Buffer | None) -> npt.NDArray[np.bool_]:
    return np.unpackbits(np.frombuffer(buffer or b"", np.uint8), bitorder="little").view(np.bool_)


def _packed(flags: npt.NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))
