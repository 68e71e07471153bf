from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from app.backends.base import Health
from app.jobs import Jobs
from app.metrics.meter import Meter
from app.storage.database import sqlite_url
from app.web import create_app
from tests.web.conftest import Actions, Gateway


@pytest.fixture
def metered(gateway: Gateway, tmp_path: Path) -> Iterator[Gateway]:
    folder = tmp_path / "metrics"
    folder.mkdir()
    meter = Meter(folder, "web")
    yield replace(gateway, metrics=meter, settings=replace(gateway.settings, metrics_folder=str(folder)))
    meter.close()


@pytest.fixture
def client(metered: Gateway) -> FlaskClient:
    return create_app(metered).test_client()


def value(client: FlaskClient, name: str, **labels: str) -> float | None:
    """What a scrape says; None where there is no such series."""
    samples = [
        sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    return sum(samples) if samples else None


@pytest.mark.parametrize("path", ["/metrics", "/health/metrics"])
def test_a_scraper_is_answered_in_prometheus_own_format(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert list(text_string_to_metric_families(answer.text))


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    for _ in range(2):
        client.get("/services/cra")
    client.get("/services/none")

    labels = {"route": "/services/<path:route>", "method": "GET"}
    assert value(client, "gateway_http_requests_total", **labels, status="200") == 2
    assert value(client, "gateway_http_requests_total", **labels, status="404") == 1
    assert value(client, "gateway_http_request_duration_seconds_count", **labels) == 3


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/else", "/wp-login.php"])
def test_paths_that_clients_make_up_are_one_series(client: FlaskClient, path: str) -> None:
    client.get(path)

    text = client.get("/metrics").text
    assert path not in text
    assert value(client, "gateway_http_requests_total", route="unmatched", status="404") == 1


def test_a_method_that_a_client_makes_up_is_counted_as_other(client: FlaskClient) -> None:
    client.open("/services", method="FROBNICATE")

    assert "FROBNICATE" not in client.get("/metrics").text
    assert value(client, "gateway_http_requests_total", method="other") == 1


def test_a_service_that_there_is_not_makes_no_series(client: FlaskClient) -> None:
    Actions(client).upload(path="/services/made-up/generate")

    assert "made-up" not in client.get("/metrics").text


def test_the_queue_is_read_from_the_database_at_the_scrape(client: FlaskClient) -> None:
    before = value(client, "model_queue_size", backend="vLLM")

    Actions(client).upload()

    assert before == 0
    assert value(client, "model_queue_size", backend="vLLM") == 1
    assert value(client, "gateway_jobs", status="queued") == 1
    assert value(client, "gateway_open_jobs", service="cra", flavor="mixtral", backend="vLLM", status="queued") == 1
    assert value(client, "chat_sessions") == 0


def test_orders_are_counted_by_service_flavor_and_backend(client: FlaskClient) -> None:
    Actions(client).upload()
    Actions(client).upload(flavor="none")

    assert value(client, "gateway_service_requests_total", service="cra", flavor="mixtral", backend="vLLM") == 1
    assert value(client, "gateway_service_requests_total") == 1


def test_the_age_of_the_oldest_job_is_in_seconds(client: FlaskClient) -> None:
    Actions(client).upload()

    age = value(client, "gateway_queue_oldest_seconds", backend="vLLM")

    assert age is not None
    assert 0 <= age < 60


def test_a_backend_that_is_down_is_down(metered: Gateway, client: FlaskClient) -> None:
    metered.backends.known["vLLM"].health = Health(ok=False, detail="connection refused")

    assert value(client, "gateway_backend_up", backend="vLLM") == 0


def test_a_broken_manifest_is_a_problem_and_its_service_is_stale(metered: Gateway, client: FlaskClient) -> None:
    metered.save("{")

    assert value(client, "gateway_catalog_problems") == 1
    assert value(client, "gateway_catalog_info", generation=metered.current.catalog.generation) == 1


def test_without_its_database_it_says_so_and_tells_the_rest(metered: Gateway) -> None:
    broken = replace(metered, jobs=Jobs(sqlite_url(metered.folder / "none" / "x.sqlite")))

    client = create_app(broken).test_client()

    assert value(client, "gateway_database_up") == 0
    assert value(client, "gateway_catalog_services") == 1
    assert value(client, "model_queue_size") is None


def test_without_a_folder_to_count_in_the_rest_is_told(gateway: Gateway) -> None:
    client = create_app(gateway).test_client()

    assert value(client, "gateway_catalog_services") == 1
    assert value(client, "gateway_http_requests_total") is None


def test_what_a_scraper_gets_is_clean_to_promtool(client: FlaskClient, metered: Gateway) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian's package prometheus has it)")
    told: Any = metered.metrics
    told.called(backend="b", model="m", seconds=1, first_token=0.1, prompt_tokens=1, completion_tokens=1, cached_tokens=1)
    told.called(backend="b", model="m", seconds=1, error="BackendUnavailable")
    told.calling("b", 1)
    told.retried("b", "BackendUnavailable")
    told.failed_over("b", "BackendUnavailable")
    told.reloaded("services", 0.1)
    told.accepted(service="cra", flavor="mixtral", backend="vLLM")
    told.finished(service="cra", flavor="mixtral", status="complete", waited=1, ran=1)
    client.get("/services")

    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=client.get("/metrics").data, capture_output=True, timeout=60, check=False
    )

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
