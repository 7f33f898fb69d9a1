"""LogMine: cluster near bodies, then their patterns, level by level (Hamooni et al. 2016)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.parsers._near import Near, Pattern
from logcli.templates import SLOT
from logcli.wording import Part, Words, alignment, covering, split

if TYPE_CHECKING:
    from logcli.base import Longs

_LEVELS = 10  # at most
_WIDER = 100.0  # how much farther than the level below a level reaches, as in the published figures


class LogMine(BatchParser):
    """Cluster bodies by how many of their words are equal place by place, then the clusters in turn.

    The distance of two bodies is 1 less `k` for each place where they have the same word, divided by the
    words of the longer one. A body joins a cluster if its distance from the cluster's first body is less
    than `max_distance`, else it opens one. On the next level the clusters' patterns are clustered in the
    same way, with `k` of 1 and a distance a hundred times as large, and the patterns of a cluster become
    one: their common words stay. Hossein Hamooni, Biplob Debnath, Jianwu Xu, Hui Zhang, Guofei Jiang,
    Abdullah Mueen: "LogMine: Fast Pattern Recognition for Log Analytics", CIKM 2016.

    Parameters
    ----------
    k : weight of an equal word on the first level, at least 0
    levels : times that is clustered, 1 to 10
    max_distance : distance on the first level from which bodies are too far apart, at least 0; on the
        second level a hundred times that counts; above 1.0 bodies without an equal word are near
    clusters : clusters of about equally many words that are kept for comparison; of more, the one used
        least lately is closed and a like body opens a new one. Bounds time and memory, with a limit of
        8 million words of all of them

    The default distance has the best mean grouping accuracy on the twelve Loghub systems without masks.
    Weak where a value has more or fewer words from line to line, which moves all that follow, and where a
    message has few words of which half are values. It depends on the order of the lines. Complexity: per
    distinct body and level O(words times clusters), in a few passes of numpy.

    Where several clusters are near, the latest takes a body, as in the published figures. Grouping accuracy
    with tuned settings is the published one within 0.03.
    """

    mask: ClassVar[str] = ""

    def __init__(
        self, *, k: float = 1.0, levels: int = 2, max_distance: float = 0.0065, clusters: int = 2000
    ) -> None:
        self.k = k
        self.levels = levels
        self.max_distance = max_distance
        self.clusters = clusters

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Clusters of the last level in order of their first body."""
        self._check()
        cut = [split(body) for body in bodies]
        patterns = [tuple(body.words) for body in cut]
        groups = list(range(len(bodies)))
        for level in range(self.levels):
            weight = 1.0 if level else self.k
            near = Near(weight, self.max_distance * _WIDER**level, self.clusters)
            found = _clustered(patterns, near)
            groups = [found[group] for group in groups]
            patterns = _patterns(patterns, found, merged=0 < level < self.levels - 1)
        members: list[list[Words]] = [[] for _ in patterns]
        for body, group in zip(cut, groups, strict=True):
            members[group].append(body)
        return Grouped(groups, [_template(some) for some in members])

    def _check(self) -> None:
        for name in ("k", "max_distance"):
            if not getattr(self, name) >= 0:
                raise UsageError(
                    f"`{name}` of parser `logmine` must be at least 0, got {getattr(self, name)}"
                )
        if not 1 <= self.levels <= _LEVELS:
            raise UsageError(f"`levels` of parser `logmine` must be 1 to {_LEVELS}, got {self.levels}")
        if self.clusters < 1:
            raise UsageError(f"`clusters` of parser `logmine` must be at least 1, got {self.clusters}")


def _template(bodies: Sequence[Words]) -> str:
    """What bodies have in common: place by place those of one length, then these in order."""
    lengths: dict[int, list[Words]] = {}
    for body in bodies:
        lengths.setdefault(len(body.words), []).append(body)
    parts = []
    for some in lengths.values():
        columns = zip(*(body.words for body in some), strict=True)
        parts.append(Part(some[0], [len(set(column)) == 1 for column in columns]))
    return covering(parts)


def _clustered(patterns: Sequence[Pattern], near: Near) -> list[int]:
    """The cluster of each pattern; equal ones are always in one."""
    known: dict[Pattern, int] = {}
    clusters = 0
    for pattern in patterns:
        if pattern not in known:
            known[pattern] = near.place(pattern, clusters)
            clusters += known[pattern] == clusters
    return [known[pattern] for pattern in patterns]


def _patterns(patterns: Sequence[Pattern], clusters: Sequence[int], *, merged: bool) -> list[Pattern]:
    """The pattern of each cluster: that of its first member, or what its members have in common."""
    found: list[Pattern] = []
    for pattern, cluster in zip(patterns, clusters, strict=True):
        if cluster == len(found):
            found.append(pattern)
        elif merged and pattern != found[cluster]:
            found[cluster] = _in_common(found[cluster], pattern)
    return found


def _in_common(first: Pattern, second: Pattern) -> Pattern:
    """Two patterns as one: between words of both, as many values as the longer one has words."""
    pattern: list[str] = []
    at, there = 0, 0
    for i, j in [*alignment(first, second), (len(first), len(second))]:
        pattern += [SLOT] * max(i - at, j - there)
        pattern += first[i : i + 1]
        at, there = i + 1, j + 1
    return tuple(pattern)
