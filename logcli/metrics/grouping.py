"""How well a parse groups lines and names templates, against a truth.

Definitions of Zhu et al. (ICSE-SEIP 2019), Khan et al. (ICSE 2022) and Jiang et al. (ISSTA 2024):
arrays of template texts in, numbers out. Lines are compared by position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Scores:
    """Grouping and parsing accuracy, each between 0 and 1.

    ga : share of lines whose group has exactly the lines of their true group
    fga : F1 of groups that are exactly a true group
    pa : share of lines whose template text is the true one
    fta : F1 of templates whose lines all belong to the true template of the same text
    """

    ga: float
    fga: float
    pa: float
    fta: float


def score(found: Sequence[str], truth: Sequence[str]) -> Scores:
    """Scores of a parse; O(n log n).

    >>> score(["a <*>", "a <*>", "b"], ["a <*>", "a <*>", "c"])
    Scores(ga=1.0, fga=1.0, pa=0.6666666666666666, fta=0.5)

    Raises ValueError when the lengths differ.
    """
    if len(found) != len(truth):
        raise ValueError(f"{len(found)} lines parsed, {len(truth)} in the truth")
    if not len(found):
        return Scores(0.0, 0.0, 0.0, 0.0)
    names, f = np.unique(np.asarray(found, object), return_inverse=True)
    true_names, t = np.unique(np.asarray(truth, object), return_inverse=True)
    right = _exact_groups(f, t)
    correct = sum(names[a] == true_names[b] for a, b in _pure_pairs(f, t))
    return Scores(
        ga=float(np.isin(f, right).mean()),
        fga=_f1(len(right), len(names), len(true_names)),
        pa=float(np.mean(names[f] == true_names[t])),
        fta=_f1(correct, len(names), len(true_names)),
    )


def _pure_pairs(f: npt.NDArray[np.int64], t: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Found groups all of whose lines have one true group, with that group."""
    pairs = np.unique(np.stack((f, t), axis=1), axis=0)
    groups, count = np.unique(pairs[:, 0], return_counts=True)
    pure = np.isin(pairs[:, 0], groups[count == 1])
    return [(int(a), int(b)) for a, b in pairs[pure]]


def _exact_groups(f: npt.NDArray[np.int64], t: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    sizes, true_sizes = np.bincount(f), np.bincount(t)
    exact = [a for a, b in _pure_pairs(f, t) if sizes[a] == true_sizes[b]]
    return np.array(exact, np.int64)


def _f1(correct: int, found: int, true: int) -> float:
    return 2 * correct / (found + true) if correct else 0.0
