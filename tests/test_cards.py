"""Dataset cards: what each one must say, and what mistakes in one are told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from logcli import registry
from logcli.card import secure
from logcli.cards import CardDataset
from logcli.errors import UsageError
from tests import own_cards
from tests.running import logcli

NAMES = [n for n in registry.names("datasets") if registry.path_of("datasets", n).suffix == ".yaml"]
PARSERS = registry.names("parsers")
# Systems whose files nobody had at hand when the cards were written, so that no digest is known.
UNSEEN = {"android", "hpc", "mac", "openssh"}

CARD = r"""about: two lines, made up
licence: {name: none}
archives:
  a.zip: {url: 'https://example.org/a.zip'}
files:
  x.log: {url: 'https://example.org/x.log', bytes: 20}
  y.csv: {archive: a.zip, md5: 0123456789abcdef0123456789abcdef}
logs: x.log
truths:
  main: {file: y.csv}
labels:
  per: line
  file: x.log
  form: first_word
masks:
- '\d+'
tuned:
  drain: {depth: 5}
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder of the test's own."""
    monkeypatch.setenv("LOGCLI_CONFIG_DIR", str(tmp_path))
    return tmp_path


def dataset(name: str) -> CardDataset:
    made: CardDataset = registry.create("datasets", name)
    return made


def test_the_known_datasets_are_there() -> None:
    assert {"loghub_2k_hdfs", "loghub2_linux", "hdfs_v1", "hdfs_2pct", "bgl", "hadoop_apps"} <= set(NAMES)
    assert len([name for name in NAMES if name.startswith("loghub_2k_")]) == 16
    assert len([name for name in NAMES if name.startswith("loghub2_")]) == 14
    assert not [name for name in NAMES if name.startswith("_")]


@pytest.mark.parametrize("name", NAMES)
def test_every_card_says_what_it_is(name: str) -> None:
    each = dataset(name)
    card = each.card
    assert card.about == registry.about("datasets", name) and card.title and card.system
    assert card.licence.name and card.licence.notice and secure(card.licence.url)
    assert card.cite and secure(card.home)
    assert card.format in registry.names("formats")
    assert not card.lines or f"{card.lines:,}" in card.about
    assert (each.truths, each.labels) == (tuple(card.truths), card.labels.per)
    assert each.truths or each.labels


@pytest.mark.parametrize("name", NAMES)
def test_every_file_can_be_had_and_checked(name: str) -> None:
    card = dataset(name).card
    for url in [part.url for part in (*card.files.values(), *card.archives.values()) if part.url]:
        assert url.startswith("https://"), url
    assert bool(card.unpublished()) == bool(card.made)
    assert {file.archive for file in card.files.values() if file.archive} == set(card.archives)
    for file in card.files.values():
        assert not file.url or file.sha256 or name.removeprefix("loghub_2k_") in UNSEEN, file.path
    named = {*card.logs, *(truth.file for truth in card.truths.values())}
    named |= {truth.templates for truth in card.truths.values() if truth.templates}
    assert named | ({card.labels.file} - {""}) <= set(card.files)
    assert card.logs


@pytest.mark.parametrize("name", NAMES)
def test_masks_and_settings_fit_the_parsers(name: str) -> None:
    each = dataset(name)
    for masks in (each.card.masks, *each.card.masks_of.values()):
        for mask in masks:
            assert not re.compile(mask).fullmatch(""), mask
    for parser, settings in each.card.tuned.items():
        assert each.tuned(parser) == settings
        if parser in PARSERS:
            registry.create("parsers", parser, **settings)
    assert set(each.card.masks_of) <= set(each.card.tuned)


def test_some_settings_are_those_of_parsers_that_are_there() -> None:
    assert set(dataset("loghub_2k_hdfs").card.tuned) & set(PARSERS)


