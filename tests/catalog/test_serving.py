"""What manifests promise and backends do not keep is a problem before a job fails of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.backends.base import Health
from app.catalog import Catalog, load
from app.catalog.serving import disagreements
from app.kinds import KINDS
from tests.catalog.folders import put

BACKENDS = ("vLLM", "local", "logits", "echo")


def catalog(folder: Path, **changed: Any) -> Catalog:
    put(folder, "cra", **changed)
    return load(folder, KINDS)


def told(catalog: Catalog, states: dict[str, Health] | None = None, contexts: dict[str, int] | None = None) -> list[str]:
    return [str(each) for each in disagreements(catalog.services.values(), states or {}, BACKENDS, contexts)]


@pytest.mark.parametrize(
    ("backend", "models", "served"),
    [
        ("vLLM", {"m": 2048}, 2048),
        ("vLLM", {"m:latest": 2048}, 2048),
        ("vLLM", {"m": 4096}, 0),
        ("vLLM", {"m": 0}, 0),  # the server does not say
        ("local", {"other": 2048}, 2048),  # the engine answers to any name
    ],
)
def test_a_flavor_that_promises_more_context_than_is_served_is_a_problem(
    tmp_path: Path, backend: str, models: dict[str, int], served: int
) -> None:
    problems = told(catalog(tmp_path, flavor={"backend": backend}), {backend: Health(ok=True, models=models)})

    assert problems == (
        [
            f"cra.json:1: flavor.0.totalContextLength: is more than the {served} tokens that the backend serves: lower it, or "
            "start the model with more"
        ]
        if served
        else []
    )


def test_a_context_that_the_settings_of_a_backend_say_counts_too(tmp_path: Path) -> None:
    problems = told(catalog(tmp_path, flavor={"backend": "logits"}), {"logits": Health(ok=True)}, {"logits": 1024})

    assert ["more than the 1024 tokens" in problem for problem in problems] == [True]


def test_a_backend_that_is_down_promises_nothing(tmp_path: Path) -> None:
    assert told(catalog(tmp_path), {"vLLM": Health(ok=False, models={"m": 1})}) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"backend": "vlm"}, 'backend: there is no backend "vlm"; known are vLLM, local, logits, echo; did you mean "vLLM"?'),
        (
            {"flavor": {"backend": "none"}},
            'flavor.0.backend: there is no backend "none"; known are vLLM, local, logits, echo',
        ),
        (
            {"flavor": {"tokenizerClass": "LamaTokenizer"}},
            'flavor.0.tokenizerClass: "LamaTokenizer" is no class of a tokenizer that we know; did you mean "LlamaTokenizer"?',
        ),
        (
            {"flavor": {"tokenizer": "/no/tokenizer.json"}},
            "flavor.0.tokenizer: '/no/tokenizer.json' does not exist (looked for /no/tokenizer.json); "
            "give an existing path or `package:path`",
        ),
    ],
)
def test_a_name_that_nothing_is_called_by_is_a_problem(tmp_path: Path, changed: dict[str, Any], problem: str) -> None:
    assert told(catalog(tmp_path, **changed)) == [f"cra.json:1: {problem}"]


@pytest.mark.parametrize(
    "name", ["LlamaTokenizer", "LlamaTokenizerFast", "PreTrainedTokenizerFast", "Qwen2Tokenizer", "MistralCommonBackend"]
)
def test_a_class_that_models_are_published_with_is_no_problem(tmp_path: Path, name: str) -> None:
    assert told(catalog(tmp_path, flavor={"tokenizerClass": name})) == []


def test_a_model_that_the_server_does_not_serve_is_a_problem(tmp_path: Path) -> None:
    problems = told(catalog(tmp_path, flavor={"modelName": "mistrl"}), {"vLLM": Health(ok=True, models={"mistral": 0, "x": 0})})

    assert problems == [
        'cra.json:1: flavor.0.modelName: the backend does not serve "mistrl"; it serves mistral, x; did you mean "mistral"?'
    ]


def test_a_server_that_lists_no_models_may_serve_any(tmp_path: Path) -> None:
    assert told(catalog(tmp_path), {"vLLM": Health(ok=True)}) == []


@pytest.mark.parametrize(
    ("template", "changed", "found"),
    [
        ("Say it.\n{{ turns }}", {"totalContextLength": 520, "maxGenerationLength": 510}, True),
        ("Say it.\n{{ turns }}", {"totalContextLength": 600, "maxGenerationLength": 510}, False),
        ("Say it shortly. " * 400 + "{{ turns }}", {"totalContextLength": 1024, "maxGenerationLength": 512}, True),
        ("Say it.\n{{ turns }}", {"system": "Be brief. " * 3000}, True),
        ("به طور خلاصه بگویید. " * 40 + "{{ turns }}", {"totalContextLength": 1024, "maxGenerationLength": 512}, False),
    ],
)
def test_a_flavor_that_is_longer_than_its_template_leaves_room_for_is_a_problem_and_serves(
    tmp_path: Path, template: str, changed: dict[str, Any], *, found: bool
) -> None:
    made = catalog(tmp_path, template=template, flavor=changed)

    assert ["leave no room in totalContextLength" in str(problem) for problem in made.problems] == ([True] if found else [])
    assert (set(made.services), made.services["cra"].stale) == ({"cra"}, False)
