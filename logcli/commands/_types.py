"""Values of options that are more than a word: sizes, parsers with parameters, times, patterns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from logcli import config
from logcli.errors import UsageError

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.I)
_SHIFT = re.compile(r"(.+)=([+-]?)(.+)")


class Read(click.ParamType[Any]):
    """A value read by a function; it raises our own UsageError, which gains the option's name here."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self.name = read.__name__
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            value = str(value)
        try:
            return self._read(value)
        except UsageError as error:
            error.where = error.where or _where(value, param, ctx)
            raise


def _where(value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
    """The option with its value, or the place of the setting that stands for it."""
    return setting_place(param, ctx) or (f"{param.opts[-1]} {value}" if param else "")


def setting_place(param: click.Parameter | None, ctx: click.Context | None) -> str:
    """File and line, or variable, of the setting that a value came from; empty if it was an option."""
    if param is None or ctx is None or param.name is None:
        return ""
    if ctx.get_parameter_source(param.name) is not click.core.ParameterSource.DEFAULT_MAP:
        return ""
    settings = config.load()
    return settings[param.name].origin if param.name in settings else ""


def size(text: str) -> int:
    """Bytes of a size such as `64k`, `1MiB`, `10MB` (k, M, G alone are powers of 1024)."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"`{text}` is not a size", hint="write `64k`, `1MiB` or `10MB`")
    decimal = text.lower().endswith("b") and not match[3] and match[2]
    power = " kmgt".index(match[2].lower() or " ")
    return int(float(match[1]) * (1000 if decimal else 1024) ** power)


def parser(text: str) -> tuple[str, dict[str, Any]]:
    """Name and parameters of `drain:depth=5,sim_th=0.5`."""
    name, _, rest = text.partition(":")
    parameters = {}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            raise UsageError(f"`{part}` is not `parameter=value`", hint="write `drain:depth=5,sim_th=0.5`")
        parameters[key.strip().replace("-", "_")] = scalar(value.strip())
    return name, parameters


def scalar(text: str) -> Any:
    """The number, truth value or text that a word stands for."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return {"true": True, "false": False, "none": None}.get(text.lower(), text)


def shift(text: str) -> tuple[str, float]:
    """File and seconds of `FILE=+3s`."""
    from logcli.moments import NS, span_ns

    match = _SHIFT.fullmatch(text)
    span = span_ns(match[3].strip()) if match else None
    if match is None or span is None:
        raise UsageError(f"`{text}` does not say how far to shift", hint="write `--shift FILE=+3s`")
    return match[1], (-span if match[2] == "-" else span) / NS


def zone(text: str) -> str:
    """The name of a time zone that exists."""
    import zoneinfo

    from logcli import registry

    try:
        return zoneinfo.ZoneInfo(text).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = registry.nearest(text, sorted(zoneinfo.available_timezones()))
        hint = near or "write `Europe/Berlin` or `UTC`"
        raise UsageError(f"no time zone called `{text}`", hint=hint) from None


def level(text: str) -> Any:
    """Severity numbers of `warn` or `=warn`."""
    from logcli.filters import parse_levels

    return parse_levels(text)


def pattern(text: str) -> str:
    """A regular expression, checked."""
    from logcli.filters import check_pattern

    return check_pattern(text)


def condition(text: str) -> Any:
    """A condition such as `unmatched>5%`."""
    from logcli.gates import parse_gate

    return parse_gate(text)


def log_format(text: str) -> str:
    """`auto` or the name of a format that exists."""
    from logcli import registry

    return text if text == "auto" else str(registry.leaf("formats", text).name)


def names(text: str) -> tuple[str, ...]:
    """Words between commas."""
    found = tuple(word.strip() for word in text.split(",") if word.strip())
    if not found:
        raise UsageError("no column is named", hint="write `-k time,body`")
    return found
