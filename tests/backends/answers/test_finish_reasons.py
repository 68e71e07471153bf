"""One table of finish reasons."""

from __future__ import annotations

import pytest

from app.backends.answers.finish_reasons import FILTERED, LENGTH, STOP, TOOL_CALLS, UNFINISHED, known


@pytest.mark.parametrize(
    ("reasons", "ours"),
    [
        (["", " ", "stop", "STOP", "eos", "eos_token", "Stop_Sequence", "end_turn", "end_of_turn"], STOP),
        (["FINISH_REASON_STOP", "eosFound", "stopStringFound", "completed", "finished", "done", "end_id", "FINISH"], STOP),
        (["length", "max_tokens", "MAX_TOKENS", "model_length"], LENGTH),
        (
            ["FINISH_REASON_LENGTH", "maxPredictedTokensReached", "model_context_window_exceeded", "limit", "TOKEN_LIMIT"],
            LENGTH,
        ),
        (["tool_calls", "tool_use"], TOOL_CALLS),
        (
            [
                "content_filter",
                "SAFETY",
                "content_filter: PROHIBITED_CONTENT",
                "sensitive",
                "ERROR_TOXIC",
                "guardrail_intervened",
            ],
            FILTERED,
        ),
        (["repetition"], "repetition"),
        (["abort", "error", "insufficient_system_resource", "OTHER", "load", "what nobody knows"], UNFINISHED),
    ],
)
def test_a_reason_is_in_our_words(reasons: list[str], ours: str) -> None:
    assert {known(reason) for reason in reasons} == {ours}
