"""Following with the real command: what is there, what comes, rotation, the end by a signal."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import LOGCLI
from tests.runs import running

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pipes as on Unix")
PATIENCE = 120  # seconds; only a failing test waits so long


def line(k: int, body: str) -> bytes:
    return f"2024-01-01 10:{k // 60:02d}:{k % 60:02d} INFO {body}\n".encode()


class Following:
    """A running command whose lines can be waited for."""

    def __init__(self, *args: str | Path, stdin: Any = None) -> None:
        command = [*LOGCLI, "parse", "-F", *map(str, args), "-t", "jsonl", "-q"]
        self.process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout
        for found in self.process.stdout:
            self._lines.put(found)

    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._lines.get(timeout=PATIENCE))
        return found

    def bodies(self, n: int) -> list[str]:
        return [self.record()["body"] for _ in range(n)]

    def silent(self) -> bool:
        time.sleep(0.5)
        return self._lines.empty()

    def stop(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what was said."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        assert self.process.stderr
        return code, self.process.stderr.read().decode()

    def close(self) -> None:
        """Whatever happened: nothing goes on or stays open."""
        self.process.kill()
        self._thread.join(PATIENCE)
        for file in (self.process.stdin, self.process.stdout, self.process.stderr):
            if file:
                file.close()
        self.process.wait(PATIENCE)


@pytest.fixture
def follow() -> Iterator[Callable[..., Following]]:
    started: list[Following] = []

    def start(*args: str | Path, **more: Any) -> Following:
        started.append(Following(*args, **more))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "x.log"
    path.write_bytes(b"".join(line(k, f"took {k} ms") for k in range(3)))
    return path


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@pytest.mark.parametrize("more", [(), ("--no-templates",)])
def test_a_growing_file(log: Path, follow: Callable[..., Following], more: tuple[str, ...]) -> None:
    append(log, line(3, "took 3 ms")[:-5])
    running = follow(log, *more)
    assert running.bodies(3) == ["took 0 ms", "took 1 ms", "took 2 ms"]
    assert running.silent()
    append(log, b"4 ms\n" + line(4, "took 5 ms"))
    found = [running.record(), running.record()]
    data = log.read_bytes()
    assert [(row["line"], data[row["offset"] :][: row["length"]]) for row in found] == [
        (4, data.split(b"\n")[3]),
        (5, data.split(b"\n")[4]),
    ]
    began = time.monotonic()
    assert running.stop() == (130, "")
    assert time.monotonic() - began < 5


def test_templates_of_what_is_added(log: Path, follow: Callable[..., Following]) -> None:
    running = follow(log)
    first = running.record()["template_id"]
    running.bodies(2)
    append(log, line(3, "took 9 ms") + line(4, "something else"))
    known, new = running.record(), running.record()
    assert known["template_id"] == first != new["template_id"]
    assert new["attributes"]["log.record.template"] == "something else"


def test_a_filter_on_what_is_added(log: Path, follow: Callable[..., Following]) -> None:
    running = follow(log, "-g", "2|7")
    assert running.bodies(1) == ["took 2 ms"]
    append(log, b"".join(line(k, f"took {k} ms") for k in range(3, 9)))
    assert running.bodies(1) == ["took 7 ms"]


def test_a_truncated_and_a_replaced_file(log: Path, follow: Callable[..., Following]) -> None:
    running = follow(log, "--no-templates")
    running.bodies(3)
    log.write_bytes(line(0, "after truncation"))
    first = running.record()
    assert (first["body"], first["line"], first["offset"]) == ("after truncation", 1, 0)
    log.rename(log.with_suffix(".1"))
    log.write_bytes(line(0, "after rotation"))
    second = running.record()
    assert (second["body"], second["line"]) == ("after rotation", 1)


@pytest.mark.parametrize("head", [3, 5])
def test_the_first_records_end_it(log: Path, follow: Callable[..., Following], head: int) -> None:
    running = follow(log, "-n", str(head))
    running.bodies(3)
    if head > 3:
        append(log, b"".join(line(k, "more") for k in range(3, 9)))
        running.bodies(2)
    assert running.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("more", ["learnt", "bare", "model"])
def test_a_pipe(log: Path, follow: Callable[..., Following], more: str) -> None:
    options: list[str | Path] = [] if more == "learnt" else ["--no-templates"]
    if more == "model":
        with running(log) as run:
            run.learn()
            run.save_model(log.with_suffix(".model"))
        options = ["--model", log.with_suffix(".model")]
    command = follow("-", *options, stdin=subprocess.PIPE)
    pipe = command.process.stdin
    pipe.write(line(0, "took 1 ms") + line(1, "took 2 ms") + line(2, "to")[:-1])
    pipe.flush()
    first, second = command.record(), command.record()
    assert [first["body"], second["body"]] == ["took 1 ms", "took 2 ms"]
    assert command.silent()
    pipe.write(b"ok 3 ms\n" + line(3, "brand new"))
    pipe.flush()
    third, fourth = command.record(), command.record()
    assert [(row["line"], row["body"]) for row in (third, fourth)] == [(3, "took 3 ms"), (4, "brand new")]
    if more != "bare":
        assert first["template_id"] == second["template_id"] == third["template_id"] != fourth["template_id"]
    pipe.close()
    assert command.process.wait(PATIENCE) == 0


def test_field_lines_hold_for_what_is_added(tmp_path: Path, follow: Callable[..., Following]) -> None:
    log = tmp_path / "u_ex.log"
    log.write_bytes(b"#Version: 1.0\n#Fields: date time cs-method cs-uri-stem sc-status\n")
    append(log, b"2024-01-01 10:00:00 GET /a 200\n")
    running = follow(log, "--no-templates")
    before = running.record()
    append(log, b"2024-01-01 10:00:01 POST /b 404\n")
    after = running.record()
    assert (before["time"], after["time"]) == ("2024-01-01T10:00:00Z", "2024-01-01T10:00:01Z")
    assert after["attributes"].keys() == before["attributes"].keys()
    assert "defects" not in after


@pytest.mark.parametrize("since", ["end-1h", "start+1h"])
def test_a_pipe_has_no_start_or_end(since: str, follow: Callable[..., Following]) -> None:
    command = follow("-", "-S", since, stdin=subprocess.PIPE)
    assert command.process.wait(PATIENCE) == 2
