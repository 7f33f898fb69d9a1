"""Saved models: ids that stay, one pass, and files that are none."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from logcli.errors import LogcliError
from tests.runs import in_blocks_of, parsed, piped, rows, running

SHOP = Path(__file__).parent.parent / "datasets" / "shop"
FIRST = ["node1 up after 3 ms", "user ann logged in", "user bob logged in", "disk sda1 full"]
SECOND = [
    "node1 up after 4 ms",
    "node2 up after 5 ms",
    "user ann logged in",
    "user eve logged in",
    "brand new",
]


def written(folder: Path, name: str, bodies: list[str]) -> Path:
    path = folder / name
    stamps = (f"2024-01-01 10:{k // 60:02d}:{k % 60:02d}" for k in range(len(bodies)))
    path.write_text("".join(f"{stamp} INFO {body}\n" for stamp, body in zip(stamps, bodies, strict=True)))
    return path


def saved(folder: Path, log: Path, **asked: Any) -> Path:
    path = folder / "a.model"
    with running(log, **asked) as run:
        run.learn()
        run.save_model(path)
    return path


def ids(*targets: Path, **asked: Any) -> dict[str, str]:
    """Id of each body's template."""
    return {row["body"]: row["template_id"] for row in parsed(*targets, **asked)}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return saved(tmp_path, written(tmp_path, "a.log", FIRST))


@pytest.mark.parametrize("parser", ["shape", "drain", "drain3", "digits", "identity"])
@pytest.mark.parametrize("name", ["orders", "inventory", "web"])
def test_the_same_log_gets_the_same_templates(tmp_path: Path, parser: str, name: str) -> None:
    log = SHOP / f"{name}.log"
    model = saved(tmp_path, log, parser=parser, grain="shape" if parser == "shape" else None)
    assert ids(log, model=model) == ids(log, parser=parser)


def test_known_messages_keep_their_ids(tmp_path: Path, model: Path) -> None:
    before = ids(tmp_path / "a.log")
    second = written(tmp_path, "b.log", SECOND)
    after = ids(second, model=model)
    assert after["node1 up after 4 ms"] == before["node1 up after 3 ms"]
    assert after["user ann logged in"] == before["user ann logged in"]
    new = {body for body, template in after.items() if template not in before.values()}
    assert new == {"node2 up after 5 ms", "user eve logged in", "brand new"}


def test_new_templates_are_counted(tmp_path: Path, model: Path) -> None:
    second = written(tmp_path, "b.log", SECOND * 3)
    records = parsed(second, model=model)
    with running(second, model=model) as run:
        table = run.templates()
        account = run.account
    assert dict(zip(table["template_id"].to_pylist(), table["count"].to_pylist(), strict=True)) == Counter(
        row["template_id"] for row in records
    )
    with running(second, model=model) as run:
        rows(run.parsed())
        assert run.account.templates == account.templates == 5
    by_text = {row["template"]: row for row in table.to_pylist()}
    assert (by_text["brand new"]["first_line"], by_text["brand new"]["last_line"]) == (5, 15)
    assert by_text["<*> up after <*> ms"]["example"] == "node2 up after 5 ms"


def test_template_and_parameters_give_back_the_body(tmp_path: Path, model: Path) -> None:
    for row in parsed(written(tmp_path, "b.log", SECOND), model=model):
        text = row["template"]
        for value in row["parameters"]:
            text = text.replace("<*>", value, 1)
        assert text == row["body"]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("size", [100, 300])
def test_neither_blocks_nor_threads_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Path, jobs: int, size: int
) -> None:
    bodies = [f"new{k % 7} thing {k % 5} of kind x{'yz'[k % 2]} done" for k in range(200)] + SECOND * 20
    second = written(tmp_path, "b.log", bodies)
    whole = parsed(second, model=model, jobs=1)
    with running(second, model=model) as run:
        table = run.templates(values=True)
    in_blocks_of(size, monkeypatch)
    assert parsed(second, model=model, jobs=jobs, max_line=100) == whole
    with running(second, model=model, jobs=jobs, max_line=100) as run:
        assert run.templates(values=True) == table


def test_a_pipe_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Path) -> None:
    second = written(tmp_path, "b.log", SECOND * 20)
    wanted = ids(second, model=model)
    monkeypatch.setattr("logcli.reading.Tee", None)
    with piped(tmp_path, second.read_bytes()) as pipe:
        assert ids(pipe, model=model) == wanted


def test_lines_of_a_template_with_a_model(tmp_path: Path, model: Path) -> None:
    second = written(tmp_path, "b.log", SECOND)
    with piped(tmp_path, second.read_bytes()) as pipe, running(pipe, model=model) as run:
        table = run.templates(again=True).to_pylist()
        new = next(row["template_id"] for row in table if row["template"] == "brand new")
        assert b"".join(run.excerpts(new)) == b"2024-01-01 10:00:04 INFO brand new\n"
        assert run.account.lines == 5


