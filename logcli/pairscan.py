"""Scan the keys and values of lines and resolve them into columns and pairs, some lines at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from logcli.base import Ragged
from logcli.kernels import jsonscan
from logcli.kernels import logfmt as logfmtscan
from logcli.kernels import pairs as resolving

if TYPE_CHECKING:
    from logcli.base import Bytes, Flags, Lines, Range
    from logcli.known_keys import KnownKeys

# Lines per call of the kernels: what the scanner notes stays in the processor's cache.
_CHUNK = 1024


class Scanner:
    """Notes the pairs of some lines of a block; `room` is what resolving them may write.

    smallest : fewest bytes that a pair takes
    """

    smallest = 5

    def __init__(self, lines: Lines, status: Flags, keys: KnownKeys, keep: bool) -> None:
        self.lines, self.status, self.keys, self.keep = lines, status, keys, keep
        self.most = len(lines.text) // self.smallest + 8
        self.entries = np.empty(4 * self.most, np.uint64)
        self.first = np.empty(_CHUNK + 1, np.int32)
        self.budget = len(lines.text)

    def scan(self, low: int, high: int) -> int:
        """Note the pairs of lines `low` to `high`; returns the bytes that resolving may write."""
        room, self.budget = jsonscan.scan(
            self.lines.text, self.lines.start, self.lines.end, low, high, self.status, self.keys.table,
            self.keys.needs, int(self.keep), self.first, self.entries, self.budget,
        )  # fmt: skip
        return int(room)


class LogfmtScanner(Scanner):
    """The same for logfmt."""

    smallest = 2

    def scan(self, low: int, high: int) -> int:
        """Note the pairs of lines `low` to `high`; returns the bytes that resolving may write."""
        room = logfmtscan.scan(
            self.lines.text, self.lines.start, self.lines.end, low, high, self.status, self.keys.table,
            self.keys.needs, int(self.keep), self.first, self.entries,
        )  # fmt: skip
        return int(room)


def resolve(
    lines: Lines, status: Flags, keys: KnownKeys, scanner: Scanner
) -> tuple[Bytes, dict[str, Range], Ragged]:
    """Run scanner and resolver over the lines; the text that the ranges index into comes with them."""
    n, width = len(lines), len(keys.columns)
    starts, ends = np.empty((width, n), np.int32), np.empty((width, n), np.int32)
    seen = np.zeros(width, np.uint8)
    offsets = np.zeros(n + 1, np.int64)
    found = np.empty((4, scanner.most if scanner.keep else 1), np.int32)
    arena, used, total = np.empty(1 << 12, np.uint8), 0, 0
    for low in range(0, n, _CHUNK):
        high = min(low + _CHUNK, n)
        arena = _grown(arena, used, used + scanner.scan(low, high) + 8)
        total, used = resolving.resolve(
            lines.text, status, low, high, scanner.first, scanner.entries, keys.column, keys.rank, keys.body,
            width, int(scanner.keep), starts, ends, seen, offsets, found, total, arena, used,
        )  # fmt: skip
    offsets[n] = total
    text = np.concatenate((lines.text, arena[:used])) if used else lines.text
    columns = {name: (starts[c], ends[c]) for c, name in enumerate(keys.columns) if seen[c]}
    return text, columns, Ragged(offsets, *(part[:total] for part in found))


def _grown(arena: Bytes, used: int, wanted: int) -> Bytes:
    if wanted <= len(arena):
        return arena
    larger = np.empty(max(wanted, 2 * len(arena)), np.uint8)
    larger[:used] = arena[:used]
    return larger