def test_settings_are_given_by_parser() -> None:
    each = dataset("loghub_2k_hdfs")
    assert each.masks("logram") == each.card.masks_of["logram"] != each.masks("drain") == each.card.masks
    assert each.tuned("drain") == {"depth": 4, "similarity": 0.5}
    each.tuned("drain")["depth"] = 9  # type: ignore[index]
    assert each.tuned("drain") == {"depth": 4, "similarity": 0.5}
    assert each.tuned("of nobody") is None
    assert dataset("loghub2_hdfs").tuned("drain") == each.tuned("drain")


@pytest.mark.parametrize("name", ["loghub_2k_hdfs", "hadoop_apps"])
def test_a_card_is_shown(name: str) -> None:
    done = logcli("datasets", "show", name, "--data", "nowhere")
    shown = done.out.decode()
    card = dataset(name).card
    assert (done.code, done.err) == (0, "")
    assert shown.startswith(f"{name}: {card.title}\n{card.about}\n")
    assert card.licence.notice in shown and card.cite[0] in shown and card.format in shown
    assert all(f"  {path}  missing" in shown for path in card.files)
    known = json.loads(logcli("datasets", "show", name, "--json").out)["data"]
    assert known["card"]["licence"]["notice"] == card.licence.notice


# --- the user's own ---------------------------------------------------------------------------------


def test_a_card_of_the_user_is_found(config: Path) -> None:
    name = own_cards.write(CARD)
    rows = {row["name"]: row for row in json.loads(own_cards.datasets("list", "--json").out)["data"]}
    assert rows[name] == {
        "name": name,
        "about": "two lines, made up",
        "here": False,
        "lines": None,
        "truths": ["main"],
        "labels": "line",
    }
    assert set(NAMES) < set(rows)
    shown = logcli("datasets", "show", name).out.decode()
    assert str(config / "datasets" / f"{name}.yaml") in shown
    assert "y.csv  missing  https://example.org/a.zip" in shown


def test_a_card_takes_from_others(config: Path) -> None:
    first, more = own_cards.write(CARD), r"tuned: {drain: {depth: 6}, spell: {similarity: 0.4}}"
    text = CARD[: CARD.index("masks")].replace("licence", f"like: [{first}, loghub_2k_bgl]\nlicence")
    card = dataset(own_cards.write(text + more)).card
    assert card.masks == (r"\d+",) and card.licence.name == "none"
    assert (card.format, card.system) == ("bgl", "BGL")
    assert card.tuned["drain"] == {"depth": 6} and card.tuned["spell"] == {"similarity": 0.4}
    assert card.tuned["iplom"] == dataset("loghub_2k_bgl").card.tuned["iplom"]
    assert card.files.keys() == {"x.log", "y.csv"} and card.title == ""


