from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import __version__
from app.backends.base import Health
from app.engines import deaths
from app.errors import Problem
from app.jobs import Jobs, Status
from app.jobs.stats import Standing
from app.metrics import NullMetrics
from app.storage.database import sqlite_url
from app.web import create_app
from app.web.probes import Probes
from app.web.routes.health import LOOKS_SECONDS, Untaken
from tests.web.conftest import CRA, Actions, Gateway
from tests.web.fakes import FakeBackend, FakeBackends


def health(gateway: Any) -> Any:
    return create_app(gateway).test_client().get("/health")


def test_the_healthcheck_is_one(client: FlaskClient) -> None:
    answer = client.get("/healthcheck")

    assert (answer.status_code, answer.text, answer.is_json) == (200, "1", True)


def test_a_gateway_whose_parts_are_well_is_ok(gateway: Gateway) -> None:
    gateway.backends.known["vLLM"].health = Health(ok=True, models={"mistral": 8192})

    answer = health(gateway)

    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["version"] == __version__
    assert answer.json["backends"] == {"vLLM": {"ok": True, "detail": "", "models": {"mistral": 8192}}}
    assert answer.json["catalog"] == {"generation": gateway.current.catalog.generation, "services": ["cra"], "problems": []}


def test_the_uptime_is_in_seconds(gateway: Gateway) -> None:
    answer = health(gateway)

    assert abs(answer.json["uptime"] - (time.monotonic() - gateway.started)) < 5


def test_the_uptime_grows_although_the_clock_is_set_back(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)

    assert 0 <= health(gateway).json["uptime"] < 3600


def test_the_jobs_are_counted_by_state(gateway: Gateway, actions: Actions) -> None:
    actions.upload()

    answer = actions.client.get("/health")

    assert answer.json["jobs"] == {"queued": 1, "processing": 0, "complete": 0, "error": 0, "cancelled": 0}


def test_a_backend_that_a_service_needs_and_that_is_down_degrades(gateway: Gateway) -> None:
    gateway.backends.known["vLLM"].health = Health(ok=False, detail="connection refused")

    answer = health(gateway)

    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert answer.json["backends"]["vLLM"]["detail"] == "connection refused"


def test_a_backend_whose_engine_died_says_why(gateway: Gateway, tmp_path: Path) -> None:
    gateway.backends.known["vLLM"].health = Health(ok=False, detail="connection refused")
    deaths.note(tmp_path, "vLLM", "died (exit status 1)")

    answer = health(replace(gateway, settings=replace(gateway.settings, metrics_folder=str(tmp_path))))

    assert answer.json["backends"]["vLLM"]["detail"] == "connection refused; its engine died (exit status 1)"


def test_a_worker_that_died_degrades_and_says_why(gateway: Gateway, tmp_path: Path) -> None:
    watched = replace(gateway, settings=replace(gateway.settings, metrics_folder=str(tmp_path)))
    deaths.note(tmp_path, "worker", "died (exit status 1), and is started again 5 s after that", deaths.PARTS)

    answer = health(watched)
    deaths.note(tmp_path, "worker", "", deaths.PARTS)

    assert answer.json["status"] == "degraded"
    assert answer.json["worker"]["detail"].startswith("the worker died (exit status 1)")
    assert health(watched).json["worker"] == {"ok": True, "detail": ""}


class LosesCounts(NullMetrics):
    problem = "/dev/shm has no room"


def test_counts_that_are_lost_are_a_problem(gateway: Gateway) -> None:
    answer = health(replace(gateway, metrics=LosesCounts()))

    assert answer.json["status"] == "degraded"
    assert answer.json["catalog"]["problems"] == ["metrics: /dev/shm has no room"]


def standing(status: Status, oldest: float) -> Standing:
    return Standing("cra", "f", "vLLM", status, 1, oldest)


def test_jobs_that_nobody_takes_are_noticed_at_the_second_look() -> None:
    now = [0.0]
    untaken = Untaken(lambda: now[0])
    waiting = [standing(Status.QUEUED, 40.0)]

    first = untaken.look(waiting)
    now[0] = LOOKS_SECONDS

    assert (first, untaken.look(waiting)) == (0.0, 40.0)


@pytest.mark.parametrize(
    "between", [[], [standing(Status.QUEUED, 1.0)], [standing(Status.QUEUED, 40.0), standing(Status.PROCESSING, 50.0)]]
)
def test_an_old_job_that_is_run_again_for_a_moment_is_not_missed(between: list[Standing]) -> None:
    now = [0.0]
    untaken = Untaken(lambda: now[0])
    waiting = [standing(Status.QUEUED, 40.0)]

    untaken.look(waiting)
    untaken.look(between)
    now[0] = LOOKS_SECONDS

    assert untaken.look(waiting) == 0.0


def test_a_backend_that_no_service_needs_may_be_down(gateway: Gateway) -> None:
    gateway.backends.known["local"] = FakeBackend(Health(ok=False))

    answer = health(gateway)

    assert answer.json["status"] == "ok"


def test_a_backend_that_there_is_not_degrades_and_is_named(gateway: Gateway) -> None:
    gateway.save({**CRA, "backend": "vllm"})

    answer = health(gateway)

    assert answer.json["status"] == "degraded"
    assert "none of this name" in answer.json["backends"]["vllm"]["detail"]
    assert answer.json["catalog"]["problems"] == [
        'cra.json:1: backend: there is no backend "vllm"; known are vLLM; did you mean "vLLM"?'
    ]


