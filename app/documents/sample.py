"""A small document with everything that a document may hold: what templates are tried with."""

from __future__ import annotations

from typing import Any


def _span(text: str, note: int = 0, *, bold: bool = False) -> dict[str, Any]:
    return {"text": text, "bold": bold, "italic": False, "code": False, "note": note}


def _block(kind: str, *spans: dict[str, Any], rows: tuple[tuple[str, ...], ...] = ()) -> dict[str, Any]:
    return {"kind": kind, "spans": list(spans), "level": 0, "number": 1, "rows": [list(row) for row in rows]}


SAMPLE: dict[str, Any] = {
    "title": "Minutes",
    "date": "2026-03-05",
    "day": "5 March 2026",
    "between": ", ",
    "language": "en",
    "direction": "ltr",
    "participants": ["Ann Berg", "Bob Low"],
    "sections": [
        {
            "heading": "Actions",
            "level": 1,
            "blocks": [
                _block("paragraph", _span("A sentence."), _span("", 1)),
                _block("bullet", _span("Ann Berg: ", bold=True), _span("Send the plan. "), _span("", 2)),
                _block("number", _span("First.")),
                _block("table", rows=(("Name", "Sum"), ("Plan", "3"))),
            ],
        }
    ],
    "notes": [{"number": number, "text": f"Turn {number}", "turns": [number], "seconds": 1.0} for number in (1, 2)],
    "about": ["Service: minutes"],
    "entries": [
        {
            "id": 0,
            "kind": "action",
            "section": "Actions",
            "text": "Send the plan.",
            "turns": "2",
            "owner": "Ann Berg",
            "due": "Friday",
            "due_date": "2026-03-06",
            "seconds": 1.0,
            "time": "00:00:01",
            "speakers": ["Ann Berg"],
            "unsupported": [],
            "stale": False,
        }
    ],
    "transcript": [
        {"number": 1, "speaker": "Ann Berg", "text": "I send the plan.", "start": 1.0, "end": 2.0, "time": "00:00:01"}
    ],
    "words": {
        name: name
        for name in (
            *(
                "minutes",
                "date",
                "participants",
                "summary",
                "decision",
                "action",
                "question",
                "topic",
                "unsupported",
                "none",
                "comma",
            ),
            *("due", "transcript", "about", "sources", "turn", "turns", "service", "made", "turns_read", "turns_cited"),
            *("turns_sent", "doubtful", "warning", "stale", "corrected", "unshown", "opens", "closes"),
        )
    },
    "job": "0",
    "service": "minutes",
    "made": "2026-03-05",
}
