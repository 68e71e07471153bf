"""The functions that a model asks for, put together from the parts that a stream sends them in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.backends.answers.characters import mended

_NAME_ENDS = "<|"  # what follows in a name is a mark of the chat template that the server left in
_NAMESPACES = ("functions.", "function.", "tools.", "default_api.")
_FENCE = "`json \n"  # the characters of what opens one
_NUMBER = re.compile(r":[0-9]{1,6}$")
NO_ARGUMENTS = ("", "null", "None")
FUNCTION, CUSTOM = "function", "custom"  # types of calls; a custom one has an input of free text instead of arguments


def schemas(tools: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The JSON Schemas of the parameters of *tools*, which are as OpenAI's API spells them, by name; None if one has none."""
    said = (tool.get(FUNCTION) or tool.get(CUSTOM) for tool in tools)
    return {
        each["name"]: each.get("parameters") for each in said if isinstance(each, Mapping) and isinstance(each.get("name"), str)
    }


def names_one(tool_choice: Any) -> bool:
    """Whether a request's *tool_choice* names the function that is to be called."""
    if not isinstance(tool_choice, Mapping):
        return False
    kind = tool_choice.get("type")
    return kind in (FUNCTION, CUSTOM) or (kind is None and bool(tool_choice.get(FUNCTION)))


_NO_JSON = object()


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    kind: str = FUNCTION

    def text(self) -> str:
        return "".join(self.arguments)


class ToolCalls:
    """The calls in the order in which they began.

    A new id or a new name opens a call, even under the index of another one. A part without id and name goes on with the call
    of its index, or with the last one, and so does one with the rest of an id, or of the name of one of the *known* tools."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = frozenset(known)
        self._calls: list[_Call] = []
        self._at: dict[int, _Call] = {}  # the latest call of each index

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, part: Mapping[str, Any]) -> int:
        """The number of the call that *part*, one element of a delta's `tool_calls`, belongs to. Raises TypeError for what is
        none."""
        kind = CUSTOM if part.get("custom") else FUNCTION
        said = part.get(kind) or (part if "name" in part else {})  # some servers leave out the object between
        if not isinstance(said, Mapping):
            raise TypeError(f"a {kind} is no object")
        name = self._bare(_text(said.get("name")).partition(_NAME_ENDS)[0].strip())
        arguments = _spelled(said.get("input" if kind == CUSTOM else "arguments", said.get("parameters")))
        call = self._call(index_in(part), _text(part.get("id")), name, arguments)
        call.kind = CUSTOM if kind == CUSTOM else call.kind
        if arguments.startswith("{") and call.text() == "{}":  # some servers begin with it, whatever follows
            call.arguments.clear()
        call.arguments.append(arguments)
        return next(number for number, each in enumerate(self._calls) if each is call)

    def marks(self, number: int) -> tuple[str, str]:
        """Id and name of a call, as far as they have come, the name as the client gave it."""
        return self._calls[number].id, self._calls[number].name

    def add_written(self, calls: Iterable[tuple[str, str]]) -> bool:
        """Name and arguments of calls that stand in the answer's text; True if one is new: some servers send both."""
        here = [(call.name, _read(call.text() or "{}")) for call in self._calls]
        fresh = [_Call(name=name, arguments=[text]) for name, text in calls if (name, _read(text or "{}")) not in here]
        self._calls.extend(fresh)
        return bool(fresh)

    def whole(self) -> tuple[dict[str, Any], ...]:
        """The calls as a message that is not streamed has them: each with an id, its arguments the text of a JSON object."""
        return tuple(_whole(number, call) for number, call in enumerate(self._calls) if call.name)

    def _call(self, index: int | None, call_id: str, name: str, arguments: str) -> _Call:
        """The call that a part with these marks belongs to."""
        known = self._calls[-1] if index is None and self._calls else self._at.get(-1 if index is None else index)
        if known is None and self._calls and not call_id and not name:
            known = self._calls[-1]
        if known is not None and known.name and not any(known.arguments):
            if self._is_rest(known, call_id, name):
                known.name, name = known.name + name, ""
            elif call_id and not name and not arguments and call_id != known.id:
                known.id, call_id = known.id + call_id, ""
        if known is None or _is_another(known, call_id, name, arguments):
            known = _Call()
            self._calls.append(known)
        known.id, known.name = known.id or call_id, known.name or name
        if index is not None:
            self._at[index] = known
        return known

    def _bare(self, name: str) -> str:
        """*name* as the client gave it: some servers leave the namespace of the model's own notation before it, or a number
        behind it."""
        if name in self._known:
            return name
        bare = _NUMBER.sub("", name)
        return next((each for each in (bare, *map(bare.removeprefix, _NAMESPACES)) if each in self._known), name)

    def _is_rest(self, call: _Call, call_id: str, name: str) -> bool:
        """True for a *name* that goes on with that of *call*, which by itself is no tool's."""
        if not name or call.name in self._known or (call_id and call_id != call.id):
            return False
        return any(each.startswith(call.name + name) for each in self._known)


def _is_another(call: _Call, call_id: str, name: str, arguments: str) -> bool:
    """True when id or name show that a part does not belong to *call*. Some servers repeat both in every part, and some make
    a new id for each."""
    if call_id and call.id:
        return call_id != call.id and (bool(name) or not call.name or (not arguments and _is_json(call.text())))
    if not name or not call.name:
        return False
    return name != call.name or _is_json(call.text())


def _is_json(text: str) -> bool:
    return _read(text) is not _NO_JSON


def _read(text: str) -> Any:
    """The JSON value; _NO_JSON for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NO_JSON


def index_in(part: Mapping[str, Any]) -> int | None:
    """The index of *part*, a choice or a part of a call; None if it has none, or something else there."""
    given = part.get("index")
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _text(given: Any) -> str:
    return mended(given) if isinstance(given, str) else "" if given is None else str(given)


def _spelled(arguments: Any) -> str:
    """The arguments as text; some servers send the object itself."""
    if arguments is None:
        return ""
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def whole_arguments(given: Any) -> str:
    """All arguments of a call, as the text of an object."""
    arguments = _object(_once(mended(_spelled(given))))
    return "{}" if arguments.strip() in NO_ARGUMENTS else arguments


def _once(arguments: str) -> str:
    """*arguments* as the text of an object, of which some servers make a text again."""
    if not arguments.lstrip().startswith('"'):
        return arguments
    try:
        inner = json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments
    return inner if isinstance(inner, str) and _is_json(inner) else arguments


def _object(arguments: str) -> str:
    """The object in *arguments* that are none: in a code fence, with a bracket too many, alone in a list. Else as they are."""
    whole = _read(arguments)
    if isinstance(whole, list) and len(whole) == 1 and isinstance(whole[0], Mapping):
        return json.dumps(whole[0], ensure_ascii=False)
    begin = arguments.find("{")
    if whole is not _NO_JSON or begin < 0 or arguments[:begin].strip(_FENCE):
        return arguments
    try:
        _, end = json.JSONDecoder().raw_decode(arguments, begin)
    except (ValueError, RecursionError):
        return arguments
    return arguments if arguments[end:].strip("`}] \n") else arguments[begin:end]


def _whole(number: int, call: _Call) -> dict[str, Any]:
    if call.kind == CUSTOM:
        said = {"name": call.name, "input": mended(call.text())}
        return {"id": call.id or f"call_{number}", "type": CUSTOM, CUSTOM: said}
    said = {"name": call.name, "arguments": whole_arguments(call.text())}
    return {"id": call.id or f"call_{number}", "type": FUNCTION, FUNCTION: said}
