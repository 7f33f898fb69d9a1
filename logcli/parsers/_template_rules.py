"""Templates as the search of MoLFI sees them, and the messages that they match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from logcli.templates import SLOT

Message = tuple[str, ...]

OPEN = ""  # a word that the search took for a value; it may take that back
_FREE = (OPEN, SLOT)


class Rule(NamedTuple):
    """A template.

    words : `<*>` for a value of a common form, empty for one that the search opened
    matched : bits of the messages that have its constants
    specific : share of its words that are constant
    frequent : share of the messages that it matches, 0 if it has no constant
    """

    words: Message
    matched: int
    specific: float
    frequent: float


class Messages:
    """Different messages of one number of words."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages
        self.all = (1 << len(messages)) - 1
        columns = zip(*messages, strict=True)
        self._varied = [place for place, column in enumerate(columns) if len(set(column)) > 1]
        self._numbers: dict[tuple[int, str], list[int]] = {}
        for place in self._varied:
            for number, message in enumerate(messages):
                self._numbers.setdefault((place, message[place]), []).append(number)
        self._bits: dict[tuple[int, str], int] = {}

    def rule(self, words: Message) -> Rule:
        """The template of some words."""
        matched = self.all
        for place in self._varied:
            if words[place] not in _FREE:
                matched &= self._having(place, words[place])
        constants = len(words) - words.count(OPEN) - words.count(SLOT)
        frequent = matched.bit_count() / len(self.messages) if constants else 0.0
        return Rule(words, matched, constants / len(words), frequent)

    def closed(self, rule: Rule) -> Rule:
        """The template with constants where its messages do not differ."""
        members = [self.messages[number] for number in _ones(rule.matched)]
        if len(members) == 1:
            return self.rule(members[0])
        columns = [set(column) for column in zip(*members, strict=True)]
        return self.rule(tuple(column.pop() if len(column) == 1 else SLOT for column in columns))

    def may_open(self, words: Message) -> list[int]:
        """Places of words that may become values: not signs, and not where all messages have the same."""
        return [
            k for k in self._varied if (word := words[k]) not in _FREE and (word.isalnum() or len(word) > 1)
        ]

    def _having(self, place: int, word: str) -> int:
        key = place, word
        if key not in self._bits:
            self._bits[key] = sum(1 << number for number in self._numbers[key])
        return self._bits[key]


def with_word(words: Message, place: int, word: str) -> Message:
    """The words with another one at a place."""
    return (*words[:place], word, *words[place + 1 :])


def _ones(bits: int) -> Iterator[int]:
    """Places of the bits that are set."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
