"""The manners of the command: help, exit codes, signals, streams, the pager, what it loads."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest

from logcli import __main__ as program
from logcli import errors
from logcli.commands._command import Command, Group
from tests.conftest import SHOP

LOGCLI = [sys.executable, "-m", "logcli"]
NAMES = program.group.list_commands(click.Context(program.group))


def run(*args: str, cwd: Path = SHOP, **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LOGCLI, *args], capture_output=True, text=True, cwd=cwd, timeout=300, **settings)


def all_commands() -> list[tuple[list[str], Command]]:
    """Every command with the words that call it."""
    found: list[tuple[list[str], Command]] = [([], program.group)]
    for name in NAMES:
        command = program.group.get_command(click.Context(program.group), name)
        assert isinstance(command, Command)
        found.append(([name], command))
        if isinstance(command, Group):
            found += [([name, inner], made) for inner, made in command.commands.items()]  # type: ignore[misc]
    return found


COMMANDS = [pytest.param(words, command, id=" ".join(words) or "logcli") for words, command in all_commands()]


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_help_fits_80_columns(words: list[str], command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "..." not in " ".join(re.findall(r"^  [a-z]+ .*\.\.\.$", shown, re.M)), "a cut short help"


@pytest.mark.parametrize("name", NAMES)
def test_help_begins_with_examples(name: str) -> None:
    command = program.group.get_command(click.Context(program.group), name)
    assert isinstance(command, Command)
    assert 3 <= len(command.examples) <= 6
    text = click.unstyle(command.get_help(click.Context(command, info_name=name)))
    assert text.startswith("Examples:")


def examples() -> list[str]:
    found = []
    for name in NAMES:
        command = program.group.get_command(click.Context(program.group), name)
        assert isinstance(command, Command)
        found += [line for line, _ in command.examples if line.startswith("logcli") and "source" not in line]
    return found


@pytest.fixture(scope="session")
def bench_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with made-up logs, and the results of two parsers on them."""
    folder = tmp_path_factory.mktemp("bench")
    done = run(
        "bench", "run", "-p", "shape,digits", "-d", "shop", "--data", "data", "-o", "results", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return folder


MINE = """
from logcli.batch import BatchParser, Grouped


class FirstWord(BatchParser):
    def group(self, bodies, counts):
        words = [(body.split() or [""])[0] for body in bodies]
        known = list(dict.fromkeys(words))
        return Grouped([known.index(word) for word in words], [f"{word} <*>" for word in known])
"""


@pytest.mark.slow
@pytest.mark.parametrize("line", examples())
def test_examples_run(
    line: str, tmp_path: Path, bench_results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if " import " in line:
        if not os.environ.get("LOGCLI_TEST_DATA"):
            pytest.skip("set LOGCLI_TEST_DATA to the folder with the labelled logs")
        (tmp_path / "loghub").symlink_to(os.environ["LOGCLI_TEST_DATA"])
        monkeypatch.setenv("LOGCLI_DATA", str(tmp_path / "data"))
    else:
        monkeypatch.setenv("LOGCLI_DATA", str(bench_results / "data"))
    for name in ("results", "before"):
        shutil.copytree(bench_results / "results", tmp_path / name)
    (tmp_path / "mine.py").write_text(MINE)
    for log in SHOP.glob("*.log"):
        (tmp_path / log.name).symlink_to(log)
    (tmp_path / "app.log").write_text("2024-01-15 10:00:00,123 <INFO> [main] up\n" * 5)
    (tmp_path / "app.yaml").write_text("about: x\nlayout: ['{body}']\nsamples: [{line: a, body: a}]\n")
    shell = line.replace("logcli ", shlex.join(LOGCLI) + " ", 1).replace(" 1GB", " 200kB")
    done = subprocess.run(shell, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert (done.returncode, "error" in done.stderr) == (0, False), done.stderr


def test_every_command_has_a_job_of_the_help() -> None:
    assert {program._about(name)[0] for name in NAMES} <= set(program._JOBS)


@pytest.mark.parametrize("args", [["--help"], ["parsers"], ["formats"], ["completion", "bash"], ["config"]])
def test_light_commands_load_nothing_heavy(args: list[str]) -> None:
    heavy = ("numpy", "pyarrow", "numba", "rich", "pandas", "polars", "yaml", "drain3")
    code = (
        "import sys; from logcli import __main__ as program; program.run(sys.argv[1:])\n"
        f"print(sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def _seconds(*command: str) -> float:
    """The fastest of a few runs: what the command costs when the machine is not busy otherwise."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return min(times)


@pytest.mark.parametrize("args", [["--help"], ["parsers"]])
def test_light_commands_are_quick(args: list[str]) -> None:
    # 100 ms on an idle machine; measured against what Python and click alone take on this one
    assert _seconds(*LOGCLI, *args) < 4 * _seconds(sys.executable, "-c", "import click") + 0.05


def test_version_for_programs() -> None:
    facts = json.loads(run("--version", "--json").stdout)
    assert facts["schema"] == "logcli.version/1"
    assert run("--version").stdout.strip() == facts["version"]


@pytest.mark.parametrize(("error", "code", "said"), [
    (errors.LogcliError("it broke", hint="mend it"), 1, "error: it broke\n\nhint: mend it\n"),
    (errors.UsageError("no"), 2, "error: no\n"),
    (KeyboardInterrupt(), 130, ""),
    (BrokenPipeError(), 141, ""),
    (program.Terminated(signal.SIGTERM), 143, ""),
    (OSError(28, "No space left on device"), 1, "error: no space left on device\n"),
    (MemoryError(), 1, "error: out of memory\n\nhint: fewer jobs need less: `--jobs 1`\n"),
])  # fmt: skip
def test_what_goes_wrong_has_a_code_and_a_word(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(args: list[str]) -> int:
        raise error

    monkeypatch.setattr(program, "_invoke", fail)
    monkeypatch.setattr(program, "_silence_stdout", lambda: None)
    assert program.run([]) == code
    assert capsys.readouterr().err == said


def test_a_fault_of_ours_says_so_and_shows_a_traceback_only_if_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(args: list[str]) -> int:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(program, "_invoke", fail)
    assert program.run([]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: internal error: ZeroDivisionError: by zero\n") and "Traceback" not in said
    assert program.run(["--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_closed_pipe_is_silent(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2024-01-15 10:00:00 INFO up and running\n" * 50_000)
    process = subprocess.Popen(
        [*LOGCLI, "parse", "-q", "a.log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    )
    assert process.stdout and process.stderr
    process.stdout.read(100)
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), said) == (errors.BROKEN_PIPE, b"")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_leave_nothing_behind(number: int, code: int, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [*LOGCLI, "parse", "-o", "out.csv"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert process.stdin and process.stderr
    process.stdin.write(b"2024-01-15 10:00:00 INFO up\n" * 1000)
    process.stdin.flush()
    time.sleep(3)
    process.send_signal(number)
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), said) == (code, b"")
    process.stdin.close()
    assert [*temporary.iterdir(), *tmp_path.glob("out*"), *tmp_path.glob(".logcli*")] == []


def test_a_full_disk_is_an_error() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*LOGCLI, "parse", "web.log", "-q"], stdout=full, stderr=subprocess.PIPE, cwd=SHOP
        )
    assert done.returncode == errors.FAILED
    assert done.stderr.startswith(b"error: cannot write `standard output`")


def on_terminal(*args: str, lines: int, env: dict[str, str]) -> str:
    """What a command writes to a terminal of so many lines."""
    screen, end = pty.openpty()
    process = subprocess.Popen(
        [*LOGCLI, *args], stdin=end, stdout=end, stderr=subprocess.DEVNULL, cwd=SHOP,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": str(lines), **env},
    )  # fmt: skip
    os.close(end)
    shown = b""
    while True:
        try:
            piece = os.read(screen, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(screen)
    process.wait(60)
    return shown.decode().replace("\r\n", "\n")


def test_long_output_is_paged_on_a_terminal() -> None:
    env = {"LOGCLI_PAGER": "sed s/^/paged:/", "NO_COLOR": "1"}
    assert on_terminal("templates", "host.log", "--year", "2026", lines=8, env=env).startswith("paged:")
    assert "paged:" not in on_terminal("templates", "host.log", "--year", "2026", lines=80, env=env)
    assert "paged:" not in on_terminal("templates", "host.log", "-P", lines=8, env=env)


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    env = {"PAGER": "head -n 1", "NO_COLOR": "1"}
    assert on_terminal("parse", "checkout.log", lines=8, env=env).count("\n") == 1


def test_nothing_to_read_on_a_terminal_shows_the_way() -> None:
    screen, end = pty.openpty()
    done = run("templates", stdin=end)
    os.close(end)
    os.close(screen)
    assert done.returncode == errors.USAGE
    assert done.stderr.startswith("Usage: logcli templates") and "Examples:" in done.stderr


def test_color_follows_flag_then_variables() -> None:
    def colored(*args: str, **env: str) -> bool:
        return (
            "\x1b["
            in run("parse", "orders.log", "-t", "table", "-q", *args, env={**os.environ, **env}).stdout
        )

    assert not colored()
    assert colored(FORCE_COLOR="1")
    assert colored("--color", "always", NO_COLOR="1")
    assert not colored("--color", "never", FORCE_COLOR="1")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_code(shell: str) -> None:
    assert "_LOGCLI_COMPLETE" in run("completion", shell).stdout


def test_completion_of_commands() -> None:
    env = {**os.environ, "_LOGCLI_COMPLETE": "bash_complete", "COMP_WORDS": "logcli te", "COMP_CWORD": "1"}
    assert run(env=env).stdout == "plain,templates\n"


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_answer_is_the_same_for_any_number_of_jobs(jobs: str) -> None:
    logs = sorted(path.name for path in SHOP.glob("*.log"))
    given = run("templates", *logs, "-t", "csv", "-q", "--year", "2026", "-j", jobs).stdout
    assert given == run("templates", *logs, "-t", "csv", "-q", "--year", "2026", "-j", "2").stdout


def test_a_saved_model_gives_the_same_templates(tmp_path: Path) -> None:
    model = str(tmp_path / "a.model")
    learnt = run("parse", "payments.log", "--save-model", model, "-q").stdout
    assert learnt == run("parse", "payments.log", "--model", model, "-q").stdout != ""
