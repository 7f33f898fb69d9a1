"""Logram: words in rare runs of two and three words are values (Dai et al. 2020)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.templates import SLOT
from logcli.wording import Words, keep, split

if TYPE_CHECKING:
    from logcli.base import Longs

_Bools = npt.NDArray[np.bool_]


class Logram(BatchParser):
    """A word is a value if it is in a rare run of three words and in no frequent run of two.

    A first pass counts the lines that have each run of two and of three words between blanks; the last
    word runs into the first one. A second one looks at each line: words in a run of three that is rare are
    doubted, and those of them are values that are in no run of two which is frequent. Lines that have the
    same words then are one group. Hetong Dai, Heng Li, Che-Shao Chen, Weiyi Shang, Tse-Hsun Chen: "Logram:
    Efficient Log Parsing Using n-Gram Dictionaries", IEEE TSE 48(3), 2022 (arXiv 2001.03038, 2020).

    Parameters
    ----------
    double_threshold : lines from which a run of two words is frequent; the first word of a line needs one
        more, as in the authors' tool
    triple_threshold : lines from which a run of three words is not rare

    The defaults are the authors'. The thresholds should grow with the log: in a log with fewer lines than
    them all words of a message of three or more are values, and in a long one values that come again are
    constants. Messages of one or two words have no values at all, and rare messages fall together. The
    order of the lines does not matter. Complexity: O(words log words), in one sort.

    Grouping accuracy with tuned settings is the published one within 0.001. The authors' tool applies only
    the last mask of a system, by mistake, and so do the settings of the literature here.
    """

    def __init__(self, *, double_threshold: int = 15, triple_threshold: int = 10) -> None:
        self.double_threshold = double_threshold
        self.triple_threshold = triple_threshold

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in order of their first body."""
        self._check()
        cut = [split(body) for body in bodies]
        constant = (~self._values(cut, counts)).tolist()
        numbers: dict[tuple[str, ...], int] = {}
        groups, texts, at = [], [], 0
        for body in cut:
            stays = constant[at : at + len(body.words)]
            at += len(body.words)
            shape = tuple(word if stay else SLOT for word, stay in zip(body.words, stays, strict=True))
            if shape not in numbers:
                numbers[shape] = len(numbers)
                texts.append(keep(body, stays))
            groups.append(numbers[shape])
        return Grouped(groups, texts)

    def _check(self) -> None:
        for name in ("double_threshold", "triple_threshold"):
            if getattr(self, name) < 1:
                raise UsageError(f"`{name}` of parser `logram` must be at least 1, got {getattr(self, name)}")

    def _values(self, cut: Sequence[Words], counts: Longs) -> _Bools:
        """Which of the words of all bodies, one body after the other, are values."""
        widths = np.array([len(body.words) for body in cut], np.int64)
        numbers: dict[str, int] = {}
        ids = np.array([numbers.setdefault(w, len(numbers)) for body in cut for w in body.words], np.int64)
        stops = np.cumsum(widths)[widths > 0]
        firsts, lasts = stops - widths[widths > 0], stops - 1
        after = np.roll(ids, -1)
        after[lasts] = ids[firsts]
        lines = np.repeat(counts, widths)
        doubles, run = _lines_with(ids * len(numbers) + after, lines)
        frequent = doubles >= self.double_threshold
        kept = frequent | np.roll(frequent, 1)
        kept[firsts] = doubles[firsts] > self.double_threshold
        starts = np.flatnonzero(np.repeat(np.cumsum(widths) - 2, widths) > np.arange(len(ids)))
        triples, _ = _lines_with(run[starts] * len(numbers) + after[starts + 1], lines[starts])
        rare = starts[triples < self.triple_threshold]
        doubted = np.zeros(len(ids), bool)
        for k in range(3):
            doubted[rare + k] = True
        return doubted & ~kept


def _lines_with(runs: Longs, lines: Longs) -> tuple[Longs, Longs]:
    """For each run, in how many lines it is, and its number among the different ones."""
    _, number = np.unique(runs, return_inverse=True)
    total = np.bincount(number, weights=lines).astype(np.int64)
    return total[number], number
