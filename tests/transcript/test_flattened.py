"""Lines in which a copy put together what stood apart: times glued to words, speeches within a paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.transcript import parse

words = st.lists(
    st.sampled_from(["ice", "Note:", "at 10:30", "we", "it's", "(laughs)", "2 seconds", "Ånn"]), min_size=1, max_size=5
)


@given(said=st.lists(words, min_size=4, max_size=9), spelled=st.booleans())
@settings(max_examples=40)
def test_words_glued_to_a_time_come_back_with_it(*, said: list[list[str]], spelled: bool) -> None:
    texts = [f"so {' '.join(each)}" for each in said]
    clocks = [65 * n for n in range(len(texts))]
    lines = [f"{at // 60}:{at % 60:02}{spell(at) if spelled else ''}{text}" for at, text in zip(clocks, texts, strict=True)]

    transcript = parse("\n".join(lines))

    assert " ".join(turn.text for turn in transcript.turns) == " ".join(texts)
    assert transcript.turns[0].start == 0
    assert transcript.report.left_out == ({"times in words": len(texts)} if spelled else {})


def spell(seconds: int) -> str:
    return f"{seconds // 60} minute, {seconds % 60} seconds" if seconds >= 60 else f"{seconds} seconds"


@pytest.mark.parametrize(
    "text",
    [
        "3:2won by the home side\nit was late\nthe other side lost",
        "9:15am we met\n8:10am before that we came",
        "0:001 second, then one more\nand on it went",
    ],
)
def test_what_is_no_system_of_times_stays_as_it_was(text: str) -> None:
    assert " ".join(turn.text for turn in parse(text).turns) == " ".join(text.split("\n"))


NAMES = ["Mr Vale", "Dame Ida Moor", "Sir Tunde Okoye-Hall", "Una O'Hara"]
sentences = st.lists(
    st.sampled_from(["Is it so?", "I am sure: yes.", "The Minister said: no.", "At 10:30 (local) we met."]),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(
    st.lists(st.tuples(st.integers(0, 3), sentences), min_size=1, max_size=8),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.sampled_from(["Lab", "Con", "Lab/Co-op", "LD"]),
)
@settings(max_examples=40)
def test_speeches_within_a_paragraph_are_told_apart(said: list[tuple[int, str]], breaks: list[bool], party: str) -> None:
    named = [(f"{name} (Northtown) ({party})", "I begin.") for name in NAMES]
    talk = [*named, *((NAMES[number], text) for number, text in said)]
    ends = ["\n" if ended else " " for ended in breaks]
    text = "".join(f"{who}: {what}{end}" for (who, what), end in zip(talk, ends, strict=False))

    turns = parse(text).turns

    assert [(turn.speaker, turn.text) for turn in turns] == talk
