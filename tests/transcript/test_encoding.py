from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadContent
from app.transcript import decode
from tests.transcript.samples import data

FRENCH = "Léa : l’été, « déjà » à 20 € – cœur\r\nZoë : oui…"
PERSIAN = "سارا : سلام، حالتان چطور است؟ می‌روم"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"Bob : hello", "Bob : hello"),
        (FRENCH.encode(), FRENCH),
        (PERSIAN.encode(), PERSIAN),
        (codecs.BOM_UTF8 + FRENCH.encode(), FRENCH),
        (FRENCH.encode("utf-16"), FRENCH),
        (codecs.BOM_UTF16_BE + PERSIAN.encode("utf-16-be"), PERSIAN),
        (FRENCH.encode("utf-32"), FRENCH),
        (codecs.BOM_UTF32_BE + FRENCH.encode("utf-32-be"), FRENCH),
        (FRENCH.encode("cp1252"), FRENCH),
        ("été".encode("cp1252"), "été"),
        (b"a\tb\x0bc\x0cd\r\ne\rf\n", "a\tb\x0bc\x0cd\r\ne\rf\n"),
    ],
)
def test_text_is_decoded(raw: bytes, text: str) -> None:
    assert decode(raw) == text


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"PK\x03\x04rest", r"ZIP .*\.docx"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"\.doc"),
        (rb"{\rtf1\ansi Bob : hello}", "rich text"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"RIFF\x24\x08\0\0WAVEfmt ", "audio"),
        (b"ID3\x04\0", "audio"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"Bob : hel\0lo", r"line 1 .*U\+0000"),
        (b"Bob : hello\r\nAnn : \x1b[31mred", r"line 2 .*U\+001B"),
        (b"Bob : \xe9t\xe9\0", "byte 9 is NUL"),
        ("Bob : hello".encode("utf-16-le"), r"U\+0000"),
        (codecs.BOM_UTF16_LE + b"a", "UTF-16"),
        (codecs.BOM_UTF8 + b"\xe9t\xe9", "UTF-8"),
        (b"caf\xe9 \x81", "byte 5 .0x81."),
        ("Anna : grüße aus Köln".encode()[:-4] + b"\xc3", "is damaged"),
        ("Иван : добрый день, коллеги".encode("cp1251"), "neither UTF-8 nor Windows-1252"),
        ("Αλέξης : καλημέρα σε όλους".encode("cp1253"), "neither UTF-8 nor Windows-1252"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason_and_the_remedy(raw: bytes, reason: str) -> None:
    with pytest.raises(BadContent, match=rf"{reason}.*; send plain text, saved as UTF-8"):
        decode(raw)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode()) == text


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_bad_content(raw: bytes) -> None:
    try:
        text = decode(raw)
    except BadContent:
        return

    assert not re.search(r"[\x00-\x08\x0e-\x1f]", text)


def test_the_protocol_of_a_parliament_in_windows_1252_with_mixed_line_ends_is_read() -> None:
    raw = data("formats/encodings/bundestag_18004.raw.txt").read_bytes()

    text = decode(raw)

    assert text.startswith("Plenarprotokoll 18/4\r\n")
    assert "Präsident Dr. Norbert Lammert:" in text
    assert "CDU/CSU und der SPD – Beifall" in text
