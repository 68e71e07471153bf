"""A model server that says what it is told to: the OpenAI API (as vLLM or llama.cpp speak it) with faults on demand.

In a test, `with FakeOpenAI() as fake:` or the fixture `fake_openai`; `fake.script(Reply(fault="reset"), Reply(text="ok"))`
says how the next chat calls are answered, `fake.answer` how all others are. As a process:

    python -m tests.fakes.openai_server --port 9000 --latency 0.05 --log calls.jsonl

prints its address and is told by `POST /_fake/script` (`{"replies": [{"fault": "reset"}, {"text": "ok"}], "default": {…}}`);
it shows what it saw at `GET /_fake/calls` and, line by line, in the log (`start` and `end` of every chat call).

Tokens are words: see `count_tokens` and `count_messages`."""

from __future__ import annotations

import argparse
import hashlib
import json
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.fakes import other_apis

MODEL = "fake-model"
FAULTS = {
    "reset": "the connection is reset before the first byte",
    "reset_midway": "the connection is reset when half of the text is out",
    "hang": "no byte ever comes",
    "hang_after_headers": "headers, then nothing (as vLLM does while the prompt waits)",
    "hang_midway": "half of the text, then nothing",
    "ping": "SSE comments for ever, never a token",
    "half_json": "an event that ends in the middle of its JSON, then a clean end",
    "no_choices": "events without choices, then a clean end",
    "no_done": "a whole answer whose stream ends without [DONE]",
    "no_finish": "the whole text and [DONE], without finish_reason",
    "end_midway": "half of the text, then a clean end of the stream",
    "error_midway": "half of the text, then an error event (as vLLM does)",
    "context": "400: the prompt is longer than the context",
    "not_json": "200 with a page of HTML",
}
MOST_STOPS = 4  # of vLLM and of OpenAI
NULLS = dict.fromkeys(("refusal", "annotations", "audio", "function_call"))  # beside the content of vLLM's whole messages
HANGS = 600.0  # seconds; longer than any test lives


def count_tokens(text: str) -> int:
    """The fake's tokens: words."""
    return len(text.split())


def text_of(content: Any) -> str:
    """The text of a message, which may come in parts, or not at all."""
    parts = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "".join(text for text in texts if isinstance(text, str))


def count_messages(messages: Sequence[Mapping[str, str]]) -> int:
    """The fake's tokens of a prompt: words, three more a message, and three to open the answer."""
    return sum(count_tokens(text_of(message.get("content"))) + 3 for message in messages) + 3


@dataclass(frozen=True)
class Reply:
    """How one call is answered. *text* None is derived from the prompt; *latency* (s) comes before the first byte, *pace*
    (s) before each further piece. With *status* 400 or more the answer is an error with *message*."""

    text: str | None = None
    thinking: str = ""
    finish_reason: str = "stop"
    latency: float | None = None
    pace: float | None = None
    fault: str = ""
    status: int = 200
    message: str = "something is wrong"
    param: str | None = None
    retry_after: str = ""
    choices: tuple[dict[str, Any], ...] = ()  # streamed as they are before the text
    together: bool = False  # the last piece of the text carries the finish_reason too, as vLLM's may
    raw: bytes = b""  # the whole HTTP answer, instead of all else; the connection is closed behind it

    def __post_init__(self) -> None:
        if self.fault and self.fault not in FAULTS:
            raise ValueError(f"no fault {self.fault!r}; known: {', '.join(FAULTS)}")


@dataclass(frozen=True)
class Seen:
    """A chat call as the server saw it; *outcome* is empty while it is open, then ok, aborted (the client left) or fault."""

    number: int
    model: str
    messages: tuple[dict[str, str], ...]
    body: dict[str, Any]
    authorization: str
    started: float
    ended: float = 0.0
    outcome: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """The last user message."""
        return next((text_of(each["content"]) for each in reversed(self.messages) if each["role"] == "user"), "")


