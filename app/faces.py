"""Models by the names that Python users know: services with `generate_response`, a model with logits, a pipeline of
function calls. Thin: all work is done by the gateway's own backends, in this process, without the gateway's server.

    from app.faces import VLLMClientService

    print(VLLMClientService().generate_response(user_message="What is the capital of France?", max_tokens=100))

Settings come from the environment, by the names of `document/settings.md`, as for the gateway itself."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from app.backends.adapters.in_process import InProcessBackend
from app.backends.adapters.logits import Decoder
from app.backends.base import Backend
from app.backends.config.built_in import built_in
from app.backends.registry import Backends
from app.engines import weights
from app.engines.llama import MOST_THREADS, cores
from app.errors import NoValidCall
from app.kinds.base import Work
from app.kinds.function_call import Flavor, FunctionCallResult
from app.kinds.function_call.pipeline import Pipeline, Stages
from app.manifests import read_functions
from app.orders import Order
from app.settings import SettingError, Settings, settle
from app.tokens import Estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.engines.decoding.llama import Llama
    from app.engines.sampling import Logits

NAME = "function_calls"
LONGEST_CALL = 256  # tokens of a function call
FLAVOR = {"name": NAME, "modelName": NAME, "totalContextLength": 4096, "maxGenerationLength": LONGEST_CALL, "temperature": 0}
# As services/functions.txt, which an installed package does not bring; a test compares the two.
TEMPLATE = """You translate a request into one function call. These are the functions, one a line:
{{ functions }}

Answer with one JSON object {"name": …, "parameters": {…}} and nothing else: the name of the function that does what the request
asks for, and each of its parameters with the value that stands in the request. Copy texts exactly as they are written there,
without the quotation marks around them. Do not compute the result.

Request: {{ prompt }}
"""


class BaseLLMService:
    """A language model that answers. *base_url* is the address of the server instead of the usual one; *environ* holds the
    settings instead of the process's environment.

    Raises SettingError if a setting cannot be used, or the service has no key."""

    backend_name: ClassVar[str]
    key: ClassVar[str] = ""  # the setting that must hold a key

    def __init__(self, *, base_url: str | None = None, environ: Mapping[str, str] | None = None) -> None:
        settings = _settings(environ)
        setups = {setup.name: setup for setup in built_in(settings)}
        if self.backend_name not in setups:
            raise SettingError(f"{type(self).__name__} needs a key: set {self.key}")
        setup = setups[self.backend_name]
        self._backend = Backends([replace(setup, addresses=(base_url,)) if base_url else setup]).of(self.backend_name)

    @property
    def backend(self) -> Backend:
        """What calls the model."""
        return self._backend

    def generate_response(self, user_message: str, system_prompt: str | None = None, max_tokens: int | None = None) -> str:
        """The text of the answer. A failed call is tried again as the gateway does it. Raises BackendError, RequestError."""
        return self._backend.generate_response(user_message, system_prompt, max_tokens)

    def is_ready(self) -> bool:
        """True if the model's server answers."""
        return self._backend.probe().ok


class LocalLLMService(BaseLLMService):
    """The embedded model in this process (`LOCAL_MODEL`); needs requirements-logits.txt. It is fetched at the first call."""

    backend_name = "logits"


class VLLMClientService(BaseLLMService):
    """A server with OpenAI's API: vLLM or another (`OPENAI_API_BASE`)."""

    backend_name = "vLLM"


class GeminiLLMService(BaseLLMService):
    """Google's Gemini (`GEMINI_API_KEY`)."""

    backend_name = "gemini"
    key = "GEMINI_API_KEY"


class DeepseekLLMService(BaseLLMService):
    """DeepSeek (`DEEPSEEK_API_KEY`)."""

    backend_name = "deepseek"
    key = "DEEPSEEK_API_KEY"


class Small_LLM_Model:  # noqa: N801 - the name that its users know
    """The embedded model with its logits. Needs requirements-logits.txt."""

    def __init__(self, *, environ: Mapping[str, str] | None = None) -> None:
        from app.engines.decoding.llama import Llama

        settings = _settings(environ)
        self._folder = Path(settings.model_cache).expanduser()
        self._path = weights.ensure_model(settings.local_model, self._folder)
        self._model = Llama(self._path, settings.embedded_context, min(cores(), MOST_THREADS))

    @property
    def model(self) -> Llama:
        """The model as the gateway's own loop uses it."""
        return self._model

    def get_logits_from_input_ids(self, input_ids: NDArray[np.int32]) -> Logits:
        """The logits of the token after *input_ids*: take `[-1]`. There is one row only, for the last of *input_ids*."""
        return self._model.get_logits_from_input_ids(input_ids)

    def get_path_to_vocabulary_json(self) -> str:
        """A file with the number of each token by its text; of tokens with the same text, the first. Bytes that are no text
        stand there as `<0xNN…>`. Special tokens are left out."""
        file = self._folder / f"{self._path.stem}.vocabulary.json"
        vocabulary = self._model.vocabulary
        numbers: dict[str, int] = {}
        for number in range(len(vocabulary)):
            if spelled := vocabulary.bytes_of(number):
                numbers.setdefault(_text(spelled), number)
        written = file.with_suffix(f".{os.getpid()}")
        written.write_text(json.dumps(numbers, ensure_ascii=False), encoding="utf-8")
        written.replace(file)  # whole at every moment, for another process that reads it
        return str(file)


class FunctionCallingPipeline:
    """From a question to a call of one of the functions in the file *function_definitions_path*.

    *model* is a Small_LLM_Model or one of the services above; the embedded model if none is given. *vocab_path* is not needed:
    a model has its vocabulary. Raises ManifestError with all that is wrong with the functions."""

    def __init__(
        self,
        function_definitions_path: str | Path,
        vocab_path: str | Path | None = None,
        model: Small_LLM_Model | BaseLLMService | None = None,
    ) -> None:
        del vocab_path
        file = Path(function_definitions_path)
        self._functions = read_functions(file.name, file.read_text(encoding="utf-8"))
        self._backend = _backend_of(model or LocalLLMService())

    def run(self, question: str) -> FunctionCallResult | None:
        """The call that answers *question*, valid by its function's types; None if the model made none."""
        flavor = Flavor.model_validate(FLAVOR, strict=False).model_copy(update={"model_name": ""})  # the backend's own
        order = Order(
            service=NAME,
            kind="function_call",
            backend=self._backend.name,
            flavor=flavor.wire(),
            settings={},
            template=NAME,
            templates={NAME: TEMPLATE},
            text=question,
        )
        work = Work(order, self._backend, Estimate())
        try:
            return Pipeline(work, flavor, self._functions, Stages(NAME)).run(question)
        except NoValidCall:
            return None


def _settings(environ: Mapping[str, str] | None) -> Settings:
    return settle({}, os.environ if environ is None else environ)


def _backend_of(model: Small_LLM_Model | BaseLLMService) -> Backend:
    if isinstance(model, BaseLLMService):
        return model.backend
    loaded = model.model
    return InProcessBackend("logits", Decoder(lambda: loaded))


def _text(spelled: bytes) -> str:
    try:
        return spelled.decode()
    except UnicodeDecodeError:
        return f"<0x{spelled.hex().upper()}>"
