"""Transcripts in base64 within JSON, and several documents one behind the other in one text."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from app.errors import BadContent
from app.transcript import parse
from tests.transcript.writing import timed_turns

TEXT = "Ann: Good morning everyone.\nBob: Hello Ann.\nAnn: Shall we begin?\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Good morning.</v>\n\n00:03.000 --> 00:04.000\n<v Bob>Hello.</v>\n"
SEGMENTS = json.dumps({"segments": [{"speaker": "Ann", "text": "Good morning.", "start": 1}]})
AUDIO = b"RIFF\x00\x10\x00\x00WAVEfmt " + bytes(range(256))


def _base64(file: str | bytes) -> str:
    return base64.b64encode(file.encode() if isinstance(file, str) else file).decode()


def _speakers(given: Any) -> list[str]:
    return [turn.speaker for turn in parse(json.dumps(given)).turns]


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda file: {"transcript_b64": _base64(file)},
        lambda file: {"id": 7, "encoding": "base64", "data": _base64(file)},
        lambda file: {"file": {"name": "a.txt", "content": base64.encodebytes(file.encode()).decode()}},
        lambda file: {"content": base64.urlsafe_b64encode(file.encode()).decode().rstrip("=")},
        lambda file: {"attachment": {"url": "data:text/plain;base64," + _base64(file)}},
        lambda file: {"files": [{"audio": _base64(AUDIO)}, {"data": _base64(AUDIO)}, {"data": _base64(file)}]},
    ],
)
@pytest.mark.parametrize(("file", "speakers"), [(TEXT, ["Ann", "Bob", "Ann"]), (VTT, ["Ann", "Bob"]), (SEGMENTS, ["Ann"])])
def test_a_transcript_in_base64_is_decoded_and_it_is_said(wrapped: Any, file: str, speakers: list[str]) -> None:
    transcript = parse(json.dumps(wrapped(file)))

    assert [turn.speaker for turn in transcript.turns] == speakers
    assert any("in base64" in warning and "decoded" in warning for warning in transcript.report.warnings)


def test_a_transcript_in_base64_may_be_in_an_older_page() -> None:
    text = "Ania: Dzień dobry wszystkim, zaczynamy już.\nJózef: Cześć, żona pozdrawia.\nAnia: Świetnie, dziękuję bardzo."

    assert _speakers({"transcript": _base64(text.encode("cp1250"))}) == ["Ania", "Józef", "Ania"]


@pytest.mark.parametrize(
    ("file", "reason"),
    [(AUDIO, "an audio recording"), (b"%PDF-1.7 " + bytes(range(256)), "a PDF document"), (bytes(range(256)) * 2, "control")],
)
def test_a_file_in_base64_that_is_no_transcript_is_refused_as_such(file: bytes, reason: str) -> None:
    with pytest.raises(BadContent, match=f"base64 that is no transcript.*{reason}"):
        parse(json.dumps({"data": _base64(file)}))


def test_a_recording_beside_its_transcript_is_no_transcript() -> None:
    assert _speakers({"data": _base64(AUDIO), "segments": [{"speaker": "Ann", "text": "Good morning."}]}) == ["Ann"]


@pytest.mark.parametrize(
    "word", ["Donaudampfschifffahrtsgesellschaft", "Rechtsschutzversicherungsgesellschaften", "Aaaaaaaaaaaaaaaaaaaaaaaaaaah"]
)
def test_a_long_word_is_speech(word: str) -> None:
    assert [turn.text for turn in parse(json.dumps({"text": word})).turns] == [word]


def _ttml(*said: str, start: int = 0) -> str:
    shown = "".join(f'<p begin="{start + n}s" end="{start + n + 1}s">{each}</p>' for n, each in enumerate(said))
    return f'<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{shown}</div></body></tt>'


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
def test_documents_one_behind_the_other_are_all_read_in_this_order(between: str) -> None:
    documents = [VTT, "WEBVTT - part 2\n\n00:01.000 --> 00:02.000\n<v Cleo>The second part.</v>\n"]

    transcript = parse(between.join(documents))

    assert timed_turns(transcript.turns) == [
        ("Ann", "Good morning.", 1.0),
        ("Bob", "Hello.", 3.0),
        ("Cleo", "The second part.", 1.0),
    ]
    assert any("2 documents" in warning for warning in transcript.report.warnings)


@pytest.mark.parametrize("between", ["", "\n", " \n\n"])
@pytest.mark.parametrize("declared", [True, False])
def test_documents_of_xml_one_behind_the_other_keep_times_that_go_on(between: str, declared: bool) -> None:
    second = _ttml("Bob: Hello.", "Ann: Fine.", start=5)
    text = _ttml("Ann: Good morning.") + between + (second if declared else second.partition("\n")[2])

    assert timed_turns(parse(text).turns) == [("Ann", "Good morning.", 0.0), ("Bob", "Hello.", 5.0), ("Ann", "Fine.", 6.0)]


@pytest.mark.parametrize("between", ["", "\n", ",\n"])
@pytest.mark.parametrize("key", ["", "segments"])
def test_values_of_json_one_behind_the_other_are_all_read(between: str, key: str) -> None:
    parts: list[Any] = [[{"speaker": who, "text": "Good morning."}] for who in ("Ann", "Bob", "Cleo")]

    text = between.join(json.dumps({key: part} if key else part) for part in parts)

    assert [turn.speaker for turn in parse(text).turns] == ["Ann", "Bob", "Cleo"]
