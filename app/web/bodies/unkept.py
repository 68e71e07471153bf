"""Options of OpenAI's API that a service cannot keep: refused by their name, not ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.errors import BadParameter
from app.orders import Json

# Those of the options below that only some servers know.
OF_SERVERS = (
    "allowed_token_ids",
    "bad_words",
    "chat_template_kwargs",
    "enable_thinking",
    "guided_choice",
    "guided_grammar",
    "guided_json",
    "guided_regex",
    "ignore_eos",
    "length_penalty",
    "logit_bias",
    "min_p",
    "min_tokens",
    "reasoning",
    "reasoning_effort",
    "repetition_penalty",
    "stop_token_ids",
    "structured_outputs",
    "thinking",
    "typical_p",
)
# Options that change the answer. Others (names for a bill, hints for a cache) may be dropped without anybody missing them.
CHANGING = tuple(
    sorted(
        (
            "audio",
            "best_of",
            "documents",
            "echo",
            "extra_body",
            "frequency_penalty",
            "function_call",
            "functions",
            "logprobs",
            "max_completion_tokens",
            "max_tokens",
            "modalities",
            "options",
            "prediction",
            "presence_penalty",
            "response_format",
            "seed",
            "stop",
            "suffix",
            "temperature",
            "tool_choice",
            "tools",
            "top_k",
            "top_logprobs",
            "top_p",
            "verbosity",
            "web_search_options",
            *OF_SERVERS,
        )
    )
)
# Values that ask for what comes anyway; empty ones do so too. Without tools and functions, their choice means nothing.
NEUTRAL: Mapping[str, tuple[Json, ...]] = {
    "best_of": (1,),
    "frequency_penalty": (0,),
    "modalities": (["text"],),
    "min_p": (0,),
    "min_tokens": (0,),
    "presence_penalty": (0,),
    "repetition_penalty": (1,),
    "response_format": ({"type": "text"},),
    "top_k": (0, -1),
    "top_logprobs": (0,),
    "verbosity": ("medium",),
}
NEEDED = {"tool_choice": "tools", "function_call": "functions"}
# What older clients call `tool_choice` and `tools`.
OLDER = ("function_call", "functions")


def refuse_unkept(fields: Mapping[str, Json], is_kept: Callable[[str], bool], service: str) -> None:
    """Raises BadParameter for the first option of a request that changes the answer and that *service* does not keep."""
    for name in CHANGING:
        if not is_kept(name) and _asks_for_something(name, fields):
            if name in OLDER and is_kept("tools"):
                raise BadParameter(name, f"the service {service} cannot keep it: send `tools` and `tool_choice` instead")
            raise BadParameter(name, f"the service {service} cannot keep this option: leave it out")


def _asks_for_something(name: str, fields: Mapping[str, Json]) -> bool:
    given = fields.get(name)
    is_empty = given is None or given is False or (isinstance(given, str | list | dict) and not given)
    if is_empty or given in NEUTRAL.get(name, ()):
        return False
    return name not in NEEDED or bool(fields.get(NEEDED[name]))
