"""The log files of the shop and the truth beside them, written in order of time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from logcli.datasets._shop_clock import Calendar, text
from logcli.datasets._shop_draws import Array, Longs, objects
from logcli.datasets._shop_incidents import Incident
from logcli.datasets._shop_steps import Step

TRUTH_HEADER = "line,record,continuation,template_id,incident,template\n"


class LogFile:
    """One service's log. Records come in any order and leave by `flush` in order of time.

    out : the log
    truth : its truth, None for none
    silence : incident during which nothing is written
    """

    def __init__(self, out: BinaryIO, truth: BinaryIO | None, silence: Incident | None = None) -> None:
        self.name = Path(out.name).name
        self.lines = self.records = self.size = 0
        self._out, self._truth, self._silence = out, truth, silence
        self._waiting: list[tuple[Longs, list[str], int]] = []
        self._kinds: list[tuple[Step, Incident | None]] = []
        self._codes: dict[tuple[Step, str], int] = {}
        self._counts: list[int] = []
        if truth is not None:
            truth.write(TRUTH_HEADER.encode())

    def add(self, step: Step, moments: Longs, records: list[str], incident: Incident | None) -> None:
        """Take records of one statement."""
        quiet = self._silence
        if quiet is not None:
            heard = (moments < quiet.start) | (moments >= quiet.end)
            moments, records = moments[heard], objects(records)[heard].tolist()
        self._waiting.append((moments, records, self._code(step, incident)))

    def flush(self, until: int | None = None) -> None:
        """Write what happened before a moment (all when None); what is later waits."""
        moments, records, codes = self._sorted()
        stop = len(moments) if until is None else int(np.searchsorted(moments, until))
        self._waiting = _by_code(moments[stop:], records[stop:], codes[stop:])
        if stop:
            self._mark_return(moments[:stop], codes[:stop])
            self._write(records[:stop], codes[:stop])

    def templates(self) -> set[str]:
        """Ids of the templates written so far."""
        return {step.template_id for (step, _), n in zip(self._kinds, self._counts, strict=True) if n}

    def _code(self, step: Step, incident: Incident | None) -> int:
        key = (step, incident.name if incident else "")
        if key not in self._codes:
            self._codes[key] = len(self._kinds)
            self._kinds.append((step, incident))
            self._counts.append(0)
        return self._codes[key]

    def _sorted(self) -> tuple[Longs, Array, Longs]:
        none = np.zeros(0, np.int64)
        moments = np.concatenate([none, *(part[0] for part in self._waiting)])
        records = objects([record for part in self._waiting for record in part[1]])
        codes = np.repeat(
            [part[2] for part in self._waiting] or none, [len(p[1]) for p in self._waiting] or none
        )
        order = np.argsort(moments, kind="stable")
        return moments[order], records[order], codes[order]

    def _mark_return(self, moments: Longs, codes: Longs) -> None:
        """The first line after a silence is the one that shows it."""
        quiet = self._silence
        if quiet is None or quiet.lines or moments[-1] < quiet.end:
            return
        first = int(np.searchsorted(moments, quiet.end))
        codes[first] = self._code(self._kinds[codes[first]][0], quiet)
        quiet.lines[self.name] = []

    def _write(self, records: Array, codes: Longs) -> None:
        text = "\n".join(records.tolist()).encode() + b"\n"
        self._out.write(text)
        self.size += len(text)
        for code, count in enumerate(np.bincount(codes, minlength=len(self._kinds)).tolist()):
            self._counts[code] += count
        more = np.array([step.trace.count("\n") for step, _ in self._kinds])[codes]
        first = self.lines + 1 + np.cumsum(more + 1) - (more + 1)
        if self._truth is not None:
            self._write_truth(self._truth, first, more, codes)
        self.lines += int(np.sum(more + 1))
        self.records += len(records)

    def _write_truth(self, out: BinaryIO, first: Longs, more: Longs, codes: Longs) -> None:
        row = np.repeat(np.arange(len(first)), more + 1)
        line = self.lines + 1 + np.arange(len(row))
        continued = (line != first[row]).astype(np.int64)
        ends = objects([_ending(step, incident, part) for step, incident in self._kinds for part in (0, 1)])
        columns = (line, self.records + 1 + row, ends[codes[row] * 2 + continued])
        rows = zip(*(column.tolist() for column in columns), strict=True)
        out.write("".join(map("%d,%d,%s".__mod__, rows)).encode())
        for code, (_, incident) in enumerate(self._kinds):
            if incident is not None:
                incident.lines.setdefault(self.name, []).extend(line[codes[row] == code].tolist())


def _by_code(moments: Longs, records: Array, codes: Longs) -> list[tuple[Longs, list[str], int]]:
    """Waiting records again, a group of each code."""
    groups: list[Any] = [(code, codes == code) for code in np.unique(codes).tolist()]
    return [(moments[mine], records[mine].tolist(), code) for code, mine in groups]


def _ending(step: Step, incident: Incident | None, continued: int) -> str:
    """A truth row after its numbers; a continuation has no template of its own."""
    row = io.StringIO()
    template = ("", "") if continued else (step.template_id, step.template)
    name = incident.name if incident else ""
    csv.writer(row, lineterminator="\n").writerow((continued, template[0], name, template[1]))
    return row.getvalue()


def write_incidents(folder: Path, calendar: Calendar, planned: Sequence[Incident]) -> None:
    """Write `incidents.json`: what went wrong, when, and in which lines of which files."""
    known = {
        "start": text(calendar.start),
        "end": text(calendar.end),
        "incidents": [
            {
                "name": incident.name,
                "kind": incident.kind,
                "about": incident.about,
                "start": text(incident.start),
                "end": text(incident.end),
                "lines": {name: sorted(lines) for name, lines in sorted(incident.lines.items())},
            }
            for incident in planned
        ],
    }
    # Line numbers side by side: one to the row would make the file mostly blanks.
    (folder / "incidents.json").write_bytes(json.dumps(known).encode() + b"\n")


def publish(scratch: Path, folder: Path, services: Sequence[str]) -> None:
    """Move the finished files into place; an older truth of these logs would be wrong."""
    for service in services:
        (folder / f"{service}.truth.csv").unlink(missing_ok=True)
    (folder / "incidents.json").unlink(missing_ok=True)
    for path in sorted(scratch.iterdir()):
        path.replace(folder / path.name)


def summary(logs: Sequence[LogFile], planned: Sequence[Incident]) -> dict[str, Any]:
    """What was written: each file, the sums, and the incidents' names."""
    files = {
        log.name: {
            "lines": log.lines,
            "records": log.records,
            "bytes": log.size,
            "templates": len(log.templates()),
        }
        for log in logs
    }
    sums = {key: sum(file[key] for file in files.values()) for key in ("lines", "records", "bytes")}
    templates = len(set().union(*(log.templates() for log in logs)))
    return {"files": files, **sums, "templates": templates, "incidents": [i.name for i in planned]}
