"""Which models' tokenizers we claim to have."""

from __future__ import annotations

import pytest

from app.tokens import Spec, Tokenizers
from app.tokens.known import KNOWN, known

LLAMA = "LlamaTokenizer"


@pytest.mark.parametrize(
    ("tokenizer_class", "model", "name"),
    [
        (LLAMA, "TheBloke/Instruct_Mixtral-8x7B-v0.1_Dolly15K-AWQ", "mistral-v1"),
        (LLAMA, "TheBloke/Vigostral-7B-Chat-AWQ", "mistral-v1"),
        (LLAMA, "meeting-model", "mistral-v1"),
        ("LlamaTokenizerFast", "our/own-finetune", "mistral-v1"),
        (None, "mistralai/Mistral-7B-Instruct-v0.2", "mistral-v1"),
        (None, "mistralai/Mixtral-8x7B-Instruct-v0.1", "mistral-v1"),
        (None, "TheBloke/dolphin-2.5-mixtral-8x7b-GPTQ", "mistral-v1"),
        (LLAMA, "mistralai/Mistral-7B-Instruct-v0.3", "mistral-v3"),
        (None, "mistralai/Mistral-7B-v0.3", "mistral-v3"),
        (LLAMA, "mistralai/Mixtral-8x22B-Instruct-v0.1", "mistral-v3"),
        (None, "mistralai/Codestral-22B-v0.1", "mistral-v3"),
        (None, "mistralai/Mistral-Large-Instruct-2407", "mistral-v3"),
        (None, "mistralai/Mistral-Large-Instruct-2411", "mistral-v7"),
        ("PreTrainedTokenizerFast", "mistralai/Mistral-Nemo-Instruct-2407", "mistral-tekken-v3"),
        (None, "mistralai/Ministral-8B-Instruct-2410", "mistral-tekken-v3"),
        (None, "mistralai/Mistral-Small-24B-Instruct-2501", "mistral-tekken-v7"),
        (None, "mistralai/Mistral-Small-3.1-24B-Instruct-2503", "mistral-tekken-v7"),
        (None, "mistralai/Magistral-Small-2506", "mistral-tekken-v7"),
        (LLAMA, "meta-llama/Llama-2-7b-chat-hf", None),
        (LLAMA, "TinyLlama/TinyLlama-1.1B-Chat-v1.0", None),
        (LLAMA, "meta-llama/Meta-Llama-3-8B-Instruct", None),
        (LLAMA, "Qwen/Qwen2.5-7B-Instruct", None),
        (LLAMA, "qwen2.5-coder-1.5b-instruct", None),
        (LLAMA, "01-ai/Yi-34B-Chat", None),
        (LLAMA, "gpt-4o", None),
        (LLAMA, "deepseek-chat", None),
        (LLAMA, "mistral-small-2409", None),
        (LLAMA, "mistralai/Ministral-3-8B-Instruct-2512", None),
        ("Qwen2Tokenizer", "mistralai/Mistral-7B-Instruct-v0.3", None),
        (None, "local", None),
        (None, "mistral-large-latest", None),
        (None, "mistral-nemotron", None),
    ],
)
def test_a_model_has_the_tokenizer_it_was_published_with_or_none_of_ours(
    tokenizer_class: str | None, model: str, name: str | None
) -> None:
    assert known(Spec(None, tokenizer_class, model)) == name


@pytest.mark.parametrize("name", KNOWN)
def test_an_installed_package_carries_every_one_we_claim(tokenizers: Tokenizers, name: str) -> None:
    tokenizer = tokenizers.of(Spec(None, None, "any"), source=f"package:{name}")

    assert tokenizer.exact
