from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.engines.child import Backoff, Child, ChildProcess, answers
from app.engines.forks import Fork
from tests.engines.family import (
    FAILING,
    LEAVING,
    MISCONFIGURED,
    OBEDIENT,
    PARENT,
    SERVING_THEN_FAILING,
    SLOW_TO_STOP,
    STUBBORN,
    Family,
    alive,
    gone,
)

# A child is a program or a fork of its supervisor (see `family`): it lives, dies and ends as the other does.
each_way = pytest.mark.parametrize(("one", "two"), [("one", "two"), ("fork", "fork_two")], ids=["programs", "forks"])


@each_way
def test_a_killed_child_is_started_again(tmp_path: Path, one: str, two: str) -> None:
    with Family(tmp_path, **{one: OBEDIENT, two: OBEDIENT}) as family:
        family.up()

        os.kill(family.pid(one), signal.SIGKILL)

        assert family.pid(one, life=2) != family.pid(one)
        assert f"{one} died (signal 9: Killed), starting it again in 0.1 s" in family.said


def test_a_child_that_leaves_by_itself_is_started_again_more_and_more_slowly(tmp_path: Path) -> None:
    with Family(tmp_path, one=LEAVING) as family:
        pauses = family.hear(r"one died \(exit status 0\), starting it again in ([0-9.]+) s", times=3)

        assert pauses[:3] == ["0.1", "0.2", "0.4"]


@each_way
def test_one_child_that_dies_leaves_the_others_alone(tmp_path: Path, one: str, two: str) -> None:
    with Family(tmp_path, **{one: OBEDIENT, two: OBEDIENT}) as family:
        family.up()

        os.kill(family.pid(two), signal.SIGKILL)
        family.pid(two, life=2)

        assert alive(family.pid(one))
        assert family.said.count(f"{one} started") == 1


@each_way
def test_what_a_dead_child_left_is_ended_before_the_next_is_started(tmp_path: Path, one: str, two: str) -> None:
    with Family(tmp_path, **{one: PARENT, two: OBEDIENT}) as family:
        grandchild = int(family.hear(rf"{one} has (\d+)")[0])

        os.kill(family.pid(one), signal.SIGKILL)
        family.pid(one, life=2)

        assert gone(grandchild)
        assert alive(family.pid(two))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
def test_a_stop_in_order_leaves_with_0(number: signal.Signals, tmp_path: Path) -> None:
    with Family(tmp_path, engine=OBEDIENT, web=OBEDIENT) as family:
        family.up()

        family.signal(number)

        assert family.status() == 0


def test_a_signal_that_means_nothing_here_ends_nothing(tmp_path: Path) -> None:
    with Family(tmp_path, one=OBEDIENT) as family:
        family.up()

        family.signal(signal.SIGUSR1)
        family.signal(signal.SIGUSR2)
        os.kill(family.pid("one"), signal.SIGKILL)  # a sign that it goes on

        family.pid("one", life=2)
        family.signal(signal.SIGTERM)
        assert family.status() == 0


def test_children_stop_one_after_the_other_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    with Family(tmp_path, engine=OBEDIENT, worker=OBEDIENT, web=OBEDIENT) as family:
        family.up()

        family.signal(signal.SIGTERM)
        family.status()

        order = family.hear(r"\w+ (?:got SIGTERM|stopped)", times=6)
        assert order == [f"{name} {what}" for name in ("web", "worker", "engine") for what in ("got SIGTERM", "stopped")]


def test_children_of_one_group_are_asked_to_stop_at_the_same_time(tmp_path: Path) -> None:
    with Family(tmp_path, engine=OBEDIENT, left=SLOW_TO_STOP, right=SLOW_TO_STOP) as family:
        family.up()

        family.signal(signal.SIGTERM)
        family.status()

        order = family.hear(r"\w+ (?:got SIGTERM|stopped)", times=6)
        assert sorted(order[:2]) == ["left got SIGTERM", "right got SIGTERM"]
        assert order[4:] == ["engine got SIGTERM", "engine stopped"]


def test_an_engine_that_dies_while_it_loads_says_why_with_its_last_line(tmp_path: Path) -> None:
    with Family(tmp_path, model=FAILING) as family:
        reported = family.hear(r"model: (died .*)", times=2)

        assert reported[0].startswith("died while it was starting (exit status 1), and is started again 0 s after that: ")
        assert reported[0].endswith(": torch.OutOfMemoryError: CUDA out of memory")
        assert "loading weights" in family.said


