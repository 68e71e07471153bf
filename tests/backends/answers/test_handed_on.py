"""Answers of other APIs than chat completions on their way through: what is whole goes out as it came, all else is an error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.backends import routes
from app.backends.answers import handed_on
from app.backends.answers.events import events
from app.backends.answers.handed_on import HandedOnEvents
from tests.backends.answers.test_passthrough import Failed, Failures

RESPONSE = {"id": "r", "object": "response", "status": "completed", "output": [{"type": "message", "content": []}]}
WHOLE: dict[str, Any] = {
    "responses": RESPONSE,
    "messages": {"type": "message", "content": [{"type": "text", "text": "Hello"}]},
    "embeddings": {"object": "list", "data": [{"embedding": [0.5]}]},
    "audio/transcriptions": {"text": "Hello"},
}
NO_LIST = (None, "Hello", {}, [None], ["Hello"])


@pytest.mark.parametrize("path", WHOLE)
def test_a_whole_answer_goes_out_as_it_came(path: str) -> None:
    body = json.dumps(WHOLE[path]).encode()

    assert handed_on.whole(body, Failures(), routes.KNOWN[path]) == body


@pytest.mark.parametrize("given", NO_LIST, ids=str)
@pytest.mark.parametrize(("path", "name"), [("responses", "output"), ("messages", "content"), ("embeddings", "data")])
def test_an_answer_without_the_list_that_clients_go_through_is_an_error(path: str, name: str, given: Any) -> None:
    with pytest.raises(Failed, match=f"`{name}`"):
        handed_on.whole(json.dumps({**WHOLE[path], name: given}).encode(), Failures(), routes.KNOWN[path])


@pytest.mark.parametrize(
    ("path", "body"), [*((path, b"[1]") for path in WHOLE), *((path, b'"Hello"') for path in WHOLE if routes.KNOWN[path].holds)]
)
def test_an_answer_that_is_no_object_is_an_error(path: str, body: bytes) -> None:
    with pytest.raises(Failed, match="no object"):
        handed_on.whole(body, Failures(), routes.KNOWN[path])


def test_a_transcript_may_be_a_text_alone() -> None:
    assert handed_on.whole(b'"Hello"', Failures(), routes.KNOWN["audio/transcriptions"]) == b'"Hello"'


FAILED = {"object": "response", "status": "failed", "error": {"code": "server_error", "message": "out of memory"}}
QUEUED = {"object": "response", "status": "queued", "error": None}


@pytest.mark.parametrize("route", [routes.RESPONSES, None], ids=["asked", "read again"])
@pytest.mark.parametrize("more", [{}, {"output": None}], ids=str)
@pytest.mark.parametrize("response", [FAILED, QUEUED], ids=["failed", "queued"])
def test_a_response_without_output_has_an_empty_list_of_it(response: dict[str, Any], more: dict[str, Any], route: Any) -> None:
    """Clients go through the list, whatever the status says."""
    body = json.dumps({**response, **more}).encode()

    assert json.loads(handed_on.whole(body, Failures(), route)) == {**response, "output": []}


def test_a_response_that_failed_goes_out_as_it_came_if_it_has_output() -> None:
    body = json.dumps({**FAILED, "output": RESPONSE["output"]}).encode()

    assert handed_on.whole(body, Failures(), routes.RESPONSES) == body


@pytest.mark.parametrize("status", ["queued", "in_progress"])
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("more", [{}, {"output": None}], ids=str)
def test_a_response_that_begins_without_output_has_an_empty_list_of_it(status: str, named: bool, more: dict[str, Any]) -> None:
    """llama.cpp's server leaves it out."""
    said = {"type": f"response.{status}", "response": {**QUEUED, **more}}
    relay = HandedOnEvents(routes.RESPONSES.ends, Failures())
    sent = f"event: response.{status}\n" * named + f"data: {json.dumps(said)}\n\n"

    [(name, data)] = events([relay.feed(sent.encode())])

    assert name == f"response.{status}" * named
    assert json.loads(data) == {**said, "response": {**QUEUED, "output": []}}


EMBEDDINGS = ("[0.5, -1e-3]", '"AAAAPw=="', "[[0.5]]")
NO_EMBEDDINGS = ("null", "[]", '""', "{}", "[null, 0.5]", "[0.5, null, 1]", "[0.5,NaN]", "[0.5, -Infinity]", "[Infinity]")


@pytest.mark.parametrize("given", EMBEDDINGS)
def test_an_embedding_is_numbers_or_a_text_that_stands_for_them(given: str) -> None:
    body = b'{"data": [{"object": "embedding", "index": 0, "embedding": %b}], "usage": null}' % given.encode()

    assert handed_on.whole(body, Failures(), routes.KNOWN["embeddings"]) == body


