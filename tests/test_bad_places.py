"""Places that cannot be written, full disks, closed streams, signals: a word, a code, nothing left behind."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import LOGCLI, log, logcli, process

LOG = log(300)
# Where nothing can be made, whoever asks.
NOWHERE = "/dev/null/nowhere"
KINDS = ("table", "jsonl", "csv", "tsv", "parquet", "arrow", "otlp", "markdown")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("x.log").write_bytes(LOG)
    return tmp_path


def left() -> list[str]:
    """What lies here besides the log."""
    return sorted(name for name in os.listdir() if name != "x.log")


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_device(kind: str) -> None:
    done = logcli("parse", "-q", "-t", kind, "-o", "/dev/full", "x.log")
    assert (done.code, done.out) == (1, b"")
    assert done.err.startswith("error: cannot write `/dev/full`\n reason: no space left on device\n")


@pytest.mark.parametrize("command", ["templates", "parse", "inspect"])
def test_standard_output_on_a_full_device(command: str) -> None:
    with open("/dev/full", "wb") as full:
        done = process(command, "x.log", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.code == 1
    assert "no space left on device" in done.err and "Traceback" not in done.err


def limited() -> None:
    """In the child: a disk on which no file grows beyond 100 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


@pytest.mark.parametrize("name", ["out.parquet", "out.csv", "out.jsonl.gz", "out.arrow"])
def test_a_disk_that_becomes_full_leaves_no_half_file(name: str) -> None:
    Path("x.log").write_bytes(log(40_000))
    done = process("parse", "-q", "x.log", "-o", name, preexec_fn=limited)
    assert done.code == 1
    assert done.err.startswith("error: cannot write ") and "\n reason: file too large\n" in done.err
    assert left() == []


@pytest.mark.parametrize("command", ["parse", "inspect"])
def test_a_disk_that_becomes_full_under_the_copy_of_a_pipe(command: str, tmp_path: Path) -> None:
    noise = "".join(f"2024-01-01 12:00:00 INFO {os.urandom(100).hex()}\n" for _ in range(3000))
    Path("tmp").mkdir()
    env = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    done = process(command, "-", input=noise.encode(), preexec_fn=limited, env=env)
    assert done.code == 1
    assert done.err.startswith("error: cannot ") and "hint: set `TMPDIR`" in done.err
    assert list(Path("tmp").iterdir()) == []


@pytest.mark.parametrize(
    "command", ["templates -o", "parse -o", "templates --save-model", "parse --save-model", "show ab -o"]
)
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (f"{NOWHERE}/out.csv", "not a directory"),
        ("missing/out.csv", "no such file or directory"),
        ("x.log/out.csv", "not a directory"),
        ("folder.csv", "a directory"),
    ],
)
def test_an_unwritable_output_is_told_before_anything_is_read(command: str, target: str, reason: str) -> None:
    Path("folder.csv").mkdir()
    done = logcli(*command.split(), target, "x.log")
    assert (done.code in (1, 2), done.out) == (True, b"")
    assert done.err.startswith("error: ") and reason in done.err
    assert done.code == 2 or done.err.startswith(f"error: cannot write `{target}`\n reason: ")
    assert "lines" not in done.err
    assert left() == ["folder.csv"]


def test_a_failed_run_leaves_the_old_output_alone() -> None:
    Path("out.csv").write_text("kept")
    assert logcli("parse", "x.log", "--strict", "-f", "hdfs", "-o", "out.csv").code == 1
    assert (left(), Path("out.csv").read_text()) == (["out.csv"], "kept")


@pytest.mark.parametrize(
    "unset",
    [
        {"HOME": NOWHERE, "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": ""},
        {"HOME": "/", "XDG_CACHE_HOME": NOWHERE, "XDG_CONFIG_HOME": NOWHERE, "XDG_STATE_HOME": NOWHERE},
    ],
    ids=["home", "folders"],
)
@pytest.mark.parametrize("args", ["templates x.log", "formats", "config", "--help"])
def test_no_home_to_write_to(args: str, unset: dict[str, str]) -> None:
    env = {name: value for name, value in os.environ.items() if name != "LOGCLI_CONFIG_DIR"}
    done = process(*args.split(), env={**env, **unset})
    assert done.code == 0, done.err
    assert "Traceback" not in done.err and "error" not in done.err


