"""The decisions of the `shape` parser in words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from logcli.parsers import _shape_forms as forms
from logcli.parsers._shape_rows import OPENING
from logcli.parsers._shape_slots import BEFORE_VALUES, likeness
from logcli.templates import SLOT


class Evidence(NamedTuple):
    """What was counted at a place, a run of tokens of a row.

    words : different words (or chunks, or phrases) there beside a value; need : so many were enough
    has_value : whether a value stood there in a row
    phrase : whether what stood there had blanks
    """

    start: int
    length: int
    words: int
    need: float
    has_value: bool
    phrase: bool


class Place(NamedTuple):
    """Tokens of a row that became a value.

    nth : which word of the row they are, from 1; alone : whether nothing else of the row did
    """

    tokens: Sequence[str]
    start: int
    stop: int
    nth: int
    alone: bool

    @property
    def text(self) -> str:
        return "".join(self.tokens[self.start : self.stop])

    def before(self, back: int) -> str:
        """The token so many before the place, empty beyond the first."""
        return self.tokens[self.start - back] if self.start >= back else ""

    @property
    def after(self) -> str:
        return self.tokens[self.stop] if self.stop < len(self.tokens) else ""


def reason(step: str, place: Place, evidence: Evidence | None) -> str:
    """Why some tokens of a row became a value.

    step : the function that made them one
    """
    if evidence:
        return _counted(place, evidence)
    return _REASONS[step](place) if step in _REASONS else f"step `{step}`"


def _counted(place: Place, evidence: Evidence) -> str:
    kind = "phrase" if evidence.phrase else "word" if evidence.length == 1 else "chunk"
    other = "other" if evidence.has_value else "different"
    many = f"{evidence.words:,} {other} {kind}{'s' * (evidence.words != 1)} stood at place {place.nth}"
    enough = f"{max(1, math.ceil(evidence.need))} enough"
    return f"{many} ({', '.join((enough, *_around(place, evidence)))})"


def _around(place: Place, evidence: Evidence) -> list[str]:
    """What made fewer words enough."""
    sign, word = place.before(1), place.before(2) if place.before(1).isspace() else place.before(1)
    told = [
        ("a value stood there already", evidence.has_value),
        (f"in `{sign}{place.after}`", sign in OPENING and OPENING[sign] == place.after),
        (f"behind `{sign}`", sign in ("=", ":")),
        (f"behind `{word}`", word.lower() in BEFORE_VALUES),
        ("it looks like a value", evidence.length == 1 and likeness(place.text) > 0),
        ("one of a few alternatives", any(place.text in words for words in forms.ALTERNATIVES)),
    ]
    return [text for text, true in told if true]


def _word(place: Place) -> str:
    if forms.is_known(place.text):
        return "a name known to be a value"
    if place.before(2).lower() in forms.NOUNS:
        return f"numbered name behind `{place.before(2)}`"
    return "side by side with others of its series"


def _chunk(place: Place) -> str:
    text = place.text.replace(SLOT, forms.KNOWN)
    fitting = (form.name for form in forms.FORMS if re.fullmatch(form.pattern, text))
    return f"form: {next(fitting, 'value')}"


def _record(place: Place) -> str:
    for back in range(1, 5):
        if place.before(back) in ("=", ":"):
            return f"behind `{place.before(back)}` in a record"
    return "a named value of a record"


def _list(place: Place) -> str:
    inside = place.tokens[place.start : place.stop]
    if "," in inside:
        return "a list of values whose length varies"
    if any(token not in (SLOT, " ") for token in inside):
        return "a quantity with its unit, which varies"
    return "values side by side, whose number varies"


def _fits(place: Place) -> str:
    return "the line fits others but for this" if place.alone else "the line fits in several slots at once"


def _empty(place: Place) -> str:
    return f"nothing in `{place.before(1)}{place.after}`, where others have a value"


_REASONS: dict[str, Callable[[Place], str]] = {
    "type_words": _word,
    "type_chunks": _chunk,
    "type_objects": lambda place: "a JSON object is one value",
    "type_records": _record,
    "collapse_lists": _list,
    "absorb": _fits,
    "fill_empty": _empty,
}
