"""The locks beside a SQLite file, looked at before it is used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import StoreError
from app.storage.sqlite_file import check_place


@pytest.mark.parametrize("name", ["lock", "prepare.lock"])
def test_a_folder_where_a_lock_should_be_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / f"results.sqlite.{name}").mkdir()

    with pytest.raises(StoreError, match="is a folder; remove it"):
        check_place(tmp_path / "results.sqlite")


def test_a_file_where_the_slots_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "results.sqlite.places").write_text("", encoding="utf-8")

    with pytest.raises(StoreError, match="is no folder; remove it"):
        check_place(tmp_path / "results.sqlite")


@pytest.mark.parametrize("name", ["lock", "prepare.lock", "places"])
def test_locks_of_another_user_are_said(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / f"results.sqlite.{name}"
    lock.mkdir() if name == "places" else lock.touch()
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != lock)

    with pytest.raises(StoreError, match="cannot be written; give this user the right to, or remove it"):
        check_place(tmp_path / "results.sqlite")
