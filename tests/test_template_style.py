"""Templates in the style of the Loghub truth."""

from __future__ import annotations

import pytest

from logcli.errors import UsageError
from logcli.pipeline import Request, Run
from logcli.templates import loghub, template_id

LINES = "user alice  took 3 ms\nuser alice took 14 ms\nopened /var/log/a for root\n"


@pytest.fixture
def request_of(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(LINES, encoding="utf-8")
    return lambda **more: Request(targets=(str(path),), template_style="loghub", **more)


def test_templates_of_one_text_are_one_row(request_of):
    with Run(request_of()) as run:
        rows = run.templates().to_pydict()
    assert dict(zip(rows["template"], rows["count"], strict=True)) == {
        "user alice took <*> ms": 2,
        "opened <*> for <*>": 1,
    }
    assert rows["template_id"] == [template_id(text) for text in rows["template"]]


def test_records_carry_the_same_ids(request_of):
    with Run(request_of()) as run:
        found = [row for batch in run.parsed() for row in batch.to_pylist()]
    assert [row["template"] for row in found[:2]] == ["user alice took <*> ms"] * 2
    assert found[0]["template_id"] == found[1]["template_id"] == template_id("user alice took <*> ms")


def test_raw_lines_are_found_by_that_id(request_of):
    with Run(request_of()) as run:
        shown = b"".join(run.excerpts(template_id("user alice took <*> ms")))
    assert shown == LINES.encode()[: LINES.index("opened")]


def test_slots_belong_to_lossless_templates(request_of):
    with Run(request_of()) as run, pytest.raises(UsageError, match="lossless"):
        run.templates(values=True)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("took  <*>ms", "took <*>"),
        ("id=<*>.<*> at /a/b", "id=<*> at <*>"),
        ("enabled: True, 17 <*><*>", "enabled: <*>, <*> <*>"),
        ("<*>/<*> kept", "<*>/<*> kept"),
    ],
)
def test_the_correction_rules(text, rendered):
    assert loghub(text) == rendered
    assert loghub(rendered) == rendered
