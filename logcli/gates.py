"""Conditions on the account that make a run fail: `unmatched>5%`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from logcli import registry
from logcli.errors import UsageError

if TYPE_CHECKING:
    from logcli.accounting import Account

NAMES = ("unmatched", "unreadable", "damaged")
_GATE = re.compile(r"(\w+)(?:\s*>\s*(\d+(?:\.\d+)?)\s*(%?))?")


@dataclass(frozen=True)
class Gate:
    """A count of the account that must not be exceeded.

    limit : a number, or a percentage when `relative` (of records; of lines for `unreadable`)
    """

    name: str
    limit: float = 0
    relative: bool = False

    def fires(self, account: Account) -> str:
        """Why the gate fires, empty if it does not."""
        count = len(account.damaged) if self.name == "damaged" else getattr(account, self.name)
        whole = account.lines if self.name == "unreadable" else account.records
        value = 100 * count / max(whole, 1) if self.relative else count
        if value <= self.limit:
            return ""
        unit = "%" if self.relative else ""
        return f"{self.name} {value:,.4g}{unit} is more than {self.limit:g}{unit}"


def parse_gate(text: str) -> Gate:
    """Read a condition; a name alone means more than 0.

    Raises UsageError for an unknown name or what is no condition.

    >>> parse_gate("unmatched>5%")
    Gate(name='unmatched', limit=5.0, relative=True)
    """
    match = _GATE.fullmatch(text.strip())
    if match is None:
        hint = "write `unmatched`, `unmatched>20` or `unmatched>5%`"
        raise UsageError(f"`{text}` is not a condition", hint=hint)
    if match[1] not in NAMES:
        hint = registry.nearest(match[1], list(NAMES)) or f"one of {', '.join(NAMES)}"
        raise UsageError(f"nothing called `{match[1]}` to fail on", hint=hint)
    if match[1] == "damaged" and match[3]:
        raise UsageError("`damaged` counts inputs and takes no percentage")
    return Gate(match[1], float(match[2] or 0), bool(match[3]))
