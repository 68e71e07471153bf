"""Calls of functions that stand in the text of an answer, in the notation of the model's family: its server has no parser for
them. And the JSON value in what a model said."""

from __future__ import annotations

import ast
import json
import math
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.orders import Json

Known: TypeAlias = Mapping[str, Json]  # the JSON Schemas of the parameters of the functions that there are, by name

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
# `<invoke name="now"></invoke>`, `<function=now></function>`, `<tool_call>now</tool_call>`
_WITHOUT_ARGUMENTS = re.compile(
    rf"<(?:{_SPACE}invoke name=\"|function=|tool_call>)\s*([\w.-]{{1,128}})\s*\"?>?\s*"
    rf"(?:</{_SPACE}(?:invoke|function|tool_call)>|$)"
)

MOST_OF_BARE = 20_000  # characters of a call in the notation of the Gemma family
_BARE = re.compile(
    r"(?P<mark><escape>|<\|\"\|>)(?P<text>.*?)(?P=mark)|\"(?:\\.|[^\"\\])*\"|(?<![\w\"])(?P<key>[A-Za-z_][\w-]*)(?=\s*:)",
    re.DOTALL,
)


# With one of these a call begins, wherever it stands in an answer.
_MARKS = (
    *("<tool_call>", "<tool_calls>", "<function_calls>", "<function=", "<invoke name=", "<start_function_call>", "<TOOLCALL>"),
    *("<minimax:tool_call>", "<seed:tool_call>", "<longcat_tool_call>", "<｜DSML｜", "[TOOL_CALLS]", "functools["),
    *("<|tool_calls_section_begin|>", "<|tool_call_begin|>", "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>"),
    *("<｜tool_calls_begin｜>", "<|python_tag|>", "<|python_start|>", "<|tool_call|>", "<|tool_call>", "<|START_ACTION|>"),
    *("<|action_start|>", "<|tool_call_start|>", "<|tools_prefix|>", "```tool_code"),
)
# With one of these, or with a list of calls in Python's notation, an answer begins that is nothing but a call.
_BARE_MARKS = ('{"name": "', '{"name":"', '[{"name": "', '[{"name":"', '{"type": "function"', '{"type":"function"')
# Before each of several calls.
_EACH = re.compile(
    rf"(?=<(?:tool_call|longcat_tool_call|start_function_call|function=|{_SPACE}invoke\b|\|tool_call(?:_begin)?\|?>|"
    r"｜tool[▁_]call[▁_]begin｜>|\|python_tag\|>)|\[TOOL_CALLS\])"
)
_CLOSING = re.compile(
    rf"</{_SPACE}(?:tool_calls?|function_calls?|function|invoke|longcat_tool_call|TOOLCALL)>|<end_function_call>|<tool_call\|>|"
    r"<\|/tool_call\|>|<\|tool_calls?(?:_section)?_end\|>|<｜tool[▁_]calls?[▁_]end｜>|<\|(?:python|action|tool_call)_end\|>|"
    r"<\|END_ACTION\|>|<\|tools_suffix\|>",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s;,]*")  # objects in a row
_TAG = re.compile(r"<[^<>\s][^<>]{0,200}>|\[(?:TOOL_CALLS|ARGS|CALL_ID)\]|functools(?=\[)|```(?:tool_code|json|python)?")


@dataclass(frozen=True)
class WrittenCall:
    """A call that a text holds: *arguments* are the text of a JSON object."""

    name: str
    arguments: str


def apart(text: str, known: Known) -> tuple[str, list[WrittenCall]]:
    """What *text* says beside the calls of the *known* functions in it, and these; all of it and none if one cannot be read."""
    begun = _begin(text, known)
    if begun is None:
        return text, []
    before, rest = text[:begun], text[begun:]
    closed = list(_CLOSING.finditer(rest))
    end = closed[-1].end() if closed else _in_a_row(rest, known)[1] or len(rest)
    try:
        calls = [each for written in _EACH.split(rest[:end]) for each in _written(written, known)]
    except NoJson:
        return text, []
    return (f"{before.rstrip()}\n{rest[end:].strip()}".strip(), calls) if calls else (text, [])


