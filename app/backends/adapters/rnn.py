"""The character RNN as a backend: it goes on writing where the prompt ends."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.backends.adapters.in_process import Generation, InProcessBackend, TokenText
from app.backends.base import Backend, Call, Health, Message
from app.backends.config.setup import Setup
from app.backends.wrappers.metered import Metered
from app.errors import EngineError
from app.metrics import Metrics

if TYPE_CHECKING:  # numpy is 15 MB of every web process, which asks each backend how it is: imported for a model that is there
    import numpy as np

    from app.engines.rnn.model import Model
    from app.engines.sampling import Sampling

TEMPERATURE = 0.9  # if neither request nor flavor says


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    """The backend whose one address is the path of a checkpoint."""
    return Metered(InProcessBackend(setup.name, Writer(Path(setup.addresses[0]))), metrics)


class Writer:
    """The model of a checkpoint file: loaded when it is first needed, and again when the file has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._loaded: tuple[tuple[int, int], Model] | None = None

    def read(self, call: Call) -> Generation:
        """Begins after the whole of what was said. The same seed writes the same."""
        import numpy as np

        from app.engines.sampling import Sampling

        model = self._model()
        seed = _prompt(call.messages)
        wishes = Sampling(
            temperature=TEMPERATURE if call.temperature is None else call.temperature,
            top_k=max(0, call.top_k or 0),
            top_p=1.0 if call.top_p is None else call.top_p,
        )
        chance = np.random.default_rng(None if call.seed is None else abs(call.seed))
        return Generation(len(model.tokenizer.encode(seed)), _said(model, seed, wishes, chance, call.max_tokens))

    def count(self, text: str) -> int:
        return len(self._model().tokenizer.encode(text))

    def measure(self, messages: Sequence[Message]) -> int:
        return self.count(_prompt(messages))

    def describe(self) -> Health:
        model = self._model()
        return Health(ok=True, detail=model.description, models={model.name: 0})  # it has no context that could be full

    def _model(self) -> Model:
        try:
            stat = self._path.stat()
        except OSError as exc:
            raise EngineError(
                f"the checkpoint {self._path} cannot be read ({exc.strerror}): set CKPT_PATH, or make one with"
                " `python3 -m app train-rnn`"
            ) from exc
        from app.engines.rnn.model import Model

        mark = (stat.st_mtime_ns, stat.st_size)
        with self._lock:
            if self._loaded is None or self._loaded[0] != mark:
                self._loaded = (mark, Model.load(self._path))
            return self._loaded[1]


def _prompt(messages: Sequence[Message]) -> str:
    """A model of characters knows no roles: what was said, one after the other."""
    return "\n".join(message.content for message in messages if message.content)


def _said(
    model: Model, seed: str, wishes: Sampling, chance: np.random.Generator, most: int
) -> Generator[TokenText, None, None]:
    for number, written in enumerate(model.write(seed, wishes, chance), start=1):
        yield TokenText(written.text, "stop" if written.over else "length" if number >= most else "")
