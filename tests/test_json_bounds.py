"""JSON is measured without being built: exactly, in pieces of any size, and in a time that grows with its length."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.json_bounds import Bounds, Gauge, OutOfBounds, TooDeep, TooMany, check

TEXTS = st.text(alphabet='ab"\\[]{},é\n')
VALUES = st.recursive(
    st.none() | st.integers() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=30
)
AMPLE = Bounds(depth=1000, values=1_000_000)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def marks(value: object) -> int:
    """Brackets that open, and commas."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(len(inner) - 1, 0) + sum(map(marks, inner))


def fed(text: bytes, bounds: Bounds, size: int) -> None:
    gauge = Gauge(bounds)
    for start in range(0, len(text), size):
        gauge.feed(text[start : start + size])


@given(VALUES, st.integers(1, 7), st.sampled_from([None, 1]))
def test_depth_and_values_are_measured_exactly_however_the_text_is_cut(value: object, size: int, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False).encode()
    levels, held = depth(value), marks(value)

    fed(text, Bounds(levels, held), size)
    if levels:
        with pytest.raises(TooDeep):
            fed(text, Bounds(levels - 1, held), size)
        with pytest.raises(TooMany):
            fed(text, Bounds(levels, held - 1), size)


@given(st.binary(max_size=200), st.integers(1, 9))
def test_what_is_no_json_is_measured_alike_whole_and_in_pieces(text: bytes, size: int) -> None:
    def outcome(pieces: int) -> str:
        try:
            fed(text, Bounds(2, 4), pieces)
        except OutOfBounds as exc:
            return str(exc)
        return ""

    assert outcome(size) == outcome(len(text) + 1)


def test_brackets_and_commas_within_texts_do_not_count() -> None:
    check(json.dumps({"content": "[{," * 500_000, "more": ["\\", '"', "]"]}), Bounds(depth=2, values=10))


@pytest.mark.parametrize("text", ["[" * 10_000_000, "[],[]," * 3_000_000, '{"a":' * 3_000_000], ids=["deep", "many", "keys"])
def test_a_text_that_is_beyond_the_bounds_is_refused_at_its_beginning(text: str) -> None:
    raw = text.encode()
    began = time.thread_time()

    with pytest.raises(OutOfBounds):
        check(raw, Bounds(depth=100, values=100_000))

    beyond = time.thread_time() - began
    began = time.thread_time()
    raw.count(b"x")
    assert beyond < 60 * (time.thread_time() - began) + 0.5
