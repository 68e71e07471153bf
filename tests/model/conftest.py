"""Everything in this folder uses the real model."""

from __future__ import annotations

from tests.fixtures.embedded import tiny_model, tiny_server

__all__ = ["tiny_model", "tiny_server"]
