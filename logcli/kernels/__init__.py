"""Hot loops over arrays, compiled once per user by numba and cached on disk.

A kernel takes C-contiguous writable arrays of fixed types and gives arrays; it knows nothing of
logcli. The cache folder is named by a hash of all kernel sources, because numba's own check looks
at the file of the called function only and would keep an outdated callee. numba unpickles what it
finds there, so a folder that somebody else can write to is never used.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path


def cache_root() -> Path:
    """Folder for things that can be made again: `$XDG_CACHE_HOME/logcli` or the platform's own."""
    if os.environ.get("LOGCLI_CACHE_DIR"):
        return Path(os.environ["LOGCLI_CACHE_DIR"])
    if os.name == "nt":  # pragma: no cover
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "logcli" / "cache"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path(os.path.expanduser("~")) / ".cache") / "logcli"


def _source_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _private(folder: Path) -> bool:
    """Make the folder if need be; whether it is ours alone to write."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if os.name == "nt":  # pragma: no cover
            return True
        info = folder.stat()
        return info.st_uid == os.getuid() and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    except OSError:
        return False


def _choose_folder() -> Path | None:
    version = f"kernels-{_source_hash()}-py{sys.version_info.major}{sys.version_info.minor}"
    user = os.getuid() if hasattr(os, "getuid") else 0
    for root in (cache_root(), Path(tempfile.gettempdir()) / f"logcli-{user}"):
        if _private(root / version):
            return root / version
    return None


FOLDER = _choose_folder()
if FOLDER is not None:
    os.environ["NUMBA_CACHE_DIR"] = str(FOLDER)

import numba  # noqa: E402

if FOLDER is not None:
    numba.config.CACHE_DIR = str(FOLDER)

# No bounds checks and C division: kernels are tested under hypothesis with checks on
# (`NUMBA_BOUNDSCHECK=1`), and run without.
_OPTIONS = {"nogil": True, "error_model": "numpy", "cache": FOLDER is not None}

kernel = numba.njit(**_OPTIONS)
# For small functions called per byte or token: a real call would count references of its arrays.
inline = numba.njit(**_OPTIONS, forceinline=True)
