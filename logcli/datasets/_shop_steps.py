"""A step is one log statement of a service at its place in a flow; here it becomes a line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from logcli.templates import SLOT, template_id

_NAME = re.compile(r"<([a-z.][\w.]*)>")


@dataclass(frozen=True)
class Step:
    """One log statement.

    service : which log it goes to
    text : the message; `<name>` stands for a value of `Columns`
    level : severity word; for `web` the status code
    scope : caller, logger or program, as the layout of the service writes it
    fields : attributes after the message, in the syntax of the service; for `web` the user agent
    trace : further lines of the record, each with its newline before it
    after : median delay since the step before, milliseconds
    wait : fixed delay on top of it, milliseconds
    chance : share of the flows that take the step
    traced : whether the record bears the flow's trace id
    """

    service: str
    text: str
    level: str
    scope: str
    fields: str
    trace: str
    after: float
    chance: float
    traced: bool
    wait: int = 0

    @cached_property
    def template(self) -> str:
        """The message with `<*>` for its values: the truth."""
        return _NAME.sub(SLOT, self.text)

    @cached_property
    def template_id(self) -> str:
        """Id of the template, as `logcli` makes it from a lossless text."""
        return template_id(self.template)

    @cached_property
    def form(self) -> tuple[str, list[str]]:
        """The whole record as a %-form, and the names of its values in order."""
        parts = _NAME.split(LAYOUTS[self.service](self) + self.trace)
        parts[::2] = [part.replace("%", "%%") for part in parts[::2]]
        return "%s".join(parts[::2]), parts[1::2]


@dataclass(frozen=True)
class Flow:
    """Steps that follow each other, started by a visitor or by the clock.

    weight : share among the flows of visitors, any unit
    every : seconds between two starts, for flows of the clock
    """

    name: str
    weight: float
    steps: tuple[Step, ...]
    every: float = 0.0


# --- a step of each service ------------------------------------------------------------------------


def checkout(
    after: float,
    at: str,
    text: str,
    fields: str = "",
    level: str = "info",
    chance: float = 1.0,
    traced: bool = True,
) -> Step:
    """JSON lines of a Go service (zap)."""
    return Step("checkout", text, level, at, fields, "", after, chance, traced)


def payments(
    after: float,
    at: str,
    text: str,
    fields: str = "",
    level: str = "info",
    chance: float = 1.0,
    traced: bool = True,
    wait: int = 0,
) -> Step:
    """logfmt of a Go service."""
    return Step("payments", text, level, at, fields, "", after, chance, traced, wait)


def orders(
    after: float,
    at: str,
    text: str,
    level: str = "INFO",
    trace: str = "",
    chance: float = 1.0,
    traced: bool = True,
) -> Step:
    """Text of a Spring Boot service (logback), stack traces after it."""
    return Step("orders", text, level, at, "", trace, after, chance, traced)


def inventory(
    after: float, at: str, text: str, level: str = "INFO", trace: str = "", chance: float = 1.0
) -> Step:
    """Text of a Python service; `at` is its logger, a blank, file and line."""
    return Step("inventory", text, level, at, "", trace, after, chance, False)


def web(
    after: float,
    text: str,
    status: int = 200,
    referer: str = "-",
    chance: float = 1.0,
    agent: str = "<agent>",
) -> Step:
    """Access log of nginx, combined format; the text is the request line without its protocol."""
    return Step("web", f"{text} HTTP/1.1", str(status), referer, agent, "", after, chance, False)


def host(after: float, program: str, text: str, chance: float = 1.0) -> Step:
    """BSD syslog; `program` bears `[<pid>]` where there is one."""
    return Step("host", text, "", program, "", "", after, chance, False)


# --- layouts: the line around the message; names with a leading dot are made from the step's time ---


def _json(step: Step) -> str:
    trace = ',"trace_id":"<trace>"' if step.traced else ""
    fields = "," + step.fields if step.fields else ""
    head = f'{{"level":"{step.level}","ts":"<.iso>.<.ms>Z","caller":"{step.scope}"'
    return f'{head},"msg":"{_quoted(step.text)}"{trace}{fields}}}'


def _logfmt(step: Step) -> str:
    trace = " trace_id=<trace>" if step.traced else ""
    fields = " " + step.fields if step.fields else ""
    head = f"ts=<.iso>.<.ms>Z level={step.level} caller={step.scope}"
    return f'{head} msg="{_quoted(step.text)}"{trace}{fields}'


def _spring(step: Step) -> str:
    thread, trace = ("<thread>", "[<trace>-<span>] ") if step.traced else ("   scheduling-1", "")
    return f"<.iso>.<.ms>Z {step.level:>5} 1 --- [orders] [{thread}] {trace}{step.scope:<32} : {step.text}"


def _python(step: Step) -> str:
    logger, place = step.scope.split()
    return f"<.blank>,<.ms> {step.level} [{logger}] [{place}] - {step.text}"


def _combined(step: Step) -> str:
    size = "0" if step.level in ("204", "304") else "<size>"
    return f'<address> - - [<.clf> +0000] "{step.text}" {step.level} {size} "{step.scope}" "{step.fields}"'


def _syslog(step: Step) -> str:
    return f"<.bsd> shop-1 {step.scope}: {step.text}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


LAYOUTS: dict[str, Callable[[Step], str]] = {
    "checkout": _json,
    "payments": _logfmt,
    "orders": _spring,
    "inventory": _python,
    "web": _combined,
    "host": _syslog,
}
