"""Arrays that grow, and byte strings by number, each kept once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from logcli.kernels import gather
from logcli.kernels import intern as kernels
from logcli.packed import Texts

if TYPE_CHECKING:
    from logcli.base import Bytes, Ints, Longs


class Growing:
    """A numpy array with room to append.

    >>> numbers = Growing(np.int32)
    >>> numbers.extend([3, 4])
    >>> numbers.array.tolist()
    [3, 4]
    """

    def __init__(self, dtype: Any) -> None:
        self._data = np.empty(64, dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def extend(self, values: Any) -> None:
        """Append values."""
        self.with_room(len(values))[self._size :] = values
        self.grow(len(values))

    def with_room(self, n: int) -> npt.NDArray[Any]:
        """What was appended and `n` places to be filled; `grow` says how many were."""
        stop = self._size + n
        if stop > len(self._data):
            bigger = np.empty(stop + stop // 2, self._data.dtype)
            bigger[: self._size] = self.array
            self._data = bigger
        return self._data[:stop]

    def grow(self, n: int) -> None:
        """Take over `n` places that were filled."""
        self._size += n

    @property
    def array(self) -> npt.NDArray[Any]:
        """What was appended so far."""
        return self._data[: self._size]


class GrowingTexts:
    """Texts with room to append."""

    def __init__(self) -> None:
        self._data, self._offsets = Growing(np.uint8), Growing(np.int64)
        self._offsets.extend([0])

    @property
    def texts(self) -> Texts:
        """What was appended so far."""
        return Texts(self._data.array, self._offsets.array)

    def add(self, text: Bytes, start: Ints, end: Ints) -> None:
        """Append some ranges of a text."""
        offsets = np.zeros(len(start) + 1, np.int32)
        np.cumsum(end - start, out=offsets[1:])
        base, size = len(self._data), int(offsets[-1])
        gather.copy(text, start, end, offsets, self._data.with_room(size)[base:])
        self._data.grow(size)
        self._offsets.extend(offsets[1:] + np.int64(base))


class Interned:
    """Distinct byte strings, numbered in the order they came.

    >>> words = Interned()
    >>> text = np.frombuffer(bytearray(b"abcab"), np.uint8)
    >>> words.add(text, np.array([0, 2, 3], np.int32), np.array([2, 3, 5], np.int32)).tolist()
    [0, 1, 0]
    >>> words[1], len(words)
    (b'c', 2)
    """

    def __init__(self) -> None:
        self._pool = Growing(np.uint8)
        self._offsets = Growing(np.int64)
        self._offsets.extend([0])
        self._keys, self._ids = np.zeros(1024, np.uint64), np.zeros(1024, np.int32)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        a, b = self.offsets[number : number + 2].tolist()
        return self.pool[a:b].tobytes()

    @property
    def pool(self) -> Bytes:
        """All strings, one after the other."""
        return self._pool.array

    @property
    def offsets(self) -> Longs:
        """String k is `pool[offsets[k]:offsets[k + 1]]`."""
        return self._offsets.array

    def texts(self) -> list[str]:
        """All strings, decoded."""
        data, spans = self.pool.tobytes(), self.offsets.tolist()
        return [data[a:b].decode("utf-8", "replace") for a, b in pairwise(spans)]

    def add(self, text: Bytes, start: Ints, end: Ints) -> Ints:
        """Number of each range of a text, new ones for those that are new; linear in the bytes."""
        known = len(self)
        self._reserve(known + len(start))
        pool = self._pool.with_room(int(end.sum(dtype=np.int64) - start.sum(dtype=np.int64)))
        offsets = self._offsets.with_room(len(start))
        out = np.empty(len(start), np.int32)
        n = kernels.intern(text, start, end, pool, offsets, known, self._keys, self._ids, out)
        self._offsets.grow(n - known)
        self._pool.grow(int(offsets[n]) - len(self._pool))
        return out

    def add_texts(self, texts: Sequence[str]) -> Ints:
        """Number of each of some texts."""
        packed = Texts.of(texts)
        spans = packed.offsets.astype(np.int32)
        return self.add(packed.data, spans[:-1].copy(), spans[1:].copy())

    def _reserve(self, n: int) -> None:
        """Room in the hash table for `n` strings."""
        if 2 * n <= len(self._keys):
            return
        keys, ids = self._keys, self._ids
        room = 1 << (3 * n).bit_length()
        self._keys, self._ids = np.zeros(room, np.uint64), np.zeros(room, np.int32)
        kernels.rehash(keys, ids, self._keys, self._ids)
