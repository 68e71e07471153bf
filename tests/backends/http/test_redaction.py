"""A server's words are repeated without keys and without the request."""

from __future__ import annotations

import pytest

from app.backends.http.redaction import LONGEST, quoted

TRANSCRIPT = "Alice : The merger with Initech is secret.\nBob : Nobody must know before Tuesday."


@pytest.mark.parametrize(
    "words",
    [
        "Incorrect API key provided: planted-key-77",
        "header Authorization: Bearer planted-key-77 is wrong",
        "unknown sk-proj-abc123def, not known",
    ],
)
def test_no_key_is_repeated(words: str) -> None:
    clean = quoted(words, secrets=["planted-key-77"])

    assert "planted" not in clean
    assert "abc123def" not in clean


@pytest.mark.parametrize(
    "echo",
    [
        TRANSCRIPT,
        TRANSCRIPT.replace("\n", "\\n"),
        TRANSCRIPT.replace("\n", "\n\n   "),
        "The merger with Initech is secret.",
    ],
)
def test_no_part_of_the_request_is_repeated(echo: str) -> None:
    clean = quoted(f"cannot handle {{'input': '{echo}'}} in role user", request=[TRANSCRIPT])

    assert "Initech" not in clean
    assert clean.startswith("cannot handle {'input': '")
    assert clean.endswith("in role user")


def test_a_short_text_is_taken_out_whole() -> None:
    assert quoted("cannot parse: hello you, sorry", request=["hello you"]) == "cannot parse: …, sorry"


def test_a_message_is_one_line_of_bounded_length() -> None:
    clean = quoted("bad\nthing " * 100)

    assert "\n" not in clean
    assert len(clean) == LONGEST