Answering = Callable[[list[dict[str, str]]], "str | Reply"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, fake: FakeOpenAI) -> None:
        self.fake = fake
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", fake.port), _Handler)

    def hang_up(self) -> None:
        """Ends all connections, also those that a client keeps for its next request."""
        for connection in tuple(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave are what we test; anything else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@dataclass
class FakeOpenAI:
    """The server. `base_url` ends in /v1; `calls` are the chat calls in order of arrival; `open` and `most_open` count those in
    flight. *dialect* is `vllm`, `llama.cpp` or `plain` (no tokenizer routes).

    *strict* refuses what vLLM refuses: other models, roles that the template does not take (*roles*: `any`, `alternate` or
    `no_system`), tools that are empty, what is no text. Its context is the prompt's alone: an answer is cut where it ends."""

    answer: Answering | None = None
    latency: float = 0.0
    pace: float = 0.0
    words: int = 12
    model: str = MODEL
    context: int = 32768
    enforce_context: bool = False
    dialect: str = "vllm"
    port: int = 0
    log: Path | None = None
    api_key: str = ""  # where set, other keys get a 401
    strict: bool = False
    roles: str = "any"
    forms: frozenset[str] | None = None  # the types of `response_format` that it takes; None: all
    refuses_forms: tuple[int, str] = (400, "This response_format type is unavailable now")
    lists: tuple[str, ...] | None = ()  # further paths in its `/openapi.json`; None where it has no such document

    calls: list[Seen] = field(default_factory=list)
    open: int = 0
    most_open: int = 0
    tokenized: int = 0
    connections: int = 0  # that clients ever made
    paths: list[str] = field(default_factory=list)  # method and path of each request to one of the other APIs
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)  # responses by id
    default: Reply = field(default_factory=Reply)
    _scripted: list[Reply] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _server: _Server | None = None

    def __enter__(self) -> FakeOpenAI:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listens, on the port of the last time where there was one."""
        self._server = _Server(self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Stops listening: whoever connects is refused. What hangs is let go."""
        server, self._server = self._server, None
        if server:
            server.shutdown()
            server.server_close()
            server.hang_up()

    @property
    def running(self) -> bool:
        return self._server is not None

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Nobody listens on the port meanwhile."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.root}/v1"

    def script(self, *replies: Reply) -> None:
        """How the next chat calls are answered, in order of arrival."""
        with self._changed:
            self._scripted.extend(replies)

    def wait_for(self, true: Callable[[FakeOpenAI], bool], seconds: float = 5.0) -> bool:
        """Whether *true* of the server comes about within *seconds*."""
        with self._changed:
            return self._changed.wait_for(lambda: true(self), seconds)

    def reply(self, messages: list[dict[str, str]]) -> Reply:
        """The reply to a prompt: the script first, then `answer`, then a text made of the prompt."""
        with self._changed:
            reply = self._scripted.pop(0) if self._scripted else None
        if reply is None:
            said = self.answer(messages) if self.answer else self.default
            reply = said if isinstance(said, Reply) else replace(self.default, text=said)
        if reply.text is None:
            reply = replace(reply, text=derived(messages, self.words))
        return replace(
            reply,
            latency=self.latency if reply.latency is None else reply.latency,
            pace=self.pace if reply.pace is None else reply.pace,
        )

    def begin(self, body: dict[str, Any], messages: list[dict[str, str]], headers: Mapping[str, str]) -> int:
        with self._changed:
            seen = Seen(
                len(self.calls),
                body.get("model", ""),
                tuple(messages),
                body,
                headers.get("authorization", ""),
                time.time(),
                headers=dict(headers),
            )
            self.calls.append(seen)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            self._write("start", seen)
            self._changed.notify_all()
            return seen.number

    def end(self, number: int, outcome: str) -> None:
        with self._changed:
            self.calls[number] = replace(self.calls[number], ended=time.time(), outcome=outcome)
            self.open -= 1
            self._write("end", self.calls[number])
            self._changed.notify_all()

    def report(self) -> dict[str, Any]:
        """What `GET /_fake/calls` shows."""
        with self._changed:
            return {
                "open": self.open,
                "most_open": self.most_open,
                "total": len(self.calls),
                "tokenized": self.tokenized,
                "calls": [_shown(seen) for seen in self.calls],
            }

    def _write(self, event: str, seen: Seen) -> None:
        if self.log:
            with self.log.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"event": event, "time": time.time(), **_shown(seen)}, ensure_ascii=False) + "\n")


def _shown(seen: Seen) -> dict[str, Any]:
    shown = asdict(seen) | {"prompt": seen.prompt}
    shown.pop("body")
    shown.pop("authorization")
    shown.pop("headers")
    return shown


