"""LogSig: a local search for groups that share pairs of words (Tang et al. 2011)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from logcli.batch import BatchParser, Grouped
from logcli.between import in_order
from logcli.errors import UsageError
from logcli.parsers._pair_search import Lots, PairSearch
from logcli.wording import Words, split

if TYPE_CHECKING:
    from logcli.base import Longs

_MOST_GROUPS = 10_000
_LOTS = 200_000  # lots of lines that move by themselves, if there are not more bodies than that

_Signature = tuple[str, ...]


class LogSig(BatchParser):
    """Move lines between a given number of groups until none fits another group better.

    A line is its ordered pairs of words, any number of words apart. Lines start in groups by chance; in
    turn each moves to the group where the squares of the shares of lines that have its pairs sum up to
    most. A body's group is the one with most of its lines. A group's signature is the words that at least
    half its lines have, in the order that most of these have; groups of one signature are one, and what of
    it all bodies have in this order is the template. Liang Tang, Tao Li, Chang-Shing Perng: "LogSig:
    Generating System Events from Raw Textual Logs", CIKM 2011.

    Parameters
    ----------
    groups : number of groups, 1 to 10,000; what should be the number of templates
    seed : of the chance that decides where lines start and in which order they move
    rounds : times that all lines may move at most; three to seven are enough mostly. Bounds time

    The default of `groups` is about the best single value on the twelve Loghub systems without masks. Weak
    by design: the number of templates must be known, rare ones end in large groups, and long bodies
    outweigh short ones, of which those of less than two words have no pairs and are a group each. Groups
    without a common word become one. The first 100 words of a body count, fewer where there would be more
    than 8 million pairs in all; 200,000 lines move one by one, of more, equal ones in lots. Complexity: per
    line and round O(pairs of the line times groups), in one pass of numpy.

    Published figures are of one run. Over ten seeds, grouping accuracy with tuned settings scatters from
    0.54 to 0.84 on HDFS, 0.38-0.63 Hadoop, 0.56-0.90 Spark, 0.72-0.96 Zookeeper, 0.58-0.60 BGL, 0.73-0.79
    Thunderbird, 0.40-0.70 Windows, 0.55-0.63 Linux, 0.13-0.15 HealthApp, 0.30-1.00 Apache, 0.82-0.93
    OpenStack and 0.49-0.97 Proxifier. That is beside the published ones for HDFS (0.508) and Linux (0.107),
    which scatter from 0.51 to 0.85 and 0.03 to 0.55 if lines are moved in the log's order, as in that tool;
    for BGL (0.232), where it leaves equal lines in several groups; and for HealthApp (0.092), where it
    leaves lines of one word in groups of chance.
    """

    mask: ClassVar[str] = ""

    def __init__(self, *, groups: int = 60, seed: int = 0, rounds: int = 20) -> None:
        self.groups = groups
        self.seed = seed
        self.rounds = rounds

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in order of their first body."""
        self._check()
        cut = [split(body) for body in bodies]
        numbers: dict[str, int] = {}
        ids = [
            np.array([numbers.setdefault(word, len(numbers)) for word in body.words], np.int64)
            for body in cut
        ]
        lots = _lots(np.where([len(body) > 1 for body in ids], counts, 0), self.groups, self.seed)
        search = PairSearch(ids, counts, lots, self.groups)
        for _ in range(self.rounds):
            if not search.improve():
                break
        return _described(cut, counts.tolist(), _most_lines(lots))

    def _check(self) -> None:
        limits = {"groups": (1, _MOST_GROUPS), "rounds": (1, _MOST_GROUPS), "seed": (0, 2**63 - 1)}
        for name, (least, most) in limits.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise UsageError(f"`{name}` of parser `logsig` must be {least} to {most}, got {value}")


def _lots(counts: Longs, groups: int, seed: int) -> Lots:
    """Lines one by one in any order and any group; where they are very many, equal ones in lots."""
    random = np.random.default_rng(seed)
    most = max(int(counts.max()), 1)
    while most > 1 and np.minimum(counts, most).sum() > _LOTS:
        most //= 2
    lots = np.minimum(counts, most)
    body = random.permutation(np.repeat(np.arange(len(counts)), lots))
    group = random.integers(0, groups, len(body))
    return Lots(body.tolist(), group.tolist(), (counts[body] / lots[body]).tolist())


def _most_lines(lots: Lots) -> dict[int, int]:
    """The group with most of a body's lines, of bodies that have pairs."""
    lines: Counter[tuple[int, int]] = Counter()
    for body, group, some in zip(*lots, strict=True):
        lines[body, group] += some  # type: ignore[assignment]
    best: dict[int, int] = {}
    for (body, group), some in lines.items():
        if body not in best or (some, -group) > (lines[body, best[body]], -best[body]):
            best[body] = group
    return best


def _described(cut: Sequence[Words], lines: Sequence[int], found: dict[int, int]) -> Grouped:
    """Groups of one signature are one; a body that is in none is one of its own."""
    members: dict[int, list[int]] = {}
    for body in range(len(cut)):
        members.setdefault(found.get(body, -1 - body), []).append(body)
    same: dict[_Signature, list[int]] = {}
    for some in members.values():
        signature = _signature([(cut[body].words, lines[body]) for body in some])
        same.setdefault(signature, []).extend(some)
    groups = [0] * len(cut)
    texts: list[str] = []
    for signature, some in same.items():
        for body in some:
            groups[body] = len(texts)
        texts.append(in_order(list(signature), [cut[body] for body in some]))
    return Grouped(groups, texts)


def _signature(bodies: Iterable[tuple[Sequence[str], int]]) -> _Signature:
    """Words that at least half the lines have, as most of the lines have them."""
    times: Counter[str] = Counter()
    total = 0
    for words, lines in bodies:
        total += lines
        for word in dict.fromkeys(words):
            times[word] += lines
    frequent = {word for word, lines in times.items() if 2 * lines >= total}
    sequences: Counter[_Signature] = Counter()
    for words, lines in bodies:
        sequences[tuple(word for word in words if word in frequent)] += lines
    return max(sequences, key=sequences.__getitem__)
