"""Blocks: nothing is lost between them, and records are not cut."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli.base import Block
from logcli.blocks import Pool, blocks, room

if TYPE_CHECKING:
    from logcli.base import Bytes

LIMIT = 64


class Text(io.BytesIO):
    """Gives at most `step` bytes at once, as a pipe does."""

    name = "x"

    def __init__(self, data: bytes, step: int = 1 << 30) -> None:
        super().__init__(data)
        self.step = step

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        return super().readinto(view[: self.step])


def unindented(data: Bytes) -> int:
    """A record begins with a line that is not indented."""
    text = data.tobytes()
    assert text.endswith(b"\n")
    starts = [at for at in range(len(text)) if (at == 0 or text[at - 1] == 10) and text[at] not in b" \n"]
    return starts[-1] if starts else 0


def cut(
    data: bytes, size: int, step: int = 1 << 30, limit: int = LIMIT, records: bool = False
) -> list[Block]:
    """All blocks; buffers are used again, so their bytes are copied."""
    pool = Pool(room(size, limit))
    found = []
    boundary = unindented if records else None
    for block in blocks(Text(data, step), boundary, block_bytes=size, max_line=limit, pool=pool):
        copy = Block(block.data.copy(), block.source, block.offset, block.cut_lines, block.lost_bytes)
        copy.lost_each = block.lost_each
        found.append(copy)
        pool.release(block)
        assert block.data.size == 0
    return found


def joined(found: list[Block]) -> bytes:
    return b"".join(block.data.tobytes() for block in found)


short_lines = st.lists(st.binary(max_size=LIMIT).map(lambda line: line.replace(b"\n", b"")), max_size=60)
sizes = st.integers(1, 500)


@settings(deadline=None)
@given(short_lines, st.booleans(), sizes, st.integers(1, 300))
def test_blocks_together_are_the_input(lines: list[bytes], ended: bool, size: int, step: int) -> None:
    data = b"\n".join(lines) + b"\n" * ended
    found = cut(data, size, step)
    assert joined(found) == data
    assert [block.offset for block in found] == list(
        np.cumsum([0, *(len(block.data) for block in found)])[:-1]
    )
    assert all(block.data[-1] == ord("\n") for block in found[:-1])
    assert all(0 < len(block.data) <= size + 2 * LIMIT for block in found)


words = st.sampled_from([b"start", b" indented", b"", b"start again", b" " + b"x" * 30])


@settings(deadline=None)
@given(st.lists(words, max_size=80), st.booleans(), st.integers(40, 300), st.integers(1, 300))
def test_records_are_not_cut(lines: list[bytes], ended: bool, size: int, step: int) -> None:
    data = b"\n".join(lines) + b"\n" * ended
    found = cut(data, size, step, records=True)
    assert joined(found) == data
    for block, following in pairwise(found):
        whole = following.data.tobytes().startswith(b"start")
        assert whole or len(block.data) > size + LIMIT  # or no boundary was in reach


long_lines = st.lists(
    st.tuples(st.sampled_from(b"abc "), st.integers(0, 5 * LIMIT)).map(
        lambda line: bytes([line[0]]) * line[1]
    ),
    max_size=30,
)


@settings(deadline=None)
@given(long_lines, st.booleans(), sizes, st.integers(1, 300), st.sampled_from([1, 2, 3, 63, LIMIT]))
def test_long_lines_lose_their_end(lines: list[bytes], ended: bool, size: int, step: int, limit: int) -> None:
    data = b"\n".join(lines) + b"\n" * ended
    found = cut(data, size, step, limit)
    assert joined(found) == b"\n".join(line[:limit] for line in lines) + b"\n" * ended
    for block in found:
        assert block.lost_bytes == sum(block.lost_each)
        at = lost = 0
        for line in block.data.tobytes().splitlines(keepends=True):
            kept = line.rstrip(b"\n")
            where = block.offset + at + lost
            assert data[where : where + len(kept)] == kept
            if at in block.cut_lines:
                assert len(kept) == limit
                lost += block.lost_each[block.cut_lines.index(at)]
            at += len(line)
    assert sum(block.lost_bytes for block in found) == sum(max(0, len(line) - limit) for line in lines)
    assert sum(len(block.cut_lines) for block in found) == sum(len(line) > limit for line in lines)


def test_a_huge_line_is_not_held() -> None:
    class Endless:
        name = "x"
        left = 200 << 20
        most = 0

        def readinto(self, view: memoryview) -> int:
            self.most = max(self.most, len(view))
            size = min(len(view), self.left)
            view[:size] = b"x" * size
            self.left -= size
            return size

    reader = Endless()
    (block,) = blocks(reader)
    assert len(block.data) == 1 << 20
    assert block.lost_bytes == (200 << 20) - (1 << 20)
    assert block.cut_lines == (0,)
    assert reader.most <= 11 << 20


def test_a_record_longer_than_a_block_is_cut_after_a_line() -> None:
    data = b"start\n" + b" more\n" * 10_000
    found = cut(data, 1000, records=True)
    assert joined(found) == data
    assert {block.data[-1] for block in found} == {ord("\n")}
    assert {len(block.data) for block in found[:-1]} == {(1000 + 2 * LIMIT) // 6 * 6}


def test_the_boundary_is_looked_for_near_the_end_first() -> None:
    seen: list[int] = []

    def boundary(data: Bytes) -> int:
        seen.append(len(data))
        return data.tobytes().find(b"start")

    line = b"0123456789" * 5 + b"\n"
    data = b"first\n" + b"start\n" + line * 10_000
    next(blocks(Text(data), boundary, block_bytes=400_000))
    assert seen[0] <= 1 << 16 < seen[1] <= 1 << 17 < seen[2]
    assert seen == sorted(seen)
    assert len(seen) == 4


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n\n", b"no newline", b"a\r\nb\r\n", b"\0\n\xff\n"])
def test_small_inputs(data: bytes) -> None:
    found = cut(data, 1000)
    assert [block.data.tobytes() for block in found] == [data] * bool(data)


def test_buffers_are_used_again() -> None:
    pool = Pool(room(1000, LIMIT))
    buffers = set()
    for block in blocks(Text(b"some line\n" * 10_000), block_bytes=1000, max_line=LIMIT, pool=pool):
        buffers.add(id(block.buffer))
        assert block.data.flags.writeable
        assert block.data.flags.c_contiguous
        pool.release(block)
        pool.release(block)  # a second time does nothing
    assert len(buffers) <= 2
