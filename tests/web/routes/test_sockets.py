from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.jobs import Claim
from app.settings import Settings
from app.web import create_app
from app.web.routes import sockets
from app.web.streaming.feed import Feed
from tests.web.conftest import Actions, Gateway
from tests.web.serving import SOON, served

EVERY = 0.3
ALIVE = {"status": "alive"}
NOBODY = {"task_id": "nobody", "status": "unknown", "message": "Task does not exist"}


@contextmanager
def sockets_of(gateway: Gateway, every: float = EVERY, closing: Any = lambda: False) -> Iterator[int]:
    """The port of both sockets, which say something every so many seconds."""
    app = Flask(__name__)
    sockets.register(app, gateway, Feed(gateway.jobs.changes, closing=closing), every=every)
    with served(app) as port:
        yield port


@pytest.fixture
def port(gateway: Gateway) -> Iterator[int]:
    with sockets_of(gateway) as port:
        yield port


@pytest.fixture
def job_id(actions: Actions) -> str:
    accepted: str = actions.upload().json["jobId"]
    return accepted


@pytest.fixture
def claim(gateway: Gateway, job_id: str) -> Claim:
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    return claim


def opened(port: int, path: str) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{port}{path}", open_timeout=SOON, close_timeout=SOON)


def heard(ws: ClientConnection) -> Any:
    return json.loads(ws.recv(timeout=SOON))


def news(ws: ClientConnection) -> Any:
    """The next message that is no sign of life."""
    while (message := heard(ws)) == ALIVE:
        pass
    return message


def rest(ws: ClientConnection) -> tuple[list[Any], int | None]:
    """All messages until the server closes, and the code it closes with."""
    messages = []
    while True:
        try:
            messages.append(heard(ws))
        except ConnectionClosed as closed:
            return messages, closed.rcvd.code if closed.rcvd else None


def test_one_job_is_told_until_it_is_done_and_the_socket_closes_normally(port: int, claim: Claim) -> None:
    with opened(port, f"/ws/results/{claim.job_id}") as ws:
        first = heard(ws)
        claim.progress("summary", 3, 8, "", 37.5)
        second = next(iter(message for message in iter(lambda: heard(ws), None) if message != first))
        claim.finish(" Zoé : bonjour \n", {})
        messages, code = rest(ws)

    assert first == {"status": "processing", "message": 0.0, "progress": "0"}
    assert second == {"status": "processing", "message": 37.5, "progress": "37"}
    assert messages[-1] == {"status": "complete", "message": "success", "summarization": "Zoé : bonjour"}
    assert code == 1000


def test_one_job_is_told_again_although_nothing_changes(port: int, job_id: str) -> None:
    with opened(port, f"/ws/results/{job_id}") as ws:
        told = [heard(ws) for _ in range(3)]

    assert told == 3 * [{"status": "queued", "message": "Processing 0%"}]


def test_a_change_does_not_wait_for_the_next_regular_word(gateway: Gateway, claim: Claim) -> None:
    with sockets_of(gateway, every=60) as port, opened(port, f"/ws/results/{claim.job_id}") as ws:
        heard(ws)
        claim.progress("summary", 1, 2, "", 50)
        told = heard(ws)

    assert told["progress"] == "50"


@pytest.mark.parametrize("task", ["nobody", "a b"])
def test_an_unknown_job_is_said_to_be_unknown_and_the_socket_closes(port: int, task: str) -> None:
    with opened(port, f"/ws/results/{task.replace(' ', '%20')}") as ws:
        messages, code = rest(ws)

    assert messages == [{**NOBODY, "task_id": task}]
    assert code == 1000


def test_a_client_that_says_nothing_hears_signs_of_life(port: int) -> None:
    with opened(port, "/ws/results") as ws:
        told = [heard(ws) for _ in range(3)]

    assert told == 3 * [ALIVE]


def test_each_array_of_ids_is_answered_with_one_array(port: int, gateway: Gateway, claim: Claim, actions: Actions) -> None:
    waiting, failed, cancelled = (actions.upload().json["jobId"] for _ in range(3))
    claim.finish("Zoé : bonjour", {})
    claim_of(gateway, failed).fail("no model")
    gateway.jobs.cancel(cancelled)

    with opened(port, "/ws/results") as ws:
        ws.send(json.dumps([claim.job_id, "nobody", waiting]))
        first = news(ws)
        ws.send(json.dumps([failed, cancelled]))
        second = news(ws)

    assert first == [
        {
            "task_id": claim.job_id,
            "status": "complete",
            "message": "success",
            "summarization": "Zoé : bonjour",
            "progress": "100",
        },
        NOBODY,
        {"task_id": waiting, "status": "queued", "message": "Processing 0%"},
    ]
    assert second == [
        {"task_id": failed, "status": "error", "message": "no model", "details": "no model"},
        {"task_id": cancelled, "status": "error", "message": "cancelled", "details": "cancelled"},
    ]


