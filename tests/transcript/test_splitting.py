from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from app.transcript import Turn, plain, read, split, whole
from tests.transcript.samples import COUNTERS, NAMES, characters, mistral, transcript, words

Count = Callable[[Sequence[str]], list[int]]

bits = st.sampled_from(
    [
        "Well, I think so. ",
        " no ",
        " {vocalsound} ",
        " {{ x }} ",
        " yes; ",
        " Oui : c'est ",
        " vrai ! ",
        " Dr. Smith ",
        " 3.14 ",
        " 你好。 ",
        " 我很好，谢谢！ ",
        " क्या? ",
        "\n    سلام، ",
        " خوبم. ",
        " supercalifragilistic ",
        " aaaaaaaaaaaaaaaaaaaaaaaa ",
        " 👩\u200d👩\u200d👧 ",
        " 🇫🇷🇩🇪🇪🇸 ",
        " é ",
        " — ",
        " … ",
        " https://a.org/b?c=d ",
        " a. ",
        " b! ",
    ]
)
texts = st.one_of(st.lists(bits, max_size=30).map("".join), st.text(max_size=80)).map(plain).filter(bool)
turns = st.lists(st.builds(Turn, st.sampled_from(["Bob", "Ann", "张三"]), texts), max_size=5).map(
    lambda made: [Turn(turn.speaker, turn.text, source=number) for number, turn in enumerate(made)]
)
limits = st.integers(1, 60)
counters = st.sampled_from(COUNTERS)


class Noted:
    """A counter that notes how it is called."""

    def __init__(self, count: Count) -> None:
        self.count = count
        self.calls = 0
        self.counted = 0

    def __call__(self, texts: Sequence[str]) -> list[int]:
        assert texts, "a call for nothing"
        self.calls += 1
        self.counted += sum(map(len, texts))
        return self.count(texts)


def pieces_of(made: list[Turn]) -> list[list[Turn]]:
    return [list(pieces) for _, pieces in groupby(made, key=lambda turn: turn.source)]


def is_one_grapheme(text: str) -> bool:
    return regex.fullmatch(r"\X", text) is not None


@given(turns, limits, counters)
def test_every_character_comes_out_in_order_and_with_its_speaker(said: list[Turn], limit: int, count: Count) -> None:
    made = pieces_of(list(split(said, limit, count)))

    assert [whole(pieces) for pieces in made] == [turn.text for turn in said]
    assert [{piece.speaker for piece in pieces} for pieces in made] == [{turn.speaker} for turn in said]
    assert [[piece.part for piece in pieces] for pieces in made] == [list(range(len(pieces))) for pieces in made]


@given(turns, limits, counters)
def test_no_piece_is_longer_than_the_limit_but_a_lone_grapheme(said: list[Turn], limit: int, count: Count) -> None:
    made = list(split(said, limit, count))

    assert not [piece for piece in made if count([piece.text])[0] > limit and not is_one_grapheme(piece.text)]


@given(turns, limits, counters)
def test_no_piece_is_empty_or_has_white_space_at_an_end(said: list[Turn], limit: int, count: Count) -> None:
    made = list(split(said, limit, count))

    assert all(piece.text and piece.text == piece.text.strip() for piece in made)
    assert all(piece.glue in ("", " ") for piece in made)


@given(turns, limits, counters)
def test_no_two_neighbours_of_one_turn_would_fit_together(said: list[Turn], limit: int, count: Count) -> None:
    made = pieces_of(list(split(said, limit, count)))

    together = [a.text + b.glue + b.text for pieces in made for a, b in pairwise(pieces)]
    assert not [text for text in together if count([text])[0] <= limit]


@given(turns, limits)
def test_pieces_are_the_same_when_counts_are_summed(said: list[Turn], limit: int) -> None:
    made = list(split(said, limit, mistral, lambda text: "▁" not in text))

    assert made == list(split(said, limit, mistral))