class CallsHeldBack:
    """Watches a text that arrives in pieces: from where a call of one of the *known* functions begins, all is held back."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._held = ""
        self._said = False  # whether something is out
        self._begun = False  # whether a call may have begun
        self._longest = max(map(len, (*_MARKS, *_bare_marks(known))))

    def feed(self, text: str) -> str:
        """What is certain to be no part of a call."""
        if not self._known:
            return text
        self._held += text
        if self._begun:
            return ""
        begun = _begin(self._held, self._known, bare=not self._said)
        self._begun = begun is not None
        at = self._may_begin() if begun is None else begun
        said = self._held[:at].rstrip()
        self._held = self._held[len(said) :]
        self._said = self._said or bool(said)
        return said

    def end(self) -> str:
        """What was held back, without the calls in it."""
        if not self._known:
            return ""
        text = apart(self._held, self._known)[0]
        return f"\n{text}" if self._said and text and text != self._held else text

    def _may_begin(self) -> int:
        """Where the text begins that may become a mark."""
        marks = _MARKS if self._said else (*_MARKS, *_bare_marks(self._known))
        start = max(0, len(self._held) - self._longest)
        tails = (at for at in range(start, len(self._held)) if any(mark.startswith(self._held[at:]) for mark in marks))
        return next(tails, len(self._held))


def _bare_marks(known: Known) -> tuple[str, ...]:
    return (*_BARE_MARKS, *(f"[{name}(" for name in known), *(f"functions.{name}:" for name in known))


def _begin(text: str, known: Known, *, bare: bool = True) -> int | None:
    """Where the first call may begin in *text*; *bare* says that it may be nothing else. None if there is none."""
    if not known:
        return None
    if bare and text.lstrip().startswith(_bare_marks(known)):
        return 0
    return min((at for mark in _MARKS if (at := text.find(mark)) >= 0), default=None)


def _written(text: str, known: Known) -> Iterator[WrittenCall]:
    """The calls in *text*, which is one or a list of several. Raises NoJson for one that cannot be read."""
    plain = _TAG.sub(" ", text).strip()
    if plain in ("", "function") and not any(name in text for name in known):
        return
    if plain.startswith("["):
        try:
            several = _DECODER.raw_decode(plain)[0]
        except (ValueError, RecursionError):
            several = None
        if isinstance(several, list) and several:
            yield from (_settled(call_in(json.dumps(each, ensure_ascii=False), known), known) for each in several)
            return
    row = _in_a_row(plain, known)[0]
    if len(row) > 1:
        yield from row
    elif several := _several_in_python(plain, known):
        yield from (_settled(each, known) for each in several)
    else:
        yield _settled(call_in(text, known), known)


def _in_a_row(text: str, known: Known) -> tuple[list[WrittenCall], int]:
    """The calls that *text* begins with, each a JSON object, and where the last of them ends; 0 if there are none."""
    row: list[WrittenCall] = []
    end, at = 0, len(text) - len(text.lstrip())
    while text.startswith("{", at) and len(row) < MOST_STARTS:
        try:
            said, after = _DECODER.raw_decode(text, at)
            row.append(_settled(call_in(json.dumps(said, ensure_ascii=False), known), known))
        except (ValueError, RecursionError):
            break
        end = after
        between = _BETWEEN.match(text, end)
        at = between.end() if between else end
    return row, end


def _settled(said: Json, known: Known) -> WrittenCall:
    """A call of a *known* function. Raises NoJson for anything else."""
    if isinstance(said, dict):
        name = next((said[key] for key in reversed(_NAMES) if isinstance(said.get(key), str)), "")
        arguments = next((said[key] for key in reversed(_ARGUMENTS) if isinstance(said.get(key), dict)), None)
        if name in known and arguments is not None:
            return WrittenCall(name, json.dumps(arguments, ensure_ascii=False))
    raise NoJson("there is no call of a known function in the answer")


def _several_in_python(text: str, known: Known) -> list[Json]:
    """`[add(a=1), now()]`, or a call a line, as calls; empty if *text* is anything else."""
    if len(text) > MOST_OF_PYTHON or not any(f"{name}(" in text for name in known):
        return []
    try:
        with _SYNTAX:
            lines = [each.value for each in ast.parse(text).body if isinstance(each, ast.Expr)]
            calls = [each for line in lines for each in (line.elts if isinstance(line, ast.List) else [line])]
            return [_made(each) for each in calls]
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return []


class NoJson(ValueError):
    """The text holds no JSON object; the message says why, and nothing of the text."""


def call_in(text: str, known: Known) -> Json:
    """The call in *text* of one of the *known* functions: an object with `name` and `parameters`, if the text has both.

    Some models write the name before the arguments (`<function=add>{"a": 1}`, `add\\n{"a": 1}`), tag each argument, or write
    `add(a=1)`. Raises NoJson."""
    if pairs := _PAIR.findall(text):
        name = _name_in(_FIRST_PAIR.split(text, maxsplit=1)[0], known)
        texts = _texts(known.get(name))
        return {"name": name, "parameters": {key: _value(value, is_text=key in texts) for key, value in pairs}}
    if (bare := _bare(text, known) or _without_arguments(text, known)) is not None:
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
    if isinstance(said, dict) and isinstance(named := said.get("name"), str):
        said = {**said, "name": _plain(named, known)}
    before = _name_in(text[: text.index("{")], known)
    if before and isinstance(said, dict) and not (_has(said, _NAMES) and _has(said, _ARGUMENTS)):
        return {"name": before, "parameters": said}
    return said


def _without_arguments(text: str, known: Known) -> Json:
    found = _WITHOUT_ARGUMENTS.search(text)
    return {"name": found[1], "parameters": {}} if found and found[1] in known else None


def _plain(name: str, known: Known) -> str:
    """`functions.add:0` as `add`, if that is *known*."""
    plain = re.sub(r":\d+$", "", name).removeprefix("functions.")
    return plain if plain in known else name


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


def _name_in(text: str, known: Known) -> str:
    """The last of the *known* names that stands in *text*; empty if none does."""
    places = {
        name: found[-1].start() for name in known if (found := list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)))
    }
    return max(places, key=lambda name: (places[name], len(name)), default="")


def _texts(schema: Json) -> frozenset[str]:
    """The parameters that are texts by their *schema*: what is written for one of them is no number, however it looks."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    found = properties.items() if isinstance(properties, Mapping) else ()
    return frozenset(
        key for key, each in found if isinstance(each, Mapping) and each.get("type") in ("string", ["string", "null"])
    )


