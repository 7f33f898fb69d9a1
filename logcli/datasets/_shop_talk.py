"""The shop talking: flows become records, a stretch of time after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from logcli.datasets._shop_background import DEPLOY, NOISE, TIMERS
from logcli.datasets._shop_clock import DAY_MS, Calendar, stamps
from logcli.datasets._shop_columns import Columns
from logcli.datasets._shop_draws import Array, Draws, Longs
from logcli.datasets._shop_incidents import SLOW_COLUMN, Incident
from logcli.datasets._shop_steps import Flow, Step
from logcli.datasets._shop_visits import FAILED_PURCHASE, VISITS

# Flows rendered at a time: some ten megabytes of text.
CHUNK_FLOWS = 8_000
_PILOT = 2_000
# When the shop deploys, as a part of the whole time; the new message comes with another deploy.
_DEPLOYS = (0.08, 0.31)
_DEPLOY_MS = 30_000


class Taker(Protocol):
    """What takes the records of a service."""

    def add(self, step: Step, moments: Longs, records: list[str], incident: Incident | None) -> None:
        """Take records of one statement, in any order of time."""


class Tally:
    """Takes records only to count them and their bytes."""

    def __init__(self) -> None:
        self.records = self.size = 0

    def add(self, step: Step, moments: Longs, records: list[str], incident: Incident | None) -> None:
        """Count the records."""
        self.records += len(records)
        self.size += sum(map(len, records)) + len(records)


class Talk:
    """Renders flows into the takers; a service without a taker is not rendered at all.

    noise : weight of failed purchases, see `Difficulty`
    incidents : their statements are marked as theirs while they last
    """

    def __init__(
        self, takers: Mapping[str, Taker], *, seed: int, noise: float, incidents: Sequence[Incident] = ()
    ) -> None:
        self._takers, self._seed = takers, seed
        self._blamed = {step: incident for incident in incidents for step in incident.steps}
        failed = Flow(FAILED_PURCHASE.name, noise, FAILED_PURCHASE.steps)
        heard = [f for f in (*VISITS, *NOISE, failed) if any(s.service in takers for s in f.steps)]
        self._visits = heard
        self._odds = np.cumsum([flow.weight for flow in heard])

    def visit(self, starts: Longs, *key: object) -> None:
        """Flows of visitors that start at these moments, of kinds by their weights."""
        kinds = np.searchsorted(
            self._odds, Draws(self._seed, *key, "kind").unit(len(starts)) * self._odds[-1], "right"
        )
        for number, flow in enumerate(self._visits):
            self.speak(flow, starts[kinds == number], *key)

    def tick(self, calendar: Calendar, since: int, until: int) -> None:
        """The timers' flows and the deploys of a stretch of time."""
        for flow in TIMERS:
            every = int(flow.every * 1000)
            phase = int(Draws(self._seed, flow.name, "phase").between(0, every // 60_000 - 1, 1)[0]) * 60_000
            late = max(0, since - calendar.start - phase)
            first = calendar.start + phase + -(-late // every) * every
            self.speak(flow, np.arange(first, until, every, dtype=np.int64), since)
        moments = np.array([calendar.at(part) for part in _DEPLOYS], np.int64)
        self.speak(DEPLOY, moments[(moments >= since) & (moments < until)], since)

    def go_wrong(self, incident: Incident, since: int, until: int) -> None:
        """The flows that an incident adds in a stretch of time."""
        deploy = incident.start - _DEPLOY_MS
        if incident.kind == "new_message" and since <= deploy < until:
            self.speak(DEPLOY, np.array([deploy], np.int64), incident.name)
        count, low, high = incident.due(since, until)
        if incident.flow is None or not count:
            return
        moments = Draws(self._seed, since, incident.name).between(low, high - 1, count)
        self.speak(incident.flow, moments, since, incident.name)

    def speak(self, flow: Flow, starts: Longs, *key: object) -> None:
        """All records of flows of one kind."""
        if not len(starts):
            return
        columns = Columns(len(starts), self._seed, *key, flow.name)
        moments = starts
        for place, step in enumerate(flow.steps):
            if step.after:
                delays = Draws(self._seed, *key, flow.name, place, "after").around(step.after, len(starts))
                moments = moments + delays + step.wait
            if step.service in self._takers:
                self._step(step, columns, moments, columns.chosen(str(place), step.chance))

    def _step(self, step: Step, columns: Columns, moments: Longs, who: Longs) -> None:
        incident = self._blamed.get(step)
        if incident is not None:
            inside = (moments[who] >= incident.start) & (moments[who] < incident.end)
            self._say(step, columns, moments, who[inside], incident)
            who = who[~inside]
        self._say(step, columns, moments, who, None)

    def _say(
        self, step: Step, columns: Columns, moments: Longs, who: Longs, incident: Incident | None
    ) -> None:
        if not len(who):
            return
        form, names = step.form
        at = moments[who]
        values = [self._values(name, columns, at, who, incident).tolist() for name in names]
        records = list(map(form.__mod__, zip(*values, strict=True)))
        self._takers[step.service].add(step, at, records, incident)

    def _values(self, name: str, columns: Columns, at: Longs, who: Longs, incident: Incident | None) -> Array:
        if name.startswith("."):
            return stamps(name, at)
        values = columns[name][who]
        return values * incident.factor if name == SLOW_COLUMN and incident is not None else values


def pilot(
    services: Sequence[str], seed: int, noise: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Records and bytes of one visit, and of the timers in one day, measured on a small run."""
    visits, timers = ({service: Tally() for service in services} for _ in range(2))
    Talk(visits, seed=seed, noise=noise).visit(np.zeros(_PILOT, np.int64), "pilot")
    Talk(timers, seed=seed, noise=noise).tick(Calendar(0, DAY_MS), 0, DAY_MS)
    return _total(visits, _PILOT), _total(timers, 1)


def _total(tallies: Mapping[str, Tally], parts: int) -> tuple[float, float]:
    records = sum(tally.records for tally in tallies.values())
    return records / parts, sum(tally.size for tally in tallies.values()) / parts
