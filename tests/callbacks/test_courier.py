from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.callbacks.courier import AT_ONCE, Courier
from app.callbacks.targets import Target, Targets
from app.errors import BadParameter
from app.jobs import Jobs
from app.jobs.outbox import PAUSES
from app.storage.database import sqlite_url
from app.storage.schema import prepare
from app.storage.tables import callbacks
from tests.jobs.orders import an_order

KEY = b"a key of thirty-two bytes, or so"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


class Receiver:
    """Somebody who wants to be told: answers with *statuses* in turn, then 204."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/done?token=secret"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("prepared") / "results.sqlite"
    prepare(sqlite_url(file))
    return file


@pytest.fixture
def jobs(tmp_path: Path, prepared: Path) -> Iterator[Jobs]:
    made = Jobs(sqlite_url(shutil.copy(prepared, tmp_path)), pool=8)
    yield made
    made.close()


@pytest.fixture
def courier(jobs: Jobs, receiver: Receiver) -> Iterator[Courier]:
    made = Courier(jobs, Targets(allowed=True, private=True, ports=(receiver.port,)), SECRET)
    yield made
    made.stop()


def ended(jobs: Jobs, url: str, end: Callable[[Jobs, str], object] | None = None) -> str:
    job = jobs.submit(an_order(), callback=url)
    if end is not None:
        end(jobs, job.id)
        return job.id
    claim = jobs.claim(job.id)
    assert claim is not None
    claim.finish("minutes", {})
    return job.id


def failed(jobs: Jobs, job_id: str) -> None:
    claim = jobs.claim(job_id)
    assert claim is not None
    claim.fail("no model")


def make_due(jobs: Jobs) -> None:
    """As if the pause before the next try were over."""
    with jobs.database.engine.begin() as connection:
        moment = sa.func.min(callbacks.c.created).label("moment")
        first = connection.execute(sa.select(moment)).scalar_one()
        connection.execute(sa.update(callbacks).where(callbacks.c.due.is_not(None)).values(due=first))


def test_a_message_of_a_clock_that_was_ahead_waits_for_no_hour(jobs: Jobs, courier: Courier, receiver: Receiver) -> None:
    """It was written an hour ahead, and the clock was set back then."""
    ended(jobs, receiver.url)
    with jobs.database.engine.begin() as connection:
        connection.execute(sa.update(callbacks).values(due=datetime.now(UTC) + timedelta(hours=1)))

    courier.deliver()
    with jobs.database.engine.begin() as connection:
        left = connection.scalar(sa.select(callbacks.c.due))

    assert (len(receiver.heard), left) == (1, None)


@pytest.mark.parametrize("attempts", range(1, len(PAUSES) + 1))
def test_a_pause_before_the_next_try_is_kept(jobs: Jobs, courier: Courier, receiver: Receiver, attempts: int) -> None:
    ended(jobs, receiver.url)
    with jobs.database.engine.begin() as connection:
        due = datetime.now(UTC) + timedelta(seconds=PAUSES[attempts - 1])
        connection.execute(sa.update(callbacks).values(attempts=attempts, due=due))

    courier.deliver()

    assert receiver.heard == []


def test_the_end_of_a_job_is_told_once(jobs: Jobs, courier: Courier, receiver: Receiver) -> None:
    job_id = ended(jobs, receiver.url)

    courier.deliver()
    make_due(jobs)
    courier.deliver()

    ((headers, body),) = receiver.heard
    said = json.loads(body)
    assert said["type"] == "job.complete"
    assert said["data"] == {"jobId": job_id, "service": "cra", "flavor": "mixtral", "status": "complete", "message": "success"}
    assert headers["host"] == f"localhost:{receiver.port}"


def test_the_warnings_of_a_result_are_told_with_its_end(jobs: Jobs, courier: Courier, receiver: Receiver) -> None:
    def finished(jobs: Jobs, job_id: str) -> None:
        claim = jobs.claim(job_id)
        assert claim is not None
        claim.finish("minutes", {"warnings": ["nobody heard the end"]})

    ended(jobs, receiver.url, finished)

    courier.deliver()

    data = json.loads(receiver.heard[0][1])["data"]
    assert (data["message"], data["warnings"]) == ("success", ["nobody heard the end"])


@pytest.mark.parametrize(
    ("end", "told"),
    [(failed, ("error", "no model")), (lambda jobs, job_id: jobs.cancel(job_id), ("cancelled", "cancelled"))],
    ids=["failed", "cancelled"],
)
def test_a_bad_end_is_told_too(
    jobs: Jobs, courier: Courier, receiver: Receiver, end: Callable[[Jobs, str], object], told: tuple[str, str]
) -> None:
    ended(jobs, receiver.url, end)

    courier.deliver()

    data = json.loads(receiver.heard[0][1])["data"]
    assert (data["status"], data["message"]) == told


def test_the_signature_is_that_of_standard_webhooks(jobs: Jobs, courier: Courier, receiver: Receiver) -> None:
    ended(jobs, receiver.url)

    courier.deliver()

    headers, body = receiver.heard[0]
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(KEY, said, hashlib.sha256)).decode()
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60


def test_a_receiver_that_fails_is_told_again_later_under_the_same_id(jobs: Jobs, courier: Courier, receiver: Receiver) -> None:
    receiver.statuses = [500, 302]
    ended(jobs, receiver.url)

    courier.deliver()
    courier.deliver()
    tries_at_once = len(receiver.heard)
    for _ in range(2):
        make_due(jobs)
        courier.deliver()

    assert (tries_at_once, len(receiver.heard)) == (1, 3)
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1


def test_a_receiver_that_never_answers_is_given_up(jobs: Jobs, courier: Courier, receiver: Receiver) -> None:
    receiver.statuses = [500] * 50
    ended(jobs, receiver.url)

    for _ in range(len(PAUSES) + 3):
        courier.deliver()
        make_due(jobs)

    assert len(receiver.heard) == len(PAUSES) + 1


def test_a_message_whose_courier_died_is_delivered_by_the_next(jobs: Jobs, courier: Courier, receiver: Receiver) -> None:
    ended(jobs, receiver.url)
    assert courier._callbacks.take(1)  # and then it died

    courier.deliver()
    before = len(receiver.heard)
    make_due(jobs)  # its lease is over
    courier.deliver()

    assert (before, len(receiver.heard)) == (0, 1)


def test_nothing_is_told_of_a_job_that_nobody_wants_to_hear_of(jobs: Jobs) -> None:
    claim = jobs.claim(jobs.submit(an_order()).id)
    assert claim is not None

    claim.finish("minutes", {})

    with jobs.database.reading() as connection:
        assert connection.execute(sa.select(callbacks)).all() == []


def test_a_name_that_leads_into_the_house_by_now_is_not_called(jobs: Jobs, receiver: Receiver) -> None:
    ended(jobs, receiver.url)  # was allowed when it was accepted
    courier = Courier(jobs, Targets(allowed=True, private=False, ports=(receiver.port,)), SECRET)

    courier.deliver()

    courier.stop()
    assert receiver.heard == []


def test_a_job_whose_callback_is_refused_is_not_accepted(tmp_path: Path, prepared: Path) -> None:
    targets = Targets(allowed=True, private=False)
    jobs = Jobs(sqlite_url(shutil.copy(prepared, tmp_path)), check_callback=targets.check)

    with pytest.raises(BadParameter):
        jobs.submit(an_order(), callback="http://127.0.0.1/x")

    assert jobs.list().jobs == ()
    jobs.close()


def test_a_host_that_does_not_answer_is_left_alone_with_all_its_messages(
    jobs: Jobs, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def away(target: Target, *_: object) -> int:
        tried.append(target.url.path)
        if target.url.path.startswith("/gone"):
            raise ConnectionRefusedError
        return 204

    monkeypatch.setattr("app.callbacks.courier.post", away)
    for number in range(AT_ONCE * 3):
        ended(jobs, f"http://127.0.0.1:{receiver.port}/gone{number}")
    ended(jobs, f"http://127.0.0.2:{receiver.port}/here")
    courier = Courier(jobs, Targets(allowed=True, private=True, ports=(receiver.port,)), SECRET)

    courier.deliver()
    first = list(tried)
    make_due(jobs)
    courier.deliver()
    courier.stop()

    assert len(first) == AT_ONCE + 1, "each of its messages was tried"
    assert "/here" in first
    assert len(tried) == 2 * AT_ONCE + 1


def test_an_address_that_only_begins_like_a_silent_one_is_not_postponed(jobs: Jobs, courier: Courier) -> None:
    for url in ("http://a.example/1", "http://a.example?2", "http://a.example.org/3", "http://a_example/4"):
        ended(jobs, url)
    silent = courier._callbacks.take(1)[0]

    courier._callbacks.postpone(silent)

    assert [callback.url for callback in courier._callbacks.take(9)] == ["http://a.example.org/3", "http://a_example/4"]
