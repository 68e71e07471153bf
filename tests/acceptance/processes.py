"""The gateway and the fake model server as processes, to be started, asked, killed and read from outside.

Each process of ours carries its house's mark in its environment, and so do all that it starts: whoever carries the mark is
gone when the house is left, however the test ended. And all die with the test run."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from app.engines.child import LAUNCHER

ROOT = Path(__file__).parent.parent.parent
MARK = "ACCEPTANCE_HOUSE"
FINAL = ("complete", "error", "nojob")

T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(ask: Callable[[], T], seconds: float = 30.0, pause: float = 0.05, what: str = "") -> T:
    """The first true answer to *ask*; an AssertionError when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"did not happen within {seconds:g} s: {what or ask}"
        time.sleep(pause)
    return answer


def alive(pid: int) -> bool:
    """Whether the process runs; a dead one that nobody has reaped yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def children(pid: int) -> list[int]:
    """The processes that *pid* began and that run, oldest first."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            if int(parent) == pid and state not in ("Z", "X"):
                found.append(int(stat.parent.name))
    return sorted(found)


def marked(mark: str) -> set[int]:
    """Every running process that carries *mark*."""
    found = set()
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"{MARK}={mark}".encode() in environ.read_bytes().split(b"\0") and alive(int(environ.parent.name)):
                found.add(int(environ.parent.name))
    return found


@dataclass(frozen=True)
class Reply:
    """What the gateway answered."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """One chat call, as the model server noted it. *ended* is 0 while it is open. Times are seconds since the epoch."""

    prompt: str
    started: float
    ended: float
    outcome: str


class Process:
    """A program in a session of its own, whose output goes to a file; it dies with the test run."""

    def __init__(
        self,
        command: Sequence[str],
        output: Path,
        environment: Mapping[str, str],
        root: Path = ROOT,
        wrapper: Sequence[str] = (),
    ) -> None:
        self._root = root
        self._launch = [*wrapper, sys.executable, "-IS", str(LAUNCHER), str(os.getpid()), sys.executable, *command]
        self.output = output
        self._environment = dict(environment)
        self.popen: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        with self.output.open("ab") as output:
            self.popen = subprocess.Popen(
                self._launch,
                cwd=self._root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        assert self.popen is not None
        return self.popen.pid

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""

    def wait(self, seconds: float = 30.0) -> int:
        """The exit status."""
        assert self.popen is not None
        return self.popen.wait(seconds)

    def stop(self, number: signal.Signals = signal.SIGTERM, *, group: bool = False) -> int:
        """Sends the signal, to the whole process group if so wished; the exit status."""
        (os.killpg if group else os.kill)(self.pid, number)
        return self.wait()


class Fake(Process):
    """The fake model server (`tests.fakes.openai_server`) as a process."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *flags: str) -> None:
        self.port = free_port()
        self._log = folder / f"calls-{self.port}.jsonl"
        command = ["-m", "tests.fakes.openai_server", "--port", str(self.port), "--log", str(self._log), *flags]
        super().__init__(command, folder / f"fake-{self.port}.log", environment)

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def begin(self) -> None:
        super().begin()
        eventually(lambda: "/v1\n" in self.said, what="the fake model server listens")

    def script(self, *replies: Mapping[str, Any], default: Mapping[str, Any] | None = None) -> None:
        """How the next calls are answered, and from then on all others."""
        body = {"replies": list(replies), **({} if default is None else {"default": dict(default)})}
        assert ask(self.port, "POST", "/_fake/script", body).status == 200

    @property
    def calls(self) -> list[Call]:
        """Every chat call in the order of arrival."""
        found: dict[int, Call] = {}
        for line in self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else ():
            seen = json.loads(line)
            found[seen["number"]] = Call(seen["prompt"], seen["started"], seen["ended"], seen["outcome"])
        return list(found.values())

    def wait_for_calls(self, number: int, seconds: float = 30.0) -> None:
        """Waits until so many calls are answered."""
        eventually(
            lambda: sum(call.outcome == "ok" for call in self.calls) >= number, seconds, what=f"{number} calls are answered"
        )


