"""Example lines: their tokens, and the texts of templates that have other slots in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate, groupby

from logcli.templates import SLOT, Slots, align, from_slots
from logcli.tokens import SEPARATOR, WEAK, WORD, tokenize
from logcli.wording import alignment

# First token and token after the last.
Span = tuple[int, int]
# How often a text is made more general until it is the same for all examples.
_ROUNDS = 5


@dataclass(frozen=True)
class Example:
    """A body that a user quotes.

    where : file and line where that is
    words, kinds : its tokens
    """

    body: str
    where: str = ""
    words: Sequence[str] = field(default=(), compare=False)
    kinds: Sequence[int] = field(default=(), compare=False)

    @classmethod
    def of(cls, body: str, where: str = "") -> Example:
        """An example, cut into tokens."""
        tokens = tokenize([body])
        return cls(body, where, tokens.words(0), tokens.kinds(0).tolist())

    def places(self, word: str) -> list[Span]:
        """Where a word, or several with what is between them, stands; whole tokens only.

        >>> Example.of("from PAID to PAID").places("PAID"), Example.of("eth0").places("eth")
        ([(2, 3), (6, 7)], [])
        """
        ends = {end: n for n, end in enumerate(accumulate(map(len, self.words), initial=0))}
        found, at = [], self.body.find(word)
        while at >= 0:
            if at in ends and at + len(word) in ends:
                found.append((ends[at], ends[at + len(word)]))
            at = self.body.find(word, at + 1)
        return found

    def parts(self) -> list[Span]:
        """The tokens that are no separators."""
        return [(k, k + 1) for k, kind in enumerate(self.kinds) if kind != SEPARATOR]

    def names(self) -> list[Span]:
        """The tokens that the scan does not take for values."""
        return [(k, k + 1) for k, kind in enumerate(self.kinds) if kind == WORD]

    def values(self, spans: Iterable[Span]) -> list[Span]:
        """The tokens of some spans that the scan takes for values."""
        return [(k, k + 1) for a, b in spans for k in range(a, b) if self.kinds[k] >= WEAK]

    def own(self, exact: bool) -> Slots:
        """Slots of a template for this line alone; unless `exact`, for those that differ in values only."""
        if exact:
            return align(self.body, self.words) or []
        return united(self.values([(0, len(self.words))]))

    def text(self, slots: Slots) -> str:
        """The template text that has these slots."""
        return from_slots(self.words, slots).text

    def text_but(self, slots: Slots, spans: Sequence[Span], mark: str) -> str:
        """That text with a mark for each slot that takes none of some spans.

        >>> Example.of("from a to b").text_but([(2, 3), (6, 7)], [(6, 7)], "?")
        'from ? to <*>'
        """
        first, *others = from_slots(self.words, slots).literals
        marks = [SLOT if any(covered(span, [slot]) for span in spans) else mark for slot in slots]
        return first + "".join(a + b for a, b in zip(marks, others, strict=True))

    def items(self, slots: Slots) -> list[str]:
        """Tokens of that text: words, slots, separators, runs of blanks."""
        words = list(self.words)
        for a, b in reversed(slots):
            words[a:b] = [SLOT]
        return [
            part for blank, run in groupby(words, str.isspace) for part in (["".join(run)] if blank else run)
        ]


def covered(span: Span, slots: Slots) -> bool:
    """Whether a slot takes the whole span."""
    return any(a <= span[0] and span[1] <= b for a, b in slots)


def united(spans: Iterable[Span]) -> Slots:
    """Slots of some spans; those that touch are one.

    >>> united([(4, 5), (0, 2), (2, 3)])
    [(0, 3), (4, 5)]
    """
    slots: Slots = []
    for a, b in sorted(spans):
        if slots and slots[-1][1] >= a:
            slots[-1] = (slots[-1][0], max(b, slots[-1][1]))
        else:
            slots.append((a, b))
    return slots


def without(slots: Slots, spans: Sequence[Span], kinds: Sequence[int]) -> Slots:
    """Slots that leave some spans out, and the separators next to them.

    >>> without([(0, 5)], [(2, 3)], [WORD, SEPARATOR, WORD, SEPARATOR, WORD])
    [(0, 1), (4, 5)]
    """
    out = {k for a, b in spans for k in range(a, b)}
    found = []
    for a, b in slots:
        if not out & set(range(a, b)):
            found.append((a, b))
            continue
        for gone, run in groupby(range(a, b), out.__contains__):
            words = [k for k in run if kinds[k] != SEPARATOR]
            if words and not gone:
                found.append((words[0], words[-1] + 1))
    return found


def covering(examples: Sequence[Example], slots: Sequence[Slots]) -> str:
    """The text that templates of some examples have in common, such that it is the same for each of them."""
    items = [example.items(own) for example, own in zip(examples, slots, strict=True)]
    text = ""
    for _ in range(_ROUNDS):
        common: list[str] = reduce(joined, items)
        text = "".join(common)
        found = [align(text, example.words) or [] for example in examples]
        if {e.text(own) for e, own in zip(examples, found, strict=True)} == {text}:
            break
        items = [example.items(own) for example, own in zip(examples, found, strict=True)]
    return text


def joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Items of a template that every line of two templates fits.

    Words that both have stay, by a longest common subsequence. Between them differing words are a value
    each if there are equally many with the same separators, else one value together.

    >>> "".join(joined(["it", " ", "is", " ", "full"], ["he", " ", "is", " ", "nearly", " ", "full"]))
    '<*> is <*>full'
    """
    words, others = ([k for k, item in enumerate(some) if _is_word(item)] for some in (first, second))
    pairs = alignment([first[k] for k in words], [second[k] for k in others])
    found: list[str] = []
    i = j = 0
    for p, q in [*((words[p], others[q]) for p, q in pairs), (len(first), len(second))]:
        found += [*_between(first[i:p], second[j:q]), *first[p : p + 1]]
        i, j = p + 1, q + 1
    return [item for k, item in enumerate(found) if item != SLOT or k == 0 or found[k - 1] != SLOT]


def _between(first: Sequence[str], second: Sequence[str]) -> Sequence[str]:
    if len(first) == len(second) and all(
        a == b or not (_is_gap(a) or _is_gap(b)) for a, b in zip(first, second, strict=True)
    ):
        return [a if a == b else SLOT for a, b in zip(first, second, strict=True)]
    head = _common_gaps(first, second)
    first, second = first[len(head) :], second[len(head) :]
    tail = _common_gaps(first[::-1], second[::-1])[::-1]
    return [*head, SLOT, *tail]


def _common_gaps(first: Sequence[str], second: Sequence[str]) -> list[str]:
    same = [a == b and _is_gap(a) for a, b in zip(first, second, strict=False)]
    return list(first[: same.index(False) if False in same else len(same)])


def _is_gap(item: str) -> bool:
    return item.isspace() or (len(item) == 1 and not (item.isalnum() or item == "_"))


def _is_word(item: str) -> bool:
    return item != SLOT and not _is_gap(item)
