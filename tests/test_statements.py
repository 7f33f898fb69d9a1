"""Made-up logs of well-known programs: the same bytes again, and a truth that fits every line."""

from __future__ import annotations

import csv
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from logcli import registry
from logcli.datasets import _statements
from logcli.datasets._statements_dice import Dice
from logcli.datasets._statements_files import GROUPS, Statement, statements
from logcli.datasets._statements_values import KINDS, Values
from logcli.datasets.statements_held_out import StatementsHeldOut
from logcli.datasets.statements_open import StatementsOpen
from logcli.errors import LogcliError, UsageError
from logcli.templates import SLOT, fits, parse_template

HALVES = {"open": StatementsOpen, "held_out": StatementsHeldOut}
PROGRAMS = sorted(_statements.split())
# Words in a kind's brackets that make it show all that it can.
WORDS = {
    "choice": ("up", "down"),
    "list": ("host",),
    "list_comma": ("int",),
    "list_blank": ("xhex", "4"),
    "maybe": ("uuid",),
}
BRACKETS = ["int:-9..9", "float:3", "padded:2", "hex:16", "HEX:4", "xhex:3"]


def known(program: str) -> tuple[Statement, ...]:
    return statements(_statements.FOLDER / f"{program}.yaml")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module", params=HALVES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    HALVES[request.param]().bring(folder)
    return request.param, folder


def test_both_halves_have_enough_of_every_style() -> None:
    for half in HALVES:
        names = _statements.programs(half)
        assert len(names) >= 10
        assert sum(len(known(name)) for name in names) >= 250
    styles = {half: {style for h, style in _statements.split().values() if h == half} for half in HALVES}
    assert styles["open"] == styles["held_out"]


def test_every_file_is_in_one_half() -> None:
    assert [path.stem for path in sorted(_statements.FOLDER.glob("*.yaml"))] == PROGRAMS
    assert {half for half, _ in _statements.split().values()} == set(HALVES)
    lines = (_statements.FOLDER / "SPLIT").read_text("utf-8").splitlines()
    assert len(lines) == len(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS)
def test_templates_differ_and_values_do_not_touch(program: str) -> None:
    found = known(program)
    assert {statement.group for statement in found} == set(GROUPS)
    templates = [statement.template for statement in found]
    assert len({" ".join(template.split()) for template in templates}) == len(templates)
    for statement, template in zip(found, templates, strict=True):
        assert template.count(SLOT) == len(statement.slots)
        assert SLOT * 2 not in template
        assert template.rstrip() == template != SLOT


def test_truth_fits_every_line(made: tuple[str, Path]) -> None:
    half, folder = made
    for program in _statements.programs(half):
        log = _statements.read_program(folder, program)
        templates = {statement.template for statement in known(program)}
        assert len(log.bodies) == len(log.templates) == 2_000
        assert set(log.templates) == templates
        for body, template in zip(log.bodies, log.templates, strict=True):
            assert fits(template, body), (template, body)
            assert "\n" not in body and "<*>" not in body


