"""Files that are not what they should be: the command says so and keeps what it can read."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard

from logcli.streams import open_file
from tests.running import READERS, log, logcli

LOG = log(300)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def flipped(data: bytes) -> bytes:
    """The data with one wrong bit in its middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def zstd(data: bytes) -> bytes:
    """Frames of some lines each, so that the first ones survive what happens to the last."""
    pack = zstandard.ZstdCompressor(write_checksum=True).compress
    return b"".join(pack(data[at : at + 4000]) for at in range(0, len(data), 4000))


INTACT = {
    "empty": (b"", 0),
    "a newline": (b"\n", 0),
    "only newlines": (b"\n" * 5, 0),
    "only CRLF": (b"\r\n" * 5, 0),
    "only blanks": (b"  \n\t\n \n", 0),
    "only a byte order mark": (b"\xef\xbb\xbf", 0),
    "NULs in lines": (b"\0\n" * 100, 0),
    "one byte": (b"x", 1),
    "no final newline": (LOG[:-1], 300),
    "CRLF": (LOG.replace(b"\n", b"\r\n"), 300),
    "CR": (LOG.replace(b"\n", b"\r"), 300),
    "byte order mark": (b"\xef\xbb\xbf" + LOG, 300),
    "UTF-16 LE": (LOG.decode().encode("utf-16"), 300),
    "UTF-16 BE": (b"\xfe\xff" + LOG.decode().encode("utf-16-be"), 300),
    "UTF-16 unmarked": (LOG.decode().encode("utf-16-le"), 300),
    "invalid UTF-8": (LOG.replace(b"handled", b"h\xff\xc3\xed\xa0\x80ndled"), 300),
    "NUL bytes": (LOG.replace(b"handled", b"h\0ndled"), 300),
    "a hole of NULs": (LOG + b"\0" * 4096 + b"\n" + LOG, 600),
    "ANSI colours": (b"".join(b"\x1b[32m" + line + b"\x1b[0m\n" for line in LOG.splitlines()), 300),
    "a title for the terminal": (LOG.replace(b"handled", b"\x1b]0;evil\x07handled"), 300),
    "an escape at the end": (LOG[:-1] + b"\x1b", 300),
    "all control characters": (bytes(range(32)) * 100, 101),
    "a nested list": ((b"[" * 5000 + b"\n") * 3, 3),
    "nested objects": ((b'{"a":' * 3000 + b"1" + b"}" * 3000 + b"\n") * 3, 3),
    "broken JSON": (b'{"msg":"x"}\n{"msg":"y"}\n{"msg":\n[1]\nnull\n{"msg":1e999,"msg":"z"}\n', 6),
    "gzip": (gzip.compress(LOG), 300),
    "gzip of nothing": (gzip.compress(b""), 0),
    "gzip members": (gzip.compress(LOG) + gzip.compress(b"") + gzip.compress(LOG), 600),
    "zstd": (zstd(LOG), 300),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", INTACT)
def test_odd_but_whole(name: str, reader: str) -> None:
    data, records = INTACT[name]
    Path("x.log").write_bytes(data)
    done = logcli(*reader.replace("FILE", "x.log").split())
    assert done.code == 0, done.err
    assert "error" not in done.err and "Traceback" not in done.err
    if "inspect" in reader:
        assert f"records {records:,}" in done.out.decode()
        return
    assert f"records {records:,}" in done.err
    if "jsonl" in reader:
        assert done.out.count(b"\n") == records
    if "parquet" in reader:
        assert pq.read_metadata("out.parquet").num_rows == records


DAMAGED: dict[str, tuple[bytes, int, str]] = {
    "truncated gzip": (gzip.compress(LOG)[:-200], 200, "gzip data ends early at byte"),
    "gzip without its checksum": (gzip.compress(LOG)[:-8], 300, "gzip data ends early"),
    "gzip of five bytes": (gzip.compress(LOG)[:5], 0, "gzip data ends early at byte 5"),
    "corrupt gzip": (flipped(gzip.compress(LOG)), 100, "gzip data"),
    "gzip, then another member cut": (
        gzip.compress(LOG) + gzip.compress(LOG)[:20],
        300,
        "gzip data ends early",
    ),
    "truncated zstd": (zstd(LOG)[:-50], 200, "zstd data ends early at byte"),
    "corrupt zstd": (flipped(zstd(LOG)), 50, "zstd data is damaged near byte"),
    "half a UTF-16 character": (LOG.decode().encode("utf-16")[:-1], 300, "ends in half a character"),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", DAMAGED)
def test_damaged(name: str, reader: str) -> None:
    data, least, said = DAMAGED[name]
    Path("x.log").write_bytes(data)
    done = logcli(*reader.replace("FILE", "x.log").split(), *([] if "inspect" in reader else ["-q"]))
    assert done.code == 1
    assert said in (done.out.decode() if "inspect" in reader else done.err)
    assert done.err.count("incomplete input") == ("inspect" not in reader)
    if "jsonl" in reader:
        bodies = [json.loads(line)["body"] for line in done.out.splitlines()]
        assert len(bodies) >= least
        assert bodies[:least] == [f"worker-{k % 7} handled request {k}" for k in range(least)]
    if "parquet" in reader:
        assert pq.read_metadata("out.parquet").num_rows >= least


def test_what_follows_compressed_data_is_said() -> None:
    Path("x.log.gz").write_bytes(gzip.compress(LOG) + b"more")
    done = logcli("templates", "x.log.gz")
    assert (done.code, "what follows the gzip data" in done.err) == (0, True)


def test_a_gzip_bomb_costs_time_but_no_memory() -> None:
    """A gigabyte of one line in a megabyte: cut, counted, and never held."""
    import resource

    pack = gzip.GzipFile("bomb.gz", "wb", 1)
    for _ in range(128):
        pack.write(b"x" * (1 << 20))
    pack.close()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = logcli("parse", "-t", "jsonl", "bomb.gz")
    assert (done.code, len(done.out) < 4 << 20) == (0, True)
    assert f"1 line was cut at the limit, {127 << 20:,} bytes left out" in done.err
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


def test_a_folder_with_unreadable_files(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("logs").mkdir()
    for name in ("a.log", "secret.log"):
        Path("logs", name).write_bytes(LOG)
    Path("logs/gone.log").symlink_to("nowhere")

    def guarded(path: str) -> io.FileIO:
        if "secret" in path:
            raise PermissionError(13, "Permission denied")
        return open_file(path)

    monkeypatch.setattr("logcli.streams.open_file", guarded)
    for reader in READERS:
        done = logcli(*reader.replace("FILE", "logs").split())
        assert done.code == 1
        assert done.err.count("error: incomplete input: left out `logs/secret.log`: Permission denied") == 1
        assert "`logs/gone.log`: No such file" in done.err
        assert "records 300" in done.err + done.out.decode()
    alone = logcli("templates", "logs/secret.log")
    assert (alone.code, alone.out) == (1, b"")
    assert alone.err.startswith("error: cannot read `logs/secret.log`\n reason: Permission denied")


class Shrinking(io.FileIO):
    """A file that loses its end while it is read for the first time."""

    left = 1

    def readinto(self, buffer: Any) -> int | None:
        if self.tell() >= 200_000 and Shrinking.left:
            Shrinking.left -= 1
            os.truncate(self.name, 300_000)
        return super().readinto(memoryview(buffer)[: 1 << 16])


@pytest.mark.parametrize("reader", READERS[:3])
def test_a_file_that_shrinks_while_it_is_read(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("x.log").write_bytes(log(20_000))
    monkeypatch.setattr("logcli.streams.open_file", lambda path: Shrinking(path))
    monkeypatch.setattr(Shrinking, "left", 1)
    done = logcli(*reader.replace("FILE", "x.log").split())
    assert done.code == 1
    assert "error: incomplete input: `x.log`: shrank while it was read, to 300,000 bytes" in done.err
    lines = log(20_000)[:300_000].count(b"\n") + 1
    assert f"lines {lines:,}" in done.err
    if "jsonl" in reader:
        assert done.out.count(b"\n") == lines


def _replace() -> None:
    Path("y.log").write_bytes(b"quite another thing %d\n" * 5)
    Path("y.log").replace("x.log")


def _rewrite() -> None:
    Path("x.log").write_bytes(LOG.replace(b"INFO", b"WARN"))


def _shrink() -> None:
    os.truncate("x.log", len(log(20)))


def _remove() -> None:
    Path("x.log").unlink()


CHANGES: list[tuple[Callable[[], None], str]] = [
    (_replace, "was replaced by another file"),
    (_rewrite, "was rewritten"),
    (_shrink, "shrank from"),
]


@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_a_file_that_changes_between_two_passes(
    change: Callable[[], None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("x.log").write_bytes(LOG)
    between_passes(change, monkeypatch)
    done = logcli("parse", "-t", "jsonl", "x.log")
    assert done.code == 1
    assert f"error: incomplete input: `x.log` {said}" in done.err
    lines = Path("x.log").read_bytes().count(b"\n")
    assert [json.loads(line)["line"] for line in done.out.splitlines()] == [*range(1, lines + 1)]


def test_a_file_that_goes_away_between_two_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("x.log").write_bytes(LOG)
    between_passes(_remove, monkeypatch)
    done = logcli("parse", "-t", "jsonl", "x.log")
    assert (done.code, done.out) == (1, b"")
    assert "error: cannot read `x.log`\n reason: No such file or directory" in done.err


def between_passes(change: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    from logcli.pipeline import Run

    learn = Run.learn

    def then(run: Run, **options: Any) -> None:
        learn(run, **options)
        change()

    monkeypatch.setattr(Run, "learn", then)


def test_a_file_that_only_grows_is_read_up_to_its_first_size(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("x.log").write_bytes(LOG)

    def grow() -> None:
        with Path("x.log").open("ab") as file:
            file.write(LOG)

    between_passes(grow, monkeypatch)
    done = logcli("parse", "-t", "jsonl", "x.log")
    assert (done.code, done.out.count(b"\n")) == (0, 300)


@pytest.mark.parametrize("reader", READERS)
def test_a_fifo(reader: str) -> None:
    os.mkfifo("pipe")
    feeder = threading.Thread(target=lambda: Path("pipe").write_bytes(LOG))
    feeder.start()
    done = logcli(*reader.replace("FILE", "pipe").split())
    feeder.join()
    assert done.code == 0
    assert "records 300" in done.err + done.out.decode()


def test_a_fifo_is_read_once() -> None:
    os.mkfifo("pipe")
    done = logcli("templates", "pipe", "pipe")
    assert (done.code, done.err) == (2, "error: `pipe` is named twice, but can be read only once\n")


def test_damage_in_a_fifo() -> None:
    for reader in READERS:
        Path("pipe").unlink(missing_ok=True)
        os.mkfifo("pipe")
        feeder = threading.Thread(target=lambda: Path("pipe").write_bytes(gzip.compress(LOG)[:-200]))
        feeder.start()
        done = logcli(*reader.replace("FILE", "pipe").split())
        feeder.join()
        assert (done.code, "gzip data ends early" in done.err + done.out.decode()) == (1, True)


@pytest.mark.parametrize("reader", READERS)
def test_the_null_device(reader: str) -> None:
    done = logcli(*reader.replace("FILE", "/dev/null").split())
    assert (done.code, "records 0" in done.err + done.out.decode()) == (0, True)


@pytest.mark.parametrize("reader", READERS)
def test_hostile_names(reader: str) -> None:
    path = Path(os.fsdecode(b"dir\xff"), os.fsdecode(b"ev\x1b[31mil\n\xe2\x80\xaegol.\xff"))
    path.parent.mkdir()
    path.write_bytes(gzip.compress(LOG)[:-200])
    done = logcli(*[path if word == "FILE" else word for word in reader.split()])
    assert done.code == 1
    assert "\x1b" not in done.err and "\u202e" not in done.err
    assert b"\x1b" not in done.out
    assert "dir\\xff/ev\\x1b[31mil\\x0a" in done.err + done.out.decode()
