"""What may be repeated of a server's words: neither a key nor a part of the request, which servers like to echo."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 300  # characters of a server's message that are worth a line in a log
ECHO = 12  # characters in a row that the request has too are an echo of it
HIDDEN, CUT = "***", "…"
_BLANKS = re.compile(r"(?:\s|\\[nrt])+")
_KEYLIKE = re.compile(r"(?i)\b(?:bearer\s+\S+|sk-[\w*.-]{6,})")

# Fields whose values are words of the API: a server that has no such model has to say which.
_WORDS_OF_THE_API = frozenset({"model", "role", "type", "object", "tool_choice", "reasoning_effort", "service_tier", "effort"})
# Who speaks in a chat: a server that refuses an order of roles names them, whatever a message says beside.
_ROLES = frozenset({"system", "user", "assistant", "tool", "developer", "function"})
# Names that the APIs of model servers have: a server that refuses one has to say which. Any other may be a person's.
_FIELDS = _WORDS_OF_THE_API | frozenset(
    """messages content name prompt suffix stream stream_options include_usage n best_of echo stop seed user store metadata
    modalities audio image_url input_audio url detail text refusal tools tool_calls tool_call_id function functions
    function_call arguments description parameters strict parallel_tool_calls response_format json_schema schema
    properties required items additionalProperties enum const anyOf oneOf allOf format pattern minimum maximum
    minLength maxLength minItems maxItems max_tokens max_completion_tokens min_tokens temperature top_p top_k min_p
    typical_p frequency_penalty presence_penalty repetition_penalty repeat_penalty length_penalty logit_bias logprobs
    top_logprobs prompt_logprobs prediction verbosity ignore_eos stop_token_ids include_stop_str_in_output
    skip_special_tokens spaces_between_special_tokens truncate_prompt_tokens add_generation_prompt
    continue_final_message add_special_tokens documents chat_template chat_template_kwargs guided_json guided_regex
    guided_choice guided_grammar structured_outputs mm_processor_kwargs use_beam_search priority request_id
    cache_prompt cache_salt grammar safety_identifier prompt_cache_key web_search_options reasoning enable_thinking
    include_reasoning input instructions encoding_format dimensions""".split()  # noqa: SIM905
)


def written(request: object) -> list[str]:
    """What somebody wrote into a parsed *request*: texts, and the names of fields that no API has."""
    found: list[str] = []
    left: list[object] = [request]
    while left:
        match left.pop():
            case str() as text if text not in _ROLES:
                found.append(text)
            case dict() as named:
                left.extend(each for name, each in named.items() if name not in _WORDS_OF_THE_API)
                found.extend(str(name) for name in named if name not in _FIELDS)
            case list() | tuple() as several:
                left.extend(several)
    return found


def field_of(named: object) -> str:
    """The field of a request that a server's `param` names (`body.stop.0` and `stop[0]` are `stop`); empty if no API has such a
    field: a name that somebody made up may be anything."""
    root = named.removeprefix("body.").partition(".")[0].partition("[")[0] if isinstance(named, str) else ""
    return root if root in _FIELDS else ""


def quoted(words: str, *, secrets: Iterable[str] = (), request: Iterable[str] = ()) -> str:
    """*words* on one line of at most 300 characters, with *secrets* and whatever *request* holds taken out."""
    clean = _line(words)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        clean = clean.replace(secret, HIDDEN)
    clean = _KEYLIKE.sub(HIDDEN, clean)
    for text in request:
        clean = _without(clean, _line(text))
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + CUT


def _line(text: str) -> str:
    """*text* on one line; a line break that the server wrote as `\\n` counts as one."""
    return _BLANKS.sub(" ", text).strip()


def _without(words: str, text: str) -> str:
    """*words* without what they share with *text*; a short text is only found whole."""
    size = min(ECHO, len(text))
    if size < 4:
        return words
    parts = {text[start : start + size] for start in range(len(text) - size + 1)}
    echoed = [False] * len(words)
    for start in range(len(words) - size + 1):
        if words[start : start + size] in parts:
            echoed[start : start + size] = [True] * size
    kept = "".join("\0" if echo else letter for letter, echo in zip(words, echoed, strict=True))
    return re.sub("\0+", CUT, kept)
