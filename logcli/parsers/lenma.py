"""LenMa: the lengths of the words tell messages apart (Shima 2016)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.wording import keep, split

if TYPE_CHECKING:
    from logcli.base import Longs

_Ids = npt.NDArray[np.int32]
_Reals = npt.NDArray[np.float64]

_LEAST = 3  # equal words that a body shares with its cluster, as the author's tool has it
_CLOSE = 1e-9  # cosines of equal vectors differ from 1 by rounding; `threshold` may be 1


class LenMa(BatchParser):
    """Group bodies of equally many words whose word lengths point in one direction.

    A body joins, among the clusters with its number of words and its first word, the one whose vector of
    word lengths has the largest cosine with its own, if at least three words are equal and the cosine
    reaches `threshold`; a cluster of whose constant words none differs comes first. Words that differ
    become values, and the body's lengths those of the cluster. Keisuke Shima: "Length Matters:
    Clustering System Log Messages using Length of Words", arXiv 1611.03213, 2016.

    Parameters
    ----------
    threshold : least cosine that joins a cluster, 0 to 1; the default is the author's, and within 0.003
        of the best mean grouping accuracy of one value on the twelve Loghub systems without masks
    clusters : clusters of one number of words and one first word that are kept for comparison; of more,
        the one used least lately is closed and a like body opens a new one. Bounds time and memory.

    Weak where the first word is a value, where messages have fewer than three constant words, and where
    a value's length varies much. It depends on the order of the lines. Complexity: per distinct body
    O(words times clusters of its number of words and first word), in one pass of numpy.

    Grouping accuracy with tuned settings is the published one within 0.03, but for Linux (0.868 against
    0.701): a line that comes again gives its lengths to its cluster once more, which bodies learnt once
    do not; fed line by line this parser too has 0.701.
    """

    def __init__(self, *, threshold: float = 0.9, clusters: int = 2000) -> None:
        self.threshold = threshold
        self.clusters = clusters

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Clusters in order of their first body."""
        self._check()
        numbers: dict[str, int] = {}
        alike: dict[tuple[int, str], _Alike] = {}
        firsts: list[str] = []
        constant: list[npt.NDArray[np.bool_]] = []
        groups = []
        for body in bodies:
            words = split(body).words
            key = len(words), words[0] if words else ""
            if key not in alike:
                alike[key] = _Alike(len(words), self.clusters)
            ids = np.array([numbers.setdefault(word, len(numbers)) for word in words], np.int32)
            lengths = np.array([len(word) for word in words], float)
            cluster, same = alike[key].place(ids, lengths, self.threshold, len(firsts))
            groups.append(cluster)
            if cluster == len(firsts):
                firsts.append(body)
                constant.append(same)
            constant[cluster] &= same
        texts = [keep(split(body), flags.tolist()) for body, flags in zip(firsts, constant, strict=True)]
        return Grouped(groups, texts)

    def _check(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise UsageError(f"`threshold` of parser `lenma` must be 0 to 1, got {self.threshold}")
        if self.clusters < 1:
            raise UsageError(f"`clusters` of parser `lenma` must be at least 1, got {self.clusters}")


class _Alike:
    """Clusters of one number of words and one first word, one row each.

    A row has word numbers (-1 for a value), word lengths scaled to a vector of length 1, the number of
    the cluster, and when it was last used.
    """

    def __init__(self, width: int, limit: int) -> None:
        self._limit = limit
        self._rows = 0
        self._clock = 0
        self._words = np.zeros((1, width), np.int32)
        self._lengths = np.zeros((1, width))
        self._cluster = np.zeros(1, np.int64)
        self._used = np.zeros(1, np.int64)

    def place(
        self, ids: _Ids, lengths: _Reals, threshold: float, new: int
    ) -> tuple[int, npt.NDArray[np.bool_]]:
        """The cluster that takes a body, `new` if none does; and which of its words are the cluster's."""
        unit = lengths / (np.sqrt(lengths @ lengths) or 1.0)
        words = self._words[: self._rows]
        equal = words == ids
        scores = np.where(equal.sum(1) >= _LEAST, np.minimum(self._lengths[: self._rows] @ unit, 1), -1)
        scores[(equal | (words < 0)).all(1)] = 2  # nothing differs: before all cosines
        row = int(scores.argmax()) if self._rows else -1
        if row < 0 or scores[row] < threshold - _CLOSE:
            row = self._open(new)
            self._words[row] = ids
            same = np.ones(len(ids), bool)
        else:
            same = equal[row]
            self._words[row][~same] = -1
        self._lengths[row] = unit
        self._clock += 1
        self._used[row] = self._clock
        return int(self._cluster[row]), same

    def _open(self, cluster: int) -> int:
        """A row for a new cluster: a free one, or that of the cluster used least lately."""
        if self._rows == self._limit:
            row = int(self._used.argmin())
        else:
            row = self._rows
            self._rows += 1
            if row == len(self._used):
                self._grow()
        self._cluster[row] = cluster
        return row

    def _grow(self) -> None:
        self._words = np.concatenate([self._words, np.zeros_like(self._words)])
        self._lengths = np.concatenate([self._lengths, np.zeros_like(self._lengths)])
        self._cluster = np.concatenate([self._cluster, np.zeros_like(self._cluster)])
        self._used = np.concatenate([self._used, np.zeros_like(self._used)])
