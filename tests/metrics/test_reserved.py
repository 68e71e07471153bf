"""A disk that is full fails a count, and not the process that counts."""

from __future__ import annotations

import builtins
import errno
import os
import shutil
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from app.metrics.files import CountingFiles
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


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot take room beforehand")
def test_what_the_dead_have_counted_is_added_once_however_often_there_is_no_room_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [mmap_key("model_retries", "model_retries_total", ["backend"], [f"{n} {'x' * 200}"], "Retries") for n in range(400)]
    with closing(ReservedFile(str(tmp_path / "counter_99999999.db"))) as dead:
        for key in keys:
            dead.write_value(key, 1.0, 0.0)
    take = ReservedFile._take
    files = CountingFiles(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(ReservedFile, "_take", lambda self, handle, size: take(self, handle, size) if size <= STEP else fail())
        for _ in range(3):
            with pytest.raises(OSError, match="No space left"):
                files.bury_the_dead()

    files.bury_the_dead()

    assert sum(sample.value for family in files.collect() for sample in family.samples) == len(keys)
    assert [file.name for file in tmp_path.iterdir()] == ["counter_0.db"]


@pytest.mark.parametrize("call", ["open", "posix_fallocate"])
def test_what_was_counted_stays_if_its_file_cannot_be_used_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "counter_0.db"
    with closing(ReservedFile(str(file))) as counts:
        counts.write_value("key", 1.0, 0.0)

    with monkeypatch.context() as full:
        full.setattr(builtins if call == "open" else os, call, fail, raising=False)
        with pytest.raises(OSError, match="No space left"):
            ReservedFile(str(file))

    assert [value for _, value, _, _ in MmapedDict.read_all_values_from_file(str(file))] == [1.0]


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
