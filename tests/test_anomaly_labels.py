"""Reading anomaly labels in each form that datasets have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from logcli import anomaly_labels
from logcli.base import AnomalyLabels
from logcli.card import Labels
from logcli.errors import LogcliError


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def labels(data: bytes, **more: Any) -> AnomalyLabels:
    Path("l.txt").write_bytes(data)
    return anomaly_labels.read(Labels("block", "l.txt", **more), Path("l.txt"))


def said(found: AnomalyLabels) -> list[tuple[str, str]]:
    return list(zip(found.keys, [found.kinds[k] for k in found.kind], strict=True))


def test_labels_of_a_csv() -> None:
    found = labels(
        b'id,x,what\n"b,1",,Fail\nb2,,Normal\nb3,,Fail\nb4,,Slow\n', key="id", label="what", pattern=r"(b\d)"
    )
    assert said(found) == [("b,1", "Fail"), ("b2", "Normal"), ("b3", "Fail"), ("b4", "Slow")]
    assert found.kinds == ("Normal", "Fail", "Slow") and found.anomalous.tolist() == [True, False, True, True]
    assert (found.per, found.pattern, found.others) == ("block", r"(b\d)", False)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_labels_as_first_words(chunk: int, end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomaly_labels, "_CHUNK", chunk)
    lines = [
        b"- fine",
        b"FATAL - bad",
        b"-",
        b"-x no dash",
        b"",
        b"- again - FATAL",
        b"FATAL",
        b"\xff y",
        b"-",
    ]
    found = labels(b"\n".join(lines) + end, form="first_word", normal="-")
    assert [found.kinds[k] for k in found.kind] == ["-", "FATAL", "-", "-x", "-", "-", "FATAL", "\\xff", "-"]
    assert (found.kinds[0], len(found.keys)) == ("-", 0)


def test_labels_as_a_list() -> None:
    found = labels(b"These failed: m-1 and m-22,\nm-1 twice.", form="list", pattern=r"m-(\d+)", others=True)
    assert said(found) == [("1", "Anomaly"), ("22", "Anomaly")] and found.others
    assert said(labels(b"m-1", form="list", pattern=r"m-\d+")) == [("m-1", "Anomaly")]


def test_labels_in_sections() -> None:
    text = b"About a1: see\n### X\nNormal:\n+ a2\n+ a3 a4\n\nMachine down: \n+ a5\n### Y\nNormal:\n+ a6\n"
    found = labels(text, form="sections", pattern=r"a\d")
    assert said(found) == [
        ("a2", "Normal"), ("a3", "Normal"), ("a4", "Normal"), ("a5", "Machine down"), ("a6", "Normal"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "form", "message"),
    [
        (b"id,what\nb1,Normal\nb2,Fail\nb1,Fail\n", "csv", "`b1` is labelled 2 times"),
        (b"Normal:\nb1\nDown:\nb1\nb1", "sections", "`b1` is labelled 3 times"),
        (b"id,what\n", "csv", "the file has no labels"),
        (b"nothing", "list", "the file has no labels"),
        (b"b1 b2", "sections", "the file has no labels"),
        (b"id,that\nb1,Normal\n", "csv", "no column `what`"),
        (b"id,what\nb1\n", "csv", "a row has 1 values, the header 2"),
    ],
)
def test_labels_that_cannot_be(data: bytes, form: str, message: str) -> None:
    with pytest.raises(LogcliError, match=message):
        labels(data, form=form, key="id", label="what", pattern=r"b\d")


@pytest.mark.parametrize("form", ["csv", "first_word"])
def test_a_log_taken_for_labels_has_too_many_kinds(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomaly_labels, "_MOST_KINDS", 10)
    data = b"id,what\n" + b"".join(b"w%d,w%d\n" % (k, k) for k in range(20))
    with pytest.raises(LogcliError, match="more than 10 kinds of label"):
        labels(data, form=form, key="id", label="what")
