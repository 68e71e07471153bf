"""What model servers offer beside the chat: their models, the context these have, and their tokenizer.

The OpenAI API has no routes for the latter two. vLLM and llama.cpp have, each its own, at the root of the server; which of
them a server speaks is found out by its first answer."""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.backends import routes
from app.backends.base import Health, Message
from app.backends.http.error_mapping import ErrorMapper, secrets_of
from app.backends.http.upstream import Upstream, watched
from app.backends.requests import FittingRoles, RolesRefused, fitted
from app.cancellation import CancelToken
from app.errors import BackendError, BackendRefused, BackendUnavailable
from app.urls import on_this_machine, origin

if TYPE_CHECKING:
    import httpx2

CONNECT = 5.0  # seconds
ANSWER = 30.0  # seconds; a busy server tokenizes between two batches
PROBE = 3.0  # seconds
LARGEST = 64 * 2**20  # bytes of an answer; the tokens of a long text are some millions of them
ROUTES_KEPT = 300.0  # seconds
# What servers call the context (tokens) of a model: vLLM and SGLang, OpenRouter and Together, Groq, Mistral.
CONTEXTS = ("max_model_len", "context_length", "context_window", "max_context_length")
THREADS = 4  # requests side by side for many texts


class TokenizerApi(StrEnum):
    VLLM = "vLLM"
    LLAMA_CPP = "llama.cpp"


