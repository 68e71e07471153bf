"""Files that people save: UTF-8 with or without a mark is read, all else is said as what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text_files import NotText, decoded, unfit_for_a_header


@given(st.text().filter(lambda text: "\0" not in text and not text.startswith("\ufeff")), st.booleans())
def test_utf_8_is_read_with_and_without_a_mark(text: str, marked: bool) -> None:
    assert decoded((b"\xef\xbb\xbf" if marked else b"") + text.encode()) == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ['{"name": "cra"}', "Résumé de la réunion : {{ turns }}", "ab"])
def test_utf_16_is_said_as_such(encoding: str, text: str) -> None:
    with pytest.raises(NotText, match=r"^is UTF-16: save it as UTF-8$"):
        decoded(text.encode(encoding))


@pytest.mark.parametrize(
    ("raw", "reason", "line"),
    [
        (b"a\nR\xe9sum\xe9", "is not UTF-8: the byte 0xe9 does not belong there; save it as UTF-8", 2),
        (b"\xef\xbb\xbfa\n\n\xff", "is not UTF-8: the byte 0xff does not belong there; save it as UTF-8", 3),
        (b"a\n" + b"\0" * 100, "holds zero bytes: it is no text, or was not written whole", 2),
    ],
)
def test_what_is_no_text_is_said_with_its_line(raw: bytes, reason: str, line: int) -> None:
    with pytest.raises(NotText) as refusal:
        decoded(raw)

    assert (str(refusal.value), refusal.value.line) == (reason, line)


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_printable_ascii_is_fit_for_a_header(value: str) -> None:
    assert unfit_for_a_header(value) == ""


@given(st.text(min_size=1, max_size=5).filter(lambda text: not text.isascii() or not text.isprintable()))
def test_nothing_else_is(value: str) -> None:
    assert unfit_for_a_header(value)