def test_a_model_is_the_same_when_saved_again(tmp_path: Path, model: Path) -> None:
    with running(tmp_path / "a.log", model=model) as run:
        run.save_model(tmp_path / "b.model")
    assert (tmp_path / "b.model").read_bytes() == model.read_bytes()


def test_bodies_are_no_part_of_a_model_that_learns_from_bodies(tmp_path: Path) -> None:
    model = saved(tmp_path, written(tmp_path, "a.log", FIRST), parser="drain", grain="body")
    assert json.loads(model.read_text())["shapes"] == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        "[" * 100_000,
        '{"schema": "logcli.model/1"}',
        '{"schema": "logcli.model/2"}',
        "1" * 5000,
    ],
)
def test_no_model(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.model"
    path.write_text(content)
    with pytest.raises(LogcliError, match="is not a logcli model"), running(path, model=path):
        pass


@pytest.mark.parametrize("path", ["missing.model", "."])
def test_unreadable_models(tmp_path: Path, path: str) -> None:
    with pytest.raises(LogcliError, match="cannot read the model"), running(model=tmp_path / path):
        pass


HOSTILE: list[tuple[str, Any]] = [
    ("schema", "loghub.model/1"),
    ("parser", 3),
    ("parser/name", "drian"),
    ("parser/name", "drain"),
    ("parser/name", "digits"),
    ("parser/parameters", [1]),
    ("parser/parameters", {"nope": 1}),
    ("parser/parameters", {"words": "x"}),
    ("parser/parameters", {"words": None}),
    ("parser/state", []),
    ("parser/state", {}),
    ("parser/state", {"patterns": 3}),
    ("parser/state", {"patterns": [3]}),
    ("parser/state", {"patterns": []}),
    ("parser/state", {"patterns": [["\ud800"]]}),
    ("grain", "word"),
    ("grain", None),
    ("grain", "body"),
    ("templates", {}),
    ("templates", "abc"),
    ("templates", [["a"]]),
    ("templates", [["a", 3]]),
    ("templates", [["\ud800", "a"]]),
    ("shapes", 7),
    ("shapes", [["a"]]),
    ("shapes", [["a 1", 10**30, "1"]]),
    ("shapes", [["a 1", 1e400, "1"]]),
    ("shapes", [["a 1", 99, "1"]]),
    ("shapes", [["a 1", -2, "1"]]),
    ("shapes", [["a 1", 0, "111"]]),
    ("shapes", [["a 1", 0, ""]]),
    ("shapes", [["a 1", True, "1"]]),
]


@pytest.mark.parametrize(("place", "value"), HOSTILE)
def test_hostile_models(tmp_path: Path, model: Path, place: str, value: Any) -> None:
    data = json.loads(model.read_text())
    *outer, last = place.split("/")
    inside = data
    for key in outer:
        inside = inside[key]
    inside[last] = value
    model.write_text(json.dumps(data))
    with pytest.raises(LogcliError) as caught:
        parsed(tmp_path / "a.log", model=model)
    assert "Traceback" not in caught.value.report()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("templates", []),
        ("templates", [["a\0\x1b[31m", "<*>" * 50_000]]),
        ("shapes", []),
        ("shapes", [["", -1, ""]]),
    ],
)
def test_odd_models_work(tmp_path: Path, model: Path, place: str, value: Any) -> None:
    model.write_text(json.dumps({**json.loads(model.read_text()), place: value}))
    assert len(parsed(tmp_path / "a.log", model=model)) == len(FIRST)


def test_threads_label_while_others_learn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Path
) -> None:
    words = ["alpha", "beta", "gamma", "delta", "eta", "theta", "iota", "kappa"]
    draw = random.Random(1)
    bodies = [" ".join(draw.choices(words, k=6)) + f" {k}" for k in range(3000)]
    second = written(tmp_path, "b.log", bodies)
    in_blocks_of(1000, monkeypatch)
    wanted = parsed(second, model=model, jobs=1, max_line=200)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert parsed(second, model=model, jobs=4, max_line=200) == wanted
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("passes", [1, 2])
def test_coarse_templates_are_told_once(tmp_path: Path, model: Path, passes: int) -> None:
    second = written(tmp_path, "b.log", ["one new", "two new things", "three new things more"] * 3)
    with running(second, model=model) as run:
        run.table.cap = len(run.table) + 1
        for _ in range(passes):
            run.templates(again=True)
        assert run.account.overflow == 6
