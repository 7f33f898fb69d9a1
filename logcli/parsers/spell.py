"""Spell: longest common subsequences of words, line by line (Du & Li 2016)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from logcli.batch import BatchParser, Grouped
from logcli.between import DELIMITERS, in_order
from logcli.errors import UsageError
from logcli.parsers._prefixes import Cluster, PrefixTree
from logcli.templates import SLOT
from logcli.wording import Words, alignment, split

if TYPE_CHECKING:
    from logcli.base import Longs

_ALIGNED = 16  # clusters that a body is aligned with
_LOOSE = 0.5  # share of a body's words that a cluster must have, in any order, to be looked at


class Spell(BatchParser):
    """Put each body into the cluster with which it has the longest common subsequence of words.

    Words are what stands between blanks, `=`, `:` and `,`. A cluster's template is what its bodies have
    in common in this order; if that is at least the share `similarity` of a body's words, the body joins,
    and words that it has not become values. Two shortcuts come first, as in the published figures: a tree
    of the templates' first words, and the first template all whose words are in the body and that is at
    least half as long. Min Du, Feifei Li: "Spell: Streaming Parsing of System Event Logs", ICDM 2016.

    Parameters
    ----------
    similarity : least share of a body's words in common with a cluster, above 0, up to 1 (tau); the
        default has the best mean grouping accuracy on the twelve Loghub systems without masks, 0.64
    clusters : clusters that are looked at for a body, those of its rarer words first and the latest ones
        of each; of those at most 16 are aligned, which have most of its words in any order. Bounds time.

    It depends on the order of the lines and on masks; it joins unlike messages that share many words, and
    single words that are values are never joined. What is different in the middle of two bodies and longer
    than 500 words is not aligned. Grouping accuracy with tuned settings is the published one within 0.01
    on each of the twelve. Complexity: per distinct body O(words) where a shortcut finds its cluster, else
    O(words times clusters that share its rarer words).
    """

    def __init__(self, *, similarity: float = 0.6, clusters: int = 1000) -> None:
        self.similarity = similarity
        self.clusters = clusters

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in order of their first body."""
        self._check()
        cut = [split(body, DELIMITERS) for body in bodies]
        known = _Known(self.similarity, self.clusters)
        for body, words in enumerate(cut):
            known.take(words.words).members.append(body)
        return _described(cut, known.found)

    def _check(self) -> None:
        if not 0 < self.similarity <= 1:
            raise UsageError(
                f"`similarity` of parser `spell` must be above 0, up to 1, got {self.similarity}"
            )
        if self.clusters < 1:
            raise UsageError(f"`clusters` of parser `spell` must be at least 1, got {self.clusters}")


class _Known:
    """The clusters so far, and the three ways to find that of a body."""

    def __init__(self, similarity: float, limit: int) -> None:
        self.found: list[Cluster] = []
        self._similarity, self._limit = similarity, limit
        self._tree = PrefixTree(similarity)
        self._having: dict[str, list[Cluster]] = {}  # clusters that have, or had, a word
        self._keyed: dict[str, list[Cluster]] = {}  # clusters by one of their constants, "" if they have none

    def take(self, words: Sequence[str]) -> Cluster:
        """The cluster of a body, made or widened for it if need be."""
        constants = [word for word in words if word != SLOT]
        cluster = self._tree.find(constants) or self._contained(constants)
        if cluster is None:
            cluster = self._similar(words) if constants else None
            if cluster is None:
                return self._open(words)
            self._widen(cluster, words)
        return cluster

    def _open(self, words: Sequence[str]) -> Cluster:
        cluster = Cluster(len(self.found), words)
        self.found.append(cluster)
        for word in dict.fromkeys(cluster.constants):
            self._having.setdefault(word, []).append(cluster)
        self._enter(cluster)
        return cluster

    def _enter(self, cluster: Cluster) -> None:
        self._tree.add(cluster)
        key = min(cluster.constants, key=lambda word: len(self._keyed.get(word, ())), default="")
        self._keyed.setdefault(key, []).append(cluster)

    def _widen(self, cluster: Cluster, words: Sequence[str]) -> None:
        """Make values of the words of a cluster that a body has not; the last ones are one value."""
        places = [place for place, _ in alignment(cluster.template, words)]
        template = [SLOT] * (places[-1] + 1)
        for place in places:
            template[place] = cluster.template[place]
        if places[-1] + 1 < len(cluster.template):
            template.append(SLOT)
        if template != cluster.template:
            self._tree.remove(cluster)
            cluster.describe(template)
            self._enter(cluster)

    def _contained(self, constants: Sequence[str]) -> Cluster | None:
        """The first cluster all whose constants are in a body not twice as long as its template."""
        words = set(constants)
        best: Cluster | None = None
        for word in words or {""}:
            for cluster in self._keyed.get(word, ()):
                if (
                    (best is None or cluster.number < best.number)
                    and 2 * len(cluster.template) >= len(constants)
                    and words.issuperset(cluster.constants)
                ):
                    best = cluster
        return best

    def _similar(self, words: Sequence[str]) -> Cluster | None:
        """The cluster with the longest common subsequence with a body, if it is long enough."""
        best, key = None, (0, 0, 0)
        for bound, cluster in self._candidates(words):
            if (-bound, len(cluster.template), cluster.number) >= key and best is not None:
                break
            found = (-len(alignment(cluster.template, words)), len(cluster.template), cluster.number)
            if best is None or found < key:
                best, key = cluster, found
        return best if -key[0] >= max(self._similarity * len(words), 1) else None

    def _candidates(self, words: Sequence[str]) -> list[tuple[int, Cluster]]:
        """Clusters that have enough of a body's words, and how many of them; those with most words first."""
        times = Counter(words)
        different, all_of_them = _LOOSE * len(words), self._similarity * len(words)
        found = []
        for cluster in self._having_rare(times, different, all_of_them):
            shared = times.keys() & cluster.template
            if len(shared) >= different:
                found.append((sum(times[word] for word in shared), cluster))
        found.sort(key=lambda pair: (-pair[0], len(pair[1].template), pair[1].number))
        return [pair for pair in found[:_ALIGNED] if pair[0] >= all_of_them]

    def _having_rare(self, times: Counter[str], different: float, all_of_them: float) -> list[Cluster]:
        """Clusters that may have enough of a body's words: those with one of its rarer ones."""
        rare_first = sorted(times.keys() - {SLOT}, key=lambda word: (len(self._having.get(word, ())), word))
        found: dict[Cluster, None] = {}
        left_different, left = len(times), times.total()
        for word in rare_first:
            room = self._limit - len(found)
            if left_different < different or left < all_of_them or not room:
                break  # a cluster with none of the words before has too few
            found |= dict.fromkeys(self._having.get(word, [])[-room:])
            left_different -= 1
            left -= times[word]
        return list(found)


def _described(cut: Sequence[Words], clusters: Sequence[Cluster]) -> Grouped:
    """Clusters of one template are one group."""
    same: dict[tuple[str, ...], list[int]] = {}
    for cluster in clusters:
        same.setdefault(tuple(cluster.template), []).extend(cluster.members)
    groups = [0] * len(cut)
    texts: list[str] = []
    for template, members in same.items():
        for body in members:
            groups[body] = len(texts)
        constants = [word for word in template if word != SLOT]
        texts.append(in_order(constants, [cut[body] for body in members]))
    return Grouped(groups, texts)
