"""The names that Python users know, on the real backends; the examples run as they stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import ManifestError
from app.faces import (
    TEMPLATE,
    BaseLLMService,
    DeepseekLLMService,
    FunctionCallingPipeline,
    GeminiLLMService,
    VLLMClientService,
)
from app.settings import SettingError
from tests.fakes.gemini_server import FakeGemini
from tests.fakes.openai_server import FakeOpenAI, Reply

ROOT = Path(__file__).parents[1]
FUNCTIONS = ROOT / "services" / "function_definitions.json"
QUESTION = "What is the capital of France?"


@pytest.mark.parametrize(
    ("service", "environ"),
    [(VLLMClientService, {"OPENAI_API_KEY": "secret"}), (DeepseekLLMService, {"DEEPSEEK_API_KEY": "secret"})],
)
def test_a_service_answers(service: type[BaseLLMService], environ: dict[str, str], fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Paris."))

    answer = service(base_url=fake_openai.base_url, environ=environ).generate_response(
        user_message=QUESTION, system_prompt="Be short.", max_tokens=7
    )

    (call,) = fake_openai.calls
    assert answer == "Paris."
    assert [(message["role"], message["content"]) for message in call.messages] == [("system", "Be short."), ("user", QUESTION)]
    assert call.body.get("max_tokens", call.body.get("max_completion_tokens")) == 7


def test_gemini_answers() -> None:
    with FakeGemini() as fake:
        service = GeminiLLMService(base_url=fake.root, environ={"GEMINI_API_KEY": "secret"})

        assert service.generate_response(user_message=QUESTION, max_tokens=20)
        assert len(fake.calls) == 1


def test_the_server_is_that_of_the_environment(fake_openai: FakeOpenAI) -> None:
    service = VLLMClientService(environ={"OPENAI_API_BASE": fake_openai.base_url})

    assert service.is_ready()
    assert not VLLMClientService(environ={"OPENAI_API_BASE": "http://127.0.0.1:9/v1"}).is_ready()


@pytest.mark.parametrize(("service", "key"), [(GeminiLLMService, "GEMINI_API_KEY"), (DeepseekLLMService, "DEEPSEEK_API_KEY")])
def test_a_service_without_its_key_says_which(service: type[BaseLLMService], key: str) -> None:
    with pytest.raises(SettingError, match=key):
        service(environ={})


def test_a_question_becomes_a_call(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply('{"name": "fn_add_numbers", "parameters": {"a": 2, "b": 3}}'))
    model = VLLMClientService(base_url=fake_openai.base_url, environ={})

    result = FunctionCallingPipeline(FUNCTIONS, model=model).run("What is the sum of 2 and 3?")

    assert result is not None
    assert (result.fn_name, result.args) == ("fn_add_numbers", {"a": 2, "b": 3})
    assert "fn_add_numbers" in fake_openai.calls[0].messages[-1]["content"]


def test_an_answer_that_is_no_call_is_none(fake_openai: FakeOpenAI) -> None:
    fake_openai.default = Reply("I do not know.")
    model = VLLMClientService(base_url=fake_openai.base_url, environ={})

    assert FunctionCallingPipeline(FUNCTIONS, model=model).run("What is the sum of 2 and 3?") is None


def test_what_is_wrong_with_functions_is_said(tmp_path: Path, fake_openai: FakeOpenAI) -> None:
    file = tmp_path / "functions.json"
    file.write_text('[{"nme": "f"}]', encoding="utf-8")

    with pytest.raises(ManifestError, match=r"functions\.json"):
        FunctionCallingPipeline(file, model=VLLMClientService(base_url=fake_openai.base_url, environ={}))


def test_the_prompt_is_that_of_the_shipped_service() -> None:
    assert (ROOT / "services" / "functions.txt").read_text(encoding="utf-8") == TEMPLATE


def run(example: str, *arguments: str, **environ: str) -> str:
    """What an example prints if it is run as document/functions.md says."""
    said = f"python3 -m examples.{example}"
    assert said in (ROOT / "document" / "functions.md").read_text(encoding="utf-8")
    command = [sys.executable, *said.split()[1:], *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environ}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.acceptance
def test_the_example_of_services_runs(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Paris."))

    assert run("services", OPENAI_API_BASE=fake_openai.base_url) == "Paris.\n"


@pytest.mark.model
@pytest.mark.acceptance
def test_the_examples_run_on_the_embedded_model(tmp_path: Path) -> None:
    pytest.importorskip("llguidance", reason="llguidance is not installed (requirements-logits.txt)")
    pytest.importorskip("ik_llama_cpp", reason="ik-llama-cpp-python is not installed (requirements-logits.txt)")

    calls = run("function_calls", LOCAL_MODEL="tiny", LOCAL_MAX_MODEL_LEN="2048")
    answer = run("services", "LocalLLMService", LOCAL_MODEL="tiny", LOCAL_MAX_MODEL_LEN="2048")

    assert "most likely token after 1, 2, 3, 4:" in calls
    assert "function: fn_" in calls
    assert answer.strip()


@pytest.mark.model
def test_the_vocabulary_gives_the_number_of_a_token() -> None:
    pytest.importorskip("ik_llama_cpp", reason="ik-llama-cpp-python is not installed (requirements-logits.txt)")
    from app.faces import Small_LLM_Model

    model = Small_LLM_Model(environ={"LOCAL_MODEL": "tiny", "LOCAL_MAX_MODEL_LEN": "512"})

    numbers = json.loads(Path(model.get_path_to_vocabulary_json()).read_text(encoding="utf-8"))

    assert model.model.vocabulary.encode("Hello") == [numbers["Hello"]]
