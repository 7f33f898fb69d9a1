"""Arrow columns as text, without a loop over rows: what the text sinks are built from.

A column becomes `Cells`, ranges into one byte array; `rows` lays cells side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.base import NO_TIME
from logcli.kernels import jsonwrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from logcli.base import Bytes, Longs

# Rows that are laid out at a time: their text stays in the processor's cache.
_STEP = 4096

# Rows and bytes of a batch that are turned into cells at a time: this bounds the memory.
_PART_ROWS, _PART_BYTES = 16_384, 16 << 20


@dataclass(slots=True)
class Cells:
    """One text per row: `open text[start:end] close`, absent where `start` is -1."""

    text: Bytes
    start: Longs
    end: Longs
    open: bytes = b""
    close: bytes = b""

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, rows: slice | npt.NDArray[Any]) -> Cells:
        return replace(self, start=self.start[rows], end=self.end[rows])

    def between(self, opening: bytes, closing: bytes) -> Cells:
        """The same cells, further enclosed."""
        return replace(self, open=opening + self.open, close=self.close + closing)

    def where(self, keep: npt.NDArray[np.bool_]) -> Cells:
        """The same cells, absent where `keep` is false."""
        return replace(self, start=np.where(keep, self.start, -1), end=np.where(keep, self.end, -1))

    def filled(self) -> Cells:
        """The same cells, the absent ones empty."""
        absent = self.start < 0
        return replace(self, start=np.where(absent, 0, self.start), end=np.where(absent, 0, self.end))

    def lengths(self) -> Longs:
        """Bytes of each cell between `open` and `close`, 0 where it is absent."""
        lengths: Longs = self.end - self.start
        return lengths

    def to_arrow(self) -> pa.Array:
        """The texts as an Arrow array, an absent one empty."""
        whole = rows([(b"", self)], len(self))
        offsets = np.concatenate((np.zeros(1, np.int64), whole.end))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(whole.text)]
        return pa.Array.from_buffers(pa.large_string(), len(self), buffers)

    def tolist(self) -> list[str | None]:
        """The texts as Python strings."""
        whole = self.text.tobytes()
        pairs = zip(self.start.tolist(), self.end.tolist(), strict=True)
        head, tail = self.open.decode(), self.close.decode()
        return [None if a < 0 else head + whole[a:b].decode() + tail for a, b in pairs]


@dataclass(frozen=True, eq=False)
class Escape:
    """Bytes to be replaced in a text. `quoted` bytes put the whole cell between double quotes."""

    widths: Bytes
    pieces: Bytes

    @classmethod
    def of(cls, replacements: Mapping[str, str], quoted: str = "") -> Escape:
        """From one-byte characters and their replacements of 2 to 8 bytes."""
        widths = np.ones(256, np.uint8)
        pieces = np.zeros(256 * 8, np.uint8)
        for char, piece in replacements.items():
            data = piece.encode()
            widths[ord(char)] = len(data)
            pieces[ord(char) * 8 : ord(char) * 8 + len(data)] = list(data)
        for char in quoted:
            widths[ord(char)] |= jsonwrite.QUOTE
        return cls(widths, pieces)

    def apply(self, cells: Cells) -> Cells:
        """The cells with their bytes replaced; the very same ones when there is nothing to replace."""
        size = jsonwrite.measure(cells.text, cells.start, cells.end, self.widths)
        if size == int(cells.lengths().sum()):
            return cells
        out = np.empty(size + 2, np.uint8)  # room for a closing quote before its cell is moved
        start, end = np.empty_like(cells.start), np.empty_like(cells.end)
        jsonwrite.substitute(cells.text, cells.start, cells.end, self.widths, self.pieces, out, start, end)
        return replace(cells, text=out, start=start, end=end)


def strings(array: pa.Array, escape: Escape | None = None) -> Cells:
    """Cells of a string array or of a dictionary of strings (escaped once per distinct word).

    >>> strings(pa.array(["a", None])).tolist()
    ['a', None]
    """
    if pa.types.is_dictionary(array.type):
        if len(array.dictionary) > len(array):
            return strings(array.dictionary_decode(), escape)
        return _chosen(strings(array.dictionary, escape), array.indices)
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        array = array.cast(pa.large_string())
    start, end = ranges(array)
    text = view(array.buffers()[2], np.uint8)
    cells = Cells(text, start, end)
    return escape.apply(cells) if escape else cells


def times(array: pa.Array) -> Cells:
    """RFC 3339 texts in UTC, the fraction of 0, 3, 6 or 9 digits as needed.

    >>> times(pa.array([0, 1_500_000_000, None], pa.timestamp("ns"))).tolist()
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:01.500Z', None]
    """
    try:
        whole = array.cast(pa.timestamp("ns", array.type.tz)).cast(pa.int64())
    except pa.ArrowInvalid:  # before 1677 or after 2262: only foreign tables have that
        return strings(array.cast(pa.string()))
    numbers = arrays.values(whole, NO_TIME)
    out = np.empty(len(numbers) * 30, np.uint8)
    start, end = np.empty_like(numbers), np.empty_like(numbers)
    jsonwrite.rfc3339(numbers, NO_TIME, out, start, end)
    return Cells(out, start, end)


def constant(count: int, text: bytes = b"") -> Cells:
    """The same text in every row."""
    return Cells(mutable(text), np.zeros(count, np.int64), np.full(count, len(text), np.int64))


def joined(
    first: Longs, last: Longs, keys: Cells | None, values: Cells, absent: bytes, between: bytes = b""
) -> Cells:
    """Each row's values `first:last`, every one after its key and `between`, with commas.

    absent : written instead of a value that is absent
    """
    keys = keys or constant(len(values))
    texts = (keys.open, keys.close + between + values.open, values.close, keys.close + absent)
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    widest = len(keys.open) + max(len(texts[1]) + len(texts[2]), len(texts[3])) + 1
    size = int(keys.lengths().sum() + values.lengths().sum()) + widest * len(values)
    out = np.empty(size, np.uint8)
    start, end = np.empty_like(first), np.empty_like(first)
    cells = keys.text, keys.start, keys.end, values.text, values.start, values.end
    jsonwrite.join(first, last, *cells, mutable(b"".join(texts)), ends, out, start, end)
    return Cells(out, start, end)


def rows(
    items: Sequence[tuple[bytes, Cells]], count: int, opening: bytes = b"", closing: bytes = b""
) -> Cells:
    """Lay the cells of each row side by side, each after its label; absent cells leave nothing.

    opening : one byte that takes the place of the row's first, so that labels may all start with a
        comma; a row without any cell gets it as well

    >>> rows([(b",a=", strings(pa.array(["x", None])))], 2, b"(", b")").tolist()
    ['(a=x)', '()']
    """
    width = np.full(count, len(closing), np.int64)
    for label, cells in items:
        fixed = len(label) + len(cells.open) + len(cells.close)
        width += np.where(cells.start < 0, 0, cells.lengths() + fixed)
    empty = (width == len(closing)) if opening else np.zeros(count, np.bool_)
    end = np.cumsum(width + empty)
    start = end - width - empty
    out = np.empty(int(end[-1]) if count else 0, np.uint8)
    cursor = start + empty
    for label, cells in [*items, (closing, constant(count))]:
        marks = mutable(label + cells.open + cells.close)
        jsonwrite.place(out, cursor, cells.text, cells.start, cells.end, marks, len(label) + len(cells.open))
    if opening:
        out[start] = opening[0]
    return Cells(out, start, end)


def chunks(
    items: Sequence[tuple[bytes, Cells]], count: int, opening: bytes = b"", closing: bytes = b""
) -> Iterator[memoryview]:
    """The text of all rows, some thousand rows at a time."""
    for first in range(0, count, _STEP):
        step = slice(first, first + _STEP)
        part = [(label, cells[step]) for label, cells in items]
        yield rows(part, min(_STEP, count - first), opening, closing).text.data


def parts(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The batch in pieces that are small enough to be turned into text at once."""
    fitting = _PART_BYTES * batch.num_rows // max(batch.nbytes, 1)
    step = min(max(fitting, 256), _PART_ROWS)  # at least some: a large dictionary is in every piece
    for first in range(0, batch.num_rows, step):
        yield batch.slice(first, step)


