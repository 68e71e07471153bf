"""The machine: memory of the gateway's processes, GPUs, disks. What cannot be read is absent."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

PARTS = ("web", "worker")


def memory(owner: int) -> dict[str, int]:
    """Resident bytes by part of the gateway whose first process is *owner*: `web`, `worker`, `engine`, `supervisor`."""
    used: dict[str, int] = defaultdict(int)
    with suppress(psutil.Error):
        first = psutil.Process(owner)
        used[_part(first, "supervisor")] += first.memory_info().rss
        for child in first.children():
            part = _part(child, "engine")
            used[part] += sum(_resident(each) for each in (child, *child.children(recursive=True)))
    return dict(used)


def _part(process: psutil.Process, otherwise: str) -> str:
    """The subcommand that a process of ours was started with."""
    words = process.cmdline()
    return next((part for part in PARTS if part in words), otherwise)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has ended meanwhile
        return 0


@cache
def _nvml() -> Any:
    """NVIDIA's library, if this machine has it."""
    import pynvml  # type: ignore[import-untyped]  # it has no types

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    return pynvml


def gpus() -> Iterator[tuple[str, float, int]]:
    """Number, utilization (0 to 1) and used bytes of every GPU."""
    nvml = _nvml()
    if nvml is None:
        return
    with suppress(nvml.NVMLError):
        for number in range(nvml.nvmlDeviceGetCount()):
            device = nvml.nvmlDeviceGetHandleByIndex(number)
            share = nvml.nvmlDeviceGetUtilizationRates(device).gpu / 100
            yield str(number), share, int(nvml.nvmlDeviceGetMemoryInfo(device).used)


def folders(state: Path, metrics: str) -> dict[str, Path]:
    """The folders whose disks may run full, by contents: the database, temporary files, the counts of all processes."""
    found = {"state": state, "temporary": Path(tempfile.gettempdir())}
    return {**found, "metrics": Path(metrics)} if metrics else found


def families(owner: int | None, folders: Mapping[str, Path]) -> Iterator[Metric]:
    """The machine as metrics; *owner* is the gateway's first process, None if unknown; *folders* are those
    whose disk may run full, by their contents."""
    used = GaugeMetricFamily("model_memory_usage", "Bytes that a part of the gateway or a GPU uses", labels=["part"])
    share = GaugeMetricFamily("gpu_utilization", "Share of the time in which a GPU was busy, 0 to 1", labels=["gpu"])
    for part, size in (memory(owner) if owner else {}).items():
        used.add_metric([part], size)
    for number, busy, size in gpus():
        used.add_metric([f"gpu{number}"], size)
        share.add_metric([number], busy)
    yield used
    if share.samples:
        yield share
    yield from _disks(folders)


def _disks(folders: Mapping[str, Path]) -> Iterator[Metric]:
    """The disks of *folders*; one that several of them share is told once, of the first."""
    free = GaugeMetricFamily("gateway_disk_free_bytes", "Bytes free on the disk of a folder", labels=["folder"])
    size = GaugeMetricFamily("gateway_disk_size_bytes", "Bytes that the disk of a folder holds", labels=["folder"])
    seen: set[int] = set()
    for name, folder in folders.items():
        with suppress(OSError):
            device = folder.stat().st_dev
            if device in seen:
                continue
            seen.add(device)
            disk = shutil.disk_usage(folder)
            free.add_metric([name], disk.free)
            size.add_metric([name], disk.total)
    yield from (free, size)
