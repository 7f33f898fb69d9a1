"""Pairs of made-up logs, and what `logcli diff` finds in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.running import logcli


def log(*bodies: str, level: str = "INFO") -> str:
    """A log with a line for each body."""
    lines = (f"2024-01-15 10:{k // 60 % 60:02}:{k % 60:02} {level} {body}\n" for k, body in enumerate(bodies))
    return "".join(lines)


def rows(folder: Path, good: str, bad: str, *more: str) -> list[dict[str, Any]]:
    """The findings of two texts."""
    (folder / "good.log").write_text(good, encoding="utf-8")
    (folder / "bad.log").write_text(bad, encoding="utf-8")
    done = logcli("diff", folder / "good.log", folder / "bad.log", "-t", "jsonl", *more)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def of_kind(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in found if one["kind"] == kind]
