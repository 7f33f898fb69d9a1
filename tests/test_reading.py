"""Readers: any compression, any charset, damaged or not."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import subprocess
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import lz4.frame
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli.errors import LogcliError
from logcli.reader import Reader
from logcli.reading import Stream, Tee, blocks

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "bz2": bz2.compress,
    "lz4": lambda data: lz4.frame.compress(data, content_checksum=True),
}
codecs = pytest.mark.parametrize("codec", PACK)


def text(size: int, seed: int = 0) -> bytes:
    numbers = random.Random(seed)
    line = b"2024-01-01 12:00:00 INFO worker-%d handled request %d\n"
    return b"".join(line % (numbers.randrange(9), numbers.randrange(10**9)) for _ in range(size // 50))[:size]


def read(data: bytes, **options: object) -> tuple[bytes, Reader]:
    with Reader("x", io.BytesIO(data), **options) as reader:  # type: ignore[arg-type]
        return rest(reader), reader


def rest(reader: Reader | Tee) -> bytes:
    buffer = bytearray(100_000)
    pieces = []
    while size := reader.readinto(memoryview(buffer)):
        pieces.append(bytes(buffer[:size]))
    return b"".join(pieces)


@codecs
def test_decompresses_by_content(codec: str) -> None:
    data = text(3_000_000)
    out, reader = read(PACK[codec](data))
    assert out == data
    assert reader.notes == []
    assert not reader.damaged


@codecs
def test_members_one_after_another_are_one_input(codec: str) -> None:
    one, two = text(200_000, 1), text(300_000, 2)
    packed = PACK[codec](one) + PACK[codec](b"") + PACK[codec](two)
    assert read(packed)[0] == one + two


def test_zero_padding_between_members_is_skipped() -> None:
    out, reader = read(gzip.compress(b"a\n") + bytes(700_000) + gzip.compress(b"b\n") + bytes(3))
    assert out == b"a\nb\n"
    assert reader.notes == []


@codecs
@pytest.mark.parametrize("garbage", [b"x", b"this is not compressed at all"])
def test_trailing_garbage_is_noted(codec: str, garbage: bytes) -> None:
    packed = PACK[codec](b"good\n")
    out, reader = read(packed + garbage)
    assert out == b"good\n"
    assert reader.notes == [f"what follows the {codec} data at byte {len(packed)} was left out"]
    assert not reader.damaged


@codecs
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 1.0])
def test_truncated_data_gives_what_was_readable(codec: str, share: float) -> None:
    data = text(2_000_000)
    packed = PACK[codec](data)
    out, reader = read(packed[: min(int(len(packed) * share), len(packed) - 1)])
    assert data.startswith(out)
    assert len(out) >= (share - 0.5) * len(data)
    assert "ends early" in reader.notes[0]
    assert reader.damaged


@codecs
def test_corrupt_data_gives_what_was_readable(codec: str) -> None:
    data = text(2_000_000)
    packed = bytearray(PACK[codec](data))
    packed[len(packed) * 3 // 4] ^= 0x55
    out, reader = read(bytes(packed) + PACK[codec](b"not reached"))
    assert out[: len(data) // 10] == data[: len(data) // 10]
    assert b"not reached" not in out
    assert "is damaged near byte" in reader.notes[0]
    assert reader.damaged


def test_gzip_keeps_every_byte_before_damage() -> None:
    data = text(500_000)
    packed = bytearray(gzip.compress(data))
    packed[-6] ^= 1  # the checksum only
    out, reader = read(bytes(packed))
    assert out == data
    assert "incorrect data check" in reader.notes[0]


def test_zstd_frames_of_every_shape() -> None:
    data = text(400_000)
    plain = zstandard.ZstdCompressor(write_content_size=False).compress(data)
    skippable = bytes.fromhex("5a2a4d18") + (70_000).to_bytes(4, "little") + bytes(70_000)
    empty = bytes.fromhex("502a4d1800000000")
    noise = random.Random(1).randbytes(300_000)  # stored, not compressed
    zeros = bytes(500_000)  # run-length blocks
    pack = zstandard.ZstdCompressor().compress
    out, reader = read(empty + skippable + plain + skippable + pack(noise) + pack(zeros), verbatim=True)
    assert out == data + noise + zeros
    assert reader.notes == []


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(PACK)), st.integers(0, 400), st.integers(0, 255))
def test_no_bytes_make_a_reader_fail(data: bytes, codec: str, at: int, value: int) -> None:
    packed = bytearray(PACK[codec](data))
    packed[at % len(packed)] = value
    read(bytes(packed))
    read(PACK[codec](b"")[:12] + data)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=3000), max_size=4), st.sampled_from(sorted(PACK)))
def test_compressed_members_round_trip(parts: list[bytes], codec: str) -> None:
    packed = b"".join(PACK[codec](part) for part in parts)
    out, reader = read(packed, verbatim=True)
    assert out == b"".join(parts)
    assert reader.notes == []


def test_nested_compression_is_not_followed() -> None:
    inner = gzip.compress(b"x\n", mtime=0)
    assert read(gzip.compress(inner))[0] == inner


@pytest.mark.parametrize("codec", ["gzip", "zstd", "xz"])
def test_a_bomb_does_not_fill_memory(tmp_path: Path, codec: str) -> None:
    zeros = (bytes(99) + b"\n") * 10_000
    packers: dict[str, Callable[..., Any]] = {
        "gzip": partial(gzip.GzipFile, compresslevel=1),
        "zstd": zstandard.open,
        "xz": partial(lzma.LZMAFile, preset=0),
    }
    with packers[codec](tmp_path / "bomb", "wb") as file:
        for _ in range(200):
            file.write(zeros)
    assert (tmp_path / "bomb").stat().st_size < 2_000_000
    total = 0
    tracemalloc.start()
    with Stream.of_file(str(tmp_path / "bomb")).open() as reader:
        buffer = memoryview(bytearray(1 << 20))
        while size := reader.readinto(buffer):
            total += size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 200 * len(zeros)
    assert peak < 20_000_000


def test_a_reader_may_be_closed_before_its_end(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(gzip.compress(text(20_000_000)))
    threads = threading.active_count()
    for _ in range(3):
        with Stream.of_file(str(tmp_path / "x")).open() as reader:
            assert reader.peek(4) == b"2024"
    assert threading.active_count() == threads


def test_peek_takes_nothing() -> None:
    with Reader("x", io.BytesIO(b"0123456789")) as reader:
        assert reader.peek(3) == b"012"
        assert reader.peek(100) == b"0123456789"
        assert rest(reader) == b"0123456789"
        assert reader.peek(1) == b""


def test_consumed_counts_bytes_on_disk() -> None:
    packed = gzip.compress(text(1_000_000))
    assert read(packed)[1].consumed == len(packed)


# --- charsets ------------------------------------------------------------------------------------

WORDS = "2024-01-01 INFO größer 日本 \U0001f600 done\r\nnext line\n"


def test_utf8_mark_is_removed() -> None:
    assert read(b"\xef\xbb\xbf" + WORDS.encode())[0] == WORDS.encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_utf16_becomes_utf8(encoding: str, mark: str) -> None:
    long = WORDS * 100_000  # pieces end within characters
    out, reader = read((mark + long).encode(encoding))
    assert out == long.encode()
    assert reader.notes == []


def test_half_a_character_at_the_end_is_noted() -> None:
    out, reader = read(WORDS.encode("utf-16-le") + b"\n")
    assert out == WORDS.encode()
    assert reader.damaged
    assert "half a character" in reader.notes[0]


def test_compressed_utf16_with_mac_lines() -> None:
    packed = gzip.compress("one line here\rtwo\r".encode("utf-16"))
    assert read(packed)[0] == b"one line here\ntwo\n"


def test_mac_lines_and_windows_lines() -> None:
    assert read(b"one\rtwo\r")[0] == b"one\ntwo\n"
    assert read(b"one\r\ntwo\r\n")[0] == b"one\r\ntwo\r\n"


@pytest.mark.parametrize(
    "data", [b"", b"\n\n\n", b"a\0b\nc\n", b"\xff\xfa\x80 caf\xe9\n", b"BZh is a word\n", b"\x1f"]
)
def test_other_bytes_pass_through(data: bytes) -> None:
    assert read(data)[0] == data


# --- streams -------------------------------------------------------------------------------------


def test_a_growing_file_is_read_to_its_first_size(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"one\ntwo\n")
    stream = Stream.of_file(str(path))
    assert stream.changed() == ""
    for _ in range(2):
        with stream.open() as reader:
            assert rest(reader) == b"one\ntwo\n"
        with path.open("ab") as file:
            file.write(b"three\n")
    assert stream.changed() == ""
    assert stream.fingerprint() is not None


def test_a_shrinking_file_is_noticed_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(text(1_000_000))
    stream = Stream.of_file(str(path))
    with stream.open() as reader:
        assert reader.readinto(memoryview(bytearray(70_000)))
        os.truncate(path, 100_000)
        rest(reader)
    assert reader.damaged
    assert "shrank while it was read" in reader.notes[0]
    assert stream.changed() == "shrank from 1,000,000 to 100,000 bytes"


def replace(path: Path) -> None:
    (path.parent / "other").write_bytes(b"one\ntwo\n")
    (path.parent / "other").rename(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.write_bytes(b"eno\nowt\nmore\n"), "was rewritten"),
        (lambda path: os.utime(path, (1, 1)), "was written to"),
        (lambda path: path.unlink(), "is gone (No such file or directory)"),
        (replace, "was replaced by another file"),
    ],
)
def test_changes_between_passes(tmp_path: Path, change: Callable[[Path], object], words: str) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"one\ntwo\n")
    stream = Stream.of_file(str(path))
    stream.open().close()
    change(path)
    assert stream.changed() == words


def test_a_file_that_went_away_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    stream = Stream.of_file(str(tmp_path / "x"))
    (tmp_path / "x").unlink()
    with pytest.raises(LogcliError, match="cannot read"):
        stream.open()


def test_a_read_error_ends_the_input_with_a_note() -> None:
    class Broken(io.BytesIO):
        def readinto(self, view: object) -> int:
            if self.tell() > 0:
                raise OSError(5, "Input/output error")
            return super().readinto(memoryview(view)[:4])  # type: ignore[call-overload, no-any-return]

    with Reader("x", Broken(b"abcdefgh")) as reader:
        assert rest(reader) == b"abcd"
    assert reader.notes == ["cannot be read beyond byte 4 (Input/output error)"]
    assert reader.damaged


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_a_file_of_size_zero_may_have_a_content() -> None:
    with Stream.of_file("/proc/self/status").open() as reader:
        assert b"Name:" in rest(reader)


# --- tee -----------------------------------------------------------------------------------------


@pytest.fixture
def pipe(tmp_path: Path) -> Callable[[bytes], Stream]:
    def make(data: bytes) -> Stream:
        path = tmp_path / "fifo"
        os.mkfifo(path)
        threading.Thread(target=path.write_bytes, args=(data,), daemon=True).start()
        return Stream.of_file(str(path))

    return make


def test_a_pipe_can_be_opened_once(pipe: Callable[[bytes], Stream]) -> None:
    stream = pipe(b"one\n")
    assert not stream.rereadable
    assert stream.size is None
    with stream.open() as reader:
        assert rest(reader) == b"one\n"
    with pytest.raises(LogcliError, match="only once"):
        stream.open()


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf\xef\xbb\xbftwo marks\n", text(5_000_000)])
def test_a_tee_lets_a_pipe_be_read_again(
    pipe: Callable[[bytes], Stream], data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("logcli.tee._LARGE", 1 << 16)
    said: list[str] = []
    with pipe(gzip.compress(data)).open() as reader, Tee(reader, said.append) as tee:
        reader.peek(10)
        first = b"".join(bytes(block.data) for block in blocks(tee, block_bytes=100_000, max_line=1000))
        again = tee.stream()
        assert again.rereadable
        for _ in range(2):
            with again.open() as second:
                assert rest(second) == first == data.removeprefix(b"\xef\xbb\xbf")
        assert again.changed() == ""
        assert [path.name for path in tmp_path.iterdir()] == ["fifo"]
    assert len(said) == (len(data) > 100_000)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **options: full)
        with pytest.raises(LogcliError, match="cannot keep a temporary copy of `x`") as caught:
            Tee(Reader("x", io.BytesIO(b"")))
    assert "No space left" in caught.value.why
    assert caught.value.where == tempfile.gettempdir()
    assert "TMPDIR" in caught.value.hint


def test_a_killed_process_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import io, os; from logcli.reading import Reader, Tee;"
        "tee = Tee(Reader('x', io.BytesIO())); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == -9
    assert list(tmp_path.iterdir()) == []
