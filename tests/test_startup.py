"""What a command on a small log waits for: neither pandas nor a compiler, and what is kept may be lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from logcli import kernels, shelf
from logcli.kernels import _store
from tests.conftest import SHOP
from tests.running import process

HEAVY = ("pandas", "numba", "scipy", "sklearn")
SHOP_LOG = SHOP / "orders.log"
COMMANDS = (
    "templates -q FILE", "templates -q FILE -t csv", "parse -q FILE -t jsonl", "parse -q FILE -t otlp",
    "parse -q FILE -o out.parquet", "parse -q FILE -l warn -g order -S end-1h", "parse -q --merge FILE",
    "inspect FILE", "templates -q FILE --model app.model",
)  # fmt: skip


@pytest.mark.parametrize("line", COMMANDS)
def test_a_small_log_needs_neither_pandas_nor_a_compiler(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if "--model" in line:
        process("templates", "-q", SHOP_LOG, "--save-model", "app.model")
    code = (
        "import sys; from logcli import __main__ as program; code = program.run(sys.argv[1:])\n"
        f"print(code, sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    args = line.replace("FILE", str(SHOP_LOG)).split()
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "0 []", done.stderr


def test_damaged_code_is_compiled_again(tmp_path: Path) -> None:
    """A file that is not whole is as good as none: it is never run."""
    code = (
        "import sys, numpy as np; from logcli.kernels import fold, folder\n"
        "print(fold.last_start(np.array([0, 1, 0], np.uint8)), 'numba' in sys.modules, folder())"
    )
    env = {**os.environ, "LOGCLI_CACHE_DIR": str(tmp_path)}

    def run() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    first, second = run(), run()
    assert first[:2] == ["1", "True"] and second[:2] == ["1", "False"]
    (path,) = Path(first[2]).glob("fold.last_start*.o")
    for damaged in (path.read_bytes()[:-9] + b"\0" * 9, path.read_bytes()[:100], b"", b"{}\n", b"\xff"):
        path.write_bytes(damaged)
        assert run()[:2] == ["1", "True"]


def test_kernels_take_what_they_say(tmp_path: Path) -> None:
    from logcli.kernels import fold

    with pytest.raises(ValueError, match="not C-contiguous"):
        fold.last_start(np.zeros(8, np.uint8)[::2])
    frozen = np.frombuffer(b"\0\1\0", np.uint8)  # read-only: a kernel that only reads may have it
    assert fold.last_start(frozen) == 1
    assert fold.last_start(np.zeros(0, np.uint8)) == -1


def test_a_shelf_that_is_damaged_is_filled_again() -> None:
    folder = kernels.folder()
    assert folder is not None
    process("inspect", SHOP_LOG)
    (path,) = folder.glob("formats-*.json")
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    done = process("templates", "-q", SHOP_LOG)
    assert (done.code, done.err) == (0, "")
    assert path.read_bytes() == whole


def test_the_shelf_knows_the_state_of_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = shelf._state()
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "a.yaml").write_text("about: x\n")
    monkeypatch.setattr(shelf, "_HERE", tmp_path)
    one = shelf._state()
    (tmp_path / "formats" / "a.yaml").write_text("about: xy\n")
    assert len({before, one, shelf._state()}) == 3


def test_other_users_cannot_put_code_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGCLI_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "none"))
    _store.folder.cache_clear()
    try:
        place = _store.folder()
        assert place is not None and place.stat().st_mode & 0o077 == 0
        place.chmod(0o777)
        _store.folder.cache_clear()
        assert _store.folder() != place
    finally:
        _store.folder.cache_clear()
