"""The formats of SHISO's tree, and which of them are one by their triples of words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import dist, hypot

from logcli.wording import alignment

_Vector = tuple[float, ...]
_Triple = tuple[str | None, str | None, str | None]


class Vectors:
    """The vector of each word."""

    def __init__(self) -> None:
        self._known: dict[str, _Vector] = {}

    def of(self, words: Sequence[str]) -> list[_Vector | None]:
        """Vectors of words."""
        known = self._known
        for word in words:
            if word not in known:
                known[word] = self._made(word)
        return [known[word] for word in words]

    def _made(self, word: str) -> _Vector:
        lower = sum(map(str.islower, word))
        upper = sum(map(str.isupper, word))
        digits = sum(map(str.isdigit, word))
        kinds = lower, upper, digits, len(word) - lower - upper - digits
        length = hypot(*kinds)
        return tuple(kind / length for kind in kinds)


class Node:
    """A format: words and their vectors, None for a value.

    first : number of the first body
    into : the node whose format it has become one with
    """

    def __init__(self, first: int, words: list[str | None], vectors: list[_Vector | None]) -> None:
        self.first = first
        self.words = words
        self.vectors = vectors
        self.children: list[Node] = []
        self.into: Node | None = None

    def distance(self, vectors: Sequence[_Vector | None]) -> float:
        """Mean of half the distances of words; a word more is at distance 1, a value at none."""
        ours = self.vectors
        total = sum(dist(a, b) for a, b in zip(ours, vectors, strict=False) if a and b)
        longer, common = (ours, len(vectors)) if len(ours) > len(vectors) else (vectors, len(ours))
        total += sum(1 for vector in islice(longer, common, None) if vector)
        return total / (2 * max(len(ours), len(vectors), 1))

    def generalise(self, words: Sequence[str]) -> bool:
        """Make values of words that a body has not; whether there are any."""
        other = [
            k for k, (a, b) in enumerate(zip(self.words, words, strict=True)) if a is not None and a != b
        ]
        for place in other:
            self.words[place] = self.vectors[place] = None
        return bool(other)

    def whole(self) -> Node:
        """The node that stands for all whose formats have become one with this one's."""
        last = self
        while last.into:
            last = last.into
        node = self
        while node.into:  # shorter ways for the next time
            node.into, node = last, node.into
        return last


class Formats:
    """Formats that have changed, with the triples of words in a row that each has."""

    def __init__(self, lookup: float, super_format: float, limit: int) -> None:
        self._lookup = lookup
        self._super_format = super_format
        self._limit = limit
        self._triples: dict[Node, dict[_Triple, None]] = {}
        self._having: dict[_Triple, dict[Node, None]] = {}

    def adjust(self, node: Node) -> None:
        """Note a format that has changed, and make it one with the most similar one if that is alike."""
        words = node.words
        triples = dict.fromkeys(zip(words, words[1:], words[2:], strict=False))
        before = self._triples.get(node, {})
        for triple in before.keys() - triples:
            del self._having[triple][node]
        for triple in triples.keys() - before:
            self._having.setdefault(triple, {})[node] = None
        self._triples[node] = triples
        other = self._similar(node)
        if other and self._alike(node, other):
            node.whole().into = other.whole()

    def _similar(self, node: Node) -> Node | None:
        """The format with the largest share of triples in common, if that is enough."""
        triples, whole = self._triples[node], node.whole()
        best, most = None, self._lookup
        for other in self._candidates(triples):
            theirs = self._triples[other]
            share = 2 * len(triples.keys() & theirs) / (len(triples) + len(theirs))
            if share > most and other.whole() is not whole:
                best, most = other, share
        return best

    def _candidates(self, triples: dict[_Triple, None]) -> list[Node]:
        """Formats that have some of the triples, those with rarer ones first."""
        found: dict[Node, None] = {}
        for having in sorted((self._having[triple] for triple in triples), key=len):
            found |= having
            if len(found) >= self._limit:
                break
        return sorted(islice(found, self._limit), key=lambda node: node.first)

    def _alike(self, node: Node, other: Node) -> bool:
        """Whether enough of two formats' words are common; values are all one word."""
        first = [word or "" for word in node.words]
        second = [word or "" for word in other.words]
        return len(alignment(first, second)) > self._super_format * (len(first) + len(second)) / 2
