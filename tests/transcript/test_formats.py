"""The same talk in every format that recognisers and editors write."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadContent
from app.transcript import UNKNOWN_SPEAKER, parse
from app.transcript.docx import LARGEST

TALK = [("Ann", "Good morning. Shall we begin?"), ("bob", "Yes."), ("Ann", "The budget first.")]

VTT = """WEBVTT - a meeting
Kind: captions

STYLE
::cue { color: red }

NOTE Bob : is late
1
00:00:00.000 --> 00:00:02.000 align:start
<v Ann>Good <c.loud>morning</c>.

00:02.000 --> 00:03.000
<v Ann>Shall we <00:02.500><i>begin</i>?</v>

00:03.000 --> 00:04.000
<v.first bob>Yes.

00:04.000 --> 00:05.000
<v Ann>The budget&nbsp;first.
"""
SRT = """1
00:00:00,000 --> 00:00:02,000
Ann: Good morning.
{\\an8}Shall we <i>begin</i>?

2
00:00:03,000 --> 00:00:04,000
bob: Yes.

3
00:00:04,500 --> 00:00:05,000
Ann: The budget first.

4
00:00:05,500 --> 00:00:06,000
bob:
"""
WHISPERX = {
    "language": "en",
    "segments": [
        {"start": 0, "end": 1, "text": " Good morning.", "speaker": "Ann"},
        {"start": 1, "end": 2, "text": " Shall we begin?", "speaker": "Ann"},
        {"start": 2, "end": 3, "text": " Yes.", "speaker": "bob", "words": []},
        {"start": 3, "end": 4, "text": "   ", "speaker": "bob"},
        {"start": 4, "end": 5, "text": " The budget first.", "speaker": "Ann"},
    ],
}
LINTO = {
    "speakers": [{"speaker_id": "a", "speaker_name": "Ann"}, {"speaker_id": 7, "speaker_name": "bob"}],
    "text": [
        {"speaker_id": "a", "segment": "Good morning. Shall we begin?", "words": []},
        {"speaker_id": 7, "segment": "Yes."},
        {"speaker_id": "a", "segment": "The budget first."},
    ],
}
PODCAST = {
    "version": "1.0.0",
    "segments": [{"speaker": who, "startTime": 0, "endTime": 1, "body": said} for who, said in TALK],
}
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(*paragraphs: str, body: str = "", **parts: str) -> bytes:
    made = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    document = body or f"<w:document {W}><w:body>{made}</w:body></w:document>"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"[Content_Types].xml": "<Types/>", "word/document.xml": document, **parts}.items():
            archive.writestr(name, text)
    return held.getvalue()


def turns(given: bytes | str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parse(given).turns]


@pytest.mark.parametrize(
    "given",
    [
        VTT,
        VTT.replace("\n", "\r\n").encode(),
        f"\ufeff{VTT}".encode(),
        SRT,
        SRT.replace("\n", "\r\n").encode("utf-16"),
        json.dumps(WHISPERX),
        json.dumps(LINTO).encode(),
        json.dumps(PODCAST, indent=2),
        json.dumps(WHISPERX["segments"]),
        docx("Ann : Good morning. Shall we begin?", "bob : Yes.", "Ann : The budget first.", "bob :"),
    ],
    ids=["vtt", "vtt-crlf", "vtt-bom", "srt", "srt-utf16", "whisperx", "linto", "podcast", "list", "docx"],
)
def test_the_same_talk_is_read_from_every_format(given: bytes | str) -> None:
    assert turns(given) == TALK


@pytest.mark.parametrize(
    "text",
    [
        "Ann : WEBVTT is a format.",
        "[00:01:02] Bob: hello",
        "{vocalsound} Ann : hello",
        "[inaudible]\nAnn : [1, 2]",
        "1\nAnn : the first point",
        "WEBVTTX\nAnn : hello",
    ],
)
def test_what_only_looks_like_a_format_stays_the_text_that_it_is(text: str) -> None:
    assert parse(text).report.format == "text"


def test_whisper_without_speakers_is_one_unknown_voice() -> None:
    segments = [{"text": " Good morning."}, {"text": " Shall we begin?"}]

    assert turns(json.dumps({"text": "…", "segments": segments})) == [(UNKNOWN_SPEAKER, "Good morning. Shall we begin?")]


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8"), max_size=90), st.text(st.characters(codec="utf-8"), max_size=30)),
        min_size=1,
        max_size=6,
    )
)
def test_every_word_is_there_in_order_whatever_speakers_are_called(said: list[tuple[str, str]]) -> None:
    segments = [{"speaker": who, "text": f"word{number} {text}"} for number, (who, text) in enumerate(said)]

    spoken = " ".join(text for _, text in turns(json.dumps(segments)))

    positions = [spoken.find(f"word{number}") for number in range(len(said))]
    assert positions == sorted(positions)
    assert -1 not in positions


@pytest.mark.parametrize(
    "given",
    ["{}", "[]", '{"segments": []}', '{"segments": [{"speaker": "Ann"}]}', '{"a": 1}', "[1, 2]", "[" * 100_000 + "]" * 100_000],
)
def test_json_that_is_no_transcript_is_refused_with_a_remedy(given: str) -> None:
    with pytest.raises(BadContent, match="JSON"):
        parse(given)


def test_a_document_keeps_tabs_and_breaks_apart_and_leaves_out_what_was_deleted() -> None:
    run = "<w:r><w:t>Ann :</w:t><w:tab/><w:t>yes</w:t><w:br/></w:r>"
    deleted = "<w:del><w:r><w:delText>no</w:delText></w:r></w:del>"
    table = f"<w:tbl><w:tr><w:tc><w:p>{run}{deleted}</w:p></w:tc></w:tr></w:tbl>"

    assert turns(docx(body=f"<w:document {W}><w:body>{table}<w:p/></w:body></w:document>")) == [("Ann", "yes")]


def bomb() -> bytes:
    """Some KB that unpack to more than a document may have."""
    return docx(body=f"<w:document {W}>{' ' * (LARGEST + 1)}</w:document>")


PARAGRAPH = f"<w:document {W}><w:p><w:t>&b;</w:t></w:p></w:document>"
ENTITIES = f'<!DOCTYPE x [<!ENTITY a "{"x" * 1000}"><!ENTITY b "{"&a;" * 1000}">]>{PARAGRAPH}'
OUTSIDE = f'<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>{PARAGRAPH}'


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (bomb(), "larger than 32 MiB when it is unpacked"),
        (docx(body=ENTITIES), "is damaged"),
        (docx(body=OUTSIDE), "is damaged"),
        (docx(body="<w:document"), "is damaged"),
        (docx(body=" "), "is damaged"),
        (docx("Ann : hello", **{f"x{number}": "" for number in range(10_001)}), "more than 10000 parts"),
        (docx("Ann : hello")[:-30], "ZIP archive"),
        (docx("Ann : hello").replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"), "unpacked"),
    ],
    ids=["bomb", "entities", "outside", "cut", "empty", "parts", "truncated", "password"],
)
def test_a_document_that_is_none_or_too_much_is_refused(given: bytes, message: str) -> None:
    with pytest.raises(BadContent, match=message):
        parse(given)


def test_a_bomb_is_small_and_stays_so() -> None:
    assert len(bomb()) < 100_000


def test_archives_of_other_things_are_named_as_before() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("content.xml", "<a/>")

    with pytest.raises(BadContent, match="ZIP archive"):
        parse(held.getvalue())


def test_blank_lines_between_number_and_time_are_no_trouble() -> None:
    assert turns("1 \r\n \r\n00:00:00,000 --> 00:00:02,000\r\nAnn: Good morning.") == [("Ann", "Good morning.")]


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 5000 + ";", "0" * 5000, "x" + "9" * 5000])
def test_a_number_that_no_character_has_becomes_none(number: str) -> None:
    said = turns(f"WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ann>We &#{number} agree")

    assert [speaker for speaker, _ in said] == ["Ann"]
    assert said[0][1].startswith("We ")
    assert said[0][1].endswith(" agree")


@pytest.mark.parametrize(
    "file",
    [
        '<transcript><speaker name="Ann"><p>Ice &amp; salt.</p><p>Then?</p></speaker>'
        '<speaker name="Bo"><p>No.</p></speaker></transcript>',
        '<speaker name="Ann"><p>Ice &amp; salt.</p><p>Then?</p></speaker>\n<speaker name="Bo">No.</speaker>\n',
        '<?xml version="1.0"?><meeting><turn speaker="Ann"><text>Ice &amp; salt.</text><text>Then?</text></turn>'
        '<turn speaker="Bo"><text>No.</text></turn></meeting>',
        '<?xml version="1.0"?><talk><row><speaker>Ann</speaker><text>Ice &amp; salt. Then?</text></row>'
        "<row><speaker>Bo</speaker><text>No.</text></row></talk>",
        '<turn speaker="Ann" start="1" end="2">Ice &amp; salt. Then?</turn><turn speaker="Bo">No.</turn>',
    ],
)
def test_xml_of_any_shape_that_names_speakers_is_read(file: str) -> None:
    transcript = parse(file)

    assert transcript.report.format == "xml"
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("Ann", "Ice & salt. Then?"), ("Bo", "No.")]


def test_xml_that_names_no_speaker_for_an_element_gives_it_to_nobody_and_counts_what_it_does_not_know() -> None:
    file = (
        '<?xml version="1.0"?><talk><title>Boats</title><turn speaker="Ann" start="1.5" end="2"><text>Ice.</text></turn>'
        "<turn><text>Hm.</text></turn></talk>"
    )

    transcript = parse(file)

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == [("Ann", "Ice.", 1.5), ("(?)", "Hm.", None)]
    assert transcript.report.left_out == {"<title>": 1}
