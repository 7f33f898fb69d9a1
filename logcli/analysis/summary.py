"""What a log is, in one pass over its labelled records: the facts of `logcli summarize`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from logcli import arrays, schema
from logcli.analysis import bins, kinds, phrases
from logcli.analysis.services import Services
from logcli.analysis.silences import Silences
from logcli.analysis.varying import Slots

if TYPE_CHECKING:
    import pyarrow as pa

    from logcli.accounting import Account
    from logcli.analysis.kinds import Kind

Facts = dict[str, Any]

_COLUMNS = 60  # bins of the volume
# Of the time from the first record to the last, what counts as its end: templates first seen there are new.
_NEW = 10
# A silence is told if it is so many times as long as records are apart on average.
_LONG = 10
_SILENCES = 3


@dataclass(frozen=True)
class Shown:
    """How many are told: of the commonest templates and services, and of all others."""

    top: int = 6
    few: int = 3


class Summary:
    """Built up batch by batch from batches of PARSED; memory grows with templates, not with records.

    columns : what it looks at
    """

    columns = (
        *("time_unix_nano", "severity_number", "source", "line", "template_id", "template", "parameters"),
        *Services.columns,
    )

    def __init__(self) -> None:
        self._kinds = kinds.Kinds()
        self._slots = Slots()
        self._services = Services()
        self._volume = bins.Bins()
        self._silences = Silences()
        self._records = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Take a batch into account."""
        self._records += batch.num_rows
        numbers = self._kinds.update(batch)
        self._slots.update(numbers, batch.column("parameters"))
        self._services.update(batch)
        times = batch.column("time_unix_nano")
        known = arrays.values(times.cast("int64"))[arrays.values(times.is_valid())]
        self._volume.update(known, np.zeros(len(known), np.int64))
        self._silences.update(known)

    def facts(self, account: Account, sources: list[str], shown: Shown) -> Facts:
        """All that was found, as data; the same for the same log."""
        found = self._kinds.found()
        counts = [kind.count for kind in found]
        return {
            **_accounted(account, sources),
            "time": self._time(),
            "volume": self._course(),
            "severities": _severities(found),
            "services": self._services.facts(shown.top),
            "templates": self._templates(found, shown),
            "errors": self._errors(found, shown.few),
            "varying": self._slots.varying(shown.few, self._kinds.texts, counts),
        }

    def _time(self) -> Facts | None:
        """First and last time, and the longest silences; None without any."""
        low, high, timed = self._volume.start_ns, self._volume.end_ns, self._volume.total
        if low is None or high is None:
            return None
        usual = (high - low) / max(timed - 1, 1)
        long = [one for one in self._silences.longest(_SILENCES) if _length(one) > _LONG * usual]
        return {
            "start": phrases.iso(low),
            "end": phrases.iso(high),
            "seconds": (high - low) / 1e9,
            "records": timed,
            "timeless": self._records - timed,
            "usual_distance_seconds": usual / 1e9,
            "silences": [
                {
                    "start": phrases.iso(one.start_ns), "end": phrases.iso(one.end_ns),
                    "seconds": _length(one) / 1e9, "times_usual": _length(one) / usual,
                }
                for one in long
            ],
        }  # fmt: skip

    def _course(self) -> Facts | None:
        """Records per bin, empty ones too."""
        low, high = self._volume.start_ns, self._volume.end_ns
        if low is None or high is None:
            return None
        width, starts, _, counts = self._volume.cells(_COLUMNS)
        first, size = bins.floor(low, width), bins.number(low, high, width)
        course = bins.dense(starts, counts, first, width, size, _COLUMNS)
        each = width * -(-size // _COLUMNS)
        return {"start": phrases.iso(first), "bin_seconds": each / 1e9, "counts": course}

    def _templates(self, found: list[Kind], shown: Shown) -> Facts:
        ranked = sorted(found, key=lambda kind: -kind.count)
        rare = sorted(ranked[shown.top :], key=lambda kind: kind.count)
        new = self._new(found)
        return {
            "total": len(found),
            "once": sum(kind.count == 1 for kind in found),
            "top": self._told(ranked[: shown.top]),
            "rare": self._told(rare[: shown.few]),
            "new_total": len(new),
            "new_since": phrases.iso(self._since()) if new else None,
            "new": self._told(new[: shown.few]),
        }

    def _since(self) -> int | None:
        """When the last tenth of the time begins."""
        low, high = self._volume.start_ns, self._volume.end_ns
        return None if low is None or high is None or low == high else high - (high - low) // _NEW

    def _new(self, found: list[Kind]) -> list[Kind]:
        """Templates first seen in the last tenth of the time, most frequent first."""
        since = self._since()
        if since is None:
            return []
        new = [kind for kind in found if kind.first_ns is not None and kind.first_ns >= since]
        return sorted(new, key=lambda kind: -kind.count)

    def _errors(self, found: list[Kind], top: int) -> Facts:
        bad = sorted((kind for kind in found if kind.errors), key=lambda kind: -kind.errors)
        told = [facts | {"errors": kind.errors} for facts, kind in zip(self._told(bad), bad, strict=True)]
        return {"total": len(bad), "records": sum(kind.errors for kind in bad), "top": told[:top]}

    def _told(self, found: list[Kind]) -> list[Facts]:
        return [kinds.facts(kind, self._records) for kind in found]


def _accounted(account: Account, sources: list[str]) -> Facts:
    lines = ("first", "continuation", "blank", "header", "unreadable")
    return {
        "sources": sources,
        "formats": dict(sorted(account.formats.items(), key=lambda item: (-item[1], item[0]))),
        "bytes": account.input_bytes,
        "lines": {"total": account.lines, **{name: getattr(account, name) for name in lines}},
        "records": {
            "total": account.records, "matched": account.matched, "unmatched": account.unmatched,
            "kept": account.kept, "filtered": account.filtered,
        },
        "notes": [*account.losses(), *account.warnings(), *account.notes],
    }  # fmt: skip


def _severities(found: list[Kind]) -> dict[str, int]:
    ranks = np.sum([kind.ranks for kind in found], axis=0).tolist() if found else []
    return {name: n for name, n in zip(schema.SEVERITIES, ranks, strict=False) if n}


def _length(silence: Any) -> int:
    return int(silence.end_ns - silence.start_ns)
