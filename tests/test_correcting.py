"""A parser that is corrected by example lines: each kind, what it holds, and what is wrong with a file."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcli.correcting import read
from logcli.definitions import DefinitionError
from logcli.errors import LogcliError, UsageError
from logcli.templates import parse_template
from tests.running import logcli
from tests.runs import counted, in_blocks_of, parsed, piped, running

STATES = ["PAID", "SHIPPED", "LOST", "HELD", "PACKED", "SOLD"]
VERBS = ["opened", "closed", "reset", "moved", "kept", "seen"]
USERS = ["root", "bob", "ann", "eve", "joe", "max"]
BODIES = [
    *(f"Order SO-{k} moved from PLACED to {STATES[k % 6]}" for k in range(12)),
    *(f"session {verb} for user {user}" for verb in VERBS for user in USERS),
    *(f"Disk sda{k} is full" for k in range(4)),
    *(f"Disk sdb{k} is nearly full" for k in range(4)),
    *["Connection to db7 lost"] * 3,
    *["Connection to primary lost"] * 2,
    *(f"GET /x/{k} {[200, 404, 500][k % 3]} in {k} ms" for k in range(9)),
]
MERGE = '- merge: ["Disk sda1 is full", "Disk sdb2 is nearly full"]\n'
SPLIT = '- split: "session opened for user root"\n  keep: [opened]\n'
CONSTANT = '- constant: "Order SO-1 moved from PLACED to PAID"\n  words: [PAID]\n'
VALUE = '- value: "Connection to db7 lost"\n  words: [db7]\n'
NUMBER = '- constant: "GET /x/1 404 in 1 ms"\n  words: ["404"]\n'
ALL = MERGE + SPLIT + CONSTANT + VALUE + NUMBER
# Parser and grain: shapes, bodies, and a parser of bodies on shapes.
PARSERS = [("shape", None), ("drain", None), ("drain", "shape")]
parsers = pytest.mark.parametrize(("parser", "grain"), PARSERS)


def written(folder: Path, bodies: list[str], name: str = "a.log") -> Path:
    path = folder / name
    lines = (f"2024-01-01 10:{k // 60:02d}:{k % 60:02d} INFO {body}\n" for k, body in enumerate(bodies))
    path.write_text("".join(lines))
    return path


def corrections(folder: Path, text: str) -> Path:
    path = folder / "corrections.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return written(tmp_path, BODIES)


def template_of(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["body"]: row["template"] for row in rows}


def check_lossless(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert parse_template(row["template"]).fill(row["parameters"]) == row["body"]


# --- kinds --------------------------------------------------------------------------------------


@parsers
def test_merge_gives_one_template(log: Path, tmp_path: Path, parser: str, grain: str | None) -> None:
    rows = parsed(log, parser=parser, grain=grain, corrections=corrections(tmp_path, MERGE))
    found = template_of(rows)
    assert {found[body] for body in BODIES if body.startswith("Disk")} == {"Disk <*> is <*>full"}
    values = {row["body"]: row["parameters"] for row in rows}
    assert values["Disk sda1 is full"] == ["sda1", ""]
    assert values["Disk sdb2 is nearly full"] == ["sdb2", "nearly "]
    check_lossless(rows)


@parsers
def test_split_takes_the_lines_with_the_words_out(
    log: Path, tmp_path: Path, parser: str, grain: str | None
) -> None:
    before = template_of(parsed(log, parser=parser, grain=grain))
    after = template_of(parsed(log, parser=parser, grain=grain, corrections=corrections(tmp_path, SPLIT)))
    for body, template in after.items():
        opened = body.startswith("session opened")
        assert template == ("session opened for user <*>" if opened else before[body])


def test_split_without_words_keeps_them_all(log: Path, tmp_path: Path) -> None:
    text = '- split: "session opened for user root"\n'
    found = counted(log, corrections=corrections(tmp_path, text))
    assert found["session opened for user root"] == 1
    assert found["session <*> for user <*>"] == 35


@parsers
def test_constant_words_get_a_template(log: Path, tmp_path: Path, parser: str, grain: str | None) -> None:
    found = template_of(parsed(log, parser=parser, grain=grain, corrections=corrections(tmp_path, CONSTANT)))
    orders = Counter(found[body] for body in BODIES if body.startswith("Order"))
    assert sorted(orders.values()) == [2, 10]
    assert {body for body in BODIES if found[body].endswith("to PAID")} == {BODIES[0], BODIES[6]}


@parsers
def test_each_constant_word_counts(tmp_path: Path, parser: str, grain: str | None) -> None:
    log = written(tmp_path, [f"from {a} to {b} in {k} s" for k, a in enumerate(STATES) for b in VERBS])
    text = '- constant: "from PAID to closed in 0 s"\n  words: [PAID, closed]\n'
    asked = {"parser": parser, "grain": grain, "corrections": corrections(tmp_path, text)}
    assert counted(log, **asked) == {
        "from <*> to <*> in <*> s": 25,
        "from PAID to <*> in <*> s": 5,
        "from <*> to closed in <*> s": 5,
        "from PAID to closed in <*> s": 1,
    }


@parsers
def test_values_can_be_constants(log: Path, tmp_path: Path, parser: str, grain: str | None) -> None:
    asked = {"parser": parser, "grain": grain, "corrections": corrections(tmp_path, NUMBER)}
    found = template_of(parsed(log, **asked))
    assert {body for body in BODIES if found[body] == "GET <*> 404 in <*> ms"} == {
        body for body in BODIES if " 404 " in body
    }
    assert counted(log, **asked) == Counter(found[body] for body in BODIES)
    with piped(tmp_path, log.read_bytes()) as pipe:
        assert counted(pipe, **asked) == counted(log, **asked)


def test_constants_in_constants(tmp_path: Path) -> None:
    log = written(tmp_path, [f"port {k % 3 + 22} of eth{k % 2} up" for k in range(12)])
    text = (
        '- constant: "port 22 of eth0 up"\n  words: ["22", eth0]\n'
        '- split: "port 23 of eth1 up"\n  keep: ["23"]\n'
        '- constant: "port 23 of eth1 up"\n  words: [eth1]\n'
    )
    assert counted(log, corrections=corrections(tmp_path, text)) == {
        "port 22 of eth0 up": 2,
        "port 22 of <*> up": 2,
        "port <*> of eth0 up": 4,
        "port 23 of eth1 up": 2,
        "port <*> of <*> up": 2,
    }


@parsers
def test_values_make_templates_equal(log: Path, tmp_path: Path, parser: str, grain: str | None) -> None:
    found = counted(log, parser=parser, grain=grain, corrections=corrections(tmp_path, VALUE))
    assert found["Connection to <*> lost"] == 5


def test_values_of_several_words(tmp_path: Path) -> None:
    log = written(tmp_path, ["state was very good now", "state was bad now"] * 3)
    text = '- value: "state was very good now"\n  words: ["very good"]\n'
    assert counted(log, corrections=corrections(tmp_path, text)) == {"state was <*> now": 6}


def test_lines_of_no_group(tmp_path: Path) -> None:
    log = written(tmp_path, [*["job done"] * 30, "db7 went away", "db8 went away", "a b c", "a d e c"])
    text = (
        '- merge: ["a b c", "a d e c"]\n- value: "db7 went away"\n  words: [db7]\n- split: "db8 went away"\n'
    )
    asked: dict[str, Any] = {"parser": "slct", "parameters": {"support": 10}}
    assert counted(log, **asked, corrections=corrections(tmp_path, text)) == {
        "job done": 30,
        "<*> went away": 2,
        "a <*> c": 2,
    }


def test_blanks_are_merged_if_the_examples_differ_in_them(tmp_path: Path) -> None:
    log = written(tmp_path, ["fan  slow", "fan slow"] * 2)
    found = counted(log, corrections=corrections(tmp_path, '- merge: ["fan  slow", "fan slow"]\n'))
    assert found == {"fan<*>slow": 4}


def test_what_holds_changes_nothing(log: Path, tmp_path: Path) -> None:
    text = (
        '- merge: ["session opened for user root", "session closed for user bob"]\n'
        '- value: "session opened for user root"\n  words: [root]\n'
        '- constant: "Disk sda1 is full"\n  words: [full]\n'
    )
    with running(log, corrections=corrections(tmp_path, text)) as run:
        table = run.templates()
        assert run.account.notes == [f"no zone in {len(BODIES)} times: taken as UTC (--tz)"]
    with running(log) as run:
        assert run.templates() == table


# --- what always holds ----------------------------------------------------------------------------


@parsers
def test_neither_blocks_nor_jobs_matter(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parser: str, grain: str | None
) -> None:
    asked: dict[str, Any] = {"parser": parser, "grain": grain, "corrections": corrections(tmp_path, ALL)}
    whole = parsed(log, **asked, jobs=1)
    check_lossless(whole)
    in_blocks_of(300, monkeypatch)
    assert parsed(log, **asked, jobs=2, max_line=100) == whole
    assert counted(log, **asked, jobs=2, max_line=100) == Counter(row["template"] for row in whole)


words = st.sampled_from(["up", "down", "eth0", "7", "12", "of", "x=1"])
bodies = st.lists(words, min_size=1, max_size=5).map(" ".join)
logs = st.lists(bodies, min_size=3, max_size=25)


@st.composite
def corrected(draw: Any) -> tuple[list[str], list[dict[str, Any]]]:
    """A log, and corrections by its lines."""
    lines = draw(logs)
    found = []
    for kind in draw(st.lists(st.sampled_from(["merge", "split", "constant", "value"]), max_size=4)):
        example = draw(st.sampled_from(lines))
        some = draw(st.lists(st.sampled_from(example.split()), min_size=1, max_size=3))
        if kind == "merge":
            found.append({kind: [example, draw(st.sampled_from(lines))]})
        else:
            found.append({kind: example, "keep" if kind == "split" else "words": some})
    return lines, found


@pytest.mark.parametrize(("parser", "grain"), [*PARSERS, ("slct", None)])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=corrected())
def test_records_give_back_their_bodies(
    tmp_path: Path, parser: str, grain: str | None, drawn: tuple[list[str], list[dict[str, Any]]]
) -> None:
    lines, wanted = drawn
    log, path = written(tmp_path, lines), corrections(tmp_path, json.dumps(wanted))
    asked: dict[str, Any] = {"parser": parser, "grain": grain, "corrections": path}
    try:
        rows = parsed(log, **asked)
    except DefinitionError as error:
        assert "contradicts" in str(error)
        return
    assert [row["body"] for row in rows] == lines
    check_lossless(rows)
    assert counted(log, **asked) == Counter(row["template"] for row in rows)
    with running(log, **asked) as run:
        run.learn()
        run.save_model(tmp_path / "a.model")
    again = parsed(log, model=tmp_path / "a.model")
    check_lossless(again)
    if parser == "shape":
        assert again == rows


# --- models ---------------------------------------------------------------------------------------


def saved(log: Path, path: Path, **asked: Any) -> Path:
    with running(log, corrections=path, **asked) as run:
        run.learn()
        run.save_model(path.parent / "a.model")
    return path.parent / "a.model"


@parsers
def test_a_model_has_the_corrections_in_it(log: Path, tmp_path: Path, parser: str, grain: str | None) -> None:
    path = corrections(tmp_path, ALL)
    model = saved(log, path, parser=parser, grain=grain)
    assert parsed(log, model=model) == parsed(log, parser=parser, grain=grain, corrections=path)
    new = [
        "session opened for user uli",
        "session shut for user uli",
        "Disk sdc9 is nearly full",
        "Connection to db9 lost",
        "GET /y/7 404 in 99 ms",
        "GET /y/8 200 in 99 ms",
    ]
    rows = parsed(written(tmp_path, new, "b.log"), model=model)
    check_lossless(rows)
    assert [row["template"] for row in rows] == [
        "session opened for user <*>",
        "session <*> for user <*>",
        "Disk <*> is <*>full",
        "Connection to <*> lost",
        "GET <*> 404 in <*> ms",
        "GET <*> <*> in <*> ms",
    ]


def test_a_corrected_model_is_the_same_when_saved_again(log: Path, tmp_path: Path) -> None:
    model = saved(log, corrections(tmp_path, ALL))
    with running(log, model=model) as run:
        run.save_model(tmp_path / "b.model")
    assert (tmp_path / "b.model").read_bytes() == model.read_bytes()


@pytest.mark.parametrize(
    "value",
    [
        3,
        {},
        {"templates": []},
        {"templates": [3], "moves": []},
        {"templates": [], "moves": [3]},
        {"templates": [], "moves": [["a"]]},
        {"templates": [], "moves": [[0, None, 99, False, "", []]]},
        {"templates": [], "moves": [[-7, None, 0, False, "", []]]},
        {"templates": [], "moves": [[0, "x", 0, 3, "", []]]},
        {"templates": [], "moves": [[0, "x", 0, False, "<*>", [[1, "x"]]]]},
        {"templates": [], "moves": [[0, "x", 0, False, "<*>", [[0, 5]]]]},
    ],
)
def test_hostile_models(log: Path, tmp_path: Path, value: Any) -> None:
    model = saved(log, corrections(tmp_path, ALL))
    model.write_text(json.dumps({**json.loads(model.read_text()), "corrections": value}))
    with pytest.raises(LogcliError, match="is not a logcli model"):
        parsed(log, model=model)


# --- notes and mistakes ---------------------------------------------------------------------------


@parsers
def test_what_fits_no_line_is_told(log: Path, tmp_path: Path, parser: str, grain: str | None) -> None:
    text = (
        '- split: "never said"\n- merge:\n  - "Disk sda1 is full"\n  - "never said, too"\n'
        '- constant: "Order SO-99 moved from PLACED to STOLEN"\n  words: [STOLEN]\n'
    )
    path = corrections(tmp_path, text)
    with running(log, corrections=path, parser=parser, grain=grain) as run:
        table = run.templates(values=True)
        notes = [note for note in run.account.notes if "fits no line of this log" in note]
    assert [note.partition(": ")[0] for note in notes] == [f"{path}:{n}" for n in (1, 4, 5)]
    with running(log, parser=parser, grain=grain) as run:
        assert run.templates(values=True) == table


def test_an_example_need_not_be_in_the_log(log: Path, tmp_path: Path) -> None:
    text = '- merge: ["Disk sdx44 is full", "Disk sdy55 is nearly full"]\n'
    assert counted(log, corrections=corrections(tmp_path, text))["Disk <*> is <*>full"] == 8


CONTRADICTIONS = [
    (MERGE + '- constant: "Disk sdb2 is nearly full"\n  words: [nearly]\n', 2, 1),
    (CONSTANT + CONSTANT.replace("constant", "value"), 3, 1),
    (SPLIT + '- merge: ["session opened for user root", "session closed for user bob"]\n', 3, 1),
    ('- split: "a b"\n- value: "a b"\n  words: [b]\n', 2, 1),
]


@pytest.mark.parametrize(("text", "line", "other"), CONTRADICTIONS)
def test_contradictions_need_no_log(tmp_path: Path, text: str, line: int, other: int) -> None:
    path = corrections(tmp_path, text)
    with pytest.raises(DefinitionError, match="contradicts") as caught:
        read(path)
    assert caught.value.where == f"{path}:{line}"
    assert f"{path}:{other}" in caught.value.what


def test_contradictions_on_a_log(tmp_path: Path) -> None:
    log = written(tmp_path, [f"from {a} to {b}" for a in STATES for b in VERBS])
    text = (
        '- constant: "from PAID to closed"\n  words: [closed]\n'
        '- split: "from PAID to reset"\n  keep: [reset]\n'
        '- merge: ["from LOST to closed", "from LOST to reset"]\n'
    )
    path = corrections(tmp_path, text)
    assert len(read(path)) == 3
    with pytest.raises(DefinitionError, match="contradicts") as caught:
        counted(log, corrections=path)
    assert caught.value.where == f"{path}:5"


BAD = [
    ("merge: [a, b]", 1, "no list"),
    ("- [a]", 1, "begins with one of"),
    ("- keep: [a]", 1, "found none"),
    ("- merge: [a, b]\n  split: a", 1, "found `merge` and `split`"),
    ("- merg: [a, b]", 1, "did you mean `merge`"),
    ("- split: a\n  kept: [a]", 2, "did you mean `keep`"),
    ("- value: a\n  keep: [a]", 2, "unknown key `keep` of `value`"),
    ("- merge: [a]", 1, "two or more"),
    ("- merge: a", 1, "two or more"),
    ("- merge: [a, 3]", 1, "as text"),
    ("- split: ''", 1, "as text"),
    ("- value: a b", 1, "needs `words`"),
    ("- value: a b\n  words: b", 2, "a list of words"),
    ("- value: a b\n  words: []", 2, "a list of words"),
    ("- constant: a 404\n  words: [404]", 2, "as text"),
    ("- constant: a b\n  words: [c]", 2, "its words are `a` `b`"),
    ("- constant: disk full\n  words:\n  - full\n  - dsik", 4, "did you mean `disk`"),
    ("- constant: eth0 up\n  words: [eth]", 2, "`eth` is no word"),
    ("- constant: a <*>\n  words: ['<*>']", 2, "always a value"),
    ("- constant: a b c d e f\n  words: [a, b, c, d, e, f]", 2, "more than 5"),
    ("- split: a\n- split: *a", 2, "not YAML"),
    ("- split: a\n- split: 'a", 2, "not YAML"),
]


@pytest.mark.parametrize(("text", "line", "word"), BAD)
def test_mistakes_are_shown_with_their_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    path = corrections(tmp_path, text)
    with pytest.raises(DefinitionError) as caught:
        read(path)
    report = caught.value.report()
    assert f"{path}:{line}" in report and word in report


def test_a_caret_is_under_the_wrong_word(tmp_path: Path) -> None:
    path = corrections(tmp_path, "- split: a b\n  kept: [a]\n")
    with pytest.raises(DefinitionError) as caught:
        read(path)
    assert f"{path}:2\n          kept: [a]\n          ^\n" in caught.value.report()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]"])
def test_a_file_without_corrections(log: Path, tmp_path: Path, text: str) -> None:
    assert counted(log, corrections=corrections(tmp_path, text)) == counted(log)


# --- the command line -----------------------------------------------------------------------------


def test_commands(log: Path, tmp_path: Path) -> None:
    path = corrections(tmp_path, ALL + '- split: "never said"\n')
    done = logcli("templates", log, "--corrections", path, "-k", "template", "-t", "tsv")
    assert "GET <*> 404 in <*> ms" in done.out.decode()
    assert f"note: {path}:10: fits no line of this log" in done.err
    found = logcli("parse", log, "--corrections", path, "-t", "csv", "-k", "body,template_id,template")
    rows = list(csv.DictReader(found.out.decode().splitlines()))
    wanted = next(row["template_id"] for row in rows if row["template"] == "session opened for user <*>")
    shown = logcli("show", wanted[:8], log, "--corrections", path)
    assert [line.partition("INFO ")[2] for line in shown.out.decode().splitlines()] == [
        row["body"] for row in rows if row["template_id"] == wanted
    ]


def test_a_model_on_the_command_line(log: Path, tmp_path: Path) -> None:
    path = corrections(tmp_path, ALL)
    columns = ("-k", "count,template", "-t", "tsv")
    made = logcli("templates", log, "--corrections", path, "--save-model", tmp_path / "m", *columns)
    assert logcli("templates", log, "--model", tmp_path / "m", *columns).out == made.out
    both = logcli("templates", log, "--model", tmp_path / "m", "--corrections", path)
    assert both.code == 2 and "exclude each other" in both.err
    with pytest.raises(UsageError, match="exclude each other"):
        parsed(log, model=tmp_path / "m", corrections=path)


def test_settings(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corrections(tmp_path, ALL)
    (tmp_path / ".logcli.yaml").write_text("corrections: corrections.yaml\n")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    wanted = b"Disk <*> is <*>full"
    assert wanted in logcli("templates", log).out
    made = logcli("templates", log, "--save-model", tmp_path / "m")
    assert logcli("templates", log, "--model", tmp_path / "m").out == made.out
    monkeypatch.setenv("LOGCLI_CORRECTIONS", str(tmp_path / "none.yaml"))
    done = logcli("templates", log)
    assert done.code == 2 and "cannot read the file" in done.err and "none.yaml" in done.err
