"""Why an answer ended: the one table from the words of all servers to ours."""

from __future__ import annotations

STOP, LENGTH, FILTERED, TOOL_CALLS = "stop", "length", "content_filter", "tool_calls"
FUNCTION_CALL = "function_call"  # of the API before tools
REPETITION = "repetition"  # a server, or the gateway, ended an answer that went round in circles
UNFINISHED = ""  # the server gave the answer up: a part of it is missing

# In small letters. What is not here means that the server gave the answer up.
_TABLE = {
    **dict.fromkeys(
        (
            "",
            "stop",
            "stopped",
            "eos",
            "eos_token",
            "eos_id",
            "end_id",
            "stop_sequence",
            "stop_token",
            "stop_words",
            "end_turn",
            "end_of_turn",
        ),
        STOP,
    ),
    **dict.fromkeys(
        ("complete", "completed", "finish", "finished", "done", "end_of_text", "eosfound", "stopstringfound"), STOP
    ),
    **dict.fromkeys(
        ("length", "max_tokens", "max_output_tokens", "model_length", "max_length", "limit", "error_limit"), LENGTH
    ),
    **dict.fromkeys(
        ("model_context_window_exceeded", "maxpredictedtokensreached", "contextlengthreached", "token_limit"), LENGTH
    ),
    **dict.fromkeys(("tool_calls", "tool_use", "tool_call"), TOOL_CALLS),
    FUNCTION_CALL: FUNCTION_CALL,
    **dict.fromkeys(
        (
            "content_filter",
            "content_filtered",
            "safety",
            "recitation",
            "blocklist",
            "prohibited_content",
            "spii",
            "model_armor",
            "image_safety",
            "jailbreak",
            "refusal",
            "sensitive",
            "error_toxic",
            "guardrail_intervened",
        ),
        FILTERED,
    ),
    "repetition": REPETITION,
}


def known(reason: str) -> str:
    """The server's *reason* in plain words; UNFINISHED if the answer is not whole, whatever the server calls that. Behind a
    colon it may be explained (Gemini's `content_filter: PROHIBITED_CONTENT`)."""
    word, _, _ = reason.lower().partition(":")
    return _TABLE.get(word.strip().removeprefix("finish_reason_"), UNFINISHED)


def is_blank(reason: str) -> bool:
    """True if the server names no reason. Some servers say `""` in every event, so it ends nothing by itself."""
    return not reason.strip()
