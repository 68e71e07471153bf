from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import run

ROOT = Path(__file__).parent.parent


def started(redirections: str, *arguments: str) -> int:
    """The exit status of the program, started by a shell with *redirections*."""
    command = ["sh", "-c", f'exec "$@" {redirections}', "sh", sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, cwd=ROOT, timeout=120, check=False, stdout=subprocess.DEVNULL).returncode


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_program_whose_streams_are_closed_works(tmp_path: Path, closed: str) -> None:
    assert started(closed, "key", "--file", str(tmp_path / "keys.json"), "add", "alice") == 0
    assert (tmp_path / "keys.json").read_text(encoding="utf-8").startswith("{")


def test_no_file_gets_the_number_of_a_closed_stream() -> None:
    script = (
        "from app.__main__ import fill_closed_streams; fill_closed_streams(); import os, sys; os._exit(os.open(os.devnull, 0))"
    )
    command = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", script]

    assert subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode > 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_log_that_cannot_be_written_leaves_the_exit_status_as_it_is() -> None:
    assert started("2>/dev/full", "--service_port", "0") == 78


def test_ctrl_c_before_there_is_anything_to_stop_leaves_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.cli.main", interrupted)

    with pytest.raises(SystemExit) as ended:
        run()

    assert ended.value.code == 130
