"""A house for each test, and one for each module that shares its processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import ROLLING, SINGLE, House, write_service


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """For processes that all tests of a module use."""
    with House(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The services `rolling` (fields 2) and `mapped` (fields 1), on the backend vLLM, two turns a call."""
    folder = tmp_path_factory.mktemp("services")
    write_service(folder, "rolling", ROLLING)
    write_service(folder, "mapped", SINGLE, fields=1)
    return folder
