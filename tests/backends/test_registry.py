"""Backends by name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.backends.base import Call, Message
from app.backends.registry import Backends
from app.errors import BackendNotFound
from tests.fakes.openai_server import FakeOpenAI

CALL = Call("m", (Message("user", "hello"),), max_tokens=50)


def backends(api_base: str = "http://localhost:9000/v1", local_port: int = 9001) -> Backends:
    return Backends(
        api_base=api_base,
        api_key="planted-key",
        local_port=local_port,
        timeout=5,
        concurrency=8,
        local_concurrency=2,
        retries=0,
    )


def test_each_backend_has_a_name_and_a_limit() -> None:
    known = backends()

    assert known.names() == ("vLLM", "local", "echo")
    assert known.limits() == {"vLLM": 8, "local": 2, "echo": 8}
    assert [known.of(name).name for name in known.names()] == ["vLLM", "local", "echo"]


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(BackendNotFound, match="no backend 'vllm'; known: vLLM, local, echo"):
        backends().of("vllm")


def test_a_backend_is_made_once_whoever_asks() -> None:
    known = backends()

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(known.of, ["vLLM"] * 50))

    assert len({id(backend) for backend in made}) == 1


def test_vllm_is_asked_with_its_key(fake_openai: FakeOpenAI) -> None:
    backends(api_base=fake_openai.base_url).of("vLLM").complete(CALL)

    assert fake_openai.calls[0].authorization == "Bearer planted-key"


def test_the_embedded_model_is_asked_without_one(fake_openai: FakeOpenAI) -> None:
    backends(local_port=fake_openai.port).of("local").complete(CALL)

    assert "planted-key" not in fake_openai.calls[0].authorization


def test_no_key_is_in_its_repr() -> None:
    known = backends()
    known.of("vLLM")

    assert "planted-key" not in repr(known)
