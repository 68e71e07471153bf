"""`python -m bench` lists the benchmarks and runs one by its name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPAWNS = '''"""Starts a process that runs a function of this module."""
import multiprocessing


def child():
    print("the child ran")


if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=child)
    process.start()
    process.join()
    raise SystemExit(process.exitcode)
'''


def bench(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_benchmarks_are_listed_with_what_they_measure() -> None:
    said = bench()

    assert said.returncode == 0
    named = [line.split()[0] for line in said.stdout.splitlines()[1:]]
    assert {"chunking", "idle", "jobs", "reload", "storage", "upload"} <= set(named)
    assert not {"measures", "__init__", "__main__"} & set(named)
    assert all(len(line.split()) > 3 for line in said.stdout.splitlines()[1:])


def test_a_benchmark_runs_with_its_arguments() -> None:
    said = bench("jobs", "--help")

    assert said.returncode == 0
    assert "jobs" in said.stdout
    assert "--slots" in said.stdout


def test_an_unknown_benchmark_is_refused_with_those_there_are() -> None:
    said = bench("job")

    assert said.returncode == 2
    assert "there is no benchmark job" in said.stderr
    assert "upload" in said.stderr


def test_a_benchmark_may_start_processes_of_its_own_functions(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    for name in ("__init__.py", "__main__.py"):
        shutil.copy(ROOT / "bench" / name, tmp_path / "bench" / name)
    (tmp_path / "bench" / "spawns.py").write_text(SPAWNS, encoding="utf-8")

    said = bench("spawns", folder=tmp_path)

    assert (said.returncode, said.stdout) == (0, "the child ran\n"), said.stderr
