from __future__ import annotations

import os
from pathlib import Path

from app.metrics.machine import families, memory


def test_the_memory_of_the_owner_is_known() -> None:
    assert memory(os.getpid())["supervisor"] > 2**20


def test_an_owner_that_is_gone_has_no_memory() -> None:
    assert memory(2**22 + 7) == {}


def test_a_folder_has_a_disk_and_one_that_is_not_there_has_none(tmp_path: Path) -> None:
    found = {family.name: family for family in families(os.getpid(), {"state": tmp_path, "none": tmp_path / "none"})}

    free = {sample.labels["folder"]: sample.value for sample in found["gateway_disk_free_bytes"].samples}
    assert list(free) == ["state"]
    assert free["state"] > 0
