"""Files in which a user corrects the parser by example lines, checked key by key.

A mistake is reported with file and line. What a correction comes to is up to `correcting`.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, NamedTuple

from logcli.definitions import Definition, DefinitionError, load_list
from logcli.examples import Example, Span
from logcli.templates import SLOT

if TYPE_CHECKING:
    from pathlib import Path

# What the examples' words are called, by kind of correction, and whether they may be left out.
_WORDS = {"merge": "", "split": "keep", "constant": "words", "value": "words"}
_OPTIONAL = {"split"}
# Each word doubles the templates that a `constant` may make.
_MOST_CONSTANTS = 5


class Correction(NamedTuple):
    """What a user wants of lines like some examples.

    kind : `merge`, `split`, `constant` or `value`
    examples : several for `merge`, else one
    words : the places in the example of each word that is meant; those of all its words for a `split`
        that names none
    where : file and line
    """

    kind: str
    examples: tuple[Example, ...]
    words: tuple[tuple[Span, ...], ...]
    where: str

    @property
    def spans(self) -> list[Span]:
        """All the places."""
        return [span for places in self.words for span in places]


def read(path: Path) -> list[Correction]:
    """The corrections in a file, in their order.

    Raises DefinitionError.
    """
    definition = load_list(path)
    return [_correction(definition, number, item) for number, item in enumerate(definition.items)]


def _correction(definition: Definition, number: int, item: Any) -> Correction:
    if not isinstance(item, dict):
        raise _mistake(definition, f"a correction begins with one of {', '.join(_WORDS)}", number)
    kinds = [key for key in item if key in _WORDS]
    if len(kinds) != 1 and set(item) <= {*_WORDS, *_WORDS.values()}:
        found = " and ".join(f"`{kind}`" for kind in kinds) or "none"
        raise _mistake(definition, f"a correction has one of {', '.join(_WORDS)}, found {found}", number)
    _check_keys(definition, number, item, kinds[0] if kinds else "")
    kind = kinds[0]
    examples = _examples(definition, number, kind, item[kind])
    where = f"{definition.path}:{definition.lines[(number,)]}"
    return Correction(kind, examples, _words(definition, number, kind, item, examples[0]), where)


def _check_keys(definition: Definition, number: int, item: dict[str, Any], kind: str) -> None:
    known = [kind, _WORDS[kind]] if kind else [*_WORDS, "keep", "words"]
    known = [key for key in known if key]
    for key in item:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(known)}"
            what = f"unknown key `{key}`" + (f" of `{kind}`" if kind else "")
            raise _mistake(definition, what, number, key, at=key, hint=hint)


def _examples(definition: Definition, number: int, kind: str, value: Any) -> tuple[Example, ...]:
    several = kind == "merge"
    texts = value if several and isinstance(value, list) else [value]
    if not all(isinstance(text, str) and text for text in texts) or len(texts) < 1 + several:
        wanted = "a list of two or more lines" if several else "a line"
        what = f"`{kind}` must be {wanted} of the log, as text"
        raise _mistake(definition, what, number, kind, at=kind, hint="put each into quotes")
    path = (number, kind)
    lines = [definition.lines.get((*path, k), definition.lines[path]) for k in range(len(texts))]
    return tuple(Example.of(text, f"{definition.path}:{n}") for text, n in zip(texts, lines, strict=True))


def _words(
    definition: Definition, number: int, kind: str, item: dict[str, Any], example: Example
) -> tuple[tuple[Span, ...], ...]:
    key = _WORDS[kind]
    if not key or (key not in item and kind in _OPTIONAL):
        return tuple((span,) for span in example.names()) if key else ()
    words = item.get(key)
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        what, hint = f"`{kind}` needs `{key}`, a list of words as text", f"write `{key}: ['ready']`"
        raise _mistake(definition, what, number, key if key in item else kind, at=key, hint=hint)
    if kind == "constant" and len(words) > _MOST_CONSTANTS:
        what = f"more than {_MOST_CONSTANTS} words in one correction"
        raise _mistake(definition, what, number, key, at=key, hint="`split` makes one template of them all")
    for k, word in enumerate(words):
        if SLOT in word and kind != "value":
            raise _mistake(definition, f"`{SLOT}` in a log is always a value", number, key, k, at=word)
    return tuple(_places(definition, word, example, number, key, k) for k, word in enumerate(words))


def _places(definition: Definition, word: str, example: Example, *path: str | int) -> tuple[Span, ...]:
    found = example.places(word)
    if not found:
        near = difflib.get_close_matches(word, example.words, n=1)
        some = " ".join(f"`{example.words[a]}`" for a, _ in example.parts())
        hint = f"did you mean `{near[0]}`?" if near else f"its words are {some}"
        raise _mistake(definition, f"`{word}` is no word of the example", *path, at=word, hint=hint)
    return tuple(found)


def _mistake(
    definition: Definition, what: str, *path: str | int, at: str = "", hint: str = ""
) -> DefinitionError:
    """A mistake with its line of the file and a caret under the wrong word."""
    error = definition.error(what, *path, hint=hint)
    number = int(error.where.rpartition(":")[2])
    error.excerpt = definition.path.read_text(encoding="utf-8").splitlines()[number - 1].rstrip()
    error.position = max(0, error.excerpt.rfind(at) if at else 0)
    return error
