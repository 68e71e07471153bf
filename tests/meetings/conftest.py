"""A meeting from its upload to its minutes: a real gateway on a real database, and a model that says what a test wants."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.backends.base import Call
from app.catalog import load
from app.interactive import InteractiveRunner
from app.jobs import Job, Jobs
from app.kinds import KINDS, question
from app.settings import Settings
from app.tokens import Tokenizers
from app.watcher import CurrentCatalog
from app.web import create_app
from app.worker import Worker
from tests.fakes.model import Model
from tests.fixtures.keys import keys, locked
from tests.web.conftest import Gateway

__all__ = ["keys", "locked"]  # fixtures of others

FLAVOR: dict[str, Any] = {
    "name": "small",
    "modelName": "model",
    "totalContextLength": 6000,
    "maxGenerationLength": 200,
    "createNewTurnAfter": 200,
    "maxNewTurns": 2,
}
SINGLE = {**FLAVOR, "name": "single", "maxNewTurns": 1}
SERVICES: tuple[dict[str, Any], ...] = (
    {"type": "minutes", "name": "board", "flavor": [FLAVOR, SINGLE]},
    {"type": "minutes", "name": "quoted", "flavor": [{**FLAVOR, "mode": "extractive"}]},
    {"type": "summary", "name": "notes", "fields": 1, "flavor": [FLAVOR, SINGLE]},
    {"type": "summary", "name": "careful", "fields": 1, "flavor": [{**FLAVOR, "check": "quote"}]},
    {"type": "summary", "name": "rolling", "fields": 2, "flavor": [{**each, "summaryTurns": 2} for each in (FLAVOR, SINGLE)]},
)
TRANSCRIPT = """SPEAKER_00 : Good morning, today we talk about the heating and the garden.
Bob Stone : The heating costs 480 pounds in March.
SPEAKER_00 : Then we take the offer for the heating, as SPEAKER_00 I sign.
Bob Stone : I will write to the company about the heating.
SPEAKER_01 : Who pays for the garden is not clear to me.
Bob Stone : The garden was paid by the town last year."""


def minutes_of(call: Call) -> str:
    """One item for each turn that is shown, in the words of the turn; one sentence about the first item."""
    name = (call.response_format or {}).get("json_schema", {}).get("name", "")
    text = call.messages[-1].content
    if name == "summary":
        first = re.search(r"^\[(\d+)\] \w+: (.*)$", text, re.MULTILINE)
        assert first
        return json.dumps({"title": "", "summary": [{"text": first[2], "items": [int(first[1])]}]})
    if name == "minutes":
        shown = re.findall(r"^\[(\d+)\] (.+?) : (.*)$", text, re.MULTILINE)
        entries = [
            {"kind": "action", "text": f"{who} says: {said}", "turns": [int(number)], "owner": who, "due": None}
            for number, who, said in shown
        ]
        return json.dumps({"items": entries})
    return "\n".join(f"{who} : {said}" for who, said in re.findall(r"^(\w.*?) : (.*)$", text, re.MULTILINE))


@dataclass
class Desk:
    """The gateway, a worker, and the model that it asks."""

    gateway: Gateway
    client: FlaskClient
    model: Model
    worker: Worker
    jobs: Jobs

    def upload(self, service: str = "board", content: str = TRANSCRIPT, **fields: Any) -> str:
        body = {"content": content, "flavor": "small", **fields}
        answer = self.client.post(f"/services/{service}/generate", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.get_json()["jobId"])

    def carry_out(self, job_id: str) -> int:
        """The number of calls that it took."""
        before = len(self.model.heard)
        self.worker.carry_out(job_id)
        return len(self.model.heard) - before

    def held(self, service: str = "board", content: str = TRANSCRIPT, **fields: Any) -> str:
        """A job that is complete."""
        job_id = self.upload(service, content, **fields)
        self.carry_out(job_id)
        assert self.job(job_id).result, self.job(job_id).error
        return job_id

    def job(self, job_id: str) -> Job:
        return self.jobs.find(job_id)

    def transcript(self, job_id: str, **query: Any) -> dict[str, Any]:
        answer = self.client.get(f"/jobs/{job_id}/transcript", query_string=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def correct(self, job_id: str, match: str | None = "*", **body: Any) -> TestResponse:
        return self.client.patch(f"/jobs/{job_id}/transcript", json=body, headers=matching(match))

    def minutes(self, job_id: str) -> dict[str, Any]:
        return dict(self.client.get(f"/results/{job_id}/minutes").get_json())

    def text(self, job_id: str) -> str:
        return str(self.client.get(f"/results/{job_id}").get_json()["summarization"])


def matching(match: str | None) -> dict[str, str]:
    return {} if match is None else {"If-Match": match}


@pytest.fixture
def desk(jobs: Jobs, tmp_path: Path) -> Desk:
    folder = tmp_path / "services"
    folder.mkdir()
    model = Model(minutes_of)
    interactive = InteractiveRunner(lambda _: model, Tokenizers(), {**KINDS, question.KIND: question})
    gateway = Gateway(Settings(), folder, CurrentCatalog(partial(load, folder, KINDS)), jobs, interactive=interactive)
    for manifest in SERVICES:
        name = manifest["name"]
        (folder / f"{name}.json").write_text(json.dumps(manifest), encoding="utf-8")
        if manifest["type"] == "summary":
            shown = "{{ previous }}\n" if manifest["fields"] == 2 else ""
            (folder / f"{name}.txt").write_text(f"Summarise.\n{shown}\n{{{{ turns }}}}\n", encoding="utf-8")
    gateway.current.reload()
    assert set(gateway.current.catalog.services) == {each["name"] for each in SERVICES}
    return Desk(gateway, create_app(gateway).test_client(), model, Worker(jobs, lambda _: model, Tokenizers(), KINDS), jobs)


on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
