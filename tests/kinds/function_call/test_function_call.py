"""The kind `function_call`: the answer is always a valid call, or an error that says which stage failed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.answers import written_calls
from app.backends.base import Answer, Call
from app.errors import BadContent, BadParameter, MissingParameter, NoValidCall, PromptTooLong
from app.kinds import function_call
from app.kinds.base import Form, Result, Work
from app.kinds.function_call import Flavor
from app.manifests.functions import read_functions
from app.orders import Order
from tests.fakes.model import Model, Words
from tests.fakes.openai_server import FakeOpenAI, Reply

TEMPLATE = "Functions:\n{{ functions }}\nRequest: {{ prompt }}"
FUNCTIONS = """[{"name": "fn_add", "description": "Add.", "parameters": {"a": {"type": "number"}, "b": {"type": "number"}}},
                {"name": "fn_greet", "parameters": {"name": {"type": "string"}}}]"""
FLAVOR: dict[str, Any] = {"name": "small", "modelName": "m", "totalContextLength": 400, "maxGenerationLength": 100}
ADD = {"name": "fn_add", "parameters": {"a": 2, "b": 3}}
QUESTION = "What is the sum of 2 and 3?"


def order(question: str = QUESTION, template: str = TEMPLATE, **flavor: Any) -> Order:
    functions = [each.wire() for each in read_functions("f.json", FUNCTIONS)]
    return Order(
        service="functions",
        kind="function_call",
        backend="model",
        flavor={**FLAVOR, **flavor},
        settings={"functions": json.loads(json.dumps(functions))},
        template="functions",
        templates={"functions": template},
        text=question,
    )


def carried_out(asked: Order, *said: Any) -> tuple[Result, Model]:
    """*said* are the answers, one after the other; what is no Answer and no text is JSON."""
    answers = iter([each if isinstance(each, Answer | str) else json.dumps(each) for each in said])
    model = Model(lambda _: next(answers))
    return function_call.run(Work(asked, model, Words())), model


def failed(asked: Order, say: Callable[[Call], Answer | str]) -> tuple[NoValidCall, Model]:
    model = Model(say)
    with pytest.raises(NoValidCall) as failure:
        function_call.run(Work(asked, model, Words()))
    return failure.value, model


def test_a_question_becomes_a_call() -> None:
    result, _ = carried_out(order(), ADD)

    expected = {"prompt": QUESTION, "fn_name": "fn_add", "args": {"a": 2, "b": 3}, **ADD}
    assert result.body == expected
    assert json.loads(result.text) == expected


def test_the_model_sees_functions_and_question_and_is_held_to_the_schema() -> None:
    _, model = carried_out(order(), ADD)

    (call,) = model.heard
    assert '{"name": "fn_add", "description": "Add.", "parameters": {"a": {"type": "number"}' in call.messages[-1].content
    assert call.messages[-1].content.endswith(f"Request: {QUESTION}")
    form = (call.response_format or {})["json_schema"]
    assert [each["properties"]["name"]["enum"] for each in form["schema"]["anyOf"]] == [["fn_add"], ["fn_greet"]]


def test_with_tools_the_server_is_given_them_and_its_call_is_read() -> None:
    said = Answer("", "tool_calls", tool_calls=({"function": {"name": "fn_greet", "arguments": '{"name": "shrek"}'}},))

    result, model = carried_out(order(constraint="tools"), said)

    assert (result.body["fn_name"], result.body["args"]) == ("fn_greet", {"name": "shrek"})
    assert [tool["function"]["name"] for tool in model.heard[0].tools] == ["fn_add", "fn_greet"]
    assert (model.heard[0].tool_choice, model.heard[0].response_format) == ("required", None)


def test_tools_count_as_a_part_of_the_prompt() -> None:
    """The model's chat template prints them into it."""
    said = Answer("", "tool_calls", tool_calls=({"function": {"name": "fn_greet", "arguments": '{"name": "shrek"}'}},))
    asked = order(constraint="tools", template="{{ functions }} {{ prompt }}", maxGenerationLength=400)

    _, model = carried_out(asked, said)

    call = model.heard[0]
    tools = sum(Words().count([json.dumps(each, ensure_ascii=False) for each in call.tools]))
    assert tools > 20
    assert call.max_tokens == 400 - Words().measure([message.wire() for message in call.messages]) - tools


