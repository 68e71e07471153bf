"""Word documents that are built to cost much, or to fail where nobody looks."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from app.errors import BadContent
from app.transcript import docx, parse
from app.transcript.docx import DOCUMENT, LARGEST

MB = 2**20
BEGUN = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
ENDED = "</w:body></w:document>"


def document(body: str) -> str:
    return f"{BEGUN}{body}{ENDED}"


def packed(text: str, how: int = zipfile.ZIP_DEFLATED, others: int = 0) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as archive:
        archive.writestr(DOCUMENT, text)
        for number in range(others):
            archive.writestr(f"{number}", "")
    return held.getvalue()


def damaged(raw: bytes) -> bytes:
    """Bytes of what is packed, turned around: the 40th is behind all headers."""
    middle = raw.index(DOCUMENT.encode()) + 40
    return raw[:middle] + bytes(255 - byte for byte in raw[middle : middle + 20]) + raw[middle + 20 :]


def needs_9_9(raw: bytes) -> bytes:
    entry = raw.index(b"PK\x01\x02")
    return raw[: entry + 6] + bytes([99]) + raw[entry + 7 :]


def far_away(raw: bytes) -> bytes:
    """Where the index says that the part begins at the end of 32 bits."""
    entry = raw.index(b"PK\x01\x02")
    return raw[: entry + 42] + b"\xfe\xff\xff\xff" + raw[entry + 46 :]


HELLO = packed(document("<w:p><w:t>Ann : hello</w:t></w:p>"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda: packed(document(" " * LARGEST), zipfile.ZIP_LZMA), "cannot be unpacked"),
        (lambda: packed(document(" " * LARGEST), zipfile.ZIP_BZIP2), "cannot be unpacked"),
        (lambda: damaged(packed(document("hello " * 99), zipfile.ZIP_LZMA)), "cannot be unpacked"),
        (lambda: damaged(packed(document("hello " * 99))), "cannot be unpacked"),
        (lambda: needs_9_9(HELLO), "cannot be unpacked"),
        (lambda: far_away(HELLO), "cannot be unpacked|ZIP archive"),
        (lambda: packed(document("hello"), others=60_000), "more than 10000 parts"),
        (lambda: packed(document('<a b=""/>' * (LARGEST // 10))), "more than 1000000 elements"),
        (lambda: packed(document("<w:p/>" * (LARGEST // 7))), "more than 1000000 elements"),
        (lambda: packed(document("<a " + "".join(f'a{number}="" ' for number in range(200_000)) + "/>")), "is damaged"),
        (lambda: packed(document("<w:p>" * 900_000)), "is damaged"),
        (lambda: packed(document(f"<!--{' ' * (LARGEST // 2)}-->")), "is damaged"),
    ],
    ids=["lzma", "bzip2", "bad-lzma", "bad", "needs", "far", "parts", "elements", "paragraphs", "tag", "deep", "comment"],
)
def test_a_document_that_asks_for_much_is_refused_before_it_has_it(given: Callable[[], bytes], message: str) -> None:
    raw = given()  # made here: every run of tests would make all of them while it collects
    tracemalloc.start()

    with pytest.raises(BadContent, match=message):
        parse(raw)

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 24 * MB


@pytest.mark.parametrize("outside", ['<a b=""/>', "<a>text</a>", "<w:sectPr/>", "<w:p/>", "\n"])
def test_what_is_no_paragraph_takes_no_memory(outside: str) -> None:
    given = packed(document("<w:p><w:t>Ann : hello</w:t></w:p>" + outside * 300_000))
    tracemalloc.start()

    text = docx.read(given).text

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert text == "Ann : hello"
    assert most < 4 * MB


def test_a_document_of_many_paragraphs_is_read_in_a_time_that_grows_with_it() -> None:
    given = packed(document("<w:p><w:r><w:t>Ann : hello</w:t></w:r></w:p>" * 200_000))
    began = time.thread_time()

    text = docx.read(given).text

    assert text is not None
    assert text.count("\n") == 199_999
    assert time.thread_time() - began < 10


def test_a_text_box_stands_before_the_paragraph_that_it_is_in() -> None:
    box = "<w:r><w:pict><w:p><w:t>aside</w:t></w:p></w:pict></w:r>"

    text = docx.read(packed(document(f"<w:p><w:t>Ann : hel</w:t>{box}<w:t>lo</w:t></w:p>"))).text

    assert text == "aside\nAnn : hello"


def test_a_document_in_another_encoding_under_another_prefix_is_read() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?>' + document("<w:p><w:t>Ann : é &amp; ü</w:t></w:p>").replace(
        "w:", "x:"
    ).replace(":w=", ":x=")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(DOCUMENT, text.encode("utf-16"))

    assert docx.read(held.getvalue()).text == "Ann : é & ü"


@pytest.mark.parametrize(
    ("body", "turns"),
    [
        (
            '<w:p><w:t>Ann : one</w:t></w:p><w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-'
            'compatibility/2006"><mc:Choice><w:p><w:t>Bob : two</w:t></w:p></mc:Choice><mc:Fallback><w:p><w:t>Bob : two</w:t>'
            "</w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>",
            [("Ann", "one"), ("Bob", "two")],
        ),
        (
            "<w:p><w:moveFrom><w:r><w:t>Bob : moved</w:t></w:r></w:moveFrom></w:p><w:p><w:t>Ann : one</w:t></w:p>"
            "<w:p><w:moveTo><w:r><w:t>Bob : moved</w:t></w:r></w:moveTo></w:p>",
            [("Ann", "one"), ("Bob", "moved")],
        ),
        (
            "<w:p><w:r><w:t>Ann : G</w:t><w:noBreakHyphen/><w:t>20</w:t></w:r></w:p>",
            [("Ann", "G-20")],
        ),
        (
            "<w:tbl>"
            + "".join(
                f"<w:tr><w:tc><w:p><w:t>{who}</w:t></w:p></w:tc><w:tc><w:p><w:t>{said}</w:t></w:p></w:tc></w:tr>"
                for who, said in (("Speaker", "Text"), ("12, the clerk", "One: two."), ("Bob", "Three."))
            )
            + "</w:tbl>",
            [("12, the clerk", "One: two."), ("Bob", "Three.")],
        ),
        (
            "<w:tbl>"
            + "".join(
                f"<w:tr><w:tc><w:p><w:t>{who}</w:t></w:p></w:tc><w:tc><w:p><w:t>{said}</w:t></w:p></w:tc></w:tr>"
                for who, said in (("Ann", "One."), ("Bob", "Two."), ("Ann", "Three."))
            )
            + "</w:tbl>",
            [("Ann", "One."), ("Bob", "Two."), ("Ann", "Three.")],
        ),
        (
            "".join(
                f"<w:p><w:r><w:t>{who}</w:t><w:br/><w:t>{said}</w:t></w:r></w:p>"
                for who, said in (("Ann Lee", "One."), ("Bob", "Two."), ("Ann Lee", "Three."))
            ),
            [("Ann Lee", "One."), ("Bob", "Two."), ("Ann Lee", "Three.")],
        ),
    ],
    ids=["text-box", "moved", "hyphen", "table-with-header", "table", "names above lines of a paragraph"],
)
def test_what_a_document_says_once_is_read_once_and_with_its_speaker(body: str, turns: list[tuple[str, str]]) -> None:
    transcript = parse(packed(document(body)))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == turns


STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def test_a_document_in_the_strict_form_of_the_standard_is_read() -> None:
    body = "<w:body><w:p><w:r><w:t>Ann : Hi.</w:t></w:r></w:p><w:p><w:r><w:t>Bob : Yes.</w:t></w:r></w:p></w:body>"

    turns = parse(packed(f'<w:document xmlns:w="{STRICT}">{body}</w:document>')).turns

    assert [(turn.speaker, turn.text) for turn in turns] == [("Ann", "Hi."), ("Bob", "Yes.")]


def test_formulas_are_said_and_symbols_part_words() -> None:
    formula = f'<m:oMath xmlns:m="{MATH}"><m:r><m:t>E=mc2</m:t></m:r></m:oMath>'
    body = f'<w:p><w:r><w:t xml:space="preserve">Ann : so </w:t></w:r>{formula}<w:r><w:sym/><w:t>holds.</w:t></w:r></w:p>'

    (turn,) = parse(packed(document(body))).turns

    assert turn.text == "so E=mc2 holds."


def test_what_of_a_document_is_not_read_is_counted() -> None:
    body = (
        "<w:p><w:r><w:t>Ann : Hi.</w:t></w:r><w:r><w:commentReference/></w:r><w:r><w:footnoteReference/></w:r>"
        "<w:del><w:r><w:delText>Ho.</w:delText></w:r></w:del></w:p>"
    )

    assert parse(packed(document(body))).report.left_out == {"comments": 1, "footnotes": 1, "deletions": 1}


def test_a_word_document_with_a_password_is_refused_though_its_part_has_another_name() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in (("[Content_Types].xml", "wordprocessingml"), ("_rels/.rels", "<r/>"), ("word/other.xml", "")):
            archive.writestr(name, text)
    raw = bytearray(held.getvalue())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the bit of a password, before each part and in the index
        at = -1
        while (at := raw.find(sign, at + 1)) >= 0:
            raw[at + place] |= 1

    with pytest.raises(BadContent, match="save it again without a password"):
        parse(bytes(raw))
