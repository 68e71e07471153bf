"""Fixtures that tests of several rooms share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.fakes.openai_server import FakeOpenAI
from tests.fixtures.database import jobs, prepared, url
from tests.fixtures.postgres import postgres, postgres_url

__all__ = ["jobs", "postgres", "postgres_url", "prepared", "url"]

# Property tests ignore the clock and try the same examples on every machine; HYPOTHESIS_PROFILE=explore tries others.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture
def fake_openai() -> Iterator[FakeOpenAI]:
    """A model server on a free port of 127.0.0.1, for one test."""
    with FakeOpenAI() as fake:
        yield fake
