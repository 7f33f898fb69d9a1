"""Gets a file from a web server: with progress, gone on with after a break, whole or not at all.

Only `https`, and `http` on this machine; redirects elsewhere are refused. While it is not whole the
file is `NAME.part`, with what the server called this version of it in `NAME.part.tag`.
"""

from __future__ import annotations

import http.client
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from logcli.card import LOCAL, secure
from logcli.errors import LogcliError

if TYPE_CHECKING:
    from logcli.base import Progress

TIMEOUT_SECONDS = 30.0
ATTEMPTS = 4
PAUSE_SECONDS = 1.0
_CHUNK = 1 << 18
# What must stay free on the disk after a download.
_ROOM = 64 << 20
_SAFE = "only `https`, or `http` on this machine, is downloaded from"


class _Broken(Exception):
    """The connection ended before the file did."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any) -> Any:
        if not secure(newurl) or (req.type == "https" and urlsplit(newurl).scheme != "https"):
            fp.close()
            what = f"the address leads to `{newurl}`, which is not safe"
            raise LogcliError(what, where=req.full_url, hint=_SAFE)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(
    url: str,
    target: Path,
    *,
    size: int = 0,
    check: Callable[[Path], str] = lambda path: "",
    known: bool = False,
    progress: Progress | None = None,
) -> None:
    """Get a file; it appears under its name when it is whole and passes the check.

    Parameters
    ----------
    size : bytes that it must have, 0 if not known
    check : says what is wrong with the file, empty for nothing; a wrong file is removed
    known : whether the check would find out if the parts of a download were of two versions
    progress : is told bytes done, in all (None if unknown) and what is done

    A broken connection is tried again a few times, from where it broke. Raises LogcliError; what was
    got by then stays, and the next call goes on from there.
    """
    _check(url)
    part = target.with_name(f"{target.name}.part")
    for attempt in range(1, ATTEMPTS + 1):
        before = _size(part)
        try:
            if not size or before != size:
                _get(url, part, size, known, progress or _silent)
            break
        except _Broken as error:
            if attempt == ATTEMPTS or _size(part) == before:
                hint = "run it again: it goes on where it stopped"
                what = f"the connection broke after {_size(part):,} bytes"
                raise LogcliError(what, why=str(error), where=url, hint=hint) from error
            time.sleep(PAUSE_SECONDS)
    wrong = check(part)
    if wrong:
        _forget(part)
        hint = "it was damaged on the way, or it changed upstream; try again"
        raise LogcliError(f"`{target.name}` is not what it should be: it {wrong}", where=url, hint=hint)
    part.replace(target)
    _forget(part)


def _get(url: str, part: Path, size: int, known: bool, progress: Progress) -> None:
    """Get what is missing of the part, or all of it."""
    headers = {"User-Agent": "logcli", "Accept-Encoding": "identity"}
    have = _size(part)
    tag = _tag(part).read_text("latin-1") if _tag(part).is_file() else ""
    if have and (tag or known):
        headers["Range"] = f"bytes={have}-"
        headers |= {"If-Range": tag} if tag else {}
    with _open(urllib.request.Request(url, headers=headers), part) as answer:
        start = have if answer.status == 206 else 0
        if start and not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            _forget(part)
            raise _Broken("the server sent another piece than was asked for")
        length = answer.headers.get("Content-Length", "")
        total = start + int(length) if length.isdecimal() else size or None
        if size and total != size:
            _forget(part)
            raise LogcliError(f"the file there has {total:,} bytes, should have {size:,}", where=url)
        _check_room(part, (total or 0) - start)
        version = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        _tag(part).write_text("" if version.startswith("W/") else version, "latin-1")
        _copy(answer, part, start, total, progress)
    if total and _size(part) < total:
        raise _Broken(f"{total:,} bytes were to come")


def _open(request: urllib.request.Request, part: Path) -> Any:
    host = urlsplit(request.full_url).hostname or ""
    handlers: list[Any] = [_Redirects]
    if host in LOCAL:  # a proxy would look for it on its own machine
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        return urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # the part is no beginning of what is there now
            _forget(part)
            raise _Broken("the file changed upstream") from error
        hint = "the address may have changed; the page of the dataset may tell" if error.code == 404 else ""
        what = f"the server answered {error.code}: {error.reason}"
        raise LogcliError(what, where=request.full_url, hint=hint) from error
    except (OSError, http.client.HTTPException) as error:
        why = str(getattr(error, "reason", "") or error)
        hint = "download it by hand, then `logcli datasets import FOLDER`"
        raise LogcliError(f"cannot reach `{host}`", why=why, where=request.full_url, hint=hint) from error


def _copy(answer: IO[bytes], part: Path, start: int, total: int | None, progress: Progress) -> None:
    what = f"fetching {part.name.removesuffix('.part')}"
    done = start
    with part.open("ab" if start else "wb") as out:
        while True:
            try:
                chunk = answer.read(_CHUNK)
            except (OSError, http.client.HTTPException) as error:
                raise _Broken(str(error) or type(error).__name__) from error
            if not chunk:
                return
            out.write(chunk)
            done += len(chunk)
            progress(done, total, what)
            if total and done > total:
                raise LogcliError("the server sends more than it said", where=str(part))


def _check(url: str) -> None:
    if not secure(url):
        raise LogcliError(f"`{url}` is no safe address", hint=_SAFE)


def _check_room(part: Path, wanted: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if wanted + _ROOM > free:
        what = f"not enough room for {wanted:,} bytes"
        hint = "name another folder: `--data FOLDER`"
        raise LogcliError(what, why=f"{free:,} are free", where=str(part.parent), hint=hint)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _tag(part: Path) -> Path:
    return part.with_name(f"{part.name}.tag")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _tag(part).unlink(missing_ok=True)


def _silent(done: int, total: int | None, what: str) -> None:
    """Progress for nobody."""
