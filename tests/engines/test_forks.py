"""Children that are forks of their supervisor: what they have of it, and what not. How they live and end is in `test_child`."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from app.engines.forks import fork
from tests.engines.family import FAILING, LEAVING, OBEDIENT, STUBBORN, Family, alive

LOOKS = """
import json, os, signal, stat, sys, time
def is_pipe(number):
    try:
        return stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError:
        return False
numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGQUIT", "SIGUSR1", "SIGCHLD")]
say("sees", json.dumps({
    "read": os.read(0, 1).decode(),
    "leads": os.getsid(0) == os.getpid() == os.getpgid(0),
    "default": all(signal.getsignal(number) == signal.SIG_DFL for number in numbers),
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "wakes": signal.set_wakeup_fd(-1),
    "pipes": [number for number in range(3, 20) if is_pipe(number)],
    "shared": ENVIRONMENT["SHARED"],
    "own": ENVIRONMENT["CHILD_NAME"],
    "loaded": "app.engines.child" in sys.modules,
}))
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_fork_has_what_a_program_has_and_what_its_parent_has_loaded(tmp_path: Path) -> None:
    """The model is a program whose output the parent reads from a pipe: that pipe is not the fork's."""
    before = signal.signal(signal.SIGQUIT, signal.SIG_IGN)  # as a shell does for what it begins in the background
    with Family(tmp_path, model=STUBBORN, fork=LOOKS) as family:
        signal.signal(signal.SIGQUIT, before)
        sees = json.loads(family.hear("fork sees (.*)")[0])

        assert sees == {
            "read": "",
            "leads": True,
            "default": True,
            "blocked": 0,
            "wakes": -1,
            "pipes": [],
            "shared": "by all",
            "own": "fork",
            "loaded": True,
        }
        assert Path(f"/proc/{family.pid('fork')}/comm").read_text(encoding="utf-8") == "gateway-fork\n"


def test_a_fork_that_fails_before_it_is_one_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its error would climb through the frames of the supervisor, which end all children."""
    monkeypatch.setattr("app.engines.forks.die_with_parent", lambda _parent: 1 / 0)

    assert fork("fork", lambda: 0).wait() == os.EX_OSERR


def test_a_fork_that_leaves_touches_neither_its_parent_nor_the_others(tmp_path: Path) -> None:
    """It leaves through the frames of the supervisor, which end all children."""
    with Family(tmp_path, one=OBEDIENT, fork=LEAVING, fork_two=OBEDIENT) as family:
        family.pid("fork", life=3)

        assert family.said.count("one started") == family.said.count("fork_two started") == 1
        assert alive(family.pid("one"))
        assert alive(family.pid("fork_two"))


def test_an_error_that_ends_a_fork_is_told_without_its_parents_frames(tmp_path: Path) -> None:
    with Family(tmp_path, one=OBEDIENT, fork=FAILING) as family:
        assert family.hear(r"fork died \((.*)\), starting", times=2)[0] == "exit status 1"
        assert "torch.OutOfMemoryError" in family.said
        assert "During handling" not in family.said
