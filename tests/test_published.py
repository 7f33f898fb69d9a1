"""Our parsers of the literature have the published accuracy, or say why they do not."""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest

from logcli import arrays, registry
from logcli.bench import published
from logcli.bench.answers import answer
from logcli.metrics.grouping import grouping

DATA = os.environ.get("LOGCLI_TEST_DATA")
PARSERS = [
    "ael", "brain", "drain", "iplom", "lenma", "lfa", "lke", "logcluster", "logmine", "logram", "logsig",
    "molfi", "shiso", "slct", "spell", "ulp",
]  # fmt: skip
TOLERANCE = 0.03


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples of Loghub in a data folder of their own."""
    if not DATA:
        pytest.skip("set LOGCLI_TEST_DATA to the folder with the labelled logs")
    from logcli import importing

    folder = tmp_path_factory.mktemp("data")
    shelf = importing.Shelf(Path(DATA))
    for name in registry.names("datasets"):
        if name.startswith("loghub_2k_"):
            card = registry.leaf("datasets", name).card
            importing.take(name, card, shelf, folder / name, link=True)
    return folder


@pytest.mark.parametrize("name", PARSERS)
def test_accuracy_is_the_published_one(name: str, logs: Path) -> None:
    about = inspect.getdoc(registry.leaf("parsers", name)) or ""
    off = {}
    for place in sorted(logs.iterdir()):
        dataset = registry.create("datasets", place.name)
        if dataset.missing(place):
            continue
        known = published.find(dataset.name, name, "tuned", "original", "ga")
        tuned = dataset.tuned(name)
        assert known is not None and tuned is not None, (dataset.name, name)
        log = dataset.read(place, "original")
        parser = registry.create("parsers", name, **tuned)
        found = answer(arrays.texts(log.bodies), parser, dataset.masks(name)).table["group"].to_pylist()
        ours = grouping(found, log.templates).ga
        if abs(ours - known.value) > TOLERANCE and dataset.system not in about:
            off[dataset.system] = (round(ours, 3), known.value)
    assert off == {}