class ModelServer:
    """The routes of a model server that are not OpenAI's. Safe to use from several threads."""

    def __init__(
        self,
        name: str,
        api_base: str,
        api_key: str,
        headers: Mapping[str, str] | None = None,
        roles: FittingRoles | None = None,
    ) -> None:
        self._roles = roles or FittingRoles()
        self._base = api_base.rstrip("/")
        self._headers = dict(headers or {})
        self._root = self._base.removesuffix("/v1")
        self._key = api_key.strip()
        self._errors = ErrorMapper(name, origin(api_base), secrets_of(self._key, self._headers, api_base))
        self._known_api: TokenizerApi | None = None
        self._known_routes: frozenset[str] | None = None
        self._routes_until = 0.0

    def models(self) -> dict[str, int]:
        """The models the server has, with the context (tokens) it gives a call; 0 if it does not say."""
        listed = _listed(self._get(f"{self._base}/models").get("data"))
        found = {str(model["id"]): _context(model) for model in listed}
        if any(model.get("owned_by") == "llamacpp" for model in listed):
            # `meta.n_ctx_train` is what the model was trained for; what one slot of this server gives is in /props
            return dict.fromkeys(found, _slot_context(self._get(f"{self._root}/props")))
        return found

    def routes(self) -> frozenset[str] | None:
        """The paths of the POST routes that ask a model, from `/openapi.json`, asked again after some minutes; None if the
        server has no such document, or is away."""
        if self._routes_until <= time.monotonic():
            try:
                self._known_routes = routes.listed(self._get(f"{self._root}/openapi.json"))
                self._routes_until = time.monotonic() + ROUTES_KEPT
            except BackendUnavailable:
                self._routes_until = time.monotonic() + PROBE  # it may be starting
            except BackendError:
                self._known_routes, self._routes_until = None, time.monotonic() + ROUTES_KEPT
        return self._known_routes

    def probe(self) -> Health:
        """How the server is, within a few seconds; never raises."""
        try:
            models = self.models()
        except BackendError as exc:
            return Health(ok=False, detail=str(exc))
        return Health(ok=True, detail=f"serves {', '.join(models)}" if models else "serves no model", models=models)

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        """The tokens of each text, without special tokens of its own; a text that comes twice is asked for once."""
        different = [text for text in dict.fromkeys(texts) if text]
        if not different:
            return [0] * len(texts)
        counts = {"": 0, different[0]: self._count(model, different[0])}  # the first alone: it finds out the dialect
        with ThreadPoolExecutor(THREADS) as threads:
            counts |= zip(different[1:], threads.map(lambda text: self._count(model, text), different[1:]), strict=True)
        return [counts[text] for text in texts]

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        """The tokens of the whole prompt as the server would make it of *messages*, changed as its chat template needs them."""
        wire = [message.wire() for message in messages]
        refused: RolesRefused | None = None
        for level in self._roles.levels(model, lambda: wire):
            try:
                counted = self._measured(model, fitted(wire, level))
            except RolesRefused as exc:
                refused = exc
            else:
                self._roles.learn(model, level)
                return counted
        raise refused or BackendRefused(f"{self._errors.name}: there is no way to spell the messages", status=400)

    def _measured(self, model: str, wire: Sequence[Mapping[str, Any]]) -> int:
        texts = [str(message["content"]) for message in wire]
        if self._tokenizer_api(model) is TokenizerApi.VLLM:
            asked = {"model": model, "messages": wire, "add_generation_prompt": True}
            return self._tokens(self._post("/tokenize", asked, texts))
        prompt = self._post("/apply-template", {"messages": wire}, texts).get("prompt")
        asked = {"content": prompt, "add_special": True, "parse_special": True}
        return self._tokens(self._post("/tokenize", asked, texts))

    def _count(self, model: str, text: str) -> int:
        if self._tokenizer_api(model) is TokenizerApi.VLLM:
            asked = {"model": model, "prompt": text, "add_special_tokens": False}
            return self._tokens(self._post("/tokenize", asked, [text]))
        asked = {"content": text, "add_special": False, "parse_special": True}
        return self._tokens(self._post("/tokenize", asked, [text]))

    def _tokens(self, answer: Mapping[str, Any]) -> int:
        match answer:
            case {"count": int(count)}:
                return count
            case {"tokens": list(tokens)}:
                return len(tokens)
            case _:
                raise BackendRefused(f"{self._errors.name}: /tokenize gives no tokens", status=501)

    def _tokenizer_api(self, model: str) -> TokenizerApi:
        if self._known_api is None:
            answer = self._post("/tokenize", {"model": model, "prompt": "a", "content": "a"}, ())
            self._tokens(answer)
            self._known_api = TokenizerApi.VLLM if "count" in answer else TokenizerApi.LLAMA_CPP
        return self._known_api

    @cached_property
    def _client(self) -> httpx2.Client:
        return self._made(kept=None)

    @cached_property
    def _prober(self) -> httpx2.Client:
        """Each request of it has a connection of its own, which the watchdog knows from its beginning."""
        return self._made(kept=0)

    def _made(self, *, kept: int | None) -> httpx2.Client:
        import httpx2

        client = httpx2.Client(
            headers={**({"Authorization": f"Bearer {self._key}"} if self._key else {}), **self._headers},
            timeout=httpx2.Timeout(ANSWER, connect=CONNECT),
            limits=httpx2.Limits(max_keepalive_connections=kept),
            event_hooks={"request": [watched]},
            trust_env=not on_this_machine(self._base),
        )
        weakref.finalize(self, client.close)  # the connections it keeps for the next request
        return client

    def _get(self, url: str) -> Mapping[str, Any]:
        asked = self._prober.build_request("GET", url, timeout=PROBE)
        route = url.removeprefix(self._base) if url.endswith("/models") else ""
        return self._answer(*self._exchanged(self._prober, asked, PROBE), (), route=route)

    def _post(self, path: str, body: Mapping[str, Any], texts: Sequence[str]) -> Mapping[str, Any]:
        asked = self._client.build_request("POST", f"{self._root}{path}", json=body)
        return self._answer(*self._exchanged(self._client, asked, ANSWER), texts)

    def _exchanged(self, client: httpx2.Client, asked: httpx2.Request, patience: float) -> tuple[httpx2.Response, bytes]:
        """The answer to *asked*, and its body. Both are here within *patience* seconds, however slowly the server sends them:
        the library's own timeout is one for each read. Raises BackendUnavailable."""
        import httpx2

        upstream, body = Upstream(CancelToken()), bytearray()
        try:
            with upstream, upstream.sending():
                upstream.arm(patience)
                response = client.send(asked, stream=True)
                with closing(response):
                    upstream.attach(response.extensions["network_stream"].get_extra_info("socket"))
                    for block in response.iter_bytes():
                        body += block
                        if len(body) > LARGEST:
                            raise self._errors.unavailable(f"{self._errors.address} answers with more than {LARGEST:,} bytes")
        except httpx2.HTTPError as exc:
            raise self._errors.interrupted(upstream) or self._errors.broken(exc, patience) from exc
        if interrupted := self._errors.interrupted(upstream):  # our shutdown may look like the end of the body
            raise interrupted
        return response, bytes(body)

    def _answer(self, response: httpx2.Response, content: bytes, texts: Sequence[str], *, route: str = "") -> Mapping[str, Any]:
        body: Any
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            body = content.decode(response.charset_encoding or "utf-8", "replace")
        if response.is_error:
            raise self._errors.refused(response.status_code, body, response.headers, texts, route=route)
        if isinstance(body, list):  # Together lists its models so
            body = {"data": body}
        if not isinstance(body, dict):
            raise self._errors.no_model_server(content, texts)
        return body


def _listed(data: object) -> list[dict[str, Any]]:
    return [model for model in data if isinstance(model, dict) and "id" in model] if isinstance(data, list) else []


def _context(model: Mapping[str, Any]) -> int:
    return next(filter(None, (_whole(model.get(name)) for name in CONTEXTS)), 0)


def _whole(number: object) -> int:
    return number if isinstance(number, int) else 0


def _slot_context(props: Mapping[str, Any]) -> int:
    settings = props.get("default_generation_settings")
    return _whole(settings.get("n_ctx")) if isinstance(settings, dict) else 0
