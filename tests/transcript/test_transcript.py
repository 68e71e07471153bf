"""What a job stores of a transcript comes back as it was, also after more was added, and also from an earlier release."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transcript import Report, StoredTranscript, Transcript, Turn, characters, parse, plain, split, whole
from tests.transcript.writing import names, segments, speech, talks

times = st.none() | st.floats(0, 1e6).map(lambda time: round(time, 3))
turns = st.lists(
    st.builds(
        Turn, names, speech, start=times, end=times, marks=st.lists(st.tuples(st.integers(0, 99), st.floats(0, 9))).map(tuple)
    ),
    min_size=1,
    max_size=5,
).map(lambda made: tuple(Turn(t.speaker, t.text, number, 0, "", t.start, t.end, t.marks) for number, t in enumerate(made)))
reports = st.builds(
    Report,
    format=st.sampled_from(["vtt", "text"]),
    left_out=st.dictionaries(st.text(max_size=5), st.integers(1, 9)),
    warnings=st.lists(st.text(max_size=9), unique=True).map(tuple),
    labels=st.text(max_size=5),
    encoding=st.text(max_size=5),
)


@given(turns, reports)
def test_a_stored_transcript_comes_back_as_it_was(said: tuple[Turn, ...], report: Report) -> None:
    transcript = Transcript(said, report)

    assert Transcript.restored(transcript.stored()) == transcript


@given(turns, turns)
def test_what_is_added_comes_behind_and_goes_on_counting(first: tuple[Turn, ...], more: tuple[Turn, ...]) -> None:
    content = f"{Transcript(first).stored()}\n{Transcript(more).stored()}"

    found = Transcript.restored(content).turns

    assert [turn.source for turn in found] == list(range(len(first) + len(more)))
    assert [(turn.speaker, turn.text, turn.start, turn.end) for turn in found] == [
        (turn.speaker, turn.text, turn.start, turn.end) for turn in first + more
    ]


def test_the_content_of_an_earlier_release_is_read_and_may_be_added_to() -> None:
    content = "Ann : One.\nbob : Two.\nAnn : Three.\n" + parse(segments([("Zoe", "Four.")])).stored()

    transcript = Transcript.restored(content, ["bob"])

    assert [str(turn) for turn in transcript.turns] == ["Ann : One.", "bob : Two.", "Ann : Three.", "Zoe : Four."]
    assert transcript.report.format == "text + json"


def test_a_report_of_a_later_release_is_read_as_far_as_it_is_known() -> None:
    content = '{"transcript": 1, "format": "vtt", "mood": "good"}\n["Ann", "One."]'

    assert Transcript.restored(content) == Transcript((Turn("Ann", "One."),), Report("vtt"))


@given(talks)
def test_a_stored_transcript_can_be_told_as_lines(talk: list[tuple[str, str]]) -> None:
    transcript = parse(segments(talk))

    assert characters(transcript.stored()) == len("\n".join(f"{turn.speaker} : {turn.text}" for turn in transcript.turns))
    assert characters("a prompt") == len("a prompt")


def test_speech_that_looks_like_the_store_stays_speech() -> None:
    said = '{"transcript": 1, "format": "vtt"}'

    transcript = Transcript.restored(parse(segments([("Ann", said)])).stored())

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("Ann", plain(said))]


# -- times survive a split -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_pieces_of_a_turn_have_the_times_of_their_own_words(limit: int) -> None:
    (turn,) = parse(segments([("Ann", f"w{number} goes on.") for number in range(40)])).turns

    pieces = list(split([turn], limit, lambda texts: [len(text.split()) for text in texts]))

    assert whole(pieces) == turn.text
    assert (pieces[0].start, pieces[-1].end) == (turn.start, turn.end)
    for piece in pieces:
        number = next((int(word[1:]) for word in piece.text.split() if word.startswith("w")), None)
        assert piece.start is not None
        assert piece.end is not None
        assert piece.start < piece.end
        assert number is None or piece.start <= 2 * number < piece.end
    assert all(
        before.start <= behind.start
        for before, behind in pairwise(pieces)
        if before.start is not None and behind.start is not None
    )


def test_pieces_of_a_turn_without_marks_keep_its_times() -> None:
    turn = Turn("Ann", "one two three four", start=1.0, end=9.0)

    pieces = list(split([turn], 2, lambda texts: [len(text.split()) for text in texts]))

    assert [(piece.start, piece.end) for piece in pieces] == [(1.0, 9.0), (1.0, 9.0)]


@pytest.mark.parametrize("early", ["", "Zed : Before all.\nbob : Yes.\n"])
def test_a_stored_transcript_is_the_same_if_its_turns_are_read_one_by_one(early: str) -> None:
    first = parse("Ann : One.\nBob : Two.\nAnn : Three.\n")
    struck = Transcript.of(first.turns, {1}, first.report)
    content = early + struck.stored() + "\n" + parse("nobody is named here").stored()

    stored, whole = StoredTranscript.of(content, ["bob"]), Transcript.restored(content, ["bob"])

    assert (tuple(stored.turns()), stored.record()) == (whole.turns, whole.record())
    assert stored.number == len(whole.turns)
    assert stored.characters == sum(len(turn.text) for turn in whole.turns)
