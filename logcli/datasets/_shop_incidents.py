"""What goes wrong in the shop, where and how strongly: planned before the first line is written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from logcli.datasets._shop_background import ONE_OFFS
from logcli.datasets._shop_clock import Calendar
from logcli.datasets._shop_draws import Draws
from logcli.datasets._shop_steps import Flow, Step
from logcli.datasets._shop_visits import FAILED_PURCHASE, FAILING, OLD_CART, PURCHASE, STORED


@dataclass(frozen=True)
class Difficulty:
    """How far incidents stand out.

    noise : weight of failed purchases outside any incident (all visits together weigh about 110)
    burst, new : flows of the error burst and of the new message, as a share of the visits meanwhile
    least : fewest such flows, however small the log
    slower : factor on the shifted latency
    burst_part, silent_part, slow_part : length of each incident as a part of the whole time
    odd : the first choice among ONE_OFFS; louder ones first
    """

    noise: float
    burst: float
    new: float
    least: int
    slower: int
    burst_part: float
    silent_part: float
    slow_part: float
    odd: int


DIFFICULTIES = {
    "easy": Difficulty(0.1, 0.6, 0.06, 8, 12, 0.03, 0.12, 0.12, 0),
    "normal": Difficulty(0.4, 0.25, 0.02, 4, 5, 0.02, 0.07, 0.08, 1),
    "hard": Difficulty(1.2, 0.08, 0.004, 2, 2, 0.01, 0.04, 0.05, 2),
}
# Kind → where it begins, as a part of the whole time. None overlaps the next, whatever the difficulty.
KINDS = {"one_off": 0.2, "error_burst": 0.4, "new_message": 0.5, "silence": 0.6, "latency_shift": 0.8}
SILENT, SLOW_COLUMN = "inventory", "store_ms"
# An added flow starts so long before its incident ends that all its lines fall within.
_LONGEST_FLOW_MS = 10_000


@dataclass
class Incident:
    """One incident.

    kind : a key of KINDS
    steps : the statements that are its lines, whoever makes them, from `start` up to `end`
    start, end : milliseconds since 1970; a silence has no line of its service in between
    flow, count : the flows it adds, and how many at least
    rate : how many of them for each flow of the shop meanwhile
    factor : on the shifted latency
    lines : file → numbers of the lines that belong to it; of a silence the first line after it
    """

    name: str
    kind: str
    about: str
    start: int
    end: int
    steps: tuple[Step, ...] = ()
    flow: Flow | None = None
    count: int = 0
    rate: float = 0.0
    factor: int = 1
    lines: dict[str, list[int]] = field(default_factory=dict)

    def due(self, since: int, until: int) -> tuple[int, int, int]:
        """How many of the added flows start within a stretch of time, and between which moments."""
        length = self.end - self.start
        length -= min(_LONGEST_FLOW_MS, length // 2)
        low, high = max(since, self.start), min(until, self.start + length)
        if high <= low:
            return 0, low, high
        before, after = (self.count * (moment - self.start) // length for moment in (low, high))
        return after - before, low, high


def possible(services: Collection[str]) -> list[str]:
    """Kinds that these services can show."""
    needs = {"new_message": "checkout", "silence": SILENT, "latency_shift": "orders"}
    loud = {step.service for step in FAILING}
    fits = {kind: service in services for kind, service in needs.items()}
    fits["error_burst"] = bool(loud & set(services))
    fits["one_off"] = bool(services)
    return [kind for kind in KINDS if fits[kind]]


def plan(
    kinds: Collection[str],
    level: Difficulty,
    services: Collection[str],
    seed: int,
    calendar: Calendar,
    flows: int,
) -> list[Incident]:
    """The incidents of these kinds in order of time, each at a moment that depends on the seed."""
    planned = []
    for kind in (kind for kind in KINDS if kind in kinds):
        begin = KINDS[kind] + 0.06 * float(Draws(seed, "incident", kind).unit(1)[0])
        planned.append(_MAKERS[kind](level, calendar, begin))
    for incident in planned:
        if incident.kind == "one_off":
            odd = next(f for f in (*ONE_OFFS[level.odd :], *ONE_OFFS) if f.steps[0].service in services)
            incident.name, incident.flow, incident.steps = odd.name, odd, odd.steps
        share = calendar.share(incident.end) - calendar.share(incident.start)
        incident.count = max(incident.count, round(incident.rate * flows * share))
    return planned


def _burst(level: Difficulty, calendar: Calendar, begin: float) -> Incident:
    about = "the payment gateway does not answer: purchases fail"
    start, end = calendar.at(begin), calendar.at(begin + level.burst_part)
    made = Incident("gateway_timeouts", "error_burst", about, start, end, FAILING, FAILED_PURCHASE)
    return replace(made, count=level.least, rate=level.burst)


def _new_message(level: Difficulty, calendar: Calendar, begin: float) -> Incident:
    about = "a deploy of checkout brings a message that was never there before"
    start = calendar.at(begin) + 60_000
    made = Incident("legacy_carts", "new_message", about, start, calendar.end, OLD_CART.steps, OLD_CART)
    return replace(made, count=level.least, rate=level.new)


def _silence(level: Difficulty, calendar: Calendar, begin: float) -> Incident:
    start, end = calendar.at(begin), calendar.at(begin + level.silent_part)
    return Incident("inventory_silent", "silence", f"no line of {SILENT} arrives", start, end)


def _latency(level: Difficulty, calendar: Calendar, begin: float) -> Incident:
    about = f"storing an order takes {level.slower} times as long"
    start, end = calendar.at(begin), calendar.at(begin + level.slow_part)
    # A few purchases more, so that the shortest log shows the shift; their other lines are ordinary.
    made = Incident("slow_database", "latency_shift", about, start, end, (STORED,), PURCHASE)
    return replace(made, count=level.least, factor=level.slower)


def _one_off(level: Difficulty, calendar: Calendar, begin: float) -> Incident:
    start = calendar.at(begin)
    return Incident("one_off", "one_off", "one line that never comes again", start, start + 1000, count=1)


_MAKERS: dict[str, Callable[[Difficulty, Calendar, float], Incident]] = {
    "one_off": _one_off,
    "error_burst": _burst,
    "new_message": _new_message,
    "silence": _silence,
    "latency_shift": _latency,
}