def test_truth_and_log_are_the_same_lines(made: tuple[str, Path]) -> None:
    half, folder = made
    for program in _statements.programs(half):
        lines = (folder / f"{program}.log").read_text("utf-8").split("\n")
        with (folder / f"{program}.truth.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert lines == [*(row["Content"] for row in rows), ""]
        assert [row["EventTemplate"] for row in rows] == list(
            _statements.read_program(folder, program).templates
        )


def test_a_few_statements_write_most_lines(made: tuple[str, Path]) -> None:
    half, folder = made
    first, once = [], []
    for program in _statements.programs(half):
        counts = Counter(_statements.read_program(folder, program).templates).most_common()
        first.append(sum(count for _, count in counts[:3]) / 2_000)
        once.append(sum(count == 1 for _, count in counts) / len(counts))
    assert 0.5 < sum(first) / len(first) < 0.75
    assert 0.2 < sum(once) / len(once) < 0.4


def test_some_slots_always_say_the_same() -> None:
    same = total = 0
    for program in PROGRAMS:
        values = Values(7, program)
        for statement in known(program):
            for place, slot in enumerate(statement.slots):
                key = slot.name or str(place)
                column = values.column(slot.kind, slot.words, 20, statement.template, key)
                same += len(set(column)) == 1
                total += 1
    assert 0.03 < same / total < 0.15


def test_read_gives_the_programs_one_after_the_other(made: tuple[str, Path]) -> None:
    half, folder = made
    names = _statements.programs(half)
    whole = HALVES[half]().read(folder, "exact")
    assert len(whole.bodies) == len(whole.templates) == 2_000 * len(names)
    last = _statements.read_program(folder, names[-1])
    assert list(whole.bodies[-2_000:]) == list(last.bodies)
    some = HALVES[half](programs=f"{names[3]}+{names[1]}").read(folder, "exact")
    assert some.bodies[:2_000] == _statements.read_program(folder, names[1]).bodies


def test_same_seed_same_bytes_another_seed_others(made: tuple[str, Path], tmp_path: Path) -> None:
    half, folder = made
    names = _statements.programs(half)[:4]
    HALVES[half](programs=names).write(tmp_path / "again")
    HALVES[half](programs=names, seed=8).write(tmp_path / "other")
    again, other = contents(tmp_path / "again"), contents(tmp_path / "other")
    assert len(again) == 8
    whole = contents(folder)
    assert all(whole[name] == data for name, data in again.items())
    assert all(whole[name] != data for name, data in other.items())


def test_draws_are_the_same_on_every_machine() -> None:
    values = Values(7, "x")
    assert values.column("duration_go", (), 3, "k") == ["9m7s", "300.765µs", "883.886µs"]
    assert values.column("uuid", (), 1, "k") == ["700d7e2c-f163-4acf-a620-c0f13430eb15"]
    assert Dice(7).shuffled(range(6)) == [2, 5, 0, 4, 1, 3]


def test_all_is_made_quickly(tmp_path: Path) -> None:
    start = time.perf_counter()
    done = StatementsOpen().write(tmp_path)
    assert time.perf_counter() - start < 10
    assert done["lines"] == 2_000 * len(_statements.programs("open")) == 2_000 * len(done["files"])
    assert done["templates"] == sum(len(known(name)) for name in _statements.programs("open"))
    assert done["bytes"] == sum(path.stat().st_size for path in tmp_path.glob("*.log"))


@pytest.mark.parametrize("count", [1, 7, 300])
def test_any_number_of_lines(count: int, tmp_path: Path) -> None:
    done = StatementsOpen(lines=count, programs="kernel").write(tmp_path)
    assert done["lines"] == count == len(_statements.read_program(tmp_path, "kernel").bodies)


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    dataset = StatementsOpen(programs=("kernel",), lines=50)
    assert dataset.missing(tmp_path) == ["kernel.log", "kernel.truth.csv"]
    assert "files" in dataset.bring(tmp_path)
    assert dataset.missing(tmp_path) == []
    assert dataset.bring(tmp_path) == {"folder": str(tmp_path)}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_values_are_what_their_kind_says(name: str) -> None:
    kind, words = KINDS[name], WORDS.get(name, ())
    pattern, dice = re.compile(kind.fits(words)), Dice(7, name)
    for _ in range(400):
        value = kind.make(dice, words)
        assert pattern.fullmatch(value), (name, value)
        assert value == value.strip() and "\n" not in value


@pytest.mark.parametrize("text", BRACKETS)
def test_brackets_say_how_long_or_between_what(text: str) -> None:
    name, words = text.split(":")
    values = [KINDS[name].make(Dice(7, text), (words,)) for _ in range(20)]
    assert all(re.fullmatch(KINDS[name].fits((words,)), value) for value in values)
    if name == "int":
        assert all(-9 <= int(value) <= 9 for value in values)
    else:
        assert {len(value.removeprefix("0x").split(".")[-1]) for value in values} == {int(words)}


def test_every_kind_is_used() -> None:
    used = {slot.kind for program in PROGRAMS for statement in known(program) for slot in statement.slots}
    assert used == set(KINDS)


def test_slots_of_one_name_have_one_value() -> None:
    user = next(s for s in known("mysql") if s.template.startswith("# User@Host: "))
    for body in [b for b, t in _statements.lines("mysql", 7, 500) if t == user.template]:
        assert re.match(r"# User@Host: (\S+)\[\1\] @", body)


def test_constants_that_look_like_values_stay() -> None:
    templates = [statement.template for program in PROGRAMS for statement in known(program)]
    words = ("HTTP/1.1", "IPv4", "x86_64", "SHA256", "TLSv1.3", "utf-8", "amd64", "s3://", "%LINK-3-UPDOWN")
    assert not [word for word in words if not any(word in template for template in templates)]


def test_leaves_are_listed_in_a_line_each() -> None:
    for half, kind in HALVES.items():
        assert registry.leaf("datasets", f"statements_{half}") is kind
        about = registry.about("datasets", f"statements_{half}")
        assert 0 < len(about) <= 51 and f" {len(_statements.programs(half))} programs" in about
        assert kind().truths == ("exact",) and kind().lines == 0 and kind().generated


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"programs": ("redis",)}, "no program `redis`"),
        ({"programs": "kernel+nginks"}, "no program `nginks`"),
        ({"lines": 0}, "`lines` must be"),
        ({"lines": 10**7}, "`lines` must be"),
    ],
)
def test_senseless_parameters_are_errors(parameters: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        StatementsOpen(**parameters).write(tmp_path / "logs")
    assert not (tmp_path / "logs").exists()


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no truth called `best`"):
        StatementsOpen().read(tmp_path, "best")
    with pytest.raises(LogcliError, match=r"`acme_iot.truth.csv` is missing") as caught:
        StatementsOpen().read(tmp_path, "exact")
    assert "statements_open" in caught.value.hint
    with pytest.raises(UsageError, match="no half `both`"):
        _statements.programs("both")
    (tmp_path / "taken").write_text("")
    with pytest.raises(LogcliError, match="cannot write"):
        StatementsOpen(programs="kernel").write(tmp_path / "taken")


@pytest.mark.parametrize(
    ("line", "message", "number"),
    [
        ("took {itn} ms", "no kind of value called `itn`", 3),
        ("took {choice} ms", "`choice` needs words", 3),
        ("hosts {list(hots)}", "no kind of value called `hots`", 3),
        ("hosts {list}", "`list` needs words", 3),
        ("{int}{word}", "nothing between", 3),
        ("a } alone", "a brace alone", 3),
        ("took {int} ms\n  took {float} ms", "stands here twice", 4),
    ],
)
def test_mistakes_in_a_file_are_shown(line: str, message: str, number: int, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(f"about: x\noften: |\n  {line}\n")
    with pytest.raises(LogcliError, match=message) as caught:
        statements(file)
    assert caught.value.where == f"{file}:{number}"


def test_an_unknown_list_in_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("about: x\nalways: |\n  a\n")
    with pytest.raises(UsageError, match="there is no `always`"):
        statements(tmp_path / "x.yaml")


def test_braces_names_and_brackets(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "about: x\nsometimes: |\n  {{a}} {n:word}={int(1..9)} {choice(up|(down))}%\n"
    )
    [found] = statements(tmp_path / "x.yaml")
    assert found.template == "{a} <*>=<*> <*>%"
    assert [(slot.kind, slot.words, slot.name) for slot in found.slots] == [
        ("word", (), "n"),
        ("int", ("1..9",), ""),
        ("choice", ("up", "(down)"), ""),
    ]
    assert parse_template(found.template).literals == found.literals
