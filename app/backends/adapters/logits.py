"""The embedded model in this process, decoded token by token: an answer held to a schema is valid by construction."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.backends.adapters.in_process import Generation, InProcessBackend, TokenText
from app.backends.base import Backend, Call, Health, Json, Message
from app.backends.config.setup import Setup
from app.backends.wrappers.metered import Metered
from app.errors import BadParameter
from app.metrics import Metrics

if TYPE_CHECKING:  # numpy is 15 MB of every web process, which asks each backend how it is: imported with the first call
    from app.engines.decoding import LogitsModel, Step

    class Chatting(LogitsModel, Protocol):
        """A model with logits, and a template for what was said."""

        def prompt(self, messages: Iterable[Mapping[str, str]], /) -> list[int]: ...


PACKAGES = ("llguidance", "ik_llama_cpp")
REQUIREMENTS = "requirements-logits.txt"


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    """The backend of the model that LOCAL_MODEL names. The model is fetched and loaded when it is first asked."""
    decoder = Decoder(lambda: _load(setup), f"decodes {setup.model or 'the embedded model'} in this process")
    return Metered(InProcessBackend(setup.name, decoder), metrics)


def _load(setup: Setup) -> Chatting:
    from app.engines import weights
    from app.engines.decoding.llama import Llama
    from app.engines.llama import MOST_THREADS, cores

    path = weights.ensure_model(setup.model, Path(setup.addresses[0]).expanduser())
    return Llama(path, setup.context, min(cores(), MOST_THREADS))


class Decoder:
    """A model that is loaded once, and answers one call after the other: two at a time would lose each other's cache."""

    def __init__(self, load: Callable[[], Chatting], detail: str = "") -> None:
        self._load = load
        self._detail = detail
        self._loading = threading.Lock()
        self._answering = threading.Lock()
        self._loaded: Chatting | None = None

    def read(self, call: Call) -> Generation:
        """Greedy, unless the call says otherwise. Raises BadParameter for tools and for a form that we do not know."""
        import numpy as np

        from app.engines.decoding import decode
        from app.engines.sampling import Sampling

        if call.tools:
            raise BadParameter("tools", 'this backend takes no tools: use "constraint": "json_schema"')
        model, schema = self._model(), _schema(call.response_format)
        prompt = model.prompt([message.wire() for message in call.messages])
        sampling = Sampling(
            temperature=call.temperature or 0.0,
            top_k=max(0, call.top_k or 0),
            top_p=1.0 if call.top_p is None else call.top_p,
        )
        chance = np.random.default_rng(None if call.seed is None else abs(call.seed))
        steps = decode(model, prompt, call.max_tokens, sampling, chance, schema=schema)
        return Generation(len(prompt), self._alone(steps))

    def count(self, text: str) -> int:
        return len(self._model().vocabulary.encode(text))

    def measure(self, messages: Sequence[Message]) -> int:
        return len(self._model().prompt([message.wire() for message in messages]))

    def describe(self) -> Health:
        """Whether it can be had; for that, no model of a gigabyte is loaded."""
        missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
        if missing:
            return Health(ok=False, detail=f"{', '.join(missing)} not installed: pip install -r {REQUIREMENTS}")
        return Health(ok=True, detail=self._detail)

    def _model(self) -> Chatting:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _alone(self, steps: Iterator[Step]) -> Generator[TokenText, None, None]:
        with self._answering:
            for step in steps:
                yield TokenText(step.text, step.finish_reason)


def _schema(wanted: Mapping[str, Json] | None) -> Json:
    """The JSON Schema in a `response_format` as OpenAI spells it; None for plain text."""
    kind = "text" if wanted is None else wanted.get("type")
    if kind == "text":
        return None
    if kind == "json_object":
        return {"type": "object"}
    schema = (wanted or {}).get("json_schema", {}).get("schema")
    if kind != "json_schema" or schema is None:
        raise BadParameter("response_format", 'must be of the type "text", "json_object" or "json_schema" with its schema')
    return schema
