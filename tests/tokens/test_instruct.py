"""Our measures of a prompt are those of mistral_common, which is Mistral's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

import pytest
from mistral_common.protocol.instruct.messages import AssistantMessage, SystemMessage, UserMessage
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

from app.tokens import Tokenizer
from tests.tokens.conftest import AWKWARD

DATA = files("mistral_common") / "data"
SPOKEN = {"system": SystemMessage, "user": UserMessage, "assistant": AssistantMessage}
REFERENCES = {
    "mistral-v1": "tokenizer.model.v1",
    "mistral-v3": "mistral_instruct_tokenizer_240323.model.v3",
    "mistral-v7": "mistral_instruct_tokenizer_241114.model.v7",
    "mistral-tekken-v3": "tekken_240718.json",
}

ChatMessage = tuple[str, str]
PROMPTS: dict[str, list[ChatMessage]] = {
    "one word": [("user", "a")],
    "a template": [("user", "Write the minutes.\n\nAlice : hello {x}\nBob : « oui »\n")],
    "system first": [("system", "You write minutes."), ("user", "Alice : hello")],
    "two systems": [("system", "One."), ("system", "Two."), ("user", "Three.")],
    "a chat": [("user", "hi"), ("assistant", "Hello! "), ("user", "and?")],
    "a chat with a system": [("system", "Be brief."), ("user", "hi"), ("assistant", " Hello"), ("user", "and?")],
    "neighbours of one role": [("user", "one"), ("user", "two")],
    "starting with the assistant": [("assistant", "Hello"), ("user", "hi")],
    "spaces at both ends": [("user", "  two  spaces  ")],
} | {f"awkward {number}": [("system", text), ("user", text)] for number, text in enumerate(AWKWARD) if text}


@cache
def reference(name: str) -> MistralTokenizer:
    return MistralTokenizer.from_file(str(DATA / REFERENCES[name]))


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_prompt_measures_what_mistral_says(carried: Callable[[str], Tokenizer], name: str, prompt: str) -> None:
    said = PROMPTS[prompt]
    request = ChatCompletionRequest(messages=[SPOKEN[role](content=content) for role, content in said])

    measured = carried(name).measure([{"role": role, "content": content} for role, content in said])

    assert measured == len(reference(name).encode_chat_completion(request).tokens)


@pytest.mark.parametrize("name", REFERENCES)
def test_the_prompts_of_real_transcripts_measure_what_mistral_says(
    carried: Callable[[str], Tokenizer], transcripts: list[str], name: str
) -> None:
    prompts = ["Summary :\n" + "\n".join(transcripts[place : place + 8]) + "\nEnd." for place in range(0, len(transcripts), 40)]

    measured = [carried(name).measure([{"role": "user", "content": prompt}]) for prompt in prompts]

    requests = [ChatCompletionRequest(messages=[UserMessage(content=prompt)]) for prompt in prompts]
    assert measured == [len(reference(name).encode_chat_completion(request).tokens) for request in requests]
