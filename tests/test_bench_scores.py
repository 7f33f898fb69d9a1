"""`logcli bench score`: answers worked out by hand, and what their rows say of how they were judged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from logcli.bench import answers, scores
from tests.benched import LOOSE, TRUTH, bench, put, table, tiny_log

# Of 25 lines, 6 are `took <*>ms` and 6 are one template each; ten templates in all.
MOST = 19 / 25
TAKEN = [text.removesuffix("ms") for text in TRUTH]
LUMPED = ["<*> is up" if text.endswith(" is up") else text for text in TRUTH]
TIMES = {"parse_seconds", "seconds", "cpu_seconds", "peak_bytes", "lines_per_second"}


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_log(tmp_path_factory.mktemp("scores")) as folder:
        yield folder


def judged(tmp_path: Path, texts: list[str], *how: str, **given: Any) -> dict[str, Any]:
    """The one row of an answer."""
    (row,) = table("score", put(tmp_path, "it", texts, **given), "--by", "parser,dataset", *how)
    return row


def test_a_perfect_answer(tmp_path: Path) -> None:
    row = judged(tmp_path, TRUTH)
    assert {row[name] for name in ("ga", "fga", "pa", "fta", "ga_by_id", "ned", "value_recall")} == {1.0}
    assert (row["ed"], row["over"], row["under"], row["mixed"], row["unparsed"]) == (0.0, 0, 0, 0, 0)
    assert (row["lines"], row["templates"], row["true_templates"]) == (25, 10, 10)
    assert (row["dataset"], row["parser"], row["settings"]) == ("tiny", "it", "default")
    assert (row["truth"], row["text"], row["part"], row["status"]) == ("mine", "own", "all", "finished")
    assert row["lines_per_second"] == 25 / 0.5


def test_wrong_texts_of_right_groups(tmp_path: Path) -> None:
    row = judged(tmp_path, TAKEN)
    assert (row["ga"], row["fga"], row["pa"], row["fta"]) == (1.0, 1.0, MOST, 9 / 10)
    assert row["ed"] == 6 * 2 / 25


def test_templates_thrown_together(tmp_path: Path) -> None:
    row = judged(tmp_path, LUMPED)
    # Five found of which four are right; ten true.
    assert (row["ga"], row["fga"], row["pa"], row["fta"]) == (MOST, 8 / 15, MOST, 8 / 15)
    assert (row["pga"], row["rga"], row["over"]) == (4 / 5, 4 / 10, 1)


def test_lines_without_a_template_are_counted(tmp_path: Path) -> None:
    row = judged(tmp_path, ["", "", *TRUTH[2:]])
    assert (row["unparsed"], row["pa"], row["ga"]) == (2, 23 / 25, 17 / 25)


def test_groups_are_judged_by_text_and_by_the_parsers_own_ones(tmp_path: Path) -> None:
    halves = [f"{text}{line % 2}" if text.startswith("took") else text for line, text in enumerate(TRUTH)]
    row = judged(tmp_path, TRUTH, groups=halves)
    assert (row["ga"], row["fga"], row["pa"]) == (1.0, 1.0, 1.0)
    assert row["ga_by_id"] == MOST and row["fga_by_id"] == pytest.approx(2 * 9 / (11 + 10))


def test_blanks_are_collapsed(tmp_path: Path) -> None:
    assert judged(tmp_path, [f" {text}  ".replace(" ", "\t ") for text in TRUTH])["pa"] == 1.0


@pytest.mark.parametrize(("how", "pa_taken", "pa_true"), [
    ((), MOST, 1.0),
    (("--truth-rules", "khan"), 1.0, MOST),
    (("--text-rules", "khan"), MOST, MOST),
    (("--truth-rules", "khan", "--text-rules", "khan"), 1.0, 1.0),
    (("--truth-rules", "loghub2", "--text-rules", "loghub2"), 1.0, 1.0),
])  # fmt: skip
def test_rules_change_truth_and_texts_and_are_told(
    how: tuple[str, ...], pa_taken: float, pa_true: float, tmp_path: Path
) -> None:
    put(put(tmp_path, "taken", TAKEN), "true", TRUTH)
    rows = {row["parser"]: row for row in table("score", tmp_path, "--by", "parser,dataset", *how)}
    assert (rows["taken"]["pa"], rows["true"]["pa"]) == (pa_taken, pa_true)
    asked = dict(zip(how[::2], how[1::2], strict=True))
    for row in rows.values():
        assert row["truth_rules"] == asked.get("--truth-rules", "none")
        assert row["text_rules"] == asked.get("--text-rules", "none")


def test_which_truth(tmp_path: Path) -> None:
    put(put(tmp_path, "it", LOOSE), "it", dataset="shop", status="failed")
    assert [row["truth"] for row in table("score", tmp_path, "--by", "dataset")] == ["exact", "mine"]
    done = bench("score", tmp_path, "--by", "dataset", "--truth", "loose", "-t", "csv")
    assert done.err == "note: left out, without a truth `loose`: shop\n"
    (row,) = done.out.decode().splitlines()[1:]
    assert row.startswith("tiny,it,default,25,loose,own,none,none,all,finished,1,1,1,1")


def test_which_text(tmp_path: Path) -> None:
    put(tmp_path, "ours", ["x"] * 25, leaf="shape", lossless=TRUTH)
    put(tmp_path, "shape", TRUTH)  # a command that somebody called so
    put(tmp_path, "theirs", TRUTH, leaf="drain", lossless=["x"] * 25)
    told = {row["parser"]: (row["text"], row["pa"]) for row in table("score", tmp_path, "--by", "dataset")}
    # The lossless template is judged in the style of the truths of Loghub, which glue nothing to a value.
    assert told == {"ours": ("styled", MOST), "shape": ("own", 1.0), "theirs": ("own", 1.0)}
    rows = table("score", tmp_path, "--by", "dataset", "--text", "own")
    assert [(row["text"], row["pa"]) for row in rows] == [("own", 0.0), ("own", 1.0), ("own", 1.0)]


def test_parts_of_the_truth(tmp_path: Path) -> None:
    rows = table("score", put(tmp_path, "it", LUMPED), "--by", "dataset", "--parts", "--unlabelled")
    parts = {row["part"]: (row["ga"], row["pa"], row["templates"], row["true_templates"]) for row in rows}
    assert parts == {
        "all": (MOST, MOST, 5, 10),
        "rarest 10 %": (1.0, 1.0, 1, 1),
        "rarest 20 %": (0.5, 0.5, 2, 2),
        "most frequent 10 %": (1.0, 1.0, 1, 1),
        "most frequent 20 %": (1.0, 1.0, 2, 2),
        "no values": (0.4, 0.4, 2, 7),
        "1 to 4 values": (1.0, 1.0, 2, 2),
        "5 or more values": (1.0, 1.0, 1, 1),
    }
    assert [row["part"] for row in rows if row["explained"] is not None] == ["all"]
    means = table("score", tmp_path, "--parts", "--by", "settings")
    assert {row["part"]: row["ga"] for row in means} == {name: part[0] for name, part in parts.items()}


def test_means_count_unfinished_runs_once_not_and_once_as_0(tmp_path: Path) -> None:
    put(tmp_path, "all", TRUTH)
    put(put(tmp_path, "some", TAKEN), "some", dataset="shop", status="time-out", reason="stopped")
    put(tmp_path, "none", status="failed")
    rows = {row["parser"]: row for row in table("score", tmp_path)}
    assert list(rows) == ["all", "some", "none"], "the best first"
    some, none = rows["some"], rows["none"]
    assert (some["runs"], some["finished"], some["ga"], some["ga_or_0"]) == (2, 1, 1.0, 0.5)
    assert (some["pa"], some["pa_or_0"], some["fta_or_0"]) == (MOST, MOST / 2, 0.45)
    assert (none["finished"], none["ga"], none["ga_or_0"]) == (0, None, 0.0)
    shown = bench("score", tmp_path).out.decode().splitlines()
    assert shown[0].split()[:3] == ["parser", "runs", "finished"] and "ga_or_0" in shown[0]


def test_means_by_number_of_lines(tmp_path: Path) -> None:
    put(tmp_path, "it", TRUTH)
    put(tmp_path, "it", settings="default@40", asked_lines=40, status="time-out")
    rows = table("score", tmp_path, "--by", "parser,lines")
    assert [(row["lines"], row["ga"], row["ga_or_0"]) for row in rows] == [(25, 1.0, 1.0), (40, None, 0.0)]


def test_scores_are_the_same_for_the_same_runs(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in ("one", "two"):
        bench("run", "-p", "drain,shape", "-d", "tiny", "-j", "2", "-o", tmp_path / name)
        how = ("--by", "dataset", "--parts", "--unlabelled")
        rows[name] = [
            {key: value for key, value in row.items() if key not in TIMES}
            for row in table("score", tmp_path / name, *how)
        ]
    assert rows["one"] == rows["two"] and len(rows["one"]) == 16
    for path in (tmp_path / "one").rglob("answer.parquet"):
        assert answers.read(path) == answers.read(tmp_path / "two" / path.relative_to(tmp_path / "one"))


@pytest.mark.parametrize("by", ["parser", "parser,dataset"])
def test_into_files(by: str, tmp_path: Path) -> None:
    results = put(put(tmp_path / "r", "it", TAKEN), "bad", status="failed", reason='said "no",\nand left')
    for name in ("scores.csv", "scores.parquet"):
        assert bench("score", results, "--by", by, "-o", tmp_path / name).out == b""
    kept = pyarrow.parquet.read_table(tmp_path / "scores.parquet")
    told = table("score", results, "--by", by)
    assert kept.to_pylist() == told and {row["parser"] for row in told} == {"it", "bad"}
    stated = "logcli.averages/1" if by == "parser" else "logcli.scores/1"
    assert kept.schema.metadata[b"logcli.schema"].decode() == stated
    options = pa.csv.ConvertOptions(column_types=kept.schema, strings_can_be_null=True, null_values=[""])
    parsing = pa.csv.ParseOptions(newlines_in_values=True)
    read = pa.csv.read_csv(tmp_path / "scores.csv", convert_options=options, parse_options=parsing)
    filled = [{key: value or None for key, value in row.items()} for row in kept.to_pylist()]
    assert [{key: value or None for key, value in row.items()} for row in read.to_pylist()] == filled


def test_the_table_for_people_is_rounded_and_has_no_empty_columns(tmp_path: Path) -> None:
    shown = bench("score", put(tmp_path, "it", LUMPED), "--by", "dataset").out.decode()
    assert "0.533" in shown and "0.5333" not in shown and "pmss" not in shown
    assert len(scores.SCHEMA) > len(shown.splitlines()[0].split())
