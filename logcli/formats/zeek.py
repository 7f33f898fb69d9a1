"""Zeek (Bro) logs: values between tabs under `#fields` lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logcli.fieldlines import FieldLineFormat

if TYPE_CHECKING:
    from logcli.base import Cut

# Names of Zeek in OpenTelemetry's words (https://docs.zeek.org/en/master/logs/index.html).
NAMES = {
    "id.orig_h": "source.address",
    "id.orig_p": "source.port",
    "id.resp_h": "destination.address",
    "id.resp_p": "destination.port",
    "proto": "network.transport",
    "service": "network.protocol.name",
    "method": "http.request.method",
    "uri": "url.path",
    "user_agent": "user_agent.original",
    "status_code": "http.response.status_code",
}


class Zeek(FieldLineFormat):
    """The `#fields` line names the columns; `ts` is the time, in seconds since 1970."""

    keys = ("#fields", "#path")

    def layout(self, header: tuple[str, ...]) -> str:
        """Columns between tabs; the body is everything behind the time."""
        fields = header[0].split("\t")[1:]
        columns = [_column(field) for field in fields]
        if fields[:1] == ["ts"] and len(fields) > 1:
            return "\t".join(["{time:%s}", "{<body}" + columns[1], *columns[2:]]) + "{body>}"
        return "{<body}" + "\t".join(columns) + "{body>}"

    def finish(self, cut: Cut, header: tuple[str, ...]) -> None:
        """Nothing to add: times carry their date, and UTC."""


def _column(field: str) -> str:
    name = NAMES.get(field) or "zeek." + re.sub(r"[^\w.-]+", "_", field)
    return f"{{{name}:[^\\t]?}}"
