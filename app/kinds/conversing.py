"""The messages of a chat as clients send them: read, checked, and made plain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from app.backends.base import Message
from app.errors import BadParameter
from app.orders import Json

SYSTEM = ("system", "developer")
ROLES = (*SYSTEM, "user", "assistant", "tool")
THOUGHTS = ("thinking", "redacted_thinking", "reasoning", "reasoning_content")  # types of parts that hold no answer


@dataclass(frozen=True)
class Chat:
    """What was said: *system* for the whole, *prompt* being the last that the user said, *before* and *after* it the rest."""

    system: str
    prompt: str
    before: tuple[Json, ...]
    after: tuple[Json, ...] = ()

    @property
    def said(self) -> tuple[Json, ...]:
        """All messages but those of the system, oldest first."""
        asked = ({"role": "user", "content": self.prompt},) if self.prompt else ()
        return (*self.before, *asked, *self.after)

    @property
    def of_the_user(self) -> tuple[str, ...]:
        """All that the user said, oldest first."""
        return (*(each["content"] for each in self.before if each["role"] == "user"), self.prompt)


def read(given: Json, *, is_complete: bool = True) -> Chat:
    """The chat in a list of messages as OpenAI spells them; raises BadParameter for `messages`.

    One that *is_complete* holds what the user asks; else that is said elsewhere.
    All system messages become one, as many models take one only, and take it first."""
    if not isinstance(given, list) or not given:
        raise BadParameter("messages", 'must be a list of messages such as {"role": "user", "content": "…"}')
    plain = [_message(number, each) for number, each in enumerate(given)]
    system = "\n\n".join(each["content"] for each in plain if each["role"] in SYSTEM)
    said = [each for each in plain if each["role"] not in SYSTEM]
    last = next((at for at in reversed(range(len(said))) if said[at]["role"] == "user"), None)
    if last is None and not is_complete:
        return Chat(system, "", tuple(said))
    if last is None:
        raise BadParameter("messages", 'must hold a message of the role "user"')
    return Chat(system, said[last]["content"], tuple(said[:last]), tuple(said[last + 1 :]))


def message(said: Json) -> Message:
    """A message of a `Chat`, for the model."""
    return Message(said["role"], said["content"], tuple(said.get("tool_calls", ())), said.get("tool_call_id", ""))


def _message(number: int, given: Json) -> dict[str, Any]:
    """One message with its known keys only, its content as one text."""
    where = f"messages.{number}"
    if not isinstance(given, dict):
        raise BadParameter(where, 'must be an object such as {"role": "user", "content": "…"}')
    given = _with_tools(given)
    role = given.get("role")
    if role not in ROLES:
        raise BadParameter(f"{where}.role", f"must be one of {', '.join(ROLES)}")
    content = given.get("content")
    if role == "assistant":
        content = _spoken(content) or given.get("refusal")
    plain: dict[str, Any] = {"role": role, "content": _content(f"{where}.content", content)}
    if calls := _calls(f"{where}.tool_calls", given.get("tool_calls")):
        plain["tool_calls"] = calls
    if isinstance(given.get("tool_call_id"), str):
        plain["tool_call_id"] = given["tool_call_id"]
    return plain


def _with_tools(given: dict[str, Any]) -> dict[str, Any]:
    """A message of the API before tools as one with them: the name of a function is the id of its call."""
    match given:
        case {"role": "function", "name": str(name)}:
            return {**given, "role": "tool", "tool_call_id": name}
        case {"role": "assistant", "function_call": {"name": str(name)} as called} if not given.get("tool_calls"):
            return {**given, "tool_calls": [{"id": name, "type": "function", "function": called}]}
        case _:
            return given


def _calls(where: str, given: Json) -> list[Json]:
    """The calls of tools, each of a function or a custom one; arguments that are an object become its text."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise BadParameter(where, "must be a list of objects")
    return [_call(f"{where}.{number}", each) for number, each in enumerate(given)]


def _call(where: str, given: Json) -> Json:
    match given:
        case {"function": {"name": str(), "arguments": dict() | list() as arguments}}:
            return {**given, "function": {**given["function"], "arguments": json.dumps(arguments, ensure_ascii=False)}}
        case {"function": {"name": str()}} | {"custom": {"name": str()}}:
            return given
        case _:
            raise BadParameter(where, 'must be an object with a `function` such as {"name": "…", "arguments": "{}"}')


def _spoken(content: Json) -> Json:
    """What an assistant said in *content*, which clients send back as they got it: without thoughts, a refusal as a text."""
    if not isinstance(content, list):
        return content
    parts = [part for part in content if not (isinstance(part, dict) and part.get("type") in THOUGHTS)]
    return [{"text": part["refusal"]} if isinstance(part, dict) and "refusal" in part else part for part in parts]


def _content(where: str, given: Json) -> str:
    """A text, or a list of texts as OpenAI spells it; nothing if an assistant only called tools."""
    match given:
        case None:
            return ""
        case str():
            return given
        case list() if all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in given):
            return "\n".join(part["text"] for part in given)
        case _:
            raise BadParameter(where, "must be a text, or a list of parts of the type text: this service reads nothing else")
