"""Where output goes: files appear whole or not at all, and failures are explained."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import threading
from pathlib import Path
from typing import Any

import lz4.frame
import pyarrow as pa
import pytest
import zstandard

from logcli import registry
from logcli.dress import dress_for
from logcli.errors import LogcliError, UsageError
from logcli.output import choose, open_output, stamped, table_name
from logcli.schema import PARSED, RECORD, TEMPLATE

# --- which sink ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "output", "expected"),
    [
        (None, None, ("table", "-")),
        (None, "-", ("table", "-")),
        ("jsonl", None, ("jsonl", "-")),
        ("md", None, ("markdown", "-")),
        ("ndjson", "-", ("jsonl", "-")),
        (None, "a/x.CSV", ("csv", "a/x.CSV")),
        (None, "x.csv.gz", ("csv", "x.csv.gz")),
        (None, "x.tsv.zst", ("tsv", "x.tsv.zst")),
        (None, "x.parquet", ("parquet", "x.parquet")),
        (None, "x.arrow", ("arrow", "x.arrow")),
        (None, "x.json", ("json", "x.json")),
        (None, "x.otlp.json", ("otlp", "x.otlp.json")),
        (None, "/dev/null", ("table", "/dev/null")),
        ("csv", "x.json", ("csv", "x.json")),
        ("loghub", "out", ("loghub", "out")),
    ],
)
def test_choose(to: str | None, output: str | None, expected: tuple[str, str]) -> None:
    assert choose(to, output, tty=False) == expected


@pytest.mark.parametrize(
    ("to", "output", "message", "hint"),
    [
        (None, "x.xyz", "ending of `x.xyz`", ".csv"),
        (None, "noending", "ending of `noending`", "-t"),
        ("jsonk", None, "no sink called `jsonk`", "json"),
        ("parquet", None, "`parquet` is binary", "-o out.parquet"),
        ("loghub", None, "several files", "-o"),
    ],
)
def test_choose_refuses_before_reading(to: str | None, output: str | None, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        choose(to, output, tty=True)
    assert hint in caught.value.hint


def test_binary_may_go_into_a_pipe() -> None:
    assert choose("parquet", None, tty=False) == ("parquet", "-")


def test_no_ending_belongs_to_two_sinks() -> None:
    suffixes = [
        suffix for name in registry.names("sinks") for suffix in registry.leaf("sinks", name).suffixes
    ]
    assert len(suffixes) == len(set(suffixes))


# --- the destination ----------------------------------------------------------------------------


def test_a_file_appears_only_when_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with open_output(path) as out:
        out.write(b"some")
        out.flush()
        assert not path.exists()
    assert path.read_bytes() == b"some"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, FileNotFoundError])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")
    with pytest.raises(error), open_output(path) as out:
        out.write(b"new")
        raise error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_mode_and_links_survive(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    with open_output(link) as out:
        out.write(b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    with open_output(tmp_path / "x.csv") as out:
        out.write(b"x")
    assert (tmp_path / "x.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_missing_folder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(LogcliError, match="cannot write") as caught, open_output(tmp_path / "no" / "x.csv"):
        pass
    assert caught.value.why == "no such file or directory"
    assert "mkdir -p" in caught.value.hint


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(LogcliError, match="cannot write"), open_output(tmp_path):
        pytest.fail("only noticed after the work")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_explained(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LogcliError) as caught, open_output(tmp_path / "x.csv"):
        pass
    assert caught.value.why == "permission denied"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("name", ["csv", "parquet", "arrow", "jsonl"])
def test_a_full_disk_is_explained(name: str) -> None:
    batch = pa.record_batch({"text": [f"{i:0100d}" for i in range(20_000)]})
    with (
        pytest.raises(LogcliError, match="cannot write `/dev/full`") as caught,
        open_output("/dev/full") as out,
    ):
        registry.create("sinks", name).write([batch], batch.schema, out)
    assert caught.value.why == "no space left on device"


def test_a_disk_that_fills_up_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.FileIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", lambda path, mode: Full(path, mode.replace("b", "")))
    with pytest.raises(LogcliError, match="cannot write") as caught, open_output(tmp_path / "x.csv") as out:
        out.write(b"x")
    assert caught.value.why == "no space left on device"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_written_directly(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()))
    reader.start()
    with open_output(path) as out:
        assert not out.seekable()
        out.write(b"through")
    reader.join(10)
    assert found == [b"through"]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["csv", "parquet", "arrow"])
def test_a_closed_pipe_stays_a_broken_pipe(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    stdout = io.TextIOWrapper(Closed())  # type: ignore[type-var]
    monkeypatch.setattr(sys, "stdout", stdout)
    batch = pa.record_batch({"text": ["x" * 100] * 100})
    with pytest.raises(BrokenPipeError), open_output("-") as out:
        registry.create("sinks", name).write([batch], batch.schema, out)


@pytest.mark.parametrize(
    ("ending", "unpack"),
    [
        ("gz", gzip.decompress),
        ("bz2", bz2.decompress),
        ("xz", lzma.decompress),
        ("lz4", lz4.frame.decompress),
        ("zst", lambda data: zstandard.ZstdDecompressor().stream_reader(data).read()),
    ],
)
def test_endings_compress(tmp_path: Path, ending: str, unpack: Any) -> None:
    paths = [tmp_path / f"{i}.csv.{ending}" for i in range(2)]
    for path in paths:
        with open_output(path) as out:
            out.write(b"line\n" * 1000)
            out.write(memoryview(b"last\n"))
    assert unpack(paths[0].read_bytes()) == b"line\n" * 1000 + b"last\n"
    assert paths[0].read_bytes() == paths[1].read_bytes()


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("dressed", "expected"),
    [(False, b"a\\x1b[31m\\x9b\\u202e\tb\n"), (True, b"a\x1b[31m\xc2\x9b\xe2\x80\xae\tb\n")],
)
def test_a_terminal_gets_no_control_characters(
    dressed: bool, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(terminal))
    with open_output("-", dressed=dressed) as out:
        out.write("a\x1b[31m\x9b\u202e\tb\n".encode())
    assert terminal.getvalue() == expected


# --- its look -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("color", "tty", "environment", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", True, {"LOGCLI_NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color(
    color: str, tty: bool, environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "LOGCLI_NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert dress_for(color, tty).color is expected


def test_width_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "77")
    assert dress_for("auto", tty=True).width == 77
    assert dress_for("auto", tty=False).width == 0


# --- the name of a table ------------------------------------------------------------------------


def test_tables_are_known_by_metadata_or_columns() -> None:
    assert table_name(RECORD) == "logcli.records/1"
    assert table_name(PARSED) == "logcli.parsed/1"
    assert table_name(TEMPLATE) == "logcli.templates/1"
    assert table_name(pa.schema([("body", pa.string())])) == "logcli.records/1"
    assert table_name(pa.schema([("n", pa.int64())])) == "logcli.table/1"
    assert table_name(pa.schema([("n", pa.int64())], {"logcli.schema": "logcli.x/2"})) == "logcli.x/2"
    assert stamped(RECORD).metadata == {b"logcli.schema": b"logcli.records/1"}
