"""The tests of shipped services that a model of 135 million parameters passes."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.cli import main
from app.settings import APP_FOLDER
from tests.fixtures.embedded import Served

pytestmark = pytest.mark.model


@pytest.mark.parametrize("arguments", [("minutes-fr",), ("functions", "-k", "adds two numbers")])
def test_a_shipped_test_passes_on_the_smallest_model(tiny_server: Served, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    settings = ["--services", str(APP_FOLDER.parent / "services"), "--local_port", str(tiny_server.port)]

    try:
        status = main(["test", *arguments, *settings], {"RESULT_DB_PATH": str(tmp_path / "jobs.sqlite")})
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]

    assert status == 0