def test_an_engine_that_takes_long_to_fail_is_started_again_more_and_more_slowly(tmp_path: Path) -> None:
    """Its life counts from the moment when it can be used, which never comes."""
    with Family(tmp_path, model=FAILING) as family:
        pauses = family.hear(r"model died \(exit status 1\), starting it again in ([0-9.]+) s", times=4)

        assert pauses[:4] == ["0.1", "0.2", "0.4", "0.8"]


def test_the_last_line_of_an_engine_that_served_is_not_told(tmp_path: Path) -> None:
    """It may quote a prompt."""
    with Family(tmp_path, model=SERVING_THEN_FAILING) as family:
        reported = family.hear(r"model: (serves|died .*)", times=2)

        assert reported[0] == "serves"
        assert reported[1] == "died (exit status 1), and is started again 0 s after that"


@each_way
def test_ctrl_c_reaches_the_children_as_one_sigterm_each_in_order(tmp_path: Path, one: str, two: str) -> None:
    with Family(tmp_path, **{one: OBEDIENT, two: OBEDIENT}) as family:
        family.up()

        os.killpg(family.process.pid, signal.SIGINT)

        assert family.status() == 0
        order = family.hear(r"\w+ (?:got \w+|stopped)", times=4)
        assert order == [f"{name} {what}" for name in (two, one) for what in ("got SIGTERM", "stopped")]


@each_way
def test_a_child_that_does_not_stop_is_killed_after_its_grace(tmp_path: Path, one: str, two: str) -> None:
    with Family(tmp_path, **{one: STUBBORN, two: OBEDIENT}) as family:
        family.up()

        family.signal(signal.SIGTERM)

        assert family.status() == 0
        assert f"{one} had to be killed" in family.said
        assert gone(family.pid(one))


def test_a_stop_ends_the_children_of_the_children(tmp_path: Path) -> None:
    with Family(tmp_path, one=PARENT) as family:
        grandchild = int(family.hear(r"one has (\d+)")[0])

        family.signal(signal.SIGTERM)
        family.status()

        assert gone(grandchild)


def test_a_second_signal_ends_everything_at_once(tmp_path: Path) -> None:
    slow = OBEDIENT.replace("sys.exit(0)", "time.sleep(120)")
    with Family(tmp_path, one=slow, two=slow) as family:
        family.up()
        family.signal(signal.SIGINT)
        family.hear("two got SIGTERM")
        time.sleep(0.4)

        family.signal(signal.SIGINT)

        assert family.status() == 130
        assert gone(family.pid("one"))
        assert gone(family.pid("two"))


def test_the_same_key_press_heard_twice_is_one(tmp_path: Path) -> None:
    with Family(tmp_path, one=OBEDIENT) as family:
        family.up()

        family.signal(signal.SIGINT)
        family.signal(signal.SIGTERM)

        assert family.status() == 0


STOPS_ITSELF = """
import os, signal, sys
from app.engines.child import Child, Supervisor
def stop():
    os.kill(os.getpid(), signal.SIGINT)
child = Child("one", (sys.executable, "-c", "import time; time.sleep(120)"), ready=lambda: True)
status = Supervisor([child], environment=os.environ, on_ready=stop).run()
for late in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    os.kill(os.getpid(), late)
sys.exit(status)
"""


def test_a_signal_that_comes_when_all_is_stopped_leaves_the_status_alone() -> None:
    assert subprocess.run([sys.executable, "-c", STOPS_ITSELF], timeout=30, check=False).returncode == 0


STOPPED_EARLY = """
import os, signal, sys
from app.engines.child import Child, Supervisor
def prepare():
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
child = Child("one", (sys.executable, "-c", "print('lives')"))
sys.exit(Supervisor([child], environment=os.environ, prepare=prepare).run())
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP"])
def test_a_stop_during_the_preparation_starts_nothing(name: str) -> None:
    """Each start takes a second or more of what Docker waits."""
    command = [sys.executable, "-c", STOPPED_EARLY, name]
    ended = subprocess.run(command, timeout=30, check=False, capture_output=True, text=True)

    assert (ended.returncode, ended.stdout) == (0, "")


@each_way
def test_no_child_outlives_a_killed_supervisor(tmp_path: Path, one: str, two: str) -> None:
    with Family(tmp_path, **{one: OBEDIENT, two: STUBBORN}) as family:
        family.up()

        family.process.kill()
        family.process.wait()

        assert gone(family.pid(one))
        assert gone(family.pid(two))


@each_way
def test_a_configuration_error_ends_the_whole_with_its_status(tmp_path: Path, one: str, two: str) -> None:
    with Family(tmp_path, **{one: OBEDIENT, two: MISCONFIGURED}) as family:
        assert family.status() == 78
        assert f"{two} cannot run as it is configured" in family.said
        assert family.said.count(f"{two} started") == 1
        assert gone(family.pid(one))


MISCONFIGURED_LATER = """
import os, pathlib, sys, time
folder = pathlib.Path(os.environ["FOLDER"])
if (folder / "broken").exists():
    sys.exit(78)
