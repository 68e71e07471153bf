"""Each try of a call as a span of its trace, which the server is told of."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.backends.base import Answer, Backend, Call, Piece
from app.backends.http.passthrough import PassthroughChunks, PassthroughRequest
from app.backends.wrappers.base import BackendWrapper, Current, Opening, relay_of
from app.errors import Cancelled
from app.tracing import Kind, Span, Tracing


class Traced(Opening, BackendWrapper):
    """One backend, each call to which is a span. Stands inside the limit and the retry: a span is one try, from the moment when
    it may be sent to its end."""

    def __init__(self, backend: Backend, tracing: Tracing) -> None:
        super().__init__(backend)
        self._tracing = tracing

    def complete(self, call: Call) -> Answer:
        return self.stream(call).whole()

    def _pieces(self, call: Call, current: Current) -> Generator[Piece, None, None]:
        with self._span(call.model, call.service, call.flavor) as span:
            stream = self._backend.stream(replace(call, trace=span.carrier))
            with current.follow(stream):
                for piece in stream:
                    if piece.answer:
                        _note(span, piece.answer)
                    yield piece

    def _parts(self, request: PassthroughRequest, current: Current) -> PassthroughChunks:
        with self._span(request.model, request.service, "") as span:
            relay = relay_of(self._backend, replace(request, headers={**request.headers, **span.carrier}))
            with current.follow(relay):
                yield relay.begin()
                yield from relay

    @contextmanager
    def _span(self, model: str, service: str, flavor: str) -> Iterator[Span]:
        """A span that is present nowhere: what reads the pieces goes on meanwhile, and not as a part of it."""
        span = self._tracing.begin(
            f"chat {model}".strip(),
            Kind.CLIENT,
            attributes={
                "gen_ai.operation.name": "chat",
                "gen_ai.request.model": model,
                "gateway.backend": self.name,
                "gateway.service": service,
                "gateway.flavor": flavor,
            },
        )
        try:
            yield span
        except GeneratorExit:  # whoever drops a stream has cancelled it
            span.fail(Cancelled.__name__)
            raise
        except BaseException as exc:
            span.fail(type(exc).__name__)
            raise
        finally:
            span.end()


def _note(span: Span, answer: Answer) -> None:
    span.note(
        {
            "gen_ai.response.model": answer.model,
            "gen_ai.response.finish_reasons": answer.finish_reason,
            "gen_ai.usage.input_tokens": answer.prompt_tokens,
            "gen_ai.usage.output_tokens": answer.completion_tokens,
        }
    )
