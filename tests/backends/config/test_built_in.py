"""The backends that are there without a file, and which of them somebody wants."""

from __future__ import annotations

import pytest

from app.backends.config.built_in import built_in
from app.backends.registry import Backends
from app.settings import Settings


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({}, False), ({"api_base": "http://gpu:8000/v1"}, True)],
    ids=["nobody has named a server", "a server is named"],
)
def test_a_model_server_is_waited_for_if_its_address_was_given(given: dict[str, str], wanted: bool) -> None:
    setups = {each.name: each for each in built_in(Settings(**given))}

    assert setups["vLLM"].awaited is wanted


@pytest.mark.parametrize("local", [True, False])
def test_the_embedded_model_is_waited_for_if_it_was_asked_for(local: bool) -> None:
    setups = {each.name: each for each in built_in(Settings(local=local, api_base="http://gpu:8000/v1"))}

    assert setups["local"].awaited is local


def test_the_embedded_model_can_be_called_by_few_names_only() -> None:
    registry = Backends(built_in(Settings(api_base="http://gpu:8000/v1", local_model="/models/Mine.gguf")))

    assert all(registry.may_serve("local", name) for name in ("smollm2-135m-instruct", "mine"))
    assert not registry.may_serve("local", "mistral-small")
    assert registry.may_serve("vLLM", "mistral-small")
