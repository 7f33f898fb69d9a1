"""Why lines were put together: shapes, slots, reasons and lines of a template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from logcli import shapes
from logcli.commands import _explain
from tests.conftest import SHOP
from tests.running import logcli, process
from tests.runs import in_blocks_of, running

NAMES = ("ann", "bob", "eve", "joe", "kim", "liz")


def written(path: Path, bodies: list[str]) -> Path:
    stamps = (f"2024-01-01 10:{k // 60:02d}:{k % 60:02d}" for k in range(len(bodies)))
    path.write_text("".join(f"{stamp} INFO {body}\n" for stamp, body in zip(stamps, bodies, strict=True)))
    return path


def explained(path: Path, template: str, **asked: Any) -> dict[str, Any]:
    with running(path, **asked) as run:
        table = run.templates(again=True)
        found = dict(zip(table["template"].to_pylist(), table["template_id"].to_pylist(), strict=True))
        evidence = run.explained(found[template])
        facts = evidence.facts(_explain._row(table, found[template]), 10, run.shape_text)
        return {"parser": run.parser.name, **facts}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    bodies = [f"user {name} logged in after {k} ms" for k, name in enumerate(NAMES * 3)]
    return written(tmp_path / "x.log", [*bodies, "user ann logged in after 99 ms", "disk is full"])


def test_what_is_known_of_a_template(log: Path) -> None:
    facts = explained(log, "user <*> logged in after <*> ms")
    assert facts["words"] == ["user", "logged", "in", "after", "ms"]
    name, took = facts["slots"]
    assert (name["type"], name["distinct"], name["top"][0]) == ("enum", 6, ["ann", 4])
    assert (took["type"], took["min"], took["max"]) == ("number", 0, 99)
    assert facts["distinct_shapes"] == 6
    assert facts["shapes"][0] == {"lines": 4, "shape": "user ann logged in after <*> ms"}
    assert sum(shape["lines"] for shape in facts["shapes"]) == facts["count"] == 19
    scan, words = facts["decisions"]
    assert (scan["slot"], scan["why"]) == (2, "the scan saw a value there")
    assert words["why"].startswith("6 different words stood at place 2 (")
    assert "behind `user`" in words["why"]
    assert (words["shapes"], words["lines"], words["distinct_texts"]) == (6, 19, 6)
    lines = {name: line["line"] for name, line in facts["examples"].items()}
    assert lines == {"first": 1, "last": 19, "rare": 2}
    assert facts["examples"]["last"]["text"] == log.read_text().splitlines()[18]


@pytest.mark.parametrize("parser", ["drain", "digits", "identity"])
def test_other_parsers_show_bodies(log: Path, parser: str) -> None:
    with running(log, parser=parser) as run:
        template = run.templates()["template"].to_pylist()[0]
    facts = explained(log, template, parser=parser)
    assert facts["decisions"] is None
    assert facts["shapes"][0]["lines"] * facts["distinct_shapes"] >= facts["count"]
    assert "keeps none" in _explain.text(facts)


def test_a_model_shows_shapes(log: Path, tmp_path: Path) -> None:
    model = tmp_path / "a.model"
    with running(log) as run:
        run.learn()
        run.save_model(model)
    facts = explained(log, "user <*> logged in after <*> ms", model=model)
    assert (facts["decisions"], facts["distinct_shapes"], facts["count"]) == (None, 6, 19)


@pytest.mark.parametrize("asked", [{"jobs": 2}, {"jobs": 1}])
def test_neither_blocks_nor_threads_matter(
    log: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    whole = explained(log, "user <*> logged in after <*> ms")
    in_blocks_of(100, monkeypatch)
    assert explained(log, "user <*> logged in after <*> ms", max_line=99, **asked) == whole


def test_text_fits_80_columns_and_cannot_drive_the_terminal(tmp_path: Path) -> None:
    bodies = [f"读取\t{'文' * 60} \x07 of {k} {'y' * 200} done" for k in range(3)]
    log = written(tmp_path / "x.log", bodies)
    with running(log) as run:
        (template,) = run.templates()["template"].to_pylist()
    shown = _explain.text(explained(log, template))
    assert max(map(cell_len, shown.splitlines())) <= 80
    assert "\x07" not in shown and "\\x07" in shown and "\t" not in shown


def test_records_of_several_lines(tmp_path: Path) -> None:
    trace = "java.lang.IllegalStateException: x\n" + "".join(f"\tat a.B.c(B.java:{k})\n" for k in range(9))
    log = written(tmp_path / "x.log", [f"took {k} ms\n{trace}".rstrip() for k in (1, 2)])
    shown = _explain.text(explained(log, "took <*> ms"))
    assert "... 5 more" in shown
    assert shown.count("java.lang.IllegalStateException") == 2


def test_a_pipe_and_arrow() -> None:
    data = (SHOP / "orders.log").read_bytes()
    from_file = process("templates", "orders.log", "--explain", "83133", "--json", cwd=SHOP)
    piped = process("templates", "--explain", "83133", "--json", input=data)
    file, pipe = (json.loads(done.out)["data"] for done in (from_file, piped))
    assert json.loads(piped.out)["schema"] == "logcli.explanation/1"
    assert pipe["examples"]["first"]["text"] == file["examples"]["first"]["text"]
    batches = process("parse", "orders.log", "-t", "arrow", "-q", cwd=SHOP).out
    arrow = json.loads(process("templates", "--explain", "83133", "--json", input=batches).out)["data"]
    assert arrow["examples"]["first"]["text"].startswith("Order SO-")
    for facts in (pipe, arrow):
        assert [facts[key] for key in ("count", "slots", "decisions")] == [
            file[key] for key in ("count", "slots", "decisions")
        ]


def test_into_a_file(log: Path, tmp_path: Path) -> None:
    with running(log) as run:
        table = run.templates()
    wanted = table["template_id"].to_pylist()[0]
    for name in ("x.json", "x.txt"):
        assert logcli("templates", log, "--explain", wanted[:6], "-o", tmp_path / name).code == 0
    facts = json.loads((tmp_path / "x.json").read_text())["data"]
    assert facts["template_id"] == wanted
    assert (tmp_path / "x.txt").read_text() == _explain.text(facts)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--params",), "`--explain` and `--params` exclude each other"),
        (("-k", "count"), "`--explain` and `--fields` exclude each other"),
        (("--sort", "rare"), "`--explain` and `--sort` exclude each other"),
        (("-t", "csv"), "cannot be written as `csv`"),
        (("--template-style", "loghub"), "slots are those of lossless templates"),
    ],
)
def test_wrong_options(log: Path, options: tuple[str, ...], message: str) -> None:
    done = logcli("templates", log, "--explain", "8", *options)
    assert (done.code, done.out) == (2, b"")
    assert message in done.err


def test_only_what_is_kept_is_explained(log: Path) -> None:
    done = logcli("templates", log, "--grep", "user (ann|bob)", "--json")
    (row,) = [row for row in json.loads(done.out)["rows"] if row["count"] > 1][:1]
    done = logcli("templates", log, "--grep", "user (ann|bob)", "--explain", row["template_id"], "--json")
    facts = json.loads(done.out)["data"]
    assert facts["count"] == sum(shape["lines"] for shape in facts["shapes"]) == row["count"]


def test_lines_beyond_the_shapes_that_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, _, *others = shapes.ShapeTable.__init__.__defaults__ or ()
    monkeypatch.setattr(shapes.ShapeTable.__init__, "__defaults__", (raw, 3, *others))
    log = written(tmp_path / "x.log", [f"{name} {name} {'x ' * k}" for k, name in enumerate(NAMES)])
    with running(log) as run:
        texts = run.templates()["template"].to_pylist()
    for text in texts:
        facts = explained(log, text)
        assert sum(shape["lines"] for shape in facts["shapes"]) == facts["count"]
