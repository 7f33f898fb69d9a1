"""Drain: a tree of fixed depth over the first words (He et al. 2017)"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from logcli.base import Distinct, Parser
from logcli.errors import LogcliError, UsageError
from logcli.templates import SLOT

_Key = tuple[int | str, ...]
_FEW = 16  # groups of a leaf that are looked at one by one


class Drain(Parser):
    """Group bodies of equally many words that share their first words and enough of the others.

    A body walks down a tree: number of words, then its first `depth - 3` words, where a word with a
    digit, or one more than `children` allows, counts as a value. Among the groups of the leaf the
    most similar one takes it if at least the share `similarity` of the words is equal; words that
    differ become values. He, Zhu, Zheng, Lyu: "Drain: An Online Log Parsing Approach with Fixed
    Depth Tree", ICWS 2017.

    Parameters
    ----------
    depth : levels of the tree, the root and the leaf with it; at least 3
    similarity : share of equal words that joins a group, 0 to 1
    children : branches of a node before further words count as values

    It depends on the order of the lines, and a line whose first word is a value may be torn from
    its group. Complexity: per distinct body O(words times groups of a leaf that share its rarer words).
    """

    def __init__(self, *, depth: int = 4, similarity: float = 0.4, children: int = 100) -> None:
        self.depth = depth
        self.similarity = similarity
        self.children = children
        self._groups: list[list[str]] = []
        self._leaves: dict[_Key, list[int]] = {}
        self._branches: dict[_Key, set[str]] = {}
        self._having: dict[tuple[_Key, int, str], list[int]] = {}

    def learn(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """Groups in order of their first body."""
        if self.depth < 3:
            raise UsageError(f"`depth` of parser `drain` must be at least 3, got {self.depth}")
        return np.array([self._learn(body.split()) for body in distinct.bodies], np.int64)

    def match(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The group that would take each body, -1 for none."""
        return np.array([self._find(w := body.split(), self._leaf(w)) for body in distinct.bodies], np.int64)

    def templates(self) -> list[str]:
        """Words of each group, one blank between them."""
        return [" ".join(words) for words in self._groups]

    def save(self) -> dict[str, Any]:
        """The groups' words; the tree grows from them again."""
        return {"groups": self._groups}

    def load(self, state: dict[str, Any]) -> None:
        """Take over saved groups."""
        groups = state.get("groups")
        if not isinstance(groups, list):
            raise LogcliError("the model has no groups of parser `drain`")
        for words in groups:
            self._add([str(word) for word in words])

    def _learn(self, words: list[str]) -> int:
        group = self._find(words, self._leaf(words))
        if group < 0:
            return self._add(words)
        self._groups[group] = [a if a == b else SLOT for a, b in zip(self._groups[group], words, strict=True)]
        return group

    def _add(self, words: list[str]) -> int:
        self._groups.append(words)
        group, leaf = len(self._groups) - 1, self._leaf(words, grow=True)
        self._leaves.setdefault(leaf, []).append(group)
        for k, word in enumerate(words):
            self._having.setdefault((leaf, k, word), []).append(group)
        return group

    def _leaf(self, words: list[str], *, grow: bool = False) -> _Key:
        """The leaf of a body; with `grow`, new words get a branch of their own while there is room."""
        key: _Key = (len(words),)
        for word in words[: self.depth - 3]:
            known = self._branches.setdefault(key, set()) if grow else self._branches.get(key, set())
            if any(c.isdigit() for c in word):
                word = SLOT
            elif word not in known and word != SLOT:
                if grow and len(known) < self.children:
                    known.add(word)
                else:
                    word = SLOT
            key = (*key, word)
        return key

    def _candidates(self, words: list[str], leaf: _Key) -> Sequence[int]:
        """Groups of the leaf in order, most of those left out that cannot be similar enough.

        Who shares k of n words with a body shares one of any n - k + 1: of its rarest. Without this, logs
        of many shapes would cost time by their square. Groups that have lost a word since may be in it.
        """
        groups = self._leaves.get(leaf, [])
        least = math.ceil(self.similarity * len(words) - 1e-9)
        if len(groups) <= _FEW or least < 1:
            return groups
        having = sorted((self._having.get((leaf, k, word), []) for k, word in enumerate(words)), key=len)
        return sorted({group for some in having[: len(words) - least + 1] for group in some})

    def _find(self, words: list[str], leaf: _Key) -> int:
        best, score = -1, (-1.0, -1)
        for group in self._candidates(words, leaf):
            template = self._groups[group]
            same = sum(a == b for a, b in zip(template, words, strict=True) if a != SLOT)
            share = same / len(words) if words else 1.0
            values = template.count(SLOT)
            if (share, values) > score:
                best, score = group, (share, values)
        return best if score[0] >= self.similarity else -1
