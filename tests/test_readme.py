"""What the README shows is what the commands print."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
YAML = re.findall(r"```yaml\n(.*?)```", README, re.S)


def examples() -> list[tuple[str, str]]:
    """Commands of the console blocks, each with the output that is shown."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"```console\n(.*?)```", README, re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "datasets" / "shop", place / "datasets" / "shop")
    text = next(text for text in YAML if text.startswith("# corrections.yaml"))
    (place / "corrections.yaml").write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize(("command", "output"), examples(), ids=lambda text: text[:40])
def test_examples_print_what_is_shown(command, output, folder):
    shell = command.replace("logcli ", f"{sys.executable} -m logcli ")
    done = subprocess.run(shell, shell=True, cwd=folder, capture_output=True, text=True, env=_environment())
    assert done.stdout == output
    assert done.returncode == 0, done.stderr


def test_python_example_runs(folder):
    code = next(code for code in PYTHON if "logcli.parse" in code)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, env=_environment()
    )
    assert done.returncode == 0, done.stderr
    assert "Order SO-<*> received" in done.stdout


def test_parser_example_runs(folder):
    code = next(code for code in PYTHON if "BatchParser" in code)
    (folder / "mine.py").write_text(code, encoding="utf-8")
    shell = next(line for line in README.splitlines() if line.startswith("logcli bench run -p mine.py"))
    shell = shell.replace("logcli ", f"{sys.executable} -m logcli ")
    done = subprocess.run(
        shell,
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        env=_environment() | {"LOGCLI_DATA": "data"},
    )
    assert done.returncode == 0, done.stderr
    assert {"shape", "mine"} <= set(done.stdout.split())


def test_format_example_is_a_format(tmp_path):
    text = next(text for text in YAML if text.startswith("about:"))
    file = tmp_path / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    from logcli.layout_check import check

    assert check(str(file)) == []


def test_every_command_and_parser_is_named():
    from logcli import registry

    commands = {path.stem for path in (ROOT / "logcli" / "commands").glob("[a-z]*.py")}
    missing = [
        name
        for name in commands - {"sinks", "sources", "warmup", "parsers"}
        if f"logcli {name}" not in README
    ]
    assert missing == []
    assert [name for name in registry.names("parsers") if f"`{name}`" not in README] == []


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