def test_sentences_whose_counts_add_up_are_counted_once() -> None:
    text = " ".join(f"This is sentence number {number}." for number in range(500))
    count = Noted(words)

    list(split([Turn("Ann", text)], 40, count, lambda _text: True))

    assert count.counted <= len(text)


def test_a_text_with_fewer_bytes_than_tokens_allowed_is_not_counted() -> None:
    count = Noted(words)

    made = list(split([Turn("Ann", "Yes, of course.")], 40, count, lambda _text: True))

    assert (made, count.calls) == ([Turn("Ann", "Yes, of course.")], 0)


@given(turns, limits, counters)
def test_splitting_what_was_split_changes_nothing(said: list[Turn], limit: int, count: Count) -> None:
    once = list(split(said, limit, count))

    assert list(split(once, limit, count)) == once


@given(turns, st.integers(10, 60), st.integers(1, 9), counters)
def test_pieces_cut_again_are_numbered_on_and_make_up_the_text(said: list[Turn], limit: int, less: int, count: Count) -> None:
    made = pieces_of(list(split(split(said, limit, count), less, count)))

    assert [whole(pieces) for pieces in made] == [turn.text for turn in said]
    assert [[piece.part for piece in pieces] for pieces in made] == [list(range(len(pieces))) for pieces in made]


@given(turns, limits, counters)
def test_turns_are_cut_one_by_one_as_they_are_together(said: list[Turn], limit: int, count: Count) -> None:
    one_by_one = [piece for turn in said for piece in split([turn], limit, count)]

    assert list(split(iter(said), limit, count)) == one_by_one


@given(st.text(max_size=50), st.integers(-1, 3), counters)
def test_any_text_and_limit_come_to_an_end_without_an_empty_piece(text: str, limit: int, count: Count) -> None:
    made = list(split([Turn("Bob", text)], limit, count))

    assert "".join(whole(made).split()) == "".join(text.split())
    assert all(piece.text for piece in made)


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("One two. Three four. Five six.", 4, ["One two. Three four.", "Five six."]),
        ("One two. Three four. Five six.", 3, ["One two.", "Three four.", "Five six."]),
        ("One two, three four five. Six.", 3, ["One two,", "three four five.", "Six."]),
        ("Hi. One two three, four five.", 3, ["Hi.", "One two three,", "four five."]),
        ("Hi. One, two three, four five.", 3, ["Hi. One,", "two three,", "four five."]),
        ("one two three four five six seven", 3, ["one two three", "four five six", "seven"]),
        ("Dr. Smith is here. He is.", 4, ["Dr. Smith is here.", "He is."]),
        ("Yes — or no — or so.", 2, ["Yes —", "or no", "—", "or so."]),
    ],
)
def test_the_cut_is_at_the_best_place_there_is(text: str, limit: int, pieces: list[str]) -> None:
    made = list(split([Turn("Bob", text)], limit, words))

    assert [piece.text for piece in made] == pieces


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("你好。我很好，谢谢！", 7, ["你好。", "我很好，谢谢！"]),
        ("你好。我很好，谢谢！", 6, ["你好。", "我很好，", "谢谢！"]),
        ("你。我很好，谢谢你们！", 6, ["你。我很好，", "谢谢你们！"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("ab cdefgh", 4, ["ab c", "defg", "h"]),
        ("👩‍👩‍👧👩‍👩‍👧", 5, ["👩‍👩‍👧", "👩‍👩‍👧"]),
        ("👩‍👩‍👧👩‍👩‍👧", 1, ["👩‍👩‍👧", "👩‍👩‍👧"]),
        ("🇫🇷🇩🇪🇪🇸", 3, ["🇫🇷", "🇩🇪", "🇪🇸"]),
        ("é" * 4, 2, ["éé", "éé"]),
    ],
)
def test_a_word_that_is_too_long_is_cut_between_graphemes(text: str, limit: int, pieces: list[str]) -> None:
    made = list(split([Turn("Bob", text)], limit, characters))

    assert [piece.text for piece in made] == pieces


