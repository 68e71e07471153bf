"""How servers say that a prompt is too long for their model's context, and where they say how long it may be.

The one list of their wordings. The HTTP status tells nothing: 400, 413, 422, 500 are in use, and 200 with an error in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_WORDINGS = re.compile(
    "|".join(
        (
            # OpenAI, DeepSeek, vLLM, SGLang, Mistral ("too large for model with N maximum context length")
            r"maximum (?:allowed )?(?:context|model|prompt|input|sequence) length",
            r"(?:model|max(?:imum)?)(?:'s)? context length",
            r"context_length_exceeded|context_window_exceeded|ContextWindowExceeded",
            r"exceeds? (?:the )?(?:model's )?context (?:window|length|limit)|context window (?:of this model|exceeds)",
            r"reduce the length of the (?:messages|prompt|input)|exceeded model token limit|exceed max message tokens",
            r"input tokens exceed the configured limit",
            # vLLM, for a prompt that fills the context exactly
            r"max_(?:completion_)?tokens must be at least 1, got (?:0|-\d+)",
            # vLLM, for a wish for more tokens than the whole context
            r"cannot be greater than max_model_len|max_(?:completion_)?tokens is too large",
            # llama.cpp
            r"exceed_context_size|available context size|context size has been exceeded",
            r"increase the physical batch size|prompt exceeds n_ctx",
            # TGI, Together
            r"`?inputs`? tokens \+ `?max_new_tokens`? must be|`?inputs`? must have less than \d+ tokens",
            # SGLang
            r"longer than the model's context length|exceeds the model's maximum context",
            # Ollama
            r"input length (?:\(?\d+ ?(?:tokens)?\)? )?exceeds|exceeded max(?:imum)? context length",
            # Mistral, Anthropic, Fireworks, Bedrock
            r"prompt (?:is )?too long|input is too long|prompt_too_long|too large for model with",
            # Gemini
            r"number of tokens allowed",
            # Copilot, Cohere, DashScope
            r"prompt token count of \d+ exceeds|tokens in the prompt cannot exceed|range of input length should be",
            # LM Studio, TensorRT-LLM, exllama
            r"loaded with context length of only|initial prompt is greater than the context length",
            r"prompt length \(?\d+\)? (?:exceeds|is greater than)|sum of prompt length|reached context length",
            # servers that say it more plainly: LMDeploy, KoboldCpp, GLM, Qianfan, watsonx, Mistral, Gemini, Bedrock
            r"(?:prompt|input(?:_ids)?)(?: length)?(?: \(?\d+(?: tokens)?\)?)? exceeds? (?:the )?(?:max|limit|session|context)",
            r"(?:prompt|input)(?: \([^()]{1,40}\))? is too long|prompt tokens too long|prompt ?超长",
            r"too many tokens in (?:the )?prompt|number of input tokens \d+ cannot exceed|input token count is \d+ but",
            r"max input characters|exceeds the model limit of",
            r"(?:prompt|input|context|sequence)\b[^.\n]{0,40} (?:longer|larger|greater) than (?:the |this )?"
            r"(?:model|context|max(?:imum)?[ _](?:model|context|prompt|input|seq)|session|\d+, perhaps)",
            r"(?:prompt|input)[^.\n]{0,80} (?:exceeds?|must be less than) (?:the )?(?:model'?s? )?(?:context|session|limit|"
            r"max[ _](?:context|seq|input|prompt|len|session)|maximum (?:allowed |context|sequence|input|length|of \d))",
            # Bedrock, Cohere, GitHub Models, SiliconFlow, NVIDIA's NIM, LMDeploy, LiteLLM, those behind OpenRouter
            r"input tokens exceeded|too many input tokens|expected maxLength: \d+, actual|tokens_limit_reached",
            r"max_total_tokens \(\d+\) must be|default_max_tokens \(-?\d+\) must be|INPUT_LENGTH_ERROR",
            r"context window exceeded|input token (?:count|length)[^.\n]{0,40}(?:exceeds?|must be less than)",
            r"requested context length \d+ exceeds|current length is \d+ while limit is|max size: \d+ tokens",
        )
    ),
    re.IGNORECASE,
)
# Tokens a minute are a limit of speed, although their messages speak of tokens and limits too.
_SPEED = re.compile(r"per[ -]?min(?:ute)?|per day|\bTPM\b|rate.?limit", re.IGNORECASE)
# A wish for a longer answer than the model gives to any prompt: a shorter prompt would not help.
_ANSWER = re.compile(r"at most \d+ (?:completion|output) tokens|maximum output for this model", re.IGNORECASE)

_OF, _SIZE = "context|model|prompt|input|sequence", "length|size|window"
_LIMITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"tokens? in (?:the )?prompt: \d[\d,_]* > (\d[\d,_]*)|exceeds the model's maximum of (\d[\d,_]*)",
        rf"(?:{_OF}|max_seq_len|max_model_len)[ _]?(?:{_SIZE}|len)?\W{{0,3}}(?:is|of|:|=|<=)(?: only)? *\(?(\d[\d,_]*)",
        rf"(?:maximum|available|model's|max) (?:allowed )?(?:{_OF}) (?:{_SIZE}) \(?(\d[\d,_]*)",
        r"(\d[\d,_]*) (?:tokens? )?maximum context length",
        r"n_ctx\W{1,3}(\d+)|max_seq_len \((\d+)\)|model max length: ?(\d+)|session_len \(?(\d+)",
        rf"maximum (?:{_OF}) (?:{_SIZE}) of [\w./:-]+ is (\d[\d,_]*)",
        r"max(?:imum)? (?:input tokens|size|number of tokens)(?::| is) ?(\d[\d,_]*)|too long, max tokens (\d[\d,_]*)",
        rf"(?:{_OF}) (?:window )?(?:{_SIZE}) (?:is greater than )?(\d[\d,_]*)(?:$|, perhaps)",
        r"must be <= ?(\d[\d,_]*)",
        r"must have less than (\d[\d,_]*)",
        r"configured limit of (\d[\d,_]*)",
        r"tokens allowed \(?(\d[\d,_]*)",
        r"> ?(\d[\d_]*)(?: maximum|, decrease)",
        r"cannot exceed (\d[\d,_]*)|exceeds the limit of (\d[\d,_]*)|token limit: ?(\d[\d,_]*)",
        r"length should be \[\d+, ?(\d+)\]",
        r"(?:exceeds|greater than|not exceed) (?:the )?[\w ]*?(?:length|len|size|context|num_tokens) ?\(?(\d[\d,_]*)",
        r"exceeds (?:the )?limit of (\d[\d,_]*)|(?:tokens limit|limit is|supports up to) (\d[\d,_]*)",
        r"(?:context|session) length (\d[\d,_]*)|; max(?:imum)? (\d[\d,_]*)",
    )
)
_LIMIT_FIELDS = ("n_ctx", "max_model_len", "max_context_length", "context_length")
LEAST_LIMIT = 16  # tokens; a smaller number is no context
LARGEST_LIMIT = 2**31


def is_too_long(words: str) -> bool:
    """True if a server's *words* say that the prompt is too long for its model."""
    return bool(_WORDINGS.search(words)) and not _SPEED.search(words) and not _ANSWER.search(words)


def limit(words: str, body: Any = None) -> int:
    """The context in tokens that the *words*, or a field of the *body*, name; 0 if they name none."""
    for number in (*_fields(body), *_numbers(words)):
        if LEAST_LIMIT <= number <= LARGEST_LIMIT:
            return number
    return 0


def _numbers(words: str) -> Iterator[int]:
    for pattern in _LIMITS:
        if found := pattern.search(words):
            yield int(re.sub(r"\D", "", next(filter(None, found.groups()))))


def _fields(body: Any) -> Iterator[int]:
    """What an error's own fields say, at its top or below `error`."""
    error = body.get("error") if isinstance(body, Mapping) else None
    for each in (error, body):
        if isinstance(each, Mapping):
            yield from (number for name in _LIMIT_FIELDS if type(number := each.get(name)) is int)
