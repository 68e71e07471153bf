"""To which form of an answer a server holds its model: a JSON Schema, an object, or what it is told in words.

A server that does not know a form refuses the request. What it takes instead is learned from that, for each model, or for one
schema if the server refuses only that."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import Lock
from typing import Any, TypeAlias, TypeVar

from app.backends.base import Call, Message
from app.backends.form_refusals import Cause

log = logging.getLogger(__name__)

# Each looser than the one before. Llama.cpp, Together and Fireworks know an object with a schema.
AS_IT_IS, WITH_A_SCHEMA, AN_OBJECT, IN_WORDS = range(4)
SCHEMA, OBJECT = "json_schema", "json_object"
_ONLY_JSON = "the server may hold answers to no JSON Schema, only to JSON: what they say is checked"
IN_WORDS_ALONE = "the server holds answers to no form: they were asked for in words, and what they say is checked"
_SAID = {WITH_A_SCHEMA: _ONLY_JSON, AN_OBJECT: _ONLY_JSON, IN_WORDS: IN_WORDS_ALONE}  # many servers ignore a schema there
HOLDS = 3600.0  # seconds for which it is not asked again for what was refused
MOST_LEARNED = 1000  # models with their schemas
_Key: TypeAlias = tuple[str, str]  # a model, and the digest of a form, or nothing for each form
_T = TypeVar("_T")
_TOLD = "\n\nAnswer with one JSON object only."  # some servers want the word in the prompt of such a call


@dataclass(frozen=True)
class _Learned:
    level: int
    at: float


class FittingForms:
    """How the form of the answers of each model must be asked for.

    What is learned holds for the model, or for one schema with it, and for an hour: a server may be mended."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._learned: dict[_Key, _Learned] = {}
        self._doubted: dict[_Key, str] = {}  # by key the last call that was refused without a reason, and then taken

    def levels(self, call: Call) -> Iterator[int]:
        """The forms in which to ask *call*: what its model is known to be held to, then each that is looser."""
        wanted = call.response_format or {}
        if not call.loosely or wanted.get("type") not in (SCHEMA, OBJECT):
            yield AS_IT_IS
            return
        learned = max(self._known((call.model, "")), self._known(_of_schema(call))) if self._learned else AS_IT_IS
        yield learned
        first = WITH_A_SCHEMA if wanted["type"] == SCHEMA else IN_WORDS
        yield from range(max(learned + 1, first), IN_WORDS + 1)

    def learn(self, name: str, call: Call, taken: int, refused: Cause | None) -> None:
        """The server called *name* has taken *call* at this level, after it had *refused* stricter ones, if it had."""
        if not call.loosely or call.response_format is None:
            return
        model, schema = (call.model, ""), _of_schema(call)
        match refused:
            case None if taken == AS_IT_IS:
                self._forget(model, schema)
            case Cause.FORM:
                self._keep(name, model, taken)
            case Cause.SCHEMA:
                self._keep(name, schema, taken)
            case Cause.UNSAID if self._is_doubted_again(schema, call):
                self._keep(name, schema, taken)

    def _known(self, key: _Key) -> int:
        with self._lock:
            found = self._learned.get(key)
            return found.level if found and self._clock() - found.at < HOLDS else AS_IT_IS

    def _keep(self, name: str, key: _Key, taken: int) -> None:
        with self._lock:
            before = self._learned.pop(key, None)
            now = self._clock()
            known = before.level if before and now - before.at < HOLDS else AS_IT_IS
            _add(self._learned, key, _Learned(max(taken, known), now))
        if before is None or before.level < taken:
            model, schema = key
            log.warning("%s: %s (model %s%s)", name, _SAID[taken], model, ", one schema" if schema else "")

    def _forget(self, *keys: _Key) -> None:
        """The strictest form was taken: what was learned is over."""
        if self._learned or self._doubted:
            with self._lock:
                for key in keys:
                    self._learned.pop(key, None)
                    self._doubted.pop(key, None)

    def _is_doubted_again(self, key: _Key, call: Call) -> bool:
        """Whether the call before this one was another, and was refused without a reason too."""
        this = _digest([message.wire() for message in call.messages])
        with self._lock:
            before = self._doubted.pop(key, this)
            _add(self._doubted, key, this)
        return before != this


def _of_schema(call: Call) -> _Key:
    return call.model, _digest(call.response_format)


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _add(entries: dict[_Key, _T], key: _Key, value: _T) -> None:
    """Clients make schemas: the oldest entry makes room."""
    if len(entries) >= MOST_LEARNED:
        del entries[next(iter(entries))]
    entries[key] = value


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
