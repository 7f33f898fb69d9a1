"""SLCT: words that are frequent at their places make a cluster (Vaarandi 2003)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.templates import SLOT
from logcli.wording import Words, join, split

if TYPE_CHECKING:
    from logcli.base import Longs

_LONGEST = 512  # words of a body that are looked at

_Place = tuple[int, str]
_Key = tuple[_Place, ...]


class SLCT(BatchParser):
    """Cluster bodies by the words that are frequent at their places.

    A first pass counts in how many lines each word stands at each place; those of `support` lines or more
    are constants. A second pass takes the constants of a body, with their places, as its candidate. The
    lines of candidates that have its constants and more are a candidate's too; if it then has `support`
    lines, it is a cluster. Its other words are values, but for beginnings and ends that they all share. A
    body belongs to the cluster with the longest text that it fits. Risto Vaarandi: "A Data Clustering
    Algorithm for Mining Patterns From Event Logs", IPOM 2003.

    Parameters
    ----------
    support : least lines of a word and of a cluster, at least 1
    joined : candidates that have each other's lines, those with the most lines; bounds time and memory

    What fits no cluster is a group of its own. Weak where messages are rare, for they have no constants;
    where a value is frequent, for it is a constant then; and where the number of words before a constant
    varies. Words after the 512th are one value. Complexity: O(words) per distinct body and cluster whose
    rarest constant it has, and O(joined squared) for the candidates.

    Grouping accuracy with tuned settings is the published one within 0.03 on Spark, Windows, Apache,
    Proxifier and OpenStack, and higher by 0.05 to 0.20 on HDFS, Hadoop, Zookeeper, BGL, Thunderbird, Linux
    and HealthApp. There the benchmark's tool makes all
    that fits no cluster one group, finds no cluster for lines with two blanks in a row, and gives up what
    the words of a value share if its first two are equal or, of a later one, beginning and end overlap.
    """

    def __init__(self, *, support: int = 20, joined: int = 2000) -> None:
        self.support = support
        self.joined = joined

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Clusters and what fits none, in order of their first body."""
        self._check()
        cut = [split(body) for body in bodies]
        keys = _candidates(cut, counts, self.support)
        lines: Counter[_Key] = Counter()
        for key, count in zip(keys, counts.tolist(), strict=True):
            lines[key] += count
        del lines[()]
        within = _within(lines, self.joined)
        seen = _seen(cut, keys)
        found = _Descriptions(cut)
        for key, others in within.items():
            if lines[key] + sum(lines[other] for other in others) >= self.support:
                found.add(key, _described(key, [seen[key], *(seen[other] for other in others)]))
        texts = [found.best(body, one.words) for body, one in zip(bodies, cut, strict=True)]
        return Grouped(range(len(texts)), texts)

    def _check(self) -> None:
        for name in ("support", "joined"):
            if getattr(self, name) < 1:
                raise UsageError(f"`{name}` of parser `slct` must be at least 1, got {getattr(self, name)}")


def _candidates(cut: Sequence[Words], counts: Longs, support: int) -> list[_Key]:
    """The frequent words of each body, with their places."""
    frequency: Counter[_Place] = Counter()
    for body, lines in zip(cut, counts.tolist(), strict=True):
        for place in islice(enumerate(body.words), _LONGEST):
            frequency[place] += lines
    often = {place for place, lines in frequency.items() if lines >= support}
    places = (islice(enumerate(body.words), _LONGEST) for body in cut)
    return [tuple(place for place in own if place in often) for own in places]


def _within(lines: Counter[_Key], limit: int) -> dict[_Key, list[_Key]]:
    """Of each candidate, those that have all its constants and more."""
    keys = list(lines)
    often = sorted(range(len(keys)), key=lambda number: (-lines[keys[number]], number))[:limit]
    having: dict[_Place, set[int]] = {}
    for number in often:
        for place in keys[number]:
            having.setdefault(place, set()).add(number)
    found: dict[_Key, list[_Key]] = {key: [] for key in keys}
    for number in often:
        sets = sorted((having[place] for place in keys[number]), key=len)
        found[keys[number]] = [keys[other] for other in sorted(set.intersection(*sets)) if other != number]
    return found


