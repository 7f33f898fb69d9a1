"""Targets: what they stand for, in which order, and what is said about the missing."""

from __future__ import annotations

import errno
import gzip
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from logcli import registry
from logcli.errors import LogcliError, UsageError
from logcli.reading import Stream, blocks, expand
from logcli.streams import open_file


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(f"{name}\n")


def names(*targets: str) -> list[str]:
    return [stream.name for stream in expand(targets)]


def content(stream: Stream) -> bytes:
    with stream.open() as reader:
        return b"".join(bytes(block.data) for block in blocks(reader))


def test_a_file_is_itself() -> None:
    make("a.log")
    (stream,) = expand(["./a.log"])
    assert (stream.name, stream.path, stream.size, stream.rereadable) == ("./a.log", "./a.log", 6, True)
    assert stream.mtime == Path("a.log").stat().st_mtime
    assert content(stream) == content(stream) == b"a.log\n"


def test_a_folder_is_all_below_it() -> None:
    make("logs/b.log", "logs/a/x10.log", "logs/a/x9.log", "logs/.hidden", "logs/.git/x")
    assert names("logs") == ["logs/a/x9.log", "logs/a/x10.log", "logs/b.log"]


def test_rotated_files_come_from_the_oldest_on() -> None:
    ordered = [
        "app.log-20240101",
        "app.log-20240102.gz",
        "app.log.10.gz",
        "app.log.2.gz",
        "app.log.1",
        "app.log",
    ]
    make(*ordered)
    assert names(".") == names("app.log*") == names(*sorted(ordered)) == ordered


def test_dated_names_come_by_date() -> None:
    make("app-2024-01-02.log", "app-2024-01-01.log", "app-2023-12-31.log")
    assert names("*.log") == ["app-2023-12-31.log", "app-2024-01-01.log", "app-2024-01-02.log"]


def test_targets_keep_their_order() -> None:
    make("b.log", "a.log", "z/1", "b.log.1")
    assert names("b.log", "z", "a.log", "b.log.1") == ["b.log.1", "b.log", "z/1", "a.log"]


def test_patterns_are_expanded() -> None:
    make("x/one.log", "x/y/two.log", "x/three.txt")
    assert names("x/**/*.log") == ["x/one.log", "x/y/two.log"]
    assert names("x/*") == ["x/one.log", "x/three.txt", "x/y/two.log"]


def test_a_pattern_that_is_a_name_is_a_name() -> None:
    make("a[1].log", "a1.log")
    assert names("a[1].log") == ["a[1].log"]


def test_second_names_of_a_file_are_left_out() -> None:
    make("logs/app.20240101.log")
    Path("logs/app.log").symlink_to("app.20240101.log")
    assert names("logs") == ["logs/app.20240101.log"]


@pytest.mark.parametrize(
    ("target", "what", "hint"),
    [
        ("logs/ap.log", "no such file `logs/ap.log`", "did you mean `logs/app.log`?"),
        ("none/app.log", "no such file `none/app.log`", "there is no folder `none`"),
        ("zzz", "no such file `zzz`", ""),
        ("*.zip", "no file to read in `*.zip`", ""),
        ("empty", "no file to read in `empty`", ""),
        ("", "cannot read ``", ""),
    ],
)
def test_what_is_missing_is_an_error(target: str, what: str, hint: str) -> None:
    make("logs/app.log")
    Path("empty").mkdir()
    with pytest.raises(LogcliError) as caught:
        expand(["logs/app.log", target])
    assert (caught.value.what, caught.value.hint) == (what, hint)


def test_an_unknown_scheme_is_an_error() -> None:
    with pytest.raises(UsageError, match="no source reads `s3://bucket/log`"):
        expand(["s3://bucket/log"])


def test_unreadable_files_in_a_folder_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    make("logs/good.log", "logs/secret.log")
    Path("logs/broken.log").symlink_to("nowhere")

    def guarded(path: str) -> io.FileIO:
        if "secret" in path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return open_file(path)

    monkeypatch.setattr("logcli.streams.open_file", guarded)
    said: list[str] = []
    assert [stream.name for stream in expand(["logs"], said.append)] == ["logs/good.log"]
    assert sorted(said) == [
        "left out `logs/broken.log`: No such file or directory",
        "left out `logs/secret.log`: Permission denied",
    ]
    with pytest.raises(LogcliError, match="cannot read `logs/secret") as caught:
        expand(["logs/secret.log"])
    assert caught.value.why == "Permission denied"
    Path("logs/good.log").unlink()
    with pytest.raises(LogcliError, match="no file to read"):
        expand(["logs"])


def test_hostile_names_are_shown_as_utf8() -> None:
    Path(os.fsdecode(b"caf\xe9.log")).write_bytes(b"x\n")
    (stream,) = expand(["."])
    assert stream.name == "caf\\xe9.log"
    assert content(stream) == b"x\n"


def test_null_device_and_sockets(tmp_path: Path) -> None:
    import socket

    (stream,) = expand(["/dev/null"])
    assert stream.size is None
    assert content(stream) == b""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(LogcliError, match="cannot read `socket`"):
            expand(["socket"])


CODE = """
import sys
from logcli.reading import blocks, expand
for stream in expand(sys.argv[1:]):
    for _ in range(1 + stream.rereadable):
        with stream.open() as reader:
            print(stream.name, stream.size, b"".join(bytes(block.data) for block in blocks(reader)))
"""


def shell(command: str) -> str:
    return subprocess.check_output(
        ["bash", "-c", command.replace("READ", f"{sys.executable} -c '{CODE}'")], text=True
    )


def test_stdin_piped_redirected_and_substituted() -> None:
    make("a.log")
    Path("a.log").write_bytes(b"one\ntwo\n")
    both = r"b'one\ntwo\n'"
    assert shell("cat a.log | READ -") == f"- None {both}\n"
    assert shell("READ - < a.log") == f"- 8 {both}\n" * 2
    assert shell("(read; READ -) < a.log") == r"- 8 b'two\n'" + "\n" + r"- 8 b'two\n'" + "\n"
    assert shell("cat a.log | READ /dev/stdin") == f"/dev/stdin None {both}\n"
    assert shell("READ <(gzip -c a.log)").endswith(f" None {both}\n")


def test_stdin_closed_twice_or_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"one\n"))))
    assert content(expand(["-"])[0]) == b"one\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(UsageError, match="named twice"):
        expand(["-", "-"])
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(LogcliError, match="cannot read stdin"):
        expand(["-"])


def test_sources_are_listed() -> None:
    assert registry.names("sources") == ["file", "stdin"]
