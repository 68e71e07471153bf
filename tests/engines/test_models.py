from __future__ import annotations

from pathlib import Path

import pytest

from app.engines.models import MODELS, chat_name
from app.engines.wheels import pin


@pytest.mark.parametrize("package", [package for model in MODELS for package in model.packages])
def test_every_wheel_is_pinned_by_its_hash(package: str) -> None:
    name, _, digest = pin(package).partition(" --hash=sha256:")

    assert name == package
    assert len(bytes.fromhex(digest)) == 32


def test_every_model_has_a_file_of_its_own() -> None:
    assert len({model.file for model in MODELS}) == len(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.name))
def test_a_brought_model_is_called_what_requests_call_it(model: object) -> None:
    assert chat_name(Path("cache") / model.file) == model.chat_name  # type: ignore[attr-defined]


def test_any_file_has_a_name_for_requests() -> None:
    assert chat_name(Path("/models/Mistral-7B.Q4_K_M.gguf")) == "mistral-7b.q4_k_m"
