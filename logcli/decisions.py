"""What a parser can tell of its decisions: why shapes of lines became one template."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from logcli.base import Distinct, Longs


@dataclass(slots=True)
class Decision:
    """Why what stood at a place of some shapes became the value of a slot.

    step : number of the step in which it was decided, of those that changed anything; 0 is the scan
    slot : number of the slot, from 1 at the left
    why : the reason in words
    shapes, lines : how many shapes it was decided for, and how many lines these have
    texts : what stood there, with lines; nothing for the scan
    """

    step: int
    slot: int
    why: str
    shapes: int = 0
    lines: int = 0
    texts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Decided:
    """How the shapes of a template became one.

    shapes : text of each distinct shape as the parser saw it, with lines, most frequent first
    decisions : in the order of their steps, of one step those of most lines first
    slots : how many slots the parser counts
    """

    shapes: list[tuple[str, int]]
    decisions: list[Decision]
    slots: int


@runtime_checkable
class Explains(Protocol):
    """A parser that can tell."""

    def explain(self, distinct: Distinct, chosen: Longs) -> Decided:
        """Learn the same once more and tell why the chosen shapes, by number, became one."""
