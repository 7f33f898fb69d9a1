"""Each word with a digit is a value (the floor of every benchmark)"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from logcli.base import Distinct, Parser
from logcli.templates import SLOT

_WORD_WITH_DIGIT = re.compile(r"\S*\d\S*")


class Digits(Parser):
    """Words between blanks that hold a digit are values; bodies equal otherwise are one group.

    Surprisingly strong: on the Loghub samples it groups more lines correctly than untuned Drain.
    Complexity: O(length) per distinct body.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def learn(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """A group for each distinct masked body."""
        for body in distinct.bodies:
            self._known.setdefault(_masked(body), len(self._known))
        return self.match(distinct)

    def match(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The group of each masked body that was learnt, -1 for others."""
        return np.array([self._known.get(_masked(body), -1) for body in distinct.bodies], np.int64)

    def templates(self) -> list[str]:
        """The masked bodies."""
        return list(self._known)

    def save(self) -> dict[str, Any]:
        """The masked bodies."""
        return {"templates": list(self._known)}

    def load(self, state: dict[str, Any]) -> None:
        """Take over saved templates."""
        self._known = {str(text): k for k, text in enumerate(state.get("templates", []))}


def _masked(body: str) -> str:
    return _WORD_WITH_DIGIT.sub(SLOT, body)
