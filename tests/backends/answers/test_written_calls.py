"""Calls of functions that a server leaves in the text of an answer come out as calls, whole and streamed alike."""

from __future__ import annotations

from typing import Any

import pytest

from app.backends.answers.builder import AnswerBuilder
from app.backends.base import Answer, Call, Message

ARGS = '{"a": 1, "b": 2}'
ADD, NOW = ("add", ARGS), ("now", "{}")
TOOLS = tuple({"type": "function", "function": {"name": name, "parameters": {}}} for name in ("add", "now"))


def asked(**changed: Any) -> Call:
    return Call("m", (Message("user", "q"),), max_tokens=9, **{"tools": TOOLS, **changed})


def read(said: str, call: Call, size: int = 1000, reason: str = "stop") -> tuple[str, Answer]:
    """What was shown of an answer that came in pieces of *size* characters, and the whole."""
    heard = AnswerBuilder.of(call)
    shown = "".join(heard.say(said[at : at + size]) for at in range(0, len(said), size))
    heard.finish(reason)
    return shown + heard.end(), heard.answer(call, 0.0)


def called(answer: Answer) -> list[tuple[str, str]]:
    return [(call["function"]["name"], call["function"]["arguments"]) for call in answer.tool_calls]


PAIRS = '<parameter name="a">1</parameter><parameter name="b">2</parameter>'
NOTATIONS: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "hermes": (f'Well.\n<tool_call>\n{{"name": "add", "arguments": {ARGS}}}\n</tool_call>', "Well.", [ADD]),
    "bare, two": (f'{{"name": "add", "parameters": {ARGS}}}; {{"name": "now", "parameters": {{}}}}', "", [ADD, NOW]),
    "bare, and words": (f'{{"name": "add", "arguments": {ARGS}}}\nThat adds them.', "That adds them.", [ADD]),
    "bare, and other JSON": (f'{{"name": "add", "arguments": {ARGS}}} {{"x": 1}}', '{"x": 1}', [ADD]),
    "llama, two": (
        f'<|python_tag|>{{"name": "add", "parameters": {ARGS}}}; {{"name": "now", "parameters": {{}}}}',
        "",
        [ADD, NOW],
    ),
    "hermes, two": (
        f'<tool_call>{{"name": "add", "arguments": {ARGS}}}</tool_call>\n'
        '<tool_call>{"name": "now", "arguments": {}}</tool_call>',
        "",
        [ADD, NOW],
    ),
    "qwen 3 coder": (
        "<tool_call>\n<function=add>\n<parameter=a>\n1\n</parameter>\n<parameter=b>\n2\n</parameter>\n</function>\n</tool_call>\n"
        "<tool_call>\n<function=now>\n</function>\n</tool_call>",
        "",
        [ADD, NOW],
    ),
    "glm 4": (
        "<tool_call>add\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n<arg_key>b</arg_key>\n<arg_value>2</arg_value>\n</tool_call>"
        "<tool_call>now\n</tool_call>",
        "",
        [ADD, NOW],
    ),
    "minimax m2": (
        f'<minimax:tool_call>\n<invoke name="add">{PAIRS}</invoke>\n<invoke name="now">\n</invoke>\n</minimax:tool_call>',
        "",
        [ADD, NOW],
    ),
    "deepseek 3.1": (
        f"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>add<｜tool▁sep｜>{ARGS}<｜tool▁call▁end｜>"
        "<｜tool▁call▁begin｜>now<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        "",
        [ADD, NOW],
    ),
    "deepseek 3.2": (
        '<｜DSML｜function_calls>\n<｜DSML｜invoke name="add">\n'
        '<｜DSML｜parameter name="a" string="false">1</｜DSML｜parameter>\n'
        '<｜DSML｜parameter name="b" string="false">2</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
        "",
        [ADD],
    ),
    "kimi k2": (
        "Let me see.<|tool_calls_section_begin|><|tool_call_begin|>functions.add:0<|tool_call_argument_begin|>"
        f"{ARGS}<|tool_call_end|><|tool_call_begin|>functions.now:1<|tool_call_argument_begin|>{{}}<|tool_call_end|>"
        "<|tool_calls_section_end|>",
        "Let me see.",
        [ADD, NOW],
    ),
    "kimi k2 without its marks": (f"functions.add:0{ARGS}", "", [ADD]),
    "mistral": (f"[TOOL_CALLS]add[ARGS]{ARGS}[TOOL_CALLS]now[ARGS]{{}}", "", [ADD, NOW]),
    "mistral's list": (
        f'[TOOL_CALLS][{{"name": "add", "arguments": {ARGS}}}, {{"name": "now", "arguments": {{}}}}]',
        "",
        [ADD, NOW],
    ),
    "llama 3": (f'<|python_tag|>{{"name": "add", "parameters": {ARGS}}}', "", [ADD]),
    "llama 3, bare": (f'{{"name": "add", "parameters": {ARGS}}}', "", [ADD]),
    "llama 4": ("<|python_start|>[add(a=1, b=2), now()]<|python_end|>", "", [ADD, NOW]),
    "llama 4, bare": ("[add(a=1, b=2), now()]", "", [ADD, NOW]),
    "olmo 3": ("<function_calls>\nadd(a=1, b=2)\nnow()\n</function_calls>", "", [ADD, NOW]),
    "gemma 3": ("```tool_code\nprint(add(a=1, b=2))\n```", "", [ADD]),
    "words behind a call": (f'<tool_call>{{"name": "add", "arguments": {ARGS}}}</tool_call>\nDone.', "Done.", [ADD]),
    "harmony": (
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.add "
        f"<|constrain|>json<|message|>{ARGS}<|call|>",
        "",
        [ADD],
    ),
    "harmony, the other order": (
        f"<|start|>assistant to=functions.add<|channel|>commentary json<|message|>{ARGS}<|call|>"
        "<|start|>functions.add to=assistant<|channel|>commentary<|message|>3<|end|>",
        "",
        [ADD],
    ),
    "harmony without its beginning": (f"to=functions.add<|channel|>commentary json<|message|>{ARGS}", "", [ADD]),
    "harmony with a final message": (
        f"<|channel|>commentary to=functions.add<|message|>{ARGS}<|call|><|start|>assistant<|channel|>final<|message|>Yes.",
        "Yes.",
        [ADD],
    ),
    "a call in a thought without an end": (
        f'<think>\nI call.\n<tool_call>\n{{"name": "add", "arguments": {ARGS}}}\n</tool_call>',
        "",
        [ADD],
    ),
}


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize(("said", "text", "calls"), NOTATIONS.values(), ids=NOTATIONS)
def test_calls_in_the_text_are_calls(said: str, text: str, calls: list[tuple[str, str]], size: int) -> None:
    shown, answer = read(said, asked(), size)

    assert (answer.text, called(answer), answer.finish_reason) == (text, calls, "tool_calls")
    assert shown == text


