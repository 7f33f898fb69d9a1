"""The genetic search of MoLFI: sets of templates that change and mix, and of which the better ones stay."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from logcli.parsers._nsga import Individual, better, knee, stay
from logcli.parsers._template_rules import OPEN, Messages, Rule, with_word
from logcli.templates import SLOT

T = TypeVar("T")

_CROSSED = 0.7  # share of the offspring that mix two parents


class Gene(NamedTuple):
    """The templates of one number of words, and the sums of their merits.

    rules : none within another, together they match all messages of that length
    """

    rules: list[Rule]
    specific: float
    frequent: float


_Solution = Individual[list[Gene]]


class Search:
    """Looks for the templates of all numbers of words at once.

    chance : decides what is random; only its method `random` is used, which is the same everywhere
    size : sets of templates that live at a time
    """

    def __init__(self, logs: Sequence[Messages], chance: random.Random, size: int) -> None:
        self._logs = logs
        self._chance = chance
        self._size = size

    def run(self, generations: int) -> list[Gene]:
        """The best compromise after some generations."""
        first = [self._solution([self._covered(log, []) for log in self._logs]) for _ in range(self._size)]
        everyone = stay(first, self._size)
        for _ in range(generations - 1):
            young: list[_Solution] = []
            while len(young) < self._size:
                young += self._offspring(everyone)
            everyone = stay(everyone + young, self._size)
        return knee([self._closed(one.genes) for one in everyone]).genes

    def _solution(self, genes: list[Gene]) -> _Solution:
        rules = sum(len(gene.rules) for gene in genes)
        specific, frequent = sum(gene.specific for gene in genes), sum(gene.frequent for gene in genes)
        return Individual(genes, (specific / rules, frequent / rules))

    def _closed(self, genes: list[Gene]) -> _Solution:
        pairs = zip(self._logs, genes, strict=True)
        return self._solution([_gene([log.closed(rule) for rule in gene.rules]) for log, gene in pairs])

    def _offspring(self, everyone: Sequence[_Solution]) -> list[_Solution]:
        """Two mixed and changed copies of parents."""
        one, two = (list(better(self._any(everyone), self._any(everyone)).genes) for _ in range(2))
        if self._chance.random() < _CROSSED:
            for k in range(len(one)):
                if self._chance.random() < 0.5:
                    one[k], two[k] = two[k], one[k]
        for genes in (one, two):
            k = self._below(len(genes))
            genes[k] = self._mutated(self._logs[k], genes[k])
        return [self._solution(genes) for genes in (one, two)]

    def _mutated(self, log: Messages, gene: Gene) -> Gene:
        """A gene with one of its templates changed on average; those within others are gone."""
        picked = [k for k in range(len(gene.rules)) if self._chance.random() * len(gene.rules) < 1]
        if not picked:
            return gene
        rules = gene.rules.copy()
        for k in reversed(picked):
            del rules[k]
        for k in picked:
            rule = self._changed(log, gene.rules[k])
            if all(rule.matched & ~other.matched for other in rules):
                rules = _joined(rules, rule)
        return self._covered(log, rules)

    def _covered(self, log: Messages, rules: list[Rule]) -> Gene:
        """The templates, and further ones until they match all messages."""
        left = log.all
        for rule in rules:
            left &= ~rule.matched
        while left:
            rule = self._made_of(log, log.messages[self._bit(left)])
            rules = _joined(rules, rule)
            left &= ~rule.matched
        return _gene(rules)

    def _made_of(self, log: Messages, message: tuple[str, ...]) -> Rule:
        """A template from a message: with one value, if it has none of a common form."""
        places = log.may_open(message)
        if len(message) == 1 or SLOT in message or not places:
            return log.rule(message)
        return log.rule(with_word(message, self._any(places), OPEN))

    def _changed(self, log: Messages, rule: Rule) -> Rule:
        """A template with one value less or, if it then matches more, one more; but not with values alone."""
        if self._chance.random() < 0.5:
            return self._narrowed(log, rule)
        places = log.may_open(rule.words)
        if places:
            wider = log.rule(with_word(rule.words, self._any(places), OPEN))
            if wider.matched != rule.matched:
                rule = wider
        return rule if rule.specific else self._narrowed(log, rule)

    def _narrowed(self, log: Messages, rule: Rule) -> Rule:
        places = [k for k, word in enumerate(rule.words) if word == OPEN]
        if not places:
            return rule
        k = self._any(places)
        return log.rule(with_word(rule.words, k, log.messages[self._bit(rule.matched)][k]))

    def _below(self, stop: int) -> int:
        return int(self._chance.random() * stop)

    def _any(self, some: Sequence[T]) -> T:
        return some[self._below(len(some))]

    def _bit(self, bits: int) -> int:
        """Place of a bit that is set: the first from a random place on."""
        start = self._below(bits.bit_length())
        rest = bits >> start
        return start + (rest & -rest).bit_length() - 1


def _gene(rules: list[Rule]) -> Gene:
    return Gene(rules, sum(rule.specific for rule in rules), sum(rule.frequent for rule in rules))


def _joined(rules: list[Rule], rule: Rule) -> list[Rule]:
    """The templates and one more, but for those of which it matches all messages."""
    if rule.matched & (rule.matched - 1):
        rules = [other for other in rules if other.matched & ~rule.matched]
    rules.append(rule)
    return rules
