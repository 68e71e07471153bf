"""Text goes in and comes out whole, whichever of the tokenizers a checkpoint holds; a character is never cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engines.rnn.tokenizing import Bytes, Characters, Pairs, Tokenizer, detect
from app.errors import EngineError

TEXT = "Élodie a dit : « ça va, 你好 😀 ? »\nOui."


def written(tokenizer: Tokenizer, tokens: list[int]) -> list[str]:
    writer = tokenizer.writer()
    return [*(writer.feed(token) for token in tokens), writer.end()]


def pairs() -> Pairs:
    return Pairs.of([TEXT] * 3, 300)


@pytest.mark.parametrize("tokenizer", [Bytes(), Characters.of(TEXT), pairs()], ids=["bytes", "characters", "pairs"])
def test_a_text_comes_out_as_it_went_in(tokenizer: Tokenizer) -> None:
    assert "".join(written(tokenizer, tokenizer.encode(TEXT))) == TEXT


@pytest.mark.parametrize("tokenizer", [Bytes(), Characters.of(TEXT), pairs()], ids=["bytes", "characters", "pairs"])
def test_a_checkpoint_keeps_its_tokenizer(tokenizer: Tokenizer) -> None:
    again = detect(json.loads(json.dumps(tokenizer.record())), 400)

    assert (type(again), again.encode(TEXT)) == (type(tokenizer), tokenizer.encode(TEXT))


def test_no_piece_holds_a_part_of_a_character() -> None:
    assert written(Bytes(), list("é😀".encode())) == ["", "é", "", "", "", "😀", ""]


def test_what_never_becomes_a_character_is_replaced() -> None:
    assert "".join(written(Bytes(), [0xC3, ord("a"), 0xFF, 0xF0, 0x9F])) == "�a��"


@given(st.lists(st.integers(0, 511)))
def test_any_tokens_make_a_text(tokens: list[int]) -> None:
    for tokenizer in (Bytes(), pairs()):
        "".join(written(tokenizer, tokens)).encode()


def test_what_a_character_model_does_not_know_is_left_out() -> None:
    assert Characters.of("abc").encode("a?b") == Characters.of("abc").encode("ab")


BARE = {"vocab": {"a": 0, "b": 1, "ab": 2, "▁": 3}, "merges": ["a b"]}


@pytest.mark.parametrize(
    ("given_", "kind"),
    [
        (None, Bytes),
        ("byte", Bytes),
        ({"type": "byte"}, Bytes),
        ({"type": "byte-level"}, Bytes),
        ("abc", Characters),
        (["a", "b"], Characters),
        ({"a": 0, "b": 1}, Characters),
        ({0: "a", 1: "b"}, Characters),
        ({"stoi": {"a": 0}, "itos": {0: "a"}}, Characters),
        ({"type": "char", "itos": ["a", "b"]}, Characters),
        ({"chars": "ab"}, Characters),
        ({"type": "bpe", "json": pairs().record()["json"]}, Pairs),
        (pairs().record()["json"], Pairs),
        (json.loads(pairs().record()["json"]), Pairs),
        (BARE, Pairs),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_tokenizer_is_detected(given_: Any, kind: type[Any]) -> None:
    assert isinstance(detect(given_, 300), kind)


def test_a_bare_vocabulary_and_its_merges_are_a_tokenizer() -> None:
    tokenizer = detect(BARE, 4)

    assert tokenizer.encode("aba") == [2, 0]
    assert "".join(written(tokenizer, [2, 3, 0])) == "ab a"


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        (None, "only 65 tokens"),
        (3, "of no kind that we know"),
        ({"a": "b"}, "of no kind that we know"),
        ({"type": "bpe"}, "BPE"),
        ({"a": float("inf")}, "of no kind that we know"),
        ({"a": 65}, "not among the 65 of the model"),
        ({"a": -1}, "not among the 65 of the model"),
        ("a" * 3 + "".join(map(chr, range(200, 300))), "not among the 65 of the model"),
    ],
    ids=str,
)
def test_what_is_no_tokenizer_is_refused(given_: Any, reason: str) -> None:
    with pytest.raises(EngineError, match=reason):
        detect(given_, 65)
