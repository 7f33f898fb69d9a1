"""Whole files of real logs: every line is accounted for, and bodies are Loghub's contents."""

from __future__ import annotations

import csv
import gzip
import os
import tarfile
from pathlib import Path

import pytest

from logcli.accounting import Account
from logcli.pipeline import Request, Run

DATA = Path(os.environ.get("LOGCLI_TEST_DATA") or "/nonexistent")
FOLDERS = (
    "loghub_2k", "loghub2_full", "formats/lnav/test", "formats/filebeat", "formats/hl", "formats/misc",
    "cidiff", "hdfs_2pct",
)  # fmt: skip
SKIPPED = (
    ".csv", ".csv.gz", ".md", "-expected.json", "format_samples.json", ".zip", ".upstream", ".loghub-2.0",
)  # fmt: skip
# One file of each folder of these holds what the others do.
ALIKE = ("kubernetes", "podman", "docker", "kafka")
CONTENTS = sorted(DATA.glob("loghub_2k/*/*_2k.log_structured.csv")) + sorted(
    DATA.glob("loghub2_full/*/*_structured.csv.gz")
)


def logs() -> list[Path]:
    """Files to read: all of the small folders, a few of those with many alike."""
    found: dict[tuple[Path, str], Path] = {}
    for folder in FOLDERS:
        for path in sorted((DATA / folder).rglob("*")):
            if path.is_file() and not path.name.endswith(SKIPPED) and "LICENSE" not in path.name:
                alike = any(part in ALIKE for part in path.parts)
                found.setdefault((path.parent, "" if alike else path.name), path)
    return list(found.values())


@pytest.mark.skipif(not DATA.is_dir(), reason="LOGCLI_TEST_DATA is not set")
def test_every_line_is_accounted_for() -> None:
    for path in logs():
        check_account(path)


@pytest.mark.skipif(not DATA.is_dir(), reason="LOGCLI_TEST_DATA is not set")
def test_every_line_of_many_files_is_accounted_for(tmp_path: Path) -> None:
    """The 974 logs of an archive at once, stack traces and all."""
    with tarfile.open(DATA / "hadoop_apps" / "hadoop_apps.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    account = check_account(tmp_path)
    texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert account.lines == sum(text.count(b"\n") + (text[-1:] not in (b"\n", b"")) for text in texts)
    assert account.continuation > 0 and account.unmatched == 0


def check_account(path: Path) -> Account:
    with Run(Request(targets=(str(path),))) as run:
        rows = sum(batch.num_rows for batch in run.records())
        account = run.account
    parts = (account.first, account.continuation, account.blank, account.header, account.unreadable)
    assert account.lines == sum(parts), path
    assert account.records == account.matched + account.unmatched == rows, path
    return account


@pytest.mark.skipif(not CONTENTS, reason="LOGCLI_TEST_DATA has no loghub_2k")
@pytest.mark.parametrize("truth", CONTENTS, ids=lambda path: path.parent.name)
def test_bodies_are_the_contents_of_loghub(truth: Path) -> None:
    """Apache clients are attributes here; Loghub took the last colon of a few Thunderbird lines."""
    log = Path(str(truth).replace("_structured.csv", ""))
    with (
        gzip.open(truth, "rt", encoding="utf-8")
        if truth.suffix == ".gz"
        else truth.open(encoding="utf-8") as file
    ):
        contents = [row["Content"] for row in csv.DictReader(file)]
    with Run(Request(targets=(str(log),))) as run:
        bodies = [body for batch in run.records() for body in batch.column("body").to_pylist()]
    assert len(bodies) == len(contents)
    same = sum(a.split() == b.split() for a, b in zip(bodies, contents, strict=True))
    assert same >= 0.98 * len(contents)
