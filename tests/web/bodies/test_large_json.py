"""JSON whose texts are read a piece at a time says what it says as a whole, and is refused for the same reasons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.bodies import large_json

# What may stand in a text and next to it: characters, escapes, halves of escapes, and what ends a text.
SIGNS = ("a", "é", "🎉", " ", "word ", "\\n", "\\u0041", "\\ud83d\\ude00", "\\ud83d", "\\\\", '\\"', '"', "\\", "\n", "\x01")
SIGNS += ("{", "}", "[", "]", ",", ":", '"b": "', '", "content": "')
PLAIN = ("a", "é", "🎉", " ", "word ", "\\n", "\\ud83d\\ude00", "\\\\", '\\"')


@pytest.fixture(autouse=True)
def short_pieces() -> Iterator[None]:
    """Has bodies of some bytes be read as those of megabytes are."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(large_json, "LARGE", 10)
        patched.setattr(large_json, "PIECE", 16)
        yield


def outcome(read: Callable[[bytes], Any], raw: bytes) -> Any:
    """What *read* makes of *raw*, or what it says against it."""
    try:
        return read(raw)
    except UnicodeDecodeError as error:
        return error.start, error.reason
    except ValueError as error:
        return str(error)


def whole(raw: bytes) -> Any:
    return json.loads(raw.decode("utf-8-sig", "surrogatepass"))


@given(st.lists(st.sampled_from(SIGNS)), st.integers(0, 3), st.binary(max_size=2))
def test_any_body_is_read_or_refused_as_a_whole_one_is(signs: list[str], cut: int, odd: bytes) -> None:
    raw = b'{"content": "%b", "flavor": 1}' % "".join(signs).encode("utf-8", "surrogatepass")
    raw = raw[: len(raw) - cut] + odd

    assert outcome(large_json.loads, raw) == outcome(whole, raw)


@given(st.lists(st.sampled_from(PLAIN)))
def test_a_text_with_spaces_is_read_in_pieces(signs: list[str]) -> None:
    raw = b'{"a": {"b": "short"}, "content": "so it is %b"}' % " ".join(signs).encode()

    assert large_json._in_pieces(raw) == json.loads(raw)


@pytest.mark.parametrize(
    "raw",
    [
        '{"content": "%s", "content": "short"}',
        '{"content": ["%s"]}',
        '{"%s": 1}',
        '["%s"]',
        '"%s"',
        '{"content": "%s',
        '{"content": "%s\\',
    ],
)
def test_a_long_text_elsewhere_is_read_as_a_whole(raw: str) -> None:
    body = (raw % ("so it is " * 20)).encode()

    assert outcome(large_json.loads, body) == outcome(whole, body)


def test_a_text_without_spaces_is_read_as_a_whole() -> None:
    assert large_json.loads(b'{"content": "%s"}' % (b"x" * 100)) == {"content": "x" * 100}
