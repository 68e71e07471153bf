"""Documents as JSON, for programs: the items or lines with their turns, and the transcript if it is wanted."""

from __future__ import annotations

import json
from typing import Any

from app.documents.document import Document, Entry, SpokenTurn
from app.documents.sources import Source


def made(document: Document, source: Source) -> bytes:
    """Minutes are those of `GET /results/{id}/minutes`; a summary is its lines."""
    kept: dict[str, Any] = {
        "jobId": document.job,
        "service": document.service,
        "kind": source.job.kind,
        "title": document.title,
        "date": document.date or None,
        "language": document.language,
        "participants": list(document.participants),
        "text": source.text.strip(),
        "about": list(document.about),
        **({"stale": source.job.stale} if source.job.stale else {}),
        **({"minutes": source.minutes} if source.minutes else {"lines": [_line(entry) for entry in document.entries]}),
        **({"transcript": [_turn(turn) for turn in document.transcript]} if document.transcript else {}),
    }
    return json.dumps(kept, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _line(entry: Entry) -> dict[str, Any]:
    """A line, with the first and the last of the turns that it was made of; null if these are not known."""
    turns = [entry.turns[0], entry.turns[-1]] if entry.turns else None
    return {"line": entry.text, "turns": turns, "start": entry.seconds, **({"stale": True} if entry.stale else {})}


def _turn(turn: SpokenTurn) -> dict[str, Any]:
    return vars(turn)