@pytest.mark.parametrize("given", NO_EMBEDDINGS)
def test_an_embedding_that_is_no_numbers_is_an_error(given: str) -> None:
    body = b'{"data": [{"object": "embedding", "embedding": [0.5]}, {"embedding": %b}]}' % given.encode()

    with pytest.raises(Failed, match="`embedding`"):
        handed_on.whole(body, Failures(), routes.KNOWN["embeddings"])


@pytest.mark.parametrize("path", ["rerank", "detokenize"])
def test_of_other_routes_any_json_goes_out(path: str) -> None:
    assert handed_on.whole(b"[1]", Failures(), routes.KNOWN[path]) == b"[1]"


def event(kind: str, data: str) -> bytes:
    return f"event: {kind}\ndata: {data}\n\n".encode()


DELTA = '{"type": "response.output_text.delta", "delta": "Hello"}'
END = event("response.completed", json.dumps({"type": "response.completed", "response": RESPONSE}))


@pytest.mark.parametrize("data", ["null", "[1]", "5", '"Hello"', '{"type": "response.output_te'], ids=str)
def test_an_event_that_is_no_object_is_an_error(data: str) -> None:
    relay = HandedOnEvents(routes.RESPONSES.ends, Failures())

    assert relay.feed(event("response.output_text.delta", data)) == b""
    with pytest.raises(Failed, match="JSON"):
        relay.feed(END)


def test_a_delta_that_is_null_says_nothing_and_does_not_go_out() -> None:
    relay = HandedOnEvents(routes.RESPONSES.ends, Failures())
    nothing = event("response.output_text.delta", '{"type": "response.output_text.delta", "delta": null}')

    assert relay.feed(nothing + b": here\n\n" + event("response.output_text.delta", DELTA) + END) + relay.end() == (
        b": here\n\n" + event("response.output_text.delta", DELTA) + END
    )


def test_the_events_of_a_route_that_nobody_knows_may_hold_anything() -> None:
    relay = HandedOnEvents(frozenset(), Failures())

    assert relay.feed(b"data: half\n\n") == b"data: half\n\n"


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": [{"embedding": [0.1]}, {"embedding": [0.2}',
        b'{"data": [{"embedding": [0.1]}',
        b'{"data": []}',
        b'{"data": [{}]}',
    ],
)
def test_embeddings_that_are_missing_or_cut_off_are_an_error(body: bytes) -> None:
    with pytest.raises(Failed, match="`embedding`"):
        handed_on.whole(body, Failures(), routes.KNOWN["embeddings"])


@pytest.mark.parametrize("model", ["a[b", "{a", "a]"])
def test_a_bracket_in_a_name_cuts_no_embeddings_off(model: str) -> None:
    body = json.dumps({"data": [{"embedding": [0.5]}], "model": model}).encode()

    assert handed_on.whole(body, Failures(), routes.KNOWN["embeddings"]) == body


@pytest.mark.parametrize("body", [b"{}", b'{"text": null}', b'{"message": "Hello"}', b'{"text": ["Hello"]}', b'{"text": "a"'])
def test_a_transcript_without_its_text_is_an_error(body: bytes) -> None:
    with pytest.raises(Failed, match=r"`text`|no server"):
        handed_on.whole(body, Failures(), routes.KNOWN["audio/transcriptions"])


def test_a_transcript_of_silence_is_one() -> None:
    assert handed_on.whole(b'{"text": ""}', Failures(), routes.KNOWN["audio/transcriptions"]) == b'{"text": ""}'


def relayed(stream: bytes, route: routes.Route) -> bytes:
    """What goes out; raises Failed."""
    relay = HandedOnEvents(route.ends, Failures(), named=route.anthropic)
    return relay.feed(stream) + relay.end()


DONE = b"data: [DONE]\n\n"
STOP = b'data: {"type": "message_stop"}\n\n'


@pytest.mark.parametrize("begun", [b"", event("response.output_text.delta", DELTA)], ids=["nothing", "a part"])
def test_that_it_is_done_does_not_go_out_before_that_is_known(begun: bytes) -> None:
    """Clients read no error behind it."""
    relay = HandedOnEvents(routes.RESPONSES.ends, Failures())

    assert relay.feed(begun + DONE) == begun
    with pytest.raises(Failed, match="before its last event"):
        relay.end()


