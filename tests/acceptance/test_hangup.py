"""SIGHUP asks for files to be read again, which they are anyway: it must end nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.acceptance.processes import ROLLING, House, eventually, write_service

pytestmark = pytest.mark.acceptance


def test_a_hangup_ends_nothing_and_what_has_changed_is_live(house: House, tmp_path: Path) -> None:
    services = tmp_path / "services"
    write_service(services, "rolling", ROLLING)
    gateway = house.gateway(services, "--workers", "1")
    gateway.start()
    before = {child: gateway.pid_of(child) for child in ("web", "worker")}

    write_service(services, "second", ROLLING)
    for pid in (gateway.process.pid, *before.values()):
        os.kill(pid, signal.SIGHUP)

    eventually(lambda: gateway.ask("GET", "/services/second").status == 200, what="the new service is live")
    assert {child: gateway.pid_of(child) for child in before} == before
    assert gateway.stop() == 0
