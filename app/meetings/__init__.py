"""Meetings after their jobs: transcripts that people read and correct, and the results that they edit."""

from __future__ import annotations

from app.meetings.meetings import Meetings

__all__ = ["Meetings"]
