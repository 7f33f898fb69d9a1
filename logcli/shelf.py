"""Format files as they were compiled before: to read and compile all of them takes a third of a second.

Kept beside the compiled kernels, which trust the programs as much as their own code, in a folder that
is ours alone; for one state of the format files and of the modules that compile them.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logcli import kernels
from logcli.errors import LogcliError

if TYPE_CHECKING:
    from logcli.layout_program import Program

    Compiled = tuple[dict[str, Any], "Program | None"]

_HERE = Path(__file__).parent
_ARRAYS = {"code": "i8", "entries": "i8", "classes": "u1", "pool": "u1", "words": "u8", "ranks": "u1"}


def find(path: Path, compile_file: Callable[[Path], Compiled]) -> Compiled | None:
    """The data and the program of a shipped format file; None for a regex, and for what is not shipped."""
    if path.parent != _HERE / "formats":
        return None
    kept = _shelf(compile_file).get(path.stem)
    return (kept["data"], kept["program"] and _program(kept["program"])) if kept else None


@cache
def _shelf(compile_file: Callable[[Path], Compiled]) -> dict[str, Any]:
    import orjson

    folder = kernels.folder()
    place = folder / f"formats-{_state()}.json" if folder else None
    try:
        found: dict[str, Any] = orjson.loads(place.read_bytes()) if place else {}
    except (OSError, ValueError):
        found = {}
    if not found:
        found = _filled(compile_file)
        if place:
            _keep(place, orjson.dumps(found))
    return found


def _state() -> str:
    """A digest of what the files and modules look like, not of their bytes: that would take longer."""
    seen = []
    for folder, suffix in ((_HERE / "formats", ".yaml"), (_HERE, ".py")):
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith(suffix):
                info = entry.stat()
                seen.append((entry.name, info.st_size, info.st_mtime_ns))
    return hashlib.sha256(repr((_HERE, seen)).encode()).hexdigest()[:16]


def _filled(compile_file: Callable[[Path], Compiled]) -> dict[str, Any]:
    found = {}
    for path in sorted((_HERE / "formats").glob("*.yaml")):
        try:
            data, program = compile_file(path)
        except LogcliError:  # told when somebody asks for this one
            continue
        if "regex" not in data:
            found[path.stem] = {"data": data, "program": program and _plain(program)}
    return found


def _keep(place: Path, text: bytes) -> None:
    """Write the shelf whole or not at all, and remove those of former states."""
    try:
        handle, name = tempfile.mkstemp(dir=place.parent)
        with open(handle, "wb") as file:
            file.write(text)
        for old in place.parent.glob("formats-*.json"):
            old.unlink(missing_ok=True)
        Path(name).replace(place)
    except OSError:  # no room: compiled again next time
        Path(name).unlink(missing_ok=True)


def _plain(program: Program) -> dict[str, Any]:
    arrays = {name: base64.b64encode(getattr(program, name).tobytes()).decode() for name in _ARRAYS}
    expected = {str(place): text for place, text in program.expected.items()}
    return {**arrays, "fields": program.fields, "expected": expected}


def _program(plain: dict[str, Any]) -> Program:
    import numpy as np

    from logcli.layout_program import Program

    arrays: dict[str, Any] = {
        name: np.frombuffer(base64.b64decode(plain[name]), kind) for name, kind in _ARRAYS.items()
    }
    arrays["classes"] = arrays["classes"].reshape(-1, 256)
    expected = {int(place): text for place, text in plain["expected"].items()}
    return Program(**arrays, fields=plain["fields"], expected=expected)
