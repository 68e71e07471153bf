"""Transcripts as Python prints them and JavaScript writes them, and what stands around JSON."""

from __future__ import annotations

import json

import pytest

from app.errors import BadContent
from app.transcript import parse
from tests.transcript.writing import timed_turns

EXPECTED = [("Ann", "It's ice.", 1.0), ("Bob", 'No "ice".', 4.5)]


@pytest.mark.parametrize(
    "text",
    [
        """[{'speaker': 'Ann', 'start': 1.0, 'end': None, 'text': "It's ice.", 'final': True},
            {'speaker': 'Bob', 'start': 4.5, 'text': 'No "ice".'}]""",
        """[Segment(id=1, speaker='Ann', start=1.0, text=" It's ice.", tokens=[50364, -1], words=None),
            Segment(id=2, speaker='Bob', start=np.float64(4.5), text=' No "ice".', avg_logprob=-1.5e-05)]""",
        """Segment(id=1, speaker='Ann', start=1.0, text=" It's ice.")
Segment(id=2, speaker='Bob', start=4.5, text=' No "ice".', made=datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc))
""",
        """Transcription(text='', segments=[TranscriptionSegment(speaker='Ann', start=1.0, text="It's ice."),
            TranscriptionSegment(speaker='Bob', start=4.5, text='No "ice".')])""",
        """{segments: [{speaker: 'Ann', start: 1, text: 'It\\'s ice.'}, {speaker: 'Bob', start: 4.5, text: 'No "ice".',},],}""",
        """{segments: [ // all of them
            {speaker: "Ann", start: 1, text: "It's ice."}, /* and */
            {speaker: "Bob", start: 4.5, text: "No \\"ice\\"."},
        ]}""",
    ],
    ids=["dict", "segments", "segments in lines", "an answer of a client", "JavaScript", "with comments"],
)
def test_values_of_programs_are_read(text: str) -> None:
    assert timed_turns(parse(text).turns) == EXPECTED


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{'segments': [{'speaker': 'Nora', 'text': 'Ice'", "line 1, column 48"),
        ("[Segment(id=1, text='Ice'),\n Segment(id=2 text='No')]", "line 2, column 15"),
        ("{'segments': [{'speaker': Nora, 'text': 'Ice'}]}", "line 1, column 27"),
        ('{"segments": [{"speaker": "Nora", "text": "Ice', "the text ends before its JSON does, so send all of it"),
        ('{"segments": [{"speaker": "Nora", "text": "Ice"}', "the text ends before its JSON does, so send all of it"),
        ('{"segments": [{"speaker": "Nora" "text": "Ice"}]}', "line 1, column 34"),
        ('{"segments": [{"speaker": "Nora", "text": "Ice",}]}', "line 1, column 49"),
        ("[Segment(id=" + "(" * 200 + ")" * 200 + ")]", "nested too deeply"),
        ("[Segment(id=" + "1" * 5000 + ")]", "number is too long"),
    ],
)
def test_values_that_break_off_are_refused_with_their_place(text: str, told: str) -> None:
    with pytest.raises(BadContent, match=told):
        parse(text)


LOGGED = json.dumps({"segments": [{"speaker": "Ann", "start": 1.0, "text": "It's ice."}]}, indent=1)


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        ("INFO:root:Transcribing a.mp3\n2024-01-01 10:00:00,123 INFO done\n", 2),
        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: x\r\n\r\n", 3),
        ("Here it is:\n\n```json\n", 2),
    ],
)
def test_lines_before_a_json_are_left_out_and_counted(before: str, lines: int) -> None:
    transcript = parse(f"{before}{LOGGED}\n```" if "```" in before else before + LOGGED)

    assert timed_turns(transcript.turns) == EXPECTED[:1]
    assert transcript.report.left_out == {"lines that are no JSON": lines}


def test_a_json_that_breaks_off_behind_a_log_is_refused() -> None:
    with pytest.raises(BadContent, match="send all of it"):
        parse(f"INFO done\n{LOGGED[:-20]}")


def test_a_line_in_braces_that_somebody_says_stays_a_line() -> None:
    text = "Ann: Look at this.\n{so to speak: yes}\nBob: I see it, and it is not much.\nAnn: No."

    assert [turn.speaker for turn in parse(text).turns] == ["Ann", "Bob", "Ann"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(json.dumps(json.loads(LOGGED))),
        json.dumps({"statusCode": 200, "body": LOGGED}),
        json.dumps({"ok": 0, "data": json.dumps([{"bg": "1000", "ed": "2000", "onebest": "It's ice.", "speaker": "Ann"}])}),
        json.dumps([[{"speaker": "Ann", "start": 1, "text": "It's ice."}]]),
    ],
    ids=["twice", "the body of an answer", "in a key", "pages"],
)
def test_json_within_json_is_read(text: str) -> None:
    assert timed_turns(parse(text).turns) == EXPECTED[:1]


def test_a_text_in_quotation_marks_is_read_as_its_lines() -> None:
    turns = parse('"Ann: Ice.\\nBob: No.\\nAnn: Yes."').turns

    assert [(turn.speaker, turn.text) for turn in turns] == [("Ann", "Ice."), ("Bob", "No."), ("Ann", "Yes.")]


def test_base64_is_refused_by_its_name() -> None:
    with pytest.raises(BadContent, match="base64"):
        parse("eyJz" * 60 + "==\n")


@pytest.mark.parametrize(
    ("speaker", "start", "text"),
    [
        ("locuteur", "debut", "texte"),
        ("hablante", "inicio", "texto"),
        ("Sprecher", "Beginn", "Text"),
        ("说话人", "开始时间", "内容"),
    ],
)
def test_keys_may_be_in_other_languages(speaker: str, start: str, text: str) -> None:
    rows = [{speaker: "Ann", start: 1, text: "Ice."}, {speaker: "Bob", start: 4, text: "No."}]

    assert timed_turns(parse(json.dumps(rows)).turns) == [("Ann", "Ice.", 1.0), ("Bob", "No.", 4.0)]


def test_a_number_and_its_text_are_one_speaker() -> None:
    rows = [
        {"speaker": 0, "start": 1, "text": "Ice."},
        {"speaker": 1, "start": 2, "text": "No."},
        {"speaker": "0", "start": 3, "text": "Yes."},
    ]

    assert [turn.speaker for turn in parse(json.dumps(rows)).turns] == ["Speaker 0", "Speaker 1", "Speaker 0"]