def ask(port: int, method: str, path: str, body: Any = None, timeout: float = 20.0) -> Reply:
    """One request on a connection of its own; a body of bytes goes out as it is. Raises OSError or HTTPException where there
    was no answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
        answer = connection.getresponse()
        said = answer.read()
        return Reply(answer.status, json.loads(said) if said else None, dict(answer.headers))
    finally:
        connection.close()


@dataclass
class Gateway:
    """`python -m app` of the checkout at *root*, with its own folder, port and log; may be started again after its end."""

    folder: Path
    services: Path
    environment: Mapping[str, str]
    flags: tuple[str, ...]
    command: str = "serve"
    root: Path = ROOT
    wrapper: tuple[str, ...] = ()  # a command that runs the one after it in other surroundings
    port: int = field(default_factory=free_port)
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        command = ["-m", "app", self.command, *("--service_port", str(self.port), "--host", "127.0.0.1")]
        command += ["--db_path", str(self.database), "--services", str(self.services), *self.flags]
        self.process = Process(
            command, self.folder / f"{self.command}-{self.port}.log", self.environment, self.root, self.wrapper
        )

    @property
    def database(self) -> Path:
        return self.folder / "results.sqlite"

    def start(self) -> float:
        """Returns when it answers, with the seconds that took."""
        began = time.monotonic()
        self.process.begin()
        eventually(self._ready_or_over, 60, 0.02, "the gateway answers")
        return time.monotonic() - began

    def _ready_or_over(self) -> bool:
        assert self.process.popen is not None
        assert self.process.popen.poll() is None, f"the gateway ended:\n{self.process.said}"
        deaths = re.findall(r"(?:web|worker) died \(", self.process.said)  # an engine may, while a slow machine starts the web
        assert len(deaths) < 6, f"a child dies again and again:\n{self.process.said}"
        return self.answers()

    def answers(self) -> bool:
        with suppress(OSError, HTTPException):
            return self.ask("GET", "/healthcheck").status == 200
        return False

    def stop(self) -> int:
        return self.process.stop()

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        return ask(self.port, method, path, body)

    def submit(self, service: str, content: str, flavor: str = "f") -> str:
        """The id of the accepted job."""
        reply = self.ask("POST", f"/services/{service}/generate", {"content": content, "flavor": flavor})
        assert reply.status == 200, reply.body
        return str(reply.body["jobId"])

    def result(self, job_id: str) -> dict[str, Any]:
        return dict(self.ask("GET", f"/results/{job_id}").body)

    def end_of(self, job_id: str, seconds: float = 60.0) -> dict[str, Any]:
        """The job's last word; survives that the web is away for a moment."""

        def final() -> dict[str, Any]:
            with suppress(OSError, HTTPException):
                result = self.result(job_id)
                return result if result["status"] in FINAL else {}
            return {}

        return eventually(final, seconds, 0.1, f"job {job_id} ends")

    def pid_of(self, child: str) -> int:
        """The process that fills the place of *child* (`web`, `worker`, `engine`) under the supervisor now."""
        return int(re.findall(rf"{child} started: pid (\d+)", self.process.said)[-1])

    def lives_of(self, child: str) -> int:
        """How often *child* was started."""
        return len(re.findall(rf"{child} started: pid ", self.process.said))


@dataclass
class House:
    """All processes of a test, in one folder."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid4().hex)
    processes: list[Process] = field(default_factory=list)

    def fake(self, *flags: str, **options: float) -> Fake:
        """A model server that listens; *options* are `latency`, `pace`, `words`."""
        flags += tuple(f"--{name}={value}" for name, value in options.items())
        fake = Fake(self.folder, self.environment(), *flags)
        self.processes.append(fake)
        fake.begin()
        return fake

    def gateway(
        self,
        services: Path,
        *flags: str,
        command: str = "serve",
        fake: Fake | None = None,
        root: Path = ROOT,
        wrapper: tuple[str, ...] = (),
        **environment: str,
    ) -> Gateway:
        """A gateway that is not started yet; its backend vLLM is *fake*."""
        if fake:
            flags = ("--api_base", fake.api_base, *flags)
        made = Gateway(self.folder, services, self.environment(**environment), flags, command, root, wrapper)
        self.processes.append(made.process)
        return made

    def environment(self, **more: str) -> dict[str, str]:
        """What our processes inherit: nothing that would set a gateway up differently."""
        inherited = ("PATH", "HOME", "LANG", "MODEL_CACHE", "FAST_PATH", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if name in inherited}
        return {**kept, MARK: self.mark, "METRICS_PORT": "", "TMPDIR": str(self.folder), **more}

    def inhabitants(self) -> set[int]:
        """Whoever was started here, by whomever, and still runs; the model servers are not counted."""
        fakes = {each.pid for each in self.processes if isinstance(each, Fake) and each.popen}
        return marked(self.mark) - fakes

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_: object) -> None:
        while left := marked(self.mark):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        for process in self.processes:
            if process.popen:
                process.wait(10)


def manifest(**changes: Any) -> dict[str, Any]:
    """A summary service on the backend vLLM with one flavor, `f`; keys of the flavor may be changed as those of the service."""
    flavor = {
        "name": "f",
        "modelName": "fake-model",
        "totalContextLength": 2048,
        "maxGenerationLength": 200,
        "createNewTurnAfter": 100,
        "summaryTurns": 2,
        "maxNewTurns": 2,
    }
    service = {"type": "summary", "fields": 2, "name": "rolling", "backend": "vLLM", "description": "for tests"}
    for key, value in changes.items():
        (service if key in service else flavor)[key] = value
    return {**service, "flavor": [flavor]}


ROLLING = "You write minutes.\nSo far:\n{{ previous }}\nNew:\n{{ turns }}\n"
SINGLE = "You write minutes.\nNew:\n{{ turns }}\n"


def write_service(folder: Path, name: str, template: str, **changes: Any) -> None:
    """The two files of a service."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(template, encoding="utf-8")
    (folder / f"{name}.json").write_text(json.dumps(manifest(name=name, **changes)), encoding="utf-8")


def transcript(turns: int, topic: str = "the budget") -> str:
    """A meeting of so many turns, each of which says something that no other says."""
    return "\n".join(
        f"{('Ann', 'Bob', 'Cem')[n % 3]} : Point {n} about {topic}, which is worth {n * n} euros." for n in range(turns)
    )


def tree(pid: int) -> Iterator[int]:
    """*pid* and all that came of it."""
    yield pid
    for child in children(pid):
        yield from tree(child)
