"""What is said when `logcli bench` is asked for what cannot be done; no parser is run for that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from logcli.commands import _bench
from logcli.errors import UsageError
from tests.benched import TRUTH, bench, parser, put, tiny_log


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_log(tmp_path_factory.mktemp("usage")) as folder:
        put(folder / "results", "mine")
        put(folder / "results", "ours", leaf="shape", lossless=TRUTH)
        (folder / "twice").mkdir()
        (folder / "other").mkdir()
        parser(folder / "mine.py")
        parser(folder / "twice" / "mine.py")
        (folder / "syntax.py").write_text("def")
        (folder / "nothing.py").write_text("x = 1\n")
        yield folder


TINY = "-d tiny -o out"


@pytest.mark.parametrize(("line", "code", "said"), [
    ("run -p shape -d tin -o out", 2, ["no dataset called `tin`", "--datasets tin", "did you mean `tiny`?"]),
    ("run -p shape -d , -o out", 2, ["no dataset is named", "`logcli datasets` lists them"]),
    ("run -p shape -d hdfs_v1 -o out", 2, ["`hdfs_v1` has no templates", "it labels anomalies"]),
    ("run -p shape -d loghub_2k_hdfs -o out", 1,
     ["`HDFS_2k.log` of the dataset `loghub_2k_hdfs` is not in", "`logcli datasets fetch loghub_2k_hdfs`"]),
    (f"run -p shap {TINY}", 2, ["no parser called `shap`", "did you mean `shape`?"]),
    (f"run -p drain:dept=5 {TINY}", 2, ["no parameter `dept`", "did you mean `depth`?"]),
    (f"run -p drain:depth=deep {TINY}", 2, ["`depth` of parser `drain` must be a whole number"]),
    (f"run -p shape,shape {TINY}", 2, ["two parsers are called `shape`"]),
    (f"run -p HOME/mine.py,HOME/twice/mine.py {TINY}", 2, ["two parsers are called `mine`", "another name"]),
    (f"run -p HOME/none.py {TINY}", 1, ["no such file `HOME/none.py`"]),
    (f"run -p HOME/syntax.py {TINY}", 1, ["`HOME/syntax.py` cannot be imported", "SyntaxError"]),
    (f"run -p HOME/nothing.py {TINY}", 1, ["`HOME/nothing.py` must define exactly one Parser, found 0"]),
    (f"run -p HOME/mine.py:plaice=1 {TINY}", 2, ["the parser in `HOME/mine.py` has no parameter `plaice`"]),
    (f"run -p shape -s tuned {TINY}", 2, ["nothing to run: the literature has no settings"]),
    (f"run --external tool {TINY}", 2, ["`tool` has no name", "--external 'mine=./mine {input} {output}'"]),
    (f"run --external =tool {TINY}", 2, ["`=tool` has no name"]),
    (f"run --external x=tool {TINY}", 2, ["names its files", "name=command {input} {output}"]),
    (f"run --external x='{{input}}{{output}} {TINY}", 2, ["is no command", "No closing quotation"]),
    (f"run --time-limit 0 {TINY}", 2, ["`0` is no time in seconds", "--time-limit 0"]),
    (f"run --time-limit nan {TINY}", 2, ["`nan` is no time in seconds"]),
    (f"run --time-limit inf {TINY}", 2, ["`inf` is no time in seconds"]),
    (f"run --memory-limit much {TINY}", 2, ["`much` is not a size"]),
    (f"run --lines 5,0 {TINY}", 2, ["`0` is no number of lines", "write `2k,20k,200k`"]),
    (f"run --lines inf {TINY}", 2, ["`inf` is no number of lines"]),
    (f"run --lines k {TINY}", 2, ["`k` is no number of lines"]),
    ("score HOME/results --truth exact", 2, ["no dataset of these results has a truth `exact`",
                                             "there are: loose, mine"]),
    ("score HOME/results --by pars", 2, ["no rows by `pars`", "did you mean `parser`?"]),
    ("score HOME/results --text styled", 2, ["an external parser has no lossless templates"]),
    ("score HOME/other", 1, ["`HOME/other` has no results", "logcli bench run -o FOLDER"]),
    ("report HOME/other -o x.html", 1, ["`HOME/other` has no results"]),
    ("compare HOME/results HOME/absent", 2, ["HOME/absent` does not exist"]),
    ("compare HOME/results HOME/results --tolerance ga", 2, ["`ga` is no tolerance", "write `ga=0.01`"]),
    ("compare HOME/results HOME/results --tolerance ga=-1", 2, ["`ga=-1` is no tolerance"]),
    ("compare HOME/results HOME/results --tolerance ga=nan", 2, ["`ga=nan` is no tolerance"]),
    ("compare HOME/results HOME/results --tolerance gaa=1", 2, ["scores have no metric `gaa`", "fga"]),
])  # fmt: skip
def test_what_is_wrong_is_said(
    line: str, code: int, said: list[str], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = bench(*line.replace("HOME", str(home)).split(" "))
    assert done.code == code and "internal error" not in done.err
    for text in said:
        assert text.replace("HOME", str(home)) in done.err
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


def test_lost_and_damaged_answers(home: Path, tmp_path: Path) -> None:
    results = Path(shutil.copytree(home / "results", tmp_path / "results"))
    answer = results / "answers" / "tiny" / "mine" / "default" / "answer.parquet"
    answer.write_bytes(answer.read_bytes()[:50])
    damaged = bench("score", results)
    answer.unlink()
    for done, why in ((damaged, "Parquet"), (bench("score", results), "it is not there")):
        assert done.code == 1 and "internal error" not in done.err
        assert "cannot read an answer" in done.err and why in done.err and str(answer) in done.err
        assert "hint: run it again with `--again`" in done.err


def test_an_answer_to_another_log_is_not_judged(tmp_path: Path, home: Path) -> None:
    said = "the answer of `mine` to `tiny` is for another log"
    assert said in bench("score", put(tmp_path / "a", "mine", log="0123456789abcdef")).err
    assert said in bench("score", put(tmp_path / "b", "mine", ["ready"] * 24), "--truth", "loose").err


def test_a_broken_record_is_no_result(tmp_path: Path, home: Path) -> None:
    put(tmp_path, "mine")
    (tmp_path / "answers" / "tiny" / "mine" / "default" / "run.json").write_text('{"schema": "logcli.run/1"')
    assert "has no results" in bench("score", tmp_path).err


@pytest.mark.parametrize(("text", "sizes"), [
    ("", ()), ("50,200", (50, 200)), ("2k,1.5K,2m", (2000, 1500, 2_000_000)), ("50,50", (50,)),
])  # fmt: skip
def test_numbers_of_lines(text: str, sizes: tuple[int, ...]) -> None:
    assert _bench.sizes(text) == sizes


def test_parsers_between_commas() -> None:
    made = _bench.entries("shape,drain:depth=5,similarity=0.5,x/mine.py:place=1")
    assert [(entry.parser, entry.parameters) for entry in made] == [
        ("shape", {}), ("drain", {"depth": 5, "similarity": 0.5}), ("x/mine.py", {"place": 1}),
    ]  # fmt: skip
    assert [entry.folder for entry in made] == ["shape", "drain+depth=5,similarity=0.5", "mine+place=1"]
    with pytest.raises(UsageError, match="no parser called"):
        _bench.entries("a=b")
