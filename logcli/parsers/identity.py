"""Each distinct body is a template of its own (a baseline)"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from logcli.base import Distinct, Parser


class Identity(Parser):
    """No value anywhere: the upper bound on the number of templates.

    Complexity: O(1) per distinct body.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def learn(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """A group for each distinct body."""
        for body in distinct.bodies:
            self._known.setdefault(body, len(self._known))
        return self.match(distinct)

    def match(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The group of each body that was learnt, -1 for others."""
        return np.array([self._known.get(body, -1) for body in distinct.bodies], np.int64)

    def templates(self) -> list[str]:
        """The bodies."""
        return list(self._known)

    def save(self) -> dict[str, Any]:
        """The bodies."""
        return {"bodies": list(self._known)}

    def load(self, state: dict[str, Any]) -> None:
        """Take over saved bodies."""
        self._known = {str(body): k for k, body in enumerate(state.get("bodies", []))}
