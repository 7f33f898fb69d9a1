"""The inputs of the speed suite: how their lines are built and how each subject is told so."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """One kind of input.

    name : file name stem of the input
    format : logcli's name of the format
    header : regular expression with the groups `body`, those of `times`, and `level` where there is
        one; empty for JSON lines
    times : group of the header -> strftime form; `EPOCH` and `MICROSECOND` are our own
    sample : path of the raw log below the folder of test data; empty when the lines are invented
    keys : for JSON lines, the keys of `body`, `time` and `level`
    tail : fraction of lines that get a fresh word
    distinct : every line gets a word that no other line has
    """

    name: str
    format: str
    header: str = ""
    times: dict[str, str] = field(default_factory=dict)
    sample: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    tail: float = 0.0
    distinct: bool = False


# The bodies are those of Loghub's own log formats (logpai/logparser), with one difference: a line of
# Thunderbird without a component (9 of 2,000) is no line of ours. Without optional and lazy parts the
# expressions run twice as fast in logfold, which deserves its best.
_HEADERS: dict[str, tuple[str, dict[str, str]]] = {
    "HDFS": (
        r"^(?P<time>\d{6} \d{6}) \d+ (?P<level>[A-Z]+) [^ :]+: (?P<body>.*)$",
        {"time": "%y%m%d %H%M%S"},
    ),
    "Thunderbird": (
        r"^\S+ (?P<epoch>\d+) (?P<date>[\d.]+) \S+ (?P<time>[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d) \S+ "
        r"[^\[: ]+(?:\[\d+\])?: (?P<body>.*)$",
        {"epoch": "EPOCH", "date": "%Y.%m.%d", "time": "%b %d %H:%M:%S"},
    ),
    "BGL": (
        r"^\S+ (?P<epoch>\d+) (?P<date>[\d.]+) \S+ (?P<time>\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d)"
        r"\.(?P<micro>\d{6}) \S+ \S+ \S+ (?P<level>\S+) (?P<body>.*)$",
        {"epoch": "EPOCH", "date": "%Y.%m.%d", "time": "%Y-%m-%d-%H.%M.%S", "micro": "MICROSECOND"},
    ),
    "Spark": (
        r"^(?P<time>\d\d/\d\d/\d\d \d\d:\d\d:\d\d) (?P<level>[A-Z]+) [^ :]+: (?P<body>.*)$",
        {"time": "%y/%m/%d %H:%M:%S"},
    ),
}
TAIL = 0.01


def _expanded(system: str, tail: float) -> Case:
    header, times = _HEADERS[system]
    name = system.lower() + ("_tail" if tail else "")
    return Case(name, system.lower(), header, times, f"loghub_2k/{system}/{system}_2k.log", tail=tail)


def _all() -> list[Case]:
    cases = [_expanded(system, tail) for tail in (0.0, TAIL) for system in _HEADERS]
    header, times = _HEADERS["HDFS"]
    million = Case("million", "hdfs", header, times, distinct=True)
    shop = Case("shop", "json_lines", keys={"body": "msg", "time": "ts", "level": "level"})
    return [*cases, shop, million]


CASES = {case.name: case for case in _all()}
