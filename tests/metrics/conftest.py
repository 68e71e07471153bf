from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.metrics.meter import Meter


@pytest.fixture
def meter(tmp_path: Path) -> Iterator[Meter]:
    """A meter of this process, in a folder of its own."""
    made = Meter(tmp_path, "web")
    yield made
    made.close()
