"""Following: lines come out soon, once, and survive rotation."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from logcli.base import Block
from logcli.reading import Stream, follow

FAST = 0.02


def text(block: Block) -> bytes:
    return block.data.tobytes()


def after(step: Callable[[], object]) -> None:
    """Do something while the main thread waits for lines."""
    threading.Timer(5 * FAST, step).start()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "x.log"
    path.write_bytes(b"one\ntw")
    return path


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_whole_lines_as_they_are_written(log: Path) -> None:
    found = follow(Stream.of_file(str(log)), FAST)
    first = next(found)
    assert (text(first), first.offset) == (b"one\n", 0)
    after(lambda: append(log, b"o\nthree\nfo"))
    second = next(found)
    assert (text(second), second.offset) == (b"two\nthree\n", 4)


def test_from_where_another_pass_ended(log: Path) -> None:
    found = follow(Stream.of_file(str(log)), FAST, start=4)
    after(lambda: append(log, b"o\n"))
    block = next(found)
    assert (text(block), block.offset) == (b"two\n", 4)


def test_a_replaced_file_is_read_to_its_end_first(log: Path) -> None:
    said: list[str] = []
    found = follow(Stream.of_file(str(log)), FAST, report=said.append)
    assert text(next(found)) == b"one\n"

    def rotate() -> None:
        append(log, b"o\nlast")
        log.rename(log.with_suffix(".1"))
        time.sleep(3 * FAST)
        log.write_bytes(b"new\n")

    after(rotate)
    assert b"".join(text(block) for block in islice(found, 3)) == b"two\nlastnew\n"
    assert said == [f"`{log}` was replaced: reading it from its start"]


def test_a_truncated_file_is_read_again(log: Path) -> None:
    said: list[str] = []
    found = follow(Stream.of_file(str(log)), FAST, report=said.append)
    assert text(next(found)) == b"one\n"
    after(lambda: log.write_bytes(b"a\n"))
    blocks = list(islice(found, 2))
    assert [text(block) for block in blocks] == [b"tw", b"a\n"]
    assert blocks[1].offset == 0
    assert said == [f"`{log}` was truncated: reading it from its start"]


def test_long_lines_and_full_blocks(log: Path) -> None:
    log.write_bytes(b"x" * 5000 + b"\n" + b"short\n" * 100)
    found = follow(Stream.of_file(str(log)), FAST, block_bytes=100, max_line=50)
    got: list[Block] = []
    while sum(len(block.data) for block in got) < 651:
        got.append(next(found))
    assert b"".join(map(text, got)) == b"x" * 50 + b"\n" + b"short\n" * 100
    assert got[0].lost_bytes == 4950


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[tuple[Stream, Callable[[], int]]]:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    # Opened for both, so that opening does not wait for the other side.
    descriptor = os.open(path, os.O_RDWR)
    yield Stream.of_file(str(path)), lambda: descriptor
    os.close(descriptor)


def test_a_silent_pipe_gives_its_lines(fifo: tuple[Stream, Callable[[], int]]) -> None:
    stream, end = fifo
    os.write(end(), b"one\ntw")
    found = follow(stream, FAST)
    assert text(next(found)) == b"one\n"
    after(lambda: os.write(end(), b"o\n"))
    assert text(next(found)) == b"two\n"


def test_the_end_of_a_pipe_is_the_end(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    threading.Thread(target=path.write_bytes, args=(b"one\nno newline",), daemon=True).start()
    found = follow(Stream.of_file(str(path)), FAST)
    assert b"".join(map(text, found)) == b"one\nno newline"
