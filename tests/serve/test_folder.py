"""A services folder that is not there is refused at the start, unless it was served before."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from app.catalog import LastGood
from app.cli import main
from app.serve.folder import check_folder, folder_of_counts
from app.settings import SettingError, Settings
from tests.catalog.folders import manifest


def settings(tmp_path: Path, services: str) -> Settings:
    return Settings(services=str(tmp_path / services), db_path=str(tmp_path / "results.sqlite"))


@pytest.mark.parametrize(("name", "reason"), [("none", "does not exist"), ("file", "is no folder")])
def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingError, match=reason):
        check_folder(settings(tmp_path, name))


def test_a_folder_that_was_served_before_may_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "services"
    LastGood(tmp_path).save(folder, {"cra.json": {"manifest": manifest("cra"), "templates": {"cra": "{{ turns }}"}}})

    check_folder(settings(tmp_path, "services"))


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_no_command_starts_without_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    status = main([command, "--services", str(tmp_path / "none"), "--db_path", str(tmp_path / "results.sqlite")], {})

    assert status == 78
    assert f"SERVICES_PATH: {tmp_path / 'none'} does not exist" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_no_command_starts_without_a_place_for_temporary_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """As in a container that is read-only as a whole."""

    def refuse() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", refuse)

    status = main([command, "--services", str(tmp_path), "--db_path", str(tmp_path / "results.sqlite")], {})

    assert status == 78
    assert "TMPDIR: no usable temporary directory found in ['/tmp']: mount one at /tmp" in capsys.readouterr().err


def test_a_folder_of_counts_that_cannot_be_used_is_told_by_its_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    monkeypatch.setattr(tempfile, "tempdir", str(file))

    for given, setting in ((str(file), "PROMETHEUS_MULTIPROC_DIR"), ("", "TMPDIR")):
        with (
            pytest.raises(SettingError, match=f"{setting}: {file} cannot be used: "),
            folder_of_counts(Settings(metrics_folder=given)),
        ):
            pass