@pytest.mark.parametrize("constraint", ["json_schema", "tools"])
def test_a_shorter_context_that_the_server_names_is_kept_to(fake_openai: FakeOpenAI, constraint: str) -> None:
    fake_openai.strict, fake_openai.context, fake_openai.model = True, 150, "m"
    fake_openai.default = Reply(text=json.dumps(ADD))
    asked = order(totalContextLength=4000, maxGenerationLength=1000, constraint=constraint)

    result = function_call.run(Work(asked, OpenAIBackend("vLLM", fake_openai.base_url, ""), Words()))

    assert result.body["args"] == {"a": 2, "b": 3}
    assert fake_openai.calls[-1].body["max_tokens"] < 150


ARGS = '{"a": 2, "b": 3}'
NOTATIONS = [
    {"fn_name": "fn_add", "args": {"a": 2, "b": 3}},
    f"Here: {json.dumps(ADD)}",
    f'<tool_call>\n{{"name": "fn_add", "arguments": {ARGS}}}\n</tool_call>',
    f'[TOOL_CALLS] [{{"name": "fn_add", "arguments": {ARGS}}}]',
    f"[TOOL_CALLS]fn_add[ARGS]{ARGS}",
    f"<function=fn_add>{ARGS}</function>",
    f">>>fn_add\n{ARGS}",
    f"functions.fn_add:0\n```json\n{ARGS}\n```",
    {"type": "function", "function": {"name": "fn_add", "arguments": ARGS}},
    {"tool_calls": [{"function": {"name": "fn_add", "arguments": {"a": 2, "b": 3}}}]},
    {"action": "fn_add", "action_input": {"a": 2, "b": 3}},
    "<tool_call>\n<function=fn_add>\n<parameter=a>\n2\n</parameter>\n<parameter=b>\n3\n</parameter>\n</function>",
    "<tool_call>fn_add\n<arg_key>a</arg_key>\n<arg_value>2</arg_value>\n<arg_key>b</arg_key><arg_value>3</arg_value>",
    '<invoke name="fn_add"><parameter name="a">2</parameter><parameter name="b">3</parameter></invoke>',
    "[fn_add(a=2, b=3)]",
    "```tool_code\nfn_add(a=2, b=3)\n```",
    "<|python_tag|>fn_add.call(a=2, b=3)",
    "<tool_call>{'name': 'fn_add', 'arguments': {'a': 2, 'b': 3}}</tool_call>",
    '{"name": "fn_add", "parameters": {"a": 2, "b": 3,},}',
    "<function=fn_add>{'a': 2, 'b': 3}</function>",
    {"fn_add": {"a": 2, "b": 3}},
    '<｜DSML｜invoke name="fn_add"><｜DSML｜parameter name="a" string="false">2</｜DSML｜parameter>'
    '<｜DSML｜parameter name="b" string="false">3</｜DSML｜parameter></｜DSML｜invoke>',
    '<steptml:invoke name="fn_add"><steptml:parameter name="a">2</steptml:parameter>'
    '<steptml:parameter name="b">3</steptml:parameter></steptml:invoke>',
    "<start_function_call>call:fn_add{a:2,b:3}<end_function_call>",
    "<|tool_call>call:fn_add{a: 2, b: 3}<tool_call|>",
]


@pytest.mark.parametrize("said", NOTATIONS, ids=str)
def test_other_spellings_and_words_around_the_call_are_understood(said: Any) -> None:
    result, _ = carried_out(order(), said)

    assert (result.body["fn_name"], result.body["args"]) == ("fn_add", {"a": 2, "b": 3})


