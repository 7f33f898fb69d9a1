"""Scores of kept answers against a named truth: a row per run, and one per part of the truth if wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from logcli import registry
from logcli.base import Labelled
from logcli.bench import answers, growing, runs
from logcli.bench.isolated import FINISHED
from logcli.corrections import RULES
from logcli.errors import LogcliError, UsageError
from logcli.metrics import unlabelled
from logcli.metrics.contingency import contingency
from logcli.metrics.grouping import grouping_of
from logcli.metrics.naming import naming_of
from logcli.metrics.parameters import parameters
from logcli.metrics.slices import slices
from logcli.templates import STYLES

OWN, STYLED, AUTO = "own", "styled", "auto"
TEXTS = (AUTO, OWN, STYLED)
NONE = "none"
BEST = "best"
WHOLE = "all"
_NUMBER, _COUNT, _WORD = pa.float64(), pa.int64(), pa.string()
SCHEMA = pa.schema(
    [
        *((name, _WORD) for name in ("dataset", "parser", "settings")),
        ("lines", _COUNT),
        *((name, _WORD) for name in ("truth", "text", "truth_rules", "text_rules", "part", "status")),
        *((name, _NUMBER) for name in ("ga", "fga", "pa", "fta", "pga", "rga", "pta", "rta")),
        *((name, _NUMBER) for name in ("ga_by_id", "fga_by_id", "pair_f1", "ned", "ed")),
        *((name, _NUMBER) for name in ("value_precision", "value_recall", "pmss", "explained")),
        *((name, _COUNT) for name in ("templates", "true_templates", "over", "under", "mixed", "unparsed")),
        *((name, _NUMBER) for name in ("parse_seconds", "seconds", "cpu_seconds")),
        ("peak_bytes", _COUNT),
        ("lines_per_second", _NUMBER),
        ("reason", _WORD),
    ],
    metadata={"logcli.schema": "logcli.scores/1"},
)
# What a run that did not finish is worth where averages count it.
ACCURACIES = ("ga", "fga", "pa", "fta")


@dataclass(frozen=True)
class Judging:
    """How answers are judged.

    truth : name of a version of the truth; `best` is the best known one of each dataset
    text : `own`, the text that the parser gives; `styled`, our lossless template rendered in the style
        of the truth; `auto`, the latter for parsers that learn from shapes and have no text of their own
    truth_rules, text_rules : correction rules that are applied to the truth and to the answers: `none`
        or a name of `corrections.RULES`
    parts : whether rare, frequent and value-rich templates are judged apart, too
    unlabelled : whether the scores that need no truth are computed, which takes longer
    """

    truth: str = BEST
    text: str = AUTO
    truth_rules: str = NONE
    text_rules: str = NONE
    parts: bool = False
    unlabelled: bool = False


def score(out: Path, data: Path, judging: Judging) -> pa.Table:
    """The scores of all answers in a results folder; columns of SCHEMA.

    Runs of datasets that have no truth of that name are left out (`left_out`). Lines are compared by
    position, texts after runs of blanks became one. Raises UsageError when no run has such a truth.
    """
    known = runs.records(out)
    rows: list[dict[str, Any]] = []
    for place, record in known:
        truth = _truth(record["dataset"], judging.truth)
        if truth:
            rows += _rows(place, record, data, replace(judging, truth=truth))
    if not rows:
        offered = {name for _, record in known for name in _truths(record["dataset"])}
        hint = f"there are: {', '.join(sorted(offered))}"
        raise UsageError(f"no dataset of these results has a truth `{judging.truth}`", hint=hint)
    return pa.Table.from_pylist(rows, SCHEMA)


def left_out(out: Path, truth: str) -> list[str]:
    """Datasets with answers in a results folder that have no truth of that name."""
    names = dict.fromkeys(record["dataset"] for _, record in runs.records(out))
    return [name for name in names if not _truth(name, truth)]


def _truth(dataset: str, wanted: str) -> str:
    """Name of the truth that a dataset is judged by; empty if it has none of that name."""
    known = _truths(dataset)
    return known[0] if wanted == BEST and known else wanted if wanted in known else ""


def _truths(dataset: str) -> tuple[str, ...]:
    truths: tuple[str, ...] = registry.create("datasets", dataset).truths
    return truths


def _rows(place: Path, record: dict[str, Any], data: Path, judging: Judging) -> list[dict[str, Any]]:
    row = _run(record) | {
        "truth": judging.truth, "truth_rules": judging.truth_rules, "text_rules": judging.text_rules,
        "text": _text(record, judging.text), "part": WHOLE,
    }  # fmt: skip
    if record["status"] != FINISHED:
        return [row]
    table = answers.read(place / runs.ANSWER)
    log = labelled(data, record["dataset"], judging.truth, record["asked_lines"])
    same = record.get("truth") != judging.truth or record["log"] == answers.fingerprint(log.bodies)
    if not same or len(log.bodies) != table.num_rows:
        what = f"the answer of `{record['parser']}` to `{record['dataset']}` is for another log"
        raise LogcliError(what, where=str(place), hint="run it again with `--again`")
    return list(_judged(row, table, log, judging))


def _run(record: dict[str, Any]) -> dict[str, Any]:
    """The columns that do not depend on a truth."""
    names = ("dataset", "parser", "settings", "lines", "status", "reason", "parse_seconds", "seconds",
             "cpu_seconds", "peak_bytes")  # fmt: skip
    row = {name: record.get(name) for name in names}
    row["lines"] = row["lines"] or record["asked_lines"]
    if row["parse_seconds"]:
        row["lines_per_second"] = row["lines"] / row["parse_seconds"]
    return row


def _text(record: dict[str, Any], wanted: str) -> str:
    """Which text of a parser is judged."""
    if wanted != AUTO:
        return wanted
    leaf = record.get("leaf", record["parser"])  # empty if it is none of ours
    ours = leaf in registry.names("parsers") and registry.leaf("parsers", leaf).grain == "shape"
    return STYLED if ours else OWN


def _judged(
    row: dict[str, Any], table: pa.Table, log: Labelled, judging: Judging
) -> Iterator[dict[str, Any]]:
    found = _found(table, row["text"], judging.text_rules, log.style)
    true = _each(log.templates, _ruled(judging.truth_rules))
    groups = table["group"].to_pylist()
    texts, ids = contingency(found, true), contingency(groups, true)
    parts: list[tuple[str, Any]] = [(WHOLE, None)]
    if judging.parts:
        parts += [(part.name, part.templates) for part in slices(true) if not part.empty]
    for name, only in parts:
        grouped, named, by_id = grouping_of(texts, only), naming_of(texts, only), grouping_of(ids, only)
        values = parameters(log.bodies, found, true, only)
        yield row | {
            "part": name, "ga": grouped.ga, "fga": grouped.fga, "pga": grouped.pga, "rga": grouped.rga,
            "pa": named.pa, "fta": named.fta, "pta": named.pta, "rta": named.rta, "ned": named.ned,
            "ed": named.ed, "ga_by_id": by_id.ga, "fga_by_id": by_id.fga, "pair_f1": grouped.pair_f1,
            "value_precision": values.precision, "value_recall": values.recall, "templates": grouped.found,
            "true_templates": grouped.true, "over": named.over, "under": named.under, "mixed": named.mixed,
            "unparsed": sum(not text for text in found) if only is None else None,
            **(_without_truth(log.bodies, found) if judging.unlabelled and only is None else {}),
        }  # fmt: skip


def _without_truth(bodies: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    return {"pmss": unlabelled.pmss(bodies, found).score, "explained": unlabelled.explained(found)}


def _found(table: pa.Table, text: str, rules: str, style: str) -> list[str]:
    """The text of each line's template; style : that of the truth."""
    if text == OWN:
        return _each(table["own"].to_pylist(), _ruled(rules))
    column = table["lossless"]
    if column.null_count:
        raise UsageError("an external parser has no lossless templates", hint="use `--text own`")
    return _each(_each(column.to_pylist(), STYLES[style]), _ruled(rules))


