"""From what a model said to the JSON value in it, and to the call that it wrote in the notation of its family."""

from __future__ import annotations

import ast
import json
import math
import re
import threading
from collections.abc import Callable, Collection
from typing import Any

from app.orders import Json

MOST_STARTS = 20  # braces at which a JSON object may begin; a text with more of them holds something else
_SYNTAX = threading.Lock()  # CPython 3.11 counts the depth of syntax trees for all threads together: SystemError (gh-106905)
MOST_OF_PYTHON = 2_000  # characters of a call, or of an object, in Python's notation
_WRAPPERS = ("tool_calls", "tool_call", "function_call", "function", "calls")
_NAMES = ("function", "fn_name", "name", "tool", "tool_name", "action")
_ARGUMENTS = ("arguments", "args", "parameters", "tool_input", "action_input")
_SPACE = r"(?:[\w｜]{1,16}[:｜])?"  # before the name of a tag: `<｜DSML｜parameter`, `<steptml:parameter`
# `<parameter=a>1</parameter>`, `<parameter name="a">1</parameter>`, `<arg_key>a</arg_key><arg_value>1</arg_value>`
_PAIR = re.compile(
    rf"<{_SPACE}(?:parameter=|parameter name=\"|arg_key>)\s*(?P<key>[^<>\"]{{1,128}}?)\s*"
    rf"(?:\"[^<>]{{0,64}}>|>|</arg_key>\s*<arg_value>)(?P<value>.{{0,20000}}?)</{_SPACE}(?:parameter|arg_value)>",
    re.DOTALL,
)
_FIRST_PAIR = re.compile(rf"<{_SPACE}(?:parameter\b|arg_key>)")

MOST_OF_BARE = 20_000  # characters of a call in the notation of the Gemma family
_BARE = re.compile(
    r"(?P<mark><escape>|<\|\"\|>)(?P<text>.*?)(?P=mark)|\"(?:\\.|[^\"\\])*\"|(?<![\w\"])(?P<key>[A-Za-z_][\w-]*)(?=\s*:)",
    re.DOTALL,
)


class NoJson(ValueError):
    """The text holds no JSON object; the message says why, and nothing of the text."""


def call_in(text: str, known: Collection[str]) -> Json:
    """The call in *text* of one of the *known* functions: an object with `name` and `parameters`, if the text has both.

    Some models write the name before the arguments (`<function=add>{"a": 1}`, `add\\n{"a": 1}`), tag each argument, or write
    `add(a=1)`. Raises NoJson."""
    if pairs := _PAIR.findall(text):
        name = _name_in(_FIRST_PAIR.split(text, maxsplit=1)[0], known)
        return {"name": name, "parameters": {key: _value(value) for key, value in pairs}}
    if (bare := _bare(text, known)) is not None:
        return bare
    try:
        said = _unwrapped(parse(text))
    except NoJson:
        if (found := _python(text, known)) is not None:
            return found
        said = _unwrapped(_literal(text))
        if said is None:
            raise
    if isinstance(said, dict) and len(said) == 1 and isinstance(said.get(only := next(iter(said))), dict) and only in known:
        return {"name": only, "parameters": said[only]}  # {"add": {"a": 1}}
    before = _name_in(text[: text.index("{")], known)
    if before and isinstance(said, dict) and not (_has(said, _NAMES) and _has(said, _ARGUMENTS)):
        return {"name": before, "parameters": said}
    return said


def _has(said: dict[str, Json], keys: Collection[str]) -> bool:
    return any(key in said for key in keys)


def _unwrapped(said: Json) -> Json:
    """The call within what servers put around one; arguments that are written as a text are read."""
    inner = (
        next((said[key] for key in _WRAPPERS if isinstance(said.get(key), dict | list)), None)
        if isinstance(said, dict)
        else None
    )
    if isinstance(inner, list) and inner:
        inner = inner[0]
    if isinstance(inner, dict):
        return _unwrapped(inner)
    if not isinstance(said, dict):
        return said
    return {key: parse(value) if key in _ARGUMENTS and isinstance(value, str) else value for key, value in said.items()}


def _name_in(text: str, known: Collection[str]) -> str:
    """The last of the *known* names that stands in *text*; empty if none does."""
    places = {
        name: found[-1].start() for name in known if (found := list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)))
    }
    return max(places, key=lambda name: (places[name], len(name)), default="")


def _value(written: str) -> Json:
    try:
        return _DECODER.decode(written.strip())
    except (ValueError, RecursionError):
        return written.strip()


def _bare(text: str, known: Collection[str]) -> Json:
    """`call:add{a:1,b:<escape>x<escape>}`, as models of the Gemma family write a call; None if there is none."""
    begun = re.search(rf"call:(?:functions\.)?({'|'.join(map(re.escape, known))})(?=\{{)", text) if known else None
    if begun is None:
        return None
    try:
        return {"name": begun[1], "parameters": parse(_BARE.sub(_quoted, text[begun.end() :][:MOST_OF_BARE]))}
    except NoJson:
        return None


def _quoted(found: re.Match[str]) -> str:
    """A text between its marks, or a key, as JSON has it."""
    if found["key"]:
        return f'"{found["key"]}"'
    return found[0] if found["mark"] is None else json.dumps(found["text"])


def _python(text: str, known: Collection[str]) -> Json:
    """`add(a=1, b="x")`, or `add.call(a=1, b="x")`, as a call; None if there is none."""
    begun = re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?:\.call)?\(", text) if known else None
    return None if begun is None else _first_read(text[begun.start() :], ")", _call)


def _call(source: str) -> Json:
    made = ast.parse(source, mode="eval").body
    if not isinstance(made, ast.Call) or made.args:
        return None
    given = {each.arg: ast.literal_eval(each.value) for each in made.keywords if each.arg}
    return {"name": ast.unparse(made.func).removesuffix(".call"), "parameters": _as_json(given)}


def _literal(text: str) -> Json:
    """The first object in Python's notation (`{'a': 1,}`); None if there is none."""
    start = text.find("{")
    return None if start < 0 else _first_read(text[start:], "}", lambda source: _as_json(ast.literal_eval(source)))


def _first_read(text: str, closing: str, read: Callable[[str], Json]) -> Json:
    """What *read* makes of the shortest beginning of *text* that ends with *closing* and is Python; None if none is."""
    ends = [at for at, sign in enumerate(text[:MOST_OF_PYTHON], 1) if sign == closing]
    for end in ends[:MOST_STARTS]:
        try:
            with _SYNTAX:
                made = read(text[:end])
            if made is not None:
                return made
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
            continue
    return None


def _as_json(value: object) -> Json:
    """*value*, read from Python's notation. Raises ValueError or TypeError for what JSON has not."""
    return json.loads(json.dumps(value, allow_nan=False))


def parse(text: str) -> Json:
    """The first JSON object in *text*: without constrained decoding, models put words or a fence around it."""
    starts = [at for at, letter in enumerate(text) if letter == "{"][:MOST_STARTS]
    reason = NoJson("there is no JSON object in the answer")
    for start in starts:
        try:
            return _DECODER.raw_decode(text, start)[0]
        except RecursionError as exc:
            raise NoJson("the JSON is nested too deeply") from exc
        except json.JSONDecodeError as exc:
            reason = NoJson(f"the JSON breaks off or is malformed: {exc.msg} at character {exc.pos - start}")
        except ValueError:
            reason = NoJson("the JSON holds a number that is too large")
    raise reason


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