@pytest.mark.parametrize(("opening", "closing"), [("<escape>", "<escape>"), ('<|"|>', '<|"|>'), ('"', '"')])
def test_texts_between_the_marks_of_gemma_are_kept_as_they_are(opening: str, closing: str) -> None:
    words = "it is 5:00, see {a:1} — Ω"
    said = f"call:say{{text:{opening}{words}{closing},deep:{{list:[1,true,null]}}}}"

    assert written_calls.call_in(said, {"say": None}) == {
        "name": "say",
        "parameters": {"text": words, "deep": {"list": [1, True, None]}},
    }


def test_an_invalid_call_is_told_why_and_asked_once_more() -> None:
    result, model = carried_out(order(), {"name": "fn_add", "parameters": {"a": "two"}}, ADD)

    assert result.body["args"] == {"a": 2, "b": 3}
    repair = model.heard[1].messages
    assert [message.role for message in repair] == ["user", "assistant", "user"]
    assert "a: Input should be" in repair[2].content
    assert "b: Field required" in repair[2].content


def test_an_empty_answer_is_asked_for_again_a_little_warmer() -> None:
    _, model = carried_out(order(temperature=0.0, seed=7), "", ADD)

    assert [(call.temperature, call.seed) for call in model.heard] == [(0.0, 7), (0.3, 8)]


@pytest.mark.parametrize(
    ("said", "stage", "reason"),
    [
        ("I cannot do that.", "parse", "there is no JSON object"),
        ('{"name": "fn_add"}', "parse", "parameters: Field required"),
        ("fn_add(a=__import__('os'), b=3)", "parse", "there is no JSON object"),
        ('I could fn_add: {"name": "fn_fly", "parameters": {}}', "validation", "no function of that name"),
        ('{"name": "fn_fly", "parameters": {}}', "validation", "no function of that name; known are fn_add, fn_greet"),
        ('{"name": "fn_greet", "parameters": {"name": 3}}', "validation", "fn_greet: name: Input should be a valid string"),
        (Answer('{"name": "fn_', "length"), "generation", "cut at maxGenerationLength"),
    ],
    ids=["words", "half", "code", "another name", "unknown", "wrong type", "cut"],
)
def test_what_stays_invalid_is_refused_with_its_stage(said: Answer | str, stage: str, reason: str) -> None:
    failure, model = failed(order(), lambda _: said)

    assert (failure.stage, reason in failure.reason, len(model.heard)) == (stage, True, 2)


def test_without_repairs_the_model_is_asked_once() -> None:
    _, model = failed(order(repairs=0), lambda _: "no")

    assert len(model.heard) == 1


def test_a_refusal_says_nothing_of_the_answer() -> None:
    failure, _ = failed(order(), lambda _: '{"name": "fn_greet", "parameters": {"name": ["zanzibar"], "zanzibar": 1}}')

    assert "['zanzibar']" not in str(failure)


def test_each_stage_is_timed_and_logged_without_content(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        result, _ = carried_out(order("Greet zanzibar"), {"name": "fn_greet", "parameters": {"name": "zanzibar"}})

    stages = ["prompt", "tokens", "generation", "parse", "validation"]
    assert [each["stage"] for each in result.coverage["stages"]] == stages
    assert [record.message.split(": ")[1].split()[0] for record in caplog.records] == stages
    assert "zanzibar" not in caplog.text


def test_the_answer_gets_the_room_that_the_prompt_leaves() -> None:
    _, model = carried_out(order("word " * 330), ADD)

    (call,) = model.heard
    assert call.max_tokens + Words().measure([message.wire() for message in call.messages]) == 400


def test_a_prompt_without_room_for_an_answer_is_refused() -> None:
    with pytest.raises(PromptTooLong):
        carried_out(order("word " * 500))


def test_a_repair_that_does_not_fit_is_asked_without_the_answer_before() -> None:
    _, model = carried_out(order("word " * 330), "never " * 60, ADD)

    assert [len(call.messages) for call in model.heard] == [1, 1]


def test_the_whole_answer_is_one_piece() -> None:
    model = Model(lambda _: json.dumps(ADD))

    *_, last = function_call.stream(Work(order(), model, Words()))

    assert json.loads(last.text)["fn_name"] == "fn_add"
    assert last.answer is not None


@pytest.mark.parametrize(
    ("form", "question"),
    [(Form({"prompt": "q"}), "q"), (Form({}, "q"), "q"), (Form({}, "é".encode()), "é")],
    ids=["field", "content", "bytes"],
)
def test_the_question_is_the_prompt_or_the_content(form: Form, question: str) -> None:
    assert function_call.accept(form).content == question


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (Form({}), MissingParameter),
        (Form({"prompt": " "}), MissingParameter),
        (Form({"prompt": 3}), BadParameter),
        (Form({}, b"a\0b"), BadContent),
        (Form({"prompt": "q", "temperature": "hot"}), BadParameter),
    ],
    ids=str,
)
def test_a_bad_question_is_refused(form: Form, error: type[Exception]) -> None:
    with pytest.raises(error):
        function_call.accept(form)


