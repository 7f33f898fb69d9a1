"""Format files: what is read, what is refused, and what their samples are checked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logcli.base import BLANK, NO_MATCH, RECORD_START
from logcli.definitions import load
from logcli.errors import UsageError
from logcli.layout import format_class, lines_of
from logcli.layout_check import check

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
about: A format for tests
layout:
  - '{time:%Y-%m-%d} {severity_text:level} {body}'
levels: {Y: INFO, NO: 13}
samples:
  - line: '2020-01-02 no hello'
    time: '2020-01-02T00:00:00Z'
    severity_number: 13
    body: hello
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "made.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    leaf = format_class("made", path)()
    assert (leaf.name, leaf.continuation, leaf.wraps) == ("made", "indented", False)
    assert check(str(path)) == []


# What is replaced in GOOD, by what, the line of the error, a word of it.
BAD = [
    ("about: A", "aboot: A", 1, "did you mean `about`"),
    ("about: A format for tests\n", "", 1, "`about`"),
    ("about: A", "about: [A]\n# A", 1, "text"),
    ("layout:", "layouts:", 2, "did you mean `layout`"),
    ("layout:", "about: x\nlayout:", 2, "twice"),
    ("layout:", "json: {}\nlayout:", 2, "one of"),
    ("level}", "levle}", 3, "unknown class"),
    ("%Y-%m-%d}", "%Y-%q-%d}", 3, "directive"),
    ("Y: INFO", "Y: INFOO", 4, "did you mean `INFO`"),
    ("NO: 13", "NO: 31", 4, "31"),
    ("NO: 13", "A-WORD-OF-MANY-BYTES: 13", 4, "16 bytes"),
    ("levels: {Y: INFO, NO: 13}", "levels: 3", 4, "mapping"),
    ("levels: {Y: INFO, NO: 13}", "continuation: some", 4, "there are any"),
    ("levels: {Y: INFO, NO: 13}", "wraps: yes", 4, "true or false"),
    ("levels: {Y: INFO, NO: 13}", "priority: high", 4, "whole number"),
    ("levels: {Y: INFO, NO: 13}", "time: ['%Y']", 4, "regex"),
    ("severity_number: 13", "severty_number: 13", 8, "did you mean `severity_number`"),
    ("line: '2020-01-02 no hello'", "line: 7", 6, "`line`"),
    ("body: hello", "attributes: []", 9, "mapping"),
    ("body: hello", "body: &a hello\n    scope: *a\n    attributes: {a: 'x", 0, "not YAML"),
    ("samples:\n", "samples: &a\n  - *a\n", 0, "alias"),
    (GOOD[GOOD.index("samples") :], "", 1, "samples"),
    (GOOD, "- a\n- b\n", 1, "mapping"),
    (GOOD, "", 1, "mapping"),
    (GOOD, "a: [", 2, "not YAML"),
    (GOOD, "{[a]: b}", 1, "plain word"),
    ("- '{time", "- 7\n  - '{time", 3, "texts"),
    ("layout:\n  - ", "layout: ", 2, "list"),
]


@pytest.mark.parametrize(("old", "new", "line", "word"), BAD)
def test_bad_files(tmp_path: Path, old: str, new: str, line: int, word: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        format_class("made", path)
    report = caught.value.report()
    assert word in report
    assert f"made.yaml:{line}" in report if line else "made.yaml" in report
    assert len(check(str(path))) == 1


def test_a_caret_shows_the_place(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("level}", "levle}"))
    with pytest.raises(UsageError) as caught:
        format_class("made", path)
    shown, caret = caught.value.report().splitlines()[2:4]
    assert shown[caret.index("^") :].startswith("levle}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        format_class("made", tmp_path / "none.yaml")
    (tmp_path / "made.yaml").write_bytes(b"about: \xff")
    with pytest.raises(UsageError):
        format_class("made", tmp_path / "made.yaml")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("body: hello", "body: hullo", "sample 1: `body` is `hello`, expected `hullo`"),
        ("severity_number: 13", "severity_number: 9", "sample 1: `severity_number` is `13`, expected `9`"),
        ("body: hello", "scope: x", "sample 1: `scope` is absent, expected `x`"),
        (
            "02T00:00:00Z",
            "03T00:00:00Z",
            "sample 1: `time` is 2020-01-02T00:00:00.000000000, expected",
        ),
        ("'2020-01-02T", "'--01-02T", "sample 1: `time: --01-02T00:00:00Z` is not a time"),
        (
            "time: '2020-01-02T00:00:00Z'",
            "time: T00:00:00",
            "sample 1: `time` is 2020-01-02T00:00:00.000000000",
        ),
        ("no hello", "nope hello", "sample 1: does not fit: expected a severity word at byte 11"),
        ("levels:", "  - '{body}'\nlevels:", "layout 2 is not the first that fits any sample"),
    ],
)
def test_samples_that_come_out_otherwise(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = check(str(write(tmp_path, GOOD.replace(old, new, 1))))
    assert found[0].startswith(problem)


def test_scalars_are_those_of_yaml_1_2(tmp_path: Path) -> None:
    text = "a: no\nb: 12:30:45\nc: 2020-01-01\nd: 010\ne: true\nf: ~\ng: 1.5\nh: '7'\ni: 1_0\nj: 0x1F\n"
    assert load(write(tmp_path, text)).data == {
        "a": "no", "b": "12:30:45", "c": "2020-01-01", "d": 10, "e": True, "f": None, "g": 1.5, "h": "7",
        "i": "1_0", "j": "0x1F",
    }  # fmt: skip


REGEX = r"""about: A format by regular expressions
regex:
  - '^(?P<time>\S+) (?P<severity_text>[A-Z]+) (?P<resource__host__name>\w+) (?P<body>.*)$'
  - '^# (?P<body>.*)$'
time: ['%Y-%m-%d']
samples:
  - line: '2020-01-02 WARN web hello'
    time: '2020-01-02T00:00:00Z'
    severity_number: 13
    body: hello
    resource: {host.name: web}
  - line: '# note'
    body: note
"""


def test_a_format_by_regular_expressions(tmp_path: Path) -> None:
    path = write(tmp_path, REGEX)
    leaf = format_class("made", path)()
    assert check(str(path)) == []
    found = leaf.cut(lines_of([b"# x", b"what", b"  "]))
    assert found.status.tolist() == [RECORD_START, NO_MATCH, BLANK]
    assert leaf.explain(b"# x") == (3, "the line fits")
    assert leaf.explain(b"what")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "line"), [("\\w+) (?P<body>.*)", "\\w+) (?P<body>.*", 3), ("%Y-%m-%d", "%K", 5)]
)
def test_bad_regular_expressions(tmp_path: Path, old: str, new: str, line: int) -> None:
    assert old in REGEX
    with pytest.raises(UsageError) as caught:
        format_class("made", write(tmp_path, REGEX.replace(old, new, 1)))
    assert f"made.yaml:{line}" in caught.value.report()
    assert "^" in caught.value.report()
