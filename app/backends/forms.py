"""To which form of an answer a server holds its model: a JSON Schema, an object, or what it is told in words.

A server that does not know a form refuses the request. What it takes instead is learned from that, once for each model."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

from app.backends.base import Call, Message
from app.backends.requests import RolesRefused
from app.errors import BackendError, BackendRefused, BackendUnavailable

log = logging.getLogger(__name__)

# Each looser than the one before. Llama.cpp, Together and Fireworks know an object with a schema.
AS_IT_IS, WITH_A_SCHEMA, AN_OBJECT, IN_WORDS = range(4)
SCHEMA, OBJECT = "json_schema", "json_object"
_ONLY_JSON = "the server may hold answers to no JSON Schema, only to JSON: what they say is checked"
IN_WORDS_ALONE = "the server holds answers to no form: they were asked for in words, and what they say is checked"
_SAID = {WITH_A_SCHEMA: _ONLY_JSON, AN_OBJECT: _ONLY_JSON, IN_WORDS: IN_WORDS_ALONE}  # many servers ignore a schema there
_REFUSING = frozenset({400, 404, 415, 422, 501})  # statuses that may be about the form
_FAILING = frozenset({500, 501, 502})  # those that are about it only where the words are
_WORDS = re.compile(
    r"response_?format|json[_ ]?(?:schema|object|mode)|structured[_ ]?output|guided|grammar|\bschema\b|xgrammar|outlines", re.I
)
_TOLD = "\n\nAnswer with one JSON object only."  # some servers want the word in the prompt of such a call


class FittingForms:
    """How the form of the answers of each model must be asked for."""

    def __init__(self) -> None:
        self._learned: dict[str, int] = {}

    def levels(self, call: Call) -> Iterator[int]:
        """The forms in which to ask *call*: what its model is known to be held to, then each that is looser."""
        wanted = call.response_format or {}
        if not call.loosely or wanted.get("type") not in (SCHEMA, OBJECT):
            yield AS_IT_IS
            return
        learned = self._learned.get(call.model, AS_IT_IS)
        yield learned
        first = WITH_A_SCHEMA if wanted["type"] == SCHEMA else IN_WORDS
        yield from range(max(learned + 1, first), IN_WORDS + 1)

    def learn(self, name: str, model: str, taken: int) -> None:
        """The server called *name* takes calls of *model* at this level."""
        if self._learned.get(model, AS_IT_IS) < taken:
            self._learned[model] = taken
            log.warning("%s: %s (model %s)", name, _SAID[taken], model)


def may_be_about_the_form(failed: BackendError) -> bool:
    """Whether a server may have refused a call for the form of its answer."""
    match failed:
        case RolesRefused():
            return False
        case BackendRefused(status=status):
            return status in _REFUSING and (status != 404 or _WORDS.search(str(failed)) is not None)
        case BackendUnavailable(status=status):
            return status in _FAILING and _WORDS.search(str(failed)) is not None
        case _:
            return False


def loosened(call: Call, level: int) -> Call:
    """*call* with a form that is looser, by *level*."""
    if level == AS_IT_IS or call.response_format is None:
        return call
    if level == IN_WORDS:
        return replace(call, response_format=None)
    schema = (call.response_format.get(SCHEMA) or {}).get("schema")
    form = {"type": OBJECT, "schema": schema} if level == WITH_A_SCHEMA and schema else {"type": OBJECT}
    return replace(call, response_format=form, messages=_with_the_word(call))


def warned(level: int) -> tuple[str, ...]:
    """What the reader of an answer must know that was asked for at *level*."""
    return (_SAID[level],) if level in _SAID else ()


def _with_the_word(call: Call) -> tuple[Message, ...]:
    *before, last = call.messages
    if any("json" in message.content.casefold() for message in call.messages):
        return call.messages
    return (*before, replace(last, content=last.content + _TOLD))
