"""A disk that is full fails a count, and not the process that counts."""

from __future__ import annotations

import errno
import os
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict

from app.gateway import meter
from app.metrics import NullMetrics
from app.metrics.reserved import STEP, ReservedFile
from app.settings import Settings

FULL = OSError(errno.ENOSPC, "No space left on device")


def fail(*_arguments: object) -> None:
    raise FULL


def test_every_page_is_on_the_disk_before_it_is_written_to(tmp_path: Path) -> None:
    file = tmp_path / "counter_1.db"
    counts = ReservedFile(str(file))
    begun = file.stat().st_blocks * 512
    keys = [f"key {number:05} {'x' * 200}" for number in range(3 * STEP // 200)]
    for number, key in enumerate(keys):
        counts.write_value(key, float(number), 0.0)
        assert file.stat().st_blocks * 512 >= counts._used
    counts.close()

    read = list(MmapedDict.read_all_values_from_file(str(file)))

    assert [(key, value) for key, value, _, _ in read] == [(key, float(number)) for number, key in enumerate(keys)]
    assert STEP <= begun < 2 * STEP


def test_a_file_that_was_begun_before_goes_on(tmp_path: Path) -> None:
    with closing(ReservedFile(str(tmp_path / "counter_1.db"))) as counts:
        counts.write_value("key", 1.0, 0.0)

    with closing(ReservedFile(str(tmp_path / "counter_1.db"))) as again:
        assert again.read_value("key") == (1.0, 0.0)


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot take room beforehand")
def test_a_process_that_finds_no_room_serves_and_counts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", fail)

    made = meter(Settings(metrics_folder=str(tmp_path)), "web")

    assert type(made) is NullMetrics
    assert list(tmp_path.iterdir()) == []
    assert "this process counts nothing until it is started again" in caplog.text
