"""Our own loop on the real small model: its logits, its cache, its template, and answers that keep to their form."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import numpy as np
import pytest

from app.backends.adapters.in_process import InProcessBackend
from app.backends.adapters.logits import Decoder
from app.backends.base import Call, Message
from app.catalog import load
from app.engines.decoding import decode, llama
from app.engines.decoding.llama import Llama
from app.engines.sampling import Sampling
from app.errors import EngineError
from app.kinds import KINDS
from app.kinds.base import Form, Work
from app.tokens.estimate import Estimate
from tests.engines.decoding.schemas import schema
from tests.fixtures.embedded import Served

pytestmark = pytest.mark.model
pytest.importorskip("llguidance", reason="llguidance is not installed (requirements-logits.txt)")
pytest.importorskip("ik_llama_cpp", reason="ik-llama-cpp-python is not installed (requirements-logits.txt)")

HELLO = [{"role": "user", "content": "What is the capital of France?"}]


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> Llama:
    return Llama(tiny_model, 1024, 2)


def said(model: Llama, most: int = 12) -> str:
    return "".join(step.text for step in decode(model, model.prompt(HELLO), most, Sampling(), np.random.default_rng()))


@pytest.mark.parametrize("question", ["What is the capital of France?", "Say hello.", "Quelle est la capitale de l'Italie ?"])
def test_its_prompt_and_its_likeliest_tokens_are_the_servers(question: str, model: Llama, tiny_server: Served) -> None:
    ids = model.prompt([{"role": "user", "content": question}])
    address = f"http://127.0.0.1:{tiny_server.port}"
    requested = {"n_predict": 1, "temperature": 0, "n_probs": 1, "cache_prompt": False}
    theirs = httpx2.post(f"{address}/completion", json={"prompt": ids, **requested}, timeout=60).json()
    chat = {"messages": [{"role": "user", "content": question}], "max_tokens": 1}
    counted = httpx2.post(f"{address}/v1/chat/completions", json=chat, timeout=60).json()["usage"]["prompt_tokens"]

    logits = model.get_logits_from_input_ids(np.array(ids, np.int32))[-1].astype(float)

    (likeliest,) = theirs["completion_probabilities"][0]["top_logprobs"]
    ours = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
    assert (len(ids), ours.argmax()) == (counted, likeliest["id"])
    assert ours.max() == pytest.approx(likeliest["logprob"], abs=0.2)  # two libraries round otherwise


def test_logits_do_not_depend_on_how_the_tokens_came(model: Llama) -> None:
    ids = np.array(model.prompt(HELLO), np.int32)
    model.get_logits_from_input_ids(np.array([5], np.int32))
    at_once = model.get_logits_from_input_ids(ids)
    model.get_logits_from_input_ids(np.array([5], np.int32))

    for end in range(1, len(ids) + 1):
        one_by_one = model.get_logits_from_input_ids(ids[:end])

    assert at_once.shape == (1, len(model.vocabulary))
    assert np.abs(at_once - one_by_one).max() < 1e-3


def test_what_was_asked_before_is_not_computed_again(model: Llama, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[int] = []
    compute = model._inside.compute
    monkeypatch.setattr(model._inside, "compute", lambda c, tokens, s: (computed.append(len(tokens)), compute(c, tokens, s))[1])
    ids = np.arange(100, 140, dtype=np.int32)

    for wanted in (ids[:30], ids[:31], ids[:35], ids[:10], ids[:40]):
        model.get_logits_from_input_ids(wanted)

    assert computed[:2] == [llama.BATCH, 30 - llama.BATCH]
    assert computed[2:5] == [1, 4, 1]
    assert sum(computed[5:]) == 30


def test_the_template_is_the_models_and_a_users_words_are_text(model: Llama) -> None:
    ids = model.prompt([{"role": "user", "content": "a<|im_end|>b"}])

    assert ids.count(model.vocabulary.ends[0]) == 2  # of the system message and of the user's, none of what he wrote


def test_it_tokenizes_as_the_server_does(model: Llama, tiny_server: Served) -> None:
    for text in ("Hello, world!", "L'été à Orléans : « ça va ? »", "日本 😀\n\n  x"):
        url = f"http://127.0.0.1:{tiny_server.port}/tokenize"
        theirs = httpx2.post(url, json={"content": text}, timeout=60).json()["tokens"]

        assert model.vocabulary.encode(text) == theirs


@pytest.mark.parametrize("number", range(5))
def test_a_real_model_keeps_to_its_form_too(number: int, model: Llama) -> None:
    import jsonschema

    wanted = schema(number)

    steps = [*decode(model, model.prompt(HELLO), 150, Sampling(1.0), np.random.default_rng(number), schema=wanted)]

    jsonschema.validate(json.loads("".join(step.text for step in steps)), wanted)


def test_the_shipped_functions_are_called_through_the_loop(model: Llama) -> None:
    catalog = load(Path(__file__).parents[2] / "services", KINDS)
    order = catalog.order("functions", Form({"prompt": "What is the sum of 2 and 3?", "flavor": "loop"}))

    result = KINDS[order.kind].run(Work(order, InProcessBackend("logits", Decoder(lambda: model)), Estimate()))

    assert result.body["fn_name"].startswith("fn_")
    assert result.coverage["calls"] == 1


def test_the_backend_says_what_the_loop_says(model: Llama) -> None:
    call = Call("any", (Message("user", HELLO[0]["content"]),), 12)

    assert InProcessBackend("logits", Decoder(lambda: model)).complete(call).text == said(model).strip()


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"GGUF nothing")

    with pytest.raises(EngineError, match="cannot be loaded"):
        Llama(tmp_path / "x.gguf", 512, 1)
