"""The wordings in which servers say that a prompt is too long, and the limit that they name."""

from __future__ import annotations

import pytest

from app.backends.answers import too_long

WORDINGS = {
    "the prompt is longer than the context length currently available to the model; shorten the prompt": 0,
    "input (9000 tokens) is larger than the max context size (8192 tokens). skipping": 8192,
    "Input token count + max_tokens parameter must be less than the context length": 0,
    "litellm._pre_call_checks: Context Window exceeded for given call. No models have context window large enough.": 0,
    "max_total_tokens (100794) must be less than or equal to max_seq_len (32768)": 32_768,
    "default_max_tokens (-20) must be greater than 0, default_max_tokens (-20) = max_seq_len (2048) - 2068": 2048,
    "Input length (9000) + max new tokens (200) + draft tokens (0) must be less than max sequence length (8192).": 8192,
    "Prompt sequence length is greater than 8192, perhaps consider using `truncate_sequence`?": 8192,
    "Number of prompt tokens: 9000 exceeds model max length: 8192": 8192,
    "Too many input tokens. Max input tokens: 8192, request input token count: 9279": 8192,
    "Malformed input request: expected maxLength: 20000, actual: 30000, please reformat your input and try again.": 0,
    "Input Tokens Exceeded: Number of input tokens exceeds maximum length.": 0,
    "Request body too large for gpt-4o model. Max size: 8000 tokens.": 8000,
    "Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192": 8192,
    "internal error happened, status code ResponseType.INPUT_LENGTH_ERROR": 0,
    "The maximum context length of Meta-Llama-3 is 8192. However, answering your request will take 9000 tokens.": 8192,
    "tokens to keep from the initial prompt is greater than the context length (n_keep: 5000>= n_ctx: 4096)": 4096,
    "Context length 9000 is greater than max_seq_len 8192": 8192,
    "The prompt has 9000 tokens, larger than the maximum context window size 8192": 8192,
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
        "max_tokens is too large: 50000. This model supports at most 16384 completion tokens, whereas you provided 50000.",
        "too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model",
        "the input image is larger than the maximum size of 20 MB",
        "function name exceeds maximum length of 64 characters",
        "Input should be greater than 0",
    ],
)
def test_other_troubles_are_not_taken_for_it(words: str) -> None:
    assert not too_long.is_too_long(words)
