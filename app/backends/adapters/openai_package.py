"""Answers by the `openai` package, which knows OpenAI's own service best, and proxies on the way to a server."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.backends.answers import chunks, reading
from app.backends.http.error_mapping import ErrorMapper
from app.backends.http.redaction import written
from app.backends.http.timeouts import AFTER_DONE, Timeouts
from app.backends.http.upstream import Upstream, watched
from app.cancellation import CancelToken
from app.urls import on_this_machine

if TYPE_CHECKING:
    import openai
    from openai._response import APIResponse

TALKATIVE = ("openai", "httpx2", "httpcore2")


class OpenAIPackageClient:
    """Asks one server through the package's client. That is made at the first request: the package takes half a second to
    import, and must not be on the way to the first answer of the web."""

    def __init__(self, source: ErrorMapper, api_base: str, key: str, timeouts: Timeouts, headers: Mapping[str, str]) -> None:
        self._errors = source
        self._base = api_base
        self._key = key
        self._timeouts = timeouts
        self._headers = dict(headers)

    def chunks(
        self, body: Mapping[str, Any], cancel: CancelToken, headers: Mapping[str, str]
    ) -> Generator[Mapping[str, Any], None, None]:
        """The `chat.completion.chunk` objects of a streamed answer to *body* as they come, and `chunks.DONE`.

        A server that does not stream gives one `chat.completion`."""
        _ = self._client  # the package's import must not count as the server's silence
        texts = written(dict(body))
        with Upstream(cancel) as upstream, self._our_errors(texts, upstream):
            upstream.arm(self._timeouts.first_token)
            with self._opened(body, upstream, headers) as response:
                if "html" in response.headers.get("content-type", "").lower():
                    raise reading.NoAnswer(response.read())
                for chunk in reading.read(response.iter_bytes(), lambda error: self._errors.failed_midway(error, texts)):
                    upstream.disarm()
                    yield chunk
                    upstream.arm(AFTER_DONE if chunk is chunks.DONE else self._timeouts.between_tokens)

    @contextmanager
    def _opened(self, request: Mapping[str, Any], upstream: Upstream, headers: Mapping[str, str]) -> Iterator[APIResponse[Any]]:
        upstream.cancel.check()
        # half a surrogate pair is no text that can be sent, and the package raises on it
        request = json.loads(json.dumps(request, ensure_ascii=False).encode("utf-8", "replace"))
        beside = {name: value for name, value in request.items() if name not in {"model", "messages", "stream"}}
        asked = self._client.chat.completions.with_streaming_response.create(
            model=request["model"],
            messages=request["messages"],
            stream=True,
            extra_body=beside,
            extra_headers=dict(headers),
        )
        with ExitStack() as stack:
            with upstream.sending():
                response = stack.enter_context(asked)
            yield response

    @cached_property
    def _client(self) -> openai.OpenAI:
        import httpx2
        import openai

        for library in TALKATIVE:  # their DEBUG lines are about headers and bodies, and differ from version to version
            logging.getLogger(library).setLevel(logging.WARNING)
        patience = max(self._timeouts.first_token, self._timeouts.between_tokens)
        timeout = httpx2.Timeout(patience + 5, connect=self._timeouts.connect)  # the watchdog is stricter
        http = httpx2.Client(
            timeout=timeout,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            event_hooks={"request": [watched]},
            trust_env=not on_this_machine(self._base),
        )
        return openai.OpenAI(
            api_key=self._key or "EMPTY",
            base_url=self._base,
            max_retries=0,
            timeout=timeout,
            http_client=http,
            default_headers=self._headers,
        )

    @contextmanager
    def _our_errors(self, texts: Sequence[str], upstream: Upstream) -> Iterator[None]:
        """Maps the package's errors. Those with a server's words in them drop their cause: it may quote the key."""
        import httpx2
        import openai

        try:
            yield
        except openai.APIStatusError as exc:
            raise self._errors.refused(
                exc.status_code, _body(exc), exc.response.headers, texts, route="/chat/completions"
            ) from None
        except (openai.APIConnectionError, httpx2.TransportError) as exc:  # the latter while the body of an error is read
            raise self._errors.interrupted(upstream) or self._errors.broken(
                exc.__cause__ or exc, self._timeouts.connect
            ) from exc
        except openai.APIError as exc:
            raise self._errors.failed_midway(_body(exc), texts) from None
        except reading.NoAnswer as exc:
            raise self._errors.no_model_server(exc.came, texts) from exc
        except (reading.NoChunk, json.JSONDecodeError, UnicodeDecodeError) as exc:
            raise self._errors.malformed_event() from exc


def _body(exc: openai.APIError) -> object:
    """The server's error; the package gives what stands below `error`, or the text where it was no JSON."""
    return exc.body if exc.body is not None else exc.message
