"""The gateway as it is put together."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.catalog import Catalog, load
from app.errors import StoreError
from app.gateway import _counted, assemble, assemble_worker, jobs_in_flight, prepare_database
from app.jobs import Claim, Jobs
from app.jobs.queue.engine_log import EngineLog
from app.kinds import KINDS
from app.metrics import NullMetrics
from app.settings import SettingError, Settings
from app.storage.tables import jobs as table
from tests.jobs.orders import an_order


def catalog(folder: Path, **flavor: Any) -> Catalog:
    said = {"name": "f", "modelName": "m", "totalContextLength": 8192, "maxGenerationLength": 100, **flavor}
    manifest = {"type": "summary", "fields": 1, "name": "cra", "backend": "vLLM", "flavor": [said]}
    (folder / "cra.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "cra.txt").write_text("Sum up.\n{{ turns }}\n", encoding="utf-8")
    return load(folder, KINDS)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a gateway with the service `cra`."""
    catalog(tmp_path)
    return Settings(db_path=str(tmp_path / "jobs.sqlite"), services=str(tmp_path), api_key="sk-planted")


def test_a_gateway_has_its_services_at_once_and_starts_no_thread_that_serves(settings: Settings) -> None:
    before = set(threading.enumerate())

    gateway = assemble(settings)

    assert list(gateway.current.catalog.services) == ["cra"]
    assert {thread.name for thread in set(threading.enumerate()) - before} <= {"examiner"}  # it ends a process that is idle


def test_a_gateway_does_not_show_its_keys(settings: Settings) -> None:
    assert "sk-planted" not in repr(assemble(settings))


@pytest.fixture
def engine_log() -> Iterator[logging.Logger]:
    """The log of the job engine as nobody has tamed it yet."""
    log = logging.getLogger("dbos")
    before, log.filters = log.filters, []
    yield log
    log.filters = before


def test_the_log_of_the_job_engine_is_set_where_a_process_is_put_together_and_nowhere_else(
    settings: Settings, engine_log: logging.Logger
) -> None:
    gateway = assemble(settings)
    [of_the_web] = engine_log.filters

    worker = assemble_worker(settings)
    [of_the_worker] = engine_log.filters
    assert gateway.jobs.queue
    assert Jobs(settings.database).queue

    assert of_the_web is not of_the_worker
    assert engine_log.filters == [of_the_worker]
    assert isinstance(of_the_worker, EngineLog)
    assert of_the_worker._over == worker.outage_over


@pytest.mark.parametrize(("backend", "most", "jobs"), [("local", 2, 2), ("local", 1, 1), ("vLLM", 8, 16)])
def test_a_job_keeps_its_slot_of_the_embedded_model_and_shares_those_of_a_server(backend: str, most: int, jobs: int) -> None:
    assert jobs_in_flight(backend, most) == jobs


def test_a_file_that_cannot_be_a_database_is_a_setting_to_change(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"RESULT_DB_PATH: .*/none/jobs\.sqlite: its folder does not exist; make it"):
        prepare_database(Settings(db_path=str(tmp_path / "none" / "jobs.sqlite")))


def test_a_database_server_that_is_away_may_come_back() -> None:
    with pytest.raises(StoreError, match="does not answer") as caught:
        prepare_database(Settings(database_url="postgresql://ada:planted@127.0.0.1:1/jobs"))

    assert "planted" not in str(caught.value)


class Figures(NullMetrics):
    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def finished(self, *, service: str, flavor: str, status: str, waited: float, ran: float) -> None:
        assert min(waited, ran) >= 0
        self.told.append((service, status))


def test_the_figures_of_a_job_cost_no_look_at_its_texts(jobs: Jobs) -> None:
    """The result and the report of a long transcript are megabytes."""
    asked: list[str] = []
    metrics = Figures()

    def carry_out(job_id: str) -> None:
        claim = jobs.claim(job_id)
        assert isinstance(claim, Claim)
        claim.finish("minutes", {"lines": []})
        sa.event.listen(jobs.database.engine, "before_cursor_execute", lambda _c, _cursor, said, *_: asked.append(said))

    _counted(carry_out, jobs, metrics)(jobs.submit(an_order()).id)

    assert metrics.told == [("cra", "complete")]
    assert len(asked) == 1
    assert not any(f"jobs.{name}" in asked[0] for name in ("text", "result", "coverage"))


def test_a_job_is_counted_although_the_clock_was_set_back_meanwhile(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics, real, ahead = Figures(), time.time, [3600.0]
    monkeypatch.setattr(time, "time", lambda: real() + ahead[0])
    job = jobs.submit(an_order())
    later = sa.update(table).values(created=job.created + timedelta(hours=1))
    jobs.database.write(lambda connection: connection.execute(later))

    def carry_out(job_id: str) -> None:
        claim = jobs.claim(job_id)
        assert isinstance(claim, Claim)
        ahead[0] = 0.0
        claim.finish("minutes", {"lines": []})

    _counted(carry_out, jobs, metrics)(job.id)

    assert metrics.told == [("cra", "complete")]
