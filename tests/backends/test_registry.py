"""Backends by name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.backends.base import Call, Message
from app.backends.config.built_in import built_in
from app.backends.config.setup import Setup
from app.backends.registry import Backends
from app.errors import BackendNotFound, BackendRefused, Problem
from app.settings import Settings
from tests.fakes.openai_server import FakeOpenAI

CALL = Call("m", (Message("user", "hello"),), max_tokens=50)
USUAL = Settings(
    api_base="http://localhost:9000/v1",
    api_key="planted-key",
    timeout=5,
    backend_retries=0,
    backend_concurrency=8,
    local_slots=2,
)
FURTHER = Setup("gpu2", "openai", addresses=("http://localhost:9002/v1",), limit=3)


def backends(settings: Settings = USUAL) -> Backends:
    return Backends(built_in(settings))


def test_each_backend_has_a_name_and_a_limit() -> None:
    known = backends()

    limits = known.limits()
    assert known.names()[:3] == ("vLLM", "local", "echo")
    assert (limits["vLLM"], limits["local"], limits["echo"]) == (8, 2, 8)
    assert [known.of(name).name for name in known.names()[:3]] == ["vLLM", "local", "echo"]


@pytest.mark.parametrize("address", ["http://localhost:9000/v1", "http://127.0.0.1:9000/v1/", "http://[::1]:9000/v1"])
@pytest.mark.parametrize(("local", "absent"), [(True, "vLLM"), (False, "local")])
def test_one_address_is_not_two_backends(address: str, local: bool, absent: str) -> None:
    known = backends(replace(USUAL, api_base=address, local=local, local_port=9000))

    states = {name: known.of(name).probe() for name in ("vLLM", "local")}

    assert [name for name, state in states.items() if state.absent] == [absent]
    with pytest.raises(BackendRefused, match=states[absent].detail):
        known.of(absent).complete(CALL)


def test_a_server_of_its_own_is_not_absent() -> None:
    known = backends(replace(USUAL, api_base="http://gpu1:9000/v1", local=True, local_port=9000))

    assert [type(known.of(name)) for name in ("vLLM", "local")] == [type(known.of("vLLM"))] * 2
    assert known.limits()["vLLM"] == 8


def test_a_key_brings_its_backend() -> None:
    settings = replace(USUAL, openai_api_key="a", deepseek_api_key="b", gemini_api_key="c", gemini_model="gemini-x")

    known = backends(settings)

    assert [known.of(name).name for name in known.names()[-3:]] == ["openai", "deepseek", "gemini"]
    assert known.models()["gemini"] == "gemini-x"


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(BackendNotFound, match="no backend 'vllm'; known: vLLM, local, echo"):
        backends().of("vllm")


def test_a_backend_is_made_once_whoever_asks() -> None:
    known = backends()

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(known.of, ["vLLM"] * 50))

    assert len({id(backend) for backend in made}) == 1


def test_vllm_is_asked_with_its_key(fake_openai: FakeOpenAI) -> None:
    backends(replace(USUAL, api_base=fake_openai.base_url)).of("vLLM").complete(CALL)

    assert fake_openai.calls[0].authorization == "Bearer planted-key"


def test_the_embedded_model_is_asked_without_one(fake_openai: FakeOpenAI) -> None:
    backends(replace(USUAL, local_port=fake_openai.port)).of("local").complete(CALL)

    assert "planted-key" not in fake_openai.calls[0].authorization


def test_calls_that_leave_it_open_are_sampled_as_the_operator_wishes(fake_openai: FakeOpenAI) -> None:
    known = backends(replace(USUAL, api_base=fake_openai.base_url, llm_temperature=0.2, llm_top_p=0.9))

    known.of("vLLM").complete(CALL)
    known.of("vLLM").complete(replace(CALL, temperature=0.7))

    first, second = (seen.body for seen in fake_openai.calls)
    assert (first["temperature"], first["top_p"]) == (0.2, 0.9)
    assert (second["temperature"], second["top_p"]) == (0.7, 0.9)


def test_no_key_is_in_its_repr() -> None:
    known = backends()
    known.of("vLLM")

    assert "planted-key" not in repr(known)
    assert "planted-key" not in repr(list(built_in(USUAL)))


def test_further_backends_come_and_go_as_a_whole() -> None:
    known = backends()
    before = known.names()

    known.replace([FURTHER])
    with_it = known.names(), known.limits()["gpu2"]
    known.replace([])

    assert with_it == ((*before, "gpu2"), 3)
    assert known.names() == before
    with pytest.raises(BackendNotFound):
        known.of("gpu2")


def test_one_of_the_same_name_takes_the_place_of_a_built_in_one(fake_openai: FakeOpenAI) -> None:
    known = backends()
    known.of("vLLM")

    known.replace([Setup("vLLM", "openai", addresses=(fake_openai.base_url,), tries=1)])
    known.of("vLLM").complete(CALL)

    assert len(fake_openai.calls) == 1


def test_a_backend_whose_setup_stays_is_kept() -> None:
    known = backends()
    known.replace([FURTHER])
    before = known.of("gpu2"), known.of("vLLM")

    known.replace([replace(FURTHER), Setup("gpu3", "echo")])

    assert (known.of("gpu2"), known.of("vLLM")) == before


def test_a_backend_whose_setup_changed_is_made_anew() -> None:
    known = backends()
    known.replace([FURTHER])
    before = known.of("gpu2")

    known.replace([replace(FURTHER, limit=4)])

    assert known.of("gpu2") is not before
    assert known.limits()["gpu2"] == 4


def test_a_complaint_changes_nothing_but_the_problems() -> None:
    known = backends()
    known.replace([FURTHER])
    before = known.of("gpu2")

    known.complain([Problem("backends.json", "", "is broken")])

    assert known.of("gpu2") is before
    assert [str(problem) for problem in known.problems] == ["backends.json: is broken"]
