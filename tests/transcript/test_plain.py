from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transcript import plain
from tests.transcript.samples import sentence_piece

MARKERS = [
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|a",
    "b|>",
    "<s>",
    "</s>",
    "<unk>",
    "<pad>",
    "<bos>",
    "<eos>",
    "<start_of_turn>",
    "<end_of_turn>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "[TOOL_CALLS]",
    "[AVAILABLE_TOOLS]",
    "[/SYSTEM_PROMPT]",
    "[IMG]",
    "[gMASK]",
    "[control_17]",
    "<0x0A>",
    "<extra_id_0>",
    "<think>",
    "</think>",
    "<｜begin▁of▁sentence｜>",
    "<｜User｜>",
    "<fim-prefix>",
    "<tool_call>",
]
LIKE_MARKERS = [
    "<",
    ">",
    "|",
    "｜",
    "[",
    "]",
    "/",
    "s",
    "INST",
    "SYS",
    "<|im_end|>",
    "[INST]",
    " ",
    "a",
    "é",
    "\u0301",
    "\u0338",
]


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_is_taken_apart_with_every_character_still_there(marker: str) -> None:
    made = plain(f"a {marker} b")

    assert marker not in made
    assert made.replace(" ", "") == f"a{marker}b".replace(" ", "")


@pytest.mark.parametrize(
    "text",
    ["[APPLAUSE] well", "1 < 2 and 3 > 2", "{vocalsound} {{ turns }}", "<https://a.org/b>", "[00:01] a | b", "x <- y -> z"],
)
def test_what_is_no_marker_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("  a \t b\n\nc ", "a b c"),
        ("a\u00a0!\u2028b\u3000c\x85d", "a ! b c d"),
        ("e\u0301te\u0301", "été"),
        ("a\x00b\x1bc\x7fd", "a b c d"),
        ("\ufeffBob", "Bob"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("می\u200cروم", "می\u200cروم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("", ""),
    ],
)
def test_text_becomes_one_composed_line(text: str, made: str) -> None:
    assert plain(text) == made


@given(
    st.one_of(st.text(st.characters(codec=None, exclude_categories=[])), st.lists(st.sampled_from(LIKE_MARKERS)).map("".join))
)
def test_plain_text_is_plain_already(text: str) -> None:
    once = plain(text)

    assert plain(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@given(st.lists(st.sampled_from(LIKE_MARKERS)).map("".join))
def test_no_character_is_lost_for_looking_like_a_marker(text: str) -> None:
    assert plain(text).replace(" ", "") == unicodedata.normalize("NFC", text).replace(" ", "")


def test_no_control_token_of_a_real_tokenizer_survives() -> None:
    tokenizer = sentence_piece()
    control = [tokenizer.id_to_piece(i) for i in range(tokenizer.vocab_size()) if tokenizer.is_control(i)]

    assert control
    assert not [piece for piece in control if piece in plain(piece)]
