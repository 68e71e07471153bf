"""A gateway whose meetings have minutes, with the studio in front of it."""

from __future__ import annotations

from tests.meetings.conftest import desk

__all__ = ["desk"]  # a fixture of others
