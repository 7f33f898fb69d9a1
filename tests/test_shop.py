"""The shop's logs: the same bytes again, and a truth that fits every line."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from logcli import registry
from logcli.datasets import _shop_background as background
from logcli.datasets import _shop_visits as visits
from logcli.datasets._shop_columns import COLUMNS
from logcli.datasets._shop_files import LogFile
from logcli.datasets._shop_incidents import KINDS
from logcli.datasets.shop import Shop
from logcli.errors import LogcliError, UsageError
from logcli.templates import template_id

SAMPLE = Path(__file__).parent.parent / "datasets" / "shop"
SERVICES = ("checkout", "payments", "orders", "inventory", "web", "host")
FLOWS = (
    *visits.VISITS,
    visits.FAILED_PURCHASE,
    visits.OLD_CART,
    *background.TIMERS,
    *background.NOISE,
    *background.ONE_OFFS,
    background.DEPLOY,
)
LOUD = {"checkout", "payments", "orders", "web"}
DEPLOY = "starting checkout version <*> commit <*>"
BODY = {
    "payments": re.compile(r'msg="((?:[^"\\]|\\.)*)"'),
    "orders": re.compile(r"^\S+Z +[A-Z]+ 1 --- \[orders\] \[[^\]]+\] (?:\[[0-9a-f-]{49}\] )?\S+ +: (.*)$"),
    "inventory": re.compile(r"^\S+ \S+ [A-Z]+ \[\S+\] \[\S+:\d+\] - (.*)$"),
    "web": re.compile(r'^\S+ - - \[[^\]]+\] "([^"]*)" \d{3} \d+ "[^"]*" "[^"]*"$'),
    "host": re.compile(r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d shop-1 [^:]+: (.*)$"),
}
TIME = {
    "checkout": (re.compile(r'"ts":"([^"]+)"'), "%Y-%m-%dT%H:%M:%S.%fZ"),
    "payments": (re.compile(r"^ts=(\S+)"), "%Y-%m-%dT%H:%M:%S.%fZ"),
    "orders": (re.compile(r"^(\d\S+)"), "%Y-%m-%dT%H:%M:%S.%fZ"),
    "inventory": (re.compile(r"^(\d\S+ \S+)"), "%Y-%m-%d %H:%M:%S,%f"),
    "web": (re.compile(r"\[([^\]]+) \+0000\]"), "%d/%b/%Y:%H:%M:%S"),
    "host": (re.compile(r"^(\w+ +\d+ \S+)"), "%Y %b %d %H:%M:%S"),
}


@dataclass
class Made:
    """A folder that the generator wrote, read back."""

    folder: Path
    summary: dict[str, Any]
    logs: dict[str, list[str]]
    truth: dict[str, list[dict[str, str]]]
    incidents: dict[str, dict[str, Any]]

    def times(self, service: str) -> list[datetime]:
        pattern, form = TIME[service]
        first = [row["continuation"] == "0" for row in self.truth[service]]
        lines = [line for line, is_first in zip(self.logs[service], first, strict=True) if is_first]
        found = [pattern.search(line) for line in lines]
        texts = [("2026 " if service == "host" else "") + match[1] for match in found if match]
        assert len(texts) == len(lines)
        return [datetime.strptime(text, form) for text in texts]


def make(folder: Path, **parameters: Any) -> Made:
    summary = Shop(**parameters).write(folder)
    logs = {path.stem: path.read_text("utf-8").split("\n")[:-1] for path in folder.glob("*.log")}
    truth = {
        path.name.split(".")[0]: list(csv.DictReader(path.read_text("utf-8").splitlines()))
        for path in folder.glob("*.truth.csv")
    }
    known = json.loads((folder / "incidents.json").read_text("utf-8"))["incidents"]
    return Made(folder, summary, logs, truth, {incident["kind"]: incident for incident in known})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Large enough for several chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("logcli.datasets.shop.CHUNK_FLOWS", 700)
        return make(tmp_path_factory.mktemp("larger"), records=20_000, difficulty="easy", seed=3)


def body(service: str, line: str) -> str:
    if service == "checkout":
        return str(json.loads(line)["msg"])
    found = BODY[service].search(line)
    assert found, line
    return str(json.loads(f'"{found[1]}"')) if service == "payments" else found[1]


def fits(template: str, text: str) -> bool:
    return re.fullmatch(".+?".join(map(re.escape, template.split("<*>"))), text) is not None


def test_the_sample_is_what_the_generator_writes(made: Made) -> None:
    assert contents(made.folder) == contents(SAMPLE)


def test_the_sample_is_small() -> None:
    assert sum(map(len, contents(SAMPLE).values())) < 400_000


def test_same_seed_same_bytes_another_seed_others(made: Made, tmp_path: Path) -> None:
    Shop().write(tmp_path / "again")
    Shop(seed=8).write(tmp_path / "other")
    assert contents(tmp_path / "again") == contents(made.folder)
    other = contents(tmp_path / "other")
    assert all(other[name] != data for name, data in contents(made.folder).items())


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("which", ["made", "larger"])
def test_truth_fits_every_line(which: str, service: str, request: pytest.FixtureRequest) -> None:
    read: Made = request.getfixturevalue(which)
    lines, rows = read.logs[service], read.truth[service]
    assert [int(row["line"]) for row in rows] == list(range(1, len(lines) + 1))
    for line, row in zip(lines, rows, strict=True):
        if row["continuation"] == "0":
            assert fits(row["template"], body(service, line)), (row, line)
            assert row["template_id"] == template_id(row["template"])
        else:
            assert not row["template"] and not row["template_id"]


@pytest.mark.parametrize("service", SERVICES)
def test_records_are_counted_and_continuations_belong_to_them(larger: Made, service: str) -> None:
    number = 0
    for line, row in zip(larger.logs[service], larger.truth[service], strict=True):
        number += row["continuation"] == "0"
        assert int(row["record"]) == number
        begins = line.startswith(("{", "ts=", "20", "Mar ")) or service == "web"
        assert begins == (row["continuation"] == "0"), line


def test_stack_traces_follow_their_record(made: Made) -> None:
    rows, lines = made.truth["orders"], made.logs["orders"]
    number = next(i for i, row in enumerate(rows) if row["template"] == "Could not charge order <*>")
    trace = [
        line
        for line, row in zip(lines, rows, strict=True)
        if row["record"] == rows[number]["record"] and row["continuation"] == "1"
    ]
    assert trace == lines[number + 1 : number + 1 + len(trace)]
    assert any(line.startswith("Caused by: ") for line in trace)
    assert re.fullmatch(r"\t\.\.\. \d+ more", trace[-1])
    assert any(line.startswith("Traceback (most") for line in made.logs["inventory"])


@pytest.mark.parametrize("service", SERVICES)
def test_lines_are_in_order_of_time(larger: Made, service: str) -> None:
    times = larger.times(service)
    assert times == sorted(times)


def test_counts_add_up(larger: Made) -> None:
    for service in SERVICES:
        file, rows = larger.summary["files"][f"{service}.log"], larger.truth[service]
        first = [row for row in rows if row["continuation"] == "0"]
        assert file["lines"] == len(rows)
        assert file["records"] == len(first)
        assert file["templates"] == len({row["template_id"] for row in first})
        assert file["bytes"] == (larger.folder / f"{service}.log").stat().st_size
    for key in ("lines", "records", "bytes"):
        assert larger.summary[key] == sum(file[key] for file in larger.summary["files"].values())


def test_every_incident_is_at_its_lines(made: Made, larger: Made) -> None:
    for read in (made, larger):
        assert set(read.incidents) == set(KINDS)
        for service in SERVICES:
            by_name: dict[str, list[int]] = {}
            for row in read.truth[service]:
                by_name.setdefault(row["incident"], []).append(int(row["line"]))
            told = {i["name"]: i["lines"].get(f"{service}.log", []) for i in read.incidents.values()}
            assert {name: lines for name, lines in told.items() if lines} == {
                name: lines for name, lines in by_name.items() if name
            }
        assert all(incident["lines"] for incident in read.incidents.values())


def rows_of(read: Made, kind: str) -> list[tuple[datetime, str, dict[str, str]]]:
    """Time, service and truth of the incident's records."""
    name, found = read.incidents[kind]["name"], []
    for service in SERVICES:
        first = [row for row in read.truth[service] if row["continuation"] == "0"]
        pairs = zip(read.times(service), first, strict=True)
        found += [(time, service, row) for time, row in pairs if row["incident"] == name]
    return found


