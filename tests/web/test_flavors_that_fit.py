"""Which flavor a request gets, and which it may not have: what the backends serve decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from app.backends.base import Health
from app.errors import FlavorUnfit
from app.jobs import Status
from app.web import create_app
from app.web.bodies.flavors import Flavors
from app.web.probes import Probes
from tests.fakes.openai_server import MODEL, FakeOpenAI
from tests.web.talking import FLAVOR, SUMMARY, TURNS, Talking, talking

ELSEWHERE = {**FLAVOR, "name": "elsewhere", "modelName": "no-such-model"}
LONG = {**FLAVOR, "name": "long", "totalContextLength": 10**6}
SILENT = {**FLAVOR, "name": "silent", "backend": "local"}  # nothing listens on its port
THERE = {**FLAVOR, "name": "there", "backend": "echo"}
FIT = FLAVOR["name"]
HTML = {"Accept": "text/html"}
MEETING = {"content": "Ann : We meet on Monday."}


def serve(talk: Talking, *flavors: dict[str, Any], kind: str = "generate") -> None:
    own = SUMMARY if kind == "summary" else {"type": kind, "name": kind}
    talk.write({**own, "flavor": list(flavors)}, TURNS if kind == "summary" else "{{ prompt }}")


@pytest.mark.parametrize("first", [ELSEWHERE, LONG, SILENT], ids=lambda flavor: flavor["name"])
def test_a_request_without_a_flavor_gets_the_first_that_can_run_here(talk: Talking, first: dict[str, Any]) -> None:
    serve(talk, first, FLAVOR)

    answer = talk.client.post("/generate", json={"prompt": "p"})

    assert answer.status_code == 200, answer.text
    assert talk.fake.calls[0].model == MODEL


def test_a_flavor_whose_backend_nobody_knows_is_passed_over_or_named(talk: Talking) -> None:
    mistyped = {**FLAVOR, "name": "mistyped", "backend": "vLMM"}
    serve(talk, mistyped, FLAVOR)
    passed_over = talk.client.post("/generate", json={"prompt": "p"})
    serve(talk, mistyped, ELSEWHERE)

    named = talk.client.post("/generate", json={"prompt": "p"})

    assert passed_over.status_code == 200
    assert "vLMM" in named.text
    assert named.get_json()["error"]["type"] != "internal_error"


def test_a_model_of_v1_that_is_a_service_gets_the_first_flavor_that_can_run_here(talk: Talking) -> None:
    serve(talk, ELSEWHERE, FLAVOR)

    asked = {"model": "generate", "messages": [{"role": "user", "content": "Hello"}]}
    answer = talk.client.post("/v1/chat/completions", json=asked)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("named", [ELSEWHERE, LONG], ids=lambda flavor: flavor["name"])
def test_a_flavor_that_its_backend_cannot_run_is_refused_with_one_that_fits(talk: Talking, named: dict[str, Any]) -> None:
    serve(talk, named, FLAVOR, kind="summary")

    answer = talk.client.post("/services/cra/generate", json={**MEETING, "flavor": named["name"]})

    assert answer.status_code == 400
    assert answer.get_json()["message"].endswith(f"use {FIT}")
    assert talk.gateway.jobs.counts()[Status.QUEUED] == 0


def test_a_flavor_that_fits_is_accepted_without_a_word(talk: Talking) -> None:
    serve(talk, ELSEWHERE, FLAVOR, kind="summary")

    answer = talk.client.post("/services/cra/generate", json={**MEETING, "flavor": FIT})

    assert (answer.status_code, sorted(answer.get_json())) == (200, ["jobId", "message"])


def test_a_flavor_whose_backend_is_down_is_accepted_as_it_may_come_back(talk: Talking) -> None:
    serve(talk, SILENT, FLAVOR, kind="summary")

    answer = talk.client.post("/services/cra/generate", json={**MEETING, "flavor": "silent"})

    assert answer.status_code == 200


@pytest.mark.parametrize("is_there", [True, False])
def test_a_flavor_that_its_silent_backend_could_not_run_is_refused_if_another_can(talk: Talking, is_there: bool) -> None:
    now = 0.0
    probes = Probes(talk.gateway.backends, clock=lambda: now)
    serve(talk, LONG, FLAVOR, *([THERE] if is_there else []), kind="summary")
    entry = talk.gateway.current.catalog.find("cra")
    assert probes.states()["vLLM"].ok
    talk.fake.stop()
    now = 1000.0

    with pytest.raises(FlavorUnfit, match=r"before it stopped answering; use there$") if is_there else nullcontext():
        Flavors(talk.gateway, probes).refuse_unfit(entry, "long")

    assert not probes.states()["vLLM"].ok
    Flavors(talk.gateway, probes).refuse_unfit(entry, str(FIT))


def test_a_flavor_of_an_absent_backend_is_refused_even_if_no_other_fits(
    tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI
) -> None:
    with talking(tmp_path, prepared, fake_openai, local=True, local_port=fake_openai.port) as talk:
        serve(talk, FLAVOR, kind="summary")

        answer = talk.client.post("/services/cra/generate", json={**MEETING, "flavor": FIT})
        health = talk.client.get("/health").get_json()

    assert answer.status_code == 400
    assert "no flavor of cra can run here" in answer.get_json()["message"]
    assert "vLLM" in answer.get_json()["message"]
    assert health["backends"]["vLLM"]["absent"] is True


def test_a_refusal_names_the_flavor_whose_backend_may_come_back_if_none_fits_now(
    tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI
) -> None:
    with talking(tmp_path, prepared, fake_openai, local=True, local_port=fake_openai.port) as talk, fake_openai.refusing():
        serve(talk, FLAVOR, SILENT, kind="summary")

        answer = talk.client.post("/services/cra/generate", json={**MEETING, "flavor": FIT})

    assert answer.status_code == 400
    assert answer.get_json()["message"].endswith("use silent, though its backend does not answer at the moment")


def test_the_page_proposes_the_first_flavor_that_can_run_here_and_names_those_that_cannot(talk: Talking) -> None:
    serve(talk, ELSEWHERE, SILENT, FLAVOR, kind="summary")

    page = talk.client.get("/studio/new", headers=HTML).text

    assert re.findall(r'<option value="cra:(\w+)"( selected)?>([^<]*)', page) == [
        ("elsewhere", "", "cra · elsewhere (cannot run here)"),
        ("silent", "", "cra · silent (does not answer)"),
        (FIT, " selected", f"cra · {FIT}"),
    ]


@pytest.mark.parametrize(("language", "proposed"), [("en", "english"), ("fr", "french")])
def test_the_page_proposes_a_flavor_in_its_own_language_first(talk: Talking, language: str, proposed: str) -> None:
    french = {**FLAVOR, "name": "french", "language": "fr"}
    away = {**ELSEWHERE, "language": "en"}
    serve(talk, FLAVOR, french, away, {**FLAVOR, "name": "english", "language": "en"}, kind="summary")

    page = talk.client.get(f"/studio/new?lang={language}", headers=HTML).text

    assert re.findall(r'<option value="cra:(\w+)" selected>', page) == [proposed]


def test_the_page_refuses_a_flavor_that_cannot_run_here_beside_its_field(talk: Talking) -> None:
    serve(talk, ELSEWHERE, FLAVOR, kind="summary")

    page = talk.client.post("/studio/new", data={"target": "cra:elsewhere", **MEETING}, headers=HTML)

    assert page.status_code == 400
    assert re.search(rf'<p class="wrong" id="wrong-target" data-wrong="target">[^<]+; use {FIT}</p>', page.text)
    assert talk.gateway.jobs.counts()[Status.QUEUED] == 0


def test_the_api_document_waits_briefly_for_a_backend_that_was_never_asked(talk: Talking) -> None:
    class Waited(Probes):
        patience = 0.0

        def latest(self, names: Iterable[str], *, kept: float = 30.0, patience: float = 600.0) -> dict[str, Health]:
            Waited.patience = patience
            return super().latest(names, kept=kept, patience=0)

    app = create_app(talk.gateway, probes=Waited(talk.gateway.backends))

    assert app.test_client().get("/apispec.json").status_code == 200
    assert 0 < Waited.patience < 1
