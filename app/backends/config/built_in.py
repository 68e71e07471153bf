"""The backends that exist without backends.json, as the settings say; those that need a key only with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from app.backends.config.backends_file import CONNECT, BackendDefaults
from app.backends.config.setup import Setup
from app.backends.http.timeouts import Timeouts
from app.engines import models
from app.settings import Settings
from app.urls import on_this_machine

OPENAI = "https://api.openai.com/v1"
DEEPSEEK = "https://api.deepseek.com/v1"
DEEPSEEK_MODEL = "deepseek-chat"
INSIDE = 2  # calls at a time of a model in this process: more would only share its cores
EMBEDDED_TIMEOUT_FACTOR = (
    10  # the embedded model takes minutes to read a full context on two cores: so many times the usual timeout
)


NO_SERVER = "OPENAI_API_BASE is the address of the embedded model itself: set it to that of a model server"
NO_ENGINE = "the embedded model is not started: start the gateway with --local"


def _is_the_engine(api_base: str, port: int) -> bool:
    """Whether *api_base* is the address on which the embedded engine listens, or would."""
    return on_this_machine(api_base) and (urlsplit(api_base).port or 80) == port


def built_in(settings: Settings) -> Iterator[Setup]:
    """One line for each backend that is always there."""
    silence = float(settings.timeout)
    timeouts = Timeouts(min(CONNECT, silence), silence, silence)
    usually = Setup(
        name="",
        api="openai",
        timeouts=timeouts,
        limit=settings.backend_concurrency,
        tries=settings.backend_retries + 1,
        temperature=settings.llm_temperature,
        top_p=settings.llm_top_p,
    )
    slow = replace(timeouts, first_token=EMBEDDED_TIMEOUT_FACTOR * silence)
    here = f"http://127.0.0.1:{settings.local_port}/v1"
    shared = _is_the_engine(settings.api_base, settings.local_port)
    if shared and settings.local:
        yield replace(usually, name="vLLM", api="absent", absent=NO_SERVER)
    else:
        server = replace(usually, name="vLLM", addresses=(settings.api_base,), key=settings.api_key, model=settings.llm_model)
        yield replace(server, awaited=settings.api_base != Settings.api_base)  # else a service that names it wants it
    if shared and not settings.local:
        yield replace(usually, name="local", api="absent", limit=settings.local_slots, absent=NO_ENGINE)
    else:
        local = replace(usually, name="local", addresses=(here,), timeouts=slow, limit=settings.local_slots)
        yield replace(local, awaited=settings.local, serves=models.chat_names(settings.local_model))
    yield replace(usually, name="echo", api="echo")
    yield replace(usually, name="rnn", api="rnn", addresses=(settings.ckpt_path,), limit=INSIDE, awaited=False)
    inside = replace(
        usually, awaited=False, model=settings.local_model, addresses=(settings.model_cache,), context=settings.embedded_context
    )
    yield replace(inside, name="logits", api="logits", limit=1)
    if key := settings.openai_api_key:
        yield replace(usually, name="openai", addresses=(OPENAI,), key=key)
    if key := settings.deepseek_api_key:
        yield replace(usually, name="deepseek", addresses=(DEEPSEEK,), key=key, model=DEEPSEEK_MODEL)
    if key := settings.gemini_api_key:
        yield replace(usually, name="gemini", api="gemini", key=key, model=settings.gemini_model)


def usual(settings: Settings) -> BackendDefaults:
    """The defaults of backends in the file."""
    return BackendDefaults(
        timeout=float(settings.timeout),
        limit=settings.backend_concurrency,
        tries=settings.backend_retries + 1,
        model=settings.llm_model,
        temperature=settings.llm_temperature,
        top_p=settings.llm_top_p,
    )
