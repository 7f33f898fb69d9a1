"""All metrics: their examples hold, and a big log takes seconds."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import random
import time

import pytest

from logcli import corrections, metrics
from logcli.metrics.grouping import grouping
from logcli.metrics.naming import naming
from logcli.metrics.parameters import parameters
from logcli.metrics.slices import slices
from logcli.metrics.unlabelled import explained, pmss

MODULES = [*(f"{metrics.__name__}.{found.name}" for found in pkgutil.iter_modules(metrics.__path__))]


@pytest.mark.parametrize("name", [*MODULES, corrections.__name__])
def test_examples(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried and not failed


def test_a_big_log_takes_seconds() -> None:
    """A fifth of a million lines, every body another one, and thousands of templates that one parser tore."""
    chance = random.Random(1)
    true = [f"event {int(chance.paretovariate(1)) % 300} of <*> took <*> ms" for _ in range(200_000)]
    bodies = [text.replace("<*>", str(chance.randrange(10**7))) for text in true]
    found = [body if chance.random() < 0.03 else text for body, text in zip(bodies, true, strict=True)]
    began = time.perf_counter()
    groups, names = grouping(found, true), naming(found, true)
    values = parameters(bodies, found, true)
    assert len(slices(true)) == 9 and explained(found) < 1
    assert groups.lines == names.lines == values.lines == len(true)
    assert (
        groups.found == names.found > 5000 and names.under > 5000 and values.precision == 1.0 > values.recall
    )
    assert time.perf_counter() - began < 10
    assert pmss(bodies, found, groups=50, each=2).templates == 50
    assert time.perf_counter() - began < 20
