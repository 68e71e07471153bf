"""What the job engine writes into the log while jobs are cancelled, and while its database is away."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator

import pytest

from tests.acceptance.processes import SINGLE, Fake, Gateway, House, eventually, transcript, write_service
from tests.fixtures.postgres import Postgres, postgres, postgres_url

__all__ = ["postgres", "postgres_url"]

pytestmark = pytest.mark.acceptance

CANCELS = 300
CLIENTS = 6
AWAY_SECONDS = 3.0


@pytest.fixture
def fake(house: House) -> Fake:
    write_service(house.folder / "services", "single", SINGLE, fields=1)
    return house.fake(latency=0.05)


def lines(gateway: Gateway, level: str, source: str) -> list[str]:
    """What *source* has logged at *level*."""
    return re.findall(rf"^\S+ \S+ {level} +\d+ {re.escape(source)}: (.*)$", gateway.process.said, re.MULTILINE)


def cancel_many(gateway: Gateway, topic: str, number: int) -> None:
    """Cancels jobs while they wait, run or end."""
    for each in range(number):
        job = gateway.submit("single", transcript(4, f"{topic} {each}"))
        time.sleep(each % 8 * 0.04)
        gateway.ask("DELETE", f"/jobs/{job}")


def test_a_storm_of_cancels_leaves_no_traceback(house: House, fake: Fake) -> None:
    gateway = house.gateway(house.folder / "services", fake=fake)
    gateway.start()
    clients = [threading.Thread(target=cancel_many, args=(gateway, f"c{n}", CANCELS // CLIENTS)) for n in range(CLIENTS)]

    for each in clients:
        each.start()
    for each in clients:
        each.join()
    last = gateway.submit("single", transcript(2, "the last one"))

    assert gateway.end_of(last)["status"] == "complete"
    assert "Traceback" not in gateway.process.said
    assert lines(gateway, "ERROR", "dbos") == []
    assert len(lines(gateway, "WARNING", "dbos")) <= 2


@pytest.fixture
def stopped(postgres: Postgres) -> Iterator[Postgres]:
    """The server, which runs again at the end."""
    yield postgres
    postgres.start()


def test_a_database_that_is_away_is_said_once_and_its_return_too(
    house: House, fake: Fake, stopped: Postgres, postgres_url: str
) -> None:
    gateway = house.gateway(house.folder / "services", fake=fake, DATABASE_URL=postgres_url)
    gateway.start()
    fake.script(default={"text": "Fine.", "latency": 0.3})
    running = [gateway.submit("single", transcript(20, f"job {number}")) for number in range(3)]
    fake.wait_for_calls(3)
    engine = "app.jobs.queue.engine_log"

    stopped.stop()
    eventually(lambda: lines(gateway, "WARNING", engine), what="the outage is noticed")
    time.sleep(AWAY_SECONDS)  # so long that each poll would have left a line
    stopped.start()
    ends = [gateway.end_of(job, 120)["status"] for job in running]
    eventually(lambda: len(lines(gateway, "WARNING", engine)) == 2, 60, what="the end of the outage is noticed")

    away, back = lines(gateway, "WARNING", engine)
    assert ends == ["complete"] * 3
    assert away.startswith("the job engine waits for its database: ")
    assert back.startswith("the job engine has its database again, after ")
    assert "Traceback" not in gateway.process.said
    assert lines(gateway, "ERROR", "dbos") + lines(gateway, "WARNING", "dbos") == []
