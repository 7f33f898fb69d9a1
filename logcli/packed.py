"""Sequences of many small things that are kept in two arrays until somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, overload

import numpy as np

if TYPE_CHECKING:
    from logcli.base import Bytes, Longs


class Texts(Sequence[str]):
    """Texts as UTF-8, one after the other: text i is `data[offsets[i]:offsets[i + 1]]`.

    >>> texts = Texts.of(["a", "bc", ""])
    >>> len(texts), texts[1], list(texts[1:])
    (3, 'bc', ['bc', ''])
    """

    def __init__(self, data: Bytes, offsets: Longs) -> None:
        self.data = data
        self.offsets = offsets

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """These texts, packed."""
        if isinstance(texts, Texts):
            return texts
        coded = [text.encode("utf-8", "replace") for text in texts]
        offsets = np.cumsum([0, *map(len, coded)], dtype=np.int64)
        return cls(np.frombuffer(bytearray(b"".join(coded)), np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, which: int) -> str: ...
    @overload
    def __getitem__(self, which: slice) -> Texts: ...
    def __getitem__(self, which: int | slice) -> str | Texts:
        if isinstance(which, slice):
            return Texts(self.data, _bounds(self.offsets, which))
        k = range(len(self))[which]
        return self.data[self.offsets[k] : self.offsets[k + 1]].tobytes().decode("utf-8", "replace")

    def __iter__(self) -> Iterator[str]:
        spans = self.offsets.tolist()
        base = spans[0]
        data = self.data[base : spans[-1]].tobytes()
        for a, b in pairwise(spans):
            yield data[a - base : b - base].decode("utf-8", "replace")


class Rendered(Sequence[str]):
    """What a function makes of each of some texts, when asked for.

    >>> list(Rendered(["a", "b"], str.upper))
    ['A', 'B']
    """

    def __init__(self, texts: Sequence[str], render: Callable[[str], str]) -> None:
        self._texts = texts
        self._render = render

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, which: int) -> str: ...
    @overload
    def __getitem__(self, which: slice) -> Rendered: ...
    def __getitem__(self, which: int | slice) -> str | Rendered:
        if isinstance(which, slice):
            return Rendered(self._texts[which], self._render)
        return self._render(self._texts[which])


class Counts(Sequence[tuple[int, ...]]):
    """Rows of small numbers: row i is `flat[offsets[i]:offsets[i + 1]]`.

    >>> Counts.of([(1, 2), ()])[0]
    (1, 2)
    """

    def __init__(self, flat: Bytes, offsets: Longs) -> None:
        self.flat = flat
        self.offsets = offsets

    @classmethod
    def of(cls, rows: Sequence[tuple[int, ...]]) -> Counts:
        """These rows, packed."""
        if isinstance(rows, Counts):
            return rows
        flat = np.fromiter(chain.from_iterable(rows), np.uint8)
        return cls(flat, np.cumsum([0, *map(len, rows)], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, which: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, which: slice) -> Counts: ...
    def __getitem__(self, which: int | slice) -> tuple[int, ...] | Counts:
        if isinstance(which, slice):
            return Counts(self.flat, _bounds(self.offsets, which))
        k = range(len(self))[which]
        return tuple(self.flat[self.offsets[k] : self.offsets[k + 1]].tolist())


def _bounds(offsets: Longs, which: slice) -> Any:
    """Offsets of neighbouring rows."""
    first, stop, step = which.indices(len(offsets) - 1)
    if step != 1:
        raise ValueError("a part has to be rows in a row")
    return offsets[first : max(first, stop) + 1]
