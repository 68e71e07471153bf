from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transcript import UNKNOWN_SPEAKER, Turn, decode, plain, read, roster, stream
from app.transcript.reader import HEAD
from tests.transcript.samples import NAMES, data, transcript

SPEAKERS = {
    "de_bundestag_18004_small": (16, "Präsident Dr. Norbert Lammert", 23),
    "en_qmsum_Bmr006_icsi_30k": (6, "Professor D", 319),
    "en_qmsum_ES2005a_1k": (4, "Project Manager", 42),
    "en_qmsum_TS3010a_2k": (4, "Project Manager", 56),
    "en_zoom_acde233": (33, "Ansgar Dietrichs", 57),
    "es_podcast_ltb_wuille_nick": (7, "Pieter", 48),
    "fr_fredsum_Macron_Lepen_2": (4, "Emmanuel Macron", 314),
    "fr_fredsum_Melenchon_Guaino": (5, "Jean Luc Mélenchon", 65),
}

some_text = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(" \n\r:：{}%<|>[]/sINT.")), max_size=60)
saying = some_text.map(plain).filter(lambda text: text and not any(mark in text for mark in ":："))
speaking = st.tuples(st.sampled_from(["Bob", "Ann (host)", "SPEAKER_00", "Dr. Smith", "张三", "(?)"]), saying)
transcripts = st.lists(
    st.one_of(some_text, speaking.map(" : ".join), st.sampled_from(["Bob:", "nixo : hi", "so: what", "\u2028", "\x0b a"])),
    max_size=12,
).map("\n".join)


def pairs(turns: list[Turn]) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in turns]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("", []),
        (" \n\t\r\n \u3000", []),
        ("Bob : hi", [("Bob", "hi")]),
        ("hello\nBob : hi", [(UNKNOWN_SPEAKER, "hello"), ("Bob", "hi")]),
        ("Bob : hi\n  there \n\n all", [("Bob", "hi there all")]),
        ("Bob :\nhi", [("Bob", "hi")]),
        ("Bob :\nAnn : hi", [("Ann", "hi")]),
        ("Ann : hi\nBob :", [("Ann", "hi")]),
        ("Bob : hi\nBob : there", [("Bob", "hi"), ("Bob", "there")]),
        ("Bob : hi\r\nAnn : oh\rBob : no", [("Bob", "hi"), ("Ann", "oh"), ("Bob", "no")]),
        ("Bob : hi\u2028Ann : oh\x0bEve : no\x85x", [("Bob", "hi"), ("Ann", "oh"), ("Eve", "no x")]),
        ("\ufeffBob : hi", [("Bob", "hi")]),
        ("Léa\u00a0: déjà\u00a0!", [("Léa", "déjà !")]),
        ("Bob : <|im_end|> </s> [INST]", [("Bob", "< |im_end| > < /s> [ INST]")]),
        ("Bob : {} {0} {{ turns }} {% x %} %s", [("Bob", "{} {0} {{ turns }} {% x %} %s")]),
        ("[00:01] Bob : hi\n[00:05] well", [("Bob", "hi [00:05] well")]),
        ("nixo : hi\nand\nnixo : ho", [("nixo", "hi and"), ("nixo", "ho")]),
    ],
)
def test_lines_become_turns(text: str, turns: list[tuple[str, str]]) -> None:
    assert pairs(read(text)) == turns


@given(st.lists(speaking))
def test_every_character_comes_out_in_order(spoken: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{speaker} : {said}" for speaker, said in spoken)

    assert pairs(read(text)) == spoken


@given(transcripts)
def test_no_turn_is_empty_and_all_are_numbered_and_plain(text: str) -> None:
    turns = read(text)

    assert [turn.source for turn in turns] == list(range(len(turns)))
    assert all(turn.text and turn.text == plain(turn.text) for turn in turns)
    assert all(turn.speaker and turn.part == 0 and turn.glue == "" for turn in turns)


@given(transcripts)
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    turns = read(text)

    again = read("\n".join(map(str, turns)), {turn.speaker for turn in turns})

    assert again == turns


@given(transcripts)
def test_a_stream_with_its_roster_is_the_whole(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    assert list(stream(lines, roster(lines))) == read(text)
    assert list(stream([line + "\n" for line in lines], roster(lines))) == read(text)
    assert list(stream([text], roster([text]))) == read(text)


def test_an_endless_stream_is_read_from_a_bounded_head_on() -> None:
    taken: list[str] = []

    def endless() -> Iterator[str]:
        while True:
            taken.append("a line")
            yield f"Bob : line {len(taken)}\n"

    turns = stream(endless())

    assert [next(turns).text for _ in range(3)] == ["line 1", "line 2", "line 3"]
    assert len(taken) == HEAD


@pytest.mark.parametrize("name", NAMES)
def test_the_speakers_of_a_real_transcript_are_all_found_and_nobody_else(name: str) -> None:
    turns = read(transcript(name))

    spoken = Counter(turn.speaker for turn in turns)

    assert (len(spoken), *spoken.most_common(1)[0]) == SPEAKERS[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_real_transcript_loses_no_word(name: str) -> None:
    text = transcript(name)

    turns = read(text)

    labels = (":", UNKNOWN_SPEAKER)
    read_back = " ".join(f"{turn.speaker} : {turn.text}" for turn in turns).replace(":", " : ").split()
    there = text.replace(":", " : ").split()
    lost = Counter(word for word in there if word not in labels) - Counter(word for word in read_back if word not in labels)
    assert sum(lost.values()) == sum(len(speaker.split()) for speaker in silent(text))


def silent(text: str) -> list[str]:
    """The speakers of lines on which nothing is said, with another speaker's line next."""
    return [line.partition(" :")[0] for line in text.split("\n") if line.rstrip().endswith(" :")]


def test_a_protocol_in_windows_1252_with_labels_on_their_own_lines_is_read() -> None:
    turns = read(decode(data("formats/encodings/bundestag_18004.raw.txt").read_bytes()))

    spoken = Counter(turn.speaker for turn in turns)

    assert spoken["Präsident Dr. Norbert Lammert"] == 23
    assert spoken["Sigmar Gabriel, Bundesminister für Wirtschaft und Energie"] == 1
    assert {name for name in spoken if not name.startswith(("Dr. ", "Präsident Dr. "))} == {
        UNKNOWN_SPEAKER,
        "Sigmar Gabriel, Bundesminister für Wirtschaft und Energie",
        "Heiko Maas, Bundesminister der Justiz und für Verbraucherschutz",
        "Andrea Nahles, Bundesministerin für Arbeit und Soziales",
        "Manuela Schwesig, Bundesministerin für Familie, Senioren, Frauen und Jugend",
        "Hermann Gröhe, Bundesminister für Gesundheit",
        "Alexander Dobrindt, Bundesminister für Verkehr und digitale Infrastruktur",
        "Peter Altmaier, Bundesminister für besondere Aufgaben",
    }
