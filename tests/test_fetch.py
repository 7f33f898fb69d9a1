"""Datasets from a web server: whole, checked and unpacked, or not there at all."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from logcli import download
from logcli.errors import LogcliError
from tests.own_cards import card, datasets, facts, put, there
from tests.running import log
from tests.serving import Server, serving

LOG = log(300)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """With the log at `/x.log`, in an empty folder; retries are at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGCLI_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setattr(download, "PAUSE_SECONDS", 0.0)
    with serving() as found:
        found.files["/x.log"] = LOG
        yield found


def of_log(server: Server, **known: Any) -> str:
    """A dataset of one file; its name."""
    return card({"x.log": {"url": server.url("/x.log"), **known}})


def test_a_file_is_fetched_once(server: Server) -> None:
    name = of_log(server, **facts(LOG))
    done = datasets("fetch", name)
    assert (done.code, there()) == (0, {f"{name}/x.log": LOG})
    assert f"{name}: 1 files fetched, 0 were there" in done.err
    again = datasets("fetch", name)
    assert f"{name}: 0 files fetched, 1 were there" in again.err
    assert server.ranges_asked == [""]


def test_quiet_says_nothing(server: Server) -> None:
    assert datasets("fetch", "-q", of_log(server)) == (0, b"", "")


@pytest.mark.parametrize("lengths", [True, False])
def test_a_broken_connection_is_taken_up_again(lengths: bool, server: Server) -> None:
    server.breaks = [1000, 2000]
    server.lengths = lengths
    name = of_log(server, **facts(LOG))
    assert datasets("fetch", name).code == 0
    assert there() == {f"{name}/x.log": LOG}
    assert server.ranges_asked == ["", "bytes=1000-", "bytes=3000-"]


def test_a_later_run_goes_on_where_the_first_one_stopped(server: Server) -> None:
    server.breaks = [1000, 0]
    name = of_log(server)
    done = datasets("fetch", name)
    assert (done.code, there()[f"{name}/x.log.part"]) == (1, LOG[:1000])
    assert "error: the connection broke after 1,000 bytes" in done.err
    assert "hint: run it again: it goes on where it stopped" in done.err
    assert datasets("fetch", name).code == 0
    assert there() == {f"{name}/x.log": LOG}
    assert server.ranges_asked[-1] == "bytes=1000-"


def test_breaks_without_end_are_given_up(server: Server) -> None:
    server.breaks = [100] * 99
    done = datasets("fetch", of_log(server))
    assert (done.code, len(server.ranges_asked)) == (1, download.ATTEMPTS)
    assert "the connection broke after 400 bytes" in done.err


def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(server: Server) -> None:
    server.breaks = [1000, 0]
    name = of_log(server)
    datasets("fetch", name)
    server.files["/x.log"] = b"another\n" * 500
    assert datasets("fetch", name).code == 0
    assert there() == {f"{name}/x.log": b"another\n" * 500}


def test_a_server_without_ranges_sends_it_all_again(server: Server) -> None:
    server.breaks = [1000, 3000]
    server.ranges = False
    name = of_log(server, **facts(LOG))
    assert datasets("fetch", name).code == 0
    assert there() == {f"{name}/x.log": LOG}
    assert server.ranges_asked == ["", "bytes=1000-", "bytes=3000-"]


def test_a_whole_part_is_not_fetched_again(server: Server) -> None:
    name = of_log(server, **facts(LOG))
    put(f"data/{name}/x.log.part", LOG)
    assert (datasets("fetch", name).code, there()) == (0, {f"{name}/x.log": LOG})
    assert server.ranges_asked == []


def test_a_part_that_is_no_beginning_of_the_file_is_dropped(server: Server) -> None:
    name = of_log(server, sha256=facts(LOG)["sha256"])
    put(f"data/{name}/x.log.part", LOG + b"more")
    assert datasets("fetch", name).code == 0
    assert there() == {f"{name}/x.log": LOG}
    assert server.ranges_asked == [f"bytes={len(LOG) + 4}-", ""]


@pytest.mark.parametrize("known", ["sha256", "md5"])
def test_a_wrong_file_is_not_kept(known: str, server: Server) -> None:
    name = of_log(server, **{known: "ab" * (32 if known == "sha256" else 16)})
    done = datasets("fetch", name)
    assert (done.code, there()) == (1, {})
    assert f"error: `x.log` is not what it should be: it has the {known} " in done.err
    assert server.url("/x.log") in done.err


