"""Finds datasets in a folder that the user has: by the names of files, and then by their digests."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from logcli import datafolder, fetching
from logcli.card import Archive, Card, File
from logcli.errors import LogcliError

if TYPE_CHECKING:
    from logcli.base import Progress


@dataclass(slots=True)
class Outcome:
    """What became of a dataset: names of its files by what happened to them.

    rejected : name → why a file of that name was not taken
    """

    name: str
    taken: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.missing


class Shelf:
    """The files below a folder by their names; a packed file also stands under the name it had before."""

    def __init__(self, folder: Path) -> None:
        self._places: dict[str, list[Path]] = {}
        for path in _walk(folder.absolute()):  # also the folder itself has a name
            for name in {path.name, path.name.removesuffix(".gz")}:
                self._places.setdefault(name, []).append(path)

    def named(self, name: str, near: Sequence[str]) -> list[Path]:
        """Files of that name, those first that lie in a folder whose name says that they are meant."""
        words = {word.lower() for word in near if word}
        found = self._places.get(name, [])
        return sorted(found, key=lambda path: (path.parent.name.lower() not in words, path.as_posix()))


def take(
    name: str,
    card: Card,
    shelf: Shelf,
    folder: Path,
    *,
    link: bool = False,
    alone: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """Bring the files of a dataset that are on the shelf into its folder.

    link : make symbolic links instead of copies; what comes out of an archive is written anyway
    alone : take labels, which datasets share, even if nothing else is there

    A file whose digest is known is taken from anywhere; one whose digest is not known must lie in a
    folder that bears the name of the dataset, of its system or of its place upstream. Raises LogcliError
    when the folder cannot be written.
    """
    outcome = Outcome(name)
    open_files: list[File] = []
    leave = not alone and _only_labels(card, shelf, folder)
    for file in card.files.values():
        if datafolder.find(folder, file.path) is not None:
            outcome.present.append(file.path)
        elif leave:
            continue
        elif file.is_folder or not _take_file(card, file, shelf, folder, outcome, link):
            open_files.append(file)
    if outcome.taken:
        fetching.write_notice(card, folder)
    for archive, files in _by_archive(card, open_files).items():
        _take_archive(card, archive, files, shelf, folder, outcome, progress)
    done = {*outcome.taken, *outcome.present}
    outcome.missing = [path for path in card.files if path not in done]
    return outcome


def _only_labels(card: Card, shelf: Shelf, folder: Path) -> bool:
    """Whether nothing but what is only the labels can be there; looks at names."""
    labels = {card.labels.file} - set(card.logs)
    others = [file for path, file in card.files.items() if path not in labels]
    names = {name for file in others for name in (Path(file.path).name, file.archive)}
    here = any(datafolder.find(folder, file.path) for file in others)
    return bool(others) and not here and not any(shelf.named(name, ()) for name in names)


def _take_file(card: Card, file: File, shelf: Shelf, folder: Path, outcome: Outcome, link: bool) -> bool:
    name = Path(file.path).name
    for place in shelf.named(name, near := _near(outcome.name, card, file)):
        why = _refusal(place, file, near)
        if not why:
            target = folder / file.path
            packed = datafolder.is_packed(place, file.path)
            _put(place, target.with_name(f"{target.name}.gz") if packed else target, link)
            outcome.taken.append(file.path)
            outcome.rejected.pop(file.path, None)
            return True
        outcome.rejected.setdefault(file.path, f"{place} {why}")
    return False


def _take_archive(
    card: Card,
    archive: Archive,
    files: Sequence[File],
    shelf: Shelf,
    folder: Path,
    outcome: Outcome,
    progress: Progress | None,
) -> None:
    for place in shelf.named(archive.name, [outcome.name, card.system]):
        try:
            why = datafolder.difference(place, archive)
            if not why:
                folder.mkdir(parents=True, exist_ok=True)
                fetching.unpack(archive, place, files, folder, progress)
                fetching.write_notice(card, folder)
                outcome.taken += [file.path for file in files]
                for file in files:
                    outcome.rejected.pop(file.path, None)
                return
        except LogcliError as error:
            why = f"cannot be used: {error.what}"
        for file in files:
            outcome.rejected.setdefault(file.path, f"{place} {why}")


def _by_archive(card: Card, files: Sequence[File]) -> Mapping[Archive, list[File]]:
    found: dict[Archive, list[File]] = {}
    for file in files:
        if file.archive:
            found.setdefault(card.archives[file.archive], []).append(file)
    return found


def _refusal(place: Path, file: File, near: Sequence[str]) -> str:
    """Why a file of the right name is not taken, empty if it is."""
    if not (file.sha256 or file.md5) and place.parent.name.lower() not in {word.lower() for word in near}:
        return "has no digest to tell whether it is the file; put it into a folder called " + near[0]
    try:
        return datafolder.difference(place, file)
    except LogcliError as error:
        return f"cannot be used: {error.what}"


def _near(name: str, card: Card, file: File) -> list[str]:
    """Names of folders in which the file may be expected."""
    upstream = Path(file.url or file.member).parent.name
    return [word for word in (name, card.system, upstream) if word]


def _put(source: Path, target: Path, link: bool) -> None:
    """Copy or link a file; it has its name only when it is whole."""
    temporary = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if link:
            temporary.symlink_to(source.resolve())
        else:
            shutil.copyfile(source, temporary)
        temporary.replace(target)
    except OSError as error:
        why = error.strerror or str(error)
        hint = "without `--link` the file is copied" if link else ""
        raise LogcliError(
            "cannot write into the data folder", why=why, where=str(target), hint=hint
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(root) / name
            if path.is_file():
                yield path
