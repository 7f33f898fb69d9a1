"""LKE: clusters by edit distance, split at the values between common words (Fu et al. 2009)"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from logcli.batch import BatchParser, Grouped
from logcli.between import in_order, places_of
from logcli.errors import UsageError
from logcli.parsers._distances import distances, two_means
from logcli.template_index import TemplateIndex
from logcli.templates import SLOT
from logcli.wording import Words, alignment, split

if TYPE_CHECKING:
    from logcli.base import Longs

_LONGEST = 50  # words of a message that count for distances
_CELLS = 40_000  # messages that are compared with each other, times their mean number of words
_MOST = 5000  # of `compared`: memory grows with its square
_Value = tuple[str, ...]


class LKE(BatchParser):
    """Cluster messages by a weighted edit distance, then split clusters where few values stand.

    The distance is what words must be taken out and put in, where the first words of a message cost more.
    2-means over all pairs of lines tell near from far; what is connected by near pairs is a cluster. The
    longest common subsequence of a cluster's messages leaves places for values between its words; at the
    place with the fewest different ones, if they are fewer than `split_threshold`, these are no values but
    words of different templates, and the cluster is split by them, again and again. Of places with equally
    many, that with the least entropy is taken. Qiang Fu, Jian-Guang Lou, Yi Wang, Jiang Li: "Execution
    Anomaly Detection in Distributed Systems through Unstructured Log Analysis", ICDM 2009.

    Parameters
    ----------
    split_threshold : different values at a place from which they are values; the default has the best mean
        grouping accuracy on the twelve Loghub systems without masks, 0.61
    compared : bodies that are compared with each other, 1 to 5000, fewer if they have more than 20 words
        each; later ones are matched with the templates of the first ones, and those that fit none are
        compared in their turn. Bounds time and memory.

    Weak where messages differ in one word, and where a frequent value has few different values. It depends
    on the order of the lines where there are more than `compared` distinct bodies; words after the 50th
    count for no distance. Complexity: O(bodies times `compared` times words squared) at worst.

    Grouping accuracy with tuned settings is the published one within 0.03, but for Hadoop (0.67 against
    0.00) and HealthApp (0.59 against 0.23), as the tool behind the published figures starts 2-means at
    random, which here has two ends, and this one at the least and the greatest distance (other figures of
    the same authors are 0.67 and 0.59); for Zookeeper (0.71 against 0.86), as that tool by mistake splits
    at another place when several have equally many values; for Spark (0.68 against 0.63) and OpenStack
    (0.94 against 0.79), as there words count by their place in the line that came first, here by that in
    the longer one. With that Spark has 0.63 and OpenStack 0.73; the rest of its difference is not explained.
    """

    mask: ClassVar[str] = ""

    def __init__(self, *, split_threshold: int = 3, compared: int = 2000) -> None:
        self.split_threshold = split_threshold
        self.compared = compared

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in the order in which they were found."""
        self._check()
        cut = [split(body) for body in bodies]
        groups = np.full(len(bodies), -1)
        texts: list[str] = []
        left = np.arange(len(bodies))
        while len(left):
            now, left = np.split(left, [self._room(cut, left)])
            known = len(texts)
            for part in self._parts([cut[body].words for body in now.tolist()], counts[now]):
                groups[now[part]] = len(texts)
                members = [cut[body] for body in now[part].tolist()]
                texts.append(in_order(members[0].words, members))
            index = TemplateIndex([text if _tells(text) else "" for text in texts[known:]])
            found = np.array([index.find(bodies[body]) for body in left.tolist()], np.int64)
            groups[left] = found + known
            left = left[found < 0]
        return Grouped(groups.tolist(), texts)

    def _check(self) -> None:
        if self.split_threshold < 1:
            raise UsageError(
                f"`split_threshold` of parser `lke` must be at least 1, got {self.split_threshold}"
            )
        if not 1 <= self.compared <= _MOST:
            raise UsageError(f"`compared` of parser `lke` must be 1 to {_MOST}, got {self.compared}")

    def _room(self, cut: Sequence[Words], left: Longs) -> int:
        """How many of the bodies that are left to compare with each other."""
        widths = [min(len(cut[body].words), _LONGEST) for body in left[: self.compared].tolist()]
        return max(min(len(widths), int(_CELLS / max(float(np.mean(widths)), 1.0))), 1)

    def _parts(self, messages: Sequence[Sequence[str]], counts: Longs) -> list[list[int]]:
        """Clusters of near messages, split where few values stand at a place."""
        widths = np.array([len(words) for words in messages])
        mean = int(widths @ counts / counts.sum())
        found = distances(messages, mean, _LONGEST)
        todo = _linked(found < two_means(found, counts) - 1e-4)
        parts = []
        while todo:
            part = todo.pop()
            smaller = self._split([messages[k] for k in part], counts[part])
            if len(smaller) == 1:
                parts.append(part)
            else:
                todo += [[part[k] for k in some] for some in smaller]
        return sorted(parts)

    def _split(self, messages: Sequence[Sequence[str]], counts: Longs) -> list[list[int]]:
        """Messages parted by what they have at the place with the fewest values, if these are few."""
        common = _common(messages)
        best: Sequence[_Value | None] = [None] * len(messages)
        key = (float(self.split_threshold), 0.0)
        for values in zip(*(_values(common, words) for words in messages), strict=True):
            lines: Counter[_Value] = Counter()
            for value, number in zip(values, counts.tolist(), strict=True):
                lines[value] += number
            found = (len(lines), _entropy(lines))
            if 1 < len(lines) < self.split_threshold and found < key:
                best, key = values, found
        parts: dict[_Value | None, list[int]] = {}
        for k, value in enumerate(best):
            parts.setdefault(value, []).append(k)
        return list(parts.values())


def _tells(text: str) -> bool:
    """Whether a template has more than values: one that has not would take all bodies to come."""
    return bool(text.replace(SLOT, "").strip())


def _linked(near: npt.NDArray[np.bool_]) -> list[list[int]]:
    """Numbers that are connected by pairs."""
    left = np.ones(len(near), bool)
    found = []
    for start in range(len(near)):
        if not left[start]:
            continue
        part, todo = [], [start]
        left[start] = False
        while todo:
            at = todo.pop()
            part.append(at)
            more = np.flatnonzero(near[at] & left)
            left[more] = False
            todo += more.tolist()
        found.append(sorted(part))
    return found


def _common(messages: Sequence[Sequence[str]]) -> list[str]:
    """Words that all messages have in their order."""
    common = list(messages[0])
    for words in messages:
        if places_of(common, words) is None:
            common = [common[place] for place, _ in alignment(common, words)]
    return common


def _values(common: Sequence[str], words: Sequence[str]) -> list[_Value]:
    """What a message has before, between and after common words."""
    places = [-1, *(places_of(common, words) or ()), len(words)]
    return [tuple(words[a + 1 : b]) for a, b in pairwise(places)]


def _entropy(lines: Counter[_Value]) -> float:
    total = lines.total()
    return -sum(n / total * math.log(n / total) for n in lines.values())