def test_that_it_is_done_goes_out_at_the_end() -> None:
    assert relayed(DONE + END, routes.RESPONSES) == END + DONE
    assert relayed(b'data: {"text": "Hello"}\n\n' + DONE, routes.KNOWN["audio/transcriptions"]).endswith(DONE)


@pytest.mark.parametrize("path", ["responses", "messages"])
@pytest.mark.parametrize(
    "data", ['{"choices": [{"delta": {"content": "a", "tool_calls": [{"type": "function"}]}}]}', '{"a": 1}'], ids=str
)
def test_an_event_of_another_api_is_an_error(path: str, data: str) -> None:
    with pytest.raises(Failed):
        relayed(f"data: {data}\n\n".encode() + END + STOP, routes.KNOWN[path])


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=repr)
@pytest.mark.parametrize("data", ['{"type": "ping"}', '{"a": {"type": "b"}, "type": "ping"}'])
def test_an_event_of_anthropics_api_has_its_type_as_its_name(data: str, end: str) -> None:
    sent = f"data: {data}{end}{end}".encode()

    named = relayed(sent + event("message_stop", '{"type": "message_stop"}'), routes.KNOWN["messages"])

    assert [name for name, _ in events([named])] == ["ping", "message_stop"]


@pytest.mark.parametrize("delta", ["", ', "delta": null', ', "delta" :null'])
def test_an_event_without_its_delta_does_not_go_out(delta: str) -> None:
    stop = event("message_stop", '{"type": "message_stop"}')
    nothing = event("content_block_delta", f'{{"type": "content_block_delta", "index": 0{delta}}}')

    assert relayed(nothing + stop, routes.KNOWN["messages"]) == stop


def test_two_objects_in_one_event_are_an_error_and_brackets_in_a_text_are_none() -> None:
    brackets = event("response.output_text.delta", json.dumps({"type": "response.output_text.delta", "delta": "}{ } {"}))

    assert relayed(brackets + END, routes.RESPONSES) == brackets + END
    with pytest.raises(Failed, match="JSON"):
        relayed(event("response.output_text.delta", f"{DELTA} {DELTA}") + END, routes.RESPONSES)


@pytest.mark.parametrize("said", ['{"error": {"message": "boom"}}', ' { "error" : {"message": "boom"}}'])
def test_an_error_without_a_name_is_an_error(said: str) -> None:
    with pytest.raises(Failed, match="error"):
        relayed(f"data:{said}\n\n".encode() + END, routes.RESPONSES)


@pytest.mark.parametrize("path", ["responses", "messages"])
def test_an_answer_that_breaks_off_at_a_bracket_is_an_error(path: str) -> None:
    body = json.dumps(WHOLE[path]).encode()
    cut = body[: body.rindex(b"[")] + b'[{"type": "text"}'

    with pytest.raises(Failed, match="JSON"):
        handed_on.whole(cut, Failures(), routes.KNOWN[path])


@pytest.mark.parametrize("content", [None, "Hello", {}], ids=str)
def test_a_message_of_a_response_through_whose_content_nobody_can_go_is_an_error(content: Any) -> None:
    body = json.dumps({**RESPONSE, "output": [{"type": "message", "content": content}]}).encode()

    with pytest.raises(Failed, match="`content`"):
        handed_on.whole(body, Failures(), routes.RESPONSES)


@pytest.mark.parametrize("path", ["responses", "messages", "embeddings"])
@pytest.mark.parametrize("separators", [(",", ":"), (" , ", " : ")], ids=["compact", "wide"])
def test_a_whole_answer_may_have_blanks_wherever_json_has_them(path: str, separators: tuple[str, str]) -> None:
    body = json.dumps(WHOLE[path], separators=separators).encode()

    assert handed_on.whole(body, Failures(), routes.KNOWN[path]) == body


def test_of_other_routes_a_delta_may_have_any_name() -> None:
    """That of OpenAI's recordings of speech is `audio`."""
    spoken = event("speech.audio.delta", '{"type": "speech.audio.delta", "audio": "AAAA"}')

    assert relayed(spoken, routes.Route("audio/speech")) == spoken


@pytest.mark.parametrize("path", ["responses", "messages"])
def test_an_event_of_no_name_of_its_own_is_of_the_type_that_it_says(path: str) -> None:
    """The name of an event without one is `message`, and some proxies write it."""
    last = "response.completed" if path == "responses" else "message_stop"
    sent = event("message", json.dumps({"type": last, "response": RESPONSE}, indent=1).replace("\n", "\ndata: "))

    [(name, data)] = events([relayed(sent, routes.KNOWN[path])])

    assert name == ("message" if path == "responses" else last)
    assert json.loads(data) == {"type": last, "response": RESPONSE}
