"""MoLFI: genetic search for frequent, specific templates (Messaoudi et al. 2018)"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.parsers._template_rules import Message, Messages
from logcli.parsers._template_search import Search
from logcli.shaped import by_shape
from logcli.templates import SLOT
from logcli.wording import Words

if TYPE_CHECKING:
    from logcli.base import Longs

# Values of a common form, in this order: times and dates, addresses of hosts, paths, addresses of memory,
# hexadecimal numbers, addresses of hardware, whole numbers; _MARK stands for each of their characters.
_MARK = "\0"
_ALONE = rf"(?<![^\s{_MARK}])(?:{{}})(?![^\s{_MARK}])"
_VALUES = [
    re.compile(text)
    for text in (
        rf"/?{re.escape(SLOT)}(?::\d+)?",
        _ALONE.format(r"\d\d?:\d\d?(?::\d{2,4})?|\d\d?[-/]\d\d?[-/]\d{2,4}"),
        r"/?(?<!\d)\d{1,9}(?:\.\d{1,9}){3}(?::\d+)?",
        r"(?<!\w)\w*+(?:/[\w+\-.#$]*[/.][\w+\-.#$/*]*)+",
        r"0x[a-zA-Z0-9]+",
        _ALONE.format(r"[0-9A-F]{9,}|[0-9a-f]{8,}"),
        r"(?:[0-9A-F]{2}[:-]){5,}[0-9A-F]{2}",
        _ALONE.format(r"\d+"),
    )
]
_SIGNS = r"<>=:,;'(){}\[\]"
_WORD = re.compile(rf"{_MARK}+|[{_SIGNS}]|[^\s{_SIGNS}{_MARK}]+")


class MoLFI(BatchParser):
    """Search for the set of templates that match most and have the most constants, by evolution.

    Values of a common form (times, addresses, paths, hexadecimal and whole numbers that stand alone) are
    found by patterns; every sign of punctuation is a word. A solution is a set of templates that match all
    messages, each only those with its number of words. Sets change (a constant becomes a value or a value a
    constant again) and mix (they exchange all templates of a number of words), and NSGA-II keeps those that
    none surpasses in both merits: mean share of constants in a template, and mean share of the messages of
    its length that it matches. Of the last generation the set nearest to the best of both is taken. Salma
    Messaoudi, Annibale Panichella, Domenico Bianculli, Lionel Briand, Raimondas Sasnauskas: "A Search-Based
    Approach for Accurate Identification of Log Message Formats", ICPC 2018.

    Parameters
    ----------
    seed : of the random numbers; another one gives other templates
    generations : of sets of templates, at least 1; the default is the authors', and so is that of
    population : sets of templates that live at a time, at least 1
    messages : different messages of one number of words that are searched at a time, at least 1; those that
        no template found matches are searched after them. Bounds time and memory.

    Weak where values stand next to punctuation, for no pattern finds them there and the search is slow to;
    where two words change together, for a value must match more by itself; where a message is rare among
    those of its length, for a template that covers it with another costs little; and where the templates are
    many, for the generations are few. Complexity: O(messages times population) to begin with, then
    O(templates of a number of words) for each of generations times population, and this again for each
    `messages` of a length that no template matches yet: about a millisecond for each that none ever does.

    Grouping accuracy is a matter of chance, there too: two publications differ by up to 0.16. With tuned
    settings and ten seeds it is 0.616 on the mean against 0.586, and the mean of each system is the published
    one within 0.03, but for Hadoop (0.66 to 0.96, published 0.952), Spark (0.584, published 0.417: words that
    all messages share are never tried as values here, so that the search gets further), BGL (one seed of ten
    0.60, else 0.94 to 0.97, published 0.960), Windows (0.41 to 0.99, published 0.406), HealthApp (0.27 to
    0.52, published 0.321 and 0.440) and Proxifier (0.038, published 0.000 and 0.013).
    """

    def __init__(
        self, *, seed: int = 0, generations: int = 200, population: int = 20, messages: int = 2000
    ) -> None:
        self.seed = seed
        self.generations = generations
        self.population = population
        self.messages = messages

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in order of their first body."""
        self._check()
        chance = random.Random(self.seed)
        cut = [_cut(body) for body in bodies]
        different = dict.fromkeys(tuple(body.words) for body in cut)
        # A template is not a value alone, so these can only be their own.
        found = {message: message for message in different if len(message) < 2}
        left = [message for message in different if message not in found]
        while left:
            search = Search(_by_length(left, self.messages), chance, self.population)
            index = _Index([rule.words for gene in search.run(self.generations) for rule in gene.rules])
            found |= {message: template for message in left if (template := index.find(message))}
            left = [message for message in left if message not in found]
        return by_shape(cut, [found[tuple(body.words)] for body in cut])

    def _check(self) -> None:
        for name in ("generations", "population", "messages"):
            value = getattr(self, name)
            if value < 1:
                raise UsageError(f"`{name}` of parser `molfi` must be at least 1, got {value}")


def _cut(body: str) -> Words:
    """The words of a body, `<*>` for a value of a common form; a sign of punctuation is a word."""
    text = body
    for pattern in _VALUES:
        text = pattern.sub(lambda match: _MARK * len(match.group()), text)
    words: list[str] = []
    gaps: list[str] = []
    end = 0
    for word in _WORD.finditer(text):
        gaps.append(body[end : word.start()])
        words.append(SLOT if word.group()[0] == _MARK else word.group())
        end = word.end()
    return Words(words, [*gaps, body[end:]])


def _by_length(messages: Sequence[Message], limit: int) -> list[Messages]:
    """The first messages of each number of words."""
    lengths: dict[int, list[Message]] = {}
    for message in messages:
        some = lengths.setdefault(len(message), [])
        if len(some) < limit:
            some.append(message)
    return [Messages(some) for some in lengths.values()]


class _Index:
    """Finds the template that a message has, of several the one with most constants."""

    def __init__(self, templates: Sequence[Message]) -> None:
        by_places: dict[tuple[int, tuple[int, ...]], dict[Message, Message]] = {}
        for template in templates:
            places = tuple(k for k, word in enumerate(template) if word != SLOT)
            known = by_places.setdefault((len(template), places), {})
            known[tuple(template[k] for k in places)] = template
        self._by_length: dict[int, list[tuple[tuple[int, ...], dict[Message, Message]]]] = {}
        for (length, places), known in sorted(by_places.items(), key=lambda item: -len(item[0][1])):
            self._by_length.setdefault(length, []).append((places, known))

    def find(self, message: Message) -> Message | None:
        """The template, None if there is none."""
        for places, known in self._by_length.get(len(message), ()):
            template = known.get(tuple(message[k] for k in places))
            if template:
                return template
        return None
