"""The files of log statements: a program's texts with typed slots, as data.

A file has `about` and three lists of statements, one to the line: `often`, `sometimes`, `seldom`. A slot
is `{kind}`, `{kind(words|words)}` or `{name:kind}`: slots of one name in a statement have one value.
`{{` and `}}` are braces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from logcli import definitions
from logcli.datasets._statements_values import KINDS, OF_OTHERS
from logcli.definitions import Definition
from logcli.errors import LogcliError
from logcli.templates import SLOT

GROUPS = ("often", "sometimes", "seldom")
_PART = re.compile(r"\{\{|\}\}|\{(?:(\w+):)?(\w+)(?:\(([^{}]*)\))?\}|[{}]")


@dataclass(frozen=True)
class Slot:
    """A place for a value: its kind, the words in its brackets, and a name if it has one."""

    kind: str
    words: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Statement:
    """A log statement: constant texts, one more than there are slots between them.

    group : `often`, `sometimes` or `seldom`
    """

    literals: tuple[str, ...]
    slots: tuple[Slot, ...]
    group: str = GROUPS[0]

    @property
    def template(self) -> str:
        """The true template."""
        return SLOT.join(self.literals)


@cache
def statements(path: Path) -> tuple[Statement, ...]:
    """The statements of a program's file, in their order.

    Raises DefinitionError for a file that is not as it should be.
    """
    found = definitions.load(path)
    for key in found.data:
        if key not in ("about", *GROUPS):
            raise found.error(f"there is no `{key}`", key, hint=f"known: about, {', '.join(GROUPS)}")
    made: dict[str, Statement] = {}
    for group in GROUPS:
        for number, text in enumerate(str(found.data.get(group, "")).split("\n")):
            if not text:
                continue
            statement = _statement(text, group, found, number)
            if statement.template in made:
                raise _error(found, group, number, f"the template stands here twice: {statement.template}")
            made[statement.template] = statement
    return tuple(made.values())


def _statement(text: str, group: str, file: Definition, number: int) -> Statement:
    literals, slots, at = [""], list[Slot](), 0
    for part in _PART.finditer(text):
        literals[-1] += text[at : part.start()]
        at = part.end()
        if part.group() in ("{{", "}}"):
            literals[-1] += part.group()[0]
        elif part[2] is None:
            raise _error(file, group, number, f"a brace alone in: {text}")
        else:
            literals.append("")
            slots.append(_slot(part, file, group, number))
    literals[-1] += text[at:]
    if any(not literal for literal in literals[1:-1]):
        raise _error(file, group, number, f"two slots with nothing between in: {text}")
    return Statement(tuple(literals), tuple(slots), group)


def _slot(part: re.Match[str], file: Definition, group: str, number: int) -> Slot:
    kind, words = part[2], tuple(part[3].split("|")) if part[3] is not None else ()
    inner = words[:1] if kind in OF_OTHERS else ()
    for name in (kind, *inner):
        if name not in KINDS:
            raise _error(file, group, number, f"no kind of value called `{name}`")
    if (kind == "choice" and len(words) < 2) or (kind in OF_OTHERS and not inner):
        raise _error(file, group, number, f"`{kind}` needs words in brackets")
    return Slot(kind, words, part[1] or "")


def _error(file: Definition, group: str, number: int, what: str) -> LogcliError:
    line = file.lines.get((group,), 0) + 1 + number
    return definitions.DefinitionError(what, f"{file.path}:{line}")
