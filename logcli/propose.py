"""A first draft of a format from sample lines: time, level and delimited fields common to all of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass

from logcli import schema
from logcli.errors import LogcliError

# Time forms and how they look, the longer ones first.
_FORMS = (
    ("%Y-%m-%dT%H:%M:%S.%f%z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"),
    ("%Y-%m-%dT%H:%M:%S,%f", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{1,9}"),
    ("%Y-%m-%dT%H:%M:%S.%f", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}"),
    ("%Y-%m-%dT%H:%M:%S", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
    ("%Y-%m-%d %H:%M:%S.%f %z", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,9} [+-]\d\d:?\d\d"),
    ("%Y-%m-%d %H:%M:%S %z", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:?\d\d"),
    ("%Y-%m-%d %H:%M:%S,%f", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{1,9}"),
    ("%Y-%m-%d %H:%M:%S.%f", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,9}"),
    ("%Y-%m-%d %H:%M:%S", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
    ("%Y/%m/%d %H:%M:%S.%f", r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{1,9}"),
    ("%Y/%m/%d %H:%M:%S", r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"),
    ("%d/%b/%Y:%H:%M:%S %z", r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"),
    ("%d-%b-%Y %H:%M:%S.%f", r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{1,9}"),
    ("%d-%b-%Y %H:%M:%S", r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d"),
    ("%a %b %e %H:%M:%S.%f %Y", r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d\.\d{1,9} \d{4}"),
    ("%a %b %e %H:%M:%S %Y", r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d \d{4}"),
    ("%b %e %H:%M:%S", r"[A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d"),
    ("%d %b %Y %H:%M:%S.%f", r"\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{1,9}"),
    ("%d %b %Y %H:%M:%S", r"\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d"),
    ("%y/%m/%d %H:%M:%S", r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d"),
    ("%m/%d/%Y %H:%M:%S", r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d"),
    ("%d.%m.%Y %H:%M:%S", r"\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d"),
    ("%Y%m%d %H:%M:%S", r"\d{8} \d\d:\d\d:\d\d"),
    ("%y%m%d %H%M%S", r"\d{6} \d{6}"),
    ("%H:%M:%S.%f", r"\d\d:\d\d:\d\d\.\d{1,9}"),
    ("%H:%M:%S,%f", r"\d\d:\d\d:\d\d,\d{1,9}"),
    ("%H:%M:%S", r"\d\d:\d\d:\d\d"),
    ("%Q", r"1\d{9}(?:\.\d+|\d{3}|\d{6}|\d{9})?"),
)
# How far into a line its time may stand, and how many lines the draft looks at.
_REACH = 120
_LINES = 200
# Share of the lines that must agree on a token for it to be part of the header.
_AGREE = 0.9
_WORDS = "|".join(sorted(map(re.escape, schema.LEVELS), key=len, reverse=True))
_TOKEN = re.compile(
    rf"(?P<level>(?i:{_WORDS})(?![A-Za-z0-9_]))|(?P<number>\d+(?![\w.]))|(?P<word>[\w.$/-]*[A-Za-z0-9_])"
    r"|(?P<blank>[ \t]+)|(?P<mark>.)"
)
_NAMES = {"number": ("process.pid", "thread.id"), "word": ("scope",), "inside": ("thread.name",)}
_CLOSING = {"[": "]", "(": ")", "<": ">"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def propose(lines: list[str]) -> str:
    """YAML of a format for these lines, to be looked over by a person.

    Raises LogcliError when the lines have no time and no level in common.

    >>> print(propose(["2021-03-04 05:06:07 INFO [main] up", "2021-03-04 05:06:08 WARN [db-1] slow"]))
    about: Describe this format in a few words
    layout:
      - '{time:%Y-%m-%d %H:%M:%S} {severity_text:level} [{thread.name}] {body}'
    continuation: any
    samples:
      - line: "2021-03-04 05:06:07 INFO [main] up"
        body: "up"
    """
    heads = [line for line in lines if line.strip() and line[0] not in " \t"][:_LINES]
    form, pattern = _time_form(heads)
    rows = [_tokens(line, pattern) for line in heads]
    header, kept = _common(rows)
    if not any(token.kind in ("time", "level") for token in header):
        raise LogcliError(
            "cannot propose a format",
            why="no time and no level word stands at the same place of most lines",
            hint="give lines that begin records, without continuation lines",
        )
    layout, patterns = _layout(header, form)
    return _yaml(layout, _samples([line for line, row in zip(heads, rows, strict=True) if row in kept], patterns))


def _time_form(lines: list[str]) -> tuple[str, re.Pattern[str] | None]:
    best: tuple[int, str, re.Pattern[str] | None] = (0, "", None)
    for form, look in _FORMS:
        pattern = re.compile(rf"(?<![\d.:]){look}(?![\d:])")
        hits = sum(bool(pattern.search(line[:_REACH])) for line in lines)
        if hits > best[0] * 1.05:
            best = (hits, form, pattern)
    return (best[1], best[2]) if best[0] >= _AGREE * len(lines) * 0.8 else ("", None)


def _tokens(line: str, time: re.Pattern[str] | None) -> list[_Token]:
    """The line's tokens; its first time is one token."""
    found = time.search(line[:_REACH]) if time else None
    if not found:
        return _plain(line)
    return [*_plain(line[: found.start()]), _Token("time", found[0]), *_plain(line[found.end() :])]


