"""Values of many words: errors, free text, commands, SQL, JSON and lists."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from logcli.datasets import _statements_words as words_of
from logcli.datasets._statements_dice import Dice, Kind
from logcli.datasets._statements_names import kebab, noun, snake, uuid


def _choice(dice: Dice, words: Sequence[str]) -> str:
    return dice.often(words)


def _any_of(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


def _text(dice: Dice, _: Sequence[str]) -> str:
    if dice.chance(0.6):
        return dice.often(words_of.PHRASES)
    outcome = dice.pick(("failed", "skipped", "is late"))
    return f"{dice.pick(words_of.VERBS)} of {dice.pick(words_of.TRAITS)} {noun(dice)} {outcome}"


def _go_error(dice: Dice, _: Sequence[str]) -> str:
    cause = dice.often(words_of.LOWER_ERRORS)
    form = dice.below(5)
    if form == 0:
        place = f"10.0.4.{dice.between(1, 254)}:{dice.pick((443, 2379, 5432))}"
        return f"dial tcp {place}: connect: connection refused"
    if form == 1:
        return f'Get "https://api.example.com/v1/{noun(dice)}s/{dice.between(1, 900)}": {cause}'
    if form == 2:
        return (
            f"rpc error: code = {dice.pick(('Unavailable', 'NotFound', 'DeadlineExceeded'))} desc = {cause}"
        )
    return cause if form == 3 else f"{noun(dice)}: {cause}"


def _java_error(dice: Dice, _: Sequence[str]) -> str:
    name = dice.often(words_of.EXCEPTIONS)
    return f"{name}: {dice.often(words_of.SYSTEM_ERRORS)}" if dice.chance(0.7) else name


def _python_error(dice: Dice, _: Sequence[str]) -> str:
    name = dice.often(words_of.PYTHON_ERRORS)
    about = dice.pick(
        (f"'{noun(dice)}'", dice.pick(words_of.LOWER_ERRORS), f"invalid value {dice.below(900)}")
    )
    return f"{name}: {about}"


def _sql(dice: Dice, _: Sequence[str]) -> str:
    table, column, number = dice.pick(words_of.TABLES), dice.pick(words_of.COLUMNS), dice.between(1, 90_000)
    form = dice.below(6)
    if form == 0:
        columns, limit = f"{column}, {dice.pick(words_of.COLUMNS)}", dice.between(1, 100)
        return f"SELECT {columns} FROM {table} WHERE {column} = {number} LIMIT {limit}"
    if form == 1:
        return f"UPDATE {table} SET {column} = '{noun(dice)}' WHERE id = {number}"
    if form == 2:
        return f"INSERT INTO {table} ({column}, status) VALUES ({number}, '{dice.pick(words_of.TRAITS)}')"
    if form == 3:
        return f"DELETE FROM {table} WHERE {column} < {number}"
    return (
        f"SELECT count(*) FROM {table}" if form == 4 else f"select * from {table} where {column} in ($1, $2)"
    )


def _json_value(dice: Dice) -> Any:
    return dice.pick(
        (dice.between(0, 4_000), noun(dice), dice.chance(0.5), None, uuid(dice), dice.below(90) / 8)
    )


def _json(dice: Dice, _: Sequence[str]) -> str:
    inner: dict[str, Any] = {
        snake(dice) if dice.chance(0.4) else noun(dice): _json_value(dice) for _ in range(dice.between(1, 4))
    }
    if dice.chance(0.3):
        inner[noun(dice)] = [dice.between(1, 99) for _ in range(dice.below(4))]
    return json.dumps(inner, separators=dice.pick(((",", ":"), (", ", ": "))))


def _python_dict(dice: Dice, _: Sequence[str]) -> str:
    return repr({noun(dice): _json_value(dice) for _ in range(dice.between(1, 3))})


def _pairs(dice: Dice, _: Sequence[str]) -> str:
    return " ".join(
        f"{noun(dice)}={dice.pick((noun(dice), str(dice.below(500))))}" for _ in range(dice.between(1, 4))
    )


def _labels(dice: Dice, _: Sequence[str]) -> str:
    return ", ".join(f'{noun(dice)}="{kebab(dice)}"' for _ in range(dice.between(1, 4)))


def lists(kinds: Mapping[str, Kind], between: str) -> Kind:
    """Some values of the kind that the slot's brackets name, now and then only one.

    kinds : what there is, by name
    between : what stands between two values
    """

    def make(dice: Dice, words: Sequence[str]) -> str:
        item = kinds[words[0]]
        count = dice.pick((1, 2, 2, 3, 3, 4, 6))
        return between.join(item.make(dice, words[1:]) for _ in range(count))

    def pattern(words: Sequence[str]) -> str:
        item = f"(?:{kinds[words[0]].fits(words[1:])})"
        return f"{item}(?:{re.escape(between)}{item})*"

    return Kind(make, pattern, 0, 0.04)


def _maybe(kinds: Mapping[str, Kind]) -> Kind:
    """A value of the kind that the slot's brackets name, or nothing at all."""

    def make(dice: Dice, words: Sequence[str]) -> str:
        return "" if dice.chance(0.3) else kinds[words[0]].make(dice, words[1:])

    return Kind(make, lambda words: f"(?:{kinds[words[0]].fits(words[1:])})?", 0, 0.0)


def with_lists(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """The kinds that are made of other ones."""
    return {
        "list": lists(kinds, ", "),
        "list_comma": lists(kinds, ","),
        "list_blank": lists(kinds, " "),
        "maybe": _maybe(kinds),
    }


_LINE = r"\S(?:.*\S)?"

KINDS: dict[str, Kind] = {
    "choice": Kind(_choice, _any_of, 0, 0.08),
    "text": Kind(_text, r"[A-Za-z][a-z]*(?: [\w-]+)*", 0, 0.03),
    "errno": Kind(
        lambda dice, _: dice.often(words_of.SYSTEM_ERRORS), _any_of(words_of.SYSTEM_ERRORS), 0, 0.1
    ),
    "error": Kind(_go_error, r"[A-Za-z]" + _LINE, 0, 0.05),
    "java_error": Kind(_java_error, r"[a-z]+(?:\.\w+)+(?:: [\w /]+)?", 0, 0.08),
    "exception": Kind(lambda dice, _: dice.often(words_of.EXCEPTIONS), r"[a-z]+(?:\.\w+)+", 0, 0.1),
    "python_error": Kind(_python_error, r"[\w.]+: " + _LINE, 0, 0.05),
    "command": Kind(lambda dice, _: dice.often(words_of.COMMANDS), r"[/a-z]" + _LINE, 0, 0.05),
    "sql": Kind(_sql, r"(?i:select|update|insert|delete) .+", 0, 0.0),
    "json": Kind(_json, r"\{.+\}", 0, 0.0),
    "python_dict": Kind(_python_dict, r"\{.+\}", 0, 0.0),
    "pairs": Kind(_pairs, r"\w+=\w+(?: \w+=\w+)*", 0, 0.0),
    "labels": Kind(_labels, r'\w+="[\w-]+"(?:, \w+="[\w-]+")*', 0, 0.0),
    "agent": Kind(lambda dice, _: dice.often(words_of.AGENTS), _any_of(words_of.AGENTS), 0, 0.04),
}