def test_a_heap_of_accents_on_one_letter_is_cut_as_well() -> None:
    made = list(split([Turn("Bob", "a" + "\u0301" * 1000)], 178, mistral))

    assert max(mistral([piece.text for piece in made])) <= 178


def test_a_turn_that_fits_is_handed_on_as_it_is() -> None:
    turn = Turn("Bob", "One two.", source=3, part=2, glue=" ")

    (made,) = split([turn], 2, words)

    assert made is turn


def repeated(unit: str) -> Callable[[int], str]:
    return lambda size: plain((unit * (size // len(unit) + 1))[:size])


LONG = {
    "sentences": repeated("Well, I think that we should. "),
    "one-letter sentences": repeated("Ab. "),
    "no punctuation": repeated("well i think that we should "),
    "no sentences in a script without spaces": repeated("我们应该这样做"),
    "one word": repeated("supercalifragilistic"),
    "one letter": repeated("a"),
    "flags": repeated("🇫🇷"),
    "commas": repeated("a,"),
    "dots": repeated("."),
    "dots apart": repeated(". "),
    "brackets": repeated("("),
}


@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("count", [mistral, characters], ids=["mistral", "characters"])
def test_a_text_four_times_as_long_takes_about_four_times_the_counting(kind: str, count: Count) -> None:
    small, large = Noted(count), Noted(count)

    list(split([Turn("Bob", LONG[kind](25_000))], 178, small))
    list(split([Turn("Bob", LONG[kind](100_000))], 178, large))

    assert large.counted < 5 * small.counted
    assert large.counted < 12 * 100_000


def test_a_word_of_400_kb_is_cut_in_a_few_calls() -> None:
    count = Noted(characters)

    made = list(split([Turn("Bob", "a" * 400_000)], 178, count))

    assert len(made) <= 1.1 * 400_000 / 178
    assert count.calls < 150


def test_the_turns_of_a_transcript_are_counted_together() -> None:
    said = read(transcript("fr_fredsum_Macron_Lepen_2"))
    count = Noted(mistral)

    made = list(split(said, 178, count))

    assert len(made) > len(said)
    assert count.calls < len(said) / 10


def test_turns_are_read_a_window_at_a_time() -> None:
    taken: list[Turn] = []

    def endless() -> Iterator[Turn]:
        while True:
            taken.append(Turn("Bob", "One two. Three four.", source=len(taken)))
            yield taken[-1]

    made = split(endless(), 2, words)

    assert [next(made).text for _ in range(3)] == ["One two.", "Three four.", "One two."]
    assert len(taken) < 1000


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("limit", [40, 178])
def test_a_real_transcript_is_cut_exactly(name: str, limit: int) -> None:
    said = read(transcript(name))

    made = list(split(said, limit, mistral))

    assert max(mistral([piece.text for piece in made])) <= limit
    assert [whole(pieces) for pieces in pieces_of(made)] == [turn.text for turn in said]
    assert [pieces[0].speaker for pieces in pieces_of(made)] == [turn.speaker for turn in said]


@pytest.mark.parametrize("name", NAMES)
def test_a_real_transcript_is_cut_the_same_when_counts_are_summed(name: str) -> None:
    said = read(transcript(name))

    made = list(split(said, 178, mistral, lambda text: "▁" not in text))

    assert made == list(split(said, 178, mistral))


@settings(max_examples=30)
@given(st.lists(bits, min_size=40, max_size=120).map("".join).map(plain), st.integers(5, 40))
def test_pieces_of_a_real_tokenizer_are_well_filled(text: str, limit: int) -> None:
    made = list(split([Turn("Bob", text)], limit, mistral))

    sizes = mistral([piece.text for piece in made])
    assert all(a + b > limit - 4 for a, b in pairwise(sizes))