@pytest.mark.slow
def test_no_cache_folder_at_all() -> None:
    """Kernels are compiled into the temporary folder, or for this run only."""
    tmp = Path("tmp")
    tmp.mkdir()
    env = {name: value for name, value in os.environ.items() if name != "LOGCLI_CACHE_DIR"}
    env |= {"XDG_CACHE_HOME": NOWHERE, "HOME": NOWHERE, "TMPDIR": str(tmp.absolute())}
    done = process("templates", "-q", "x.log", env=env)
    assert (done.code, done.out.count(b"\n")) == (0, 2)
    assert done.err.count("\n") <= 1
    assert [path.name.startswith("logcli-") for path in tmp.iterdir()] == [True]
    tmp.chmod(0o777)
    for path in tmp.iterdir():  # somebody else's: never trusted
        path.rename(tmp / "old")
        path.symlink_to(NOWHERE)
    code = "from logcli import kernels; print(kernels.folder())"
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("None\n", "")


def test_closed_streams() -> None:
    def shell(command: str) -> subprocess.CompletedProcess[str]:
        text = command.replace("logcli", " ".join(LOGCLI))
        return subprocess.run(["bash", "-c", text], capture_output=True, text=True)

    done = shell("logcli templates x.log >&-")
    assert (done.returncode, done.stderr) == (1, "error: standard output is closed\n")
    done = shell("logcli templates x.log 2>&-")
    assert (done.returncode, done.stdout.count("\n")) == (0, 2)
    done = shell("logcli templates - <&-")
    assert (done.returncode, done.stderr) == (1, "error: cannot read stdin\n reason: it is closed\n")


@pytest.mark.parametrize(
    "args",
    ["parse -q x.log", "templates -q x.log", "inspect x.log", "formats", "--help", "parse -t csv -q x.log"],
)
def test_nobody_reads_the_output(args: str) -> None:
    """The pipe's other end is closed before the first byte."""
    reading, writing = os.pipe()
    os.close(reading)
    done = process(*args.split(), capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.code, done.err) == (141, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("args", ["parse - -o out.parquet --no-templates", "templates -", "inspect -"])
def test_signals_while_a_pipe_is_silent(args: str, number: signal.Signals, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    running = subprocess.Popen(
        [*LOGCLI, *args.split()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    assert running.stdin
    running.stdin.write(LOG)
    running.stdin.flush()
    wait_until_read(running.pid)
    running.send_signal(number)
    assert running.wait(60) == 128 + number
    out, err = running.communicate()
    assert (out, err) == (b"", b"")
    assert (left(), list(temporary.iterdir())) == (["tmp"], [])


def wait_until_read(pid: int) -> None:
    """Until the process sleeps in a read of its standard input."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        waits = Path(f"/proc/{pid}/wchan").read_text() if Path(f"/proc/{pid}/wchan").exists() else ""
        if "pipe" in waits or _syscall(pid) == "0 0x0":
            return
        time.sleep(0.05)
    pytest.skip("this system does not tell what a process waits for")


def _syscall(pid: int) -> str:
    """Number and first argument of the system call it is in: `0 0x0` reads standard input."""
    try:
        return " ".join(Path(f"/proc/{pid}/syscall").read_text().split()[:2])
    except OSError:
        return ""


def test_temporary_files_are_gone_after_a_run(tmp_path: Path) -> None:
    Path("tmp").mkdir()
    env = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    for args in (
        "parse -t jsonl -",
        "parse -o out.parquet -",
        "templates -",
        "inspect -",
        "parse -t csv -k body -",
    ):
        done = process(*args.split(), input=LOG, env=env)
        assert (done.code, list(Path("tmp").iterdir())) == (0, []), args


def test_jobs_change_nothing() -> None:
    """Not a byte, in any kind of output; blocks are small enough for several."""
    trace = b'Traceback (most recent call last):\n  File "a.py", line 3, in f\nValueError: no\n'
    noise = b"".join(
        line + b"\n" + (trace if k % 50 == 7 else b"") for k, line in enumerate(log(60_000).splitlines())
    )
    Path("x.log").write_bytes(noise)
    for args in [f"parse -t {kind}" for kind in KINDS[1:7]] + [
        "templates -t csv",
        "templates -p drain -t jsonl",
    ]:
        one, two = (logcli(*args.split(), "-j", jobs, "x.log") for jobs in ("1", "2"))
        assert one.code == 0
        assert one == two, args


def test_every_column_is_valid_json_whatever_the_bytes() -> None:
    Path("x.log").write_bytes(bytes(range(256)) * 20 + b"\n" + os.urandom(20_000))
    done = logcli("parse", "-t", "jsonl", "x.log")
    assert all(json.loads(line)["schema"] == "logcli.parsed/1" for line in done.out.splitlines())
