"""Files out of archives: the right ones, and nothing else from archives that are damaged or hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from logcli import unpacking
from tests.own_cards import card, datasets, facts, put, there
from tests.running import log
from tests.serving import Server, serving

LOG, OTHER = log(300), log(7)
FILES = {
    "top/": b"",
    "top/x.log": LOG,
    "top/deep/y.log": OTHER,
    "top/README": b"read",
    "__MACOSX/top/._x.log": b"?",
}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGCLI_CONFIG_DIR", str(tmp_path / "config"))
    with serving() as found:
        yield found


def zipped(files: dict[str, bytes], modes: dict[str, int] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (modes or {}).get(name, 0o100644) << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tarred(files: dict[str, bytes], kinds: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name.rstrip("/"))
            info.type = (kinds or {}).get(name, tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE)
            info.size = 0 if kinds and name in kinds else len(data)
            info.linkname = "/etc/passwd" if info.type == tarfile.SYMTYPE else "top/x.log"
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


KINDS: dict[str, Callable[[bytes], bytes]] = {
    "a.tar": bytes,
    "a.tar.gz": gzip.compress,
    "a.tar.xz": lzma.compress,
    "a.tar.bz2": bz2.compress,
}
ARCHIVES = {"a.zip": zipped(FILES)} | {name: pack(tarred(FILES)) for name, pack in KINDS.items()}


def of_archive(server: Server, name: str, data: bytes, files: dict[str, dict[str, Any]], **more: Any) -> str:
    """A dataset of files in an archive that the server has; its name."""
    server.files[f"/{name}"] = data
    files = {path: {"archive": name, **known} for path, known in files.items()}
    return card(files, archives={name: {"url": server.url(f"/{name}"), **more}})


@pytest.mark.parametrize("archive", ARCHIVES)
def test_files_are_taken_out(archive: str, server: Server) -> None:
    data = ARCHIVES[archive]
    files = {"x.log": facts(LOG), "short.log": {"member": "deep/y.log", **facts(OTHER)}}
    name = of_archive(server, archive, data, files, **facts(data))
    assert datasets("fetch", name).code == 0
    assert there() == {f"{name}/x.log": LOG, f"{name}/short.log": OTHER}
    assert "0 files fetched, 2 were there" in datasets("fetch", name).err
    assert len(server.ranges_asked) == 1


@pytest.mark.parametrize("archive", ARCHIVES)
def test_a_folder_takes_all_files_with_an_end(archive: str, server: Server) -> None:
    name = of_archive(server, archive, ARCHIVES[archive], {"logs/": {"member": ".log", "count": 2}})
    assert datasets("fetch", name).code == 0
    assert there(f"data/{name}") == {"logs/top/x.log": LOG, "logs/top/deep/y.log": OTHER}
    assert datasets("verify", name).out.split() == [name.encode(), b"ok", b"logs/", b"2", b"files"]


def test_a_folder_may_take_all(server: Server) -> None:
    name = of_archive(server, "a.zip", ARCHIVES["a.zip"], {"all/": {}})
    assert datasets("fetch", name).code == 0
    assert sorted(there(f"data/{name}/all")) == ["top/README", "top/deep/y.log", "top/x.log"]


def test_a_packed_file(server: Server) -> None:
    name = of_archive(server, "x.log.gz", gzip.compress(LOG), {"x.log": facts(LOG)})
    assert datasets("fetch", name).code == 0
    assert there() == {f"{name}/x.log": LOG}


def test_only_what_is_missing_is_fetched_and_taken(server: Server) -> None:
    name = of_archive(server, "a.zip", ARCHIVES["a.zip"], {"x.log": {}, "y.log": {}})
    put(f"data/{name}/x.log", b"my own")
    assert "1 files fetched, 1 were there" in datasets("fetch", name).err
    assert there() == {f"{name}/x.log": b"my own", f"{name}/y.log": OTHER}


def test_files_that_are_wrong_go_the_others_stay(server: Server) -> None:
    wrong = {"md5": "ab" * 16}
    files = {"x.log": wrong, "y.log": {}, "README": wrong}
    name = of_archive(server, "a.zip", ARCHIVES["a.zip"], files)
    done = datasets("fetch", name)
    assert (done.code, there()) == (1, {f"{name}/y.log": OTHER})
    assert "error: `x.log` in `a.zip` has the md5 " in done.err and server.url("/a.zip") in done.err


def test_a_member_that_is_not_there(server: Server) -> None:
    done = datasets("fetch", of_archive(server, "a.zip", ARCHIVES["a.zip"], {"x.log": {}, "z.log": {}}))
    assert (done.code, there()) == (1, {})
    assert "error: there is no `z.log` in the archive" in done.err


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


OUT, LINK, DAMAGED = "leads out of the folder", "is no plain file", "error: the archive is damaged"
PLAIN = tarred(FILES)
HOSTILE = {
    "zip, up": (zipped({"x.log": LOG, "../../e.log": LOG}), OUT),
    "zip, absolute": (zipped({"x.log": LOG, "/tmp/e.log": LOG}), OUT),
    "zip, as on Windows": (zipped({"x.log": LOG, "..\\e.log": LOG}), OUT),
    "zip, a drive": (zipped({"x.log": LOG, "C:/e.log": LOG}), OUT),
    "zip, a link": (zipped({"x.log": b"/etc/passwd"}, {"x.log": 0o120777}), LINK),
    "tar, up": (tarred({"x.log": LOG, "a/../../e.log": LOG}), OUT),
    "tar, absolute": (tarred({"x.log": LOG, "/tmp/e.log": LOG}), OUT),
    "tar, a link": (tarred({"x.log": b""}, {"x.log": tarfile.SYMTYPE}), LINK),
    "tar, a hard link": (tarred({"y.log": LOG, "x.log": b""}, {"x.log": tarfile.LNKTYPE}), LINK),
    "tar, a device": (tarred({"x.log": b""}, {"x.log": tarfile.CHRTYPE}), LINK),
    "twice": (zipped({"a/x.log": LOG, "a/./x.log": LOG}), "is in the archive twice"),
    "file and folder": (tarred({"x.log": LOG, "x.log/y.log": LOG}), "error: cannot unpack the archive"),
    "a long name": (tarred({"x" * 300 + ".log": LOG}), "error: cannot unpack the archive"),
    "zip cut": (ARCHIVES["a.zip"][:-30], DAMAGED),
    "zip, wrong data": (flipped(ARCHIVES["a.zip"], 200), DAMAGED),
    "tar cut in a file": (PLAIN[:2000], DAMAGED),
    "tar cut in a header": (PLAIN[: PLAIN.index(b"top/deep") + 300], DAMAGED),
    "tar, wrong header": (flipped(PLAIN, PLAIN.index(b"top/deep")), DAMAGED),
    "gzip cut": (gzip.compress(PLAIN)[:-20], DAMAGED),
    "gzip, wrong check sum": (flipped(gzip.compress(PLAIN), -6), DAMAGED),
    "gzip of a log, wrong check sum": (flipped(gzip.compress(LOG), -6), DAMAGED),
    "xz cut": (lzma.compress(PLAIN)[:-20], DAMAGED),
    "no archive": (LOG, DAMAGED),
    "nothing": (b"", DAMAGED),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_archives(what: str, server: Server) -> None:
    data, said = HOSTILE[what]
    name = of_archive(server, "a.log", data, {"logs/": {"member": ".log"}})
    before = there(".")
    done = datasets("fetch", name)
    assert (done.code, there(".")) == (1, before)
    assert said in done.err and "internal" not in done.err
    assert not Path("/tmp/e.log").exists()


@pytest.mark.parametrize(
    "data", [zipped({"x.log": bytes(1 << 20)}), gzip.compress(tarred({"x.log": bytes(1 << 20)}))]
)
def test_a_bomb(data: bytes, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_TIMES", 20)
    monkeypatch.setattr(unpacking, "MOST_ANYWAY", 100_000)
    done = datasets("fetch", of_archive(server, "a.zip", data, {"x.log": {}}))
    assert (done.code, there()) == (1, {})
    assert "error: the archive grows too much\n reason: more than 100,000 bytes" in done.err


def test_a_bomb_beside_the_file(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is passed over takes time, too."""
    monkeypatch.setattr(unpacking, "MOST_ANYWAY", 100_000)
    big = bytes(1 << 20)
    for data in (tarred({"a.log": b"", "z": big}), tarred({"a.log": b""}) + big):
        data = gzip.compress(data)
        done = datasets("fetch", of_archive(server, "a.zip", data, {"a.log": {}}))
        assert (done.code, there()) == (1, {})
        assert "error: the archive grows too much" in done.err


def test_too_many_files(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_FILES", 2)
    done = datasets("fetch", of_archive(server, "a.zip", ARCHIVES["a.zip"], {"x.log": {}}))
    assert (done.code, there()) == (1, {})
    assert "error: the archive holds more than 2 files" in done.err