# What stands in the card, what is wrong instead, and what is said of its line.
MISTAKES = [
    ("licence:", "license:", "unknown key `license`\n", "did you mean `licence`?"),
    ("bytes: 20", "byte: 20", "unknown key `byte`", "did you mean `bytes`?"),
    ("bytes: 20", "bytes: twenty", "`bytes` must be a whole number", ""),
    ("bytes: 20", "sha256: 12ab", "`sha256` must be 64 hexadecimal digits", ""),
    ("md5: 01", "md5: XY", "`md5` must be 32 hexadecimal digits", ""),
    ("x.log: {url", "../x.log: {url", "`../x.log` is no path within the dataset's folder", ""),
    ("x.log: {url", "/x.log: {url", "`/x.log` is no path within", ""),
    ("x.log: {url", "a/../../x.log: {url", "is no path within", ""),
    ("x.log: {url", "'C:x.log': {url", "is no path within", ""),
    ("a.zip: {url", "../a.zip: {url", "`../a.zip` is no path within", ""),
    ("a.zip, md5", "b.zip, md5", "no archive `b.zip`", ""),
    ("archive: a.zip,", "archive: a.zip, url: 'https://example.org/y',", "an `url` or an `archive`", ""),
    ("x.log: {url", "x/: {url", "a folder needs an `archive`", ""),
    ("'https://example.org/x.log'", "'http://example.org/x.log'", "is no safe address", "`https://...`"),
    ("'https://example.org/a.zip'", "'ftp://example.org/a.zip'", "is no safe address", ""),
    ("logs: x.log", "logs: [y.log]", "`y.log` is none of the files", "there are x.log, y.csv"),
    ("logs: x.log", "logs: [17]", "`logs` must be a list of texts", "put it into quotes"),
    ("main: {file: y.csv}", "main: {}", "`` is none of the files", ""),
    ("y.csv}\nlabels", "y.csv, templates: z.csv}\nlabels", "`z.csv` is none of the files", ""),
    ("y.csv}\nlabels", "y.csv, rules: mine}\nlabels", "no rules called `mine`", "there are khan, loghub2"),
    ("file: x.log\n", "file: y.log\n", "`y.log` is none of the files", ""),
    ("form: first_word", "form: words", "no form of labels `words`", "there are csv, "),
    ("form: first_word", "pattern: '('", "not a regular expression: ", ""),
    (r"- '\d+'", "- '['", "not a regular expression: ", ""),
    (r"- '\d+'", "- 'a{99999999999999999999}'", "not a regular expression: ", ""),
    ("drain: {depth: 5}", "drain: 5", "`drain` must be a mapping", ""),
    ("about: two", "like: nobody\nabout: two", "is like `nobody`, which is not there", ""),
    ("about: two", "like: ME\nabout: two", "the card is like itself", ""),
    ("about: two lines, made up", "title: two", "`about` must be a line of text", ""),
    ("about: two lines", "about: 'two' lines", "not YAML: ", ""),
]


@pytest.mark.parametrize(("right", "wrong", "said", "hint"), MISTAKES)
def test_a_mistake_is_shown_with_its_line(right: str, wrong: str, said: str, hint: str, config: Path) -> None:
    assert CARD.count(right) == 1
    name = own_cards.write("\n")
    path = config / "datasets" / f"{name}.yaml"
    at = CARD.index(right)
    path.write_text(CARD.replace(right, wrong.replace("ME", name)), "utf-8")
    done = logcli("datasets", "show", name)
    assert (done.code, done.out) == (2, b"")
    assert said in done.err and (not hint or f"hint: {hint}" in done.err)
    assert f"--> {path}:{CARD[:at].count(chr(10)) + 1}\n" in f"{done.err}\n"


@pytest.mark.parametrize(
    ("form", "missing"),
    [("list", "pattern"), ("sections", "pattern"), ("csv", "key"), ("csv, key: id", "label")],
)
def test_labels_need_what_their_form_reads(form: str, missing: str, config: Path) -> None:
    labels = f"labels: {{per: line, file: x.log, form: {form}}}\n"
    name = own_cards.write(CARD[: CARD.index("labels")] + labels)
    with pytest.raises(UsageError, match=f"labels of the form `{form[:3]}.*` need `{missing}`") as error:
        dataset(name)
    assert error.value.where == f"{config}/datasets/{name}.yaml:11"


def test_two_cards_that_are_like_each_other(config: Path) -> None:
    first = own_cards.write(CARD)
    second = own_cards.write(f"like: {first}\n{CARD}")
    (config / "datasets" / f"{first}.yaml").write_text(f"{CARD}like: {second}\n", "utf-8")
    with pytest.raises(UsageError, match="is like itself") as error:
        dataset(second)
    assert error.value.where == f"{config}/datasets/{first}.yaml:{CARD.count(chr(10)) + 1}"


@pytest.mark.parametrize(
    "url",
    [
        "", "x.log", "https://", "http://example.org/", "http://localhost.example.org/", "file:///etc/passwd",
        "http://127.0.0.1@example.org/", "https://example.org:x/", "https://example.org:99999/", "https://[/",
        "https://example.org/ä",
    ],
)  # fmt: skip
def test_addresses_that_are_not_safe(url: str) -> None:
    assert not secure(url)
