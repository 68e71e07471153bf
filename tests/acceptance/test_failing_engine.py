"""An engine of ours that cannot load its model: tried again more and more rarely, and `/health` says why it is not there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.acceptance.processes import House, eventually, free_port, write_service

pytestmark = pytest.mark.acceptance

ENGINE = """#!/bin/sh
echo "loading the model"
sleep 0.2
echo "OutOfMemoryError: the model needs 90 GiB, and there are 24" >&2
exit 1
"""


def test_health_says_why_an_engine_is_not_there(house: House, tmp_path: Path) -> None:
    programs, services = tmp_path / "bin", tmp_path / "services"
    programs.mkdir()
    (programs / "vllm").write_text(ENGINE, encoding="utf-8")
    (programs / "vllm").chmod(0o755)
    write_service(services, "rolling", "{{ previous }}\n{{ turns }}\n", backend="big")
    entry = {"name": "big", "kind": "engine", "engine": "vllm", "model": "some/model", "port": free_port()}
    (services / "backends.json").write_text(json.dumps({"backends": [entry]}), encoding="utf-8")
    gateway = house.gateway(services, PATH=f"{programs}:{os.environ['PATH']}")
    gateway.start()

    def detail() -> str:
        return str(gateway.ask("GET", "/health").body["backends"].get("big", {}).get("detail", ""))

    why = eventually(lambda: detail() if "its engine died" in detail() else "", what="health says why")

    assert "OutOfMemoryError: the model needs 90 GiB, and there are 24" in why
    assert "died while it was starting (exit status 1)" in why
    eventually(
        lambda: "big died (exit status 1), starting it again in 0.8 s" in gateway.process.said, what="it is tried more rarely"
    )
    assert "OutOfMemoryError" in gateway.process.said
