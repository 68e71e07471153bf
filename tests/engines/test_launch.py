from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from app.engines import launch

LAUNCH = (sys.executable, "-IS", str(Path(launch.__file__)))


def test_a_command_whose_parent_is_already_gone_never_runs() -> None:
    somebody_else = str(os.getppid())

    ended = subprocess.run([*LAUNCH, somebody_else, "echo", "here I am"], capture_output=True, timeout=30, check=False)

    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, b"")


def test_the_command_takes_the_place_of_the_launcher() -> None:
    with subprocess.Popen([*LAUNCH, str(os.getpid()), "sh", "-c", "echo $$"], stdout=subprocess.PIPE, text=True) as process:
        said, _ = process.communicate(timeout=30)

    assert int(said) == process.pid


def test_the_launcher_is_quick_because_it_imports_nothing_of_ours() -> None:
    code = f"import sys, runpy; runpy.run_path({str(Path(launch.__file__))!r}); print('app' in sys.modules)"

    ended = subprocess.run([sys.executable, "-IS", "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert ended.stdout == "False\n"
