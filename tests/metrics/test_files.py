"""Broken and foreign files beside those in which processes count."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.mmap_dict import mmap_key

from app.metrics.files import CountingFiles
from app.metrics.meter import Meter
from app.metrics.reserved import ReservedFile

BROKEN: dict[str, Callable[[Path], object]] = {
    "cut off": lambda file: file.write_bytes(struct.pack("i", 4096) + b"\0" * 100),
    "too short": lambda file: file.write_bytes(b"\1"),
    "noise": lambda file: file.write_bytes(bytes(range(256)) * 16),
    "a length that leads back": lambda file: file.write_bytes(struct.pack("iiii", 64, 0, -20, 0) + b"\0" * 100),
    "text": lambda file: file.write_text("this is no counter\n" * 50, encoding="utf-8"),
    "no JSON in it": lambda file: file.write_bytes(struct.pack("iii4xdd", 40, 0, 8, 0.0, 0.0) + b"\0" * 64),
    "a folder": lambda file: file.mkdir(),
    "a pipe that nobody writes to": os.mkfifo,
    "a link to nothing": lambda file: file.symlink_to("nowhere"),
    "empty": lambda file: file.touch(),
}
FOREIGN = ("counter_abc.db", "gauge_1.db", "other.db", "histogram_.db", "counter_1_2.db")


def counted(meter: Meter) -> float:
    return sum(sample.value for family in meter.collect() for sample in family.samples if sample.name == "model_requests_total")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_costs_no_figure_of_the_others(
    meter: Meter, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    meter.called(backend="b", model="m", seconds=1.0)
    BROKEN[name](tmp_path / "counter_99999999.db")

    found = [counted(meter) for _ in range(3)]

    assert found == [1, 1, 1]
    assert caplog.text.count("counter_99999999.db") == (0 if name == "empty" else 1)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_of_the_dead_costs_neither_the_start_nor_a_figure(tmp_path: Path, name: str) -> None:
    BROKEN[name](tmp_path / "counter_0.db")
    key = mmap_key("model_requests", "model_requests_total", ["backend"], ["b"], "Calls")
    with closing(ReservedFile(str(tmp_path / "counter_99999999.db"))) as dead:
        dead.write_value(key, 2.0, 0.0)

    with closing(Meter(tmp_path, "web")) as meter:
        meter.called(backend="b", model="m", seconds=1.0)
        found = [counted(meter) for _ in range(3)]

    assert found == [3, 3, 3]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_somebody_else_is_passed_over(
    meter: Meter, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    meter.called(backend="b", model="m", seconds=1.0)
    (tmp_path / name).write_bytes(b"whatever")

    assert [counted(meter), counted(meter)] == [1, 1]
    assert caplog.text.count("none of ours") == 1


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=600))
def test_no_bytes_keep_a_scrape_from_its_end(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "counter_1.db").write_bytes(data)

    for family in CountingFiles(tmp_path).collect():
        assert family.name


def test_a_folder_that_is_gone_has_nothing(tmp_path: Path) -> None:
    assert list(CountingFiles(tmp_path / "none").collect()) == []


def test_promised_names_are_there_before_anything_happened(meter: Meter) -> None:
    found = {sample.name: sample.value for family in meter.collect() for sample in family.samples}

    for name in (
        *("model_requests_total", "model_errors_total", "model_retries_total", "model_failovers_total"),
        *("model_inference_duration_count", "model_inference_duration_sum", "model_inference_duration_bucket"),
    ):
        assert found[name] == 0


def test_what_was_counted_takes_the_place_of_nothing(meter: Meter) -> None:
    meter.called(backend="b", model="m", seconds=1.0, error="BackendUnavailable")

    errors = [family for family in meter.collect() if family.name == "model_errors"]

    assert [sample.value for family in errors for sample in family.samples if sample.name == "model_errors_total"] == [1]
