"""A web shop: made-up logs, known templates, incidents

Six services log in six formats: `checkout` JSON lines (zap), `payments` logfmt, `orders` Spring Boot
text with Java stack traces, `inventory` Python logging with tracebacks, `web` the combined access
log, `host` BSD syslog. Visits run through several services under one trace id, at the rate of a
shop's day.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from logcli import base
from logcli.datasets._shop_clock import DAY_MS, Calendar
from logcli.datasets._shop_draws import Draws
from logcli.datasets._shop_files import LogFile, publish, summary, write_incidents
from logcli.datasets._shop_incidents import DIFFICULTIES, KINDS, SILENT, Incident, plan, possible
from logcli.datasets._shop_steps import LAYOUTS
from logcli.datasets._shop_talk import CHUNK_FLOWS, Talk, pilot
from logcli.errors import LogcliError, UsageError

# A shop that writes more than this does so for more than a day.
_MOST_RECORDS_PER_SECOND = 200
_FEWEST_VISITS = 50
# Shorter than this, an incident may fall between two lines; ten years are enough for anybody.
_FEWEST_HOURS, _MOST_HOURS = 2, 87_600


class Shop(base.Dataset):
    """Logs of a small web shop, with the truth of every line.

    Parameters
    ----------
    seed : the same seed and parameters give the same bytes
    records : about how many records to write, all services together
    size_bytes : about how many bytes of logs to write; overrides `records` when not 0
    start : first moment, RFC 3339, UTC
    hours : length of time covered, 2 or more; 0 for one day, or longer where that would be more than
        200 records a second. A larger log of the same length is the log of a busier shop.
    difficulty : `easy`, `normal` or `hard`: how strong and long incidents are against the noise
    services : which logs to write, as one text `web+host`: all the size goes into these
    incidents : kinds to inject of `one_off`, `error_burst`, `new_message`, `silence`,
        `latency_shift`; empty for none. Kinds that the services cannot show are left out.
    truth : whether to write `<service>.truth.csv` and `incidents.json`

    The truth has a row for each physical line: line and record (from 1), whether the line continues
    its record, template id, incident and template. A continuation has no template of its own. The
    template is that of the message: `msg` in `checkout` and `payments`, the request line in `web`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = Shop(records=1000, services=("web",)).write(Path(folder))
    >>> list(made["files"])
    ['web.log']
    """

    truths = ("exact",)
    system = "web shop"
    generated: ClassVar[bool] = True

    def __init__(
        self,
        *,
        seed: int = 7,
        records: int = 1_750,
        size_bytes: int = 0,
        start: str = "2026-03-02T00:00:00Z",
        hours: float = 0.0,
        difficulty: str = "normal",
        services: Sequence[str] = tuple(LAYOUTS),
        incidents: Sequence[str] = tuple(KINDS),
        truth: bool = True,
    ) -> None:
        self.seed = seed
        self.records = records
        self.size_bytes = size_bytes
        self.start = start
        self.hours = hours
        self.difficulty = difficulty
        self.services = services
        self.incidents = incidents
        self.truth = truth

    def bring(
        self, folder: Path, *, accepted: bool = False, progress: base.Progress | None = None
    ) -> dict[str, Any]:
        """Write the logs, if the folder does not have them yet."""
        return self.write(folder) if self.missing(folder) else {"folder": str(folder)}

    def missing(self, folder: Path) -> list[str]:
        """Files that are not in the folder; looks at names only."""
        services = _known("service", self.services, LAYOUTS)
        names = [f"{service}.{end}" for service in services for end in ("log", "truth.csv")]
        return [name for name in names if not (folder / name).is_file()]

    def read(self, folder: Path, truth: str) -> base.Labelled:
        """Bodies and templates of the records of all services, one service after the other.

        Linear in the size of the logs. Raises UsageError for a truth that is not `exact`, LogcliError
        for files that are missing or do not belong together.
        """
        from logcli.datasets._shop_truth import labelled

        if truth not in self.truths:
            raise UsageError(f"dataset `shop` has no truth called `{truth}`", hint="there is: exact")
        missing = self.missing(folder)
        if missing:
            hint = "`logcli datasets generate shop -o FOLDER` makes it"
            raise LogcliError(
                f"`{missing[0]}` of the dataset `shop` is missing", where=str(folder), hint=hint
            )
        return labelled(folder, _known("service", self.services, LAYOUTS))

    def write(self, folder: Path) -> dict[str, Any]:
        """Write the logs; all files appear at the end, or none.

        Files of the same names are replaced. Returns `files` (name → lines, records, bytes,
        templates), the sums `lines`, `records`, `bytes`, `templates`, and `incidents`.
        Raises UsageError for a parameter that makes no sense, LogcliError if the folder cannot be
        written.
        """
        services = _known("service", self.services, LAYOUTS)
        kinds = _known("incident", self.incidents, KINDS)
        if not services:
            raise UsageError("dataset `shop` has no service to write", hint=f"known: {', '.join(LAYOUTS)}")
        _known("difficulty", [self.difficulty], DIFFICULTIES)
        calendar, visits = self._extent(services)
        kinds = [kind for kind in kinds if kind in possible(services)]
        planned = plan(kinds, DIFFICULTIES[self.difficulty], services, self.seed, calendar, visits)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".shop-", dir=folder) as scratch:
                logs = self._write_logs(Path(scratch), services, calendar, visits, planned)
                if self.truth:
                    write_incidents(Path(scratch), calendar, planned)
                publish(Path(scratch), folder, services)
        except OSError as error:
            raise LogcliError("cannot write the logs", why=str(error), where=str(folder)) from error
        return summary(logs, planned)

    def _extent(self, services: Sequence[str]) -> tuple[Calendar, int]:
        """From when to when, and how many visits, for the wanted size."""
        start = _moment(self.start)
        if self.hours and not _FEWEST_HOURS <= self.hours <= _MOST_HOURS:
            raise UsageError(f"`hours` must be 0 or from {_FEWEST_HOURS} to {_MOST_HOURS}: `{self.hours}`")
        visit, day = pilot(services, self.seed, DIFFICULTIES[self.difficulty].noise)
        unit, wanted = (1, self.size_bytes) if self.size_bytes > 0 else (0, self.records)
        days = self.hours / 24 or max(
            1.0, wanted / (visit[unit] / visit[0]) / _MOST_RECORDS_PER_SECOND / 86_400
        )
        visits = int((wanted - days * day[unit]) / visit[unit])
        if visits < _FEWEST_VISITS:
            least = math.ceil(days * day[unit] + _FEWEST_VISITS * visit[unit])
            raise UsageError(
                f"`{'size_bytes' if unit else 'records'}` is too small: `{wanted}`",
                why=f"the timers and {_FEWEST_VISITS} visits in {days * 24:g} hours write about {least}",
                hint="ask for more, or for fewer `hours`",
            )
        return Calendar(start, start + int(days * DAY_MS)), visits

    def _write_logs(
        self,
        folder: Path,
        services: Sequence[str],
        calendar: Calendar,
        visits: int,
        planned: Sequence[Incident],
    ) -> list[LogFile]:
        quiet = next((incident for incident in planned if incident.kind == "silence"), None)
        with ExitStack() as stack:
            logs = {
                service: LogFile(
                    stack.enter_context((folder / f"{service}.log").open("wb")),
                    stack.enter_context((folder / f"{service}.truth.csv").open("wb")) if self.truth else None,
                    quiet if service == SILENT else None,
                )
                for service in services
            }
            self._talk(logs, calendar, visits, planned)
        return list(logs.values())

    def _talk(
        self, logs: dict[str, LogFile], calendar: Calendar, visits: int, planned: Sequence[Incident]
    ) -> None:
        """The whole time, a chunk of visits after the other."""
        noise = DIFFICULTIES[self.difficulty].noise
        talk = Talk(logs, seed=self.seed, noise=noise, incidents=planned)
        chunks = math.ceil(visits / CHUNK_FLOWS)
        for chunk in range(chunks):
            since, until = calendar.moment(np.array([chunk, chunk + 1]) / chunks).tolist()
            count = visits * (chunk + 1) // chunks - visits * chunk // chunks
            shares = (chunk + Draws(self.seed, chunk, "starts").unit(count)) / chunks
            talk.visit(calendar.moment(shares), chunk)
            talk.tick(calendar, since, until)
            for incident in planned:
                talk.go_wrong(incident, since, until)
            for log in logs.values():
                log.flush(until if chunk + 1 < chunks else None)


def _known(what: str, given: Sequence[str], known: Iterable[str]) -> list[str]:
    """The given names in the known order; one text may hold several, with `+` between."""
    words = list(known)
    names = re.findall(r"[^\s,+]+", given) if isinstance(given, str) else list(given)
    for name in names:
        if name not in words:
            raise UsageError(f"dataset `shop` has no {what} `{name}`", hint=f"known: {', '.join(words)}")
    return [name for name in words if name in names]


def _moment(given: str) -> int:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        hint = "write it as `2026-03-02T00:00:00Z`"
        raise UsageError(f"`start` is no time: `{given}`", hint=hint) from error
    if not 1970 <= moment.year < 9000:
        raise UsageError(f"`start` must lie between the years 1970 and 9000: `{given}`")
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()) * 1000
