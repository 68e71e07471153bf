"""Answers in the shapes of many servers, whole and streamed, by both ways of asking: what comes out is the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Answer, Call, Message
from app.errors import BackendError, BackendRefused, BackendUnavailable, ContextExceeded
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.fakes.raw_answers import answer, chunks, http, streamed, whole

CALL = Call("m", (Message("user", "What was decided?"),), max_tokens=50)
Json: TypeAlias = Any
Ask: TypeAlias = Callable[[bytes], Answer]


@pytest.fixture(params=["direct", "package"])
def ask(request: pytest.FixtureRequest, fake_openai: FakeOpenAI) -> Ask:
    """What the backend makes of the bytes of a server."""

    def asked(raw: bytes) -> Answer:
        fake_openai.script(Reply(raw=raw))
        return OpenAIBackend("vLLM", fake_openai.base_url, "", packaged=request.param == "package").complete(CALL)

    return asked


def said(content: Json, finish_reason: Json = "stop", **more: Json) -> dict[str, Json]:
    return answer({"content": content}, finish_reason, **more)


# What a server says -> what there is to read, what was thought, why it ended.
TEXTS: dict[str, tuple[dict[str, Json], tuple[str, str, str]]] = {
    "plain": (said("- One item"), ("- One item", "", "stop")),
    "a pair of surrogates": (said("party \ud83c\udf89 on"), ("party \U0001f389 on", "", "stop")),
    "half a pair": (said("party \ud83c"), ("party �", "", "stop")),
    "halves the wrong way round": (said("a\udf89\ud83cb"), ("a��b", "", "stop")),
    "thoughts in tags": (said("<think>\nhm, well\n</think>\n\n- One"), ("- One", "hm, well", "stop")),
    "thoughts in capitals": (said("<THINK>hm</THINK>- One"), ("- One", "hm", "stop")),
    "thoughts in brackets": (said("[THINK]hm[/THINK]- One"), ("- One", "hm", "stop")),
    "reasoning tags and a wrapper": (said("<reasoning>hm</reasoning>\n<answer>- One</answer>"), ("- One", "hm", "stop")),
    "a text about tags": (
        said("- Ann: drop <think> and </think> by May"),
        ("- Ann: drop <think> and </think> by May", "", "stop"),
    ),
    "thoughts without an end": (said("<think>so many", "length"), ("", "so many", "length")),
    "thoughts kept apart": (answer({"content": "- One", "reasoning_content": "hm"}), ("- One", "hm", "stop")),
    "thoughts by their new name": (answer({"content": "- One", "reasoning": "hm"}), ("- One", "hm", "stop")),
    "thoughts by both names": (
        answer({"content": "- One", "reasoning": "hm", "reasoning_content": "hm"}),
        ("- One", "hm", "stop"),
    ),
    "thoughts and no answer": (answer({"content": None, "reasoning": "hm"}, "length"), ("", "hm", "length")),
    "harmony": (
        said("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>- One<|return|>"),
        ("- One", "hm", "stop"),
    ),
    "harmony with a commentary": (
        said("<|channel|>commentary<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>- One"),
        ("- One", "a", "stop"),
    ),
    "chatml and a round more": (said("- One<|im_end|>\n<|im_start|>user\nThanks"), ("- One", "", "stop")),
    "llama 3's marks": (
        said("<|start_header_id|>assistant<|end_header_id|>\n\n- One<|eot_id|>assistant"),
        ("- One", "", "stop"),
    ),
    "gemma's marks": (said("- One<end_of_turn>\n<start_of_turn>user"), ("- One", "", "stop")),
    "mistral's marks, cut": (said("- One</s>[INST] And then", "length"), ("- One", "", "stop")),
    "a mark in quotes": (said("- Ann: cut at `</s>` please"), ("- Ann: cut at `</s>` please", "", "stop")),
    "text that is struck through": (said("- <s>nine</s> ten"), ("- <s>nine</s> ten", "", "stop")),
    "content in parts": (
        said([{"type": "text", "text": "- One"}, {"type": "text", "text": " item"}]),
        ("- One item", "", "stop"),
    ),
    "parts with thoughts": (
        said([{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "- One"}]),
        ("- One", "hm", "stop"),
    ),
    "a refusal": (answer({"content": None, "refusal": "I cannot do that."}), ("I cannot do that.", "", "stop")),
    "no reason": (said("- One", ""), ("- One", "", "stop")),
    "eos": (said("- One", "EOS"), ("- One", "", "stop")),
    "eos_token": (said("- One", "eos_token"), ("- One", "", "stop")),
    "end_turn": (said("- One", "end_turn"), ("- One", "", "stop")),
    "stop_sequence": (said("- One", "stop_sequence"), ("- One", "", "stop")),
    "max_tokens": (said("- One", "MAX_TOKENS"), ("- One", "", "length")),
    "model_length": (said("- One", "model_length"), ("- One", "", "length")),
    "filtered": (said("- One", "content_filter"), ("- One", "", "content_filter")),
    "repetition": (said("- One", "repetition"), ("- One", "", "repetition")),
    "a reason that is an object": (said("- One", {"type": "length", "length": 5}), ("- One", "", "length")),
}


@pytest.mark.parametrize("form", [whole, streamed])
@pytest.mark.parametrize(("given", "expected"), TEXTS.values(), ids=TEXTS)
def test_what_was_said_is_read(
    ask: Ask, form: Callable[[dict[str, Json]], bytes], given: dict[str, Json], expected: tuple[str, str, str]
) -> None:
    read = ask(form(given))

    assert (read.text, read.thinking, read.finish_reason) == expected
    read.text.encode()


ODD: dict[str, Json] = {
    "a message that is its text": "- One item",
    "a message that is a list of parts": [{"type": "text", "text": "- One "}, {"type": "text", "text": "item"}],
    "null among calls": {"content": "- One item", "tool_calls": [None]},
}


@pytest.mark.parametrize("name", ["message", "delta"])
@pytest.mark.parametrize("given", ODD.values(), ids=ODD)
def test_what_stands_where_a_message_should_is_read(ask: Ask, given: Json, name: str) -> None:
    choice = {"index": 0, name: given, "finish_reason": "stop", "logprobs": {"content": "x"}}
    said = json.dumps({"id": "1", "choices": [choice]}).encode()

    read = ask(http(said) if name == "message" else http(b"data: " + said + b"\n\n", "text/event-stream"))

    assert (read.text, read.tool_calls, read.logprobs) == ("- One item", (), None)


@pytest.mark.parametrize("reason", ["insufficient_system_resource", "abort", "error", "load", "cancelled"])
@pytest.mark.parametrize("form", [whole, streamed])
def test_an_answer_that_its_server_gave_up_is_never_kept(ask: Ask, form: Callable[..., bytes], reason: str) -> None:
    with pytest.raises(BackendUnavailable, match=f"gave the answer up \\({reason}\\)"):
        ask(form(said("- Half an", reason)))


def test_an_empty_reason_in_every_event_ends_nothing_by_itself(ask: Ask) -> None:
    event = {"choices": [{"index": 0, "delta": {"content": "- Half"}, "finish_reason": ""}]}
    cut = http(f"data: {json.dumps(event)}\n\n".encode(), "text/event-stream")

    with pytest.raises(BackendUnavailable, match="without a finish_reason"):
        ask(cut)


CALLED = {"id": "a1", "type": "function", "function": {"name": "book", "arguments": '{"room": "4"}'}}
OTHER = {"id": "a2", "type": "function", "function": {"name": "book", "arguments": '{"room": "5"}'}}


def calling(*calls: Json) -> dict[str, Json]:
    return answer({"content": None, "tool_calls": list(calls)}, "tool_calls")


def call_of(name: str, arguments: Json, **more: Json) -> dict[str, Json]:
    return {"id": "a1", "type": "function", "function": {"name": name, "arguments": arguments}, **more}


CALLS: dict[str, tuple[dict[str, Json], list[tuple[str, str, str]]]] = {
    "two of one function": (calling(CALLED, OTHER), [("a1", "book", '{"room": "4"}'), ("a2", "book", '{"room": "5"}')]),
    "no arguments": (calling(call_of("now", "")), [("a1", "now", "{}")]),
    "null for arguments": (calling(call_of("now", None)), [("a1", "now", "{}")]),
    "an object for arguments": (calling(call_of("book", {"room": "é"})), [("a1", "book", '{"room": "é"}')]),
    "a mark in the name": (calling(call_of("book<|channel|>commentary", "{}")), [("a1", "book", "{}")]),
    "no id": (calling({"type": "function", "function": {"name": "now", "arguments": "{}"}}), [("call_0", "now", "{}")]),
    "half a character": (calling(call_of("say", '{"a": "\ud83c"}')), [("a1", "say", '{"a": "�"}')]),
}


@pytest.mark.parametrize("form", [whole, streamed])
@pytest.mark.parametrize(("given", "expected"), CALLS.values(), ids=CALLS)
def test_calls_of_functions_are_read(
    ask: Ask, form: Callable[..., bytes], given: dict[str, Json], expected: list[tuple[str, str, str]]
) -> None:
    read = ask(form(given))

    found = [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in read.tool_calls]
    assert found == expected


@pytest.mark.parametrize(
    ("usage", "numbers"),
    [
        ({"prompt_tokens": 40, "completion_tokens": 9}, (40, 9, False)),
        ({"prompt_tokens": 40.0, "completion_tokens": 9}, (40, 9, False)),
        ({"prompt_tokens": "40", "completion_tokens": None, "total_tokens": 0}, (0, 0, True)),
        ({"prompt_tokens": -1, "completion_tokens": 9}, (0, 9, True)),
        ({"prompt_tokens": True, "completion_tokens": 9.5}, (0, 0, True)),
        ({"prompt_tokens": 40, "completion_tokens": 0}, (40, 0, True)),
        ([40, 9], (0, 0, True)),
        (None, (0, 0, True)),
    ],
)
@pytest.mark.parametrize("form", [whole, streamed])
def test_numbers_that_are_none_are_not_taken(
    ask: Ask, form: Callable[..., bytes], usage: Json, numbers: tuple[int, int, bool]
) -> None:
    read = ask(form(said("- nine", usage=usage)))

    assert (read.prompt_tokens, read.completion_tokens, read.estimated) == numbers


def test_tokens_of_reasoning_are_told(ask: Ask) -> None:
    usage = {"prompt_tokens": 40, "completion_tokens": 50, "completion_tokens_details": {"reasoning_tokens": 48}}

    assert ask(whole(said("- nine", usage=usage))).reasoning_tokens == 48


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(ask: Ask, end: str) -> None:
    assert ask(streamed(said("- One item"), end)).text == "- One item"


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b": comment\n\n", b"data:\n\n", b"\n\n", b"retry: 10\n\n", b"event: ping\ndata:\n\n"]
)
def test_what_says_nothing_before_the_answer_is_passed_over(ask: Ask, before: bytes) -> None:
    head, _, body = streamed(said("- One item")).partition(b"\r\n\r\n")

    assert ask(head + b"\r\n\r\n" + before + body).text == "- One item"


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "TEXT/EVENT-STREAM", "application/json"])
def test_the_content_type_of_a_stream_may_be_wrong(ask: Ask, kind: str) -> None:
    body = streamed(said("- One item")).partition(b"\r\n\r\n")[2]

    assert ask(http(body, kind)).text == "- One item"


def test_numbers_that_json_has_not_are_none(ask: Ask) -> None:
    given = said("- One")
    given["choices"][0]["logprobs"] = {"content": [{"token": "-", "logprob": float("-inf"), "bytes": [45], "top_logprobs": []}]}

    assert json.loads(json.dumps(ask(whole(given)).logprobs), parse_constant=pytest.fail)


def test_an_old_completion_has_its_text_beside_the_message(ask: Ask) -> None:
    given = {"object": "text_completion", "choices": [{"index": 0, "text": "- One", "finish_reason": "stop"}]}

    assert ask(whole(given)).text == "- One"


def test_the_first_of_several_choices_is_the_one_of_index_0(ask: Ask) -> None:
    first, second = ({"index": at, "message": {"content": f"- {at}"}, "finish_reason": "stop"} for at in (0, 1))

    assert ask(whole({"choices": [second, first]})).text == "- 0"


@pytest.mark.parametrize(
    ("indices", "text"), [((1, 1), "- One item"), ((0, 1), "- One"), ((1, 0), "- One"), ((None, None), "- One item")]
)
def test_of_a_stream_one_choice_is_read(ask: Ask, indices: tuple[Json, Json], text: str) -> None:
    deltas = [
        {"choices": [{"index": at, "delta": {"content": each}}]} for at, each in zip(indices, ("- One", " item"), strict=True)
    ]
    events = [*deltas, {"choices": [{"index": indices[0], "delta": {}, "finish_reason": "stop"}]}]

    assert ask(http("".join(f"data: {json.dumps(each)}\n\n" for each in events).encode(), "text/event-stream")).text == text


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/json", "text/event-stream"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_chunk_may_be_a_line(ask: Ask, kind: str, end: str) -> None:
    body = end.join(json.dumps(each) for each in chunks(said("- One item")))

    assert ask(http(body.encode(), kind)).text == "- One item"
    with pytest.raises(BackendUnavailable):
        ask(http(body[: len(body) // 2].encode(), kind))


def test_the_usage_may_come_behind_the_end(ask: Ask) -> None:
    usage = {"id": "1", "choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 2}}
    late = streamed(said("- One", usage=None)) + f"data: {json.dumps(usage)}\n\ndata: half".encode()

    read = ask(late)

    assert (read.text, read.prompt_tokens, read.completion_tokens) == ("- One", 4, 2)


OLLAMAS = json.dumps({"model": "m", "done": True, "message": {"role": "assistant", "content": "- One"}})
ANTHROPICS = json.dumps({"type": "message", "role": "assistant", "content": [{"type": "text", "text": "- One"}]})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (http(OLLAMAS.encode()), "Ollama's own API"),
        (http(f"{OLLAMAS}\n{OLLAMAS}\n".encode(), "application/x-ndjson"), "Ollama's own API"),
        (http(ANTHROPICS.encode()), "Anthropic's messages API"),
        (http(f"event: message\ndata: {ANTHROPICS}\n\n".encode(), "text/event-stream"), "Anthropic's messages API"),
        (http(b'[{"generated_text": "- One"}]'), "text-generation-inference"),
        (http(b"<html><title>Sign in</title></html>", "text/html"), "a page of HTML (“Sign in”)"),
        (http(b"<html><title>Sign in</title></html>"), "a page of HTML (“Sign in”)"),
        (http(b'{"object": "list", "data": []}'), "it has object, data"),
    ],
)
def test_an_answer_of_another_api_says_which(ask: Ask, raw: bytes, words: str) -> None:
    with pytest.raises(BackendUnavailable, match="not as a model server does") as caught:
        ask(raw)

    assert words in str(caught.value)


def test_a_whole_answer_needs_no_reason(ask: Ask) -> None:
    assert ask(whole(said("- One", None))).finish_reason == "stop"


@pytest.mark.parametrize(
    ("choice", "reason"), [("auto", "tool_calls"), (None, "tool_calls"), ({"type": "function"}, "stop")], ids=str
)
@pytest.mark.parametrize("form", [whole, streamed])
def test_an_answer_that_calls_says_so_at_its_end(
    fake_openai: FakeOpenAI, form: Callable[..., bytes], choice: Json, reason: str
) -> None:
    fake_openai.script(Reply(raw=form(answer({"content": None, "tool_calls": [CALLED]}, "stop"))))

    read = OpenAIBackend("Gemini", fake_openai.base_url, "").complete(replace(CALL, tool_choice=choice))

    assert (len(read.tool_calls), read.finish_reason) == (1, reason)


def test_an_old_call_of_a_function_ends_as_one_of_tools_does(ask: Ask) -> None:
    read = ask(whole(answer({"content": None, "function_call": {"name": "now", "arguments": "{}"}}, "function_call")))

    assert (read.tool_calls[0]["function"]["name"], read.finish_reason) == ("now", "tool_calls")


def test_the_last_piece_may_carry_the_reason(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="one two three", together=True))

    read = OpenAIBackend("vLLM", fake_openai.base_url, "").complete(CALL)

    assert (read.text, read.finish_reason) == ("one two three", "stop")


def test_bytes_that_are_no_utf_8_become_the_replacement_character(ask: Ask) -> None:
    raw = http(b'{"choices": [{"message": {"content": "caf\xe9"}, "finish_reason": "stop"}]}')

    assert ask(raw).text == "caf�"


ERRORS = [
    ({"error": {"message": "boom", "type": "InternalServerError", "code": 500}}, BackendUnavailable),
    ({"error": {"message": "no", "code": 400}}, BackendRefused),
    ({"error": "boom"}, BackendUnavailable),
    ({"object": "error", "message": "boom", "code": 500}, BackendUnavailable),
    ({"detail": "boom"}, BackendUnavailable),
    ({"error": {"message": "the input length exceeds the context length"}}, ContextExceeded),
    ({"error": {"message": "lone \ud83c half", "code": 500}}, BackendUnavailable),
    ({"choices": [{"index": 0, "error": {"message": "boom", "code": 502}, "message": {"content": ""}}]}, BackendUnavailable),
    ({"choices": [{"index": 0, "error": {"message": "no", "code": 400}, "delta": {}}]}, BackendRefused),
    ({"success": False, "errors": [{"code": 7000, "message": "no route"}]}, BackendUnavailable),
    ({"code": 1301, "msg": "sensitive"}, BackendUnavailable),
]


@pytest.mark.parametrize(("body", "kind"), ERRORS)
@pytest.mark.parametrize("form", ["whole", "streamed", "midway"])
def test_an_error_with_a_good_status_is_an_error(ask: Ask, form: str, body: Json, kind: type[BackendError]) -> None:
    event = f"data: {json.dumps(body)}\n\ndata: [DONE]\n\n".encode()
    begun = b'data: {"choices": [{"index": 0, "delta": {"content": "- Ha"}}]}\n\n'
    raw = whole(body) if form == "whole" else http((begun if form == "midway" else b"") + event, "text/event-stream")

    with pytest.raises(BackendError) as caught:
        ask(raw)

    assert type(caught.value) is kind
    str(caught.value).encode()


WORDINGS = {
    "vLLM": "This model's maximum context length is 4096 tokens. However, your request has 9000 input tokens.",
    "vLLM, the longest model": "The decoder prompt (length 9000) is longer than the maximum model length of 4096.",
    "llama.cpp": "request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it",
    "TGI": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000 `inputs` tokens",
    "SGLang": "The input (9000 tokens) is longer than the model's context length (4096 tokens).",
    "Ollama": "input length (9000) exceeds maximum context length (4096)",
    "Mistral": "Prompt contains 9000 tokens and 0 draft tokens, too large for model with 4096 maximum context length",
    "OpenAI": "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens.",
}


@pytest.mark.parametrize("status", ["400 Bad Request", "413 Content Too Large", "422 No", "500 Oops", "503 No", "200 OK"])
@pytest.mark.parametrize("words", WORDINGS.values(), ids=WORDINGS)
def test_too_long_is_known_at_any_status_and_in_any_words(ask: Ask, words: str, status: str) -> None:
    with pytest.raises(ContextExceeded) as caught:
        ask(http(json.dumps({"error": {"message": words}}).encode(), status=status))

    assert caught.value.limit == 4096


@pytest.mark.parametrize(
    "words", ["max_tokens must be at least 1, got 0.", "the input length exceeds the context length", "context_length_exceeded"]
)
def test_too_long_may_name_no_limit(ask: Ask, words: str) -> None:
    with pytest.raises(ContextExceeded) as caught:
        ask(http(json.dumps({"error": {"message": words}}).encode(), status="400 Bad Request"))

    assert caught.value.limit == 0


def test_an_error_that_echoes_a_request_about_context_is_not_too_long(fake_openai: FakeOpenAI) -> None:
    words = "the maximum context length of the new model was discussed by all"
    fake_openai.script(Reply(status=400, message=f"bad request: {words}"))

    with pytest.raises(BackendRefused):
        OpenAIBackend("vLLM", fake_openai.base_url, "").complete(Call("m", (Message("user", words),), max_tokens=5))


def test_halves_of_a_character_in_two_deltas_are_joined(ask: Ask) -> None:
    deltas = ["party \ud83c", "\udf89 on \ud83c", " off"]
    events = [{"choices": [{"index": 0, "delta": {"content": each}}]} for each in deltas]
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in [*events, last])

    assert ask(http(body.encode(), "text/event-stream")).text == "party \U0001f389 on � off"


def test_a_model_that_goes_on_behind_its_end_is_ended(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="- One<|im_end|> " + "and then more words " * 2000, pace=0.002))

    read = OpenAIBackend("vLLM", fake_openai.base_url, "").complete(CALL)

    assert (read.text, read.finish_reason, read.estimated) == ("- One", "stop", True)
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 5.0)


def delta(content: str | None, finish_reason: str | None = None, **more: Json) -> str:
    told = {} if content is None else {"content": content}
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': told, 'finish_reason': finish_reason, **more}]})}\n\n"


@pytest.mark.parametrize("parts", [("- One ", "item"), ()], ids=["said before", "said there only"])
def test_a_whole_message_beside_the_last_part_is_read_once(ask: Ask, parts: tuple[str, ...]) -> None:
    last = delta(None, "stop", message={"role": "assistant", "content": "- One item"})

    assert ask(http("".join([*map(delta, parts), last]).encode(), "text/event-stream")).text == "- One item"


def test_line_ends_may_stand_in_a_text_as_they_are(ask: Ask) -> None:
    body = json.dumps({"choices": [{"message": {"content": "- One\n- Two"}, "finish_reason": "stop"}]})

    assert ask(http(body.replace("\\n", "\n\t").encode(), "application/json")).text == "- One\n\t- Two"


def test_events_may_lack_the_empty_line_between_them(ask: Ask) -> None:
    lines = [delta("- One "), delta("item"), delta(None, "stop"), "data: [DONE]\n\n"]

    assert ask(http("".join(lines).replace("\n\n", "\n").encode(), "text/event-stream")).text == "- One item"
