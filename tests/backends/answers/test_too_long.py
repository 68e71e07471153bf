"""The wordings in which servers say that a prompt is too long, and the limit that they name."""

from __future__ import annotations

import pytest

from app.backends.answers import too_long

WORDINGS = {
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.": 4096,
    "The decoder prompt (length 5000) is longer than the maximum model length of 4096.": 4096,
    "'max_tokens' is too large: 9000. This model's maximum context length is 8192 tokens (9000 > 8192 - 100).": 8192,
    "request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it": 4096,
    "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs` tokens": 4096,
    "The input (5000 tokens) is longer than the model's context length (4096 tokens).": 4096,
    "the model is loaded with context length of only 4096 tokens, which is not enough": 4096,
    "The number of tokens to keep from the initial prompt is greater than the context length.": 0,
    "prompt is too long: 208310 tokens > 200000 maximum": 200_000,
    "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length": 200_000,
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).": 1_048_576,
    "Prompt contains 40000 tokens, too large for model with 32768 maximum context length": 32_768,
    "Please reduce the length of the messages or completion.": 0,
    "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000.": 4081,
    "Range of input length should be [1, 30720]": 30_720,
    "Requested tokens (5000) exceed context window of 4096": 4096,
    "prompt token count of 5000 exceeds the limit of 4096": 4096,
    "invalid params, context window exceeds limit (2013)": 0,
    "Invalid request: Your request exceeded model token limit: 131072": 131_072,
    "input is too large to process. increase the physical batch size": 0,
    "The prompt (total length 5000) is too long to fit into the model (context length 4096).": 4096,
    "Input prompt (5000 tokens) is too long and exceeds limit of 4096": 4096,
    "Too many tokens in prompt: 40000 > 32768": 32_768,
    "the input token count is 40000 but model only supports up to 32768.": 32_768,
    "Reached context length of 4096 tokens with this model": 4096,
    "The maximum tokens you requested exceeds the model limit of 4096": 0,
    "the number of input tokens 5000 cannot exceed the total tokens limit 4096 for this model": 4096,
    "The sum of prompt length (4000), max_tokens (200) should not exceed max_num_tokens (4096)": 4096,
    "Prompt is too long: 5000 tokens; max 4096": 4096,
    "Prompt length 5000 exceeds the maximum context 4096": 4096,
    "input_ids length 5000 exceeds session_len 4096": 4096,
    "The input is too long. session length 4096": 4096,
    "Prompt exceeds max length": 0,
    "Prompt 超长": 0,
    "the max input characters is 5120": 0,
    "Please reduce the length of the messages. Current length is 9000 while limit is 8192": 8192,
}


@pytest.mark.parametrize("words", WORDINGS)
def test_a_prompt_that_is_too_long_is_known_with_its_limit(words: str) -> None:
    assert too_long.is_too_long(words)
    assert too_long.limit(words) == WORDINGS[words]


@pytest.mark.parametrize(
    "words",
    [
        "Rate limit reached: Limit 30000 tokens per min, Requested 40000",
        "Request too large on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce the length of the messages",
        "Conversation roles must alternate user/assistant",
        "The model is overloaded, try again later",
        "max_tokens must be at most 4096",
        "the input image exceeds the maximum size of 4096 pixels",
        "the name of the file is too long",
    ],
)
def test_other_troubles_are_not_taken_for_it(words: str) -> None:
    assert not too_long.is_too_long(words)
