"""The formats that documents are given in: a new one is a module and a line in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.documents import calendars, markdown, record, subtitles, table, webpage
from app.documents.apart import Maker, Template
from app.documents.document import Document
from app.documents.sources import Source


@dataclass(frozen=True)
class Export:
    """All that a format may need: the *document*, the *source* it was made of, what makes files apart, and the service's Word
    template if it has one."""

    document: Document
    source: Source
    maker: Maker
    template: Template | None = None


@dataclass(frozen=True)
class Format:
    """A media type, and how a file of it is made. Making it raises JobConflict if the job has not what the format holds."""

    media: str
    make: Callable[[Export], bytes]


FORMATS: Mapping[str, Format] = {
    "md": Format("text/markdown; charset=utf-8", lambda export: markdown.made(export.document)),
    "html": Format("text/html; charset=utf-8", lambda export: webpage.made(export.document)),
    "docx": Format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda export: export.maker.made("docx", export.document, export.template),
    ),
    "pdf": Format("application/pdf", lambda export: export.maker.made("pdf", export.document)),
    "json": Format("application/json", lambda export: record.made(export.document, export.source)),
    "srt": Format("application/x-subrip; charset=utf-8", lambda export: subtitles.srt(export.source)),
    "vtt": Format("text/vtt; charset=utf-8", lambda export: subtitles.vtt(export.source)),
    "csv": Format("text/csv; charset=utf-8", lambda export: table.made(export.document)),
    "ics": Format("text/calendar; charset=utf-8", lambda export: calendars.made(export.document, export.source)),
}
