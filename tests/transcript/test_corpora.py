"""Files of speech corpora and scoring tools: every word and speaker of them comes back, or the file is refused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadContent
from app.transcript import UNKNOWN_SPEAKER, parse, plain
from tests.transcript.writing import Talk, as_turns, talks

HEAD = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
LONG = HEAD + "xmin = 0 \nxmax = {end} \ntiers? <exists> \nsize = {size} \nitem []: \n"
SHORT = HEAD + "0\n{end}\n<exists>\n{size}\n"


def doubled(text: str) -> str:
    return text.replace('"', '""')


def tiers_of(talk: Talk) -> dict[str, list[tuple[int, str]]]:
    return {who: [(n, said) for n, (other, said) in enumerate(talk) if other == who] for who, _ in talk}


def long_grid(talk: Talk) -> str:
    made = LONG.format(end=len(talk), size=len(tiers_of(talk)))
    for number, (who, said) in enumerate(tiers_of(talk).items(), 1):
        made += f'    item [{number}]:\n        class = "IntervalTier" \n        name = "{doubled(who)}" \n'
        made += f"        xmin = 0 \n        xmax = {len(talk)} \n        intervals: size = {len(said)} \n"
        for place, (start, text) in enumerate(said, 1):
            made += f"        intervals [{place}]:\n            xmin = {start} \n            xmax = {start + 1} \n"
            made += f'            text = "{doubled(text)}" \n'
    return made


def short_grid(talk: Talk) -> str:
    made = SHORT.format(end=len(talk), size=len(tiers_of(talk)))
    for who, said in tiers_of(talk).items():
        made += f'"IntervalTier"\n"{doubled(who)}"\n0\n{len(talk)}\n{len(said)}\n'
        made += "".join(f'{start}\n{start + 1}\n"{doubled(text)}"\n' for start, text in said)
    return made


def chat(talk: Talk) -> str:
    codes = {who: f"P{number:02}" for number, who in enumerate(dict.fromkeys(who for who, _ in talk))}
    people = ", ".join(f"{code} {who} Adult" for who, code in codes.items())
    said = "".join(f"*{codes[who]}:\t{text} \x15{n}000_{n}900\x15\n%mor:\tx|y\n" for n, (who, text) in enumerate(talk))
    return f"@UTF8\n@Begin\n@Participants:\t{people}\n{said}@End\n"


def stm(talk: Talk) -> str:
    return ";; a comment\n" + "".join(f"m1 1 {who} {n}.0 {n}.9 <o,f0,female> {text}\n" for n, (who, text) in enumerate(talk))


def ctm(talk: Talk) -> str:
    return "".join(
        f"m1 1 {3 * n}.{place:03} 0.001 {word} 0.9 lex {who}\n"
        for n, (who, text) in enumerate(talk)
        for place, word in enumerate(text.split())
    )


def kaldi(talk: Talk) -> str:
    lines = [f"{who}-utt{number:04} {text}\n" for number, (who, text) in enumerate(talk)]
    return "".join(lines)


ids = st.from_regex(r"[a-z]{2,5}", fullmatch=True).filter(
    lambda name: name not in ("null", "unk", "na", "unknown", "utt", "seg", "s", "u")
)
id_talks = st.lists(ids, min_size=2, max_size=3, unique=True).flatmap(
    lambda people: st.lists(
        st.tuples(
            st.sampled_from(people), st.lists(st.sampled_from(["hm", "Note:", "12:30", "x", "it's"]), min_size=1, max_size=5)
        ),
        min_size=2,
        max_size=8,
    ).map(lambda said: [(who, " ".join(words)) for who, words in said])
)


@pytest.mark.parametrize("write", [long_grid, short_grid], ids=["long", "short"])
@given(talk=talks)
@settings(max_examples=20)
def test_a_text_grid_comes_back_exactly(write: Callable[[Talk], str], talk: Talk) -> None:
    named = [(f"Tier {who}", f"{said} so") for who, said in talk]

    transcript = parse(write(named))

    assert transcript.report.format == "textgrid"
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [(plain(who), said) for who, said in as_turns(named)]
    assert [turn.start for turn in transcript.turns] == _starts(named, 1)


@pytest.mark.parametrize(
    ("write", "form", "step"), [(chat, "chat", 1), (stm, "stm", 1), (ctm, "ctm", 3)], ids=["chat", "stm", "ctm"]
)
@given(talk=id_talks)
@settings(max_examples=20)
def test_lines_of_a_corpus_come_back_exactly(write: Callable[[Talk], str], form: str, step: int, talk: Talk) -> None:
    transcript = parse(write(talk).encode())

    assert transcript.report.format == form
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == as_turns(talk)
    assert [turn.start for turn in transcript.turns] == _starts(talk, step)


@given(talk=id_talks.filter(lambda talk: len(talk) > len({who for who, _ in talk}) > 1 and len(talk) > 2))
@settings(max_examples=20)
def test_ids_of_kaldi_begin_with_the_speaker(talk: Talk) -> None:
    transcript = parse(kaldi(talk))

    assert transcript.report.format == "kaldi"
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == as_turns(talk)
    assert transcript.report.left_out == {"ids of utterances": len(talk)}


def _starts(talk: Talk, step: int) -> list[float]:
    runs = groupby(enumerate(talk), key=lambda each: each[1][0])
    return [float(step * next(run)[0]) for _, run in runs]


def test_times_in_the_ids_put_the_words_in_order() -> None:
    lines = "sw02001-A_000098-000156 hi\nsw02001-A_000980-001156 fine\nsw02001-B_000200-000456 how are you\n"

    turns = parse(lines).turns

    assert [(turn.speaker, turn.text, turn.start) for turn in turns] == [
        ("sw02001-A", "hi", 0.98),
        ("sw02001-B", "how are you", 2.0),
        ("sw02001-A", "fine", 9.8),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "1089-134686-0000 HE HOPED\n1089-134686-0001 STUFF IT\n1089-134686-0002 AFTER\n",
        "rec_0001 one two\nrec_0002 three\nrec_0003 four\n",
    ],
)
def test_ids_that_tell_no_speakers_apart_name_none(lines: str) -> None:
    assert {turn.speaker for turn in parse(lines).turns} == {UNKNOWN_SPEAKER}


@pytest.mark.parametrize(
    "text",
    [
        "ABC-123 mends the door\nABC-124 mends the wall\nABC-125 mends the roof",
        "2024-03-01 We met.\n2024-03-02 We met again.\n2024-03-03 We parted.",
        "A level 1 3 blind mice\nB level 2 4 men",
        "@Begin with this: no",
        "*Ann*: hello\n*Bob*: yes",
    ],
)
def test_what_only_looks_like_a_corpus_stays_the_text_that_it_is(text: str) -> None:
    assert parse(text).report.format == "text"


def test_words_of_two_channels_are_put_together_by_their_pauses() -> None:
    words = "m A 0.0 0.3 good 0.9\nm A 0.3 0.3 day 0.9\nm B 0.4 0.3 <eps> 0.9\nm B 0.5 0.3 hi 0.9\nm A 5.0 0.3 bye 0.9\n"

    turns = parse(words).turns

    assert [(turn.speaker, turn.text, turn.start, turn.end) for turn in turns] == [
        ("A", "good day", 0.0, 0.6),
        ("B", "hi", 0.5, 0.8),
        ("A", "bye", 5.0, 5.3),
    ]


def test_tiers_of_sounds_are_no_speech() -> None:
    grid = SHORT.format(end=9, size=2) + '"IntervalTier"\n"Ann - words"\n0\n9\n3\n0\n1\n"good"\n1\n2\n"day"\n2\n9\n"sil"\n'
    grid += '"IntervalTier"\n"Ann - phones"\n0\n9\n1\n0\n1\n"g"\n'

    transcript = parse(grid)

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("Ann", "good day")]
    assert transcript.report.left_out == {"tiers of sounds": 1}


def test_a_tier_named_for_what_it_holds_names_no_speaker() -> None:
    grid = SHORT.format(end=9, size=1) + '"IntervalTier"\n"utterances"\n0\n9\n1\n0\n1\n"good day"\n'

    assert [(turn.speaker, turn.text) for turn in parse(grid).turns] == [(UNKNOWN_SPEAKER, "good day")]


def test_what_goes_on_below_a_main_tier_belongs_to_it_and_other_tiers_do_not() -> None:
    file = "@Begin\n@Participants:\tCHI Ross Child,\n\tMOT Mother\n"
    file += "*MOT:\twhat is\n\tthat ?\n%com:\tpoints\n\tup\n*CHI:\ta dog .\n@End"

    transcript = parse(file)

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("MOT", "what is that ?"), ("Ross", "a dog .")]
    assert transcript.report.left_out == {"headers": 3, "dependent tiers": 1}


def test_as_many_times_as_a_long_chat_file_has_are_no_control_characters() -> None:
    file = "@UTF8\n@Begin\n" + "".join(f"*ANN:\thm {n} \x15{n}0_{n}5\x15\n" for n in range(1, 100)) + "@End\n"

    transcript = parse(file.encode())

    assert not any("repaired" in warning for warning in transcript.report.warnings)
    assert transcript.turns[0].text.startswith("hm 1 hm 2 hm 3")


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (SHORT.format(end=9, size=1) + '"IntervalTier"\n"Ann"\n0\n9\n2\n0\n1\n"hi"\n', "line 15, column 1.*ends before"),
        (SHORT.format(end=9, size=1) + '"IntervalTier"\n"Ann"\n0\n9\n1\n0\n1\n7\n', "line 15, column 1.*a text in quotation"),
        (SHORT.format(end=9, size=1) + '"Tier"\n', "line 8, column 1.*IntervalTier or a TextTier"),
        (SHORT.format(end=9, size=0), "no speech in it"),
        ("m A 0.0 0.3 hi 0.9\n" * 60 + "m A 0.0\n", "line 61, column 1"),
        ("m 1 ann 0.0 0.3 hi there\n" * 60 + "and so on\n", "line 61, column 1"),
        ("".join(f"spk1-utt{n:04} hi\n" for n in range(60)) + "and so on\n", "line 61, column 1"),
        ("@UTF8\n@Begin\n*ANN:\t\n@End\n", "no speech in it"),
    ],
)
def test_a_file_of_a_corpus_that_breaks_off_is_refused_with_its_line(file: str, message: str) -> None:
    with pytest.raises(BadContent, match=message):
        parse(file)
