"""The layout language and its kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli import schema
from logcli.base import BLANK, RECORD_START
from logcli.layout import LayoutFormat, lines_of
from logcli.layout_language import LayoutError, parse
from logcli.layout_program import compile_layouts


def make(*layouts: str, **levels: int) -> LayoutFormat:
    """A format of these layouts; `levels` are further severity words."""
    program = compile_layouts(layouts, {**schema.LEVELS, **levels})
    return type("Made", (LayoutFormat,), {"program": program, "layouts": list(layouts)})()


def cut(leaf: LayoutFormat, line: str) -> dict[str, Any] | None:
    """Fields of one line, None if it does not fit."""
    found = leaf.cut(lines_of([line.encode()]))
    if found.status[0] != RECORD_START:
        return None
    fields = {
        name: found.text[start[0] : end[0]].tobytes().decode()
        for name, (start, end) in found.columns.items()
        if start[0] >= 0
    }
    if found.severity[0]:
        fields["severity"] = int(found.severity[0])
    if found.time_kind[0]:
        fields["time"] = str(np.datetime64(int(found.time[0]), "ns"))[:19]
    return fields


# Layout, line, fields (`body` is left out where it is empty); None: the line does not fit.
CASES: list[tuple[str, str, dict[str, Any] | None]] = [
    # literals and blanks
    ("ab {body}", "ab rest of it ", {"body": "rest of it "}),
    ("ab {body}", "ab", None),
    ("ab {body}", "ab ", {}),
    ("ab {body}", "ax rest", None),
    ("a b{body}", "a\tb", {}),
    ("a b{body}", "a  b", None),
    ("a  b{body}", "a \t  b!", {"body": "!"}),
    ("a  b{body}", "ab", None),
    ("ä→{body}", "ä→ü", {"body": "ü"}),
    (r"\{\\\}{body}", "{\\}x", {"body": "x"}),
    ("a", "a  ", {}),
    ("a", "ab", None),
    # fields up to a literal
    ("{a}: {body}", "x: y: z", {"a": "x", "body": "y: z"}),
    ("{a}: {body}", ": : z", {"a": ": ", "body": "z"}),
    ("{a?}: {body}", ": z", {"body": "z", "a": ""}),
    ("{a} {body}", "x\ty", {"a": "x", "body": "y"}),
    ("{a}  [{body}", "x y  \t [z", {"a": "x y", "body": "z"}),
    ("[{a}] {b:d} {body}", "[x] y] 7 z", {"a": "x] y", "b": "7", "body": "z"}),
    ("{a} {b:d} {body}", "x y 7 z", None),
    ("{-} {body}", "x y", {"body": "y"}),
    ("{a}", "x", {"a": "x"}),
    # classes
    ("{a:d}{body}", "12x", {"a": "12", "body": "x"}),
    ("{a:d}{body}", "x", None),
    ("{a:d?}{body}", "x", {"a": "", "body": "x"}),
    ("{a:x}{body}", "beEfg", {"a": "beEf", "body": "g"}),
    ("{a:w}{body}", "a_1-b", {"a": "a_1", "body": "-b"}),
    ("{a:s}{body}", "a,b\tc", {"a": "a,b", "body": "\tc"}),
    (r"{a:[\w.-]}{body}", "a.b-c:d", {"a": "a.b-c", "body": ":d"}),
    (r"{a:[^:\]]}{body}", "a]b", {"a": "a", "body": "]b"}),
    ("{a:[a-cX]}{body}", "abXd", {"a": "abX", "body": "d"}),
    (r"{a:[\t\d]}{body}", "1\t2 ", {"a": "1\t2", "body": " "}),
    ("{a:[^ ]}{body}", "ü x", {"a": "ü", "body": " x"}),
    # a literal that the class could swallow
    ("{a:[a-z:]}: {body}", "a::b: c", {"a": "a::b", "body": "c"}),
    ("{a:[0-9a-f:]}:{b:d} x", "fe::1:80 x", {"a": "fe::1", "b": "80"}),
    ("{a:[a-z:]}: {body}", "aB: c", None),
    ("{a:[a-z:]?}:{b:d}", ":1", {"a": "", "b": "1"}),
    # quotes
    ('{a:q} {body}', r'"x \" y" z', {"a": r"x \" y", "body": "z"}),
    ('{a:q} {body}', r'"x\\" z', {"a": r"x\\", "body": "z"}),
    ('{a:q} {body}', '"" z', {"a": "", "body": "z"}),
    ('{a:q} {body}', '"x z', None),
    ('{a:q}', r'"x\"', None),
    # severities
    ("{severity_text:level} {body}", "Warning x", {"severity_text": "Warning", "body": "x", "severity": 13}),
    ("{severity_text:level} {body}", "INFOS x", None),
    ("{severity_text:level}{body}", "CRITICAL!", {"severity_text": "CRITICAL", "body": "!", "severity": 18}),
    ("{severity_text:level} {body}", "W x", None),
    ("{severity_text:[A-Z]} {body}", "ERROR x", {"severity_text": "ERROR", "body": "x", "severity": 17}),
    ("{severity_text:[A-Z]} {body}", "HELLO x", {"severity_text": "HELLO", "body": "x"}),
    ("{severity_text}] {body}", "error] x", {"severity_text": "error", "body": "x", "severity": 17}),
    ("<{p:pri}>{body}", "<34>x", {"p": "34", "body": "x", "severity": 18}),
    ("<{p:pri}>{body}", "<0>x", {"p": "0", "body": "x", "severity": 21}),
    ("<{p:pri}>{body}", "<192>x", None),
    ("{p:pm} {body}", "30 x", {"p": "30", "body": "x", "severity": 9}),
    # times
    ("[{time:%H:%M|%Y}]", "[2020]", {"time_text": "2020", "time": "2020-01-01T00:00:00"}),
    ("{time:%Y-%m-%d} {body}", "2020-13-01 x", None),
    # optional and repeated parts
    ("a{? [{b}]?}: {body}", "a [x]: y", {"b": "x", "body": "y"}),
    ("a{? [{b}]?}: {body}", "a: y", {"body": "y"}),
    ("a{? [{b}]?}: {body}", "a [x: y", None),
    ("{?{a:d},?}{?{b:d};?}{body}", "1;x", {"b": "1", "body": "x"}),
    ("{?{a:w} ?}{?{a:w}=?}{body}", "x=y", {"a": "x", "body": "y"}),
    ("{?{a:w}!?}{?{a:w}=?}{body}", "x!y-", {"a": "x", "body": "y-"}),
    ("{?[{a}]?} {body}", "[x] y", {"a": "x", "body": "y"}),
    ("{? {a}?}: {body}", " x: y", {"a": "x", "body": "y"}),
    ("{?{severity_text:level} x?}{body}", "INFO y", {"body": "INFO y"}),
    ("{?{time:%Y} x?}{body}", "2020 y", {"body": "2020 y"}),
    ("{?a{?b{c:d}?}?}{body}", "ab1", {"c": "1"}),
    ("{?a{?b{c:d}?}?}{body}", "abx", {"body": "bx"}),
    ("{*{a:w}:*}{body}", "x:y:z", {"a": "x:y", "body": "z"}),
    ("{*{a:w}:*}{body}", "z", {"body": "z"}),
    ("{*{a:d?}*}{body}", "zz", {"body": "zz", "a": ""}),
    ("{*[{a}]*} {body}", "[x][y] z", {"a": "x][y", "body": "z"}),
    # fields around fields
    ('"{<body}{m:[A-Z]} {u}{body>}" {-:d}', '"GET /x" 200', {"body": "GET /x", "m": "GET", "u": "/x"}),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "line", "fields"), CASES)
def test_each_operation(layout: str, line: str, fields: dict[str, Any] | None) -> None:
    if fields is not None:
        fields = {"body": "", **fields}
    assert cut(make(layout), line) == fields


def test_the_first_layout_that_fits_wins() -> None:
    leaf = make("{a:d} {body}", "{b} {body}", "{body}")
    lines = lines_of([b"1 x", b"x y", b"xy", b"", b" \t "])
    assert leaf.patterns(lines).tolist() == [0, 1, 2, -1, -1]
    assert leaf.cut(lines).status.tolist() == [RECORD_START] * 3 + [BLANK] * 2


def test_a_layout_that_failed_leaves_nothing_behind() -> None:
    leaf = make("{a:w} {severity_text:level} {time:%Y} !", "{body}")
    assert cut(leaf, "x INFO 2020 ?") == {"body": "x INFO 2020 ?"}


def test_attributes_can_be_left_out() -> None:
    leaf = make("{a:d} {scope} {b} {body}")
    found = leaf.cut(lines_of([b"1 x y z"]), attributes=False)
    assert set(found.columns) == {"time_text", "body", "scope"}
    assert found.columns["body"][0].tolist() == [6]


def test_words_of_a_format() -> None:
    leaf = make("{severity_text:level} {body}", W=13, **{"A-B": 5})
    assert cut(leaf, "w x") == {"severity_text": "w", "body": "x", "severity": 13}
    assert cut(leaf, "a-b x") == {"severity_text": "a-b", "body": "x", "severity": 5}


def test_every_known_word_is_found_in_any_case() -> None:
    leaf = make("{severity_text:level}")
    for word, number in schema.LEVELS.items():
        for text in (word, word.lower(), word.title()):
            found = cut(leaf, text)
            assert found is not None
            assert found["severity"] == number


@pytest.mark.parametrize(
    ("layout", "line", "position", "expected"),
    [
        ("{time:%Y-%m-%d} {body}", "yesterday x", 0, "a time like `%Y-%m-%d`"),
        ("{a:d}: {body}", "12 x", 2, "`: `"),
        ("{a:d} {severity_text:level} {body}", "12 hello x", 3, "a severity word"),
        ("[{a}] {body}", "[x x", 1, "`] ` after `{a}`"),
        ("{a:d}", "12x", 2, "the end of the line"),
        ("{a:[x-z]}!", "abc", 0, "bytes of `{a:[x-z]}`"),
        ("{a:q}", "abc", 0, "a quoted string"),
        ("a{? [{b}]?}: {body}", "a;", 1, "`: `"),
        ("{body}", "abc", 3, ""),
    ],
)
def test_explain(layout: str, line: str, position: int, expected: str) -> None:
    found = make(layout).explain(line.encode())
    assert found == (position, f"expected {expected}" if expected else "the line fits")


def test_explain_tells_of_the_layout_that_came_farthest() -> None:
    assert make("{a:d} x", "{a:d} y {b:d}", "z").explain(b"1 y z") == (4, "expected digits")


@pytest.mark.parametrize(
    ("layout", "position"),
    [
        ("", 0),
        ("{", 0),
        ("{a", 2),
        ("{a:}", 3),
        ("{a:foo}", 3),
        ("{a:[}", 3),
        ("{a:[]}", 3),
        ("{a:[z-a]}", 4),
        ("{a:[ü]}", 4),
        ("{a:d", 4),
        ("{a:dd}", 3),
        ("x {?a", 2),
        ("x {*a", 2),
        ("{??}", 0),
        ("{time}", 0),
        ("{time:}", 0),
        ("{time:%Y", 0),
        ("{time:%Y %K}", 9),
        ("x {a}{b:d}", 2),
        ("{a}{? x?}", 0),
        ("{*{a}*} x", 2),
        ("\\", 0),
        ("{!}", 0),
    ],
)
def test_bad_layouts(layout: str, position: int) -> None:
    with pytest.raises(LayoutError) as caught:
        make("{body}", layout)
    assert (caught.value.position, caught.value.layout) == (position, 1)


# --- hostile lines -------------------------------------------------------------------------------

# Every operation, and lines made of what they look for.
EVERYTHING = (
    '{?<{p:pri}>?}{time:%Y-%m-%dT%H:%M:%S.%f%z|%b  %e %H:%M:%S|%y%m%d %H%M%S|%Q} '
    '{*[{a:[^\\]]}]*}{q:q}  {b} {c:x}-{body}',
    '{n:pm} {severity_text:level}{? [{d}]?}: {e:[\\w:]}: {f?}  ({body}',
    '{<body}{severity_text:[A-Z]}{body>}/{g:s} {h:d?}{*{i},*}{?x{j:q}?}',
)  # fmt: skip
PIECES = [
    "2020-01-01T00:00:00", ".5", "Z", "+02:00", "Jan", " ", "  ", "\t", "12", "081109 203518", "[", "]", '"',
    "\\", '\\"', ":", "::", ": ", "-", "(", "<34>", "INFO", "warning", "abc", "ü", ",", "x", "/", "=",
    "a" * 17, "1700000000",
]  # fmt: skip
hostile = st.lists(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), max_size=6)


def everything(lines: Any) -> list[list[int]]:
    """All that a cut gives, absent fields without their ends."""
    found = make(*EVERYTHING).cut(lines)
    columns = [(s.tolist(), np.where(s < 0, -1, e).tolist()) for s, e in found.columns.values()]
    rest = (found.status, found.time, found.time_kind, found.severity)
    return [*[part.tolist() for part in rest], *[side for pair in columns for side in pair]]


@settings(deadline=None)
@given(hostile, st.binary(min_size=1, max_size=20))
def test_what_surrounds_a_line_is_no_matter(texts: list[str], noise: bytes) -> None:
    """No operation reads past the end of its line: other bytes there change nothing."""
    encoded = [text.encode() for text in texts]
    alone = lines_of(encoded)
    noisy = lines_of(encoded)
    data = bytearray(noise * (len(alone.text) + 1))[: len(alone.text)]
    for start, end in zip(alone.start.tolist(), alone.end.tolist(), strict=True):
        data[start:end] = alone.text[start:end].tobytes()
    last = max(alone.end.tolist(), default=0)
    noisy.text = np.frombuffer(data[:last] or bytearray(1), np.uint8)
    assert everything(alone) == everything(noisy)


@settings(deadline=None)
@given(hostile)
def test_lines_do_not_depend_on_each_other(texts: list[str]) -> None:
    encoded = [text.encode() for text in texts]
    together = make(*EVERYTHING).cut(lines_of(encoded))
    for row, text in enumerate(encoded):
        alone = make(*EVERYTHING).cut(lines_of([text]))
        assert (alone.status[0], alone.time[0], alone.severity[0]) == (
            together.status[row], together.time[row], together.severity[row],
        )  # fmt: skip


@settings(deadline=None)
@given(hostile)
def test_fields_lie_within_their_lines(texts: list[str]) -> None:
    lines = lines_of([text.encode() for text in texts])
    found = make(*EVERYTHING).cut(lines)
    for start, end in found.columns.values():
        there = start >= 0
        assert (start[there] >= lines.start[there]).all()
        assert (end[there] <= lines.end[there]).all()
        assert (start[there] <= end[there]).all()


@pytest.mark.parametrize("unit", [" ", "\t", '"', '\\"', ":", "a:", "[", "[]", "<34>", "0", "x ", ": "])
def test_long_lines_take_time_in_proportion(unit: str) -> None:
    """A line of a megabyte that fails late must not cost a megabyte per byte."""
    leaf = make(*EVERYTHING, "{a}  [{b}  ]{c:[^!]}: {d?} ({e}) {f:q} {body}")
    lines = lines_of([unit.encode() * (1_000_000 // len(unit)), b"30 INFO" + unit.encode() * 300_000])
    from time import process_time

    begin = process_time()
    leaf.cut(lines)
    assert process_time() - begin < 2


FUZZ = """
import numpy as np
from tests.test_layout import EVERYTHING, PIECES, make
from logcli.layout import lines_of
from logcli.times import Clock, parse_any
rng = np.random.default_rng(5)
pieces = [piece.encode() for piece in PIECES]
texts = [b"".join(pieces[k] for k in rng.integers(0, len(pieces), rng.integers(0, 14))) for _ in range(3000)]
texts += [rng.integers(0, 256, 40, dtype=np.uint8).tobytes().replace(b"\\n", b"") for _ in range(1000)]
texts += [b"[]" * 2000, b":" * 3000]
lines = lines_of(texts)
found = make(*EVERYTHING).cut(lines)
assert found.status.any()
for text in texts[:50]:
    make(*EVERYTHING).explain(text)
time, kind = parse_any(lines.text, lines.start, lines.end)
Clock(tz="Europe/Berlin").resolve(time, kind)
print("in bounds")
"""


@pytest.mark.slow
def test_kernels_stay_inside_their_arrays(tmp_path: Path) -> None:
    """The same code with numba's checks on, compiled apart from the cache of the other tests."""
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "LOGCLI_CACHE_DIR": str(tmp_path)}
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", FUZZ], env=environment, cwd=root, capture_output=True, text=True, check=False
    )
    assert done.stdout == "in bounds\n", done.stderr


def test_parts_of_a_layout() -> None:
    names = [type(part).__name__ for part in parse("a{b}{?c{*d*}?}{time:%Y}{<x}{x>}")]
    assert names == ["Literal", "Field", "Group", "Clock", "Bound", "Bound"]
