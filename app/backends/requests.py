"""What a request must not hold for a server to take it: empty fields, neighbours of one role, a system message.

OpenAI's own service takes most of that; servers of open models refuse it, as pydantic or the model's chat template says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from app.errors import BackendRefused

Fields: TypeAlias = Mapping[str, Any]

MOST_STOPS = 4  # of OpenAI's API and of vLLM; we look for further ones ourselves
LIMITS = ("max_tokens", "max_completion_tokens")
NEEDED = frozenset({"model", "messages", "prompt", "input", "stream"})  # empty or not, it is the server's to judge
# Fields that mean nothing without another one, and are refused then.
WITHOUT = {"tools": ("tool_choice", "parallel_tool_calls"), "functions": ("function_call",)}
# What older releases of vLLM call the parts of `structured_outputs`.
GUIDED = {
    "guided_json": "json",
    "guided_regex": "regex",
    "guided_choice": "choice",
    "guided_grammar": "grammar",
    "guided_whitespace_pattern": "whitespace_pattern",
}
_TRUTHS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
AS_IT_IS, MERGED, FOLDED = 0, 1, 2  # how messages are changed for a chat template that refuses roles; each more than the last

_HOLDING = (str, list, dict)

_ABOUT_ROLES = re.compile(
    r"roles? must alternate|alternat\w+ user/assistant|conversation roles|consecutive (?:user|assistant) |"
    r"system (?:role|message|prompt|instruction)s?\b.{0,40}\bnot (?:be )?(?:supported|allowed|enabled|available)|"
    r"(?:not|n't) support\w* (?:the )?(?:\W?system\W?|system) (?:role|message|prompt|instruction)|"
    r"only user(?:,| and) (?:system and |system, )?assistant roles|after the optional system message|"
    r"system message must be (?:at the beginning|the first)|must (?:start|begin) with (?:a|the) \W?user|"
    r"(?:unexpected|invalid|unknown|unsupported) (?:message )?role\b|role \W?(?:system|developer)\W? is not",
    re.IGNORECASE,
)


def truth(given: Any) -> bool | None:
    """What servers read in *given*, which some clients send as text; None if it is neither true nor false."""
    return given if isinstance(given, bool) else _TRUTHS.get(str(given).lower()) if isinstance(given, str | int) else None


class RolesRefused(BackendRefused):
    """The model's chat template does not take the roles of the messages in their order."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=400)


class FittingRoles:
    """How the messages for each model must be changed: what its server took after it had refused less."""

    def __init__(self) -> None:
        self._levels: dict[str, int] = {}

    def levels(self, model: str, messages: Callable[[], Sequence[Fields]]) -> Iterator[int]:
        """The levels at which to try *messages*: what the model is known to take, then each that changes them further.

        They are looked at only when the first level was refused."""
        tried = self._levels.get(model, AS_IT_IS)
        yield tried
        for level in range(tried + 1, FOLDED + 1):
            if fitted(messages(), level) != fitted(messages(), tried):
                tried = level
                yield level

    def learn(self, model: str, taken: int) -> None:
        """The server of *model* takes messages at this level."""
        if taken != AS_IT_IS:
            self._levels[model] = taken


def is_about_roles(words: str) -> bool:
    """True if a server's *words* say that its chat template does not take the roles of the messages."""
    return bool(_ABOUT_ROLES.search(words))


def acceptable(fields: Fields) -> Fields:
    """*fields* of a request as servers take them; the very same object where nothing is to be changed.

    Empty fields are as good as absent, and so is an answer of -1 tokens; `tool_choice` needs tools, `user` is a text, and a
    developer is the system. What a server is to be guided by is said under vLLM's old and new names: each release ignores
    the other's in silence."""
    kept = {
        name: value for name, value in fields.items() if name in NEEDED or not (_is_empty(value) or _is_endless(name, value))
    }
    for name, meaningless in WITHOUT.items():
        if name in fields and name not in kept:
            kept = {other: value for other, value in kept.items() if other not in meaningless}
    if "user" in kept and not isinstance(kept["user"], str):
        user = kept.pop("user")
        kept |= {"user": str(user)} if isinstance(user, int | float) and not isinstance(user, bool) else {}
    if isinstance(stops := kept.get("stop"), list) and "" in stops:
        kept["stop"] = [stop for stop in stops if stop != ""]
    if isinstance(stream := kept.get("stream"), str) and (said := truth(stream)) is not None:
        kept["stream"] = said
    if isinstance(messages := kept.get("messages"), list):
        kept["messages"] = [_message(each) for each in messages]
    if "structured_outputs" not in kept and (guided := {new: kept[old] for old, new in GUIDED.items() if old in kept}):
        kept["structured_outputs"] = guided
    return fields if kept == fields else kept


def _message(message: Any) -> Any:
    """*message* without empty fields, a developer's as the system's."""
    if not isinstance(message, Mapping):
        return message
    kept = {name: value for name, value in message.items() if name in ("role", "content") or not _is_empty(value)}
    return {**kept, "role": "system"} if _role(message) == "developer" else kept


def _is_empty(value: Any) -> bool:
    return not value and (value is None or isinstance(value, _HOLDING))


def _is_endless(name: str, value: Any) -> bool:
    """True for the way in which llama.cpp, LM Studio and their clients set no limit; vLLM refuses it."""
    return name in LIMITS and value == -1


def _role(message: Any) -> str:
    role = message.get("role") if isinstance(message, Mapping) else ""
    return role if isinstance(role, str) else ""


def has_many_stops(fields: Fields) -> bool:
    """True if a request names more stop strings than servers take."""
    stops = fields.get("stop")
    return isinstance(stops, list) and len(stops) > MOST_STOPS


def fitted(messages: Sequence[Fields], level: int) -> list[dict[str, Any]]:
    """*messages* for a chat template that refuses them as they are: neighbours of one role MERGED, and what the system says
    FOLDED into the first message of the user."""
    plain = [dict(each) for each in messages]
    if level >= FOLDED:
        plain = _folded(plain)
    return _merged(plain) if level >= MERGED else plain


def _folded(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = [each for each in messages if _role(each) == "system"]
    others = [each for each in messages if _role(each) != "system"]
    if not told:
        return others
    first = next((at for at, each in enumerate(others) if _role(each) == "user"), None)
    content = told[0].get("content")
    for each in told[1:]:
        content = _together(content, each.get("content"))
    if first is None:
        return [{"role": "user", "content": content}, *others]
    asked = {**others[first], "content": _together(content, others[first].get("content"))}
    return [*others[:first], asked, *others[first + 1 :]]


def _merged(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    merged: list[dict[str, Any]] = []
    for each in messages:
        before = merged[-1] if merged else None
        if before is not None and _role(before) == _role(each) != "tool" and not _calls(before) and not _calls(each):
            merged[-1] = {**before, "content": _together(before.get("content"), each.get("content"))}
        else:
            merged.append(each)
    return merged


def _calls(message: Fields) -> bool:
    return bool(message.get("tool_calls"))


def _together(first: Any, second: Any) -> Any:
    """Two contents as one: texts with an empty line between them, or lists of parts."""
    if isinstance(first, str) and isinstance(second, str):
        return "\n\n".join(filter(None, (first, second)))
    return [*_parts(first), *_parts(second)]


def _parts(content: Any) -> list[Any]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    return list(content) if isinstance(content, list) else []
