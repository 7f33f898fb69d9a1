"""`logcli bench report`: one page that needs nothing else, with what was measured and what was published."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from logcli.bench import plots, report, scores
from logcli.errors import LogcliError
from tests.benched import TRUTH, bench, put, tiny_log

PARTS = ("rarest 10 %", "most frequent 10 %", "no values", "1 to 4 values", "5 or more values")


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_log(tmp_path_factory.mktemp("report")) as folder:
        yield folder


def row(parser: str, dataset: str = "loghub_2k_hdfs", ga: float | None = 0.5, **given: Any) -> dict[str, Any]:
    """A row of scores; a run without accuracy did not finish."""
    shares = dict.fromkeys(("ga", "fga", "pa", "fta"), ga)
    known = {
        "dataset": dataset, "parser": parser, "settings": "tuned", "truth": "original", "text": "own",
        "truth_rules": "none", "text_rules": "none", "part": "all", "lines": 2000, **shares,
        "status": "finished" if ga is not None else "failed", "reason": "", "parse_seconds": 0.5,
        "lines_per_second": 4000.0,
    } | given  # fmt: skip
    if ga is None:
        known |= {"parse_seconds": None, "lines_per_second": None}
    return dict.fromkeys(scores.SCHEMA.names) | known


class Page(HTMLParser):
    """A page by its tags, attributes, and the text of what has a class or is a cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = text, [], []
        self.cells: list[list[str]] = []
        self.feed(text)
        self.pictures = re.findall(r"<svg.*?</svg>", text, re.S)
        self.captions = re.findall("<figcaption>(.*?)</figcaption>", text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]
        if tag == "tr":
            self.cells.append([])
        elif tag in ("td", "th"):
            self.cells[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.cells and self.cells[-1] and self.tags[-1] in ("td", "th", "span", "wbr"):
            self.cells[-1][-1] += data

    def line(self, first: str) -> list[str]:
        """The cells of the first row that begins so."""
        return next(["|".join(cell.split()) for cell in row] for row in self.cells if row[:1] == [first])


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take most of the time."""
    monkeypatch.setattr(report, "_pictures", lambda *_: [])


def page(*rows: dict[str, Any]) -> Page:
    return Page(report.page(rows, {"processor": "a fast one"}))


def test_one_file_that_loads_nothing(tmp_path: Path) -> None:
    results = put(put(tmp_path / "r", "it", TRUTH), "late", status="time-out", reason="stopped after 9 s")
    assert bench("report", results, "-o", tmp_path / "page.html").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "r"]
    made = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert {"script", "link", "img", "image", "iframe", "object", "base"}.isdisjoint(made.tags)
    loaded = [value for _, name, value in made.attributes if name in ("src", "href", "xlink:href")]
    assert loaded and all(value.startswith("#") for value in loaded), "parts of the pictures themselves"
    assert "@import" not in made.text and set(re.findall(r"url\((.)", made.text)) <= {"#"}
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in made.attributes
    assert made.text.startswith("<!doctype html>") and made.text.rstrip().endswith("</html>")
    for said in ("a fast one", "numpy 9.9.9", "2, from 2026-01-02 to 2026-01-02", "300 s and 9 GB a run"):
        assert f"<dd>{said}</dd>" in made.text
    assert made.line("it") == ["it", "1.000", "1.000"] and made.line("late") == ["late", "0.000", "–"]
    assert "<td>time-out</td><td>stopped after 9 s</td>" in made.text
    assert "default settings, mine truth" in made.text
    assert "PA by number of values of the true templates" in made.captions


def test_pictures_are_svg() -> None:
    rows = [row(name, part=part, ga=0.1) for name in ("a", "b") for part in ("all", *PARTS)]
    sized = row("a", ga=0.3, lines=200, parse_seconds=0.05), row("b", ga=None, lines=200)
    made = page(*rows, *sized, row("b", dataset="tiny"), row("a"))
    assert made.captions == [
        "Accuracy over the datasets",
        "Grouping accuracy against speed; the dashed line joins what nothing beats in both",
        "GA by frequency of the true templates", "PA by frequency of the true templates",
        "GA by number of values of the true templates", "PA by number of values of the true templates",
        "Grouping accuracy against volume", "Seconds against volume",
    ]  # fmt: skip
    assert len(made.pictures) == len(made.captions)
    words = []
    for picture in made.pictures:
        tree = ElementTree.fromstring(picture)
        words.append({text.strip() for element in tree.iter() for text in element.itertext()})
    assert {"a", "b", "GA", "FGA", "PA", "FTA"} <= words[0] and "lines per second" in words[1]
    assert {"rarest 10 %", "most frequent 10 %"} <= words[2] and {"no values", "1 to 4 values"} <= words[4]
    assert "a (slope 1.00)" in words[7] and not any("slope" in word for word in words[6])


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [row("a"), row("b", ga=0.7, lines_per_second=9.0)]
    assert plots.front(rows) == plots.front(rows)
    assert plots.boxes(rows) == plots.boxes(rows)


def test_published_figures_are_marked(without_pictures: None) -> None:
    made = page(row("drain", ga=0.5), row("mine"))
    assert made.line("drain") == ["drain", "0.500", "0.500|0.998"] and made.line("mine")[2] == "0.500"
    source = "logpai/logparser 1.0, READMEs of its parsers"
    title = f"published: {source}; settings and masks tuned for each system"
    assert ("span", "title", title) in made.attributes
    assert f"published, not measured here: {source} (settings and masks tuned for each system)." in made.text


@pytest.mark.parametrize("given", [
    {"settings": "default"}, {"truth": "corrected"}, {"truth_rules": "khan"}, {"text_rules": "khan"},
    {"parser": "drain:depth=5"}, {"dataset": "tiny"},
])  # fmt: skip
def test_only_what_is_comparable_has_one(given: dict[str, str], without_pictures: None) -> None:
    made = page(row(**{"parser": "drain", **given}))
    assert "span" not in made.tags and "not measured here" not in made.text
    rules = [f", khan rules on the {what}" for what in ("truth", "answers")]
    assert [text in made.text for text in rules] == [name in given for name in ("truth_rules", "text_rules")]


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=y>',
    "$\\frac{$ & $x_$",
    "_hidden",
    "{{ about }}",
)


def test_text_of_results_is_text() -> None:
    rows = [row(name, dataset=HOSTILE[k - 1], ga=k / 9, lines_per_second=10.0**k)
            for k, name in enumerate(HOSTILE)]  # fmt: skip
    more = [row(name, dataset=HOSTILE[k - 1], lines=20) for k, name in enumerate(HOSTILE)]
    made = page(*rows, *more, row("late", dataset="x", ga=None, reason=HOSTILE[0], status="<b>"))
    assert {"script", "img", "b"}.isdisjoint(made.tags)
    assert {line[0] for line in made.cells} >= {*HOSTILE, "late"}
    assert HOSTILE[0] in {line[-1].strip() for line in made.cells}
    for picture in made.pictures:
        text = "".join(ElementTree.fromstring(picture).itertext())
        assert HOSTILE[0] in text and HOSTILE[2] in text and "_hidden" in text


def test_means_and_gaps(without_pictures: None) -> None:
    made = page(
        *(row("all", dataset=name, ga=0.6) for name in "xyz"),
        row("some", dataset="x", ga=0.9), row("some", dataset="y", ga=None, lines=None),
    )  # fmt: skip
    assert made.line("parser") == ["parser", "mean", "x", "y", "z"]
    assert made.line("all") == ["all", "0.600", "0.600", "0.600", "0.600"]
    assert made.line("some") == ["some", "0.450", "0.900", "–", ""], "0 if unfinished, nothing if not run"


def test_tables_are_of_the_usual_number_of_lines(without_pictures: None) -> None:
    usual = [row(name, ga=0.5) for name in "ab"]
    others = [row("a", ga=0.1, lines=200), row("a", ga=0.2, lines=20_000), row("b", ga=None, lines=20_000)]
    made = page(*others, *usual, row("c", dataset="x"))
    assert made.line("a")[2] == made.line("b")[2] == "0.500"
    assert report._usual_lines([row("a", lines=20), row("a", lines=2), row("b", ga=None, lines=None)]) == {
        "loghub_2k_hdfs": 2
    }


def test_settings_and_truths_are_never_mixed(without_pictures: None) -> None:
    made = page(row("a", settings="default"), row("a", truth="corrected"), row("b"))
    assert re.findall("<h2>(.*?)</h2>", made.text) == [
        "default settings, original truth", "tuned settings, corrected truth",
        "tuned settings, original truth",
    ]  # fmt: skip


def test_nothing_finished() -> None:
    made = page(row("a", ga=None, lines=None), row("b", ga=None, lines=None))
    assert made.pictures == [] and made.line("a") == ["a", "0.000", "–"]


@pytest.mark.parametrize("parsers", [1, 40])
def test_few_and_many_parsers(parsers: int) -> None:
    rows = [row(f"parser{k}" * 9, ga=k / 40, lines_per_second=k + 1.0, lines=size, part=PARTS[0])
            for k in range(parsers) for size in (20, 200)]  # fmt: skip
    made = plots.boxes(rows), plots.parts(rows, PARTS[:1], "pa"), plots.volume(rows, "parse_seconds")
    assert all("parser0" in picture for picture in made)  # and matplotlib has nothing to warn of


def test_names_of_points_hide_none_of_each_other() -> None:
    figure, (one,) = plots._figure(8, 4.2)
    points = {f"parser number {k}": (1.0 + k % 3 / 50, 0.5 + k // 3 / 50) for k in range(9)} | {"far": (9, 0)}
    for point in points.values():
        one.plot(*point, "o")
    plots._named(figure, one, points)
    boxes = [text.get_window_extent() for text in one.texts]
    assert [text.get_text() for text in one.texts] == list(points)
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results, target = put(tmp_path / "r", "it", TRUTH), tmp_path / "page.html"
    target.write_text("the one before")

    def fail(*_: Any) -> str:
        raise LogcliError("no picture")

    monkeypatch.setattr(plots, "front", fail)
    assert bench("report", results, "-o", target).code == 1
    assert target.read_text() == "the one before" and len(list(tmp_path.iterdir())) == 2
    done = bench("report", results, "-o", tmp_path / "none" / "page.html")
    assert done.code == 1 and not (tmp_path / "none").exists()
    monkeypatch.setattr(plots, "front", lambda *_: "<svg></svg>")
    (tmp_path / "link.html").hardlink_to(target)
    assert bench("report", results, "-o", target).code == 0
    assert "</html>" in target.read_text() and (tmp_path / "link.html").read_text() == "the one before"


@pytest.mark.parametrize(("module", "package"), [("jinja2", "jinja2"), ("matplotlib.figure", "matplotlib")])
def test_a_missing_package_is_named(module: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LogcliError, match=f"package `{package}`") as error:
        page(row("a"))
    assert error.value.hint == "pip install 'logcli-analytics[bench]'"