def _ruled(rules: str) -> Callable[[str], str]:
    return _squeezed if rules == NONE else RULES[rules]


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _each(texts: Iterable[str], function: Callable[[str], str]) -> list[str]:
    """The function of each text, worked out once for equal ones."""
    known: dict[str, str] = {}
    found = []
    for text in texts:
        if text not in known:
            known[text] = function(text)
        found.append(known[text])
    return found


@lru_cache(4)
def labelled(data: Path, dataset: str, truth: str, lines: int | None) -> Labelled:
    """Bodies and true templates of a dataset, cut or grown to a number of lines if there is one."""
    log: Labelled = registry.create("datasets", dataset).read(data / dataset, truth)
    return log if lines is None else growing.sized(log, lines)


def averages(table: pa.Table, by: Sequence[str] = ("parser", "settings", "text", "part")) -> pa.Table:
    """Means over datasets, in the order of the first row of each.

    Of each accuracy the mean over finished runs and, with `_or_0`, that in which others count as 0.
    """
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        groups.setdefault(tuple(row[name] for name in by), []).append(row)
    rows = [dict(zip(by, key, strict=True)) | _mean(some) for key, some in groups.items()]
    kinds = [(name, SCHEMA.field(name).type) for name in by] + [("runs", _COUNT), ("finished", _COUNT)]
    kinds += [(name, _NUMBER) for name in (*ACCURACIES, *(f"{name}_or_0" for name in ACCURACIES))]
    kinds += [(name, _NUMBER) for name in ("value_precision", "value_recall", "parse_seconds")]
    metadata = {"logcli.schema": "logcli.averages/1"}
    return pa.Table.from_pylist(rows, pa.schema(kinds, metadata=metadata))


def _mean(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    finished = [row for row in rows if row["status"] == FINISHED]
    found: dict[str, Any] = {"runs": len(rows), "finished": len(finished)}
    for name in (*ACCURACIES, "value_precision", "value_recall", "parse_seconds"):
        values = [row[name] for row in finished if row[name] is not None]
        found[name] = float(np.mean(values)) if values else None
        if name in ACCURACIES:
            found[f"{name}_or_0"] = float(np.sum(values)) / len(rows)
    return found
