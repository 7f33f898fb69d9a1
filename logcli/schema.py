"""The columns that travel between stages: RECORD ⊂ PARSED, TEMPLATE, and the severity scale.

RECORD is OpenTelemetry's log record, one Arrow column per field of the proto, then where it came
from. Binary outputs keep these names and types; text outputs show `time_unix_nano` as RFC 3339
text under the name `time`.
"""

from __future__ import annotations

import pyarrow as pa

VERSION = 1

_WORD = pa.dictionary(pa.int32(), pa.string())
_PAIRS = pa.map_(pa.string(), pa.string())

RECORD = pa.schema(
    [
        pa.field("time_unix_nano", pa.timestamp("ns", "UTC")),
        pa.field("observed_time_unix_nano", pa.timestamp("ns", "UTC")),
        pa.field("severity_number", pa.uint8(), nullable=False),
        pa.field("severity_text", _WORD),
        pa.field("body", pa.string(), nullable=False),
        pa.field("attributes", _PAIRS),
        pa.field("event_name", _WORD),
        pa.field("trace_id", pa.string()),
        pa.field("span_id", pa.string()),
        pa.field("flags", pa.uint32()),
        pa.field("resource", _PAIRS),
        pa.field("scope", _WORD),
        pa.field("source", _WORD, nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("time_text", pa.string()),
        pa.field("defects", _WORD),
    ]
)

PARSED = pa.schema(
    [
        *RECORD,
        pa.field("template_id", _WORD),
        pa.field("template", _WORD),
        pa.field("parameters", pa.list_(pa.string())),
    ]
)

TEMPLATE = pa.schema(
    [
        pa.field("template_id", pa.string(), nullable=False),
        pa.field("template", pa.string(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("share", pa.float64(), nullable=False),
        pa.field("first_line", pa.int64(), nullable=False),
        pa.field("last_line", pa.int64(), nullable=False),
        pa.field("first_source", pa.string(), nullable=False),
        pa.field("last_source", pa.string(), nullable=False),
        pa.field("first_time", pa.timestamp("ns", "UTC")),
        pa.field("last_time", pa.timestamp("ns", "UTC")),
        pa.field("severities", pa.map_(pa.string(), pa.int64())),
        pa.field("example", pa.string(), nullable=False),
        pa.field("slots", pa.string()),
    ]
)

# --- defects of a record: a bit each, joined by "," in the `defects` column ---------------------

UNMATCHED = 1
INVALID_UTF8 = 2
TRUNCATED = 4
ANSI = 8
DEFECTS = {UNMATCHED: "unmatched", INVALID_UTF8: "invalid_utf8", TRUNCATED: "truncated", ANSI: "ansi"}

# --- severity: OpenTelemetry's 24 numbers, and the words that mean them -------------------------

SEVERITIES = ("UNSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")

# From the mapping table of the OpenTelemetry logs data model, appendix B, and by the same rule for
# the systems it does not list. Keys are upper case; a format may add or override words.
LEVELS = {
    "TRACE": 1, "FINEST": 1, "TRC": 1, "VERBOSE": 1,
    "DEBUG": 5, "FINER": 5, "DBG": 5, "DEBU": 5, "DEBUG1": 5, "DEBUG2": 5, "DEBUG3": 5, "DEBUG4": 5,
    "DEBUG5": 5, "FINE": 6, "CONFIG": 7,
    "INFO": 9, "INFORMATION": 9, "INFORMATIONAL": 9, "INF": 9, "LOG": 9, "NOTICE": 10, "NOTE": 10,
    "WARN": 13, "WARNING": 13, "WRN": 13,
    "ERROR": 17, "ERR": 17, "SEVERE": 17, "FAILURE": 17, "FAIL": 17, "CRITICAL": 18, "CRIT": 18, "DPANIC": 18,
    "ALERT": 19, "PANIC": 19, "EMERG": 21, "EMERGENCY": 21, "FATAL": 21, "FTL": 21,
}  # fmt: skip


def severity_name(number: int) -> str:
    """Short name of a severity number: `TRACE`, `TRACE2` … `FATAL4`, `UNSET` for 0.

    >>> severity_name(9), severity_name(18), severity_name(0)
    ('INFO', 'ERROR2', 'UNSET')
    """
    if not 1 <= number <= 24:
        return SEVERITIES[0]
    rank, step = divmod(number - 1, 4)
    return SEVERITIES[rank + 1] + (str(step + 1) if step else "")
