"""A gateway as the web sees it: a real folder, a real catalog, a real database, backends that only answer probes."""

from __future__ import annotations

import io
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.catalog import HERE, load
from app.catalog.authoring import Authoring
from app.interactive import InteractiveRunner
from app.jobs import Jobs
from app.jobs.stats import JobStats, stats
from app.keys import Keyring
from app.kinds import KINDS
from app.kinds.base import Kind
from app.limits.accounts import Accounts
from app.meetings import Meetings
from app.metrics import Metrics, NullMetrics
from app.settings import Settings
from app.storage.database import sqlite_url
from app.storage.schema import prepare
from app.tokens import Tokenizers
from app.tracing import NullTracing, Tracing
from app.watcher import CurrentCatalog
from app.web import create_app
from tests.fakes.openai_server import FakeOpenAI
from tests.fixtures.keys import keys, locked
from tests.fixtures.traces import collector, tracing
from tests.web.fakes import FakeBackends
from tests.web.talking import Talking, talking

__all__ = ["collector", "keys", "locked", "tracing"]  # fixtures of others

CRA: dict[str, Any] = {
    "type": "summary",
    "fields": 2,
    "name": "cra",
    "route": "minutes/analytical",
    "description": {"fr": "Compte rendu détaillé", "en": "Minutes"},
    "flavor": [
        {
            "name": name,
            "modelName": "mistral",
            "totalContextLength": 8192,
            "maxGenerationLength": 1024,
            "createNewTurnAfter": 178,
            "summaryTurns": 2,
            "maxNewTurns": 6,
        }
        for name in ("mixtral", "vigostral")
    ],
}
TEMPLATE = "Summarise.\n\n{{ previous }}\n\n{{ turns }}\n"
TRANSCRIPT = "Zoé : Bonjour à tous.\nBob : Commençons par le budget."


@dataclass(frozen=True)
class Gateway:
    """The parts that the web asks for; `assemble` makes the same of settings."""

    settings: Settings
    folder: Path
    current: CurrentCatalog
    jobs: Jobs
    backends: FakeBackends = field(default_factory=FakeBackends)
    started: float = field(default_factory=time.monotonic)
    metrics: Metrics = field(default_factory=NullMetrics)
    tracing: Tracing = field(default_factory=NullTracing)
    interactive: InteractiveRunner = field(default_factory=lambda: InteractiveRunner(FakeBackends().of, Tokenizers(), KINDS))

    keyring: Keyring | None = None
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)

    @property
    def meetings(self) -> Meetings:
        return Meetings(self.jobs, self.kinds)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.jobs.database)

    @property
    def holder(self) -> str:
        return ""

    @property
    def authoring(self) -> Authoring:
        return Authoring(self.folder, KINDS, HERE)

    def why_read_only(self) -> str:
        return self.jobs.database.why_read_only()

    def stats(self) -> JobStats:
        return stats(self.jobs.database)

    def save(self, manifest: dict[str, Any] | str, name: str = "cra") -> None:
        """Writes a manifest and reads the folder again."""
        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        (self.folder / f"{name}.json").write_text(text, encoding="utf-8")
        (self.folder / f"{name}.txt").write_text(TEMPLATE, encoding="utf-8")
        self.current.reload()


@dataclass(frozen=True)
class Actions:
    """What clients do."""

    client: FlaskClient

    def upload(
        self,
        content: bytes | str = TRANSCRIPT,
        path: str = "/services/cra/generate",
        filename: str = "file_txt_1.txt",
        **fields: str,
    ) -> TestResponse:
        raw = content.encode() if isinstance(content, str) else content
        data = {"flavor": "mixtral", **fields, "file": (io.BytesIO(raw), filename, "text/plain")}
        # The path goes in as it is: a test client takes `//services` for a host.
        return self.client.post("/", data=data, content_type="multipart/form-data", environ_overrides={"PATH_INFO": path})

    def result(self, job_id: str) -> TestResponse:
        return self.client.get(f"/results/{job_id}")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once because the migrations take their time."""
    file = tmp_path_factory.mktemp("prepared") / "results.sqlite"
    prepare(sqlite_url(file))
    return file


@pytest.fixture
def settings() -> Settings:
    return Settings(max_body=32 * 2**20)


@pytest.fixture
def gateway(tmp_path: Path, prepared: Path, settings: Settings) -> Iterator[Gateway]:
    folder = tmp_path / "services"
    folder.mkdir()
    jobs = Jobs(sqlite_url(shutil.copy(prepared, tmp_path)))
    made = Gateway(settings, folder, CurrentCatalog(partial(load, folder, KINDS)), jobs)
    made.save(CRA)
    yield made
    jobs.close()


@pytest.fixture
def client(gateway: Gateway) -> FlaskClient:
    return create_app(gateway).test_client()


@pytest.fixture
def actions(client: FlaskClient) -> Actions:
    return Actions(client)


@pytest.fixture
def talk(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> Iterator[Talking]:
    """A whole gateway with the services `generate` and `chat`."""
    with talking(tmp_path, prepared, fake_openai) as made:
        yield made
