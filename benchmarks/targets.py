"""What logcli has to reach, and whether the measured rows do.

The figures are for inputs of 2 GB on two cores unless they say otherwise; on small inputs start-up
weighs too much for them to mean anything. `million` is there for memory only: a log without repeated
shapes is nothing that a target of speed is set for, but its rates are in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.report import Row

_TEMPLATES, _PARQUET = "logcli_templates", "logcli_parse_parquet"
Value = Callable[[Row], "float | None"]


def verdicts(rows: Sequence[Row], *, one_core: bool, gzipped: bool) -> list[str]:
    """A line per target: the worst input and whether it is reached. Subjects that failed are left out."""
    ours = [row for row in rows if row.subject in (_TEMPLATES, _PARQUET) and row.wall_seconds]
    usual = [row for row in ours if row.input != "million"]
    templates = [row for row in usual if row.subject == _TEMPLATES]
    plain = [row for row in templates if row.input != "shop"]
    limits: list[str | None] = [
        _floor("peak memory under 400 MB", usual, _memory, -400),
        _floor(
            "peak memory under 700 MB, a million shapes",
            [r for r in ours if r.input == "million"],
            _memory,
            -700,
        ),
    ]
    if gzipped:
        return [line for line in limits if line]
    if one_core:
        limits.append(_floor("templates at 350 MB/s on one core", plain, lambda row: row.mb_per_second, 350))
    else:
        limits += [
            _floor("templates at 3 times logfold", templates, lambda row: row.x_logfold, 3),
            _floor("templates at 75 times drain3 with masks", templates, lambda row: row.x_drain3_masks, 75),
            _floor(
                "templates of JSON at 200 MB/s", _of(templates, "shop"), lambda row: row.mb_per_second, 200
            ),
            _floor(
                "Parquet at 120 MB/s",
                [r for r in usual if r.subject == _PARQUET],
                lambda r: r.mb_per_second,
                120,
            ),
        ]
    return [line for line in limits if line]


def _of(rows: Sequence[Row], name: str) -> list[Row]:
    return [row for row in rows if row.input == name]


def _memory(row: Row) -> float | None:
    return None if row.peak_mb is None else -row.peak_mb


def _floor(text: str, rows: Sequence[Row], value: Value, least: float) -> str | None:
    """Verdict on the row with the lowest value; None when no row has one."""
    known = [(found, row) for row in rows if (found := value(row)) is not None]
    if not known:
        return None
    found, row = min(known, key=lambda pair: pair[0])
    verdict = "reached" if found >= least else "MISSED "
    return f"{verdict}  {text}: {abs(found):,.1f} on {row.input} ({row.subject})"
