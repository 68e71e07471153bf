from __future__ import annotations

import pytest

from app.documents.building import Wishes, document_of
from app.documents.quoting import LONGEST, MOST, Quoting
from app.transcript import Turn
from tests.documents.made import exported, item, minutes
from tests.growth import MOST as MOST_GROWTH
from tests.growth import growth


def quoted(text: str, *said: str, language: str = "en") -> str:
    """What is quoted of turns that say *said*, for an item that says *text*."""
    turns = {number: Turn(f"S{number}", each, number) for number, each in enumerate(said)}
    found = Quoting(turns, language).of(text, tuple(turns))
    assert found is not None
    return f"{found.turn.speaker}: {found.text}"


@pytest.mark.parametrize(
    ("text", "said", "quotation"),
    [
        pytest.param(
            "The budget stays at 1,850 euros.",
            ["Good morning to all of you. I hope you slept well. We keep the budget at 1,850 euros. Any questions?"],
            "S0: We keep the budget at 1,850 euros.",
            id="the sentence, not the head of the turn",
        ),
        pytest.param(
            "Bob sends the plan by Friday.",
            ["Who could send the plan to the board?", "Nice weather.", "I will send the plan by Friday. Promised."],
            "S2: I will send the plan by Friday.",
            id="of the turn that says it",
        ),
        pytest.param(
            "Shapes and colours matter.",
            ["Mm . {vocalsound} Shapes and colours and {disfmarker} um how to make it attractive ."],
            "S0: Shapes and colours and how to make it attractive.",
            id="without sounds and fillers",
        ),
        pytest.param(
            "It costs 1850 euros.",
            ["Euros are what it costs us here, yes. And it is 1850."],
            "S0: Euros are what it costs us here, yes.",
            id="most words",
        ),
        pytest.param("Bob: 1850.", ["Bob says hello. So 1850 then."], "S0: So 1850 then.", id="a number is more than a name"),
        pytest.param("Nous gardons cela.", ["We keep it. It is good."], "S0: We keep it. It is good.", id="nothing in common"),
        pytest.param(
            "Nous gardons cela.", ["{vocalsound}", "Mm [laughter]", "We keep."], "S2: We keep.", id="sounds are skipped"
        ),
        pytest.param("预算保持不变。", ["早上好。预算保持不变。谢谢。"], "S0: 预算保持不变。", id="a script without spaces"),
    ],
)
def test_a_quotation_is_what_the_text_rests_on(text: str, said: list[str], quotation: str) -> None:
    assert quoted(text, *said) == quotation


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "fa", "zh"])
def test_a_long_sentence_is_cut_between_words_around_what_the_text_says(language: str) -> None:
    words = [f"before{n}" for n in range(200)] + ["turnover", "fell", "sharply"] + [f"behind{n}" for n in range(200)]

    told = quoted("turnover fell sharply", " ".join(words), language=language).removeprefix("S0: ")

    assert "turnover fell sharply" in told
    assert told.startswith("… ")
    assert told.endswith(" …")
    assert set(told.split()) <= {*words, "…"}
    assert len(told) <= MOST + len("…  …")


def test_the_head_of_a_sentence_is_kept_if_it_says_as_much() -> None:
    told = quoted("The budget is kept", "We all said that the budget is kept " + "for one more year " * 20)

    assert told.startswith("S0: We all said that the budget is kept for one more year")
    assert told.endswith(" …")


def test_a_word_that_is_too_long_is_cut() -> None:
    told = quoted("x", "y" * 10 * LONGEST)

    assert len(told) < 2 * MOST


def test_turns_of_sounds_alone_have_a_footnote_without_a_quotation() -> None:
    document = document_of(minutes(item(0, "x"), said=(Turn("Ann", "{vocalsound}", 0), Turn("Bob", "Mm.", 1))), Wishes())

    assert [note.text for note in document.notes] == ["Turns 0–1"]


def test_a_footnote_has_the_time_and_the_speaker_of_what_it_quotes() -> None:
    said = (Turn("Ann", "Hello.", 0, start=1.0), Turn("Bob", "Then the budget is kept.", 1, start=61.0))

    document = document_of(minutes(item(0, "The budget is kept."), summary=[], said=said), Wishes())

    (note,) = document.notes
    assert note.text == "Turns 0–1 · 00:01:01 · Bob: “Then the budget is kept.”"
    assert note.seconds == 61.0


@pytest.mark.parametrize(
    ("code", "marked"),
    [("en", "“Point 0.”"), ("fr", "«\u00a0Point 0.\u00a0»"), ("es", "«Point 0.»"), ("de", "„Point 0.“"), ("fa", "«Point 0.»")],
)
def test_quotation_marks_are_those_of_the_language(code: str, marked: str) -> None:
    said = (Turn("Ann", "Point 0.", 0), Turn("Ann", "x", 1), Turn("Ann", "They met.", 2))

    assert marked in exported("md", minutes(said=said), Wishes(lang=code)).decode()


def test_fillers_are_those_of_the_meetings_language_not_of_the_minutes() -> None:
    said = (Turn("Ann", "Wir haben, äh, das Budget und der Plan ist für die Schule.", 0),)

    document = document_of(minutes(item(0, "Budget 12", turns=[0]), language="en", summary=[], said=said), Wishes())

    assert "“Wir haben das Budget und der Plan ist für die Schule.”" in document.notes[0].text


@pytest.mark.parametrize("sentence", ["we keep the budget ", "ok. ", "a'b'c'd'", "x", "…", "{[(<", "1,1,"])
def test_long_turns_are_quoted_in_linear_time(sentence: str) -> None:
    def quotations(said: str) -> None:
        quoting = Quoting({0: Turn("S", said, 0)}, "en")
        for _ in range(3):
            quoting.of("We keep the budget of 1,100 euros", (0,))

    assert growth(quotations, lambda size: sentence * (size // len(sentence)), 4_000, noise=0.005) < MOST_GROWTH