class _Seen(NamedTuple):
    """What bodies have in common.

    body : the first of them
    words : of each place that all have, the common beginning, the common end backwards, the least length
    longer : whether some have more words than that
    """

    body: Words
    words: list[tuple[str, str, int]]
    longer: bool


def _seen(cut: Sequence[Words], keys: Sequence[_Key]) -> dict[_Key, _Seen]:
    """What the bodies of each candidate have in common."""
    seen: dict[_Key, _Seen] = {}
    for body, key in zip(cut, keys, strict=True):
        words = [(word, word[::-1], len(word)) for word in islice(body.words, _LONGEST)]
        one = _Seen(body, words, len(body.words) > _LONGEST)
        seen[key] = _both(seen[key], one) if key in seen else one
    return seen


def _both(first: _Seen, second: _Seen) -> _Seen:
    longer = first.longer or second.longer or len(first.words) != len(second.words)
    words = [
        one if one == two else (_beginning(one[0], two[0]), _beginning(one[1], two[1]), min(one[2], two[2]))
        for one, two in zip(first.words, second.words, strict=False)
    ]
    return _Seen(first.body, words, longer)


def _beginning(first: str, second: str) -> str:
    length = min(len(first), len(second))
    return first[: next((k for k in range(length) if first[k] != second[k]), length)]


def _described(key: _Key, parts: Sequence[_Seen]) -> str:
    """The text of a cluster: its constants, and what the other words have in common."""
    seen = parts[0]
    for part in parts[1:]:
        seen = _both(seen, part)
    constant = dict(key)
    words = [constant.get(place) or _value(*shared) for place, shared in enumerate(seen.words)]
    whole = len(words) == len(seen.body.words)
    if seen.longer:
        words[-1] = words[-1].partition(SLOT)[0] + SLOT
    return join(words, [*seen.body.gaps[: len(words)], seen.body.gaps[-1] if whole else ""])


def _value(start: str, end: str, least: int) -> str:
    """A value with a beginning and an end that all have, unless these overlap; no piece of a mask."""
    if len(start) + len(end) >= least:
        return SLOT
    return start.removesuffix(SLOT).rstrip("<*") + SLOT + end[::-1].removeprefix(SLOT).lstrip("*>")


class _Descriptions:
    """Texts of clusters, found by the bodies that fit them, the longest first.

    A cluster is looked for only where the rarest of its constants occurs.
    """

    def __init__(self, cut: Sequence[Words]) -> None:
        self._often = Counter(word for body in cut for word in set(body.words))
        self._having: dict[str, list[tuple[int, int, str]]] = {}
        self._literals: dict[str, list[str]] = {}

    def add(self, key: _Key, text: str) -> None:
        """One more cluster; one without a constant is none, for everything would fit it."""
        words = [word for _, word in key if word != SLOT]
        if words:
            rarest = min(words, key=lambda word: self._often[word])
            self._having.setdefault(rarest, []).append((-len(text), text.count(SLOT), text))
            self._literals[text] = " ".join(text.split()).split(SLOT)

    def best(self, body: str, words: Sequence[str]) -> str:
        """The longest text that a body fits, the body itself if there is none."""
        squeezed = " ".join(body.split())
        found = sorted(text for word in set(words) for text in self._having.get(word, ()))
        return next((text for _, _, text in found if _fits(self._literals[text], squeezed)), body)


def _fits(literals: Sequence[str], body: str) -> bool:
    """Whether a body is these literals with any values between: `templates.fits`, for many texts."""
    first, *others = literals
    if not others:
        return body == first
    at, last = len(first), len(body) - len(others[-1])
    if at > last or not (body.startswith(first) and body.endswith(others[-1])):
        return False
    for literal in others[:-1]:
        at = body.find(literal, at, last)
        if at < 0:
            return False
        at += len(literal)
    return True
