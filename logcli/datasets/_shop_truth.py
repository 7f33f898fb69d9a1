"""The shop's logs as labelled bodies; the shop knows where it wrote a message."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from logcli import truths
from logcli.base import Labelled
from logcli.errors import LogcliError

# The message of a line, as its group.
_MESSAGE = {
    "checkout": re.compile(r'"msg":("(?:[^"\\]|\\.)*")'),
    "payments": re.compile(r' msg=("(?:[^"\\]|\\.)*"|\S*)'),
    "orders": re.compile(r" --- (?:\[[^]]*\] )+\S+ *: (.*)"),
    "inventory": re.compile(r"\S+ \S+ \S+ \[[^]]*\] \[[^]]*\] - (.*)"),
    "web": re.compile(r'[^"]*"([^"]*)"'),
    "host": re.compile(r"\w+ +\d+ \S+ \S+ [^:]*: (.*)"),
}


def labelled(folder: Path, services: Sequence[str]) -> Labelled:
    """Messages and templates of all records, service by service; of a stack trace, its first line.

    Linear in the size of the logs. Raises LogcliError for a log and a truth that do not belong together.
    """
    found = [_service(folder, service) for service in services]
    return Labelled(
        [body for bodies, _ in found for body in bodies], [t for _, names in found for t in names]
    )


def _service(folder: Path, service: str) -> tuple[list[str], list[str]]:
    log, truth = folder / f"{service}.log", folder / f"{service}.truth.csv"
    columns = truths.columns(truth, ["continuation", "template"])
    continued, templates = ([value.decode() for value in column.to_pylist()] for column in columns)
    lines = log.read_text(encoding="utf-8").split("\n")[:-1]
    if len(lines) != len(templates):
        what = f"`{log.name}` has {len(lines):,} lines, its truth {len(templates):,}"
        raise LogcliError(what, where=str(folder), hint="make both anew")
    first = [number for number, flag in enumerate(continued) if flag == "0"]
    return [_body(lines[n], service, log, n) for n in first], [templates[n] for n in first]


def _body(line: str, service: str, log: Path, number: int) -> str:
    match = _MESSAGE[service].search(line)
    if match is None:
        raise LogcliError("the line is none of the shop's", where=f"{log}:{number + 1}")
    text = match[1]
    return str(json.loads(text)) if text.startswith('"') else text