def test_a_request_may_shorten_the_answer_and_not_lengthen_it() -> None:
    asked = order()

    settled = [
        function_call.settle(Order(**{**asked.__dict__, "options": {"max_tokens": most}})).flavor["maxGenerationLength"]
        for most in (None, 50, 500)
    ]

    assert settled == [100, 50, 100]


@pytest.mark.parametrize(
    ("template", "constraint", "reason"),
    [
        ("{{ functions }}", "json_schema", "does not use {{ prompt }}"),
        ("{{ prompt }}", "json_schema", "does not use {{ functions }}"),
        ("{{ prompt }}", "tools", None),
        ("{{ prompt }} {{ functions }} {{ promt }}", "json_schema", 'uses promt, which there is not; did you mean "prompt"?'),
        ("Say {}", "json_schema", "must be a Jinja template"),
    ],
)
def test_a_template_shows_what_the_model_must_see(template: str, constraint: str, reason: str | None) -> None:
    flavor = Flavor.model_validate({**FLAVOR, "constraint": constraint})
    service: Any = type("Service", (), {"flavor": (flavor,)})()

    problems = list(function_call.check(service, "t", {"t": template}))

    assert [reason in problem.reason for problem in problems if reason] == ([True] if reason else [])
    assert bool(problems) == bool(reason)


def test_by_tools_the_server_is_asked_to_be_strict() -> None:
    called = {"id": "a", "type": "function", "function": {"name": "fn_add", "arguments": '{"a": 2, "b": 3}'}}
    answer = Answer("", "tool_calls", tool_calls=(called,))

    _, model = carried_out(order(constraint="tools"), answer)

    assert [tool["function"]["strict"] for tool in model.heard[0].tools] == [True, True]


def test_a_call_that_was_cut_stands_raw_in_the_text_and_is_no_call() -> None:
    cut = Answer('<tool_call>{"name": "fn_add", "arguments": {"a": 2', "length")

    failure, _ = failed(order(constraint="tools", repairs=0), lambda _: cut)

    assert (failure.stage, "cut at maxGenerationLength" in failure.reason) == ("generation", True)


def test_a_model_that_only_thought_is_said_to_have_done_so() -> None:
    thought = Answer("", "length", thinking="hm, add or greet?")

    failure, _ = failed(order(repairs=0), lambda _: thought)

    assert "tokens on thoughts" in failure.reason


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("12", "12"),
        ("\n007\n", "007"),
        ("true", "true"),
        ('"12"', "12"),
        ('{"a": 1}', '{"a": 1}'),
        ("\n  if x:\n    y()\n", "  if x:\n    y()"),
        (" Ann ", "Ann"),
    ],
)
@pytest.mark.parametrize("constraint", ["json_schema", "tools"])
def test_what_is_tagged_is_a_text_where_the_function_takes_one(written: str, name: str, constraint: str) -> None:
    said = f"<tool_call>\n<function=fn_greet>\n<parameter=name>{written}</parameter>\n</function>\n</tool_call>"

    result, _ = carried_out(order(constraint=constraint), said)

    assert result.body["args"] == {"name": name}
