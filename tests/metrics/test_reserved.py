"""A disk that is full fails a count, and not the process that counts."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.mmap_dict import MmapedDict

from app.metrics.meter import ROOM, Meter
from app.metrics.reserved import STEP, ReservedFile

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
def test_a_process_that_finds_no_room_serves_and_counts_once_there_is_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as full:
        full.setattr(os, "posix_fallocate", fail)
        meter = Meter(tmp_path, "web")
        meter.retried("vLLM", "BackendUnavailable")
        told = names(meter)
        meter.begin()
        left = list(tmp_path.iterdir())

    meter.begin()
    meter.retried("vLLM", "BackendUnavailable")
    later = {sample.name: sample.value for family in meter.collect() for sample in family.samples}
    meter.close()

    assert left == []
    assert "gateway_processes" not in told
    assert (later["gateway_processes"], later["model_retries_total"]) == (1, 1)
    assert caplog.text.count("counts nothing until there is room") == caplog.text.count("counts from now on") == 1


@pytest.mark.parametrize(("free", "problem"), [(ROOM, ""), (ROOM - 1, "has no room, so counts are lost")])
def test_a_folder_without_room_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, problem: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))

    with closing(Meter(tmp_path, "web")) as meter:
        assert problem in meter.problem
        assert bool(problem) == bool(meter.problem)


def test_a_folder_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "counts").mkdir()
    with closing(Meter(tmp_path / "counts", "web")) as meter:
        shutil.rmtree(tmp_path / "counts")

        assert "cannot be used (No such file or directory)" in meter.problem


def names(meter: Meter) -> set[str]:
    return {family.name for family in meter.collect()}
