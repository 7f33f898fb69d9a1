"""Labelled lines for the tests of the metrics: random ones, and the samples of Loghub."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import strategies as st

_FOLDER = Path(os.environ.get("LOGCLI_TEST_DATA") or "/nonexistent") / "loghub_2k"
SYSTEMS = sorted(path.parent.name for path in _FOLDER.glob("*/*_2k.log_structured_corrected.csv"))
needs_samples = pytest.mark.skipif(not SYSTEMS, reason="LOGCLI_TEST_DATA names no folder with loghub_2k")

# Few texts, so that they meet; some more general than others.
TEXTS = ("", "a", "b", "<*>", "a <*>", "a b", "<*> <*>", "a<*>", "<*>b", "x <*> y")
texts = st.sampled_from(TEXTS)
pairs = st.lists(st.tuples(texts, texts), max_size=30)
some_of_them = st.none() | st.sets(texts)


def column(system: str, name: str, *, corrected: bool) -> list[str]:
    """A column of a system's labelled lines."""
    kind = "_corrected" if corrected else ""
    path = _FOLDER / system / f"{system}_2k.log_structured{kind}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def truth(system: str, *, corrected: bool = True) -> list[str]:
    """The true template of each line."""
    return column(system, "EventTemplate", corrected=corrected)


def digits_masked(system: str) -> list[str]:
    """What the baseline finds: each word with a digit is a value."""
    bodies = column(system, "Content", corrected=True)
    return [" ".join("<*>" if any(c.isdigit() for c in w) else w for w in b.split()) for b in bodies]