def test_a_model_that_the_backend_does_not_serve_degrades_and_is_named(gateway: Gateway) -> None:
    gateway.backends.known["vLLM"].health = Health(ok=True, models={"mixtral": 8192})

    answer = health(gateway)

    assert answer.json["status"] == "degraded"
    assert (
        'flavor.0.modelName: the backend does not serve "mistral"; it serves mixtral' in answer.json["catalog"]["problems"][0]
    )


def test_a_flavor_that_promises_more_context_than_its_backend_serves_degrades(gateway: Gateway) -> None:
    gateway.backends.known["vLLM"].health = Health(ok=True, models={"mistral": 4096})

    answer = health(gateway)

    assert answer.json["status"] == "degraded"
    assert "flavor.0.totalContextLength" in answer.json["catalog"]["problems"][0]


def test_a_broken_manifest_degrades_and_is_told(gateway: Gateway) -> None:
    gateway.save("{")

    answer = health(gateway)

    assert answer.json["status"] == "degraded"
    assert answer.json["catalog"]["problems"][0].startswith("cra.json")


def test_a_broken_backends_file_degrades_and_is_told(gateway: Gateway) -> None:
    gateway.backends.problems = (Problem("backends.json", "backends.0.apiBase", "is missing"),)

    answer = health(gateway)

    assert answer.json["status"] == "degraded"
    assert answer.json["catalog"]["problems"] == ["backends.json: backends.0.apiBase: is missing"]


def test_without_its_database_it_cannot_serve(gateway: Gateway) -> None:
    broken = Gateway(gateway.settings, gateway.folder, gateway.current, Jobs(sqlite_url(gateway.folder / "none" / "x.sqlite")))

    answer = health(broken)

    assert answer.status_code == 503
    assert answer.json["status"] == "degraded"
    assert "cannot be opened" in answer.json["jobs"]["error"]
    assert "none" not in answer.text  # a path of this machine is for its log


def test_a_job_is_not_accepted_without_its_database(gateway: Gateway) -> None:
    broken = Gateway(gateway.settings, gateway.folder, gateway.current, Jobs(sqlite_url(gateway.folder / "none" / "x.sqlite")))

    answer = Actions(create_app(broken).test_client()).upload()

    assert (answer.status_code, answer.json["error"]["type"]) == (503, "store_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_backend_that_hangs_keeps_nobody_waiting_and_is_asked_only_once() -> None:
    gate = threading.Event()
    hanging = FakeBackend(gate=gate)
    probes = Probes(FakeBackends({"vLLM": hanging}))

    began = time.monotonic()
    states = [probes.states(patience=0.05), probes.states(patience=0.05)]
    took = time.monotonic() - began
    gate.set()

    assert states == [{"vLLM": Health(ok=False, detail="no answer yet")}] * 2
    assert took < 10
    assert hanging.probes == 1


def test_a_backend_that_has_never_answered_is_not_waited_for_again() -> None:
    now, gate = [100.0], threading.Event()
    hanging = FakeBackend(gate=gate)
    probes = Probes(FakeBackends({"vLLM": hanging}), clock=lambda: now[0])

    probes.latest({"vLLM"}, patience=0.05)
    now[0] += 600
    state = probes.latest({"vLLM"}, patience=600)
    gate.set()

    assert state == {"vLLM": Health(ok=False, detail="no answer yet")}
    assert hanging.probes == 1


def test_a_backend_that_has_never_answered_holds_nobody_up_who_waits_for_another() -> None:
    now, gate = [100.0], threading.Event()
    known = {"vLLM": FakeBackend(gate=gate)}
    probes = Probes(FakeBackends(known), clock=lambda: now[0])
    probes.latest({"vLLM"}, patience=0.05)
    now[0] += 600
    known["new"] = FakeBackend()

    state = probes.latest({"vLLM", "new"}, patience=600)
    gate.set()

    assert {name: health.ok for name, health in state.items()} == {"vLLM": False, "new": True}


def test_an_answer_is_good_for_some_seconds_and_then_asked_anew() -> None:
    now = [100.0]
    backend = FakeBackend()
    probes = Probes(FakeBackends({"vLLM": backend}), clock=lambda: now[0])

    asked = []
    for now[0] in (100.0, 104.9, 105.1):
        probes.states(kept=5)
        asked.append(backend.probes)

    assert asked == [1, 1, 2]


def test_the_last_answer_stands_while_a_new_one_is_awaited() -> None:
    now = [100.0]
    gate = threading.Event()
    backend = FakeBackend(Health(ok=True, detail="fine"))
    probes = Probes(FakeBackends({"vLLM": backend}), clock=lambda: now[0])
    probes.states()
    backend.gate, now[0] = gate, 200.0

    states = probes.states(kept=5, patience=0.05)
    gate.set()

    assert states == {"vLLM": Health(ok=True, detail="fine")}


def test_routes_share_what_a_probe_has_found(gateway: Gateway) -> None:
    backend = gateway.backends.known["vLLM"]
    client = create_app(gateway).test_client()

    statuses = [client.get(path).status_code for path in ("/health", "/model/info", "/v1/models", "/metrics")]

    assert (statuses, backend.probes) == ([200] * 4, 1)