def span(incident: dict[str, Any]) -> tuple[datetime, datetime]:
    start, end = (datetime.fromisoformat(incident[key]).replace(tzinfo=None) for key in ("start", "end"))
    return start, end


@pytest.mark.parametrize("kind", ["one_off", "error_burst", "new_message", "latency_shift"])
def test_incidents_lie_in_their_time(larger: Made, kind: str) -> None:
    start, end = span(larger.incidents[kind])
    for time, _, _ in rows_of(larger, kind):
        assert start <= time < end


def test_a_burst_is_denser_than_before(larger: Made) -> None:
    start, end = span(larger.incidents["error_burst"])
    first = [row for row in larger.truth["payments"] if row["continuation"] == "0"]
    times = [
        time
        for time, row in zip(larger.times("payments"), first, strict=True)
        if row["template"].startswith("gateway <*> did not answer")
    ]
    inside = sum(start <= time < end for time in times)
    before = sum(time < start for time in times)
    assert inside > 3 * before
    assert {service for _, service, _ in rows_of(larger, "error_burst")} == LOUD


def test_a_new_message_is_new(larger: Made) -> None:
    found = {row["template"] for _, _, row in rows_of(larger, "new_message")}
    assert len(found) == 1
    labelled = [row["incident"] for row in larger.truth["checkout"] if row["template"] in found]
    assert set(labelled) == {"legacy_carts"}
    started = [row["line"] for row in larger.truth["checkout"] if row["template"] == DEPLOY]
    first = larger.incidents["new_message"]["lines"]["checkout.log"][0]
    assert any(int(line) < first for line in started)