def _plain(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    i = 0
    while i < len(text):
        inside = _inside(text, i)
        if inside:
            tokens += [_Token("mark", text[i]), _Token("inside", inside)]
            i += len(inside) + 1
            continue
        match = _TOKEN.match(text, i)
        assert match and match.lastgroup
        tokens.append(_Token(match.lastgroup, match[0]))
        i = match.end()
    return tokens


def _inside(text: str, i: int) -> str:
    """What a bracket at `i` holds, if it closes and is not a level or a number."""
    closing = _CLOSING.get(text[i])
    end = text.find(closing, i + 1) if closing else -1
    held = text[i + 1 : end] if end > i + 1 else ""
    return "" if held.strip().upper() in schema.LEVELS or held.isdigit() else held


def _common(rows: list[list[_Token]]) -> tuple[list[_Token], list[list[_Token]]]:
    """The header that most rows share, cut after its last delimiter, and the rows that have it."""
    header: list[_Token] = []
    kept = rows
    enough = _AGREE * len(rows) * 0.8
    solid = 0
    while True:
        k = len(header)
        counts = Counter(_key(row[k]) for row in kept if k < len(row))
        if not counts or counts.most_common(1)[0][1] < max(enough, _AGREE * len(kept)):
            break
        key = counts.most_common(1)[0][0]
        kept = [row for row in kept if k < len(row) and _key(row[k]) == key]
        header.append(kept[0][k])
        if key[0] in ("time", "level") or (key[0] == "mark" and key[1] in "]):|>-"):
            solid = len(header)
    return header[:solid], kept


def _key(token: _Token) -> tuple[str, str]:
    """What has to be the same in all rows: punctuation itself, of other tokens only the kind."""
    if token.kind == "blank":
        return "blank", ""
    return token.kind, token.text if token.kind == "mark" else ""


def _layout(header: list[_Token], form: str) -> tuple[str, re.Pattern[str]]:
    """The layout, and a pattern that finds the body of a sample."""
    layout, pattern = "", ""
    used: Counter[str] = Counter()
    for token in header:
        if token.kind == "mark":
            layout += "\\" * (token.text in "{}\\") + token.text
            pattern += re.escape(token.text)
        elif token.kind == "blank":
            layout += " " if token.text in " \t" else "  "
            pattern += r"[ \t]+"
        else:
            layout += _field(token, form, used)
            pattern += ".+?" if token.kind == "inside" else re.escape(token.text) if not token.kind else r"\S.*?"
    blank = "" if layout.endswith(" ") else " "
    return f"{layout}{blank}{{body}}", re.compile(pattern + r"[ \t]*")


def _field(token: _Token, form: str, used: Counter[str]) -> str:
    if token.kind == "time":
        return f"{{time:{form}}}"
    if token.kind == "level":
        name = "severity_text" if not used["level"] else "field"
        used["level"] += 1
        return f"{{{name}:level}}" if name == "severity_text" else "{field_level:w}"
    names = _NAMES[token.kind]
    count = used[token.kind]
    used[token.kind] += 1
    name = names[count] if count < len(names) else f"field_{sum(used.values())}"
    return {"number": f"{{{name}:d}}", "word": f"{{{name}:[\\w.$/-]}}", "inside": f"{{{name}}}"}[token.kind]


def _samples(lines: list[str], pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    found = []
    for line in lines[:1]:
        match = pattern.match(line)
        if match:
            found.append((line, line[match.end() :]))
    return found


def _yaml(layout: str, samples: list[tuple[str, str]]) -> str:
    quoted = layout.replace("'", "''")
    text = f"about: Describe this format in a few words\nlayout:\n  - '{quoted}'\ncontinuation: any\nsamples:\n"
    for line, body in samples:
        text += f"  - line: {json.dumps(line, ensure_ascii=False)}\n"
        text += f"    body: {json.dumps(body, ensure_ascii=False)}\n"
    return text.rstrip("\n")
