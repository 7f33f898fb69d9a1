"""Switches of the test run, and an environment without the user's own settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

SHOP = Path(__file__).parent.parent / "datasets" / "shop"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="rewrite what the cases expect")


@pytest.fixture(autouse=True, scope="session")
def compiled() -> None:
    """All kernels, before any test measures time or compares what is said."""
    from logcli import warmup

    warmup.ensure(lambda text: None)


@pytest.fixture(autouse=True, scope="session")
def no_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither files nor variables of whoever runs the tests; the kernels' cache stays."""
    with pytest.MonkeyPatch.context() as patch:
        kept = ("LOGCLI_CACHE_DIR", "LOGCLI_TEST_DATA")
        for name in os.environ:
            if name.startswith("LOGCLI_") and name not in kept:
                patch.delenv(name)
        for name in ("NO_COLOR", "FORCE_COLOR", "PAGER", "LESS"):
            patch.delenv(name, raising=False)
        patch.setenv("LOGCLI_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))
        patch.setenv("COLUMNS", "80")
        yield
