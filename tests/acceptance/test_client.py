"""The Python client and the commands that use it, against a real gateway."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.cli import main
from app.client import AsyncGateway, Gateway, Job, JobCancelled, Refused
from tests.acceptance import processes
from tests.acceptance.processes import ROLLING, ROOT, SINGLE, Fake, House, children, free_port, transcript, write_service

pytestmark = pytest.mark.acceptance

FAILED, USAGE, UNREACHABLE, CANCELLED, INTERRUPTED = 1, 2, 3, 4, 130  # exit statuses, as document/cli.md has them

Call = Callable[..., "Done"]


@pytest.fixture(scope="module")
def fake(shared_house: House) -> Fake:
    return shared_house.fake()


@pytest.fixture(scope="module")
def running(shared_house: House, fake: Fake) -> processes.Gateway:
    services = shared_house.folder / "services"
    write_service(services, "single", SINGLE, fields=1)
    write_service(services, "rolling", ROLLING)
    flavor = {"name": "f", "modelName": "fake-model", "totalContextLength": 2048, "maxGenerationLength": 200}
    (services / "chat.txt").write_text("{{ message }}", encoding="utf-8")
    chat = {"type": "chat", "name": "chat", "backend": "vLLM", "flavor": [flavor]}
    (services / "chat.json").write_text(json.dumps(chat), encoding="utf-8")
    made = shared_house.gateway(services, fake=fake)
    made.start()
    return made


@pytest.fixture
def url(running: processes.Gateway, fake: Fake) -> str:
    fake.script(default={"text": "Fine.", "latency": 0.1})
    return f"http://127.0.0.1:{running.port}"


def test_a_file_becomes_a_result(url: str, tmp_path: Path) -> None:
    file = tmp_path / "meeting.txt"
    file.write_text(transcript(4), encoding="utf-8")

    with Gateway(url) as gateway:
        services = gateway.services()
        result = gateway.run("single", file)
        again = gateway.result(result.job.id)
        listed = list(gateway.jobs(service="single"))

    assert [(each.name, each.type, each.flavors) for each in services] == [
        ("chat", "chat", ("f",)),
        ("rolling", "summary", ("f",)),
        ("single", "summary", ("f",)),
    ]
    assert "Fine." in result.text
    assert again.text == result.text
    assert result.coverage["format"]
    assert result.job.id in {job.id for job in listed}


def test_one_key_makes_one_job(url: str) -> None:
    with Gateway(url) as gateway:
        jobs = {gateway.submit("single", transcript(2), idempotency_key="one") for _ in range(3)}

    assert len(jobs) == 1


def test_a_job_can_be_cancelled(url: str, fake: Fake) -> None:
    fake.script(default={"text": "Fine.", "latency": 5.0})
    with Gateway(url) as gateway:
        job = gateway.submit("single", transcript(8, "what is cancelled"))
        cancelled = gateway.cancel(job)

        assert cancelled.status == "cancelled"
        with pytest.raises(JobCancelled):
            gateway.wait(job)
        with pytest.raises(Refused, match="does not exist"):
            gateway.cancel("00000000-0000-0000-0000-000000000000")


def test_events_go_on_when_the_web_is_started_anew(url: str, running: processes.Gateway, fake: Fake) -> None:
    fake.script(default={"text": "Fine.", "latency": 0.5})
    seen: list[Job] = []
    with Gateway(url) as gateway:
        job = gateway.submit("rolling", transcript(12, "what is followed"))

        def follow() -> None:
            seen.extend(gateway.events(job))

        follower = threading.Thread(target=follow)
        follower.start()
        processes.eventually(lambda: fake.calls and gateway.job(job).progress.done, what="the job is under way")
        for worker in children(running.pid_of("web")):
            os.kill(worker, signal.SIGKILL)
        before = len(seen)
        follower.join(60)

    versions = [state.tokens.completion for state in seen]
    assert 0 < before < len(seen)
    assert seen[-1].status == "complete"
    assert "Fine." in str(seen[-1].text)
    assert versions == sorted(versions)


def test_several_transcripts_at_once_with_asyncio(url: str) -> None:
    async def use() -> list[str]:
        async with AsyncGateway(url) as gateway:
            runs = (gateway.run("single", transcript(3, f"meeting {number}")) for number in range(4))
            return [result.text for result in await asyncio.gather(*runs)]

    texts = asyncio.run(use())

    assert ["Fine." in text for text in texts] == [True] * 4


@pytest.fixture
def environment(url: str, shared_house: House) -> dict[str, str]:
    return shared_house.environment(GATEWAY_URL=url)


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def call(environment: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """Carries a command out in this process: a new one takes half a second."""
    root = logging.getLogger()
    before = (root.level, root.handlers[:])

    def made(*arguments: str, stdin: str = "Ann: hello", **more: str) -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        try:
            status = main(arguments, {**environment, **more})
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    yield made
    root.setLevel(before[0])
    root.handlers[:] = before[1]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "meeting.txt"
    made.write_text(transcript(4), encoding="utf-8")
    return made


def test_data_is_on_stdout_and_what_happens_on_stderr(call: Call, file: Path) -> None:
    done = call("run", "single", str(file))

    job, *events = done.err.splitlines()
    assert (done.status, set(done.out.split())) == (0, {"Fine."})
    assert job.startswith("job ")
    assert f"{job}: complete" in events
    assert len(events) == len(set(events))


def test_a_pipe_in_and_lines_of_json_out(call: Call) -> None:
    done = call("run", "single", "-", "--json", stdin=transcript(4, "what is piped"))

    events = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == 0
    assert events[-1]["status"] == "complete"
    assert "Fine." in events[-1]["text"]


def test_the_ending_names_the_form_and_nothing_else_is_left_in_the_folder(call: Call, file: Path, tmp_path: Path) -> None:
    text, record = tmp_path / "minutes.md", tmp_path / "minutes.json"

    ran = call("run", "single", str(file), "-o", str(text))
    job = ran.err.split()[1]
    again = call("results", job, "-o", str(record))
    printed = call("results", job)

    assert (ran.status, again.status, ran.out) == (0, 0, "")
    assert printed.out == text.read_text(encoding="utf-8")
    assert json.loads(record.read_text(encoding="utf-8"))["jobId"] == job
    assert {each.name for each in tmp_path.iterdir()} == {"meeting.txt", "minutes.md", "minutes.json"}


# A shell that runs the tests in the background has its programs ignore Ctrl-C.
HEARING = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"


def test_ctrl_c_cancels_the_job_at_the_gateway(
    environment: dict[str, str], running: processes.Gateway, fake: Fake, file: Path
) -> None:
    fake.script(default={"text": "Fine.", "latency": 30.0})
    command = [sys.executable, "-m", "app", "run", "single", str(file)]
    with subprocess.Popen(
        [sys.executable, "-c", HEARING, *command], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        job = process.stderr.readline().split()[1]
        processes.eventually(lambda: running.ask("GET", f"/jobs/{job}").body["status"] == "processing", what="the job runs")

        process.send_signal(signal.SIGINT)

        assert process.wait(60) == INTERRUPTED
    assert running.ask("GET", f"/jobs/{job}").body["status"] == "cancelled"


@pytest.mark.parametrize("command", [("run", "single"), ("replay", "single", "--yes")])
def test_ctrl_c_before_the_id_of_a_job_is_known_cancels_what_the_gateway_made(
    environment: dict[str, str], file: Path, command: tuple[str, ...]
) -> None:
    with SlowToAnswer() as gateway:
        arguments = [*command, *([str(file)] if command[0] == "run" else []), "--url", gateway.url]
        process = subprocess.Popen(
            [sys.executable, "-c", HEARING, sys.executable, "-m", "app", *arguments], cwd=ROOT, env=environment
        )
        assert gateway.has_made_a_job.wait(60)

        process.send_signal(signal.SIGINT)

        assert process.wait(60) == INTERRUPTED
    assert gateway.cancelled == ["j1"]
    assert len(gateway.keys) == 1


class SlowToAnswer:
    """A gateway that makes a job at once, and tells its id only if it is asked again; *keys* are those of the requests."""

    def __init__(self) -> None:
        self.has_made_a_job = threading.Event()
        self.cancelled: list[str] = []
        self.keys: set[str] = set()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> SlowToAnswer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stored = {"jobId": "j0", "service": "single", "flavor": "f", "status": "complete"}
                service = {"name": "single", "flavor": [{"name": "f"}]}
                self.say({"/jobs": {"jobs": [stored]}, "/services": [service]}.get(self.path.partition("?")[0], service))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                if self.path.endswith("/preview"):
                    self.say({"calls": 1, "more_calls": "", "tokens": {"prompt": 1}})
                    return
                outside.keys.add(self.headers.get("Idempotency-Key", ""))
                if not outside.has_made_a_job.is_set():
                    outside.has_made_a_job.set()
                    outside._over.wait(60)
                    return
                self.say({"jobId": "j1", "service": "single", "flavor": "f", "status": "queued"})

            def do_DELETE(self) -> None:
                outside.cancelled.append(self.path.rpartition("/")[2])
                self.say({"jobId": "j1", "service": "single", "flavor": "f", "status": "cancelled"})

            def say(self, body: object) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler


def test_a_list_a_cancel_and_a_watch(call: Call, running: processes.Gateway, fake: Fake) -> None:
    fake.script(default={"text": "Fine.", "latency": 30.0})
    job = running.submit("single", transcript(2, "what is cancelled"))

    listed = call("jobs", "--limit", "3")
    cancelled = call("cancel", job)
    watched = call("jobs", "watch", job)
    gone = call("results", job)

    assert listed.status == 0
    assert job in listed.out
    assert listed.out.splitlines()[0].split() == ["JOB", "SERVICE", "FLAVOR", "STATUS", "CREATED", "PROGRESS"]
    assert (cancelled.status, cancelled.out) == (0, f"job {job}: cancelled\n")
    assert (watched.status, gone.status) == (CANCELLED, CANCELLED)


def test_a_message_from_the_command_line_and_one_from_a_pipe_are_answered(call: Call, fake: Fake) -> None:
    fake.script(default={"text": "It is spring."})

    given, piped = call("chat", "What month is it?"), call("chat", "-", stdin="What month is it?")

    assert (given.status, given.out, given.err) == (0, "It is spring.\n", "")
    assert piped == given


def test_each_line_from_a_pipe_is_a_message(call: Call, fake: Fake) -> None:
    fake.script(default={"text": "Fine."})

    done = call("chat", stdin="My name is Ann.\n\nWhat is my name?\n")

    assert (done.status, done.out) == (0, "Fine.\nFine.\n")


def test_messages_of_a_conversation_stay_together(url: str, running: processes.Gateway) -> None:
    with Gateway(url) as gateway:
        conversation = gateway.conversation("chat")
        said = ["".join(conversation.say(message)) for message in ("My name is Ann.", "What is my name?")]

    kept = running.ask("GET", f"/chat/{conversation.id}").body["messages"]
    assert said == ["Fine.", "Fine."]
    assert [each["content"] for each in kept] == ["My name is Ann.", "Fine.", "What is my name?", "Fine."]


def test_actions_are_listed(call: Call) -> None:
    table, lines = call("actions", "--owner", "Ann", "--open"), call("actions", "--json")

    assert (table.status, table.out.split()) == (0, ["OWNER", "DUE", "DONE", "MEETING", "JOB", "ACTION"])
    assert (lines.status, lines.out) == (0, "")


def test_services_are_listed(call: Call) -> None:
    table, lines = call("services"), call("services", "--json")

    assert [row.split()[:3] for row in table.out.splitlines()[1:]] == [
        ["chat", "chat", "f"],
        ["rolling", "summary", "f"],
        ["single", "summary", "f"],
    ]
    assert [json.loads(line)["name"] for line in lines.out.splitlines()] == ["chat", "rolling", "single"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("run", "singel", "-"), FAILED, "Service not found"),
        (("run", "single", "-", "--flavor", "none"), FAILED, "it has: f"),
        (("run", "single", "/nowhere/meeting.txt"), USAGE, "/nowhere/meeting.txt: No such file"),
        (("run", "single", "-", "-o", "/nowhere/minutes.md"), USAGE, "name another file"),
        (("run", "single", "-", "--set", "temperature"), USAGE, "write it as FIELD=VALUE"),
        (("results", "00000000-0000-0000-0000-000000000000"), FAILED, "does not exist"),
        (("jobs", "watch"), USAGE, "name the job"),
        (("services", "--url", "http://127.0.0.1:1"), UNREACHABLE, "no gateway answers at http://127.0.0.1:1"),
    ],
)
def test_what_goes_wrong_has_a_status_and_a_remedy(call: Call, arguments: tuple[str, ...], status: int, said: str) -> None:
    done = call(*arguments)

    assert (done.status, done.out) == (status, "")
    assert said in done.err


def test_without_a_gateway_it_is_said_how_to_start_one(call: Call) -> None:
    port = free_port()

    done = call("services", GATEWAY_URL="", HTTP_PORT=str(port))

    assert done.status == UNREACHABLE
    assert f"no gateway answers on http://127.0.0.1:{port}: start one with `python3 -m app --local`" in done.err


def test_a_terminal_gets_a_bar_and_stdout_still_the_data(environment: dict[str, str], file: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "app", "run", "single", str(file)]
    with subprocess.Popen(
        command, cwd=ROOT, env={**environment, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=theirs, text=True
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:  # the other end is closed
            pass
        assert process.stdout is not None
        printed = process.stdout.read()
        status = process.wait(60)
    os.close(ours)

    assert (status, set(printed.split())) == (0, {"Fine."})
    assert "━".encode() in shown
