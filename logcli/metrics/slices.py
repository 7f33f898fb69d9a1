"""Parts of a truth that averages hide: its rare and frequent templates, and those with many values.

Jiang et al. (ISSTA 2024) score parsers on these parts; the metrics take a part as `only`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from logcli.metrics import SLOT

# Percent of the templates, as in the paper.
SHARES = (5, 10, 20)


@dataclass(frozen=True)
class Slice:
    """True templates that have something in common.

    name : what that is
    templates : their texts; none in a small log, then there is nothing to score
    lines : their lines
    """

    name: str
    templates: frozenset[str]
    lines: int

    @property
    def empty(self) -> bool:
        """Whether no template is in it."""
        return not self.templates


def slices(truth: Iterable[str | None]) -> list[Slice]:
    """The parts of a truth: rarest and most frequent templates, then those by number of values.

    truth : the true template of each line; None for a line without
    Of n templates, the rarest 10 % are the first `n * 10 // 100` by number of lines, and the most
    frequent ones the last; of equally many lines, the template that occurs first comes first in both.

    >>> [(part.name, sorted(part.templates)) for part in slices(["a", "a", "b <*>"]) if not part.empty]
    [('no values', ['a']), ('1 to 4 values', ['b <*>'])]

    Complexity: linear in the lines, O(t log t) in the templates.
    """
    lines = Counter(template for template in truth if template is not None and template == template)
    rarest = sorted(lines, key=lines.__getitem__)
    frequent = sorted(lines, key=lines.__getitem__, reverse=True)
    parts = [(f"rarest {share} %", rarest[: len(rarest) * share // 100]) for share in SHARES]
    parts += [(f"most frequent {share} %", frequent[: len(frequent) * share // 100]) for share in SHARES]
    parts += _by_values(rarest)
    return [Slice(name, frozenset(some), sum(lines[text] for text in some)) for name, some in parts]


def _by_values(templates: Sequence[str]) -> list[tuple[str, list[str]]]:
    values = {template: template.count(SLOT) for template in templates}
    return [
        ("no values", [text for text, n in values.items() if n == 0]),
        ("1 to 4 values", [text for text, n in values.items() if 1 <= n <= 4]),
        ("5 or more values", [text for text, n in values.items() if n >= 5]),
    ]
