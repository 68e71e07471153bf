"""Labels of speakers: the forms that lines may have, and which one of them a transcript has."""

from __future__ import annotations

from app.transcript.labels.election import NO_SPEAKERS, Election, Label, elect

__all__ = ["NO_SPEAKERS", "Election", "Label", "elect"]
