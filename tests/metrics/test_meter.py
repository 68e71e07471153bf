from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from app.metrics.meter import MOST_VALUES, OTHER, Meter

CALL = {"backend": "vLLM", "model": "mistral", "service": "cra", "flavor": "mixtral"}
LABELS = {"backend": "vLLM", "model_name": "mistral", "service": "cra", "flavor": "mixtral"}


def value(meter: Meter, name: str, **labels: str) -> float | None:
    """What a scrape says; None where there is no such series."""
    registry = CollectorRegistry()
    registry.register(meter)  # type: ignore[arg-type]  # it collects, which is all that is asked of it
    return registry.get_sample_value(name, labels)


def other_process(folder: Path, code: str) -> None:
    """Does *code* with a `meter` of another process, which then ends."""
    preamble = (
        f"from pathlib import Path; from app.metrics.meter import Meter; meter = Meter(Path({str(folder)!r}), 'worker')\n"
    )
    subprocess.run([sys.executable, "-c", preamble + code], check=True, timeout=60)


def test_a_call_is_counted_timed_and_its_tokens_added(meter: Meter) -> None:
    for _ in range(2):
        meter.called(**CALL, seconds=1.4, first_token=0.03, prompt_tokens=100, completion_tokens=20, cached_tokens=64)

    assert value(meter, "model_requests_total", **LABELS) == 2
    assert value(meter, "model_inference_duration_sum", **LABELS) == pytest.approx(2.8)
    assert value(meter, "model_inference_duration_bucket", **LABELS, le="1.5") == 2
    assert value(meter, "model_inference_duration_bucket", **LABELS, le="1.0") == 0
    assert value(meter, "model_time_to_first_token_seconds_count", **LABELS) == 2
    assert value(meter, "model_prompt_tokens_total", **LABELS) == 200
    assert value(meter, "model_generation_tokens_total", **LABELS) == 40
    assert value(meter, "model_cached_tokens_total", **LABELS) == 128


def test_a_failed_call_is_a_request_and_an_error_by_name(meter: Meter) -> None:
    meter.called(**CALL, seconds=1, error="BackendUnavailable")

    assert value(meter, "model_requests_total", **LABELS) == 1
    assert value(meter, "model_errors_total", **LABELS, error="BackendUnavailable") == 1
    assert value(meter, "model_time_to_first_token_seconds_count", **LABELS) is None


def test_what_another_process_counted_is_in_the_same_sum_and_stays_when_it_is_dead(meter: Meter, tmp_path: Path) -> None:
    meter.retried("vLLM", "BackendUnavailable")

    other_process(tmp_path, "meter.retried('vLLM', 'BackendUnavailable')")

    assert value(meter, "model_retries_total", backend="vLLM", error="BackendUnavailable") == 2


def test_processes_that_die_again_and_again_leave_one_file_of_each_kind(meter: Meter, tmp_path: Path) -> None:
    for _ in range(3):
        other_process(tmp_path, f"meter.called(**{CALL!r}, seconds=1.4)")
    sums = [value(meter, "model_requests_total", **LABELS), value(meter, "model_inference_duration_sum", **LABELS)]

    assert [value(meter, "model_requests_total", **LABELS), value(meter, "model_inference_duration_sum", **LABELS)] == sums
    assert sums == [3, pytest.approx(4.2)]
    assert sorted(file.name for file in tmp_path.glob("*.db") if f"_{os.getpid()}." not in file.name) == [
        "counter_0.db",
        "histogram_0.db",
    ]


def test_what_a_dead_process_had_in_flight_is_in_flight_no_more(meter: Meter, tmp_path: Path) -> None:
    meter.calling("vLLM", 1)

    other_process(tmp_path, "meter.calling('vLLM', 1)")

    assert value(meter, "model_calls_in_flight", backend="vLLM") == 1
    assert value(meter, "gateway_processes", part="web") == 1
    assert value(meter, "gateway_processes", part="worker") is None


def test_names_that_clients_make_up_are_counted_as_other(meter: Meter) -> None:
    for number in range(MOST_VALUES + 50):
        meter.accepted(service=f"s{number}", flavor="f", backend="b")

    seen = {sample.labels.get("service") for family in meter.collect() for sample in family.samples} - {None}
    assert len(seen) == MOST_VALUES + 1
    assert value(meter, "gateway_service_requests_total", service=OTHER, flavor="f", backend="b") == 50


def test_a_model_that_a_server_does_not_know_makes_no_series(meter: Meter) -> None:
    meter.called(backend="vLLM", model="made-up", seconds=0.1, error="BackendRefused")

    labels = {"backend": "vLLM", "model_name": OTHER, "service": "", "flavor": "", "error": "BackendRefused"}
    assert value(meter, "model_errors_total", **labels) == 1


def test_what_a_request_waited_for_models_is_not_our_overhead(meter: Meter) -> None:
    meter.spent()
    meter.called(**CALL, seconds=2.0)

    meter.answered(route="/generate", method="POST", status=200, seconds=2.004, upstream=meter.spent())

    labels = {"route": "/generate", "method": "POST"}
    assert value(meter, "gateway_http_overhead_seconds_sum", **labels) == pytest.approx(0.004)
    assert value(meter, "gateway_http_request_duration_seconds_sum", **labels) == pytest.approx(2.004)
    assert value(meter, "gateway_http_requests_total", **labels, status="200") == 1
    assert meter.spent() == 0


def test_a_job_that_ended_is_counted_with_its_times(meter: Meter) -> None:
    meter.finished(service="cra", flavor="mixtral", status="complete", waited=2, ran=70)

    labels = {"service": "cra", "flavor": "mixtral"}
    assert value(meter, "gateway_jobs_finished_total", **labels, status="complete") == 1
    assert value(meter, "gateway_job_duration_seconds_sum", **labels) == 70
    assert value(meter, "gateway_job_wait_seconds_sum", **labels) == 2


def test_a_reload_is_timed(meter: Meter) -> None:
    meter.reloaded("services", 0.02)

    assert value(meter, "gateway_reload_duration_seconds_count", what="services") == 1


def test_a_failover_is_counted_where_it_began(meter: Meter) -> None:
    meter.failed_over("vLLM", "BackendUnavailable")

    assert value(meter, "model_failovers_total", backend="vLLM", error="BackendUnavailable") == 1
