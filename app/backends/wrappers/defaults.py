"""What the operator asks for calls that leave it open."""

from __future__ import annotations

from dataclasses import replace

from app.backends.base import Answer, Backend, Call, Stream
from app.backends.wrappers.base import BackendWrapper
from app.cancellation import CancelToken


class SamplingDefaults(BackendWrapper):
    """Calls that say no *temperature* or *top_p* have these; None is left to the server. What is passed through is not read."""

    def __init__(self, backend: Backend, temperature: float | None, top_p: float | None) -> None:
        super().__init__(backend)
        self._temperature = temperature
        self._top_p = top_p

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        return self._backend.complete(self._settled(call), cancel)

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        return self._backend.stream(self._settled(call), cancel)

    def _settled(self, call: Call) -> Call:
        if self._temperature is None and self._top_p is None:
            return call
        temperature = self._temperature if call.temperature is None else call.temperature
        return replace(call, temperature=temperature, top_p=self._top_p if call.top_p is None else call.top_p)
