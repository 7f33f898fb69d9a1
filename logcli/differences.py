"""What differs between two logs, ranked so that what explains a failure comes first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from logcli import exact
from logcli.new_lines import alarming, clusters

if TYPE_CHECKING:
    from logcli.compared import Compared
    from logcli.slot_news import SlotNew

# Among the changes that are shown, the share that chance alone explains.
FALSE_SHARE = 0.01
# A rate that changes by less is not worth telling, however certain it is.
LEAST_RATIO = 2.0
# A slot of few values is known when it was filled so often.
_FILLED, _PER_VALUE = 20, 5
_SHOWN = 5

SCHEMA = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("template_id", pa.string(), nullable=False),
        pa.field("template", pa.string(), nullable=False),
        pa.field("good_count", pa.int64(), nullable=False),
        pa.field("bad_count", pa.int64(), nullable=False),
        pa.field("first_line", pa.int64()),
        pa.field("last_line", pa.int64()),
        pa.field("example", pa.string(), nullable=False),
    ],
    metadata={"logcli.schema": "logcli.differences/1"},
)


@dataclass(frozen=True)
class Finding:
    """One difference, the columns of `SCHEMA`.

    kind : `new`, `more`, `values`, `less` or `gone`
    score : 3 and more for new lines with words of error, 2 for other new ones and more errors, 1 for
        other changes, less for what is gone
    """

    kind: str
    score: float
    reason: str
    template_id: str
    template: str
    good_count: int
    bad_count: int
    first_line: int | None
    last_line: int | None
    example: str


def findings(sides: Compared, last_line: int) -> list[Finding]:
    """All differences, the most telling first; `last_line` is that of the bad log."""
    found = [*_new(sides, last_line), *_changed(sides), *_values(sides)]
    return sorted(found, key=lambda one: (-one.score, one.first_line or 0, one.template_id, one.reason))


def table(found: list[Finding]) -> pa.Table:
    """Findings as a table."""
    return pa.Table.from_pylist([asdict(one) for one in found], SCHEMA)


def _finding(
    sides: Compared, number: int, kind: str, score: float, reason: str, lines: tuple[int, int] | None
) -> Finding:
    good, bad = sides.counts[:, number].tolist()
    first, last = lines or (None, None)
    example = sides.examples[bool(bad)][number]
    names = sides.ids[number], sides.templates[number]
    return Finding(kind, round(score, 3), reason, *names, good, bad, first, last, example)


# --- new lines -----------------------------------------------------------------------------------


def _new(sides: Compared, last_line: int) -> Iterator[Finding]:
    for one in clusters(sides, last_line):
        found = _finding(sides, one.number, "new", one.score, one.reason, (one.first, one.last))
        yield Finding(**{**asdict(found), "bad_count": one.records})


# --- other rates ---------------------------------------------------------------------------------


def _changed(sides: Compared) -> Iterator[Finding]:
    good, bad = sides.counts
    known = np.flatnonzero(good)
    totals = sides.counts.sum(axis=1)
    share = totals[1] / max(totals.sum(), 1)
    chances = exact.corrected(exact.two_sided(bad[known], (good + bad)[known], share))
    rates = ((bad + 0.5) / (totals[1] + 1) / ((good + 0.5) / (totals[0] + 1)))[known]
    for number, chance, ratio in zip(known.tolist(), chances.tolist(), rates.tolist(), strict=True):
        if not bad[number]:
            yield _gone(sides, number, chance, good[number] * totals[1] / totals[0])
        elif chance <= FALSE_SHARE and max(ratio, 1 / ratio) >= LEAST_RATIO:
            yield _shifted(sides, number, chance, ratio)


def _gone(sides: Compared, number: int, chance: float, expected: float) -> Finding:
    reason = f"about {max(1, round(expected)):,} expected, none came"
    certain = chance <= FALSE_SHARE
    reason += _doubt(chance) if certain else "; may be chance"
    return _finding(sides, number, "gone", (0.5 if certain else 0.0) + _size(expected) / 2, reason, None)


def _shifted(sides: Compared, number: int, chance: float, ratio: float) -> Finding:
    kind, size = ("more", ratio) if ratio > 1 else ("less", 1 / ratio)
    reason = f"{size:,.3g} times as frequent" if kind == "more" else f"{size:,.3g} times rarer"
    score = (1.0 if kind == "more" else 0.7) + 0.3 * _size(size)
    words = alarming(sides, number) if kind == "more" else []
    if words:
        reason += f", says {_listed(words)}"
        score += 1.2
    lines = int(sides.first[number]), int(sides.last[number])
    return _finding(sides, number, kind, score, reason + _doubt(chance), lines)


def _doubt(chance: float) -> str:
    return f"; p {chance:.1g}" if chance >= 1e-12 else "; p < 1e-12"


def _size(effect: float) -> float:
    """From 0 to 1, by the logarithm."""
    return min(1.0, math.log2(max(effect, 1.0)) / 10)


# --- new values ----------------------------------------------------------------------------------


def _values(sides: Compared) -> Iterator[Finding]:
    found = [
        one for one in sides.slots.news(_FILLED)
        if sides.counts[0][one.number] and one.good >= _PER_VALUE * len(one.known)
    ]  # fmt: skip
    if not found:
        return
    # What was seen once stands for what was not seen yet (Good and Turing).
    unseen = [(one.once + 1) / (one.good + 1) for one in found]
    tests = exact.at_least([one.new for one in found], [one.bad for one in found], unseen)
    for one, chance in zip(found, exact.corrected(tests).tolist(), strict=True):
        if chance <= FALSE_SHARE:
            yield _new_values(sides, one, chance)


def _new_values(sides: Compared, one: SlotNew, chance: float) -> Finding:
    reason = f"slot {one.slot} was {_listed(one.known)}, {one.new:,} times now {_listed(one.values)}"
    score = 1.5 + 0.3 * one.new / one.bad
    return _finding(sides, one.number, "values", score, reason + _doubt(chance), (one.first, one.last))


def _listed(values: list[str]) -> str:
    shown = [value if len(value) <= 40 else value[:39] + "…" for value in values[:_SHOWN]]
    more = [f"{len(values) - _SHOWN:,} more"] if len(values) > _SHOWN else []
    return ", ".join([*shown, *more])
