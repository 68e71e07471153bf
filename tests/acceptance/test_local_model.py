"""The main job on a real model: one command, a meeting in, minutes out."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.manifests import Source
from tests.acceptance.processes import ROOT, Gateway, House, eventually, free_port
from tests.fixtures.embedded import tiny_model

__all__ = ["tiny_model"]

pytestmark = [pytest.mark.acceptance, pytest.mark.model]

MEETING = (ROOT / "examples" / "meeting-en.txt").read_text(encoding="utf-8")
SHORT = "\n".join(MEETING.splitlines()[:6])


def minutes_en(folder: Path) -> Path:
    """The shipped service with its flavor for the embedded model alone."""
    folder.mkdir()
    shipped = ROOT / "services" / "minutes-en.json"
    manifest = dict(Source.read(shipped.name, shipped.read_text(encoding="utf-8")).raw)
    flavor = next(each for each in manifest["flavor"] if each["name"] == "local")
    manifest["flavor"] = [{**flavor, "maxGenerationLength": 64}]
    (folder / "minutes-en.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def gateway(shared_house: House, tiny_model: Path) -> Gateway:
    flags = ("--local", "--local_model", str(tiny_model), "--local_port", str(free_port()), "--local_context", "4096")
    made = shared_house.gateway(minutes_en(shared_house.folder / "services"), *flags, "--workers", "1")
    made.start()
    eventually(lambda: health(made)["ok"], 120, 0.5, "the engine is ready")
    return made


def health(gateway: Gateway) -> dict[str, Any]:
    return dict(gateway.ask("GET", "/health").body["backends"]["local"])


def coverage(gateway: Gateway, job: str) -> dict[str, Any]:
    with closing(sqlite3.connect(gateway.database)) as database:
        return dict(json.loads(database.execute("SELECT coverage FROM jobs WHERE id = ?", (job,)).fetchone()[0]))


def test_the_engine_is_on_health(gateway: Gateway) -> None:
    state = health(gateway)

    assert (state["ok"], list(state["models"].values())) == (True, [4096])


def test_a_meeting_becomes_minutes(gateway: Gateway) -> None:
    job = gateway.submit("minutes-en", MEETING, "local")

    result = gateway.end_of(job, 240)

    assert (result["status"], result["message"]) == ("complete", "success")
    assert result["summarization"].strip()
    covered = coverage(gateway, job)
    assert covered["transcript_turns"] > 10
    assert 0 < covered["turns_sent"] <= covered["transcript_turns"] - covered["fillers"]
    assert covered["items"]["action"] > 0
    assert covered["exact_counts"] is True


def test_a_job_survives_that_its_engine_is_killed(gateway: Gateway) -> None:
    job = gateway.submit("minutes-en", SHORT, "local")
    eventually(lambda: gateway.result(job)["status"] == "processing", what="the job runs")
    lives = gateway.lives_of("engine")

    os.kill(gateway.pid_of("engine"), signal.SIGKILL)

    assert gateway.end_of(job, 240)["status"] == "complete"
    assert gateway.lives_of("engine") == lives + 1
