"""Settings: which file or variable has the last word, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from logcli import config
from logcli.errors import UsageError


@pytest.fixture
def user_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's file, not yet written; nothing else is set."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("LOGCLI_CONFIG_DIR", str(folder))
    monkeypatch.setattr(config, "_SYSTEM_FILE", tmp_path / "etc.yaml")
    for key in config.KEYS:
        monkeypatch.delenv(f"LOGCLI_{key.upper()}", raising=False)
    return folder / "config.yaml"


def test_nothing_is_set_by_itself(user_file: Path, tmp_path: Path) -> None:
    assert config.load(tmp_path) == {}


def test_the_nearest_has_the_last_word(
    user_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc.yaml").write_text("tz: UTC\nyear: 1999\n")
    user_file.write_text("tz: Europe/Berlin\njobs: 1\ngrain: body\n")
    project = tmp_path / "project"
    deep = project / "a" / "b"
    deep.mkdir(parents=True)
    (project / ".logcli.yaml").write_text("# ours\n\njobs: 2\ngrain: shape\n")
    monkeypatch.setenv("LOGCLI_GRAIN", "body")
    found = config.load(deep)
    assert found == {
        "year": config.Setting(1999, f"{tmp_path / 'etc.yaml'}:2"),
        "tz": config.Setting("Europe/Berlin", f"{user_file}:1"),
        "jobs": config.Setting(2, f"{project / '.logcli.yaml'}:3"),
        "grain": config.Setting("body", "LOGCLI_GRAIN"),
    }


def test_only_the_nearest_project_file_counts(user_file: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / ".logcli.yaml").write_text("jobs: 1\n")
    (inner / ".logcli.yaml").write_text("year: 2020\n")
    assert set(config.load(inner)) == {"year"}


def test_an_unknown_key_is_named_with_its_line(user_file: Path, tmp_path: Path) -> None:
    user_file.write_text("tz: UTC\nformt: nginx\n")
    with pytest.raises(UsageError, match="`formt`") as caught:
        config.load(tmp_path)
    assert caught.value.where == f"{user_file}:2"
    assert caught.value.hint == "did you mean `format`?"


@pytest.mark.parametrize(
    "text", ["tz: [a]", "tz: {a: b}", "tz:", "- tz", "tz: 'open", "tz: a\ntz: b", "tz: *a"]
)
def test_a_wrong_file_is_a_usage_error(user_file: Path, tmp_path: Path, text: str) -> None:
    user_file.write_text(text)
    with pytest.raises(UsageError) as caught:
        config.load(tmp_path)
    assert str(user_file) in caught.value.report()


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_file_sets_nothing(user_file: Path, tmp_path: Path, text: str) -> None:
    user_file.write_text(text)
    assert config.load(tmp_path) == {}


def test_the_pager_variable_is_a_command_and_no_setting(
    user_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGCLI_PAGER", "less")
    assert config.load(tmp_path) == {}
