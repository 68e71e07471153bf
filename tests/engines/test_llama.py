from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.engines import llama
from app.engines.child import CONFIGURATION_ERROR
from app.engines.llama import Engine, read
from app.settings import Settings

ENGINE = Engine(
    model=Path("/models/Some Model.gguf"), port=9001, context=4096, slots=3, alias="some", most_tokens=99, threads=2
)


@pytest.mark.parametrize("engine", [ENGINE, replace(ENGINE, most_tokens=-1, threads=0)])
def test_the_command_line_says_all_of_an_engine(engine: Engine) -> None:
    assert read(engine.arguments()) == engine


def test_an_engine_is_called_after_its_file_unless_told_otherwise() -> None:
    assert read(["--model", "/models/Mistral-7B.gguf"]).alias == "mistral-7b"


def test_the_child_is_what_the_settings_say() -> None:
    settings = Settings(local_port=9123, local_context=4096, local_slots=4, local_max_tokens=77)

    child = llama.child(settings, Path("/cache/tiny.gguf"))

    assert child.command[:3] == (sys.executable, "-m", "app.engines.llama")
    assert read(child.command[3:]) == Engine(Path("/cache/tiny.gguf"), 9123, 4096, 4, "tiny", 77)


def test_we_compute_on_at_least_one_core_and_none_that_is_not_there() -> None:
    assert 1 <= llama.cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(("content", "reason"), [(None, "cannot be read: No such file"), (b"<html>", "not a GGUF file")])
def test_a_file_that_is_no_model_is_a_configuration_error(content: bytes | None, reason: str, tmp_path: Path) -> None:
    model = tmp_path / "some.gguf"
    if content is not None:
        model.write_bytes(content)

    ended = subprocess.run(
        [sys.executable, "-m", "app.engines.llama", *replace(ENGINE, model=model).arguments()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == CONFIGURATION_ERROR
    assert reason in ended.stderr
