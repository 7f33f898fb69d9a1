"""Taking over datasets from a folder that the user has."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.own_cards import card, data_of, datasets, facts, put, there, write
from tests.running import log

LOG, OTHER = log(300), log(7)
OPEN = {"x.log": {}}  # a file whose digest is not known
KNOWN = {"x.log": facts(LOG)}
LABELS = {"y.csv": facts(OTHER)}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a configuration of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGCLI_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path


def test_a_file_whose_digest_is_known_is_taken_from_anywhere() -> None:
    put("mine/old/a/x.log", OTHER)
    put("mine/old/b/x.log", LOG)
    name = card(KNOWN, licence={"name": "Free", "notice": "Cite us."})
    done = datasets("import", "mine", name, "--json")
    (outcome,) = data_of(done)
    assert (done.code, outcome["taken"], outcome["rejected"]) == (0, ["x.log"], {})
    assert there() == {f"{name}/x.log": LOG, f"{name}/LICENCE.txt": b"Free\n\nCite us.\n"}
    assert datasets("import", "mine", name).out.decode() == f"{name}: 0 taken, 1 were there\n"


def test_a_wrong_file_is_refused_with_the_reason() -> None:
    place = put("mine/x.log", LOG.replace(b"INFO", b"WARN")).absolute()
    name = card(KNOWN)
    done = datasets("import", "mine", name)
    assert (done.code, there()) == (1, {})
    assert f"{name}: 0 taken, 0 were there, 1 missing\n  x.log: {place} has the sha256 " in done.out.decode()
    put("mine/x.log", OTHER)
    assert (
        f"x.log: {place} has {len(OTHER)} bytes, should have" in datasets("import", "mine", name).out.decode()
    )


@pytest.mark.parametrize("folder", ["NAME", "hdfs", "Upstream"])
def test_a_file_without_digest_is_known_by_its_folder(folder: str) -> None:
    name = card({"x.log": {"url": "https://example.org/data/Upstream/x.log"}}, system="HDFS")
    put(f"mine/{folder.replace('NAME', name)}/x.log", LOG)
    put("mine/aa/x.log", OTHER)
    assert datasets("import", "mine", name).code == 0
    assert there() == {f"{name}/x.log": LOG}


def test_a_file_without_digest_in_another_folder_is_left() -> None:
    name = card(OPEN)
    put("mine/aa/x.log", LOG)
    done = datasets("import", "mine", name)
    assert (done.code, there()) == (1, {})
    assert (
        f"has no digest to tell whether it is the file; put it into a folder called {name}"
        in done.out.decode()
    )


def test_the_folder_itself_may_bear_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    name = card(OPEN)
    monkeypatch.chdir(put(f"{name}/x.log", LOG).parent)
    assert datasets("import", ".", name).code == 0


def test_a_packed_file_stays_packed() -> None:
    packed = gzip.compress(LOG)
    put("mine/x.log.gz", packed)
    name = card(KNOWN)
    assert datasets("import", "mine", name).code == 0
    assert there() == {f"{name}/x.log.gz": packed}
    assert (datasets("verify", name).code, data_of(datasets("show", name, "--json"))["missing"]) == (0, [])


@pytest.mark.parametrize("data", [gzip.compress(OTHER), gzip.compress(LOG)[:-20], b"not packed"])
def test_a_packed_file_that_is_another_one_or_damaged(data: bytes) -> None:
    put("mine/x.log.gz", data)
    done = datasets("import", "mine", card(KNOWN))
    assert (done.code, there()) == (1, {})
    assert "has the sha256" in done.out.decode() or "the packed file is damaged" in done.out.decode()


def test_links() -> None:
    place = put("mine/x.log", LOG)
    name = card(KNOWN)
    assert datasets("import", "mine", name, "--link").code == 0
    link = Path("data", name, "x.log")
    assert link.is_symlink() and link.resolve() == place.resolve()
    place.unlink()
    assert "missing" in datasets("verify", name).out.decode()
    put("mine/again/x.log", LOG)
    assert datasets("import", "mine", name).code == 0 and not link.is_symlink()


def tarred(data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as archive:
        info = tarfile.TarInfo("top/x.log")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def test_files_come_out_of_an_archive() -> None:
    packed = tarred(LOG)
    put("mine/a.tar.xz", packed)
    files = {"logs/": {"archive": "a.tar.xz", "count": 1}, "x.log": {"archive": "a.tar.xz", **facts(LOG)}}
    name = card(files, archives={"a.tar.xz": facts(packed)})
    assert datasets("import", "mine", name, "--link").code == 0
    assert there() == {f"{name}/logs/top/x.log": LOG, f"{name}/x.log": LOG}
    assert Path("mine/a.tar.xz").exists()


def test_an_archive_that_is_wrong_or_damaged_is_refused_with_the_reason() -> None:
    place = put("mine/a.tar.xz", tarred(LOG)[:-20]).absolute()
    for known, why in (({}, "cannot be used: the archive is damaged"), ({"md5": "ab" * 16}, "has the md5 ")):
        name = card({"x.log": {"archive": "a.tar.xz"}}, archives={"a.tar.xz": known})
        done = datasets("import", "mine", name)
        assert (done.code, there()) == (1, {})
        assert f"  x.log: {place} {why}" in done.out.decode()
    put("mine/zz/a.tar.xz", tarred(LOG))
    name = card({"x.log": {"archive": "a.tar.xz"}}, archives={"a.tar.xz": {}})
    (outcome,) = data_of(datasets("import", "mine", name, "--json"))
    assert outcome == {
        "name": name, "taken": ["x.log"], "present": [], "missing": [], "rejected": {}, "complete": True,
    }  # fmt: skip


def test_all_datasets_that_are_there() -> None:
    whole, part, none = card(KNOWN), card(KNOWN | LABELS), card({"z.log": {}})
    put("mine/x.log", LOG)
    done = datasets("import", "mine")
    assert (done.code, done.err[:29]) == (0, "2 datasets found, nothing of ")
    shown = done.out.decode()
    assert f"{whole}: 1 taken, 0 were there\n{part}: 1 taken, 0 were there, 1 missing\n" in shown
    assert none not in shown
    shutil.rmtree("mine")
    Path("mine").mkdir()
    shutil.rmtree("data")
    assert datasets("import", "mine").code == 1


def test_labels_that_datasets_share_are_no_dataset() -> None:
    labels = {"per": "line", "file": "y.csv", "form": "first_word"}
    about = {"about": "a log", "logs": "x.log", "labels": labels}
    name = write({**about, "files": KNOWN | LABELS})
    put("mine/y.csv", OTHER)
    assert (datasets("import", "mine").code, there()) == (1, {})
    put("mine/x.log", LOG)
    assert (datasets("import", "mine").code, len(there())) == (0, 2)
    other = write({**about, "files": {"x.log": {"sha256": "ab" * 32}} | LABELS})
    assert datasets("import", "mine", other).code == 1  # when it is named, what there is is taken
    assert f"{other}/y.csv" in there() and name != other


def test_what_is_made_is_not_taken() -> None:
    Path("mine").mkdir()
    done = datasets("import", "mine", "shop")
    assert (done.code, "hint: `logcli datasets fetch shop` makes it" in done.err) == (2, True)
