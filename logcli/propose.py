"""A first draft of a format from sample lines: time, level and delimited fields common to all of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass

from logcli import schema
from logcli.base import RECORD_START
from logcli.errors import LogcliError
from logcli.fieldlines import from_layout
from logcli.layout import lines_of

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
    ("%Y-%m-%d-%H.%M.%S.%f", r"\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d{1,9}"),
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
    ("%Y%m%d-%H:%M:%S:%f", r"\d{8}-\d{1,2}:\d{1,2}:\d{1,2}:\d{1,3}"),
    ("%m-%d %H:%M:%S.%f", r"\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,9}"),
    ("%m.%d %H:%M:%S", r"\d\d\.\d\d \d\d:\d\d:\d\d"),
    ("%y%m%d %H%M%S", r"\d{6} \d{6}"),
    ("%H:%M:%S.%f", r"\d\d:\d\d:\d\d\.\d{1,9}"),
    ("%H:%M:%S,%f", r"\d\d:\d\d:\d\d,\d{1,9}"),
    ("%H:%M:%S", r"\d\d:\d\d:\d\d"),
    ("%Q", r"1\d{9}(?:\.\d+|\d{3}|\d{6}|\d{9})?"),
)
# How far into a line its time may stand, and how many lines the draft looks at.
_REACH = 120
_LINES = 200
# Tokens without a delimiter after which the header is over.
_GAP = 6
# Share of the lines that must agree on a token for it to be part of the header.
_AGREE = 0.9
_WORDS = "|".join(sorted(map(re.escape, schema.LEVELS), key=len, reverse=True))
_TOKEN = re.compile(
    rf"(?P<level>(?i:{_WORDS})(?![A-Za-z0-9_]))|(?P<number>\d+(?![\w.]))|(?P<word>[\w.$/-]*[A-Za-z0-9_])"
    r"|(?P<blank>[ \t]+)|(?P<mark>.)"
)
# When punctuation differs from line to line: what stands between blanks.
_CHUNK = re.compile(
    rf"(?P<level>(?i:{_WORDS})(?=[ \t]|$))|(?P<blank>[ \t]+)|(?P<mark>[][(){{}}|])"
    r"|(?P<chunk>[^] \t[(){}|]+)"
)
_NAMES: dict[str, tuple[str, ...]] = {
    "number": ("process.pid", "thread.id"),
    "word": ("scope",),
    "inside": ("thread.name",),
    "chunk": (),
}
_CLASSES = {"number": ":d", "word": ":[\\w.$/-]", "inside": "", "chunk": ":s"}
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
      - '{time:%Y-%m-%d %H:%M:%S} {severity_text:level} [{thread.name}]{?  ?}{body}'
    continuation: any
    samples:
      - line: "2021-03-04 05:06:07 INFO [main] up"
        body: "up"
    """
    heads = [line for line in lines if line.strip() and line[0] not in " \t"][:_LINES]
    form, pattern = _time_form(heads)
    header: list[_Token] = []
    for token in (_TOKEN, _CHUNK):
        if not _useful(header):
            rows = [
                tokens for line in heads if (tokens := _tokens(line, pattern, token)) and _timed(tokens, form)
            ]
            header = _common(rows)
    layout = _layout(header, form) if _useful(header) else ""
    samples = _samples(layout, heads) if layout else []
    if not samples:
        raise LogcliError(
            "cannot propose a format",
            why="no time and no level word stands at the same place of most lines",
            hint="give lines that begin records, without continuation lines",
        )
    return _yaml(layout, samples)


def _time_form(lines: list[str]) -> tuple[str, re.Pattern[str] | None]:
    best: tuple[int, str, re.Pattern[str] | None] = (0, "", None)
    for form, look in _FORMS:
        pattern = re.compile(rf"(?<!\d)(?<!\d[.:/-]){look}(?!\d|[.:/-]\d)")
        hits = sum(bool(pattern.search(line[:_REACH])) for line in lines)
        if hits > best[0] * 1.05:
            best = (hits, form, pattern)
    return (best[1], best[2]) if best[0] >= _AGREE * len(lines) * 0.8 else ("", None)


def _useful(header: list[_Token]) -> bool:
    return any(token.kind in ("time", "level") for token in header)


def _timed(tokens: list[_Token], form: str) -> bool:
    return not form or any(token.kind == "time" for token in tokens)


def _tokens(line: str, time: re.Pattern[str] | None, token: re.Pattern[str]) -> list[_Token]:
    """The line's tokens; its first time is one token."""
    found = time.search(line[:_REACH]) if time else None
    if not found:
        return _plain(line, token)
    before, after = line[: found.start()], line[found.end() :]
    return [*_plain(before, token), _Token("time", found[0]), *_plain(after, token)]


def _plain(text: str, token: re.Pattern[str]) -> list[_Token]:
    tokens: list[_Token] = []
    i = 0
    while i < len(text):
        inside = _inside(text, i) if token is _TOKEN else ""
        if inside:
            tokens += [_Token("mark", text[i]), _Token("inside", inside)]
            i += len(inside) + 1
            continue
        match = token.match(text, i)
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


def _common(rows: list[list[_Token]]) -> list[_Token]:
    """The header that most rows share, cut after its last delimiter."""
    header: list[_Token] = []
    solid = 0
    while not solid or len(header) - solid <= _GAP:
        k = len(header)
        counts = Counter(_key(row[k]) for row in rows if k < len(row))
        key, count = counts.most_common(1)[0] if counts else (("", ""), 0)
        if count < max(1, _AGREE * len(rows)):
            break
        rows = [row for row in rows if k < len(row) and _key(row[k]) == key]
        header.append(rows[0][k])
        if key[0] in ("time", "level") or (key[0] == "mark" and key[1] in "]):|-"):
            solid = len(header)
    return header[:solid]


def _key(token: _Token) -> tuple[str, str]:
    """What has to be the same in all rows: punctuation itself, of other tokens only the kind."""
    if token.kind == "blank":
        return "blank", ""
    return token.kind, token.text if token.kind == "mark" else ""


def _layout(header: list[_Token], form: str) -> str:
    layout = ""
    used: Counter[str] = Counter()
    for token in header:
        if token.kind == "mark":
            layout += "\\" * (token.text in "{}\\") + token.text
        elif token.kind == "blank":
            layout += " " if token.text in " \t" else "  "
        else:
            layout += _field(token, form, used)
    # One blank behind the header is its end; without one the body may begin at once.
    return layout.rstrip() + "{?  ?}{body}"


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
    return f"{{{name}{_CLASSES[token.kind]}}}"


def _samples(layout: str, lines: list[str]) -> list[tuple[str, str]]:
    """The first line that the layout fits, and its body."""
    leaf = from_layout(layout)
    cut = leaf.cut(lines_of([line.encode() for line in lines]))
    rows = [row for row in range(len(lines)) if cut.status[row] == RECORD_START][:1]
    start, end = cut.columns["body"]
    return [(lines[row], bytes(cut.text[start[row] : end[row]]).decode("utf-8", "replace")) for row in rows]


def _yaml(layout: str, samples: list[tuple[str, str]]) -> str:
    quoted = layout.replace("'", "''")
    text = ["about: Describe this format in a few words", "layout:", f"  - '{quoted}'"]
    text += ["continuation: any", "samples:"]
    for line, body in samples:
        text.append(f"  - line: {json.dumps(line, ensure_ascii=False)}")
        text.append(f"    body: {json.dumps(body, ensure_ascii=False)}")
    return "\n".join(text)