def test_a_part_that_turns_out_wrong_is_not_kept(server: Server) -> None:
    name = of_log(server, **facts(LOG))
    put(f"data/{name}/x.log.part", b"something else")
    assert (datasets("fetch", name).code, there()) == (1, {})
    assert datasets("fetch", name).code == 0


def test_a_file_of_another_size_is_not_even_fetched(server: Server) -> None:
    done = datasets("fetch", of_log(server, bytes=5))
    assert (done.code, there()) == (1, {})
    assert f"error: the file there has {len(LOG):,} bytes, should have 5" in done.err


def test_what_is_not_there_is_said(server: Server) -> None:
    done = datasets("fetch", card({"x.log": {"url": server.url("/gone")}}))
    assert (done.code, there()) == (1, {})
    assert "error: the server answered 404: Not Found" in done.err
    assert server.url("/gone") in done.err and "hint: the address may have changed" in done.err


def test_no_server(server: Server) -> None:
    with serving() as other:
        url = other.url("/x.log")
    done = datasets("fetch", card({"x.log": {"url": url}}))
    assert (done.code, there()) == (1, {})
    assert "error: cannot reach `127.0.0.1`" in done.err and "datasets import" in done.err


def test_a_redirect_on_this_machine_is_followed(server: Server) -> None:
    server.moved["/old"] = server.url("/x.log").replace("127.0.0.1", "localhost")
    name = card({"x.log": {"url": server.url("/old")}})
    assert (datasets("fetch", name).code, there()) == (0, {f"{name}/x.log": LOG})


@pytest.mark.parametrize("to", ["http://example.org/x.log", "ftp://127.0.0.1/x.log", "file:///etc/hosts"])
def test_a_redirect_elsewhere_is_not(to: str, server: Server) -> None:
    server.moved["/old"] = to
    done = datasets("fetch", card({"x.log": {"url": server.url("/old")}}))
    assert (done.code, there()) == (1, {})
    assert f"the address leads to `{to}`, which is not safe" in done.err or "answered 302" in done.err


def test_a_safe_address_does_not_lead_to_this_machine() -> None:
    request = SimpleNamespace(type="https", full_url="https://example.org/x")
    with pytest.raises(LogcliError, match="which is not safe"):
        download._Redirects().redirect_request(request, BytesIO(), 302, "", {}, "http://127.0.0.1/x")


def test_an_address_is_looked_at_before_it_is_used(tmp_path: Path) -> None:
    with pytest.raises(LogcliError, match="is no safe address"):
        download.download("http://example.org/x.log", tmp_path / "x.log")


def test_no_proxy_is_asked_for_this_machine(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert datasets("fetch", of_log(server)).code == 0


def test_no_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    done = datasets("fetch", of_log(server))
    assert (done.code, there()) == (1, {})
    assert f"error: not enough room for {len(LOG):,} bytes" in done.err


# --- licences ---------------------------------------------------------------------------------------


def test_a_licence_must_be_accepted(server: Server) -> None:
    licence = {
        "name": "For science",
        "url": "https://example.org/licence",
        "accept": True,
        "notice": "Cite us.",
    }
    name = card({"x.log": {"url": server.url("/x.log")}}, licence=licence)
    done = datasets("fetch", name)
    assert (done.code, server.ranges_asked, there()) == (1, [], {})
    assert f"error: the licence of `{name}` must be accepted first" in done.err
    assert "For science: https://example.org/licence" in done.err and "--accept-licence" in done.err
    assert datasets("fetch", name, "--accept-licence").code == 0
    notice = b"For science\n\nhttps://example.org/licence\n\nCite us.\n"
    assert there() == {f"{name}/x.log": LOG, f"{name}/LICENCE.txt": notice}
    assert datasets("fetch", name).code == 0  # nothing to agree to any more


def test_what_is_not_published_is_said(server: Server) -> None:
    files = {"x.log": {"url": server.url("/x.log")}, "y.log": {"archive": "a.zip"}}
    done = datasets("fetch", card(files, archives={"a.zip": {}}, made="by hand"))
    assert (done.code, server.ranges_asked) == (1, [])
    assert "`y.log` of `own" in done.err and "cannot be downloaded\n reason: by hand" in done.err
    assert "datasets import" in done.err
