"""The Python client against a real gateway."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest

from app.client import AsyncGateway, Gateway, Job, JobCancelled, Refused
from tests.acceptance import processes
from tests.acceptance.processes import ROLLING, SINGLE, Fake, House, children, transcript, write_service

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def fake(shared_house: House) -> Fake:
    return shared_house.fake()


@pytest.fixture(scope="module")
def running(shared_house: House, fake: Fake) -> processes.Gateway:
    services = shared_house.folder / "services"
    write_service(services, "single", SINGLE, fields=1)
    write_service(services, "rolling", ROLLING)
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
