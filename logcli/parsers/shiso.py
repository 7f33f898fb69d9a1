"""SHISO: a tree searched by the kinds of characters in words (Mizutani 2013)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.parsers._formats import Formats, Node, Vectors
from logcli.wording import Part, Words, covering, split

if TYPE_CHECKING:
    from logcli.base import Longs


class SHISO(BatchParser):
    """Group bodies of equally many words that are alike in kinds of characters, by a walk down a tree.

    A word is a vector of its numbers of lower and upper case letters, digits and other characters, scaled
    to length 1. Two bodies of equally many words differ by the mean of half their words' distances. A body
    joins the nearest child of the tree's root if it is near enough, and words that are not equal become
    values, at no distance from any word. Else it becomes a child itself while there is room, or walks on
    to the most similar child, whatever its number of words, and its children. A format that has just
    changed is compared with the others: with the one with which it has the most triples of words in a row
    in common it becomes one, if their longest common subsequence is long enough. Masayoshi Mizutani:
    "Incremental Mining of System Log Format", IEEE SCC 2013.

    Parameters
    ----------
    children : children that a node has at most
    merge : largest difference from a node that it joins, 0 to 1
    lookup : share of triples in common (Dice coefficient) above which two formats are compared, 0 to 1
    super_format : two formats become one if their common words are more than this share of the mean of
        their numbers of words, 0 to 1; values are common words here
    depth : steps down the tree after which a body that joined none is a group of its own. Bounds time
    formats : formats that are compared with one that changed, those with its rarer triples first. Bounds
        time

    The default of `merge` has the best mean grouping accuracy on the twelve Loghub systems without masks.
    Weak where constants differ in few letters: `alpha` and `gamma` are at no distance, so short messages
    of unlike meaning fall together; and where a value has more or fewer words from line to line. It depends
    on the order of the lines. Complexity: per distinct body O(words times children times the tree's depth).

    Grouping accuracy with tuned settings is the published one within 0.03, but for Zookeeper (0.921
    against 0.660) and Thunderbird (0.631 against 0.576). The published tool forgets to note formats, so
    that it never makes two of them one, and a line that comes again may move to another node: without the
    one and fed line by line this parser too has the published figures.
    """

    def __init__(
        self,
        *,
        children: int = 4,
        merge: float = 0.015,
        lookup: float = 0.3,
        super_format: float = 0.85,
        depth: int = 64,
        formats: int = 500,
    ) -> None:
        self.children = children
        self.merge = merge
        self.lookup = lookup
        self.super_format = super_format
        self.depth = depth
        self.formats = formats

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in order of their first body."""
        self._check()
        cut = [split(body) for body in bodies]
        vectors = Vectors()
        root = Node(-1, [], [])
        formats = Formats(self.lookup, self.super_format, self.formats)
        nodes = []
        for number, body in enumerate(cut):
            like = Node(number, list(body.words), vectors.of(body.words))
            node = self._place(root, like)
            nodes.append(node)
            if node.generalise(body.words):
                formats.adjust(node)
        return _described(cut, nodes)

    def _check(self) -> None:
        for name in ("merge", "lookup", "super_format"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"`{name}` of parser `shiso` must be 0 to 1, got {getattr(self, name)}")
        for name in ("children", "depth", "formats"):
            if getattr(self, name) < 1:
                raise UsageError(f"`{name}` of parser `shiso` must be at least 1, got {getattr(self, name)}")

    def _place(self, root: Node, new: Node) -> Node:
        """The node that a body joins: one that is near, or its own."""
        parent = root
        for _ in range(self.depth):
            alike = [node for node in parent.children if len(node.words) == len(new.words)]
            distances = [node.distance(new.vectors) for node in alike]
            least = min(distances, default=2.0)
            if least <= self.merge:
                return alike[distances.index(least)]
            if len(parent.children) < self.children:
                parent.children.append(new)
                break
            parent = min(parent.children, key=lambda node: node.distance(new.vectors))
        return new


def _described(cut: Sequence[Words], nodes: Sequence[Node]) -> Grouped:
    """Nodes whose formats became one are one group."""
    parts: dict[Node, list[Node]] = {}
    for node in dict.fromkeys(nodes):
        parts.setdefault(node.whole(), []).append(node)
    numbers = {whole: number for number, whole in enumerate(parts)}
    texts = [
        covering([Part(cut[node.first], [word is not None for word in node.words]) for node in some])
        for some in parts.values()
    ]
    return Grouped([numbers[node.whole()] for node in nodes], texts)
