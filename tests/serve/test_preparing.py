from __future__ import annotations

import os
from multiprocessing.synchronize import SemLock
from pathlib import Path

import pytest

from app.errors import StoreError
from app.serve.preparing import prepare_apart
from app.settings import SettingError, Settings


def settings(folder: Path) -> Settings:
    return Settings(db_path=str(folder / "results.sqlite"))


def test_the_database_is_prepared_meanwhile(tmp_path: Path) -> None:
    done: list[str] = []

    prepare_apart(settings(tmp_path), lambda: done.append("this"))

    assert done == ["this"]
    assert (tmp_path / "results.sqlite").stat().st_size > 0


def test_the_database_is_prepared_without_semaphores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container without a /dev/shm, or with one that this user may not write."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(SemLock, "__init__", refuse)

    prepare_apart(settings(tmp_path))

    assert (tmp_path / "results.sqlite").stat().st_size > 0


def test_what_keeps_it_from_being_prepared_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="its folder does not exist"):
        prepare_apart(settings(tmp_path / "none"))


def test_a_process_that_is_killed_meanwhile_is_another_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.serve.preparing.prepare_database", lambda _: os._exit(9))

    with pytest.raises(StoreError, match=r"ended \(exit status 9\)"):
        prepare_apart(settings(tmp_path))
