"""IPLoM: split by word count, place, and relation of two places (Makanju et al. 2009)"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from logcli.batch import BatchParser, Grouped
from logcli.between import DELIMITERS, Seats, spanning
from logcli.errors import UsageError
from logcli.parsers._relation import Places, Relation, commonest_two, rarest_two
from logcli.templates import SLOT
from logcli.wording import Words, split

if TYPE_CHECKING:
    from logcli.base import Longs

_Part = list[int]  # numbers of bodies


class IPLoM(BatchParser):
    """Split the log step by step until what is left together is of one template.

    First by number of words, words being what stands between blanks, `=`, `:` and `,`. Then by the word
    at the place with the fewest different ones, unless all have one word somewhere. Then, where too few
    places are constant, by how the words of two places go with each other: words that go with one other
    each are told apart, and where one word goes with many, the many are constants if they are few beside
    their lines. Places of one word are the template's constants. Adetokunbo Makanju, A. Nur
    Zincir-Heywood, Evangelos E. Milios: "Clustering Event Logs Using Iterative Partitioning", KDD 2009; "A
    Lightweight Algorithm for Message Type Extraction in System Application Logs", IEEE TKDE 24(11), 2012.

    Parameters
    ----------
    goodness : share of constant places from which a part is not split further by relations, 0 to 1 (CT)
    lower_bound : the many words of a 1-M relation are constants if their number is at most this share of
        the lines that have them, 0 to 1; above it they are values, so the paper's upper bound decides
        nothing and is left out
    partition_support : parts with less than this share of the lines they were split from are outliers
        and end in one group of the template `<*>`; 0 for none, as in the published figures

    The defaults are within 0.001 of the best mean grouping accuracy, 0.82, of the values tried on the twelve
    Loghub systems without masks. Weak where a value has more or fewer words from line to line, and where a
    part's narrowest place is a value: each value then gets a template. Grouping accuracy with tuned settings
    is the published one within 0.001 on each of the twelve. Which of equally good places is taken depends on
    the order of the places alone; that of the lines does not matter. Complexity: O(words), in three passes.
    """

    mask: ClassVar[str] = ""

    def __init__(
        self, *, goodness: float = 0.55, lower_bound: float = 0.1, partition_support: float = 0.0
    ) -> None:
        self.goodness = goodness
        self.lower_bound = lower_bound
        self.partition_support = partition_support

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups of equally many words together, outliers last."""
        self._check()
        cut = [split(body, DELIMITERS) for body in bodies]
        log = _Log([body.words for body in cut], counts.tolist(), self.partition_support)
        parts: list[_Part] = []
        for part in log.parted(range(len(bodies)), lambda body: len(log.words[body])):
            place = log.narrowest(part)
            if place is None:
                parts += self._related(log, part, split_before=False)
                continue
            for smaller in log.parted_at(part, place):
                parts += self._related(log, smaller, split_before=True)
        return _described(cut, parts, log.outliers)

    def _check(self) -> None:
        for name in ("goodness", "lower_bound", "partition_support"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"`{name}` of parser `iplom` must be 0 to 1, got {getattr(self, name)}")

    def _related(self, log: _Log, part: _Part, *, split_before: bool) -> list[_Part]:
        """The part split by relations, unless it is good or has no two places for that."""
        different = log.different(part)
        width = len(different)
        if width < 2 or (width > 2 and different.count(1) / width >= self.goodness):
            return [part]
        if width == 2:
            places: Places | None = (0, 1)
        else:
            places = commonest_two(different) if split_before else rarest_two(different)
        if places is None:
            return [part]
        pairs = {body: (log.words[body][places[0]], log.words[body][places[1]]) for body in part}
        lines = [log.lines[body] for body in part]
        relation = Relation(list(pairs.values()), lines, self.lower_bound)
        told = relation.told if split_before else relation.told_all
        return log.parted(part, lambda body: told(pairs[body]))


class _Log:
    """The log's words, and the splitting of its parts.

    outliers : bodies of parts that were less than the share `support` of what they were split from
    """

    def __init__(self, words: list[list[str]], lines: list[int], support: float) -> None:
        self.words = words
        self.lines = lines
        self.outliers: _Part = []
        self._support = support

    def parted(self, part: Iterable[int], key: Callable[[int], Hashable]) -> list[_Part]:
        """The part split by a key of its bodies."""
        parts: dict[Hashable, _Part] = {}
        for body in part:
            parts.setdefault(key(body), []).append(body)
        if not self._support:
            return list(parts.values())
        sizes = [sum(self.lines[body] for body in some) for some in parts.values()]
        least, kept = self._support * sum(sizes), []
        for some, size in zip(parts.values(), sizes, strict=True):
            if size < least:
                self.outliers += some
            else:
                kept.append(some)
        return kept

    def parted_at(self, part: _Part, place: int) -> list[_Part]:
        """The part split by the word at a place."""
        return self.parted(part, lambda body: self.words[body][place])

    def different(self, part: _Part) -> list[int]:
        """Number of different words at each place."""
        return [len(set(column)) for column in zip(*(self.words[body] for body in part), strict=True)]

    def narrowest(self, part: _Part) -> int | None:
        """The first place with the fewest different words; None if that is one word, or there is none."""
        different = self.different(part)
        least = min(different, default=1)
        return different.index(least) if least > 1 else None


def _described(cut: Sequence[Words], parts: Sequence[_Part], outliers: _Part) -> Grouped:
    """Parts whose words have one template are one group; outliers are the group of `<*>`."""
    same: dict[tuple[str, ...], list[_Part]] = {}
    for part in parts:
        columns = zip(*(cut[body].words for body in part), strict=True)
        words = tuple(column[0] if len(set(column)) == 1 else SLOT for column in columns)
        same.setdefault(words, []).append(part)
    groups = [0] * len(cut)
    texts: list[str] = []
    for words, some in same.items():
        places = tuple(place for place, word in enumerate(words) if word != SLOT)
        constants = [words[place] for place in places]
        members = [body for part in some for body in part]
        for body in members:
            groups[body] = len(texts)
        texts.append(spanning(constants, (Seats(tuple(cut[body].gaps), places) for body in members)))
    for body in outliers:
        groups[body] = len(texts)
    return Grouped(groups, [*texts, SLOT] if outliers else texts)
