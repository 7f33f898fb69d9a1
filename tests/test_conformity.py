"""Real logs against what another reader made of them: Filebeat's modules and their expected events.

The logs are not part of the project: set LOGCLI_TEST_DATA to a folder that holds `formats/filebeat`.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from logcli import columns, continuation, detection, records, registry, schema
from logcli.base import HAS_YEAR, HAS_ZONE, NO_TIME, Block

DATA = os.environ.get("LOGCLI_TEST_DATA")
FILEBEAT = Path(DATA or "/nonexistent") / "formats" / "filebeat"
EXPECTED = sorted(FILEBEAT.glob("**/*-expected.json"))
pytestmark = pytest.mark.skipif(not EXPECTED, reason="LOGCLI_TEST_DATA has no formats/filebeat")

# Level names of the modules that their logs do not write out.
NAMES = {"verbose": 1, "debug": 5, "notice": 10, "warning": 13, "information": 9, "critical": 18}
ABBREVIATED = re.compile(r" (?!UTC|GMT)[A-Z]{3,5}$")


@dataclass
class Agreement:
    """How many of the compared values agree."""

    compared: int = 0
    agreed: int = 0
    examples: list[str] = None  # type: ignore[assignment]

    def add(self, good: bool, example: str) -> None:
        self.compared += 1
        self.agreed += good
        if not good:
            self.examples = [*(self.examples or []), example][:3]

    @property
    def share(self) -> float:
        return self.agreed / self.compared if self.compared else 1.0


def read(path: Path) -> tuple[str, records.Records]:
    """The records of a file in its detected format."""
    data = np.frombuffer(path.read_bytes() + b"\0" * 16, np.uint8).copy()[:-16]
    block = Block(data, str(path), 0)
    lines = records.split(block)
    name, _ = detection.choose(detection.rank(lines))
    leaf = registry.create("formats", name)
    lines.state = leaf.begin(None, block)
    return name, continuation.fold(block, lines, leaf.cut(lines), leaf.continuation)


def _column(found: records.Records, name: str) -> list[str | None]:
    if name not in found.columns:
        return [None] * len(found)
    return columns.strings(found.text, *found.columns[name]).to_pylist()


def same_time(event: dict[str, Any], time: int, kind: int, text: str | None) -> bool:
    """Filebeat keeps milliseconds; it resolves zone names such as CEST, we keep those as text."""
    wanted = round(datetime.fromisoformat(event["@timestamp"].replace("Z", "+00:00")).timestamp() * 1000)
    if time == NO_TIME:
        return False
    distance = abs(time // 1_000_000 - wanted)
    named_zone = not kind & HAS_ZONE and ABBREVIATED.search(text or "") is not None
    return distance == 0 or (named_zone and distance <= 14 * 3_600_000 and distance % 900_000 == 0)


def same_level(word: str, severity: int, text: str | None) -> bool:
    number = NAMES.get(word.lower(), schema.LEVELS.get(word.upper()))
    return word == text or (number is not None and (severity - 1) // 4 == (number - 1) // 4)


def same_message(event: dict[str, Any], body: str, raw: str, trace: str | None) -> bool:
    """The body, with its stack trace; several modules keep the whole record as the message."""
    wanted = " ".join(event["message"].split())
    whole = " ".join(raw.split())
    return wanted in (" ".join(f"{body}\n{trace or ''}".split()), whole)


def compare(path: Path) -> tuple[str, dict[str, Agreement]]:
    """Agreement by kind of value for one expected file."""
    log = Path(str(path).removesuffix("-expected.json"))
    name, found = read(log)
    raw = log.read_bytes()
    rows = {int(offset): row for row, offset in enumerate(found.offset)}
    texts = {
        key: _column(found, key) for key in ("body", "time_text", "severity_text", "exception.stacktrace")
    }
    result = {key: Agreement() for key in ("border", "time", "level", "message")}
    for event in json.loads(path.read_text(encoding="utf-8")):
        offset = event["log.offset"]
        row = rows.get(offset)
        result["border"].add(row is not None, f"no record at {offset}: {raw[offset : offset + 60]!r}")
        if row is not None:
            _compare_row(event, row, found, texts, raw, result)
    return name, result


def _compare_row(
    event: dict[str, Any],
    row: int,
    found: records.Records,
    texts: dict[str, list[str | None]],
    raw: bytes,
    result: dict[str, Agreement],
) -> None:
    offset, length = int(found.offset[row]), int(found.length[row])
    kind, severity = int(found.time_kind[row]), int(found.severity[row])
    if "@timestamp" in event and (kind & HAS_YEAR or found.time[row] == NO_TIME):
        time = int(found.time[row])
        good = same_time(event, time, kind, texts["time_text"][row])
        result["time"].add(good, f"{event['@timestamp']} against {texts['time_text'][row]!r}")
    if "log.level" in event:
        word = texts["severity_text"][row]
        result["level"].add(
            same_level(event["log.level"], severity, word), f"{event['log.level']!r} {word!r}"
        )
    if "message" in event:
        text = raw[offset : offset + length].decode("utf-8", "replace")
        good = same_message(event, texts["body"][row] or "", text, texts["exception.stacktrace"][row])
        result["message"].add(good, f"{event['message'][:90]!r} against {(texts['body'][row] or '')[:90]!r}")


def test_filebeat_modules_agree(capsys: pytest.CaptureFixture[str]) -> None:
    total: dict[str, Agreement] = {}
    with capsys.disabled():
        for path in EXPECTED:
            name, result = compare(path)
            shares = "  ".join(
                f"{key} {value.share:.0%} of {value.compared}" for key, value in result.items()
            )
            print(f"\n{path.relative_to(FILEBEAT)} [{name}]  {shares}", end="")
            for key, value in result.items():
                whole = total.setdefault(key, Agreement())
                whole.compared += value.compared
                whole.agreed += value.agreed
                for example in value.examples or []:
                    print(f"\n    {key}: {example}", end="")
        print()
    for key, value in total.items():
        assert value.share >= 0.95, f"{key}: only {value.share:.1%} of {value.compared} agree"
