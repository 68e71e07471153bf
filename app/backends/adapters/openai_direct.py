"""Answers over kept connections, read by the gateway itself: a call costs a tenth of what a client library takes."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Any

from app.backends.answers import reading
from app.backends.http.error_mapping import ErrorMapper
from app.backends.http.forwarding import PassthroughClient
from app.backends.http.passthrough import PassthroughHead, PassthroughRequest
from app.backends.http.redaction import written
from app.cancellation import CancelToken


class OpenAIDirectClient:
    """Asks one server through a Forwarder."""

    def __init__(self, source: ErrorMapper, forwarder: PassthroughClient) -> None:
        self._errors = source
        self._forwarder = forwarder

    def chunks(
        self, body: Mapping[str, Any], cancel: CancelToken, headers: Mapping[str, str]
    ) -> Generator[Mapping[str, Any], None, None]:
        """The `chat.completion.chunk` objects of a streamed answer to *body* as they come, and `chunks.DONE`.

        A server that does not stream gives one `chat.completion`."""
        encoded = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        request = PassthroughRequest("/chat/completions", encoded, headers)
        texts = written(dict(body))
        try:
            with closing(self._forwarder.parts(request, cancel)) as parts:
                bodies = (part for part in parts if not isinstance(part, PassthroughHead))
                yield from reading.read(bodies, lambda error: self._errors.failed_midway(error, texts))
        except reading.NoAnswer as exc:
            raise self._errors.no_model_server(exc.came, texts) from exc
        except reading.NoChunk as exc:
            raise self._errors.malformed_event() from exc
