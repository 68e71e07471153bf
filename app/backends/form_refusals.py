"""Why a server may have refused a call for the form of its answer, as far as its words tell."""

from __future__ import annotations

import re
from enum import Enum

from app.backends.requests import RolesRefused
from app.errors import BackendError, BackendRefused, BackendUnavailable

_REFUSING = frozenset({400, 404, 415, 422, 501})  # statuses that may be about the form
_FAILING = frozenset({500, 501, 502})  # those that are about it only where the words are
_NO_SUCH = 404  # about it only where the words are, too

# Words that are of nothing else, and those that other refusals have too.
_CERTAIN = re.compile(
    r"response_?format|json_?(?:schema|object)|json[ _]mode|structured[ _]?output|guided|\bgrammar|xgrammar|outlines", re.I
)
_LIKELY = re.compile(r"\bschema\b|\bjson object\b", re.I)
_OF_A_SCHEMA = re.compile(
    r"invalid (?:json[_ ]?)?schema|schema (?:contains|is (?:invalid|not valid|too)|has|uses)|"
    r"(?:parse|compile|convert|build)\w*.{0,40}(?:grammar|schema)|unsupported .{0,30}keyword|additionalProperties",
    re.I,
)
_OF_A_TYPE = re.compile(
    r"not (?:yet |be |currently )*(?:support|available|implemented|allowed|permitted|enabled|recogni[sz]ed)|"
    r"n't (?:support|allow)|unsupported|unavailable|unknown|unrecogni[sz]ed|unexpected|extra (?:fields|inputs)|input should be|"
    r"must be|can handle|invalid (?:value|parameter|type)",
    re.I,
)
_OF_AN_ANSWER = re.compile(r"json_validate_failed|failed to (?:generate|validate) json", re.I)  # Groq's: the model wrote none
_FILTERED = re.compile(r"content[_ ](?:filter|policy|management)|responsible ?ai", re.I)
# Fields of requests that are no words of a sentence, and those that are only where a field is named; and a model not yet there.
_OF_ANOTHER_THING = re.compile(
    r"\b(?:temperature|top_[pk]|min_p|max_(?:completion_|new_)?tokens|(?:frequency|presence|repetition)_penalty|tool_choice|"
    r"(?:top_)?logprobs|stream_options|parallel_tool_calls)\b|"
    r"(?:^(?:\d{3} )?(?:body\.)?|'body', ')(?:messages|model|stop|seed|tools|user|stream|n)(?:\.[\w.]*)?(?:: |')|"
    r"\bmodels?\b.{0,60}\bload(?:ed|ing)\b|\bload(?:ing)? (?:the )?model",
    re.I,
)
_FORMS = frozenset({"format", "text", "schema", "extra_body"})  # fields in which other APIs have the form


class Cause(Enum):
    """What a refusal is about, and so for what it holds."""

    FORM = "the type of the form: it holds for the model"
    SCHEMA = "this schema: it holds for the model with it"
    ANSWER = "this one answer: it holds for nothing else"
    UNSAID = "perhaps the form, perhaps another thing"


def cause(failed: BackendError, backend: str = "", model: str = "") -> Cause | None:
    """Why the server may have refused the form; None if the refusal is of another thing. What *backend* and *model* are called
    says nothing of that."""
    match failed:
        case RolesRefused():
            return None
        case BackendRefused(status=status) if status in _REFUSING:
            return _of_a_refusal(failed, _words(failed, backend, model))
        case BackendUnavailable(status=status) if status in _FAILING:
            words = _words(failed, backend, model)
            return _scope(words) if _CERTAIN.search(words) else None
        case _:
            return None


def _of_a_refusal(refused: BackendRefused, words: str) -> Cause | None:
    if _FILTERED.search(words):
        return None
    if _OF_AN_ANSWER.search(words):
        return Cause.ANSWER
    if _CERTAIN.search(words) or _is_a_form(refused.param):
        return _scope(words)
    if refused.param or _OF_ANOTHER_THING.search(words):
        return None
    if _LIKELY.search(words):
        return Cause.SCHEMA
    return None if refused.status == _NO_SUCH else Cause.UNSAID


def _scope(words: str) -> Cause:
    """For what a refusal of a form holds, in doubt for little."""
    return Cause.FORM if _OF_A_TYPE.search(words) and not _OF_A_SCHEMA.search(words) else Cause.SCHEMA


def _words(failed: BackendError, backend: str, model: str) -> str:
    """The server's own words, and its name for the error."""
    words = str(failed).removeprefix(f"{backend}: ") if backend else str(failed)
    if model:
        words = re.sub(rf"(?<!\w){re.escape(model)}(?!\w)", "", words)
    return f"{words} {failed.code}" if isinstance(failed, BackendRefused) else words


def _is_a_form(param: str) -> bool:
    return _CERTAIN.search(param) is not None or re.split(r"\W", param, maxsplit=1)[0] in _FORMS
