"""Word documents as Word, Teams, LibreOffice, Google Docs and their users write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

import pytest

from app.errors import BadContent
from app.transcript import UNKNOWN_SPEAKER, parse
from tests.transcript.writing import timed_turns

SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.{space}"'
    for prefix, space in {
        "w": "openxmlformats.org/wordprocessingml/2006/main",
        "mc": "openxmlformats.org/markup-compatibility/2006",
        "r": "openxmlformats.org/officeDocument/2006/relationships",
    }.items()
)
TYPES = (
    '<Types><Override PartName="/{}" ContentType="application/vnd.openxmlformats.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = '<Relationships><Relationship Id="rId1" Type="http://x/relationships/officeDocument" Target="/{}"/></Relationships>'
SAID = [
    ("Ann Lee", "Shall we begin?"),
    ("Bo Vale", "The quay is closed."),
    ("Ann Lee", "Since when?"),
    ("Bo Vale", "Since May."),
]
BOLD, BREAK, TAB = "<w:b/>", "<w:r><w:br/></w:r>", "<w:r><w:tab/></w:r>"


def word(body: str, part: str = "word/document.xml", others: Mapping[str, str] | None = None, *, told: bool = True) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        if told:
            archive.writestr("[Content_Types].xml", TYPES.format(part))
            archive.writestr("_rels/.rels", RELATIONS.format(part))
        archive.writestr(part, f"<w:document {SPACES}><w:body>{body}</w:body></w:document>")
        for name, text in (others or {}).items():
            archive.writestr(name, text)
    return held.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(each if each.startswith('<') else run(each) for each in runs)}</w:p>"


def each(write: Callable[[str, str, int], str]) -> str:
    return "".join(write(name, text, number) for number, (name, text) in enumerate(SAID))


def field(result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = "<w:r><w:instrText> MERGEFIELD who </w:instrText></w:r>"
    return f"{mark.format('begin')}{code}{mark.format('separate')}{run(result)}{mark.format('end')}"


def rows(*, sdt: bool) -> str:
    made = (f"<w:tr><w:tc>{paragraph(a)}</w:tc><w:tc>{paragraph(b)}</w:tc></w:tr>" for a, b in [("Speaker", "Text"), *SAID])
    return f"<w:tbl>{''.join(f'<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt>' if sdt else row for row in made)}</w:tbl>"


TURNS = each(lambda name, text, _: paragraph(f"{name}: {text}"))
VARIANTS = {
    "a name in two runs": each(lambda name, text, _: paragraph(name[:2], name[2:], ": ", text[:4], text[4:])),
    "a bold name, a time, a break": each(lambda name, text, n: paragraph(run(name, BOLD), run(f"   0:0{n}"), BREAK, text)),
    "a bold name, a break": each(lambda name, text, _: paragraph(run(name, BOLD), BREAK, text)),
    "a tab": each(lambda name, text, _: paragraph(name, TAB, text)),
    "a time, a name and a text between tabs": each(
        lambda name, text, n: paragraph(f"00:00:0{n}", TAB, name, TAB, text),
    ),
    "one paragraph": paragraph(*(piece for name, text in SAID for piece in (f"{name}: {text}", BREAK))),
    "tracked names": each(
        lambda name, text, _: paragraph(
            "<w:del><w:r><w:delText>Speaker 1</w:delText></w:r></w:del>", f"<w:ins>{run(name)}</w:ins>", f": {text}"
        )
    ),
    "alternatives": f"<mc:AlternateContent><mc:Choice>{TURNS}</mc:Choice><mc:Fallback>{TURNS}</mc:Fallback>"
    "</mc:AlternateContent>",
    "controls": each(lambda name, text, _: f"<w:sdt><w:sdtContent>{paragraph(f'{name}: {text}')}</w:sdtContent></w:sdt>"),
    "a table": rows(sdt=False),
    "rows of a table in controls": rows(sdt=True),
    "smart tags": each(lambda name, text, _: paragraph(f"<w:smartTag>{run(name)}</w:smartTag>", f": {text}")),
    "links": each(lambda name, text, _: paragraph(f"<w:hyperlink>{run(name)}</w:hyperlink>", f": {text}")),
    "fields": each(lambda name, text, _: paragraph(field(name), f": {text}")),
    "soft hyphens": each(lambda name, text, _: paragraph(f"{name}: {text[:3]}", "<w:r><w:softHyphen/></w:r>", text[3:])),
}


@pytest.mark.parametrize("kind", VARIANTS)
def test_who_speaks_is_read_however_the_document_is_written(kind: str) -> None:
    assert [(turn.speaker, turn.text) for turn in parse(word(VARIANTS[kind])).turns] == SAID


def test_times_behind_bold_names_are_times() -> None:
    turns = parse(word(VARIANTS["a bold name, a time, a break"])).turns

    assert [turn.start for turn in turns] == [0, 1, 2, 3]


def test_what_stands_above_is_nobodys() -> None:
    head = paragraph(run("Weekly talk", BOLD)) + paragraph("March 3, 2026, 10:00AM") + paragraph("5m 3s")

    turns = parse(word(head + VARIANTS["a bold name, a time, a break"])).turns

    assert turns[0].speaker == UNKNOWN_SPEAKER
    assert [(turn.speaker, turn.text) for turn in turns[1:]] == SAID


@pytest.mark.parametrize("part", ["word/document2.xml", "content/main.xml", "word\\document.xml", "Word/Document.xml"])
def test_the_document_is_found_by_its_relation_and_however_its_part_is_written(part: str) -> None:
    assert [(turn.speaker, turn.text) for turn in parse(word(TURNS, part)).turns] == SAID


def test_hidden_text_is_left_out_and_counted() -> None:
    hidden = each(lambda name, text, _: paragraph(f"{name}: {text}", run(" not shown", "<w:vanish/>")))
    shown = each(lambda name, text, _: paragraph(f"{name}: ", run(text, '<w:vanish w:val="0"/>')))

    transcript = parse(word(hidden))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == SAID
    assert transcript.report.left_out == {"pieces of hidden text": 4}
    assert [(turn.speaker, turn.text) for turn in parse(word(shown)).turns] == SAID


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (word(TURNS)[:400], "this Word document, a ZIP archive, cannot be unpacked"),
        (word(TURNS)[:-30], "this Word document, a ZIP archive, cannot be unpacked"),
        (word("", "xl/workbook.xml", told=False), "an Excel workbook .* save it as .csv"),
        (word("", "ppt/presentation.xml", told=False), "a PowerPoint presentation"),
        (word("", "Index/Document.iwa", told=False), "a document of Pages .export it as .docx"),
        (word("", "notes.txt", told=False), "a ZIP archive"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(99), "an Office document with a password"),
        (OLE + "WordDocument".encode("utf-16-le") + bytes(99), "an old Office document"),
        (word("", others={"a": ""}), "no speech in it"),
    ],
)
def test_what_is_no_word_document_with_speech_is_refused_as_what_it_is(raw: bytes, message: str) -> None:
    with pytest.raises(BadContent, match=message):
        parse(raw)


CAPTIONS = {
    "WebVTT": "WEBVTT\n\n{id}\n00:00:01.000 --> 00:00:02.000\n<v Ann>Good morning.</v>\n\n{id}\n00:00:04.000 --> 00:00:05.000\n"
    "<v Bob>Hello.</v>",
    "SubRip": "{id}\n00:00:01,000 --> 00:00:02,000\n<i>Ann:</i> Good morning.\n\n{id}\n00:00:04,000 --> 00:00:05,000\n"
    "Bob: Hello.",
}


@pytest.mark.parametrize("identifier", ["", "7", "a3f1c2d4-1111-4222-8333-abcdefabcdef/12-0"])
@pytest.mark.parametrize("kind", CAPTIONS)
def test_captions_that_were_opened_in_word_are_captions(kind: str, identifier: str) -> None:
    text = CAPTIONS[kind].format(id=identifier)
    body = "".join(paragraph(run(escape(line))) for line in text.split("\n"))

    transcript = parse(word(body))

    assert timed_turns(transcript.turns) == [("Ann", "Good morning.", 1.0), ("Bob", "Hello.", 4.0)]
    assert transcript.report.format == "docx"


def test_captions_in_word_that_are_none_to_the_end_are_text() -> None:
    body = paragraph(run("00:00:01,000 --&gt; 00:00:02,000")) + paragraph(run("Ann: Hello.")) + paragraph(run("a --&gt; b"))

    assert "Hello." in parse(word(body)).turns[0].text
