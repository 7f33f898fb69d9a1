"""How well a parse groups lines, against a truth.

Grouping accuracy of Zhu et al. (ICSE-SEIP 2019), its F1 over templates of Jiang et al. (ISSTA 2024),
and the pairs of lines of Du and Li (ICDM 2016): labels of lines in, numbers out. Lines are compared by
position; lines whose true label is None or NaN are left out, as Loghub-2.0 does.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from logcli.metrics.contingency import Contingency, Flags, Ints, contingency, harmonic, share
from logcli.metrics.naming import templates_right


@dataclass(frozen=True)
class Grouping:
    """How a parse groups lines; shares are between 0 and 1, and 0 where there is nothing to share.

    A group is right when it has exactly the lines of a true group.

    ga : grouping accuracy, the share of lines that are in a right group
    pga, rga : right groups among the found ones, and among the true ones
    fga : F1 of the two
    pair_precision : of all pairs of lines that have one found group, the share that has one true group;
        1 if there is no such pair, for then nothing was put together wrongly
    pair_recall : the same with found and true exchanged
    pair_f1 : F1 of the two; what logparser calls `F1_measure`
    found, true : number of groups
    right : number of right groups
    lines : number of lines
    """

    ga: float
    pga: float
    rga: float
    fga: float
    pair_precision: float
    pair_recall: float
    pair_f1: float
    found: int
    true: int
    right: int
    lines: int


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


def grouping(
    found: Iterable[Hashable], truth: Iterable[Hashable], only: Collection[Hashable] | None = None
) -> Grouping:
    """Judge a grouping; O(n log n).

    found, truth : a label for each line: a text, a number, anything hashable
    only : true groups that are asked for; the others only count as lines that do not belong there.
        Then `lines` are theirs, `found` are the groups that have one of these lines, `true` is the
        number of groups asked for, and the pairs are those with at least one of these lines

    >>> parse = grouping(["a", "a", "b", "c"], [1, 1, 2, 2])
    >>> parse.ga, parse.pga, parse.rga, parse.pair_precision, parse.pair_recall
    (0.5, 0.3333333333333333, 0.5, 1.0, 0.5)

    Raises ValueError when the lengths differ.
    """
    return grouping_of(contingency(found, truth), only)


def grouping_of(table: Contingency, only: Collection[Hashable] | None = None) -> Grouping:
    """The same for lines that were counted already; linear in the rows."""
    asked = table.asked(only)
    right = table.exact & asked
    groups, found, true = int(right.sum()), table.found_among(asked), table.true_among(only)
    lines = int(table.count[asked].sum())
    return Grouping(
        ga=share(int(table.count[right].sum()), lines),
        pga=share(groups, found),
        rga=share(groups, true),
        fga=harmonic(groups, found, true),
        **_pairs(table, asked),
        found=found,
        true=true,
        right=groups,
        lines=lines,
    )


def _pairs(table: Contingency, asked: Flags) -> dict[str, float]:
    """Precision, recall and F1 over pairs of lines of which one is asked for."""
    lines = np.zeros(len(table.found_labels), np.int64)
    np.add.at(lines, table.found[asked], table.count[asked])
    found = _couples(table.found_sizes) - _couples(table.found_sizes - lines)
    true = _couples(table.true_sizes[np.unique(table.true[asked])])
    both = _couples(table.count[asked])
    if not asked.any():
        return {"pair_precision": 0.0, "pair_recall": 0.0, "pair_f1": 0.0}
    return {
        "pair_precision": both / found if found else 1.0,
        "pair_recall": both / true if true else 1.0,
        "pair_f1": 2 * both / (found + true) if found + true else 1.0,
    }


def _couples(sizes: Ints) -> int:
    """Pairs of lines within groups of these sizes."""
    return int((sizes * (sizes - 1) // 2).sum())


def score(found: Iterable[Hashable], truth: Iterable[Hashable]) -> Scores:
    """The four scores that papers print, of template texts; O(n log n).

    >>> score(["a <*>", "a <*>", "b"], ["a <*>", "a <*>", "c"])
    Scores(ga=1.0, fga=1.0, pa=0.6666666666666666, fta=0.5)

    Raises ValueError when the lengths differ.
    """
    table = contingency(found, truth)
    groups, names = grouping_of(table), templates_right(table)
    return Scores(ga=groups.ga, fga=groups.fga, pa=names.pa, fta=names.fta)
