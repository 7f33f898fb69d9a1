"""Clusters of messages, and a tree of their first constant words: Spell's shortcut."""

from __future__ import annotations

from collections.abc import Sequence

from logcli.templates import SLOT


class Cluster:
    """Messages that share a template.

    number : in order of the clusters' first bodies
    template : constant words, and `<*>` for values
    constants : the constant words alone
    members : numbers of the bodies
    """

    __slots__ = ("constants", "members", "number", "template")

    def __init__(self, number: int, template: Sequence[str]) -> None:
        self.number = number
        self.members: list[int] = []
        self.describe(template)

    def describe(self, template: Sequence[str]) -> None:
        """Give it a template."""
        self.template = list(template)
        self.constants = [word for word in template if word != SLOT]


class _Node:
    """A place in the tree; `through` counts the clusters whose words pass it or end there."""

    __slots__ = ("children", "cluster", "through")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.cluster: Cluster | None = None
        self.through = 0


class PrefixTree:
    """Finds a cluster whose constants a message has in their order, without looking at all clusters.

    It is not thorough: the first word that goes on is taken, and never gone back on.
    """

    def __init__(self, similarity: float) -> None:
        self._similarity = similarity
        self._root = _Node()

    def find(self, words: Sequence[str]) -> Cluster | None:
        """A cluster with at least the share `similarity` of a message's words, all of them in it."""
        node, least = self._root, self._similarity * len(words)
        for word in words:
            child = node.children.get(word)
            if child is None:
                continue
            if child.cluster is None:
                node = child
            elif len(child.cluster.constants) >= least:
                return child.cluster
        return None

    def add(self, cluster: Cluster) -> None:
        """Enter a cluster by its constants; where another one has the same, that one stays."""
        node = self._root
        for word in cluster.constants:
            node = node.children.setdefault(word, _Node())
            node.through += 1
        node.cluster = node.cluster or cluster

    def remove(self, cluster: Cluster) -> None:
        """Take a cluster out, before its constants change."""
        node = self._root
        for word in cluster.constants:
            child = node.children.get(word)
            if child is None:
                return
            if child.through == 1:
                del node.children[word]
                return
            child.through -= 1
            node = child
        if node.cluster is cluster:
            node.cluster = None
