"""Tokens of bodies: words, separators and typed values that cover the text without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from logcli.kernels import tokens as kernels
from logcli.packed import Texts

if TYPE_CHECKING:
    from logcli.base import Bytes

SEPARATOR, WORD, WEAK, VALUE, PATH, URL, TAIL = range(7)
MAX_TOKENS = kernels.MAX_TOKENS


@dataclass(slots=True)
class Tokens:
    """The tokens of several bodies; body i owns `offsets[i]:offsets[i + 1]`.

    text : the bodies, UTF-8
    start, end : bytes of each token in `text`
    kind : SEPARATOR, WORD, WEAK (letters with one or two digits), VALUE, PATH, URL or TAIL
    """

    text: Bytes
    offsets: npt.NDArray[np.int64]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def words(self, i: int) -> list[str]:
        """Texts of the tokens of body i; joined they are the body."""
        a, b = self.offsets[i], self.offsets[i + 1]
        pairs = zip(self.start[a:b].tolist(), self.end[a:b].tolist(), strict=True)
        return [self.text[s:e].tobytes().decode("utf-8", "replace") for s, e in pairs]

    def kinds(self, i: int) -> npt.NDArray[np.uint8]:
        """Kinds of the tokens of body i."""
        return self.kind[self.offsets[i] : self.offsets[i + 1]]


def tokenize(bodies: Sequence[str], max_tokens: int = MAX_TOKENS) -> Tokens:
    """Tokens of each body; beyond `max_tokens` the rest is one TAIL. Linear in the bytes.

    >>> t = tokenize(["block blk_17 from /10.0.0.1:80, eth0 up"])
    >>> t.words(0)
    ['block', ' ', 'blk_17', ' ', 'from', ' ', '/10.0.0.1:80', ',', ' ', 'eth0', ' ', 'up']
    >>> [int(k) for k in t.kinds(0) if k]
    [1, 2, 1, 4, 2, 1]
    """
    packed = Texts.of(bodies)
    starts, ends = packed.offsets[:-1].astype(np.int32), packed.offsets[1:].astype(np.int32)
    size = int(packed.offsets[-1] - packed.offsets[0]) + 2 * len(packed)
    stop = np.empty(size, np.int32)
    kind = np.empty(size, np.uint8)
    offsets = np.zeros(len(packed) + 1, np.int64)
    kernels.tokenize_many(packed.data, starts, ends, max_tokens, offsets, stop, kind)
    n = int(offsets[-1])
    stop = stop[:n].copy()
    start = np.empty_like(stop)
    start[1:] = stop[:-1]
    filled = np.diff(offsets) > 0
    start[offsets[:-1][filled]] = starts[filled]
    return Tokens(packed.data, offsets, start, stop, kind[:n].copy())
