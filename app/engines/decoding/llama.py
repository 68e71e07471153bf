"""Logits of a GGUF model, computed in this process by ik_llama.cpp; a sequence that goes on is not computed again.

The package has no public way to logits, so its version is pinned and what we use of its inside stands here only."""

from __future__ import annotations

import ctypes
import logging
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engines.decoding.vocabulary import Vocabulary
from app.engines.sampling import Logits
from app.errors import EngineError

log = logging.getLogger(__name__)

REQUIREMENTS = "requirements-logits.txt"
# Tokens of a prompt computed in one go. From 32 on, the library takes another way that is no faster on a CPU and wrong for some
# formats: for a Q4_1 model the likeliest token was another one.
BATCH = 16
LONGEST_TOKEN = 1024  # bytes
LONGEST_TEMPLATE = 256 * 1024  # bytes
USER_DEFINED = 8  # the attribute of tokens that a model was given after its training, special ones among them
_PLACE = re.compile("\ue000(\\d+)\ue001")  # private characters: what stands for a message while its template is rendered


class Llama:
    """One model with one sequence in its cache: one answer at a time, or each loses the other's work."""

    def __init__(self, path: Path, context: int, threads: int) -> None:
        library = _library()
        self._inside = library
        try:
            self._model = library.model(str(path))
            self._context = library.context(self._model, n_ctx=context, n_threads=threads, flash_attn=False)
        except RuntimeError as exc:
            raise EngineError(f"{path.name} cannot be loaded: {exc}") from exc
        self.name = path.stem
        self.context = context
        self._cached = np.empty(0, np.int32)
        self._lock = threading.Lock()

    def get_logits_from_input_ids(self, input_ids: NDArray[np.int32], /) -> Logits:
        """The logits of the token after *input_ids*, as one row. Only what differs from the last call is computed."""
        if not 0 < len(input_ids) <= self.context:
            raise EngineError(f"{len(input_ids)} tokens are none, or more than the context of {self.context}")
        with self._lock:
            kept = min(_common(self._cached, input_ids), len(input_ids) - 1)  # the last one's logits are wanted
            self._inside.forget_after(self._context, kept)
            self._cached = self._cached[:kept]
            for start in range(kept, len(input_ids), BATCH):
                self._compute(input_ids[start : start + BATCH], start)
            self._cached = np.array(input_ids, np.int32)
            row = np.ctypeslib.as_array(self._context.get_logits(-1), shape=(self._model.n_vocab,))
            return row[None, :].copy()

    def _compute(self, tokens: NDArray[np.int32], start: int) -> None:
        if failed := self._inside.compute(self._context, tokens.tolist(), start):
            raise EngineError(f"{self.name} could not compute {len(tokens)} tokens after {start}: llama_decode says {failed}")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        inside, model = self._inside, self._model
        numbers = range(model.n_vocab)
        tokens = [inside.piece(model, number) for number in numbers]
        ends = [number for number in numbers if inside.ends(model, number)]
        usual = inside.usual_end(model)
        specials = [number for number in numbers if inside.is_special(model, number, tokens[number])]
        return Vocabulary(tokens, sorted(ends or [usual], key=lambda end: end != usual), self._encode, specials)

    def prompt(self, messages: Iterable[Mapping[str, str]]) -> list[int]:
        """The tokens of a chat by the model's own template. What somebody says is text, never a special token."""
        said = list(messages)
        held = [{**message, "content": f"\ue000{number}\ue001"} for number, message in enumerate(said)]
        parts = _PLACE.split(self._render(held))
        tokens: list[int] = []
        for at, part in enumerate(parts):
            text = said[int(part)]["content"] if at % 2 else part
            tokens += self.vocabulary.encode(text, specials=not at % 2) if text else []
        return tokens

    @cached_property
    def _render(self) -> Callable[[list[dict[str, str]]], str]:
        import jinja2
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        source = self._inside.chat_template(self._model)
        if not source:
            raise EngineError(f"{self.name} has no chat template: it is no model that answers")
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        try:
            template = environment.from_string(source)
        except jinja2.TemplateError as exc:
            raise EngineError(f"the chat template of {self.name} cannot be used: {exc}") from exc
        names = {"bos_token": self._inside.start(self._model), "eos_token": "", "tools": None}  # nosec B105  # tokens of text

        def render(messages: list[dict[str, str]]) -> str:
            def refuse(reason: str) -> None:
                raise EngineError(f"the chat template of {self.name} refuses these messages: {reason}")

            try:
                return template.render(messages=messages, add_generation_prompt=True, raise_exception=refuse, **names)
            except jinja2.TemplateError as exc:
                raise EngineError(f"the chat template of {self.name} cannot be used: {exc}") from exc

        return render

    def _encode(self, text: bytes, specials: bool) -> list[int]:
        return self._inside.tokens(self._model, text, specials)


