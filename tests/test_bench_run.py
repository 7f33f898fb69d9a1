"""`logcli bench run`: answers and records of parsers that answer, and of those that do not."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from logcli.bench import answers
from logcli.commands import _bench
from tests.benched import bench, parser, record, sizes, tiny_log

TOOL = """
import csv, sys
kind, source, target = sys.argv[1:]
rows = [[n, line, line.split()[0]] for n, line in enumerate(open(source).read().splitlines(), 1)]
header = ["LineId", "Content", "EventTemplate"]
if kind == "fail":
    sys.exit("it broke")
if kind == "rubbish":
    open(target, "wb").write(b"\\x00\\xff,rubbish\\n\\n,,,,")
elif kind == "empty":
    open(target, "w")
elif kind == "many":
    rows += [[99, "", ""]]
elif kind == "numbers":
    rows[3][0] = "three"
elif kind == "skip":
    del rows[2]
elif kind == "few":
    header, rows = header[1:], [row[1:] for row in rows[1:]]
if kind not in ("rubbish", "empty", "none"):
    csv.writer(open(target, "w", newline="")).writerows([header, *rows])
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_log(tmp_path_factory.mktemp("bench")) as folder:
        (folder / "tool.py").write_text(TOOL)
        yield folder


@pytest.fixture(scope="module")
def first(home: Path) -> Path:
    """Results of two parsers on two logs; a copy for those who change them."""
    done = bench("run", "-p", "digits,shape", "-d", "tiny,shop", "-j", "2", "-o", home / "first")
    assert done.code == 0
    lines = done.err.splitlines()
    assert [line.split(": ")[0] for line in lines[:4]] == [
        "[1/4] tiny digits default", "[2/4] tiny shape default",
        "[3/4] shop digits default", "[4/4] shop shape default",
    ]  # fmt: skip
    assert lines[4] == "runs 4 = finished 4 + not 0"
    return home / "first"


@pytest.fixture
def results(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "results"))


def test_answers_and_records_are_there(first: Path) -> None:
    known = record(first, "digits")
    assert (known["schema"], known["status"], known["reason"]) == ("logcli.run/1", "finished", "")
    assert (known["lines"], known["parameters"], known["masks"]) == (25, {}, [])
    assert 0 < known["parse_seconds"] < known["seconds"] and known["peak_bytes"] > 20_000_000
    assert known["machine"]["cores"] and "numpy" in known["versions"]
    table = answers.read(first / "answers" / "tiny" / "digits" / "default" / "answer.parquet")
    assert table["own"].to_pylist()[8:10] == ["took <*>", "took <*>"]
    assert table["lossless"].to_pylist()[8:10] == ["took <*>", "took <*>"]
    assert sizes(table["group"].to_pylist()) == [8, 6, 4, *[1] * 7]
    assert record(first, "shape", "shop")["lines"] > 1000


def test_a_record_says_nothing_of_who_ran_it(first: Path) -> None:
    said = json.dumps(record(first, "shape"))
    assert str(first.parent) not in said and platform.node() not in said


def test_what_has_an_answer_is_kept_until_it_is_asked_for_again(results: Path) -> None:
    before = record(results, "digits")
    asked = ("run", "-p", "digits,shape", "-d", "tiny,shop", "-o", results)
    done = bench(*asked)
    assert done.err.count("(kept)") == 4 and record(results, "digits") == before
    (results / "answers" / "tiny" / "digits" / "default" / "answer.parquet").unlink()
    done = bench(*asked)
    assert [line.endswith("(kept)") for line in done.err.splitlines()[:4]] == [False, True, True, True]
    again = bench("run", "-p", "shape", "-d", "tiny", "-o", results, "--again", "-q")
    assert again.err == "runs 1 = finished 1 + not 0\n" and record(results, "digits") != before


def test_a_changed_parser_file_is_run_again(home: Path, tmp_path: Path) -> None:
    mine = parser(tmp_path / "mine.py")
    asked = ("run", "-p", f"{mine},{mine}:place=1", "-d", "tiny", "-j", "2", "-o", tmp_path / "r")

    def own(label: str) -> list[str]:
        place = tmp_path / "r" / "answers" / "tiny" / label / "default"
        return answers.read(place / "answer.parquet")["own"].to_pylist()

    assert "(kept)" not in bench(*asked).err
    assert own("mine")[0] == "user <*>" and own("mine+place=1")[0] == "u0 <*>"
    assert bench(*asked).err.count("(kept)") == 2
    mine.write_text(mine.read_text().replace("{word} <*>", "{word} <#>"))  # as long, in the same second
    assert "(kept)" not in bench(*asked).err
    assert own("mine")[0] == "user <#>"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.py", "r"], "nothing beside the file"


