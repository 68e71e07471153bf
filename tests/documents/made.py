"""Finished jobs with their transcripts, as documents are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.documents.apart import Maker, Template
from app.documents.building import Wishes, document_of
from app.documents.formats import FORMATS, Export
from app.documents.sources import Source, source_of
from app.jobs import Job, Status
from app.orders import Order
from app.transcript import Transcript, Turn

WHEN = datetime(2026, 11, 28, 9, tzinfo=UTC)
KINDS = ("decision", "action", "question", "topic")
NASTY = (
    '=HYPERLINK("http://x/") <script>alert(1)</script> {{ 7*7 }} {% for x in y %} #panic("x") *star* [link](http://x/) `code`',
    "+1 & --> \ud800 \x00 \x1b \ue000 \ufffe \u202e </w:t> ]]> \\",
    "@SUM(A1) | % -2\r\nsecond line\ttab",
)


def turns(
    count: int = 6, *, timed: bool = True, words: Sequence[str] = ("We keep the budget at 1,850 euros.",)
) -> tuple[Turn, ...]:
    speakers = ("Ann Berg", "Bob Low")
    return tuple(
        Turn(speakers[n % 2], words[n % len(words)], n, start=n * 10.5 if timed else None, end=n * 10.5 + 8 if timed else None)
        for n in range(count)
    )


def item(number: int, text: str, kind: str = "decision", **more: Any) -> dict[str, Any]:
    return {"id": number, "kind": kind, "text": text, "speakers": ["Ann Berg"], "turns": [0, 1], "unsupported": [], **more}


def minutes(
    *items: dict[str, Any],
    title: str = "Board",
    language: str = "en",
    said: tuple[Turn, ...] = turns(),
    mode: str = "generative",
    **more: Any,
) -> Source:
    """A job of the kind `minutes`, with an item of each kind unless *items* are given."""
    items = items or tuple(item(n, f"Point {n}.", kind) for n, kind in enumerate(KINDS))
    record = {
        "version": 1,
        "title": title,
        "date": "2026-03-05",
        "language": language,
        "participants": [{"name": "Ann Berg", "turns": 3}, {"name": "Bob Low", "turns": 3}],
        "summary": [{"text": "They met.", "items": [0], "turns": [2], "unsupported": []}],
        "items": list(items),
        **more,
    }
    return source("minutes", "# Board", {"minutes": record, "turns_cited": 3, "mode": mode}, said)


def summary(text: str, said: tuple[Turn, ...] = turns(), **options: Any) -> Source:
    """A job of the kind `summary`: the first half of its lines is of the turns 0 to 2, the second of 3 to 5."""
    lines = [line for line in text.split("\n") if line.strip()]
    half = len(lines) // 2
    report = [{"line": line, "turns": [0, 2] if n < half else [3, 5], "step": "1"} for n, line in enumerate(lines)]
    return source("summary", text, {"lines": report, "turns_sent": 6}, said, **options)


def source(kind: str, text: str, coverage: dict[str, Any], said: tuple[Turn, ...], **options: Any) -> Source:
    order = Order(
        service="board",
        kind=kind,
        backend="vLLM",
        flavor={"name": "mixtral"},
        settings={},
        template="board",
        templates={},
        text=Transcript(said).stored(),
        options=options,
        generation="g",
    )
    return source_of(job(kind, text, coverage), order)


def job(kind: str = "minutes", text: str = "", coverage: dict[str, Any] | None = None, status: Status = Status.COMPLETE) -> Job:
    return Job(
        id="a1",
        service="board",
        flavor="mixtral",
        kind=kind,
        backend="vLLM",
        status=status,
        generation="g",
        priority=5,
        created=WHEN,
        finished=WHEN,
        result=text,
        coverage=coverage or {},
    )


def exported(form: str, of: Source, wishes: Wishes | None = None, template: Template | None = None) -> bytes:
    document = document_of(of, wishes or Wishes())
    return FORMATS[form].make(Export(document, of, Maker(), template))
