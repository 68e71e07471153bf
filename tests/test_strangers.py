"""A kind is one module and one line, and so is a backend: both are added here from outside, and driven through every route that
lists kinds or backends."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.backends.config.apis import APIS, Api
from app.catalog import reference
from app.gateway import assemble, assemble_worker
from app.kinds import KINDS
from app.kinds.base import Kind
from app.serve.checking import check
from app.settings import Settings
from app.web import create_app
from tests.strangers import translate

KINDS_AND_ONE: Mapping[str, Kind] = {**KINDS, "translate": translate}
APIS_AND_ONE = {**APIS, "parrot": Api("tests.strangers.parrot")}
FLAVOR = {"name": "only", "modelName": "macaw", "totalContextLength": 4096, "maxGenerationLength": 100}
TRANSLATOR = {"type": "translate", "name": "translator", "backend": "polly", "flavor": [FLAVOR]}
TEXT = "one two three four\nfive six seven eight"


@dataclass(frozen=True)
class House:
    settings: Settings
    client: FlaskClient

    def send(self, path: str, **body: Any) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code < 400, answer.text
        return answer.get_json()

    def finished(self, job_id: str, text: str) -> Any:
        """The job, once its result is *text*."""
        deadline = time.monotonic() + 60
        while (result := self.client.get(f"/results/{job_id}").get_json()).get("summarization") != text:
            assert time.monotonic() < deadline, result
            time.sleep(0.05)
        return self.client.get(f"/jobs/{job_id}").get_json()


@pytest.fixture
def house(tmp_path: Path, prepared: Path) -> Iterator[House]:
    """A gateway with its worker, both in this process, that know one more kind and one more backend."""
    services = tmp_path / "services"
    services.mkdir()
    (services / "translator.json").write_text(json.dumps(TRANSLATOR))
    (services / "translator.txt").write_text("Translate: {{ text }}")
    (services / "backends.json").write_text('{"backends": [{"name": "polly", "kind": "parrot"}]}')
    settings = Settings(services=str(services), db_path=str(shutil.copy(prepared, tmp_path)), timeout=5)
    gateway = assemble(settings, kinds=KINDS_AND_ONE, apis=APIS_AND_ONE)
    worker = assemble_worker(settings, kinds=KINDS_AND_ONE, apis=APIS_AND_ONE)
    assert worker.start(threading.Event())
    yield House(settings, create_app(gateway).test_client())
    worker.stop(5)
    gateway.jobs.close()


def test_its_jobs_are_carried_out_and_grow(house: House) -> None:
    job_id = house.send("/services/translator/generate", content=TEXT, flavor="only")["jobId"]
    first = house.finished(job_id, TEXT)

    house.send(f"/jobs/{job_id}/turns", content="nine ten")
    second = house.finished(job_id, f"{TEXT}\nTranslate: nine ten")

    assert (first["kind"], first["backend"], first["coverage"]) == ("translate", "polly", {"paragraphs": 2})
    assert second["coverage"] == {"paragraphs": 3}


def test_it_can_be_talked_with(house: House) -> None:
    first = house.send("/services/translator/chat", message="one two three four", flavor="only")

    second = house.send(
        "/services/translator/chat", message="five six", flavor="only", conversation_id=first["conversation_id"]
    )

    assert (first["response"], second["response"]) == ("one two three four", "Translate: five six")


def test_it_answers_in_the_words_of_openai(house: House) -> None:
    listed = {each["id"]: each["owned_by"] for each in house.client.get("/v1/models").get_json()["data"]}
    messages = [{"role": "user", "content": "one two three four"}]

    service = house.send("/v1/chat/completions", model="translator", messages=messages)
    model = house.send("/v1/chat/completions", model="macaw", messages=messages)

    assert (listed["translator"], listed["macaw"]) == ("llm-gateway", "polly")
    assert service["choices"][0]["message"]["content"] == "one two three four"
    assert model["choices"][0]["message"]["content"] == "one two three four"


def test_it_is_in_the_reference_and_in_the_schema(house: House) -> None:
    written = reference(KINDS_AND_ONE)

    assert "translate" in written["manifest.md"]
    assert "translate" in written["manifest.schema.json"]


def test_it_is_well_and_passes_the_check(house: House) -> None:
    health = house.client.get("/health").get_json()

    wrong, there = check(house.settings, KINDS_AND_ONE, APIS_AND_ONE)

    assert health["backends"]["polly"]["ok"]
    assert health["catalog"]["services"] == ["translator"]
    assert (wrong, there) == ([], f"1 service in {house.settings.services_folder}, 0 problems")


def test_what_its_manifest_says_wrong_is_found(house: House) -> None:
    (house.settings.services_folder / "translator.txt").write_text("Translate.")
    (house.settings.services_folder / "backends.json").write_text('{"backends": [{"name": "polly", "kind": "parrott"}]}')

    wrong, _ = check(house.settings, KINDS_AND_ONE, APIS_AND_ONE)

    assert any("translator.txt" in each and "does not show the text" in each for each in wrong)
    assert any("backends.json" in each and "kind" in each and "parrot" in each for each in wrong)


def test_its_service_and_its_backend_are_listed(house: House) -> None:
    services = house.client.get("/services").get_json()
    info = house.client.get("/model/info").get_json()
    metrics = house.client.get("/metrics").text

    assert [each["name"] for each in services] == ["translator"]
    assert info["services"][0]["name"] == "translator"
    assert "polly" in info["backends"]
    assert 'backend="polly"' in metrics
