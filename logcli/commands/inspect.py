"""Say which format a log has and why, and what its fields hold."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from logcli import errors
from logcli.commands import _list, _run
from logcli.commands import _options as options
from logcli.commands._command import with_examples
from logcli.errors import LogcliError

if TYPE_CHECKING:
    from logcli.accounting import Account
    from logcli.detection import Candidate
    from logcli.profile import Profile
    from logcli.reader import Reader
    from logcli.streams import Stream

JOB = "look closer"
_SHOWN = 5  # candidates
_EXAMPLE_WIDTH = 40
_PIPE_BYTES = 32 << 20  # of a pipe, which is copied


@with_examples(
    ("logcli inspect web.log", "format, fields, times, levels"),
    ("logcli inspect *.log", "of several files"),
    ("logcli inspect -f generic host.log", "what a named format makes of it"),
    ("logcli inspect web.log --json", "for programs"),
)
@options.targets
@options.reading
@options.as_json
def command(targets: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Say which format a log has and why, and what its fields hold.

    Looks at the first 10,000 records of each file, or at as many as --head says. A format's score is about
    the share of lines that it explains; the first line that does not fit is shown with the place where it
    stops fitting.
    """
    from logcli import reading

    given["head"] = 10_000 if given["head"] is None else given["head"]
    missing: list[str] = []
    found = [_inspect(stream, given) for stream in reading.expand(_run.inputs(targets), missing.append)]
    if as_json:
        _list.show_json("inspection", [_facts(*one) for one in found])
    for number, one in enumerate(found if not as_json else ()):
        click.echo("\n" * bool(number), nl=False)
        _show(*one)
    for text in missing:
        click.echo(f"error: incomplete input: {errors.visible(text)}", err=True)
    return errors.FAILED if missing or any(account.damaged for _, _, account, _ in found) else errors.OK


Found = tuple[str, "list[Candidate]", "Account", "Profile"]


def _inspect(stream: Stream, given: dict[str, Any]) -> Found:
    from logcli.pipeline import Run
    from logcli.profile import Profile

    profile = Profile()
    with (
        _as_file(stream) as (path, lost),
        Run(_run.request([path], given, columns=Profile.columns)) as run,
    ):
        for batch in run.records():
            profile.update(batch)
        run.account.damaged += [f"`{stream.name}`: {text}" for text in lost]
        return stream.name, _candidates(run.streams[0]), run.account, profile


@contextmanager
def _as_file(stream: Stream) -> Iterator[tuple[str, list[str]]]:
    """A path of the stream's head (its own, or a copy's: it is read often), and what the copy lost."""
    if stream.rereadable and stream.path:
        yield stream.path, []
        return
    with tempfile.NamedTemporaryFile(prefix="logcli-", buffering=0) as copy, stream.open() as reader:
        _copy(reader, copy)
        yield copy.name, reader.notes if reader.damaged else []


def _copy(reader: Reader, copy: Any) -> None:
    view = memoryview(bytearray(1 << 16))
    while copy.tell() < _PIPE_BYTES and (size := reader.readinto(view)):
        piece = view[:size]
        try:
            while piece:
                piece = piece[copy.write(piece) :]
        except OSError as error:
            why, folder = error.strerror or str(error), tempfile.gettempdir()
            hint = "set `TMPDIR` to a folder with more room"
            raise LogcliError(f"cannot copy `{reader.name}`", why=why, where=folder, hint=hint) from error


def _candidates(stream: Stream) -> list[Candidate]:
    import numpy as np

    from logcli import detection, reader, records
    from logcli.base import Block

    with stream.open() as opened:
        head = np.frombuffer(bytearray(opened.peek(reader.HEAD_BYTES)), np.uint8)
    return detection.rank(records.split(Block(head, stream.name, 0)))


def _facts(name: str, candidates: list[Candidate], account: Account, profile: Profile) -> dict[str, Any]:
    """What was found, as data."""
    kept = ("name", "score", "matched", "total", "specificity", "line", "text", "position", "expected")
    return {
        "source": name,
        "format": next(iter(account.formats), None),
        "candidates": [{key: getattr(one, key) for key in kept} for one in candidates[:_SHOWN]],
        "lines": account.lines,
        "records": account.records,
        "matched": account.matched,
        "start": _time(profile.start_ns),
        "end": _time(profile.end_ns),
        "levels": dict(profile.levels),
        "fields": [asdict(one) for one in profile.fields.values()],
        "notes": [*account.losses(), *account.warnings(), *account.notes],
    }


# --- for people ---------------------------------------------------------------------------------


def _show(name: str, candidates: list[Candidate], account: Account, profile: Profile) -> None:
    facts = _facts(name, candidates, account, profile)
    levels = "  ".join(f"{level} {count:,}" for level, count in profile.levels.most_common())
    times = f"{facts['start']} to {facts['end']}" if facts["start"] else "none"
    head = [
        ("format", facts["format"] or "none"),
        ("account", account.line()),
        ("times", times),
        ("levels", levels or "none"),
    ]
    click.echo(errors.visible(name))
    _list.show_rows([(f"  {key}", errors.visible(value)) for key, value in head])
    _show_candidates(candidates)
    _show_fields(profile)
    for note in facts["notes"]:
        click.echo(f"  note: {errors.visible(note)}")


def _show_candidates(candidates: list[Candidate]) -> None:
    click.echo("  candidates")
    for one in candidates[:_SHOWN]:
        click.echo(f"    {one.name:<24} score {one.score:.2f}  {one.matched:,} of {one.total:,} lines")
        if one.line:
            start, text = _excerpt(one.text, one.position)
            click.echo(f"      line {one.line}: {text}")
            click.echo(f"      {' ' * (len(f'line {one.line}: ') + start)}^ {errors.visible(one.expected)}")


def _excerpt(text: str, position: int) -> tuple[int, str]:
    """Column of the position and the text around it, short enough for a terminal."""
    before = len(errors.visible(text.encode()[:position].decode("utf-8", "replace")))
    shown = errors.visible(text)
    cut = max(0, before - 40)
    prefix = "…" if cut else ""
    return before - cut + len(prefix), prefix + shown[cut : cut + 62]


def _show_fields(profile: Profile) -> None:
    fields = list(profile.fields.values())
    longest = max((len(one.name) for one in fields), default=0)
    room = max(30, shutil.get_terminal_size().columns - longest - 16)
    rows = []
    for one in fields:
        share = f"{100 * one.filled / max(profile.records, 1):3.0f} %"
        examples = ", ".join(_short(errors.visible(text), _EXAMPLE_WIDTH) for text in one.examples)
        rows.append((f"    {one.name}", share, _short(examples, room)))
    click.echo("  fields")
    _list.show_rows(rows)


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _time(ns: int | None) -> str | None:
    """RFC 3339 in UTC, with as many digits as it needs."""
    if ns is None:
        return None
    seconds, rest = divmod(ns, 1_000_000_000)
    text = f"{datetime(1970, 1, 1) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}"
    return text + (f".{rest:09d}".rstrip("0") if rest else "") + "Z"
