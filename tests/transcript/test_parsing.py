"""Each format gives back who said what and when; what is recognised as a format and is none is refused."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadContent
from app.transcript import UNKNOWN_SPEAKER, parse
from tests.growth import MOST, growth, seconds
from tests.transcript.samples import data
from tests.transcript.writing import TIMED, WRITERS, Talk, as_turns, talks

# -- the same talk in every format -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", WRITERS)
@given(talk=talks)
def test_random_people_and_their_words_come_back_exactly(form: str, talk: Talk) -> None:
    transcript = parse(WRITERS[form](talk))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == as_turns(talk)


@pytest.mark.parametrize("form", TIMED)
@given(talk=talks)
def test_times_are_kept_on_turns(form: str, talk: Talk) -> None:
    transcript = parse(WRITERS[form](talk))

    begins = [number for number, (who, _) in enumerate(talk) if not number or talk[number - 1][0] != who]
    ends = [*(number - 1 for number in begins[1:]), len(talk) - 1]
    expected = [(2.0 * begin, 2.0 * end + 1.5) for begin, end in zip(begins, ends, strict=True)]
    assert [(turn.start, turn.end) for turn in transcript.turns] == expected


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("mark", ["\ufeff", "\n\n", " \n"])
def test_a_mark_or_an_empty_line_before_a_format_changes_nothing(form: str, mark: str) -> None:
    talk = [("Ann", "Good morning."), ("Bob", "Yes."), ("Ann", "The budget.")]
    written = WRITERS[form](talk)
    before = mark + written if isinstance(written, str) else written

    transcript = parse(before.encode() if isinstance(before, str) else before)

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == talk


@given(st.text(max_size=300))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        transcript = parse(text)
    except BadContent:
        return

    assert all(turn.text and turn.speaker for turn in transcript.turns)


@given(st.binary(max_size=300))
def test_whatever_bytes_come_they_are_read_or_refused(raw: bytes) -> None:
    try:
        transcript = parse(raw)
    except BadContent:
        return

    assert all(turn.text and turn.speaker for turn in transcript.turns)


# -- the rule for formats --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "message"),
    [
        # Python 3.13 points at the comma, those before at the bracket behind it.
        ('{"segments": [\n  {"speaker": "Ann", "text": "hi",}\n]}', "this is JSON, but line 2, column 3[45]"),
        (
            '{"speaker": "Ann", "text": "hi"}\n{"speaker": "Bob" "text": "yo"}',
            "this is JSON, one value a line, but line 2, column 19",
        ),
        ('<?xml version="1.0"?>\n<tt><body><p>x</q></body></tt>', "this is XML, but line 2, column 17"),
        ("<html><body>\n<p>Ann: hi</p>\n<p class=x", "this is an HTML page, but line 3, column 1"),
        ("WEBVTT\n\n00:00:01.000 --> banana\nHi", "this is a WebVTT file, but line 3, column 17"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi\n\n2\n00:00:03,000 --> \nYo", "this is an SRT file, but line 6, column 17"),
        ("text,speaker\nHello, you,Ann\n", "this is a table, but line 2, column 11"),
        ('speaker,text\nAnn,"Hello\nBob,Yes\n', "this is a CSV table, but line 2, column 5"),
        ("[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00\n", "this is an ASS file, but line 3, column 1"),
    ],
)
def test_a_format_that_breaks_off_is_refused_with_line_and_column(given: str, message: str) -> None:
    with pytest.raises(BadContent, match=message):
        parse(given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('{"alpha": 1, "Beta": {"gamma": 2}}', "of a shape that we do not know, an object with the keys alpha, Beta"),
        ('[{"x": 1}]', "of a shape that we do not know, a list of objects with the keys x"),
        ('<?xml version="1.0"?><minutes><item>x</item></minutes>', "of a shape that we do not know: <minutes> with <item>"),
        ('{"text": "", "segments": [], "language": "en"}', "the JSON of Whisper, but there is no speech in it"),
        ("WEBVTT\n\nNOTE nothing\n", "a WebVTT file, but there is no speech in it"),
        ("speaker,text\nAnn,\n", "a CSV table, but there is no speech in it"),
        ('{"status": "processing", "id": "1"}', "no speech in it: its status is processing"),
        ('{"status": "error", "error": "no such file"}', "the transcription failed: no such file"),
        ("SPEAKER m 1 0.00 1.50 <NA> <NA> spk1 <NA> <NA>", "this is RTTM, which says who speaks when and holds no words"),
    ],
)
def test_three_messages_tell_an_unknown_shape_from_silence_and_from_failure(given: str, message: str) -> None:
    with pytest.raises(BadContent) as refused:
        parse(given)

    assert message in str(refused.value)
    assert "the formats that are read are plain text" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "Ann : WEBVTT is a format.",
        "[00:01:02] Bob: hello",
        "{vocalsound} Ann : hello",
        "[inaudible]\nAnn : [1, 2]",
        "1\nAnn : the first point",
        "WEBVTTX\nAnn : hello",
        "<bob@example.com> wrote: hello",
        "Ann: the speaker, the text and the start\nBob: yes, yes, yes",
        "Ann: it goes 00:01 --> 00:02 in the file",
    ],
)
def test_what_only_looks_like_a_format_stays_the_text_that_it_is(text: str) -> None:
    assert parse(text).report.format == "text"


# -- the report ------------------------------------------------------------------------------------------------------


def test_the_report_says_what_was_read_and_who_speaks() -> None:
    report = parse("speaker,text\nAnn,One.\nBob,Two.\nAnn,Three.\n".encode("utf-16")).record()

    assert report == {"format": "csv", "speakers": {"Ann": 2, "Bob": 1}, "left_out": {}, "warnings": [], "encoding": "utf-16"}


def test_captions_without_names_are_one_unknown_voice_and_said_so() -> None:
    transcript = parse("1\n00:00:01,000 --> 00:00:02,000\nGood\n\n2\n00:00:02,000 --> 00:00:03,000\nmorning.\n")

    assert [(turn.speaker, turn.text, turn.start, turn.end) for turn in transcript.turns] == [
        (UNKNOWN_SPEAKER, "Good morning.", 1.0, 3.0)
    ]
    assert transcript.record()["warnings"] == ["no speakers found"]


def test_a_file_in_an_older_code_page_is_read_in_every_format() -> None:
    transcript = parse("mluvčí;text\nJan Novák;Příště začneme dříve.\nŽofie;Děkuji, že jste přišli.\n".encode("cp1250"))

    assert [str(turn) for turn in transcript.turns] == ["Jan Novák : Příště začneme dříve.", "Žofie : Děkuji, že jste přišli."]
    assert transcript.report.encoding == "cp1250"


# -- cost ------------------------------------------------------------------------------------------------------------

LONG: dict[str, Callable[[int], str]] = {
    "vtt of tags": lambda n: "WEBVTT\n\n00:00.000 --> 00:01.000\n" + "<v " * n,
    "vtt of angles": lambda n: "WEBVTT\n\n00:00.000 --> 00:01.000\n" + "<" * 3 * n,
    "vtt of words": lambda n: "WEBVTT\n\n00:00.000 --> 00:01.000\nAnn: " + "word " * n,
    "vtt of braces": lambda n: "WEBVTT\n\n00:00.000 --> 00:01.000\nAnn: a " + "{\\" * n,
    "vtt of entities": lambda n: "WEBVTT\n\n00:00.000 --> 00:01.000\nAnn: a " + "&#" * n + "9" * n,
    "vtt of empty lines": lambda n: "WEBVTT\n\n00:00.000 --> 00:01.000\nAnn: a" + "\n" * n,
    "vtt of timings": lambda n: "WEBVTT\n\n" + "00:00.000 --> 00:01.000\n" * (n // 8) + "Ann: a",
    "vtt of ids": lambda n: "WEBVTT\n\n" + "".join(f"id {k}\n00:00.000 --> 00:01.000\na\n\n" for k in range(n // 16)),
    "srt of settings": lambda n: "1\n00:00:01,000 --> 00:00:02,000 " + "X1:1 " * n + "\nAnn: a",
    "srt of numbers": lambda n: "1\n" * n + "00:00:01,000 --> 00:00:02,000\nAnn: a",
    "srt that rolls": lambda n: "".join(
        f"{k}\n00:00:01,000 --> 00:00:02,000\na b {k}\na b {k + 1}\n\n" for k in range(n // 16)
    ),
    "srt of one speaker": lambda n: "".join(f"{k}\n00:00:01,000 --> 00:00:02,000\nw{k} w.\n\n" for k in range(n // 16)),
    "lrc of times": lambda n: "[00:01.00]Ann: a\n" + "[00:01.00]" * (n // 4) + "b",
    "ass of braces": lambda n: "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,Ann,0,0,0,,a " + "{" * n + "}" * n,
    "csv of quotes": lambda n: "speaker,text\nAnn," + '"' * 2 * n + "\n",
    "csv of commas": lambda n: "speaker,text\nAnn,a" + "," * n + "b\n",
    "csv header": lambda n: "speaker,text" + ",x" * n + "\nAnn,a\n",
    "html of angles": lambda n: "<html><p>Ann: a" + "<" * n,
    "html of tags": lambda n: "<html><p>Ann: a" + "<b>" * n,
    "html of open comments": lambda n: "<html><p>Ann: a" + "<!-" * n,
    "html of speakers": lambda n: "<html><p>a" + '<b class="speaker">' * (n // 8),
    "html of quotes": lambda n: "<html><p>Ann: a<b x=" + "'\"" * n + ">",
    "html of scripts": lambda n: "<html><p>Ann: a" + "<script></b>" * (n // 8),
    "ttml of spans": lambda n: "<tt><body><p>" + "<span>a</span>" * (n // 8) + "</p></body></tt>",
    "json of words": lambda n: '{"words": [' + ",".join(['{"word": "a", "speaker": 1}'] * (n // 8)) + "]}",
    "json of lists": lambda n: '{"a": [{}, ' + ",".join(['[{"text": "a"}]'] * (n // 8)) + '], "text": "b"}',
    "json of objects": lambda n: '{"text": "a", ' + ",".join(f'"k{k}": {{"text": "b"}}' for k in range(n // 8)) + "}",
    "json lines": lambda n: '{"speaker": "Ann", "text": "a"}\n' * (n // 16),
    "text of loops": lambda n: "Ann: " + "a b " * n + "c " * n,
    "text of almost loops": lambda n: "Ann: " + ("a " * 20 + "b ") * (n // 16),
}


@pytest.mark.parametrize("shape", LONG)
def test_twice_the_size_takes_about_twice_the_time(shape: str) -> None:
    def read(text: str) -> None:
        with contextlib.suppress(BadContent):
            parse(text)

    small = 1_000
    while seconds(read, LONG[shape](small)) < 0.005 and small < 125_000:
        small *= 2

    assert growth(read, LONG[shape], small) < MOST


# -- files of others -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "form", "speakers"),
    [
        ("formats/vtt/zoom_acdt_2026-02-09_069.vtt", "vtt", ("Mario Vega", "Barnabas", "Dustin")),
        ("formats/vtt/podcastns_voice_tags.vtt", "vtt", ("Sarah", "Gillian")),
        ("formats/srt/podcastns_speakers.srt", "srt", ("Travis", "Sarah", "Gilon")),
        ("formats/json/podcastns_segments.json", "json", ("Darth Vader", "Luke")),
        ("formats/vtt/using_identifiers.vtt", "vtt", ()),
    ],
)
def test_files_of_others_are_read_with_their_speakers_and_times(file: str, form: str, speakers: tuple[str, ...]) -> None:
    transcript = parse(data(file).read_bytes())

    assert transcript.report.format == form
    assert set(speakers) <= set(transcript.speakers)
    assert all(turn.start is not None and turn.end is not None for turn in transcript.turns)
