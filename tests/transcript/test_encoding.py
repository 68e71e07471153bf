from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadContent
from app.transcript import Decoded, decode, decoded
from tests.transcript import code_pages
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
        ("%PDF-1.7\n", "PDF"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"\.doc"),
        (rb"{\rtf1\ansi Bob : hello}", "rich text"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"RIFF\x24\x08\0\0WAVEfmt ", "audio"),
        (b"ID3\x04\0", "audio"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"Bob : hel\0lo", r"line 1 .*U\+0000"),
        ("Bob : hi\nAnn : hel\0lo", r"line 2 .*U\+0000"),
        (b"Bob : \xe9t\xe9\0", r"line 1 .*U\+0000"),
        (b"Bob : hello\r\nAnn : " + b"\x01\x02" * 20, r"line 2 .*U\+0001"),
        (codecs.BOM_UTF16_LE + b"a", "UTF-16"),
        (b"caf\xe9 \xfe\xff\x81\x8d\x90", "byte 3 is not UTF-8, and the code page is not clear"),
        ("été, déjà, là. ".encode() * 20 + b"\xff\xfe" * 30, "byte .* and 59 others are damaged"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason_and_the_remedy(raw: bytes | str, reason: str) -> None:
    with pytest.raises(BadContent, match=rf"{reason}.*; send plain text, saved as UTF-8"):
        decode(raw)


# -- what is repaired ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "text", "repaired"),
    [
        ("Die G\x1e20 tagt.\n\x1a", "Die G-20 tagt.\n", {"control characters": 2}),
        ("soft\x1fly", "softly", {"control characters": 1}),
        ("\x1b[31mred\x1b[0m and\x07 more", "red and  more", {"control characters": 3}),
        ("it\x92s \x80 5", "it’s € 5", {"control characters": 2}),
        ("new\x85line\x0band\x0cpage", "new\x85line\x0band\x0cpage", {}),
        ("half \ud83d and whole \ud83d\ude00", "half \ufffd and whole 😀", {"halves of surrogate pairs": 1}),
        (b"It is tr\xc3\xa8s b\xff\xc3\xa8n.", "It is très b\ufffdèn.", {"damaged bytes": 1}),
        ("grüße aus Köln".encode()[:-2] + b"\xc3", "grüße aus Kö\ufffd", {"damaged bytes": 1}),
        ("grüße \ufffd".encode(), "grüße \ufffd", {}),
    ],
)
def test_a_little_damage_is_repaired_and_counted(given: bytes | str, text: str, repaired: dict[str, int]) -> None:
    found = decoded(given)

    assert (found.text, found.repaired) == (text, repaired)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\x1e\x1a\x07\x1f\x85\n"), max_size=60))
def test_a_file_and_a_field_are_treated_alike(text: str) -> None:
    if not text.lstrip("\ufeff") or text.startswith("\ufeff"):
        return

    try:
        told = decode(text)
    except BadContent:
        with pytest.raises(BadContent):
            decode(text.encode())
        return

    assert decode(text.encode()) == told


# -- encodings without a mark ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("cp857", "Ann: Günaydın arkadaşlar, çok güzel bir gün.\nBob: Teşekkürler, başlayalım mı?\n"),
        ("cp737", "Άννα: Καλημέρα σε όλους, ας ξεκινήσουμε.\nΝίκος: Γεια σας, ναι, είμαι έτοιμος.\n"),
        ("cp862", "דנה: בוקר טוב לכולם, בואו נתחיל.\nיוסי: שלום, כן, אני מוכן.\n"),
    ],
)
def test_pages_of_dos_are_read(page: str, text: str) -> None:
    assert decoded(text.encode(page)) == Decoded(text, page)


def test_an_open_document_is_refused_by_its_name() -> None:
    head = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text"

    with pytest.raises(BadContent, match=r"OpenDocument.*\.docx"):
        decoded(head)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["Bob : hello there.\nAnn : yes.\n", FRENCH, PERSIAN, "Иван : добрый день, коллеги"])
def test_wide_encodings_are_read_without_their_mark(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("said", ["Bob : hello.", "Иван : да", "张三：早上好，我们开始吧。"])
def test_zeros_in_times_are_no_spaces_of_the_other_order_of_bytes(said: str, encoding: str) -> None:
    text = f"WEBVTT\n\n00:00:00.000 --> 00:00:10.000\n{said}\n"

    assert decoded(text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Kolik to bude stát?", "cp852"),
        ("Holnap nem érek rá, orvoshoz megyek.", "cp852"),
        ("Jörg: Fangen wir mit dem Bericht an.", "cp850"),
        ("Jörg: Fangen wir mit dem Bericht an.", "cp437"),
        ("Ich verstehe nicht, woher die Summe stammt – wirklich.", "mac_roman"),
        ("Combien cela va-t-il coûter ?", "cp850"),
        ("Merci, c'est terminé pour moi.", "cp850"),
        ("Fermez la porte, s'il vous plaît.", "cp850"),
        ("Начнём с отчёта за прошлый год.", "mac_cyrillic"),
        ("Сколько это будет стоить?", "mac_cyrillic"),
        ("Ольга: мне надо уйти в три часа.", "mac_cyrillic"),
    ],
)
def test_letters_that_look_like_signs_of_another_page_are_not_taken_for_them(text: str, page: str) -> None:
    found = read_or_refused(text.encode(page))

    assert found == text or "the code page is not clear" in found


@pytest.mark.parametrize("page", code_pages.PAGES)
def test_short_texts_of_a_code_page_are_never_read_as_something_else(page: str) -> None:
    told = {text: read_or_refused(text.encode(page)) for text in code_pages.texts(page)}

    refusals = [found for text, found in told.items() if found != text]
    assert all("the code page is not clear: it is probably" in found and page in found for found in refusals)
    assert len(refusals) <= len(told) // 30


@pytest.mark.parametrize("page", code_pages.OUT_OF_USE)
def test_short_texts_of_a_page_that_is_out_of_use_are_read_or_refused(page: str) -> None:
    texts = [text for text in code_pages.texts(page) if text.encode(page, "replace").decode(page) == text]

    found = {text: read_or_refused(text.encode(page)) for text in texts}

    assert all(read == text or "the code page is not clear" in read for text, read in found.items())
    assert sum(read == text for text, read in found.items()) >= 0.6 * len(texts) > 0


def read_or_refused(raw: bytes) -> str:
    try:
        return decode(raw)
    except BadContent as exc:
        return str(exc)


@pytest.mark.parametrize("page", [page for page in code_pages.PAGES if len(code_pages.texts(page)) > 5])
def test_a_long_text_of_a_code_page_is_read(page: str) -> None:
    text = "\n".join(code_pages.texts(page)[:6] * 300)

    assert decode(text.encode(page)) == text


def test_a_text_of_windows_1252_that_was_taken_for_latin_1_is_repaired_however_many_signs_it_has() -> None:
    lines = "Ida: l\u2019eau, c\u2019est d\u2019abord \u0153uvre\n" * 40
    raw = lines.encode("cp1252").decode("latin-1").encode()

    read = decoded(raw)

    assert read.text == lines
    assert read.repaired == {"control characters": 160}


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
