"""Each attempt of a call as a span of its trace; the server gets the trace's headers."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

from app.backends.answers.usage import TokenNumbers
from app.backends.base import Answer, Backend
from app.backends.wrappers.base import BackendWrapper
from app.backends.wrappers.requests import Item, Request
from app.cancellation import CancelToken
from app.errors import Cancelled
from app.tracing import Kind, Span, Tracing

_PROMPT, _COMPLETION = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"


class Traced(BackendWrapper):
    """One backend, each call to which is a span. It stands inside the limit and the retry: a span is one attempt, from the
    moment when it may be sent to its end."""

    def __init__(self, backend: Backend, tracing: Tracing) -> None:
        super().__init__(backend)
        self._tracing = tracing

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        with (
            self._span(request) as span,
            closing(request.with_trace(span.carrier).open(self._backend, cancel)) as items,
        ):
            numbers = TokenNumbers()
            for item in items:
                if isinstance(item, bytes):
                    numbers.feed(item)
                elif answer := request.answer(item):
                    _note(span, answer)
                yield item
            if numbers.prompt:
                span.note({_PROMPT: numbers.prompt, _COMPLETION: numbers.completion})

    @contextmanager
    def _span(self, request: Request[Item]) -> Iterator[Span]:
        """A span that is not the current one: whatever reads the pieces goes on meanwhile, and is no part of it."""
        span = self._tracing.begin(
            f"{request.operation} {request.model}".strip(),
            Kind.CLIENT,
            attributes={
                "gen_ai.operation.name": request.operation,
                "gen_ai.request.model": request.model,
                "gateway.backend": self.name,
                "gateway.service": request.service,
                "gateway.flavor": request.flavor,
            },
        )
        try:
            yield span
        except GeneratorExit:  # a stream that is dropped is a cancelled one
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
            _PROMPT: answer.prompt_tokens,
            _COMPLETION: answer.completion_tokens,
        }
    )
