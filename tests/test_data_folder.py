"""The data folder: where it is, whether what is in it is as it should be, and reading it."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from logcli import registry
from logcli.base import Labelled
from logcli.errors import LogcliError, UsageError
from logcli.templates import fits
from tests.own_cards import card, data_of, datasets, facts, put
from tests.running import log, logcli

DATA = Path(os.environ.get("LOGCLI_TEST_DATA") or "/nonexistent")
LOG, OTHER = log(300), log(7)
KNOWN = {"x.log": facts(LOG)}
LABELS = {"y.csv": facts(OTHER)}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a configuration of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGCLI_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path


# --- where it is ------------------------------------------------------------------------------------


def test_where_the_data_folder_is(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def path(*words: str) -> str:
        return logcli("datasets", "path", *words).out.decode().strip()

    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert path() == "/home/somebody/.local/share/logcli/datasets"
    monkeypatch.setattr("sys.platform", "darwin")
    assert path() == "/home/somebody/Library/Application Support/logcli/datasets"
    monkeypatch.setenv("XDG_DATA_HOME", "/xdg")
    assert path() == "/xdg/logcli/datasets"
    monkeypatch.setenv("LOGCLI_DATA", "/mine")
    assert path("loghub-2k-HDFS") == "/mine/loghub_2k_hdfs"
    assert path("--data", "other", "shop") == "other/shop"


def test_commands_go_by_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGCLI_DATA", "mine")
    name = card(KNOWN)
    put(f"mine/{name}/x.log", LOG)
    assert logcli("datasets", "verify", name).code == 0
    rows = {row["name"]: row["here"] for row in data_of(logcli("datasets", "list", "--json"))}
    assert [row for row, is_here in rows.items() if is_here] == [name]


# --- verify -----------------------------------------------------------------------------------------

LINES = {"lines": 300}
STATES: list[tuple[dict[str, Any], str, bytes, str, str]] = [
    (facts(LOG), "x.log", LOG, "ok", ""),
    (facts(LOG), "x.log.gz", gzip.compress(LOG), "ok", ""),
    ({}, "x.log", LOG, "unchecked", "digest not known"),
    (LINES, "x.log", LOG, "ok", "300 lines, digest not known"),
    (LINES, "x.log", LOG[:-1], "ok", "300 lines, digest not known"),
    (LINES, "x.log.gz", gzip.compress(LOG), "ok", "300 lines, digest not known"),
    (LINES, "x.log", LOG + b"\n", "wrong", "has 301 lines, should have 300"),
    (facts(LOG), "x.log", LOG[:-1], "wrong", f"has {len(LOG) - 1:,} bytes, should have {len(LOG):,}"),
    (facts(LOG), "x.log", LOG[:-1] + b" ", "wrong", "has the sha256 "),
    (facts(LOG), "x.log.gz", gzip.compress(LOG)[:-20], "wrong", "the packed file is damaged"),
    (LINES, "x.log.gz", LOG, "wrong", "the packed file is damaged"),
    (facts(LOG), "z.log", LOG, "missing", ""),
]


@pytest.mark.parametrize(("known", "path", "data", "state", "why"), STATES)
def test_verify(known: dict[str, Any], path: str, data: bytes, state: str, why: str) -> None:
    name = card({"x.log": known, **LABELS})
    put(f"data/{name}/{path}", data)
    put(f"data/{name}/y.csv", OTHER)
    done = datasets("verify", name, "--json")
    bad = state in ("wrong", "missing")
    assert (done.code, done.err) == (int(bad), f"2 files checked, {int(bad)} missing or wrong\n")
    first, second = data_of(done)
    assert (first["dataset"], first["file"], first["state"]) == (name, "x.log", state)
    assert first["why"].startswith(why) and bool(first["why"]) == bool(why)
    assert second == {"dataset": name, "state": "ok", "file": "y.csv", "why": ""}
    shown = datasets("verify", name).out.decode().splitlines()
    assert shown[0].split()[:3] == [name, state, "x.log"]


@pytest.mark.parametrize(("count", "state"), [(2, "ok"), (3, "wrong"), (0, "unchecked")])
def test_verify_a_folder(count: int, state: str) -> None:
    name = card({"logs/": {"archive": "a.zip", "count": count}}, archives={"a.zip": {}})
    put(f"data/{name}/logs/a/x.log", LOG)
    put(f"data/{name}/logs/y.log", LOG)
    done = datasets("verify", name, "--json")
    assert (done.code, data_of(done)[0]["state"]) == (int(state == "wrong"), state)


def test_verify_all_that_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = datasets("verify")
    assert (nothing.code, nothing.err) == (1, "0 files checked, 0 missing or wrong\n")
    name = card(KNOWN)
    put(f"data/{name}/x.log", LOG)
    assert datasets("fetch", "-q", "shop").code == 0
    done = datasets("verify", "--json")
    assert (done.code, [(row["dataset"], row["state"]) for row in data_of(done)]) == (
        0,
        [(name, "ok"), ("shop", "unchecked")],
    )
    Path("data/shop/web.log").unlink()
    assert datasets("verify", "shop").out.split() == [b"shop", b"missing", b"web.log"]


# --- whole datasets ---------------------------------------------------------------------------------


def test_the_shop_reads_with_its_truth() -> None:
    assert datasets("fetch", "shop").code == 0
    shop = registry.create("datasets", "shop")
    found = shop.read(Path("data/shop"), "exact")
    assert len(found.bodies) == len(found.templates) > 1700
    assert [
        body for body, template in zip(found.bodies, found.templates, strict=True) if not fits(template, body)
    ] == []
    before = Path("data/shop/web.log").stat().st_mtime_ns
    assert datasets("fetch", "shop").code == 0
    assert Path("data/shop/web.log").stat().st_mtime_ns == before
    with pytest.raises(UsageError, match="no truth called `none`"):
        shop.read(Path("data/shop"), "none")
    with Path("data/shop/web.log").open("a") as log:
        log.write("one more\n")
    with pytest.raises(LogcliError, match=r"`web.log` has"):
        shop.read(Path("data/shop"), "exact")
    Path("data/shop/host.truth.csv").unlink()
    with pytest.raises(LogcliError, match=r"`host.truth.csv` of the dataset `shop` is missing"):
        shop.read(Path("data/shop"), "exact")


def test_a_dataset_that_is_not_here_or_has_no_such_truth() -> None:
    linux = registry.create("datasets", "loghub_2k_linux")
    with pytest.raises(LogcliError, match="is missing") as error:
        linux.read(Path("data/x"), "original")
    assert "`logcli datasets fetch loghub_2k_linux`" in error.value.hint
    with pytest.raises(UsageError, match="no truth called `best`") as wrong:
        linux.read(Path("data/x"), "best")
    assert wrong.value.hint == "there are: corrected, original, loghub2"
    with pytest.raises(LogcliError, match="dataset `loghub_2k_linux` has no anomaly labels"):
        linux.read_labels(Path("data/x"))


@pytest.mark.skipif(not DATA.is_dir(), reason="LOGCLI_TEST_DATA is not set")
def test_real_datasets() -> None:
    assert datasets("import", DATA, "--link").code == 0
    done = datasets("verify")
    assert (done.code, done.err.endswith(" files checked, 0 missing or wrong\n")) == (0, True)
    assert b"unchecked" not in done.out

    def read(name: str, truth: str) -> Labelled:
        return registry.create("datasets", name).read(Path("data", name), truth)  # type: ignore[no-any-return]

    hdfs, linux = read("loghub_2k_hdfs", "original"), read("loghub2_linux", "loghub2")
    assert (len(hdfs.bodies), len(hdfs.templates), len(set(hdfs.templates))) == (2000, 2000, 14)
    assert (len(linux.bodies), len(linux.templates), len(set(linux.templates))) == (23_921, 23_921, 338)
    with (DATA / "loghub_2k/HDFS/HDFS_2k.log_structured.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(hdfs.bodies) == [row["Content"] for row in rows]
    assert list(hdfs.templates) == [row["EventTemplate"] for row in rows]
    blocks, apps = (
        registry.create("datasets", name).read_labels(Path("data", name))
        for name in ("hdfs_2pct", "hadoop_apps")
    )
    assert (blocks.per, len(blocks.keys), blocks.anomalous.sum()) == ("block", 11_501, 350)
    assert (apps.per, len(apps.keys), (~apps.anomalous).sum()) == ("application", 55, 11)