def derived(messages: Sequence[Mapping[str, str]], words: int) -> str:
    """A text of *words* words that only depends on the prompt: `Summary : <sha of its last 64 characters> …`."""
    sha = hashlib.sha256(text_of(messages[-1]["content"])[-64:].encode()).hexdigest() if messages else "nothing"
    filler = [f"w{number}" for number in range(max(0, words - 3))]
    return " ".join(["Summary", ":", sha[:16], *filler])


class _Gone(Exception):
    """The client has left, or the server was stopped."""


class _Broken(Exception):
    """We broke the answer off, as we were told to."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)
        self.fake.connections += 1

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    @property
    def fake(self) -> FakeOpenAI:
        return self.server.fake

    def log_message(self, *_: object) -> None:
        """Silent: what was seen is in `calls`."""

    def do_GET(self) -> None:
        routes = {"/health": self._health, "/v1/models": self._models, "/_fake/calls": self._report, "/props": self._props}
        routes["/openapi.json"] = self._openapi
        self._route(routes, self._stored)

    def do_DELETE(self) -> None:
        self._route({}, self._stored)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "")
        self._body = other_apis.form(raw, kind) if kind.startswith("multipart/") else json.loads(raw or b"{}")
        routes = {
            "/v1/chat/completions": self._chat,
            "/v1/completions": self._completions,
            "/tokenize": self._tokenize,
            "/apply-template": self._apply_template,
            "/_fake/script": self._script,
            **dict.fromkeys((*other_apis.PATHS[2:-2], "/detokenize", "/v1/score", *(self.fake.lists or ())), self._other_api),
        }
        self._route(routes, self._stored)

    def _route(self, routes: Mapping[str, Callable[[], None]], below: Callable[[], None] | None = None) -> None:
        path = self.path.split("?")[0]
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            if self.fake.api_key and path.startswith("/v1") and key != self.fake.api_key:
                if self.fake.strict:
                    self._json({"error": "Unauthorized"}, 401)
                    return
                # real servers echo the key: nothing of it may come through on our side
                self._error(401, f"Incorrect API key provided: {key}")
            elif path in routes:
                routes[path]()
            elif below is not None and path.startswith("/v1/responses/"):
                below()
            else:
                self._error(404, "Not Found")
        except (_Gone, ConnectionError):
            self.close_connection = True

    # what is quickly said

    def _health(self) -> None:
        self._json({"status": "ok"} if self.fake.dialect == "llama.cpp" else None)

    def _models(self) -> None:
        model: dict[str, Any] = {"id": self.fake.model, "object": "model", "created": 0, "owned_by": self.fake.dialect}
        if self.fake.dialect == "vllm":
            model["max_model_len"] = self.fake.context
        if self.fake.dialect == "llama.cpp":
            model |= {"owned_by": "llamacpp", "meta": {"n_ctx_train": 4 * self.fake.context}}
        self._json({"object": "list", "data": [model]})

    def _props(self) -> None:
        if self.fake.dialect != "llama.cpp":
            self._error(404, "Not Found")
            return
        self._json({"default_generation_settings": {"n_ctx": self.fake.context}, "total_slots": 1})

    def _tokenize(self) -> None:
        if self.fake.dialect == "plain":
            self._error(404, "Not Found")
            return
        self.fake.tokenized += 1
        if self.fake.dialect == "llama.cpp":
            count = count_tokens(self._body.get("content", "")) + bool(self._body.get("add_special"))
            self._json({"tokens": list(range(count))})
            return
        if "messages" in self._body:
            if refusal := self._refusal_of_roles():
                self._error(400, refusal)
                return
            count = count_messages(self._body["messages"])
        elif not isinstance(self._body.get("prompt"), str):
            self._error(400, "prompt: Field required, a valid string")
            return
        else:
            count = count_tokens(self._body["prompt"]) + bool(self._body.get("add_special_tokens", True))
        self._json({"count": count, "max_model_len": self.fake.context, "tokens": list(range(count)), "token_strs": None})

    def _apply_template(self) -> None:
        if self.fake.dialect != "llama.cpp":
            self._error(404, "Not Found")
            return
        # two words around each message, one to open the answer, and one for add_special: as count_messages
        lines = [f"<{each['role']}> {each['content']} <end> <newline>" for each in self._body["messages"]]
        self._json({"prompt": "\n".join([*lines, "<assistant> <begin>"])})

    # the other APIs

    def _openapi(self) -> None:
        if self.fake.lists is None:
            self._error(404, "Not Found")
            return
        self._json(other_apis.openapi(self.fake.lists))

    def _stored(self) -> None:
        """What is kept of a response: read, cancelled or deleted."""
        self.fake.paths.append(f"{self.command} {self.path}")
        _, _, response_id = self.path.partition("?")[0].removesuffix("/cancel").rpartition("/")
        found = self.fake.stored.get(response_id)
        if found is None:
            self._error(404, f"Response with id '{response_id}' not found.")
        elif self.command == "DELETE":
            del self.fake.stored[response_id]
            self._json({"id": response_id, "object": "response.deleted", "deleted": True})
        else:
            self._json({**found, "status": "cancelled"} if self.path.endswith("/cancel") else found)

    def _other_api(self) -> None:
        self.fake.paths.append(f"{self.command} {self.path}")
        usual = [{"role": "user", "content": str(self._body.get("input", ""))}]
        said = [
            each for each in other_apis.listed(self._body, "messages") if isinstance(each, dict) and "role" in each
        ] or usual
        number = self.fake.begin(self._body, list(said), {name.lower(): value for name, value in self.headers.items()})
        outcome = "aborted"
        try:
            reply = self.fake.reply(list(said))
            self._pause(reply.latency or 0.0)
            self._answer_other(reply)
            outcome = "fault" if reply.fault or reply.status >= 400 else "ok"
        except _Broken:
            outcome = "fault"
            self.close_connection = True
        finally:
            self.fake.end(number, outcome)

    def _answer_other(self, reply: Reply) -> None:
        path, text = self.path.removeprefix("/v1"), reply.text or ""
        streamed = self._body.get("stream") in (True, "true")
        if reply.raw:
            self.wfile.write(reply.raw)
            self.close_connection = True
        elif reply.status >= 400:
            self._error(reply.status, reply.message, {"Retry-After": reply.retry_after} if reply.retry_after else {})
        elif reply.fault in ("reset", "hang"):
            self._break(reply.fault)
        elif path == "/responses":
            whole = other_apis.response(self._body, text)
            self.fake.stored[whole["id"]] = whole
            self._whole_or_events(whole, other_apis.response_events(whole, _pieces_of(text)), reply, streamed)
        elif path == "/messages":
            whole = other_apis.message(self._body, text)
            self._whole_or_events(whole, other_apis.message_events(whole, _pieces_of(text)), reply, streamed)
        elif path.startswith("/audio/"):
            self._audio(reply, streamed)
        else:
            self._json(self._other_answer(path))

    def _audio(self, reply: Reply, streamed: bool) -> None:
        text = f"{reply.text} ({self._body.get('file')} bytes)"
        if self._body.get("response_format") == "text":
            self._send(200, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
            return
        usage = {"type": "tokens", "input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
        self._whole_or_events({"text": text, "usage": usage}, other_apis.transcript_events(text), reply, streamed)

    def _other_answer(self, path: str) -> dict[str, Any]:
        answers: dict[str, Callable[[], dict[str, Any]]] = {
            "/embeddings": lambda: other_apis.embeddings(self._body),
            "/rerank": lambda: other_apis.ranked(self._body),
            "/messages/count_tokens": lambda: other_apis.counted(self._body),
            "/detokenize": lambda: {"prompt": " ".join(map(str, other_apis.listed(self._body, "tokens")))},
        }
        return answers.get(path, lambda: {"path": path, "data": []})()

    def _whole_or_events(
        self, whole: dict[str, Any], events: Iterator[tuple[str, dict[str, Any]]], reply: Reply, streamed: bool
    ) -> None:
        if not streamed:
            self._json(whole)
            return
        self._headers(200, {"Content-Type": "text/event-stream; charset=utf-8", "Transfer-Encoding": "chunked"})
        listed = list(events)
        for number, (name, data) in enumerate(listed):
            if reply.fault.endswith("_midway") and number >= len(listed) // 2:
                self._midway(reply.fault)
            self._chunk(other_apis.event(name, data))
            self._pause(reply.pace or 0.0)
        self._end_stream()

    def _report(self) -> None:
        self._json(self.fake.report())

    def _script(self) -> None:
        self.fake.script(*(Reply(**reply) for reply in self._body.get("replies", ())))
        if "default" in self._body:
            self.fake.default = Reply(**self._body["default"])
        self._json({})

    # the model

    def _completions(self) -> None:
        self._call([{"role": "user", "content": str(self._body.get("prompt", ""))}])

    def _chat(self) -> None:
        self._call(list(self._body.get("messages", [])))

    def _call(self, messages: list[dict[str, str]]) -> None:
        number = self.fake.begin(self._body, messages, {name.lower(): value for name, value in self.headers.items()})
        outcome = "aborted"
        try:
            reply = self.fake.reply(messages)
            self._pause(reply.latency or 0.0)
            self._answer(reply, messages)
            outcome = "fault" if reply.fault or reply.status >= 400 else "ok"
        except _Broken:
            outcome = "fault"
            self.close_connection = True
        finally:
            self.fake.end(number, outcome)

    def _answer(self, reply: Reply, messages: list[dict[str, str]]) -> None:
        if reply.raw:
            self.wfile.write(reply.raw)
            self.wfile.flush()
            self.close_connection = True
            return
        if refusal := self._refusal():
            self._error(*refusal)
            return
        prompt_tokens = count_messages(messages)
        if self.fake.strict and self._is_beyond(prompt_tokens):
            return
        if self.fake.strict:
            reply = self._clamped(reply, self.fake.context - prompt_tokens)
        wanted = prompt_tokens + self._most_tokens
        if reply.fault == "context" or (self.fake.enforce_context and wanted > self.fake.context):
            self._too_long(prompt_tokens)
        elif reply.status >= 400:
            headers = {"Retry-After": reply.retry_after} if reply.retry_after else {}
            self._error(reply.status, reply.message, headers, param=reply.param)
        elif reply.fault in ("reset", "hang"):
            self._break(reply.fault)
        elif reply.fault == "not_json":
            self._send(200, b"<html>Welcome to the captive portal</html>", {"Content-Type": "text/html"})
        elif self._body.get("stream"):
            self._stream(reply, prompt_tokens)
        else:
            self._whole(reply, prompt_tokens)

    def _is_beyond(self, prompt_tokens: int) -> bool:
        """Whether prompt or wish alone are more than the context; then that is said."""
        context = self.fake.context
        if prompt_tokens >= context:
            self._too_long(prompt_tokens)
        elif self._most_tokens > context:
            words = f"max_tokens={self._most_tokens} cannot be greater than max_model_len={context}."
            self._error(400, f"{words} Please request fewer output tokens.", param="max_tokens")
        return prompt_tokens >= context or self._most_tokens > context

    @property
    def _most_tokens(self) -> int:
        """The longest answer that is wished for; 0 where none is."""
        return int(self._body.get("max_tokens") or self._body.get("max_completion_tokens") or 0)

    def _refusal(self) -> tuple[int, str] | None:
        """What vLLM would say of the request."""
        stops = self._body.get("stop") or []
        if self.fake.dialect == "vllm" and isinstance(stops, list) and (len(stops) > MOST_STOPS or "" in stops):
            return 400, "stop: at most 4 strings, none of them empty"
        if refused := self._refusal_of_forms():
            return refused
        if not self.fake.strict:
            return (400, refusal) if (refusal := self._refusal_of_roles()) else None
        if (model := self._body.get("model")) != self.fake.model:
            return 404, f"The model `{model}` does not exist."
        if not isinstance(self._body.get("user", ""), str):
            return 400, "1 validation error: user: Input should be a valid string"
        if self._body.get("tools") == [] or ("tool_choice" in self._body and "tools" not in self._body):
            return 400, "When using `tool_choice`, `tools` must be set and not empty."
        return (400, refusal) if (refusal := self._refusal_of_roles()) else None

    def _refusal_of_forms(self) -> tuple[int, str] | None:
        """What servers say of a form of the answer that they do not know, and of an object that the prompt does not ask for."""
        kind = (self._body.get("response_format") or {"type": "text"}).get("type")
        if self.fake.forms is None or kind == "text":
            return None
        if kind not in self.fake.forms:
            return self.fake.refuses_forms
        if kind == "json_object" and "json" not in json.dumps(self._body.get("messages")).lower():
            return 400, "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'."
        return None

    def _refusal_of_roles(self) -> str:
        """What the chat template of the model would say."""
        roles = [each.get("role") for each in self._body.get("messages", ())]
        if self.fake.roles == "no_system" and "system" in roles:
            return "System role not supported"
        if self.fake.roles != "any" and any(one == other for one, other in pairwise(roles)):
            return "Conversation roles must alternate user/assistant/user/assistant/..."
        return ""

    def _clamped(self, reply: Reply, room: int) -> Reply:
        """The reply within *room* tokens of context, and within `max_tokens`: vLLM cuts, and says `length`."""
        most = min(room, self._most_tokens or room)
        pieces = _pieces_of(reply.text or "")
        return reply if len(pieces) <= most else replace(reply, text="".join(pieces[:most]), finish_reason="length")

    def _too_long(self, prompt_tokens: int) -> None:
        if self.fake.strict and prompt_tokens == self.fake.context:
            self._error(400, "max_tokens must be at least 1, got 0.")
            return
        if self.fake.dialect == "llama.cpp":
            error = {
                "code": 400,
                "message": f"request ({prompt_tokens} tokens) exceeds the available context size ({self.fake.context} tokens)",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": prompt_tokens,
                "n_ctx": self.fake.context,
            }
            self._json({"error": error}, 400)
            return
        self._error(
            400,
            f"This model's maximum context length is {self.fake.context} tokens. However, you requested {prompt_tokens} tokens "
            "in the messages. Please reduce the length of the messages.",
        )

    def _usage(self, reply: Reply, prompt_tokens: int) -> dict[str, Any]:
        said = count_tokens(reply.text or "") + count_tokens(reply.thinking)
        return {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": said,
            "total_tokens": prompt_tokens + said,
            "prompt_tokens_details": {"cached_tokens": min(2, prompt_tokens)},
        }

    def _whole(self, reply: Reply, prompt_tokens: int) -> None:
        message = {"role": "assistant", "content": reply.text, self._thoughts: reply.thinking or None, **NULLS}
        choice = {"index": 0, "message": message, "text": reply.text, "finish_reason": reply.finish_reason}
        choices = [] if reply.fault == "no_choices" else [choice]
        body = json.dumps(
            {
                **self._head("chat.completion"),
                "choices": choices,
                "usage": self._usage(reply, prompt_tokens),
                **self._fingerprint,
            }
        ).encode()
        if reply.fault == "half_json":
            body = body[: len(body) // 2]
        if reply.fault == "reset_midway":
            self._headers(200, {"Content-Type": "application/json", "Content-Length": str(len(body))})
            self.wfile.write(body[: len(body) // 2])
            self._break("reset")
        if reply.fault.startswith("hang"):
            self._break("hang")
        self._send(200, body, {"Content-Type": "application/json"})

    def _stream(self, reply: Reply, prompt_tokens: int) -> None:
        self._prompt_tokens, self._told = prompt_tokens, 0
        self._headers(200, {"Content-Type": "text/event-stream; charset=utf-8", "Transfer-Encoding": "chunked"})
        self.wfile.flush()
        self._before(reply)
        self._pieces(reply)
        if reply.fault != "no_finish" and not reply.together:
            self._event(self._delta({}, reply.finish_reason))
        if (self._body.get("stream_options") or {}).get("include_usage"):
            last = {"choices": [], "usage": self._usage(reply, prompt_tokens), **self._fingerprint}
            self._event({**self._head("chat.completion.chunk"), **last})
        if reply.fault != "no_done":
            self._chunk(b"data: [DONE]\n\n")
        self._end_stream()

    def _before(self, reply: Reply) -> None:
        """The faults between the headers and the first token."""
        if reply.fault == "hang_after_headers":
            self._break("hang")
        while reply.fault == "ping":
            self._chunk(b": ping\n\n")
            self._pause(0.05)
        if reply.fault == "half_json":
            self._chunk(b'data: {"id": "x", "choices": [{"index": 0, "del\n\n')
            self._end_stream()
            raise _Broken
        if reply.fault == "no_choices":
            self._event({**self._head("chat.completion.chunk"), "choices": []})
            self._chunk(b"data: [DONE]\n\n")
            self._end_stream()
            raise _Broken

    def _pieces(self, reply: Reply) -> None:
        self._event(self._delta({"role": "assistant", "content": ""}))
        for word in _pieces_of(reply.thinking):
            self._event(self._delta({self._thoughts: word}))
            self._pause(reply.pace or 0.0)
        for choice in reply.choices:
            self._event({**self._head("chat.completion.chunk"), "choices": [{"index": 0, "finish_reason": None, **choice}]})
        pieces = _pieces_of(reply.text or "")
        for number, piece in enumerate(pieces):
            if reply.fault.endswith("_midway") and number >= len(pieces) // 2:
                self._midway(reply.fault)
            ends = reply.together and number == len(pieces) - 1
            self._event(self._delta({"content": piece}, reply.finish_reason if ends else None))
            self._pause(reply.pace or 0.0)

    def _midway(self, fault: str) -> None:
        if fault == "error_midway":
            self._event({"error": {"message": "EngineCore encountered an issue", "type": "InternalServerError", "code": 500}})
            self._chunk(b"data: [DONE]\n\n")
        if fault in ("error_midway", "end_midway"):
            self._end_stream()
            raise _Broken
        self._break(fault.removesuffix("_midway"))

    @property
    def _thoughts(self) -> str:
        """What the server calls thoughts: vLLM has renamed them."""
        return "reasoning" if self.fake.dialect == "vllm" else "reasoning_content"

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-fake", "object": kind, "created": 0, "model": self._body.get("model", self.fake.model)}

    def _delta(self, delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "text": delta.get("content", ""), "finish_reason": finish_reason}
        return {**self._head("chat.completion.chunk"), "choices": [choice], **self._so_far(delta)}

    def _so_far(self, delta: Mapping[str, str]) -> dict[str, Any]:
        """The usage that a server says in every chunk when it is asked to."""
        if self.fake.dialect != "vllm" or not (self._body.get("stream_options") or {}).get("continuous_usage_stats"):
            return {}
        self._told += sum(count_tokens(text) for name, text in delta.items() if name != "role")
        said, prompt = self._told, self._prompt_tokens
        return {"usage": {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said}}

    @property
    def _fingerprint(self) -> dict[str, str]:
        return {"system_fingerprint": "vllm-0.32.0-ef1949ff"} if self.fake.dialect == "vllm" else {}

    # the wire

    def _break(self, how: str) -> None:
        """Hangs until the client leaves, or resets the connection; never comes back."""
        self.wfile.flush()
        if how == "hang":
            self._pause(HANGS)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise _Broken

    def _pause(self, seconds: float) -> None:
        """Waits, and notices within 20 ms that the client has left."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.02))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise _Gone
            if readable:  # a client that sends the next request early; nothing to do with this one
                time.sleep(min(left, 0.02))

    def _event(self, data: Mapping[str, Any]) -> None:
        self._chunk(b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def _end_stream(self) -> None:
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _json(self, body: object, status: int = 200) -> None:
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        self._send(status, data, {"Content-Type": "application/json"})

    def _error(self, status: int, message: str, headers: Mapping[str, str] | None = None, *, param: str | None = None) -> None:
        data = json.dumps({"error": {"message": message, "type": "FakeError", "param": param, "code": status}}).encode()
        self._send(status, data, {"Content-Type": "application/json", **(headers or {})})

    def _send(self, status: int, data: bytes, headers: Mapping[str, str]) -> None:
        self._headers(status, {**headers, "Content-Length": str(len(data))})
        self.wfile.write(data)
        self.wfile.flush()

    def _headers(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def _pieces_of(text: str) -> list[str]:
    """The text in pieces that joined make it again: each word with the blanks after it."""
    pieces: list[str] = []
    for character in text:
        if pieces and (character.isspace() or not pieces[-1][-1].isspace()):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before the first byte of an answer")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds between the words of an answer")
    parser.add_argument("--words", type=int, default=12, help="words of an answer")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--context", type=int, default=32768)
    parser.add_argument(
        "--enforce-context", action="store_true", help="400 where prompt and max_tokens are more words than that"
    )
    parser.add_argument("--dialect", default="vllm", choices=("vllm", "llama.cpp", "plain"))
    parser.add_argument("--log", type=Path, help="JSON lines: start and end of every chat call")
    with FakeOpenAI(**vars(parser.parse_args())) as fake:
        sys.stdout.write(f"{fake.base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
