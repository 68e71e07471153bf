"""One trace over web and worker, from the client's `traceparent` to the one that the model server gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.acceptance.processes import Gateway, House, eventually, transcript
from tests.fakes.collector import Collector, Seen

pytestmark = pytest.mark.acceptance

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as made:
        yield made


def post(gateway: Gateway, path: str, body: object) -> str:
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    headers = {"Content-Type": "application/json", "traceparent": f"00-{TRACE}-{PARENT}-01"}
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer


def way(spans: tuple[Seen, ...], last: Seen) -> list[str]:
    """The names from the first span down to *last*."""
    by_id = {span.id: span for span in spans}
    above = by_id.get(last.parent)
    return [*(way(spans, above) if above else [last.parent]), last.name]


def test_a_job_is_one_trace_over_all_processes(house: House, services: Path, collector: Collector) -> None:
    fake = house.fake()
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    gateway = house.gateway(services, fake=fake, **environment)
    gateway.start()

    for service in ("rolling", "mapped"):
        accepted = post(gateway, f"/services/{service}/generate", {"content": transcript(6), "flavor": "f"})
        job_id = json.loads(accepted)["jobId"]
        assert gateway.end_of(job_id)["status"] == "complete"
    eventually(lambda: sum(span.name == "job" for span in collector.spans()) == 2, what="the jobs are told")
    assert gateway.stop() == 0

    spans = collector.spans()
    calls = [span for span in spans if span.name.startswith("chat ")]
    assert len(calls) == len(fake.calls) >= 6
    assert {span.trace for span in calls} == {TRACE}
    for call in calls:
        client, request, job, step, name = way(spans, call)
        assert (client, request, job, name) == (PARENT, "POST /services/<path:route>/generate", "job", "chat fake-model")
        assert step.startswith("batch/")
    assert {span.resource["gateway.part"] for span in spans} == {"web", "worker"}
    assert {span.attributes.get("gateway.job.status") for span in spans if span.name == "job"} == {"complete"}
    assert not [body for body in collector.bodies if b"budget" in body]


GENERATE = {
    "type": "generate",
    "name": "generate",
    "flavor": [{"name": "f", "modelName": "fake-model", "totalContextLength": 2048, "maxGenerationLength": 64}],
}


def test_those_who_wait_have_one_trace_too(house: House, collector: Collector) -> None:
    folder = house.folder / "services"
    folder.mkdir()
    (folder / "generate.json").write_text(json.dumps(GENERATE), encoding="utf-8")
    (folder / "generate.txt").write_text("{{ prompt }}", encoding="utf-8")
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint}
    gateway = house.gateway(folder, fake=house.fake(), **environment)
    gateway.start()
    said = {"model": "fake-model", "messages": [{"role": "user", "content": "hello"}]}

    for path, body in (
        ("/generate", {"prompt": "hello"}),
        ("/batch/generate", {"prompts": ["hello", "good morning"]}),
        ("/generate/stream", {"prompt": "hello", "stream_format": "sse"}),
        ("/v1/chat/completions", said),
    ):
        post(gateway, path, body)
    assert gateway.stop() == 0  # what is not sent yet is sent then

    spans = collector.spans()
    ways = sorted("/".join(way(spans, span)) for span in spans if span.name == "chat fake-model")
    assert ways == [
        f"{PARENT}/POST /batch/generate/answer/chat fake-model",
        f"{PARENT}/POST /batch/generate/answer/chat fake-model",
        f"{PARENT}/POST /generate/answer/chat fake-model",
        f"{PARENT}/POST /generate/stream/chat fake-model",
        f"{PARENT}/POST /v1/chat/completions/chat fake-model",
    ]
