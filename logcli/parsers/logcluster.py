"""LogCluster: frequent words in order, values of any length between (Vaarandi 2015)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.templates import SLOT
from logcli.wording import Part, Words, covering, split

if TYPE_CHECKING:
    from logcli.base import Longs

_Places = tuple[int, ...]
_Cluster = dict[tuple[int, _Places], int]


class LogCluster(BatchParser):
    """Cluster bodies by their frequent words, wherever these stand.

    A first pass counts in how many lines each word occurs; those in `percent` of the lines or more are
    constants. Lines with the same constants in the same order are a cluster if they are as many, whatever
    is between, before and after them. Risto Vaarandi, Mauno Pihelgas: "LogCluster - A Data Clustering and
    Pattern Mining Algorithm for Event Logs", CNSM 2015. Its joining of clusters whose words hardly depend
    on each other is left out: the published figures are without it.

    Parameters
    ----------
    percent : least share of the lines, in per cent, for a word and for a cluster, 0 to 100; much less suits
        logs of many kinds of messages, if they are long

    What is in no cluster is a group of its own. Weak where messages are rare, for they have no constants;
    where a value is frequent or is a word of another message, for it is a constant then. It does not
    depend on the order of the lines. Complexity: O(words) per distinct body, in two passes.

    Grouping accuracy with tuned settings is the published one within 0.03, but for HDFS (0.637 against
    0.546) and Proxifier (0.508 against 0.478): lines in no cluster that differ in masked values only are
    one group here, and one each in the benchmark's tool.
    """

    mask: ClassVar[str] = ""

    def __init__(self, *, percent: float = 5.0) -> None:
        self.percent = percent

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Clusters and what is in none, in order of their first body."""
        if not 0 <= self.percent <= 100:
            raise UsageError(f"`percent` of parser `logcluster` must be 0 to 100, got {self.percent}")
        cut = [split(body) for body in bodies]
        lines = counts.tolist()
        support = max(int(self.percent * sum(lines) / 100), 1)
        places = _frequent(cut, lines, support)
        keys = [tuple(body.words[k] for k in own) for body, own in zip(cut, places, strict=True)]
        size: Counter[tuple[str, ...]] = Counter()
        for key, count in zip(keys, lines, strict=True):
            size[key] += count
        clusters: dict[tuple[str, ...], _Cluster] = {}
        for number, (key, own) in enumerate(zip(keys, places, strict=True)):
            if key and size[key] >= support:
                clusters.setdefault(key, {}).setdefault((len(cut[number].words), own), number)
        texts = {key: _text(cut, cluster) for key, cluster in clusters.items()}
        return Grouped(
            range(len(bodies)), [texts.get(key, body) for key, body in zip(keys, bodies, strict=True)]
        )


def _frequent(cut: Sequence[Words], lines: Sequence[int], support: int) -> list[_Places]:
    """Places of the words of each body that are in enough lines; a value that is masked is not one."""
    frequency: Counter[str] = Counter()
    for body, count in zip(cut, lines, strict=True):
        for word in set(body.words):
            frequency[word] += count
    often = {word for word, count in frequency.items() if count >= support and word != SLOT}
    return [tuple(k for k, word in enumerate(body.words) if word in often) for body in cut]


def _text(cut: Sequence[Words], cluster: _Cluster) -> str:
    """What all bodies of a cluster fit; cluster : one body for each way its constants are placed."""
    parts = []
    for (length, places), number in cluster.items():
        constant = [False] * length
        for place in places:
            constant[place] = True
        parts.append(Part(cut[number], constant))
    return covering(parts)
