"""What the parsers that must see all bodies before they can tell have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from logcli.base import Distinct, Parser
from logcli.errors import LogcliError
from logcli.template_index import TemplateIndex

if TYPE_CHECKING:
    from logcli.base import Longs


class Grouped(NamedTuple):
    """What was found.

    groups : number of the template of each body
    templates : their texts, `<*>` for a value; every body of a group fits its template
    """

    groups: Sequence[int]
    templates: Sequence[str]


class BatchParser(Parser):
    """Learns from all bodies at once; bodies that come later are matched with the templates."""

    _templates: Sequence[str] = ()
    _found: TemplateIndex | None = None

    @abstractmethod
    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Group distinct bodies, in first-seen order; counts : lines of each."""

    def learn(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The group of each body; groups whose templates have one text are one."""
        if not len(distinct):
            return np.zeros(0, np.int64)
        groups, texts = self.group(list(distinct.bodies), distinct.counts)
        numbers: dict[str, int] = {}
        found = [numbers.setdefault(texts[group], len(numbers)) for group in groups]
        self._take(list(numbers))
        return np.array(found, np.int64)

    def match(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The template that each body fits, -1 for none."""
        index = self._found or TemplateIndex([])
        return np.array([index.find(body) for body in distinct.bodies], np.int64)

    def templates(self) -> list[str]:
        """Template of each group."""
        return list(self._templates)

    def save(self) -> dict[str, Any]:
        """The templates."""
        return {"templates": list(self._templates)}

    def load(self, state: dict[str, Any]) -> None:
        """Take over saved templates."""
        texts = state.get("templates")
        if not isinstance(texts, list):
            raise LogcliError(f"the model has no templates of parser `{self.name}`")
        self._take([str(text) for text in texts])

    def _take(self, texts: list[str]) -> None:
        self._templates = texts
        self._found = TemplateIndex(texts)
