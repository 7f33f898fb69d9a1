"""Which format a log is in: every format cuts the first lines, the one that explains most wins."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from logcli import registry
from logcli.base import BLANK, NO_MATCH, Format, Lines
from logcli.continuation import line_status
from logcli.kernels import fold as folding

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]

HEAD_LINES = 250
HEAD_BYTES = 64 << 10
# Formats of lower priority say little about a line and are recognised only where nothing better is:
# those above each priority are trusted so far (level words 0.75, times 0.6, a name before a time 0.5).
GENERIC = -5
_TRUST = ((GENERIC, 1.0), (-15, 0.75), (-23, 0.6), (-50, 0.5), (-1000, 0.02))
# An unmatched line that no other format knows may well continue the record before it.
STRAY = 0.2
# A second format makes a log mixed when it explains this share of its lines.
MIXED = 0.1
# Below this score the log is plain text.
FLOOR = 0.1
EXPLAINED = 5
PLAIN = "plain"


@dataclass(slots=True)
class Candidate:
    """How well a format explains the head of a log.

    matched, total : lines of the format, and lines that should be (no blank, no continuation lines)
    score : about 0 to 1
    specificity : mean number of fields found per matched line
    line : number of the first line that does not fit, from 1; 0 when all do
    text, position, expected : that line, how many of its bytes fit, and what should follow
    """

    name: str
    matched: int
    total: int
    score: float
    specificity: float
    priority: int = 0
    line: int = 0
    text: str = ""
    position: int = 0
    expected: str = ""
    fits: Mask = field(default_factory=lambda: np.zeros(0, np.bool_), repr=False)
    standing: Mask = field(default_factory=lambda: np.zeros(0, np.bool_), repr=False)


@dataclass(slots=True)
class _Trial:
    """A format's cut of the head.

    fits : lines that it matched
    standing : lines that would begin a record (matched or not)
    """

    leaf: Format
    fits: Mask
    standing: Mask
    fields: float

    @property
    def priority(self) -> int:
        return int(getattr(self.leaf, "priority", 0))


def rank(lines: Lines, names: Iterable[str] | None = None) -> list[Candidate]:
    """Formats that match at least one of the first lines, best first.

    names : formats to try; all that exist by default
    """
    head = _head(lines)
    known = registry.names("formats") if names is None else names
    trials = [_try(_leaf(name), head) for name in known]
    trials = [trial for trial in trials if trial.fits.any()]
    claimed = np.zeros(len(head), np.bool_)
    for trial in trials:
        if trial.priority > GENERIC:
            claimed |= trial.fits
    ranked = sorted(
        (_weigh(trial, claimed) for trial in trials), key=lambda c: (-c.score, -c.priority, c.name)
    )
    leaves = {trial.leaf.name: trial.leaf for trial in trials}
    for candidate in ranked[:EXPLAINED]:
        _explain(candidate, leaves[candidate.name], head)
    return ranked


def choose(ranked: list[Candidate]) -> tuple[str, bool]:
    """The best format (`plain` if none will do), and whether another one has a good part of the lines."""
    if not ranked or ranked[0].score < FLOOR:
        return PLAIN, False
    best = ranked[0]
    lines = max(1, int(best.standing.sum()))
    left = best.standing & ~best.fits
    others = (c for c in ranked[1:] if c.priority > GENERIC)
    return best.name, any((left & other.fits).sum() > MIXED * lines for other in others)


@cache
def _leaf(name: str) -> Format:
    """Formats have no state, so one of each is enough."""
    leaf: Format = registry.create("formats", name)
    return leaf


def _head(lines: Lines) -> Lines:
    n = min(len(lines), HEAD_LINES)
    if n:
        inside = lines.end[:n] - lines.start[0] <= HEAD_BYTES
        n = max(1, int(inside.sum()))
    return Lines(
        lines.text,
        lines.start[:n].copy(),
        lines.end[:n].copy(),
        lines.raw_start[:n].copy(),
        lines.raw_end[:n].copy(),
        lines.defects[:n].copy(),
        lines.state,
    )


def _try(leaf: Format, head: Lines) -> _Trial:
    cut = leaf.cut(head, attributes=True)
    status = line_status(cut, len(head))
    fits = (status != NO_MATCH) & (status != BLANK)
    if not fits.any():
        return _Trial(leaf, fits, fits, 0.0)
    present = sum(int((start >= 0).sum()) for start, _ in cut.columns.values())
    return _Trial(leaf, fits, _standing(head, status), present / int(fits.sum()))


def _standing(head: Lines, status: npt.NDArray[np.uint8]) -> Mask:
    """Lines that begin a record when only indented lines and stack traces continue one."""
    n = len(head)
    first, count, last, tail, trace = (np.empty(n, np.int32) for _ in range(5))
    size, _, _ = folding.fold(
        head.text, head.start, head.end, status, folding.INDENTED, 1 << 20, first, count, last, tail, trace
    )
    standing = np.zeros(n, np.bool_)
    standing[first[:size]] = True
    standing |= (status != NO_MATCH) & (status != BLANK)
    return standing


def _weigh(trial: _Trial, claimed: Mask) -> Candidate:
    strangers = trial.standing & ~trial.fits
    stray = strangers & ~claimed & (np.cumsum(trial.fits) > 0)
    matched = int(trial.fits.sum())
    cost = float(strangers.sum())
    if trial.leaf.continuation == "any":
        cost -= (1 - STRAY) * float(stray.sum())
    share = matched / (matched + cost)
    trust = next(value for least, value in _TRUST if trial.priority > least)
    detail = trial.fields / (trial.fields + 5)
    score = trust * share + 0.03 * trust * detail + 0.004 * max(trial.priority, GENERIC)
    return Candidate(
        name=trial.leaf.name,
        matched=matched,
        total=int(trial.standing.sum()),
        score=round(score, 4),
        specificity=round(trial.fields, 2),
        priority=trial.priority,
        fits=trial.fits,
        standing=trial.standing,
    )


def _explain(candidate: Candidate, leaf: Format, head: Lines) -> None:
    misfits = np.flatnonzero(candidate.standing & ~candidate.fits)
    if not len(misfits):
        return
    at = int(misfits[0])
    line = _bytes(head, at)
    candidate.line = at + 1
    candidate.text = line.decode("utf-8", "replace")
    candidate.position, candidate.expected = leaf.explain(line)


def _bytes(lines: Lines, index: int) -> bytes:
    found: Any = lines.text[lines.start[index] : lines.end[index]]
    return bytes(found.tobytes())