(folder / f"{NAME}.ready").touch()
say("up")
time.sleep(120)
"""


def test_a_child_that_could_be_used_is_started_again_until_its_surroundings_are_mended(tmp_path: Path) -> None:
    """A file that is broken while the gateway runs must not end all of it when one process dies."""
    with Family(tmp_path, one=OBEDIENT, late=MISCONFIGURED_LATER) as family:
        family.hear("late ready after")
        (tmp_path / "late.ready").unlink()
        (tmp_path / "broken").touch()
        os.kill(family.pid("late"), signal.SIGKILL)
        family.hear(r"late died \(exit status 78\), starting it again", times=2)

        (tmp_path / "broken").unlink()

        family.hear("late ready after", times=2)
        assert family.said.count("one started") == 1


LEAVES_WHEN_BROKEN = """
import os, pathlib, sys, time
folder = pathlib.Path(os.environ["FOLDER"])
(folder / f"{NAME}.ready").touch()
while not (folder / "broken").exists():
    time.sleep(0.01)
(folder / "broken").unlink()
(folder / f"{NAME}.ready").unlink()
sys.exit(78)
"""


def test_a_child_that_could_be_used_ends_nothing_by_leaving_for_its_surroundings(tmp_path: Path) -> None:
    with Family(tmp_path, one=OBEDIENT, late=LEAVES_WHEN_BROKEN) as family:
        family.hear("late ready after")
        (tmp_path / "broken").touch()

        family.hear("late ready after", times=2)


def test_a_command_that_does_not_exist_is_a_configuration_error(tmp_path: Path) -> None:
    with Family(tmp_path, one="missing") as family:
        assert family.status() == 78
        assert "cannot start /no/such/program: No such file or directory" in family.said


def test_a_stop_does_not_wait_for_a_child_that_is_to_be_started_later(tmp_path: Path) -> None:
    with Family(tmp_path, one=LEAVING) as family:
        family.hear("starting it again in 0.8 s")

        family.signal(signal.SIGTERM)

        assert family.status() == 0
        assert "started" not in family.said.partition("SIGTERM: stopping")[2]


def test_a_child_has_the_shared_environment_and_its_own(tmp_path: Path) -> None:
    asks = "import os, time; say('has', os.environ['SHARED'], os.environ['CHILD_NAME']); time.sleep(60)"
    with Family(tmp_path, one=asks) as family:
        assert family.hear("one has .*") == ["one has by all one"]


def test_a_child_that_the_system_refuses_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Memory may be short for a moment, or a container's processes: that must not end the children that are alive."""

    def refuse(_name: str, _work: object) -> Fork:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr("app.engines.child.fork", refuse)
    process = ChildProcess(Child("web", work=lambda _environment: 0), {})
    now = process.due = time.monotonic()

    process.start_if_due()

    assert process.pid is None
    assert process.due is not None
    assert process.due > now
    assert "web cannot be started (Resource temporarily unavailable), trying again in 0.1 s" in caplog.text


def test_the_family_is_ready_when_the_last_child_is(tmp_path: Path) -> None:
    with Family(tmp_path, one=OBEDIENT, late=OBEDIENT) as family:
        family.up()
        assert "ready" not in family.said

        (tmp_path / "late.ready").touch()

        family.hear("all ready")
        family.hear(r"late ready after [0-9.]+ s")


def test_a_family_without_conditions_is_ready_at_once(tmp_path: Path) -> None:
    with Family(tmp_path, one=OBEDIENT) as family:
        family.up()
        os.kill(family.pid("one"), signal.SIGKILL)
        family.pid("one", life=2)

        assert family.hear("all ready") == ["all ready"]


def test_the_pause_doubles_up_to_the_longest_and_a_good_life_makes_it_short_again() -> None:
    backoff = Backoff(first=0.1, longest=5.0, good_life=10.0)

    pauses = [backoff.pause(lived) for lived in (0, 1, 2, 9, 0, 0, 0, 0, 10, 0)]

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 0.1, 0.2]


def test_keys_in_a_childs_environment_are_not_shown() -> None:
    child = Child("web", ("true",), env={"OPENAI_API_TOKEN": "sk-secret"})

    assert "sk-secret" not in repr(child)


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False)])
def test_a_child_that_answers_with_200_is_ready(status: int, ready: bool) -> None:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.handle_request).start()

        assert answers(server.server_port)() is ready


def test_a_child_behind_a_closed_port_is_not_ready() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))

        assert answers(closed.getsockname()[1])() is False
