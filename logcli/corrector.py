"""Makes corrections one after the other, each as moves between the groups that its examples are in.

A correction that holds already changes nothing. After each, all those before it must still hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from logcli.correction_file import Correction
from logcli.definitions import DefinitionError
from logcli.examples import Example, Span, covered, covering, united, without
from logcli.moves import Move, Moves, Rows
from logcli.templates import SLOT, Slots, align, fits_by_word

if TYPE_CHECKING:
    from logcli.base import Longs

# Group of an example that no line is like.
ABSENT = -3
# Stands for a slot that is none of a correction's.
_OTHER = "\0"


class Found(NamedTuple):
    """What corrections come to on a log.

    notes : which of them do not come to anything there
    """

    moves: Moves
    notes: list[str]


class _Source(NamedTuple):
    """Where an example is now.

    slots : of its group's template; if that does not fit (not `whole`), of a template of its own
    """

    group: int
    slots: Slots
    whole: bool


class Corrector:
    """Makes the moves of corrections on a log.

    rows : the log's shapes
    texts : of the parser's groups
    known : the parser's group of each of `examples_of(corrections)`, ABSENT if no line is like it
    """

    def __init__(
        self, corrections: Sequence[Correction], rows: Rows, texts: Sequence[str], known: Longs
    ) -> None:
        self._corrections = corrections
        self._rows = rows
        self._texts = list(texts)
        self._of_parser = len(texts)
        bodies = [example.body for example in examples_of(corrections)]
        self._number = {body: k for k, body in enumerate(bodies)}
        self._lines = Rows(bodies, known, exact=True)
        self._held: list[Correction] = []
        self._steps: list[Move] = []

    def run(self) -> Found:
        """Make all corrections, in order.

        Raises DefinitionError for one that contradicts one before it.
        """
        notes: list[str] = []
        for correction in self._corrections:
            absent = [e for e in correction.examples if self._group(e) == ABSENT]
            there = tuple(e for e in correction.examples if e not in absent)
            notes += [_unlike(e) for e in absent]
            if len(there) > bool(absent):
                notes += self._make(correction._replace(examples=there))
        return Found(Moves(self._texts[self._of_parser :], self._steps), notes)

    def _make(self, correction: Correction) -> Iterator[str]:
        """Make a correction unless it holds anyway; notes if it comes to nothing."""
        if not self._holds(correction):
            made = {"merge": self._merge, "value": self._value, "constant": self._constant}
            went = [self._do(move) for move in made.get(correction.kind, self._split)(correction)]
            if not any(went):
                yield _unlike(correction.examples[0])
            elif not self._holds(correction):
                yield f"{correction.where}: could not be made good on this log"
            self._check(correction)
        if self._holds(correction):
            self._held.append(correction)

    def _check(self, last: Correction) -> None:
        for correction in self._held:
            if not self._holds(correction):
                what = f"contradicts the correction at {correction.where}"
                hint = "lines cannot be both; `keep` of a `split` says which words matter"
                raise DefinitionError(what, last.where, hint)

    def _holds(self, correction: Correction) -> bool:
        sources = [self._source(example) for example in correction.examples]
        if not all(source.whole for source in sources):
            return False
        slots, spans = sources[0].slots, correction.spans
        if correction.kind == "merge":
            texts = {e.text(source.slots) for e, source in zip(correction.examples, sources, strict=True)}
            return len(texts) == len({source.group for source in sources}) == 1
        if correction.kind == "value":
            return all(covered(span, slots) for span in spans)
        return not _inside(spans, slots)

    # --- kinds -----------------------------------------------------------------------------------

    def _merge(self, correction: Correction) -> Iterator[Move]:
        examples = correction.examples
        sources = [self._source(example) for example in examples]
        to = self._new(covering(examples, [source.slots for source in sources]))
        for example, source in zip(examples, sources, strict=True):
            fit = None if source.whole else example.text(source.slots)
            yield Move(source.group, fit, to, source.group < 0)

    def _split(self, correction: Correction) -> Iterator[Move]:
        example = correction.examples[0]
        yield self._kept(example, self._source(example), correction.spans)

    def _constant(self, correction: Correction) -> Iterator[Move]:
        """Each word by itself: first the lines that have them all, at last those that have one."""
        example = correction.examples[0]
        source = self._source(example)
        inside = [places for places in correction.words if _inside(places, source.slots)] or [()]
        for size in range(len(inside), 0, -1):
            for some in combinations(inside, size):
                yield self._kept(example, source, [span for places in some for span in places])

    def _kept(self, example: Example, source: _Source, spans: Sequence[Span]) -> Move:
        """What takes those lines of a group that have some words of an example there."""
        kept = _inside(spans, source.slots)
        slots = without(source.slots, kept, example.kinds)
        values = example.values(kept)
        loose = sorted([*slots, *values])
        fixed = tuple((loose.index(span), example.words[span[0]]) for span in values)
        text = example.text(slots)
        to = self._new(text)
        return Move(source.group, text, to, source.group < 0, example.text(loose) if fixed else "", fixed)

    def _value(self, correction: Correction) -> Iterator[Move]:
        """The example's group, and what is the same but for the words that are values."""
        example, spans = correction.examples[0], correction.spans
        group, slots, whole = self._source(example)
        slots = united([*slots, *spans])
        text = example.text(slots)
        to, by_word = self._new(text), fits_by_word(text, example.body)
        yield Move(group, None if whole else text, to, group < 0 and by_word)
        alike = example.text_but(slots, spans, _OTHER)
        kept = {self._group(c.examples[0]) for c in self._held if c.kind in ("split", "constant")}
        for other, own in enumerate(self._texts[: self._of_parser]):
            if other not in (group, *kept) and fits_by_word(alike, own.replace(SLOT, _OTHER)):
                yield Move(other, None, to)
        if group >= 0:
            yield Move(-1, text, to, by_word)

    # --- where lines are -------------------------------------------------------------------------

    def _group(self, example: Example) -> int:
        return int(self._lines.groups[self._number[example.body]])

    def _source(self, example: Example) -> _Source:
        group = self._group(example)
        slots = align(self._texts[group], example.words) if group >= 0 else None
        if slots is None:
            return _Source(group, example.own(self._rows.exact), False)
        return _Source(group, slots, True)

    def _new(self, text: str) -> int:
        self._texts.append(text)
        return len(self._texts) - 1

    def _do(self, move: Move) -> int:
        self._steps.append(move)
        self._lines.move(move)
        return self._rows.move(move)


def examples_of(corrections: Sequence[Correction]) -> list[Example]:
    """The examples, each body once."""
    found = {example.body: example for correction in corrections for example in correction.examples}
    return list(found.values())


def _inside(spans: Sequence[Span], slots: Slots) -> list[Span]:
    """The tokens of some spans that are in slots."""
    tokens = [(k, k + 1) for a, b in spans for k in range(a, b)]
    return [token for token in tokens if covered(token, slots)]


def _unlike(example: Example) -> str:
    return f"{example.where}: fits no line of this log (an example is a line without its time and level)"