WORDS = [
    "I use <tool_call> for that.",
    '<tool_call>{"name": "fly", "arguments": {}}</tool_call>',
    '<tool_call>{"name": "add", "arguments": {"a": 1',
    '{"name": "Ann", "age": 3}',
    "[add](https://example.com) and [add(",
    "- Ann: write `<function=x>`, please; [TOOL_CALLS] is a mark.",
]


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize("said", WORDS)
def test_what_is_no_call_stays_text(said: str, size: int) -> None:
    shown, answer = read(said, asked(), size)

    assert (shown, answer.text, answer.tool_calls, answer.finish_reason) == (said, said, (), "stop")


@pytest.mark.parametrize("call", [asked(tools=()), asked(tool_choice="none")], ids=["no tools", "none"])
def test_without_tools_a_text_is_a_text(call: Call) -> None:
    said = f'<tool_call>{{"name": "add", "arguments": {ARGS}}}</tool_call>'

    assert read(said, call, 3)[0] == read(said, call)[1].text == said


def test_a_call_that_the_server_sends_in_both_ways_is_one() -> None:
    call = asked()
    heard = AnswerBuilder.of(call)
    heard.say(f'<tool_call>{{"name": "add", "arguments": {ARGS}}}</tool_call>')
    heard.tools.add({"index": 0, "id": "a", "function": {"name": "add", "arguments": '{"b":2,"a":1}'}})
    heard.finish("tool_calls")

    answer = heard.answer(call, 0.0)

    assert (answer.text, called(answer)) == ("", [("add", '{"b":2,"a":1}')])


def test_a_text_that_looks_like_a_number_stays_one() -> None:
    schema = {"type": "object", "properties": {"room": {"type": "string"}, "seats": {"type": "integer"}}}
    tools = ({"type": "function", "function": {"name": "book", "parameters": schema}},)
    said = '<invoke name="book"><parameter name="room">12</parameter><parameter name="seats">4</parameter></invoke>'

    _, answer = read(said, asked(tools=tools))

    assert called(answer) == [("book", '{"room": "12", "seats": 4}')]
