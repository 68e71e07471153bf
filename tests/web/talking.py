"""A whole gateway, made of settings as `assemble` makes it, in front of a model server that says what it is told to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.gateway import Gateway, assemble
from app.settings import Settings
from app.web import create_app
from tests.fakes.openai_server import MODEL, FakeOpenAI

FLAVOR: dict[str, Any] = {"name": "small", "modelName": MODEL, "totalContextLength": 1000, "maxGenerationLength": 200}
SUMMARY: dict[str, Any] = {
    "type": "summary",
    "fields": 2,
    "name": "cra",
    "flavor": [{**FLAVOR, "createNewTurnAfter": 100, "summaryTurns": 2, "maxNewTurns": 2}],
}
TURNS = "{{ previous }}\n\n{{ turns }}\n"


@dataclass(frozen=True)
class Talking:
    """The gateway, its services folder, and the model server behind it."""

    gateway: Gateway
    folder: Path
    fake: FakeOpenAI
    app: Flask

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def save(self, name: str, template: str, kind: str = "generate", **changed: Any) -> None:
        """A service; *changed* are keys of its manifest, `flavor` being one flavor's changed keys."""
        flavor = {**FLAVOR, **changed.pop("flavor", {})}
        self.write({"type": kind, "name": name, "flavor": [flavor], **changed}, template)

    def write(self, manifest: dict[str, Any], template: str) -> None:
        (self.folder / f"{manifest['name']}.txt").write_text(template, encoding="utf-8")
        (self.folder / f"{manifest['name']}.json").write_text(json.dumps(manifest), encoding="utf-8")
        self.gateway.current.reload()


@contextmanager
def talking(folder: Path, prepared: Path, fake: FakeOpenAI, **settings: Any) -> Iterator[Talking]:
    """The services `generate` and `chat`, and whatever a test saves."""
    services = folder / "services"
    services.mkdir()
    database = shutil.copy(prepared, folder)
    usual: dict[str, Any] = {"timeout": 5, "backend_retries": 0}
    gateway = assemble(Settings(api_base=fake.base_url, services=str(services), db_path=str(database), **{**usual, **settings}))
    made = Talking(gateway, services, fake, create_app(gateway))
    made.save("generate", "{{ prompt }}\n")
    made.save("chat", "{{ message }}\n", "chat")
    try:
        yield made
    finally:
        gateway.jobs.close()
