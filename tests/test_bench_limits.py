"""Parsers that crash, take too long or too much memory; and an interrupt, which is none of their faults."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from logcli.bench import isolated
from tests.benched import bench, parser, record, tiny_log
from tests.running import LOGCLI


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_log(tmp_path_factory.mktemp("limits")) as folder:
        yield folder


WRONG = {
    "crash": ("raise ValueError('\\x1b[31mred')", "failed", "exit code 1: ValueError: \x1b[31mred"),
    "leave": ("import os; os._exit(0)", "failed", "it ended before it had an answer"),
    "abort": ("import os; os.abort()", "failed", "killed by signal 6"),
    "eat": ("kept = bytearray(1 << 30)", "out of memory", "it used more memory than it may"),
    "chat": ("print('x' * 100_000)", "finished", ""),
}


def test_what_goes_wrong_is_a_row(tmp_path: Path) -> None:
    files = [parser(tmp_path / f"{name}.py", code) for name, (code, _, _) in WRONG.items()]
    limits = ("--memory-limit", "600MiB", "-j", "2")
    done = bench("run", "-p", ",".join(map(str, files)), "-d", "tiny", *limits, "-o", tmp_path / "r")
    known = [record(tmp_path / "r", name) for name in WRONG]
    assert [(each["status"], each["reason"]) for each in known] == [wrong[1:] for wrong in WRONG.values()]
    assert "crash default: failed: exit code 1: ValueError: \\x1b[31mred\n" in done.err
    assert done.code == 0, "something finished"


def test_a_time_out_is_a_row_and_kept_unless_more_is_given(tmp_path: Path) -> None:
    sleeper = parser(tmp_path / "sleeper.py", "import time; time.sleep(60)")
    asked = ("run", "-p", sleeper, "-d", "tiny", "-o", tmp_path)
    done = bench(*asked, "--time-limit", "1")
    assert done.code == 1 and "sleeper default: time-out: stopped after 1 s\n" in done.err
    assert 1 <= record(tmp_path, "sleeper")["seconds"] < 10
    assert "stopped after 1 s (kept)\n" in bench(*asked, "--time-limit", "0.8").err
    assert "stopped after 1.2 s\n" in bench(*asked, "--time-limit", "1.2").err


def dead(number: int) -> bool:
    """Whether a process has ended, or will at once."""
    for _ in range(100):
        status = Path(f"/proc/{number}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="processes are looked up in /proc")
def test_a_killed_command_leaves_nothing_running() -> None:
    script = "sleep 60 & echo $!; wait"
    done = isolated.run(["sh", "-c", script], seconds=0.5, memory=1 << 30)
    assert done.status == "time-out" and dead(int(done.output))
    done = isolated.run(["sh", "-c", "sleep 60 & echo $!"], seconds=60, memory=1 << 30)
    assert done.status == "finished" and dead(int(done.output))


def test_an_interrupt_ends_the_parser_and_leaves_no_record(tmp_path: Path) -> None:
    began = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        where = tmp_path / f"pid{int(number)}"
        wait = f"import os, time; open({str(where)!r}, 'w').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
        file = parser(tmp_path / f"wait{int(number)}.py", wait)
        command = [*LOGCLI, "bench", "run", "-p", str(file), "-d", "tiny", "-o", "r"]
        began[where] = number, subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
    for where, (number, process) in began.items():
        while not (where.exists() and where.read_text().endswith("\n")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said) == (128 + number, b"")
        assert not Path("/proc").exists() or dead(int(where.read_text()))
    assert list((tmp_path / "r").rglob("run.json")) == []