def _value(written: str, *, is_text: bool) -> Json:
    """What is *written* between two tags. Templates put a line break on each side, and texts may be indented."""
    lines = written.removeprefix("\n").removesuffix("\n")
    plain = lines if "\n" in lines and is_text else lines.strip()
    try:
        read = _DECODER.decode(plain)
    except (ValueError, RecursionError):
        return plain
    return plain if is_text and not isinstance(read, str | None) else read


def _bare(text: str, known: Known) -> Json:
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


def _python(text: str, known: Known) -> Json:
    """`add(a=1, b="x")`, or `add.call(a=1, b="x")`, as a call; None if there is none."""
    begun = re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?:\.call)?\(", text) if known else None
    return None if begun is None else _first_read(text[begun.start() :], ")", _call)


def _call(source: str) -> Json:
    made = ast.parse(source, mode="eval").body
    return _made(made) if isinstance(made, ast.Call) and not made.args else None


def _made(made: ast.expr) -> Json:
    """A call in Python's syntax. Raises ValueError or TypeError for anything else."""
    if isinstance(made, ast.Call) and ast.unparse(made.func) == "print" and len(made.args) == 1:
        made = made.args[0]
    if not isinstance(made, ast.Call) or made.args:
        raise ValueError("no call with named arguments")
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