def test_the_jobs_that_were_asked_for_are_told_one_by_one_as_they_change(
    port: int, gateway: Gateway, claim: Claim, actions: Actions
) -> None:
    other = claim_of(gateway, actions.upload().json["jobId"])

    with opened(port, "/ws/results") as ws:
        ws.send(json.dumps([claim.job_id]))
        news(ws)
        other.progress("summary", 1, 2, "", 50)
        claim.progress("summary", 1, 4, "", 25)
        first = news(ws)
        ws.send(json.dumps([other.job_id]))
        second = news(ws)
        claim.finish("x", {})
        third = news(ws)

    assert first == {"task_id": claim.job_id, "status": "processing", "message": 25, "progress": "25"}
    assert second == [{"task_id": other.job_id, "status": "processing", "message": 50, "progress": "50"}]
    assert (third["task_id"], third["status"], third["progress"]) == (claim.job_id, "complete", "100")


@pytest.mark.parametrize("message", ["{}", '"nobody"', "[1]", "[", "[" * 100_000, b"\xff"])
def test_what_is_no_array_of_ids_is_answered_and_the_socket_goes_on(port: int, message: str | bytes) -> None:
    with opened(port, "/ws/results") as ws:
        ws.send(message)
        told = news(ws)
        ws.send('["nobody"]')
        after = news(ws)

    assert told["status"] == "error"
    assert "JSON array" in told["message"]
    assert after == [NOBODY]


def test_one_socket_follows_a_bounded_number_of_jobs(port: int) -> None:
    with opened(port, "/ws/results") as ws:
        ws.send(json.dumps([f"job-{number}" for number in range(sockets.MOST_JOBS + 1)]))
        told = news(ws)

    assert told == sockets.TOO_MANY


def test_sockets_speak_the_dialect_of_the_results(gateway: Gateway, claim: Claim) -> None:
    other = Gateway(Settings(v1_dialect="fastapi"), gateway.folder, gateway.current, gateway.jobs)
    claim.fail("no model")

    with sockets_of(other) as port, opened(port, f"/ws/results/{claim.job_id}") as ws:
        told = heard(ws)

    assert told == {"status": "error", "message": "Task failed", "details": "no model"}


@pytest.mark.parametrize("path", ["/ws/results", "/ws/results/{job_id}"])
def test_a_client_that_leaves_is_watched_no_longer(gateway: Gateway, job_id: str, path: str) -> None:
    app = Flask(__name__)
    feed = Feed(gateway.jobs.changes)
    sockets.register(app, gateway, feed, every=EVERY)
    with served(app) as port:
        with opened(port, path.format(job_id=job_id)) as ws:
            heard(ws)
            watched = feed.watchers
        left = threading.Event()
        while feed.watchers and not left.wait(0.02):
            pass

    assert watched == 1
    assert feed.watchers == 0


@pytest.mark.parametrize("path", ["/ws/results", "/ws/results/{job_id}"])
def test_a_process_that_is_about_to_end_says_that_it_goes_away(gateway: Gateway, job_id: str, path: str) -> None:
    closing = threading.Event()
    with (
        sockets_of(gateway, closing=closing.is_set) as port,
        opened(port, path.format(job_id=job_id)) as ws,
    ):
        heard(ws)
        closing.set()
        _, code = rest(ws)

    assert code == 1001


@pytest.mark.parametrize("path", ["/ws/results", "/ws/results/x"])
def test_a_plain_request_for_a_socket_is_refused_in_json(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 400
    assert answer.json["error"]["type"]


def test_the_app_has_both_sockets(gateway: Gateway, job_id: str) -> None:
    with served(create_app(gateway)) as port, opened(port, f"//ws//results/{job_id}") as ws:
        told = heard(ws)

    assert told["status"] == "queued"


def claim_of(gateway: Gateway, job_id: str) -> Claim:
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    return claim
