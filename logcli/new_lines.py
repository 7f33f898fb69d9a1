"""Lines that only one log has, in clusters, and how much each cluster tells about a failure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from logcli.compared import Compared

Ints = npt.NDArray[np.int64]

# Known lines that may stand between new ones of one cluster.
GAP = 3
_ERROR, _SEVERE = 17, "a severity of error"
# Share of the log behind which its end begins.
_LATE = 0.95
# Words by which programs of any kind say that something went wrong.
_ALARM = re.compile(
    r"(?i)(?<![a-z])(errors?|err|failed|failures?|failing|fails?|fatal|panic(?:ked)?|traceback|abort(?:ed|ing)?|"
    r"assert(?:ion)?|cannot|can't|could not|couldn't|unable|denied|refused|not found|no such|missing|"
    r"undefined|not defined|unresolved|unsupported|invalid|time[d]?[ -]?out|crash(?:ed)?|killed|"
    r"segmentation fault|exit(?:ed)?(?: with)? (?:code|status)[ :=]*[1-9]\d*|out of memory|no space left)"
    r"(?![a-z])"
    r"|\b[\w.$]*[a-z](?:Exception|Error)\b"
)
# The same words where they say that all is well.
_CALM = re.compile(
    r"(?i)\b(?:no|0|zero|without) (?:errors?|failures?|failed)|\b(?:errors?|failures?|failed)\s*[:=]\s*0\b"
)
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Cluster:
    """Neighbouring new lines.

    number : the template that tells most
    kinds : all templates, in order
    first, last : its lines
    records : new ones, at all places
    words : of error
    late : whether it is near the end of the log
    places : how often such lines came, and until which line
    """

    number: int
    kinds: tuple[int, ...]
    first: int
    last: int
    records: int
    score: float
    words: list[str]
    late: bool
    places: int = 1
    until: int = 0

    @property
    def reason(self) -> str:
        """Why it is told, in words."""
        kinds = f" of {len(self.kinds):,} kinds" if len(self.kinds) > 1 else ""
        parts = [f"{self.records:,} new record{'s' * (self.records != 1)}{kinds}"]
        parts[0] += f" at {self.places:,} places" if self.places > 1 else ""
        parts[0] += f", until line {self.until:,}" if self.until > self.last else ""
        parts += [f"words of error: {_some(self.words)}"] if self.words else []
        return "; ".join([*parts, *(["at the end of the log"] if self.late else [])])


def alarms(text: str) -> list[str]:
    """Words of error in a text, each once.

    >>> alarms("ERROR: disk failed, java.io.IOException"), alarms("Failures: 0, no errors")
    (['error', 'failed', 'java.io.ioexception'], [])
    """
    return list(dict.fromkeys(word.group().lower() for word in _ALARM.finditer(_CALM.sub(" ", text))))


def alarming(sides: Compared, number: int) -> list[str]:
    """What a template of the bad side says of an error: its words, or its severity."""
    words = alarms(sides.examples[1][number])
    return words or ([_SEVERE] if sides.severity[number] >= _ERROR else [])


def clusters(sides: Compared, last_line: int) -> list[Cluster]:
    """Clusters of the lines that only the bad side has; those that only repeat another one are part of it."""
    first, last, number = sides.places()
    if not len(first):
        return []
    known = _words(sides, np.flatnonzero(sides.counts[0]).tolist(), 0)
    words = {n: alarming(sides, n) for n in np.unique(number).tolist()}
    strength = {n: _strength(sides, n, words[n], known) for n in words}
    breaks = np.flatnonzero(first[1:] - np.maximum.accumulate(last)[:-1] > GAP + 1) + 1
    found = []
    for rows in np.split(np.arange(len(first)), breaks):
        kinds, begin = np.unique(number[rows], return_index=True)
        own = tuple(kinds[np.argsort(begin)].tolist())
        lines = int(first[rows[0]]), int(last[rows].max())
        found.append(_cluster(own, lines, len(rows), words, strength, last_line))
    more = sides.counts[1] - np.bincount(number, minlength=len(sides.ids))
    return _gathered(found, more, sides.last)


def _cluster(
    kinds: tuple[int, ...],
    lines: tuple[int, int],
    records: int,
    words: dict[int, list[str]],
    strength: dict[int, float],
    end: int,
) -> Cluster:
    head = max(kinds, key=lambda n: (len(set(words[n]) - {_SEVERE}), strength[n]))
    late = lines[1] / max(end, 1)
    many = min(1.0, math.log2(1 + len(kinds)) / 6)
    telling = min(1.0, sum(bool(words[n]) for n in kinds) / 5)
    said = list(dict.fromkeys(word for n in kinds for word in words[n]))
    score = max(strength[n] for n in kinds) + 0.2 * (late + many + telling)
    return Cluster(head, kinds, *lines, records, score, said, late > _LATE)


def _gathered(found: list[Cluster], more: Ints, last: Ints) -> list[Cluster]:
    """Clusters whose templates another one has that tells more become places of that one.

    more, last : by template, records whose place was not kept, and the last line of all
    """
    leads: list[Cluster] = []
    owner: dict[int, int] = {}
    for one in sorted(found, key=lambda one: (-one.score, one.first)):
        owners = {owner.get(kind, -1) for kind in one.kinds}
        if len(owners) == 1 and -1 not in owners:
            lead = owners.pop()
            leads[lead] = _joined(leads[lead], one)
            continue
        for kind in one.kinds:
            owner.setdefault(kind, len(leads))
        leads.append(one)
    for kind in sorted(kind for kind in owner if more[kind]):
        whole = leads[owner[kind]]
        records, until = whole.records + int(more[kind]), max(whole.until, int(last[kind]))
        leads[owner[kind]] = replace(whole, records=records, until=until)
    return leads


def _joined(lead: Cluster, more: Cluster) -> Cluster:
    """One that has come at another place, too; of two that say the same, the first is shown."""
    shown = more if more.first < lead.first and set(more.kinds) == set(lead.kinds) else lead
    return replace(
        shown,
        records=lead.records + more.records,
        places=lead.places + 1,
        score=lead.score,
        until=max(lead.until, lead.last, more.last),
        late=lead.late or more.late,
    )


def _strength(sides: Compared, number: int, words: list[str], known: set[str]) -> float:
    """3 and more with words of error, else 2; more with words that the good side does not have."""
    own = _words(sides, [number], 1)
    rare = len(own - known) / len(own) if own else 0.0
    return (3.0 if words else 2.0) + 0.3 * rare


def _words(sides: Compared, numbers: list[int], side: int) -> set[str]:
    return {word.lower() for n in numbers for word in _WORD.findall(sides.examples[side][n])}


def _some(words: list[str]) -> str:
    shown = [word if len(word) <= 40 else "…" + word[-39:] for word in words[:5]]
    return ", ".join(shown) + (", …" if len(words) > 5 else "")