def _common(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """How many tokens both begin with."""
    length = min(len(one), len(other))
    different = np.flatnonzero(one[:length] != other[:length])
    return int(different[0]) if len(different) else length


def _library() -> _Library:
    os.putenv("OMP_WAIT_POLICY", "passive")  # before the library is loaded: waiting threads must not burn the other's core
    try:
        from ik_llama_cpp import _ctypes_api, _internals
    except ImportError as exc:
        raise EngineError(f"logits need ik-llama-cpp-python: pip install -r {REQUIREMENTS}") from exc
    except OSError as exc:
        raise EngineError(f"the library of ik-llama-cpp-python cannot be loaded: {exc}") from exc
    return _Library(_ctypes_api, _internals)


_LOG = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
_unheard = _LOG(lambda _level, _text, _data: None)  # what llama.cpp says while it loads: hundreds of lines


class _Library:
    """The functions of ik_llama.cpp that we use, those that the package leaves out included."""

    def __init__(self, api: Any, internals: Any) -> None:
        self._api = api
        self._make_batch = internals.make_batch_range
        self.model: Any = internals.IkModel
        self.context: Any = internals.IkContext
        number, handle = ctypes.c_int32, ctypes.c_void_p
        self._forget = self._function("llama_kv_cache_seq_rm", ctypes.c_bool, handle, number, number, number)
        self._attribute = self._function("llama_token_get_attr", ctypes.c_int, handle, number)
        self._is_control = self._function("llama_token_is_control", ctypes.c_bool, handle, number)
        self._eos = self._function("llama_token_eos", number, handle)
        self._bos = self._function("llama_token_bos", number, handle)
        self._meta = self._function(
            "llama_model_meta_val_str", number, handle, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t
        )
        self._function("llama_log_set", None, _LOG, handle)(_unheard, None)

    def _function(self, name: str, result: Any, *arguments: Any) -> Any:
        function = getattr(self._api._lib, name)
        function.restype, function.argtypes = result, list(arguments)
        return function

    def forget_after(self, context: Any, kept: int) -> None:
        self._forget(context.ctx, 0, kept, -1)

    def compute(self, context: Any, tokens: list[int], start: int) -> int:
        """0 if it went well."""
        batch = self._make_batch(tokens, pos_start=start)
        try:
            return int(context.decode(batch))
        finally:
            self._api.llama_batch_free(batch)

    def tokens(self, model: Any, text: bytes, specials: bool) -> list[int]:
        room = (ctypes.c_int32 * (len(text) + 8))()
        count = self._api.llama_tokenize(model.model, text, len(text), room, len(room), False, specials)
        return list(room[: max(0, count)])

    def piece(self, model: Any, token: int) -> bytes:
        room = ctypes.create_string_buffer(LONGEST_TOKEN)
        count = self._api.llama_token_to_piece(model.model, token, room, LONGEST_TOKEN, 0, True)
        return bytes(room.raw[: max(0, count)])

    def is_special(self, model: Any, token: int, piece: bytes) -> bool:
        """Control tokens, and those added later that are written like them (`<tool_call>`)."""
        added = self._attribute(model.model, token) & USER_DEFINED
        return bool(self._is_control(model.model, token)) or bool(added and piece[:1] == b"<" and piece[-1:] == b">")

    def ends(self, model: Any, token: int) -> bool:
        return bool(self._api.llama_token_is_eog(model.model, token))

    def usual_end(self, model: Any) -> int:
        return int(self._eos(model.model))

    def start(self, model: Any) -> str:
        token = int(self._bos(model.model))
        return self.piece(model, token).decode("utf-8", "replace") if token >= 0 else ""

    def chat_template(self, model: Any) -> str:
        room = ctypes.create_string_buffer(LONGEST_TEMPLATE)
        count = self._meta(model.model, b"tokenizer.chat_template", room, LONGEST_TEMPLATE)
        return room.value.decode("utf-8", "replace") if count > 0 else ""
