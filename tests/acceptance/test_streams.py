"""Streams and clients that leave, with the real gunicorn: what the client sees, and what the model server sees."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import ROLLING, Fake, Gateway, House, ask, eventually, write_service

pytestmark = pytest.mark.acceptance

MODEL = "fake-model"
FLAVOR = {"name": "f", "modelName": MODEL, "totalContextLength": 4096, "maxGenerationLength": 500}
HELLO = [{"role": "user", "content": "Ann : Hello."}]
GONE = 1.0  # seconds after which the model server must know that nobody waits any more
SLACK = 1.0  # seconds that a busy machine may need besides
HANGS = {"text": "one two three four", "fault": "hang_midway"}
BREAKS = {"text": "one two three four", "fault": "reset_midway"}


@dataclass(frozen=True)
class Scene:
    gateway: Gateway
    fake: Fake

    def post(self, path: str, body: Any, version: str = "1.1") -> socket.socket:
        """A connection on which the request is out, and no answer read yet."""
        data = json.dumps(body).encode()
        connection = socket.create_connection(("127.0.0.1", self.gateway.port), timeout=20)
        head = f"POST {path} HTTP/{version}\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        connection.sendall(head.encode() + data)
        return connection

    @property
    def open(self) -> int:
        """How many calls the model server is answering."""
        return int(ask(self.fake.port, "GET", "/_fake/calls").body["open"])


@pytest.fixture(scope="module")
def scene(shared_house: House) -> Iterator[Scene]:
    services = shared_house.folder / "services"
    services.mkdir()
    for kind, template in (("generate", "{{ prompt }}"), ("chat", "{{ message }}")):
        manifest = {"type": kind, "name": kind, "flavor": [FLAVOR]}
        (services / f"{kind}.txt").write_text(template, encoding="utf-8")
        (services / f"{kind}.json").write_text(json.dumps(manifest), encoding="utf-8")
    write_service(services, "rolling", ROLLING)
    fake = shared_house.fake()
    gateway = shared_house.gateway(services, "--backend_retries", "0", fake=fake)
    gateway.start()
    yield Scene(gateway, fake)
    gateway.stop()


def chat(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": HELLO, **more}


REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "generate": ("/generate", {"prompt": "p"}),
    "generate, streamed": ("/generate/stream", {"prompt": "p"}),
    "generate, as events": ("/generate/stream", {"prompt": "p", "stream_format": "sse"}),
    "a service": ("/services/generate/generate", {"prompt": "p"}),
    "a service, streamed": ("/services/generate/stream", {"prompt": "p"}),
    "a summary, streamed": ("/services/rolling/stream", {"content": "Ann : Hello.", "flavor": "f"}),
    "chat": ("/chat", {"message": "m"}),
    "chat, streamed": ("/chat", {"message": "m", "stream": True}),
    "batch": ("/batch/generate", {"prompts": ["p", "q", "r"]}),
    "openai, a service": ("/v1/chat/completions", chat("chat")),
    "openai, a service, streamed": ("/v1/chat/completions", chat("chat", stream=True)),
    "openai, a summary": ("/v1/chat/completions", chat("rolling")),
    "openai, a summary, streamed": ("/v1/chat/completions", chat("rolling", stream=True)),
    "openai, a model": ("/v1/chat/completions", chat(MODEL)),
    "openai, a model, streamed": ("/v1/chat/completions", chat(MODEL, stream=True)),
    "openai, a prompt": ("/v1/completions", {"model": "generate", "prompt": "p"}),
    "openai, a prompt for a model": ("/v1/completions", {"model": MODEL, "prompt": "p", "stream": True}),
}


@pytest.mark.parametrize("fault", ["hang_midway", "hang_after_headers"])
@pytest.mark.parametrize("name", REQUESTS)
def test_when_the_client_leaves_the_model_stops(scene: Scene, name: str, fault: str) -> None:
    scene.fake.script(default={**HANGS, "fault": fault})
    path, body = REQUESTS[name]
    connection = scene.post(path, body)
    eventually(lambda: scene.open > 0, what="the model is asked")
    time.sleep(0.1)  # the beginning of a stream is on its way

    left = time.monotonic()
    connection.close()
    eventually(lambda: scene.open == 0, 10, 0.02, "the model server's call ends")

    assert time.monotonic() - left < GONE + SLACK


@pytest.mark.parametrize("path", ["/generate/stream", "/services/generate/stream"])
def test_plain_text_that_breaks_off_is_never_a_clean_end(scene: Scene, path: str) -> None:
    scene.fake.script(BREAKS)

    with closing(scene.post(path, {"prompt": "p"})) as connection:
        received = b"".join(iter(lambda: connection.recv(4096), b""))

    head, _, body = received.partition(b"\r\n\r\n")
    assert b"200 OK" in head
    assert b"chunked" in head.lower()
    assert b"one" in body
    assert not body.endswith(b"0\r\n\r\n")


def test_plain_text_without_chunks_that_breaks_off_is_a_reset(scene: Scene) -> None:
    """A proxy that speaks HTTP/1.0 to us, as nginx does by default, would take a closed connection for the end."""
    scene.fake.script(BREAKS)

    with (
        closing(scene.post("/generate/stream", {"prompt": "p"}, version="1.0")) as connection,
        pytest.raises(ConnectionResetError),
    ):
        all(iter(lambda: connection.recv(4096), b""))


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl_sees_that_a_part_is_missing(scene: Scene) -> None:
    scene.fake.script(BREAKS)
    address = f"http://127.0.0.1:{scene.gateway.port}/generate/stream"

    done = subprocess.run(
        ["curl", "-sN", address, "-H", "Content-Type: application/json", "-d", '{"prompt": "p"}'],
        capture_output=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == 18  # CURLE_PARTIAL_FILE
    assert done.stdout.startswith(b"one")


@pytest.mark.parametrize(
    "name", ["generate, as events", "openai, a service, streamed", "openai, a model, streamed", "openai, a summary, streamed"]
)
def test_events_that_break_off_say_so(scene: Scene, name: str) -> None:
    scene.fake.script(default=BREAKS)
    path, body = REQUESTS[name]

    with closing(scene.post(path, body)) as connection:
        connection.settimeout(20)
        received = b""
        while not received.endswith(b"0\r\n\r\n") and (part := connection.recv(4096)):
            received += part

    assert b'"error"' in received or b" 503 " in received
    assert b"[DONE]" not in received


def test_each_piece_is_sent_when_it_comes(scene: Scene) -> None:
    scene.fake.script({"text": "one two three four five", "pace": 0.3})
    connection = HTTPConnection("127.0.0.1", scene.gateway.port, timeout=20)
    connection.request("POST", "/generate/stream", json.dumps({"prompt": "p"}), {"Content-Type": "application/json"})
    answer = connection.getresponse()

    came = []
    while piece := answer.read1(100):
        came.append((time.monotonic(), piece))
    connection.close()

    assert b"".join(piece for _, piece in came) == b"one two three four five"
    assert came[-1][0] - came[0][0] > 0.6
    assert len(came) >= 4


def test_a_connection_is_kept_for_the_next_request(scene: Scene) -> None:
    scene.fake.script(default={"text": "fine"})
    connection = HTTPConnection("127.0.0.1", scene.gateway.port, timeout=20)

    for path, body in REQUESTS.values():
        if path != "/services/rolling/stream":
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            assert (answer.status, b"fine" in answer.read()) == (200, True)
    connection.close()


def test_a_conversation_survives_the_gateway(house: House, tmp_path: Path) -> None:
    services = tmp_path / "services"
    services.mkdir()
    (services / "chat.txt").write_text("{{ message }}", encoding="utf-8")
    (services / "chat.json").write_text(json.dumps({"type": "chat", "name": "chat", "flavor": [FLAVOR]}), encoding="utf-8")
    fake = house.fake()
    gateway = house.gateway(services, "--workers", "2", fake=fake)
    gateway.start()
    conversation = gateway.ask("POST", "/chat", {"message": "Q1"}).body["conversation_id"]

    gateway.stop()
    gateway.start()
    gateway.ask("POST", "/chat", {"message": "Q2", "conversation_id": conversation})

    said = gateway.ask("GET", f"/chat/{conversation}").body["messages"]
    gateway.stop()
    assert [each["content"] for each in said][::2] == ["Q1", "Q2"]


def test_no_log_holds_what_was_said(scene: Scene) -> None:
    secret = "Zarathustra-4711"
    scene.fake.script(
        {"text": f"{secret} answers"},
        {"text": f"{secret} one two", "fault": "reset_midway"},
        {"status": 400, "message": secret},
    )

    for path, body in (
        ("/generate", {"prompt": secret}),
        ("/chat", {"message": secret, "stream": True, "stream_format": "sse"}),
        ("/v1/chat/completions", {"model": MODEL, "messages": [{"role": "user", "content": secret}]}),
    ):
        with closing(scene.post(path, body)) as connection:
            connection.settimeout(2)
            try:
                while connection.recv(4096):
                    pass
            except TimeoutError:
                pass

    assert secret not in scene.gateway.process.said
