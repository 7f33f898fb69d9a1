"""Brings a dataset's files into its folder: downloaded and checked, taken out of their archives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logcli import datafolder
from logcli.card import Archive, Card, File
from logcli.errors import LogcliError

if TYPE_CHECKING:
    from logcli.base import Progress

NOTICE = "LICENCE.txt"


def fetch(name: str, card: Card, folder: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Download the files of a card that are not in the folder yet.

    Returns the names of files `fetched`, those `present` already, and the `folder`. Raises LogcliError;
    what was whole by then stays.
    """
    files = [file for file in card.files.values() if datafolder.find(folder, file.path) is None]
    _check_published(name, card, files)
    if files:
        folder.mkdir(parents=True, exist_ok=True)
        write_notice(card, folder)
    for wanted in downloads(card, folder):
        _download(wanted, folder, progress)
        if isinstance(wanted, Archive):
            place = folder / wanted.name
            try:
                unpack(wanted, place, [f for f in files if f.archive == wanted.name], folder, progress)
            finally:
                place.unlink(missing_ok=True)
    fetched = [file.path for file in files]
    present = [path for path in card.files if path not in fetched]
    return {"fetched": fetched, "present": present, "folder": str(folder)}


def downloads(card: Card, folder: Path) -> list[File | Archive]:
    """What has to be downloaded, for the files that are not in the folder yet."""
    files = [file for file in card.files.values() if datafolder.find(folder, file.path) is None]
    archives = dict.fromkeys(file.archive for file in files if file.archive)
    return [*(file for file in files if file.url), *(card.archives[name] for name in archives)]


def unpack(
    archive: Archive, place: Path, files: Sequence[File], folder: Path, progress: Progress | None = None
) -> None:
    """Take files of a dataset out of an archive and check them; those that are wrong are removed."""
    from logcli import unpacking

    wanted = {file.path: file.member or ("" if file.is_folder else file.path) for file in files}
    unpacking.unpack(place, wanted, folder, progress)
    plain = [file for file in files if not file.is_folder]
    wrong = {file.path: why for file in plain if (why := datafolder.difference(folder / file.path, file))}
    for path in wrong:
        (folder / path).unlink()
    for path, why in wrong.items():
        raise LogcliError(f"`{path}` in `{archive.name}` {why}", where=archive.url or str(place))


def write_notice(card: Card, folder: Path) -> None:
    """Write the licence beside the data: its notice belongs to every copy."""
    licence = card.licence
    if licence.notice:
        text = "\n\n".join(filter(None, (licence.name, licence.url, licence.notice.strip())))
        (folder / NOTICE).write_text(f"{text}\n", encoding="utf-8")


def _download(wanted: File | Archive, folder: Path, progress: Progress | None) -> None:
    from logcli.download import download

    target = folder / (wanted.path if isinstance(wanted, File) else wanted.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    download(
        wanted.url,
        target,
        size=wanted.bytes,
        check=partial(datafolder.difference, wanted=wanted),
        known=bool(wanted.sha256 or wanted.md5),
        progress=progress,
    )


def _check_published(name: str, card: Card, files: Sequence[File]) -> None:
    missing = [file.path for file in files if file.path in card.unpublished()]
    if missing:
        raise LogcliError(
            f"{', '.join(f'`{path}`' for path in missing)} of `{name}` cannot be downloaded",
            why=card.made.strip() or "the card has no address",
            hint="if you have it: `logcli datasets import FOLDER`",
        )
