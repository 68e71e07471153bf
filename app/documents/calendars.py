"""The actions of minutes that have a day as a calendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from app.documents.document import Document, Entry, spanned
from app.documents.sources import Source
from app.errors import JobConflict

if TYPE_CHECKING:
    from icalendar import Event

ACTION = "action"


def made(document: Document, source: Source) -> bytes:
    """One event of a whole day an action: calendars in use import events, and few import tasks.

    Raises JobConflict if no action has a due date: a calendar without events is none."""
    from icalendar import Calendar  # costs a fifth of a second, for the first calendar only

    dated = [(entry, day) for entry in document.entries if entry.kind == ACTION and (day := _day(entry.due_date))]
    if not dated:
        raise JobConflict(f"no action of {source.job.id} has a due date: there is nothing for a calendar")
    calendar = Calendar()
    calendar.add("prodid", "-//LLM Gateway//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", document.title)
    for entry, day in dated:
        calendar.add_component(_event(document, source, entry, day))
    made: bytes = calendar.to_ical()
    return made


def _event(document: Document, source: Source, entry: Entry, day: date) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{source.job.id}-{entry.id}@llm-gateway")  # the same each time: a second import changes nothing
    event.add("dtstamp", (source.job.finished or source.job.created).astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{entry.owner}: {entry.text}" if entry.owner else entry.text)
    event.add("description", _described(document, entry))
    event.add("transp", "TRANSPARENT")
    return event


def _described(document: Document, entry: Entry) -> str:
    """Which meeting it was, the words that said until when, and the turns."""
    words = document.words
    told = [
        f"{document.title} {document.date}".strip(),
        f"{words['due']}: {entry.due}" if entry.due else "",
        f"{words['turns']} {spanned(entry.turns)}",
        f"{words['unsupported']}: {', '.join(entry.unsupported)}" if entry.unsupported else "",
        words["corrected"] if entry.stale else "",
    ]
    return "\n".join(line for line in told if line)


def _day(given: str) -> date | None:
    try:
        return datetime.strptime(given, "%Y-%m-%d").date()
    except ValueError:
        return None
