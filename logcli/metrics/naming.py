"""How well a parse names templates, against a truth: the texts themselves are compared.

Parsing accuracy and the accuracy of templates as Loghub-2.0 counts them (Jiang et al., ISSTA 2024), the
kinds of wrong templates of Khan et al. (ICSE 2022), and the edit distance of Nedelkoski et al. (ECML-PKDD
2020). Texts are compared as they are: no blank is collapsed and no case folded. Lines whose true template
is None or NaN are left out; a line that has no found template (None) is named wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from logcli.metrics import SLOT
from logcli.metrics.contingency import Contingency, Flags, contingency, harmonic, share
from logcli.metrics.distance import levenshtein

_BLANKS = re.compile(r"(\s+)")


@dataclass(frozen=True)
class Right:
    """Lines and templates with the right text; shares are between 0 and 1, and 0 where there is nothing.

    A found template is right when all its lines have one true template and that has the same text. It
    need not have all lines of that true template.

    pa : parsing accuracy, the share of lines with the true text; also called message level accuracy
    pta, rta : right templates among the found ones, and among the true ones
    fta : F1 of the two
    found, true : number of templates
    right : number of right templates
    lines : number of lines
    """

    pa: float
    pta: float
    rta: float
    fta: float
    found: int
    true: int
    right: int
    lines: int


@dataclass(frozen=True)
class Naming(Right):
    """The same, how far the texts are from the true ones, and what is wrong with templates.

    ed : mean edit distance of a line's text from the true one, in characters; lower is better
    ned : mean of one minus that distance by the length of the longer text, between 0 and 1; higher is
        better. Some papers print this as ED
    over : wrong templates that are more general than each true template of their lines: some constant
        was taken for a value
    under : wrong templates of which each true template of their lines is more general
    mixed : the other wrong templates
    """

    ed: float
    ned: float
    over: int
    under: int
    mixed: int


def naming(
    found: Iterable[Hashable], truth: Iterable[Hashable], only: Collection[Hashable] | None = None
) -> Naming:
    """Judge the texts of templates.

    found, truth : the text for each line, `<*>` for a value
    only : true templates that are asked for. Then lines are theirs, `found` are the templates that have
        one of these lines, and `true` is the number of templates asked for

    >>> parse = naming(["a <*>", "a <*>", "b 1"], ["a <*>", "a <*>", "b <*>"])
    >>> parse.pa, parse.fta, parse.ed, round(parse.ned, 3), parse.under
    (0.6666666666666666, 0.5, 1.0, 0.8, 1)

    Complexity: O(n log n) and an edit distance for each pair of unequal texts that occurs; over more
    than `distance.LONGEST` characters that is an upper bound.

    Raises ValueError when the lengths differ.
    """
    return naming_of(contingency(found, truth), only)


def naming_of(table: Contingency, only: Collection[Hashable] | None = None) -> Naming:
    """The same for lines that were counted already."""
    asked = table.asked(only)
    edits, likeness = _distances(table, asked)
    over, under, mixed = _kinds_of_wrong(table, asked)
    names = templates_right(table, only)
    return Naming(
        **vars(names),
        ed=share(edits, names.lines),
        ned=share(likeness, names.lines),
        over=over,
        under=under,
        mixed=mixed,
    )


def templates_right(table: Contingency, only: Collection[Hashable] | None = None) -> Right:
    """What needs no more than equal texts; linear in the rows."""
    asked = table.asked(only)
    same = _same(table) & asked
    right = int((same & table.pure).sum())
    lines, found, true = int(table.count[asked].sum()), table.found_among(asked), table.true_among(only)
    return Right(
        pa=share(int(table.count[same].sum()), lines),
        pta=share(right, found),
        rta=share(right, true),
        fta=harmonic(right, found, true),
        found=found,
        true=true,
        right=right,
        lines=lines,
    )


def _same(table: Contingency) -> Flags:
    """Rows whose found and true text are equal."""
    return np.array([found == true for found, true in _labels(table)], np.bool_)


def _labels(table: Contingency) -> Iterator[tuple[Hashable, Hashable]]:
    for f, t in zip(table.found.tolist(), table.true.tolist(), strict=True):
        yield table.found_labels[f], table.true_labels[t]


def _distances(table: Contingency, asked: Flags) -> tuple[int, float]:
    """Edit distance, and one minus its share of the longer text, summed over all lines."""
    edits, likeness = 0, 0.0
    for (found, true), count, wanted in zip(_labels(table), table.count.tolist(), asked, strict=True):
        if wanted:
            a, b = _text(found), _text(true)
            distance = levenshtein(a, b)
            edits += count * distance
            likeness += count * (1 - distance / max(len(a), len(b), 1))
    return edits, likeness


def _text(label: Hashable) -> str:
    return label if isinstance(label, str) else ""


def _kinds_of_wrong(table: Contingency, asked: Flags) -> tuple[int, int, int]:
    """Numbers of templates that are too general, not general enough, and neither."""
    wrong = np.isin(table.found, table.found[asked])
    wrong &= ~(_same(table) & table.pure)
    over: dict[int, bool] = {}
    under: dict[int, bool] = {}
    for number, row, (found, true) in zip(table.found.tolist(), wrong, _labels(table), strict=True):
        if row:
            over[number] = over.get(number, True) and _abstracts(found, true)
            under[number] = under.get(number, True) and _abstracts(true, found)
    too_general = sum(over.values())
    too_special = sum(under[k] and not over[k] for k in under)
    return too_general, too_special, len(over) - too_general - too_special


def _abstracts(general: Hashable, special: Hashable) -> bool:
    """Whether putting text without blanks in the slots of a template can make the other text."""
    if not (isinstance(general, str) and isinstance(special, str)):
        return False
    patterns, words = _BLANKS.split(general), _BLANKS.split(special)
    return len(patterns) == len(words) and all(map(_matches, patterns, words))


def _matches(pattern: str, word: str) -> bool:
    """Whether a word is the pattern with at least one character in each slot; leftmost is enough."""
    first, *rest = pattern.split(SLOT)
    if not rest:
        return pattern == word
    *middle, last = rest
    at, stop = len(first), len(word) - len(last)
    for part in middle:
        at = word.find(part, at + 1, stop)
        if at < 0:
            return False
        at += len(part)
    return at < stop and word.startswith(first) and word.endswith(last)
