"""Shapes of lines, merged where only a value differs (the default)"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from logcli.base import Distinct, Parser
from logcli.errors import LogcliError
from logcli.parsers._shape_match import Matcher
from logcli.parsers._shape_patterns import Patterns


class Shape(Parser):
    """Merge shapes that differ at one place only, when what stands there looks like values.

    The scan kernel has already told values from words (`kernels/shapes.py`). A place of a shape is
    a slot when enough different words stand there in shapes that are equal otherwise; fewer are
    enough where a value is likely (behind `=`, in quotes or brackets, behind a preposition, for
    words with digits or dots, where a typed value already sits), more at the beginning of a line.

    Parameters
    ----------
    words : different words that make a slot without further evidence
    least : never fewer than this, unless a typed value already sits there
    rounds : how often merging is tried again, a shape can be merged at one place each time

    Complexity: O(tokens log tokens) in the distinct shapes, not the lines.
    """

    grain = "shape"

    def __init__(self, *, words: float = 5.0, least: float = 3.0, rounds: int = 4) -> None:
        self.words = words
        self.least = least
        self.rounds = rounds
        self._patterns: list[tuple[str, ...]] = []

    def learn(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """Patterns of the shapes; the pattern of each."""
        patterns = Patterns(distinct)
        patterns.collapse_lists()
        for _ in range(self.rounds):
            if not patterns.merge_words(self.words, self.least):
                break
            patterns.collapse_lists()
        patterns.fill_empty()
        self._patterns = [patterns.symbols(k) for k in range(len(patterns))]
        return patterns.owner

    def match(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The pattern with most constants that a shape is an instance of."""
        return Matcher(self._patterns).match(distinct.bodies)

    def templates(self) -> list[str]:
        """Text of each pattern."""
        return ["".join(symbols) for symbols in self._patterns]

    def save(self) -> dict[str, Any]:
        """The patterns, token by token."""
        return {"patterns": [list(symbols) for symbols in self._patterns]}

    def load(self, state: dict[str, Any]) -> None:
        """Take over saved patterns."""
        patterns = state.get("patterns")
        if not isinstance(patterns, list) or not all(isinstance(p, list) for p in patterns):
            raise LogcliError("the model has no patterns of parser `shape`")
        self._patterns = [tuple(str(symbol) for symbol in p) for p in patterns]
