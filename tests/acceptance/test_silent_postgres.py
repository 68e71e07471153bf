"""A database server that falls silent without closing a connection, as a router does that forgets idle ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.errors import StoreError
from app.jobs import Jobs
from app.storage.slot_locks import AdvisoryLocks
from tests.acceptance.processes import SINGLE, Fake, Gateway, House, ask, eventually, transcript, write_service
from tests.fixtures.postgres import postgres, postgres_url
from tests.fixtures.silent_proxy import SilentProxy
from tests.jobs.orders import an_order

__all__ = ["postgres", "postgres_url"]

pytestmark = pytest.mark.acceptance

BY_FAR = 15.0  # seconds; the promise is 5, and this machine may be busy


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[SilentProxy]:
    made = SilentProxy(Path(str(sa.make_url(postgres_url).query["host"])) / ".s.PGSQL.5432")
    yield made
    made.speak()
    made.close()


@pytest.fixture
def url(postgres_url: str, proxy: SilentProxy) -> str:
    """The database by way of the proxy."""
    made = sa.make_url(postgres_url)
    return made.set(host="127.0.0.1", port=proxy.port, query={}).render_as_string(hide_password=False)


@pytest.fixture
def fake(house: House) -> Fake:
    return house.fake()


@pytest.fixture
def gateway(house: House, fake: Fake, tmp_path: Path, url: str) -> Gateway:
    write_service(tmp_path / "services", "single", SINGLE, fields=1)
    made = house.gateway(tmp_path / "services", fake=fake, DATABASE_URL=url)
    made.start()
    made.end_of(made.submit("single", transcript(4)))  # everything has its connections now
    return made


def test_connections_that_were_forgotten_are_replaced_at_the_first_request(gateway: Gateway, proxy: SilentProxy) -> None:
    proxy.forget()

    statuses = [ask(gateway.port, "GET", "/jobs", timeout=BY_FAR).status for _ in range(4)]
    job = gateway.submit("single", transcript(5))

    assert statuses == [200] * 4
    assert gateway.end_of(job)["status"] == "complete"


def test_a_request_is_refused_in_time_and_jobs_go_on_when_the_server_is_back(
    gateway: Gateway, fake: Fake, proxy: SilentProxy
) -> None:
    fake.script(default={"text": "Fine.", "latency": 1.0})
    job = gateway.submit("single", transcript(6))
    fake.wait_for_calls(2)

    proxy.silence()
    refused = [ask(gateway.port, "GET", path, timeout=BY_FAR) for path in ("/jobs", f"/results/{job}", "/jobs")]
    proxy.speak()

    assert [answer.status for answer in refused] == [503] * 3
    eventually(lambda: gateway.result(job).get("status") == "complete", 60, 0.1, "the job goes on")


def test_a_slot_is_still_held_after_its_connection_went_silent_and_free_when_it_is_released(
    postgres_url: str, url: str, proxy: SilentProxy
) -> None:
    ours, others = AdvisoryLocks(url), AdvisoryLocks(postgres_url)
    assert ours.acquire("vLLM", [0]) == [0]

    proxy.forget()
    ours.look("vLLM")  # notices the loss, and acquires the slot again
    meanwhile = others.acquire("vLLM", [0])
    ours.release("vLLM", [0])

    assert not meanwhile
    assert eventually(lambda: others.acquire("vLLM", [0]), 5, what="the slot is free")
    ours.close()
    others.close()


def test_the_slots_of_a_machine_that_is_gone_are_free_again(postgres_url: str, url: str, proxy: SilentProxy) -> None:
    gone, others = AdvisoryLocks(url), AdvisoryLocks(postgres_url)
    assert gone.acquire("vLLM", [0]) == [0]

    proxy.silence()

    assert not others.acquire("vLLM", [0])
    eventually(lambda: others.acquire("vLLM", [0]), 30, 0.5, "the server ends the session")
    others.close()


def test_a_statement_that_never_ends_is_an_error(url: str, proxy: SilentProxy) -> None:
    jobs = Jobs(url)
    jobs.counts()
    proxy.silence()

    with pytest.raises(StoreError, match=r"silent|in time"):
        jobs.submit(an_order())

    jobs.close()
