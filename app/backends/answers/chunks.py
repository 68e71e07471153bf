"""One event of an answer, or a whole answer, in the shapes in which servers of the OpenAI API spell them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from app.backends.answers import usage
from app.backends.answers.characters import mended, mended_everywhere
from app.backends.answers.usage import NOTHING, Usage

DONE: Final[Mapping[str, Any]] = MappingProxyType({})  # stands for `[DONE]`
_PARTS = frozenset({"type", "text", "content", "refusal"})  # fields of a part of a content
# The fields of thoughts; one text may stand in several of them.
_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_text", "reasoning_details", "thinking_blocks")


class Part(NamedTuple):
    """What one event says. *finish_reason* is the server's word, None if it says nothing of an end. *server* is how the server
    names its release, if it does (`vllm-0.32.0-ef1949ff`)."""

    model: str = ""
    server: str = ""
    usage: Usage = NOTHING
    text: str = ""
    thought: str = ""
    finish_reason: str | None = None
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    logprobs: tuple[Mapping[str, Any], ...] = ()
    has_choice: bool = False
    refused: bool = False  # the server calls the text a refusal
    choice: int | None = None  # its index


def read(chunk: Mapping[str, Any], index: int | None = None, *, begun: bool = False) -> Part:
    """What *chunk* says of the choice with *index*, if that is known; *begun* says that something was said before. Raises
    TypeError or AttributeError for a shape that the API does not have.

    Servers leave out what they have nothing to say of, or say null."""
    model, counted = chunk.get("model"), usage.read(chunk.get("usage") or _nested_usage(chunk))
    named = mended(model) if isinstance(model, str) else ""
    server = _plain(chunk.get("system_fingerprint"))
    choice = _first_choice(chunk.get("choices") or (), index)
    if choice is None:
        return Part(named, server, counted)
    repeated = begun and "delta" in choice  # a whole message beside the last part repeats all parts
    message = choice.get("delta") or (None if repeated else choice.get("message")) or {}
    if isinstance(message, str | list):  # its text alone, or its parts
        message = {"content": message}
    said = said_in(message.get("content"))
    refusal = _plain(message.get("refusal"))
    text = said.text or refusal or _plain(choice.get("text"))
    thought = next(filter(None, (_of(message[name]) for name in _THOUGHTS if name in message)), "")
    logprobs = (choice.get("logprobs") or {}).get("content") or ()
    return Part(
        named,
        server,
        counted,
        text,
        thought + said.thought,
        _reason(choice.get("finish_reason"), whole="message" in choice and "delta" not in choice),
        tuple(_tool_calls(message, streamed=bool(choice.get("delta")))),
        tuple(mended_everywhere(logprobs)) if logprobs and isinstance(logprobs, list) else (),
        has_choice=True,
        refused=said.refused or bool(refusal and not said.text),
        choice=_index(choice),
    )


def _index(choice: Any) -> int | None:
    index = choice.get("index")
    return index if isinstance(index, int) else None


def _first_choice(choices: Any, index: int | None) -> Any:
    """The choice of the index 0, wherever it stands; without one, the first; None if there is none.

    If an earlier event had another *index*, the choice of that one: a server may count from 1, or send several choices."""
    given = list(choices)
    if index is not None:
        given = [each for each in given if not isinstance(each, dict) or _index(each) in (index, None)]
    if len(given) > 1:
        given = [each for each in given if isinstance(each, dict) and each.get("index") == 0] or given
    return given[0] if given else None


def _nested_usage(chunk: Mapping[str, Any]) -> Any:
    """The numbers that stand in the choice (Moonshot) or in an object of the server's own (Groq)."""
    for each in (*(chunk.get("choices") or ())[:1], chunk.get("x_groq")):
        if isinstance(each, dict) and each.get("usage"):
            return each["usage"]
    return None


def only_usage(chunk: Any) -> Mapping[str, Any] | None:
    """The numbers in *chunk* without all else; None if it has none."""
    counted = chunk.get("usage") if isinstance(chunk, Mapping) else None
    return {"choices": [], "usage": counted} if isinstance(counted, Mapping) and counted else None


def is_error(name: str, chunk: Any) -> bool:
    """True when an event called *name*, or a whole answer, is an error in spite of the status 200."""
    match chunk:
        case {"error": error} | {"choices": [{"error": error}, *_]} if error:  # in a choice, as OpenRouter has it
            return True
        case {"object": "error"}:
            return True
        case {"choices": list()}:
            return name == "error"
        case {"message": str()} | {"detail": _} | {"msg": str(), "code": _} | {"errors": [_, *_]}:
            return True
        case dict():
            return name == "error"
        case _:
            return True


@dataclass
class Words:
    """Text and thoughts of a content, which may be a text, a part, or a list of parts within one another."""

    text: str = ""
    thought: str = ""
    refused: bool = False

    @property
    def everything(self) -> str:
        return self.text + self.thought

    def take(self, content: Any, *, thinking: bool = False) -> None:
        match content:
            case str() if thinking:
                self.thought += content
            case str():
                self.text += content
            case list():
                for part in content:
                    self.take(part, thinking=thinking)
            case {"type": "thinking" | "reasoning" as kind, **rest}:
                self.take(rest.get(kind) or rest.get("text"), thinking=True)
            case {"text": inner} | {"content": inner}:
                self.take(inner, thinking=thinking)
            case {"refusal": inner}:
                self.refused = True
                self.take(inner, thinking=thinking)


def said_in(content: Any) -> Words:
    """What *content* says; the JSON that the model wrote as text, where a server has read it."""
    if content is None or isinstance(content, str):
        return Words(content or "")
    words = Words()
    read = isinstance(content, bool | int | float) or (isinstance(content, dict) and not _PARTS.intersection(content))
    words.take(json.dumps(content, ensure_ascii=False) if read else content)
    return words


def _of(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    words = Words()
    words.take(content)
    return words.everything


def _plain(given: Any) -> str:
    return given if isinstance(given, str) else ""


def _reason(given: Any, *, whole: bool) -> str | None:
    """SGLang's own API says `{"type": "length", …}`. A *whole* answer without a reason has ended, as it is all here."""
    if isinstance(given, dict):
        given = given.get("type")
    if given is None:
        return "" if whole else None
    return str(given)


def _tool_calls(message: Mapping[str, Any], *, streamed: bool) -> Iterator[Mapping[str, Any]]:
    """The calls, or their parts; those of a whole message are numbered, as each is a call of its own."""
    calls = message.get("tool_calls") or ()
    if isinstance(calls, dict):
        calls = [calls]
    for number, call in enumerate(each for each in calls if each is not None):
        yield call if streamed else {**call, "index": number}
    if not calls and isinstance(old := message.get("function_call"), dict):
        yield {"index": 0, "function": old}
