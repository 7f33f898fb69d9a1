"""W3C extended log files with `#Fields:` lines: IIS, CloudFront, Windows Firewall."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from logcli.base import HAS_DATE, HAS_YEAR, HAS_ZONE, NO_TIME
from logcli.fieldlines import FieldLineFormat

if TYPE_CHECKING:
    from logcli.base import Cut

# Names of the draft (https://www.w3.org/TR/WD-logfile.html) and of IIS in OpenTelemetry's words.
NAMES = {
    "c-ip": "client.address",
    "c-port": "client.port",
    "s-ip": "server.address",
    "s-port": "server.port",
    "s-computername": "resource.host.name",
    "cs-username": "user.name",
    "cs-method": "http.request.method",
    "cs-uri": "url.full",
    "cs-uri-stem": "url.path",
    "cs-uri-query": "url.query",
    "cs-host": "http.request.header.host",
    "sc-status": "http.response.status_code",
    "sc-bytes": "http.response.size",
    "cs-bytes": "http.request.size",
    "cs(user-agent)": "user_agent.original",
    "cs(referer)": "http.request.header.referer",
}
DATED = (["date", "time"], ["date-local", "time-local"])
REQUEST = (["cs-method", "cs-uri-stem"], ["cs-method", "cs-uri"])
# The draft wants times in UTC; some writers quote every value.
BOTH = '{time:%Y-%m-%d  %H:%M:%S.%f|%Y-%m-%d  %H:%M:%S|"%Y-%m-%d"  "%H:%M:%S"}'
CLOCK = '{time:%H:%M:%S.%f|%H:%M:%S|"%H:%M:%S"}'


class W3c(FieldLineFormat):
    """Each `#Fields:` line says which columns follow; a `#Date:` line dates times without one."""

    keys = ("#Fields:", "#Date:")

    def layout(self, header: tuple[str, ...]) -> str:
        """Columns between blanks; the body is the request, or the whole line if there is none."""
        fields = header[0].split(":", 1)[1].lower().split()
        joined = "  ".join(_columns(fields))
        if "{<body}" not in joined:
            joined = f"{{<body}}{joined}{{body>}}"
        return joined + "{?  {w3c.more}?}"

    def finish(self, cut: Cut, header: tuple[str, ...]) -> None:
        """Times are UTC unless called local; those without a date are on the day that the header names."""
        timed = cut.time != NO_TIME
        if "time-local" not in header[0]:
            cut.time_kind[timed] |= HAS_ZONE
        day = re.search(r"\d{4}-\d\d-\d\d", header[1])
        undated = timed & ((cut.time_kind & HAS_DATE) == 0)
        if day and undated.any():
            seconds = int((datetime.fromisoformat(day[0]) - datetime(1970, 1, 1)).total_seconds())
            cut.time[undated] += seconds * 1_000_000_000
            cut.time_kind[undated] |= HAS_DATE | HAS_YEAR


def _columns(fields: list[str]) -> list[str]:
    """The layout of each column; date and time, method and address become one."""
    columns: list[str] = []
    i = 0
    while i < len(fields):
        pair = fields[i : i + 2]
        if pair in DATED:
            columns.append(BOTH)
        elif pair in REQUEST:
            columns.append("{<body}" + "  ".join(map(_column, pair)) + "{body>}")
        else:
            columns.append(CLOCK if fields[i] == "time" else _column(fields[i]))
            i -= 1
        i += 2
    return columns


def _column(field: str) -> str:
    """A value with or without quotes."""
    name = NAMES.get(field) or "w3c." + re.sub(r"[^\w.-]+", "_", field).strip("_")
    return f'{{?{{{name}:q}}?}}{{?{{{name}:[^ \\t"]}}?}}'
