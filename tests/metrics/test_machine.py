from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.metrics.machine import families, folders, memory


def test_the_memory_of_the_owner_is_known() -> None:
    assert memory(os.getpid())["supervisor"] > 2**20


def test_an_owner_that_is_gone_has_no_memory() -> None:
    assert memory(2**22 + 7) == {}


def test_a_folder_has_a_disk_and_one_that_is_not_there_has_none(tmp_path: Path) -> None:
    found = {family.name: family for family in families(os.getpid(), {"state": tmp_path, "none": tmp_path / "none"})}

    free = {sample.labels["folder"]: sample.value for sample in found["gateway_disk_free_bytes"].samples}
    assert list(free) == ["state"]
    assert free["state"] > 0


class OnDisk:
    """A folder on the disk of this number."""

    def __init__(self, disk: int) -> None:
        self.disk = disk

    def stat(self) -> SimpleNamespace:
        return SimpleNamespace(st_dev=self.disk)


def test_each_disk_that_may_run_full_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=folder.disk, total=100))
    watched: dict[str, Any] = {"state": OnDisk(1), "temporary": OnDisk(2), "metrics": OnDisk(2)}

    found = {family.name: family for family in families(None, watched)}

    free = {sample.labels["folder"]: sample.value for sample in found["gateway_disk_free_bytes"].samples}
    assert free == {"state": 1, "temporary": 2}
    assert [sample.labels["folder"] for sample in found["gateway_disk_size_bytes"].samples] == list(free)


def test_the_room_for_the_database_temporary_files_and_counts_is_watched(tmp_path: Path) -> None:
    temporary = {"state": tmp_path, "temporary": Path(tempfile.gettempdir())}

    assert folders(tmp_path, "") == temporary
    assert folders(tmp_path, "/dev/shm/counts") == {**temporary, "metrics": Path("/dev/shm/counts")}
