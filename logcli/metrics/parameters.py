"""How well a parse extracts values: the places of values in bodies are compared with the true ones.

A template tells where the values of a body are once it is laid over it, so that texts need not be
equal: `user <*>` and `user  <*>` extract the same. Like the parameter mask of LogPM this judges places,
not names; unlike it, a value counts as a whole.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from logcli.metrics import SLOT
from logcli.metrics.contingency import harmonic, share

Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Parameters:
    """Values found where true ones are; shares are between 0 and 1, and 0 where there is nothing to share.

    A found value is right when it has the first and the last character of a true value of its line.
    Values without characters are none, and blanks at the ends of a value do not belong to it.

    precision, recall : right values among those found, and among the true ones, over all lines
    f1 : F1 of the two
    lines_right : share of lines that have all their true values and no other
    found, true, right : number of values
    lines : lines that were judged
    unfitting : of these, lines whose found template does not fit their body; they have no found values
    unjudged : lines left out, because their true template is missing or does not fit their body
    """

    precision: float
    recall: float
    f1: float
    lines_right: float
    found: int
    true: int
    right: int
    lines: int
    unfitting: int
    unjudged: int


def parameters(
    bodies: Iterable[str],
    found: Iterable[str | None],
    truth: Iterable[str | None],
    only: Collection[str] | None = None,
) -> Parameters:
    """Judge the values that templates extract.

    bodies, found, truth : of each line its body, the found and the true template, `<*>` for a value
    only : true templates whose lines are asked for

    >>> judged = parameters(["took 17 ms at 3"], ["took <*> ms at 3"], ["took <*> ms at <*>"])
    >>> judged.precision, judged.recall, judged.lines_right
    (1.0, 0.5, 0.0)

    Complexity: linear in the lines, and in the characters of distinct (body, found, true) triples.

    Raises ValueError when the lengths differ.
    """
    wanted = None if only is None else set(only)
    totals, unjudged = [0] * 6, 0
    for (body, template, true_template), count in Counter(zip(bodies, found, truth, strict=True)).items():
        if wanted is not None and true_template not in wanted:
            continue
        line = _judged(body, template, true_template)
        if line is None:
            unjudged += count
        else:
            totals = [total + count * number for total, number in zip(totals, line, strict=True)]
    right, found_values, true_values, lines, lines_right, unfitting = totals
    return Parameters(
        precision=share(right, found_values),
        recall=share(right, true_values),
        f1=harmonic(right, found_values, true_values),
        lines_right=share(lines_right, lines),
        found=found_values,
        true=true_values,
        right=right,
        lines=lines,
        unfitting=unfitting,
        unjudged=unjudged,
    )


def _judged(body: str, template: str | None, true_template: str | None) -> tuple[int, ...] | None:
    """Of one line: values right, found and true, itself, whether it is right and unfitting."""
    true = _values(true_template, body)
    if true is None:
        return None
    fitting = true if template == true_template else _values(template, body)
    found = fitting or set()
    return len(found & true), len(found), len(true), 1, found == true, fitting is None


def _values(template: str | None, body: str) -> set[tuple[int, int]] | None:
    """Where the values of a body are that have characters; None if the template does not fit."""
    spans = None if template is None else places(template, body)
    return None if spans is None else {(start, stop) for start, stop in spans if start < stop}


def places(template: str, body: str) -> Spans | None:
    """First character and the one after the last of the value in each slot; None if it does not fit.

    Each constant text is taken where it first occurs after the one before, the last one at the end.
    Blanks at the ends do not matter, and any run of blanks is equal to any other; if that does not fit,
    text for text, so that a value between two blanks may be empty.

    >>> places("took <*> ms", "took  17 ms"), places("a <*> b", "a  b"), places("a <*>", "b 1")
    ([(6, 8)], [(2, 2)], None)
    """
    squeezed = " ".join(body.split())
    spans = _leftmost(_literals(template, squeeze=True), squeezed)
    if spans is None:
        spans = _leftmost(_literals(template, squeeze=False), body)
    elif squeezed != body:
        spans = _unsqueezed(spans, body)
    return None if spans is None else [_trimmed(span, body) for span in spans]


@lru_cache(1 << 12)
def _literals(template: str, *, squeeze: bool) -> Sequence[str]:
    """Constant text before, between and after the slots."""
    return (" ".join(template.split()) if squeeze else template).split(SLOT)


def _leftmost(literals: Sequence[str], text: str) -> Spans | None:
    if len(literals) == 1:
        return [] if literals[0] == text else None
    at, last = len(literals[0]), len(text) - len(literals[-1])
    if at > last or not (text.startswith(literals[0]) and text.endswith(literals[-1])):
        return None
    spans: Spans = []
    for literal in literals[1:-1]:
        start, at = at, text.find(literal, at, last)
        if at < 0:
            return None
        spans.append((start, at))
        at += len(literal)
    return [*spans, (at, last)]


def _unsqueezed(spans: Spans, body: str) -> Spans:
    """Places in the body of places in its words joined by one blank each."""
    words = [match.span() for match in re.finditer(r"\S+", body)]
    starts, at = [], 0
    for start, stop in words:
        starts.append(at)
        at += stop - start + 1

    def place(at: int) -> int:
        word = max(bisect_right(starts, at) - 1, 0)
        return words[word][0] + at - starts[word] if words else 0

    return [(place(start), place(stop)) for start, stop in spans]


def _trimmed(span: tuple[int, int], body: str) -> tuple[int, int]:
    """The span without the blanks at its ends."""
    value = body[slice(*span)]
    shorter = value.lstrip()
    if len(shorter) == len(value) == len(value.rstrip()):
        return span
    start = span[1] - len(shorter)
    return start, start + len(shorter.rstrip())
