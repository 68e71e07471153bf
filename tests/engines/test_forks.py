"""Children that are forks of their supervisor: they live, die and end as programs do."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from app.engines.forks import fork
from tests.engines.family import FAILING, LEAVING, MISCONFIGURED, OBEDIENT, PARENT, STUBBORN, Family, alive, gone

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


def test_a_killed_fork_is_started_again_and_what_it_left_is_ended(tmp_path: Path) -> None:
    with Family(tmp_path, fork=PARENT, one=OBEDIENT) as family:
        grandchild = int(family.hear(r"fork has (\d+)")[0])

        os.kill(family.pid("fork"), signal.SIGKILL)

        assert family.pid("fork", life=2) != family.pid("fork")
        assert "fork died (signal 9: Killed), starting it again in 0.1 s" in family.said
        assert gone(grandchild)
        assert alive(family.pid("one"))


def test_a_fork_that_leaves_touches_neither_its_parent_nor_the_others(tmp_path: Path) -> None:
    """It leaves through the frames of the supervisor, which end all children."""
    with Family(tmp_path, one=OBEDIENT, fork=LEAVING, fork_two=OBEDIENT) as family:
        family.pid("fork", life=3)

        assert family.said.count("one started") == family.said.count("fork_two started") == 1
        assert alive(family.pid("one"))
        assert alive(family.pid("fork_two"))


def test_forks_stop_in_order_at_one_sigterm_each(tmp_path: Path) -> None:
    with Family(tmp_path, fork=OBEDIENT, fork_two=OBEDIENT) as family:
        family.up()

        os.killpg(family.process.pid, signal.SIGINT)

        assert family.status() == 0
        order = family.hear(r"\w+ (?:got \w+|stopped)", times=4)
        assert order == [f"{name} {what}" for name in ("fork_two", "fork") for what in ("got SIGTERM", "stopped")]


def test_a_fork_that_does_not_stop_is_killed_after_its_grace(tmp_path: Path) -> None:
    with Family(tmp_path, fork=STUBBORN) as family:
        family.up()

        family.signal(signal.SIGTERM)

        assert family.status() == 0
        assert "fork had to be killed" in family.said
        assert gone(family.pid("fork"))


def test_no_fork_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    with Family(tmp_path, fork=OBEDIENT, fork_two=STUBBORN) as family:
        family.up()

        family.process.kill()
        family.process.wait()

        assert gone(family.pid("fork"))
        assert gone(family.pid("fork_two"))


def test_the_status_of_a_fork_is_what_it_ends_with(tmp_path: Path) -> None:
    with Family(tmp_path, one=OBEDIENT, fork=FAILING) as family:
        assert family.hear(r"fork died \((.*)\), starting", times=2)[0] == "exit status 1"
        assert "torch.OutOfMemoryError" in family.said
        assert "During handling" not in family.said

    with Family(tmp_path, one=OBEDIENT, fork=MISCONFIGURED) as family:
        assert family.status() == 78
        assert gone(family.pid("one"))
