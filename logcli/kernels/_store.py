"""Where compiled kernels are kept: a folder per version, processor and way of compiling, ours alone.

Machine code that somebody else could have put there would be run, so a folder that others can write
to is never used, and a file that is not whole is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple


class Code(NamedTuple):
    """A compiled kernel.

    symbol : name of its entry
    returns : a letter per number that it gives: `q` whole, `?` truth; empty for none
    binary : an object file
    """

    symbol: str
    returns: str
    binary: bytes


def cache_root() -> Path:
    """Folder for things that can be made again: `$XDG_CACHE_HOME/logcli` or the platform's own."""
    if os.environ.get("LOGCLI_CACHE_DIR"):
        return Path(os.environ["LOGCLI_CACHE_DIR"])
    if os.name == "nt":  # pragma: no cover
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "logcli" / "cache"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path(os.path.expanduser("~")) / ".cache") / "logcli"


@cache
def folder() -> Path | None:
    """The folder for this version on this processor; None if none can be had."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    for root in (cache_root(), Path(tempfile.gettempdir()) / f"logcli-{user}"):
        if _private(root / f"kernels-{_version()}"):
            return root / f"kernels-{_version()}"
    return None


@cache
def _version() -> str:
    """A digest of all that decides what the code is."""
    import llvmlite.binding as llvm

    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    checks = os.environ.get("NUMBA_BOUNDSCHECK", "")
    machine = (sys.platform, llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    tools = (metadata.version("numba"), metadata.version("llvmlite"), sys.byteorder, checks)
    digest.update(repr((machine, tools)).encode())
    return digest.hexdigest()[:16]


def _private(place: Path) -> bool:
    """Make the folder if need be; whether it is ours alone to write."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=place):
            pass
        if os.name == "nt":  # pragma: no cover
            return True
        info = place.stat()
        return info.st_uid == os.getuid() and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    except OSError:
        return False


def load(name: str) -> Code | None:
    """What was kept under the name; None if that is nothing, or not whole."""
    place = folder()
    try:
        head, _, binary = (place / f"{name}.o").read_bytes().partition(b"\n") if place else (b"", b"", b"")
        said = json.loads(head)
        return Code(said["symbol"], said["returns"], binary) if said["sha256"] == _digest(binary) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(name: str, code: Code) -> None:
    """Keep what was compiled, if there is a place for it; all of it or nothing."""
    place = folder()
    if place is None:
        return
    said = {"symbol": code.symbol, "returns": code.returns, "sha256": _digest(code.binary)}
    try:
        handle, path = tempfile.mkstemp(dir=place)
        with open(handle, "wb") as file:
            file.write(json.dumps(said).encode() + b"\n" + code.binary)
        Path(path).replace(place / f"{name}.o")
    except OSError:  # no room: it is compiled again next time
        Path(path).unlink(missing_ok=True)


def _digest(binary: bytes) -> str:
    return hashlib.sha256(binary).hexdigest()
