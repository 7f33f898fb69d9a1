"""Leaves are found by file name, listed without import, and named when they are missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from logcli import registry
from logcli.errors import LogcliError, UsageError

KINDS = list(registry.KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_leaves_that_say_what_they_do(kind: str) -> None:
    names = registry.names(kind)
    assert names == sorted(set(names)) != []
    for name in names:
        about = registry.about(kind, name)
        assert 0 < len(about) < 90, (kind, name, about)


def test_listing_imports_no_leaf() -> None:
    code = (
        "import sys; from logcli import registry\n"
        "for kind in registry.KINDS: [registry.about(kind, name) for name in registry.names(kind)]\n"
        "heavy = {'numpy', 'pyarrow', 'numba', 'yaml', 'rich', 'pandas', 'polars'} & set(sys.modules)\n"
        "leaves = [m for m in sys.modules if m.count('.') == 2 and m.startswith('logcli.')]\n"
        "print(sorted(heavy), leaves)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"


def test_an_unknown_leaf_gets_the_nearest_name() -> None:
    with pytest.raises(UsageError) as caught:
        registry.create("parsers", "drian")
    assert caught.value.hint == "did you mean `drain`?"


def test_an_unknown_parameter_gets_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="no parameter `dept`") as caught:
        registry.create("parsers", "drain", dept=4)
    assert caught.value.hint == "did you mean `depth`?"


def test_dashes_and_capitals_are_forgiven() -> None:
    assert registry.leaf("formats", "Nginx-Error").name == "nginx_error"


def test_a_format_of_the_user_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "our_own.yaml").write_text("about: What we write\nlayout: ['{body}']\n")
    monkeypatch.setenv("LOGCLI_CONFIG_DIR", str(tmp_path))
    assert "our_own" in registry.names("formats")
    assert registry.about("formats", "our_own") == "What we write"


def test_two_leaves_of_one_name_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "formats").mkdir()
    for suffix in ("yaml", "py"):
        (tmp_path / "formats" / f"twice.{suffix}").write_text("")
    monkeypatch.setenv("LOGCLI_CONFIG_DIR", str(tmp_path))
    with pytest.raises(LogcliError, match="`twice`"):
        registry.names("formats")
