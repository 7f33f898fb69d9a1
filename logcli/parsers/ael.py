"""AEL: lines of as many words and values, few of which differ (Jiang et al. 2008)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.templates import SLOT
from logcli.wording import keep, split

if TYPE_CHECKING:
    from logcli.base import Longs

_Flags = npt.NDArray[np.bool_]
_Ids = npt.NDArray[np.int32]
_Bin = tuple[int, int]

_ROUNDING = 1e-9  # 0.57 of 100 words is a little less than 57


class AEL(BatchParser):
    """Bin bodies by their numbers of words and of values; in a bin, merge those that differ in few words.

    The first body of a bin opens a group, and every other one joins the first group of its bin from whose
    first body at most the share `merge` of the words differs. Words that differ become values. Zhen Ming
    Jiang, Ahmed E. Hassan, Parminder Flora, Gilbert Hamann: "Abstracting Execution Logs to Execution
    Events for Enterprise Applications", QSIC 2008.

    Parameters
    ----------
    merge : largest share of words that differ in a group, 0 to 1
    min_events : distinct bodies in a bin up to which none are merged
    clusters : groups of a bin that are kept for comparison; of more, the one used least lately is closed
        and a like body opens a new one. Bounds time and memory.

    What the paper does first, putting values in place of `name=value` and `is value`, is what masks are
    for: a word that is `<*>` already is a value. Weak where a message has few words, of which one value
    is a large share, and where constants that differ are few of many words. It depends on the order of
    the lines. Complexity: per distinct body O(words times groups of its bin), in one pass of numpy.

    Grouping accuracy with tuned settings is the published one within 0.03.
    """

    def __init__(self, *, merge: float = 0.6, min_events: int = 1, clusters: int = 2000) -> None:
        self.merge = merge
        self.min_events = min_events
        self.clusters = clusters

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups of each bin in order of their first body, bin after bin."""
        self._check()
        bins: dict[_Bin, list[int]] = {}
        for number, body in enumerate(bodies):
            words = split(body).words
            bins.setdefault((len(words), words.count(SLOT)), []).append(number)
        groups = [0] * len(bodies)
        texts: list[str] = []
        for members in bins.values():
            if len(members) > self.min_events:
                found = self._merged([bodies[number] for number in members])
            else:
                found = Grouped(range(len(members)), [bodies[number] for number in members])
            for number, group in zip(members, found.groups, strict=True):
                groups[number] = len(texts) + group
            texts += found.templates
        return Grouped(groups, texts)

    def _merged(self, bodies: Sequence[str]) -> Grouped:
        """Group the bodies of a bin."""
        numbers: dict[str, int] = {}
        groups: list[int] = []
        firsts: list[str] = []
        constant: list[_Flags] = []
        leaders = _Leaders(self.merge, self.clusters)
        for body in bodies:
            words = split(body).words
            ids = np.array([numbers.setdefault(word, len(numbers)) for word in words], np.int32)
            group, same = leaders.place(ids, len(firsts))
            if group == len(firsts):
                firsts.append(body)
                constant.append(same)
            constant[group] &= same
            groups.append(group)
        texts = [keep(split(body), flags.tolist()) for body, flags in zip(firsts, constant, strict=True)]
        return Grouped(groups, texts)

    def _check(self) -> None:
        if not 0 <= self.merge <= 1:
            raise UsageError(f"`merge` of parser `ael` must be 0 to 1, got {self.merge}")
        for name, least in (("min_events", 0), ("clusters", 1)):
            value = getattr(self, name)
            if value < least:
                raise UsageError(f"`{name}` of parser `ael` must be at least {least}, got {value}")


class _Leaders:
    """First bodies of the groups of a bin, one row of word numbers each, and when each was last used."""

    def __init__(self, merge: float, limit: int) -> None:
        self._merge = merge
        self._limit = limit
        self._rows = 0
        self._clock = 0
        self._words = np.zeros((1, 0), np.int32)
        self._group = np.zeros(1, np.int64)
        self._used = np.zeros(1, np.int64)

    def place(self, ids: _Ids, new: int) -> tuple[int, _Flags]:
        """The group that takes a body, `new` if none does; and which words are those of its first body."""
        if not self._rows:
            self._words = np.zeros((1, len(ids)), np.int32)
        equal = self._words[: self._rows] == ids
        near = len(ids) - equal.sum(1) <= self._merge * len(ids) + _ROUNDING
        row = int(near.argmax()) if self._rows else -1
        if row < 0 or not near[row]:
            row, same = self._open(ids, new), np.ones(len(ids), np.bool_)
        else:
            same = equal[row]
        self._clock += 1
        self._used[row] = self._clock
        return int(self._group[row]), same

    def _open(self, ids: _Ids, group: int) -> int:
        """A row for a new group: a free one, or that of the group used least lately."""
        row = self._rows
        if row == self._limit:
            row = int(self._used.argmin())
        else:
            self._rows += 1
            if row == len(self._used):
                self._grow()
        self._words[row] = ids
        self._group[row] = group
        return row

    def _grow(self) -> None:
        self._words = np.concatenate([self._words, np.zeros_like(self._words)])
        self._group = np.concatenate([self._group, np.zeros_like(self._group)])
        self._used = np.concatenate([self._used, np.zeros_like(self._used)])
