"""Reading truths: values as they stand, and what is wrong with a file that is no such table."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from logcli import truths
from logcli.base import Labelled
from logcli.card import Truth
from logcli.errors import LogcliError

HEADER = ("LineId", "Content", "EventId", "EventTemplate")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def table(*rows: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def read(data: bytes, known: bytes = b"", packed: bool = False, **more: Any) -> Labelled:
    """The truth in a CSV file `t.csv`, with known templates in `e.csv`."""
    Path("e.csv").write_bytes(known)
    place = Path("t.csv.gz" if packed else "t.csv")
    place.write_bytes(gzip.compress(data) if packed else data)
    return truths.read(Truth("t.csv", **more), lambda path: place if path == "t.csv" else Path(path))


ODD = [
    ('a "quoted", word', "a <*> word"),
    ("two\nlines\r\nthree", "two <*>"),
    ("null", "NA"),
    ("", ""),
    (" blanks  kept ", "<*>"),
    ("1.0", "007"),
    ("naïve 日本 \U0001f600", "naïve <*>"),
]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_values_are_read_as_they_stand(packed: bool, mark: bytes) -> None:
    found = read(mark + table(("Content", "EventTemplate"), *ODD), packed=packed)
    assert list(zip(found.bodies, found.templates, strict=True)) == ODD


def test_a_large_file_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truths, "_BLOCK", 4096)
    rows = [(f"line {k}\nof, two", f"template {k % 7 if k < 900 else k % 11}") for k in range(2000)]
    found = read(table(("Content", "EventTemplate"), *rows))
    assert list(zip(found.bodies, found.templates, strict=True)) == rows


def test_other_columns_and_line_ends() -> None:
    found = read(b"what;x,t\r\na;b,c\r\n\r\nd,e", body="what;x", template="t")
    assert (found.bodies, found.templates) == (["a;b", "d"], ["c", "e"])


def test_what_is_no_utf8_is_shown() -> None:
    found = read(b"Content,EventTemplate\na\xff,b\nc,\xe9\n")
    assert (found.bodies, found.templates) == (["a\\xff", "c"], ["b", "\\xe9"])


def test_templates_by_their_ids() -> None:
    rows = table(HEADER, ("1", "a 1", "E2", "wrong"), ("2", "b", "E1", "wrong"), ("3", "a 2", "E2", "wrong"))
    templates = table(("EventId", "EventTemplate"), ("E1", "b"), ("E2", "a <*>"))
    assert read(rows, templates, templates="e.csv").templates == ["a <*>", "b", "a <*>"]
    with pytest.raises(LogcliError, match=r"`E2` in `t.csv` is no template") as error:
        read(rows, templates.replace(b"E2", b"E3"), templates="e.csv")
    assert error.value.where == "e.csv"


@pytest.mark.parametrize(
    ("rules", "said"), [("", "root at /tmp/<*>"), ("khan", "<*> at <*>"), ("loghub2", "root at /tmp/<*>")]
)
def test_correction_rules(rules: str, said: str) -> None:
    data = table(("Content", "EventTemplate"), ("root at /tmp/7", "root at /tmp/<*>"))
    assert read(data, rules=rules).templates == [said]


WRONG = {
    "a column is missing": (b"Content,Template\na,b\n", "no column `EventTemplate`", "t.csv"),
    "empty": (b"", "no column `Content`", "t.csv"),
    "a row is long": (b"Content,EventTemplate\na,b\nc,d,e\n", "a row has 3 values, the header 2", "t.csv:3"),
    "a row is short": (b'Content,EventTemplate\n"a\nb",c\nd\n', "a row has 1 values", "t.csv:4"),
    "a quote is open": (b'Content,EventTemplate\n"a,b\n', "a row has 1 values", "t.csv:2"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_such_table(what: str) -> None:
    data, said, where = WRONG[what]
    with pytest.raises(LogcliError, match=said) as error:
        read(data)
    assert error.value.where == where
    if "column" in what:
        assert error.value.hint == "there are: Content, Template"


def damaged(data: bytes, at: int) -> bytes:
    return data[:at] + b"\xff\xff" + data[at + 2 :]


PACKED = gzip.compress(table(HEADER, *((str(k), f"a {k * k}", "E1", "a <*>") for k in range(5000))))


@pytest.mark.parametrize(
    "data", [PACKED[:-30], PACKED[:9], damaged(PACKED, 10), damaged(PACKED, -6), b"plain"]
)
def test_a_packed_table_that_is_damaged(data: bytes) -> None:
    Path("t.csv.gz").write_bytes(data)
    with pytest.raises(LogcliError, match="cannot read the truth") as error:
        truths.read(Truth("t.csv"), lambda path: Path("t.csv.gz"))
    assert error.value.where == "t.csv.gz" and error.value.why
