"""What the form of a new meeting says, as a request to a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, RequestEntityTooLarge

from app.errors import BadContent, BadParameter, FlavorNotFound, FlavorUnfit, GatewayError, MissingParameter
from app.kinds.base import Form
from app.orders import Json
from app.web import problems
from app.web.studio.words import DEFAULT, words

TARGET = "target"  # `service:flavor`
OPTIONS = ("title", "date", "language", "participants", "agenda", "glossary")
# The kinds of errors that the catalogues have a sentence for (`wrong_…`).
SAID = (
    *("bad_parameter", "bad_content", "flavor_unfit", "flavor_not_found", "service_not_found", "job_conflict"),
    *("backend_unavailable", "backend_refused", "context_exceeded", "queue_full", "rate_limited", "tokens_spent"),
    *("forbidden", "store_unavailable", "busy", "precondition_failed", "missing_parameter", "job_not_found", "cancelled"),
    *("version_not_found", "action_not_found", "prompt_too_long", "document_too_large", "backend_error", "stopping"),
    *("engine_unavailable", "internal_error", "too_large", "bad_request"),
    *("field_turns", "field_text", "field_speaker", "field_due_date", "field_owner", "field_due"),
)
GLOSSARY_LINE = "each line must be a spelling, a colon, and what was heard instead"  # the catalogues say it themselves
_OWN = ("glossary_wrong",)  # sentences of a catalogue that go on with a detail
MOST_KEPT = 500_000  # characters of a transcript that a refused form shows again


def request_of(form: Form) -> tuple[str, Form]:
    """The service that the form names, and what is sent there. Raises MissingParameter, BadParameter."""
    service, _, flavor = str(form.fields.get(TARGET) or "").partition(":")
    if not service:
        raise MissingParameter("flavor")
    fields: dict[str, Json] = {"flavor": flavor}
    for name in OPTIONS:
        if said := str(form.fields.get(name) or "").strip():
            fields[name] = glossary(said) if name == "glossary" else said
    return service, replace(form, fields=fields)


def glossary(text: str) -> dict[str, Json]:
    """The spellings that lines such as `Zürich: Surich, Zurig` say. Raises BadParameter."""
    found: dict[str, Json] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        spelling, colon, heard = line.partition(":")
        aliases = [each.strip() for each in heard.split(",") if each.strip()]
        if not (colon and spelling.strip() and aliases):
            raise BadParameter("glossary", GLOSSARY_LINE)
        found[spelling.strip()] = aliases
    return found


def typed(form: Form) -> dict[str, str]:
    """What was typed into the form, so that a refusal loses nothing of it."""
    kept = {name: str(form.fields.get(name) or "") for name in (TARGET, *OPTIONS)}
    content = form.content
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            content = ""
    return {**kept, "content": content if content and len(content) <= MOST_KEPT and "\0" not in content else ""}


def refusal(error: GatewayError | HTTPException, told: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """The status of a refusal, and the *field* of the form that the *message* belongs beside; no field if it is about all."""
    if isinstance(error, HTTPException):
        code, message = error.code or 400, error.description or error.name
        return code, {
            "field": "",
            "message": told["not_found"] if code == NotFound.code else _translated(_of_http(code), message, told),
        }
    field, message = _place(error, told)
    return problems.status_of(error)[0], {"field": field, "message": in_words(error, message, told)}


def in_words(error: GatewayError, message: str, catalogue: Mapping[str, str]) -> str:
    """*message* as a reader of the page understands it: behind a sentence of the page's language, and called English, if it is
    that, as all that errors say is: what they quote of files and servers has no translation."""
    kind = problems.status_of(error)[1]
    is_own = message in catalogue.values() or any(message.startswith(catalogue[name]) for name in _OWN)
    return message if is_own else _translated(kind, message, catalogue)


def beside(field: str, error: GatewayError, message: str, catalogue: Mapping[str, str]) -> str:
    """As `in_words`, of what was typed into *field*: a page in another language than English has a sentence for most."""
    own = f"field_{field}"
    return catalogue[f"wrong_{own}"] if own in SAID and not _is_english(catalogue) else in_words(error, message, catalogue)


def _translated(kind: str, message: str, catalogue: Mapping[str, str]) -> str:
    if _is_english(catalogue):
        return message
    known = kind if kind in SAID else "bad_request"
    return f"{catalogue[f'wrong_{known}']} {_detail(message, catalogue)}"


def _detail(message: str, told: Mapping[str, str]) -> str:
    """*message* in brackets, which say that it is English in a page of another language."""
    return f"({message})" if _is_english(told) else f"({told['in_english']} {message})"


def _is_english(catalogue: Mapping[str, str]) -> bool:
    return catalogue is words(DEFAULT)


def _of_http(code: int) -> str:
    """The kind of an error that only has an HTTP status."""
    if code == RequestEntityTooLarge.code:
        return "too_large"
    return "internal_error" if code >= InternalServerError.code else "bad_request"


def _place(error: GatewayError, told: Mapping[str, str]) -> tuple[str, str]:
    """The field that *error* is about, empty if there is none on the form, and what to say beside it."""
    match error:
        case MissingParameter(name="content"):
            return "content", told["missing_content"]
        case MissingParameter(name="flavor"):
            return TARGET, told["missing_flavor"]
        case BadParameter(name="glossary"):
            detail = "" if error.reason == GLOSSARY_LINE else _detail(error.reason, told)
            return "glossary", f"{told['glossary_wrong']} {detail}".rstrip()
        case BadParameter() if error.name in (*OPTIONS, "content"):
            return error.name, error.reason
        case BadContent():
            seen = str(error).partition("; the formats that are read are ")[0]
            return "content", f"{seen[:1].upper()}{seen[1:]}. {told['formats_read']} {told['formats']}"
    return TARGET if isinstance(error, FlavorUnfit | FlavorNotFound) else "", str(error)
