"""Requests as spans."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.tracing.otlp import Otlp
from app.web import create_app
from tests.fakes.collector import Collector
from tests.web.conftest import Actions, Gateway

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def client(gateway: Gateway, tracing: Otlp) -> FlaskClient:
    return create_app(replace(gateway, tracing=tracing)).test_client()


def test_a_request_is_a_span_of_the_trace_that_its_client_names(
    client: FlaskClient, tracing: Otlp, collector: Collector
) -> None:
    client.get("/services/cra", headers={"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-Id": "mine"})
    tracing.close()

    span = collector.named("GET /services/<path:route>")
    assert (span.trace, span.parent, span.kind, span.failed) == (TRACE, PARENT, 2, False)
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/services/<path:route>",
        "http.response.status_code": 200,
        "gateway.request.id": "mine",
    }


def test_requests_after_each_other_are_traces_of_their_own(client: FlaskClient, tracing: Otlp, collector: Collector) -> None:
    for _ in range(2):
        client.get("/services")
    tracing.close()

    assert len({span.trace for span in collector.spans()}) == 2
    assert not tracing.carrier()


@pytest.mark.parametrize("path", ["/healthcheck", "/metrics"])
def test_what_is_asked_all_day_is_no_span(client: FlaskClient, tracing: Otlp, collector: Collector, path: str) -> None:
    client.get(path)
    tracing.close()

    assert not collector.spans()


def test_what_a_client_makes_up_is_in_no_name(client: FlaskClient, tracing: Otlp, collector: Collector) -> None:
    client.open("/made/up?token=secret", method="FROBNICATE", headers={"traceparent": "00-made-up-01"})
    tracing.close()

    (span,) = collector.spans()
    assert (span.name, span.parent) == ("_OTHER unmatched", "")
    assert not [body for body in collector.bodies if b"secret" in body or b"made" in body]


def test_a_stream_ends_its_span_when_it_ends(client: FlaskClient, tracing: Otlp, collector: Collector) -> None:
    job = Actions(client).upload().get_json()["jobId"]
    client.delete(f"/jobs/{job}")
    with client.get(f"/jobs/{job}/events") as answer:
        list(answer.response)
    tracing.close()

    assert collector.named("GET /jobs/<job_id>/events").attributes["http.response.status_code"] == 200