def test_a_silence_is_silent(larger: Made) -> None:
    start, end = span(larger.incidents["silence"])
    times = larger.times("inventory")
    assert not [time for time in times if start <= time < end]
    [(back, service, _)] = rows_of(larger, "silence")
    assert service == "inventory"
    assert back == min(time for time in times if time >= end)


def test_a_shifted_latency_is_longer(larger: Made) -> None:
    stored: dict[bool, list[int]] = {True: [], False: []}
    for line, row in zip(larger.logs["orders"], larger.truth["orders"], strict=True):
        if row["template"] == "Order <*> stored in <*> ms":
            stored[row["incident"] == "slow_database"].append(int(line.split()[-2]))
    typical = {late: sorted(values)[len(values) // 2] for late, values in stored.items()}
    assert typical[True] > 6 * typical[False]


def test_a_one_off_happens_once(larger: Made) -> None:
    [(_, service, row)] = rows_of(larger, "one_off")
    same = [r for r in larger.truth[service] if r["template_id"] == row["template_id"]]
    assert len(same) == 1


def test_difficulty_matters(tmp_path: Path) -> None:
    sizes, names = {}, set()
    for level in ("easy", "normal", "hard"):
        read = make(tmp_path / level, records=6_000, difficulty=level)
        sizes[level] = {
            kind: sum(map(len, incident["lines"].values())) for kind, incident in read.incidents.items()
        }
        silent = span(read.incidents["silence"])
        sizes[level]["silence"] = int((silent[1] - silent[0]).total_seconds())
        names.add(read.incidents["one_off"]["name"])
    for kind in ("error_burst", "new_message", "silence", "latency_shift"):
        assert sizes["easy"][kind] > sizes["normal"][kind] > sizes["hard"][kind], kind
    assert len(names) == 3


def test_flows_share_a_trace_id(made: Made) -> None:
    done = [json.loads(line) for line in made.logs["checkout"] if "confirmed, mail sent" in line]
    assert done
    for record in done:
        trace = record["trace_id"]
        order = re.search(r"SO-\d+", record["msg"])[0]  # type: ignore[index]
        for service in ("payments", "orders"):
            assert any(trace in line and order in line for line in made.logs[service])


def test_the_shop_sleeps_at_night(larger: Made) -> None:
    hours = Counter(time.hour for time in larger.times("web"))
    assert sum(hours[h] for h in range(1, 5)) * 4 < sum(hours[h] for h in range(18, 22))


def test_incidents_can_be_chosen_or_left_out(tmp_path: Path) -> None:
    none = make(tmp_path / "none", incidents=())
    assert none.summary["incidents"] == []
    assert not any(row["incident"] for rows in none.truth.values() for row in rows)
    one = make(tmp_path / "one", incidents="silence")
    assert one.summary["incidents"] == ["inventory_silent"]


@pytest.mark.parametrize("service", SERVICES)
def test_one_service_shows_what_it_can(service: str, tmp_path: Path) -> None:
    read = make(tmp_path, services=(service,), difficulty="hard", records=1_000)
    assert {*contents(tmp_path)} == {"incidents.json", f"{service}.log", f"{service}.truth.csv"}
    assert "one_off" in read.incidents
    assert all(incident["lines"] for incident in read.incidents.values())


@pytest.mark.parametrize("size", [400_000, 3_000_000])
def test_size_is_about_what_was_asked_for(size: int, tmp_path: Path) -> None:
    summary = Shop(size_bytes=size, truth=False).write(tmp_path)
    assert abs(summary["bytes"] - size) < 0.1 * size
    assert not list(tmp_path.glob("*truth*"))


def test_a_large_log_covers_more_than_a_day() -> None:
    calendar, _ = Shop(size_bytes=10**10)._extent(SERVICES)
    seconds = (calendar.end - calendar.start) / 1000
    assert 10**10 / 160 / 200 * 0.5 < seconds < 10**10 / 160 / 200 * 2
    calendar, _ = Shop(size_bytes=10**7)._extent(SERVICES)
    assert calendar.end - calendar.start == 86_400_000


def test_truth_has_no_influence_on_the_logs(made: Made, tmp_path: Path) -> None:
    Shop(truth=False).write(tmp_path)
    assert contents(tmp_path) == {n: data for n, data in contents(made.folder).items() if n.endswith(".log")}


def test_an_older_truth_does_not_outlive_its_log(tmp_path: Path) -> None:
    Shop(services="web+host").write(tmp_path)
    Shop(services="web", seed=8, truth=False).write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["host.log", "host.truth.csv", "web.log"]


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(LogFile, "flush", full)
    with pytest.raises(LogcliError, match="cannot write"):
        Shop().write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(LogcliError, match="cannot write"):
        Shop().write(tmp_path / "taken")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"services": ("chekout",)}, "no service `chekout`"),
        ({"services": ()}, "no service to write"),
        ({"incidents": ("flood",)}, "no incident `flood`"),
        ({"difficulty": "heroic"}, "no difficulty `heroic`"),
        ({"start": "yesterday"}, "`start` is no time"),
        ({"start": "0001-01-01T00:00:00Z"}, "`start` must lie"),
        ({"hours": 1}, "`hours` must be"),
        ({"hours": float("nan")}, "`hours` must be"),
        ({"records": 10}, "`records` is too small"),
        ({"size_bytes": 10}, "`size_bytes` is too small"),
    ],
)
def test_senseless_parameters_are_errors(parameters: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        Shop(**parameters).write(tmp_path / "logs")
    assert not (tmp_path / "logs").exists()


def test_statements_use_the_columns_there_are() -> None:
    steps = [step for flow in FLOWS for step in flow.steps]
    used = {name.partition(".")[0] for step in steps for name in step.form[1] if not name.startswith(".")}
    assert used == set(COLUMNS)
    assert len({step.template for step in steps}) >= 60


def test_columns_need_no_quoting_in_json_and_logfmt() -> None:
    from logcli.datasets._shop_draws import Draws

    for name, draw in COLUMNS.items():
        for value in draw(Draws(name), 500).tolist():
            assert json.dumps(str(value), ensure_ascii=False) == f'"{value}"', name


def test_it_is_found_by_its_name() -> None:
    assert registry.leaf("datasets", "shop") is Shop
    assert "web shop" in registry.about("datasets", "shop")
