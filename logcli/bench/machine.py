"""The machine and the versions a result was had with; no host names, no paths."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> dict[str, str]:
    """Processor, its number of cores, memory and system."""
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": f"{os.cpu_count()}, {cores()} used",
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def versions(packages: set[str]) -> dict[str, str]:
    """Version of each distribution, `not installed` for those that are not."""
    found = {}
    for package in sorted(packages - {""}):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _memory() -> str:
    text = _first("/proc/meminfo", "MemTotal")
    return f"{int(text.split()[0]) * 1024 / 1e9:.0f} GB" if text else "unknown"


def _first(path: str, key: str) -> str:
    """Value of the first line `key: value` of a file; empty when there is none."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")