def ranges(array: pa.Array) -> tuple[Longs, Longs]:
    """Start and end of each row in the child of a string, list or map array; -1 where it is null."""
    wide = pa.types.is_large_string(array.type) or pa.types.is_large_list(array.type)
    if not len(array):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    offsets = view(array.buffers()[1], np.int64 if wide else np.int32)
    offsets = offsets[array.offset : array.offset + len(array) + 1].astype(np.int64)
    if not array.null_count:
        return offsets[:-1].copy(), offsets[1:].copy()
    absent = nulls(array)
    return np.where(absent, -1, offsets[:-1]), np.where(absent, -1, offsets[1:])


def nulls(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Whether each row is null."""
    return arrays.values(pc.is_null(array))


def view(buffer: pa.Buffer | None, dtype: Any) -> npt.NDArray[Any]:
    """An Arrow buffer as a writable array (numba compiles read-only arrays anew); never written to."""
    if buffer is None or not buffer.size:
        return np.empty(0, dtype)
    return np.asarray(_Memory(buffer, np.dtype(dtype)))


@cache
def mutable(text: bytes) -> Bytes:
    """A short text as a writable array; never written to."""
    return np.frombuffer(bytearray(text), np.uint8) if text else np.empty(0, np.uint8)


class _Memory:
    """Keeps a buffer alive behind numpy's array interface."""

    def __init__(self, buffer: pa.Buffer, dtype: np.dtype[Any]) -> None:
        self.buffer = buffer
        self.__array_interface__ = {
            "data": (buffer.address, False),
            "shape": (buffer.size // dtype.itemsize,),
            "typestr": dtype.str,
            "version": 3,
        }


def _chosen(words: Cells, indices: pa.Array) -> Cells:
    if not len(words):
        words = constant(1).where(np.zeros(1, np.bool_))
    codes = arrays.values(indices)
    cells = words[codes.astype(np.int64)]
    return cells.where(~nulls(indices)) if indices.null_count else cells
