"""End-to-end cases: a command line, its input, and all it says. `--update-cases` rewrites them.

A case: `args` (words as in a shell), `stdin`, `files` (name: text), then `stdout`, `stderr`, `exit`, and
`written` (files to look at afterwards). Files of the sample shop are at hand under their names.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import SHOP

FOLDER = Path(__file__).parent / "cases"
KEYS = ("about", "args", "stdin", "files", "stdout", "stderr", "exit", "written")


class _Block(yaml.SafeDumper):
    """Texts of several lines as blocks, so that people can read them."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Block.add_representer(str, _text)


def cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for number, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            found.append(
                pytest.param(path, number, case, id=f"{path.stem}-{case['about'].replace(' ', '_')}")
            )
    return found


def run_case(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the command does in a folder with the sample logs and the case's own files."""
    for log in SHOP.glob("*.log"):
        (folder / log.name).symlink_to(log)
    for name, text in case.get("files", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    done = subprocess.run(
        [sys.executable, "-m", "logcli", *shlex.split(case["args"])],
        input=case.get("stdin", "").encode("utf-8", "surrogateescape"),
        capture_output=True,
        cwd=folder,
        env={**os.environ, "TZ": "UTC"},
        timeout=300,
    )
    got = {
        "stdout": _shown(done.stdout, folder),
        "stderr": _shown(done.stderr, folder),
        "exit": done.returncode,
    }
    written = {name: (folder / name).read_text(encoding="utf-8") for name in case.get("written", ())}
    return got | ({"written": written} if written else {})


def _shown(data: bytes, folder: Path) -> str:
    """Text without the places of this machine."""
    text = data.decode("utf-8", "backslashreplace")
    return re.sub(r"\S*/logcli/formats/", "PACKAGE/formats/", text.replace(str(folder), "HERE"))


@pytest.mark.parametrize(("path", "number", "case"), cases())
def test_case(
    path: Path, number: int, case: dict[str, Any], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert set(case) <= set(KEYS), "unknown key"
    got = run_case(case, tmp_path)
    if request.config.getoption("--update-cases"):
        _update(path, number, got)
    else:
        assert got == {key: case.get(key, 0 if key == "exit" else "") for key in got}


def _update(path: Path, number: int, got: dict[str, Any]) -> None:
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    kept = {key: value for key, value in whole[number].items() if key not in got}
    whole[number] = kept | {key: value for key, value in got.items() if value not in ("", 0)}
    text = yaml.dump(whole, Dumper=_Block, sort_keys=False, allow_unicode=True, width=10_000)
    path.write_text(text, encoding="utf-8")