def external(kind: str, home: Path) -> str:
    return f"{kind}={sys.executable} {home / 'tool.py'} {kind} {{input}} {{output}}"


def test_external_commands(home: Path, tmp_path: Path) -> None:
    reasons = {
        "good": "",
        "skip": "",
        "few": "the table has 24 lines, the log has 25",
        "many": "the table has a line 99, the log has 25",
        "numbers": "the command wrote no Loghub table: invalid literal for int() with base 10: 'three'",
        "rubbish": "the command wrote no Loghub table: it has no column `EventTemplate`",
        "empty": "the command wrote no Loghub table: it has no column `EventTemplate`",
        "none": "the command wrote no table: No such file or directory",
        "fail": "exit code 1: it broke",
        "nothing": "exit code 127: cannot start `no-such-program`: No such file or directory",
    }
    options = [word for kind in reasons if kind != "nothing" for word in ("--external", external(kind, home))]
    options += ["--external", "nothing=no-such-program {input} {output}"]
    asked = ("run", *options, "-d", "tiny", "-o", tmp_path)
    done = bench(*asked)
    assert done.code == 0 and done.err.endswith("runs 10 = finished 2 + not 8\n")
    known = {kind: record(tmp_path, kind) for kind in reasons}
    assert {kind: each["reason"] for kind, each in known.items()} == reasons
    assert {each["status"] for each in known.values() if each["reason"]} == {"failed"}
    assert known["good"]["lines"] == 25 and known["good"]["parse_seconds"] > 0
    assert 0 < known["good"]["peak_bytes"] < 40_000_000, "that of the command, not ours"
    table = answers.read(tmp_path / "answers" / "tiny" / "skip" / "default" / "answer.parquet")
    assert table["own"].to_pylist()[1:4] == ["user", "", "user"]
    again = bench(*asked)  # what failed is tried again
    assert [line.endswith("(kept)") for line in again.err.splitlines()[:3]] == [True, True, False]
    (home / "tool.py").write_text(f"{TOOL}\n")
    assert (
        "(kept)" not in bench("run", "--external", external("good", home), "-d", "tiny", "-o", tmp_path).err
    )


def test_tuned_settings_are_those_of_the_card(home: Path, tmp_path: Path) -> None:
    done = bench("run", "-p", "digits,shape", "-d", "tiny", "-s", "both", "-j", "2", "-o", tmp_path)
    assert "runs 3 = finished 3" in done.err, "there are no tuned settings of shape"
    tuned = record(tmp_path, "digits", settings="tuned")
    assert (tuned["settings"], tuned["masks"]) == ("tuned", ["logged"])
    for settings, text in (("default", "user <*> logged in"), ("tuned", "user <*> <*> in")):
        place = tmp_path / "answers" / "tiny" / "digits" / settings / "answer.parquet"
        assert answers.read(place)["own"].to_pylist()[0] == text


def test_masks_come_in_the_parsers_own_words() -> None:
    import pyarrow as pa

    bodies = pa.array(["a 1 b 22", "a 1 b 22", "x"])
    for mask, masked in (("<*>", "a <*> b <*>"), ("", "a  b "), (r"\1", r"a \1 b \1")):
        assert answers.masked(bodies, [r"\d+"], mask).to_pylist() == [masked, masked, "x"]
    assert answers.masked(bodies, [r"\d+", "<.>"], "<*>").to_pylist()[0] == "a <*> b <*>"


def test_logs_are_cut_and_grown(home: Path, tmp_path: Path) -> None:
    bench("run", "-p", "digits", "-d", "tiny", "--lines", "10,60,10", "-j", "2", "-o", tmp_path)
    for size in (10, 60):
        place = tmp_path / "answers" / "tiny" / "digits" / f"default@{size}"
        own = answers.read(place / "answer.parquet")["own"].to_pylist()
        assert len(own) == size == record(tmp_path, "digits", settings=f"default@{size}")["lines"]
    assert sizes(own) == [24, 14, 8, *[2] * 7], "twice the log and its first ten lines"


def test_without_labelled_logs_it_runs_on_made_up_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _bench.logs(tmp_path, None) == ("shop",)
    assert capsys.readouterr().err == (
        f"note: no labelled log is in `{tmp_path}`; running on the made-up logs of `shop`\n"
    )
    assert (tmp_path / "shop" / "web.truth.csv").is_file()
    assert _bench.logs(tmp_path, None) == ("shop",) and capsys.readouterr().err == ""


def test_the_data_folder_is_that_of_the_option(home: Path, tmp_path: Path) -> None:
    done = bench("run", "-p", "digits", "-d", "tiny", "--data", tmp_path, "-o", tmp_path)
    assert done.code == 1 and f"is not in `{tmp_path}`" in done.err and os.listdir(tmp_path) == []
