"""The tests of shipped services that a model of 135 million parameters passes."""

from __future__ import annotations

import pytest

from app.settings import APP_FOLDER
from tests.fixtures.command_line import CarryOut
from tests.fixtures.embedded import Served

pytestmark = pytest.mark.model


@pytest.mark.parametrize("arguments", [("minutes-fr",), ("functions", "-k", "adds two numbers")])
def test_a_shipped_test_passes_on_the_smallest_model(
    tiny_server: Served, carry_out: CarryOut, arguments: tuple[str, ...]
) -> None:
    settings = ["--services", str(APP_FOLDER.parent / "services"), "--local_port", str(tiny_server.port)]

    ended = carry_out("test", *arguments, *settings)

    assert ended.status == 0
