"""What a request for minutes says beside its transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from app.errors import BadParameter
from app.kinds import options, transcripts
from app.kinds.base import Form, Payload
from app.orders import FILE_TITLE, Json

MOST_NAMES = 500  # participants, points of the agenda, spellings
LONGEST = 300  # characters of one of them, and of a title
_LANGUAGE = re.compile(r"^(auto|[a-z]{2,3})$")


def accepted(form: Form) -> Payload:
    """The transcript, read, and the options. Raises MissingParameter, BadParameter, BadContent."""
    fields = form.fields
    speakers = names(fields.get("speakers"), "speakers")
    participants = names(fields.get("participants"), "participants")
    stored = transcripts.accepted(form, speakers, participants)
    given = {
        "speakers": speakers,
        "participants": participants,
        "agenda": names(fields.get("agenda"), "agenda", r"\n|;"),
        "glossary": _glossary(options.mapping(fields, "glossary")),
        "title": _line(fields, "title"),
        FILE_TITLE: transcripts.file_title(form.file),
        "date": day(said, "date") if (said := options.text(fields, "date")) else "",
        "language": _language(options.text(fields, "language")),
    }
    return Payload(stored, {name: value for name, value in given.items() if value or name == "speakers"})


def names(given: Json, field: str, mark: str = r"[,;\n]") -> list[str]:
    """The names in a list, or in a text with *mark* between them. Raises BadParameter."""
    if given in (None, ""):
        return []
    parts = re.split(mark, given) if isinstance(given, str) else given
    if not isinstance(parts, list) or len(parts) > MOST_NAMES or not all(isinstance(each, str) for each in parts):
        raise BadParameter(field, f"must be a list of at most {MOST_NAMES} texts")
    kept = [" ".join(each.split()) for each in parts if each.strip()]
    if any(len(each) > LONGEST for each in kept):
        raise BadParameter(field, f"must hold texts of at most {LONGEST} characters")
    return list(dict.fromkeys(kept))


def _glossary(given: dict[str, Json] | None) -> dict[str, list[str]]:
    """Right spellings, each with what was heard instead."""
    if given is not None and len(given) > MOST_NAMES:
        raise BadParameter("glossary", f"must hold at most {MOST_NAMES} spellings")
    return dict(_spellings(given or {}))


def _spellings(given: dict[str, Json]) -> Iterator[tuple[str, list[str]]]:
    for spelling, aliases in given.items():
        if spelling.strip():
            yield " ".join(spelling.split())[:LONGEST], names(aliases, "glossary")


def _line(fields: options.Fields, name: str) -> str:
    given = " ".join((options.text(fields, name) or "").split())
    if len(given) > LONGEST:
        raise BadParameter(name, f"must have at most {LONGEST} characters")
    return given


def day(given: str, field: str) -> str:
    """The day *given* as an ISO date. Raises BadParameter."""
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError as exc:
        raise BadParameter(field, "must be a day such as 2026-03-05") from exc


def _language(given: str | None) -> str:
    code = (given or "").strip().lower().partition("-")[0]
    if code and not _LANGUAGE.match(code):
        raise BadParameter("language", "must be auto, or a code such as fr")
    return code
