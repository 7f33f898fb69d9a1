"""Records and blocks for tests, made from text."""

from __future__ import annotations

import numpy as np

from logcli.base import Block, Cut
from logcli.continuation import fold
from logcli.records import Records, split


def block_of(data: bytes, name: str = "test.log") -> Block:
    """A block of these bytes."""
    return Block(np.frombuffer(bytearray(data), np.uint8), name, 0)


def records_of(bodies: list[str]) -> Records:
    """One matched record per body; bodies hold no line ends."""
    text = "\n".join(bodies).encode()
    stops = np.cumsum([len(b.encode()) + 1 for b in bodies] or [0]).astype(np.int64)[: len(bodies)]
    start = np.concatenate(([0], stops[:-1])).astype(np.int32) if bodies else np.zeros(0, np.int32)
    end = (stops - 1).astype(np.int32)
    lines = split(block_of(b""))
    n = len(bodies)
    lines.text = np.frombuffer(bytearray(text), np.uint8)
    lines.start, lines.end, lines.raw_start, lines.raw_end = start, end, start, end
    lines.defects = np.zeros(n, np.uint8)
    ones, zeros = np.ones(n, np.uint8), np.zeros(n, np.uint8)
    info = np.full(n, 9, np.uint8)
    cut = Cut(lines.text, ones, np.zeros(n, np.int64), zeros, info, {"body": (start, end)})
    return fold(block_of(text), lines, cut, "never")
