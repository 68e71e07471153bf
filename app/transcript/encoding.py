"""Which bytes are text, and in which encoding."""

from __future__ import annotations

import codecs
import re

from app.errors import BadContent

REMEDY = "send plain text, saved as UTF-8"

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (rb"PK(\x03\x04|\x05\x06|\x07\x08)", "a ZIP archive (.docx, .odt, .xlsx and .zip are)"),
    (rb"%PDF-", "a PDF document"),
    (rb"\x89PNG\r\n\x1a\n", "a PNG image"),
    (rb"\xff\xd8\xff", "a JPEG image"),
    (rb"GIF8[79]a", "a GIF image"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls)"),
    (rb"\{\\rtf", "a rich text document (.rtf)"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (rb"(ID3|OggS|fLaC|RIFF....|\xff[\xf2\xf3\xfb])", "an audio recording"),
    (rb"(....ftyp|\x1aE\xdf\xa3)", "a video or audio recording"),
    (rb"SQLite format 3\0", "a SQLite database"),
)
_MAGIC_OF = tuple((re.compile(pattern, re.DOTALL), what) for pattern, what in _MAGIC)

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")


def decode(raw: bytes) -> str:
    """The text that *raw* holds: UTF-8, UTF-16 or UTF-32 with their mark, or Windows-1252.

    The mark is dropped; line ends stay as they are. Raises BadContent, with the reason and the remedy, rather than
    guess: for other kinds of files, for control characters, and for bytes that are damaged or in another encoding."""
    for pattern, what in _MAGIC_OF:
        if pattern.match(raw):
            raise BadContent(f"this is {what}, not text; {REMEDY}")
    text = _decoded(raw)
    _refuse_control_characters(text)
    return text


def _decoded(raw: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as exc:
        if encoding != "utf-8":
            name = encoding.removesuffix("-sig").upper()
            raise BadContent(f"the file says that it is {name}, but byte {exc.start} is not; {REMEDY}") from exc
        return _windows_1252(raw, exc)


def _windows_1252(raw: bytes, not_utf8: UnicodeDecodeError) -> str:
    """*raw*, which is not UTF-8, as Windows-1252, unless it is more likely something else."""
    if b"\0" in raw:
        raise BadContent(f"byte {raw.index(0)} is NUL, so this is no text; {REMEDY}") from not_utf8
    if _is_damaged_utf8(raw):
        raise BadContent(f"byte {not_utf8.start} is damaged in a text that is UTF-8 elsewhere; {REMEDY}") from not_utf8
    if _is_another_alphabet(raw):
        raise BadContent(f"the text is neither UTF-8 nor Windows-1252; {REMEDY}") from not_utf8
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as exc:
        raise BadContent(f"byte {exc.start} ({raw[exc.start]:#04x}) is neither UTF-8 nor Windows-1252; {REMEDY}") from exc


def _is_damaged_utf8(raw: bytes) -> bool:
    """Whether most of the characters beyond ASCII are right in UTF-8: in Windows-1252 next to none is."""
    right = sum(1 for _ in _UTF8_CHARACTER.finditer(raw))
    return right >= raw.decode("utf-8", "replace").count("\ufffd")


def _is_another_alphabet(raw: bytes) -> bool:
    """Whether most of the visible bytes are beyond ASCII: so it is in Cyrillic or Greek code pages, never in Latin ones.

    A few bytes are no sample: `été` is as it should be."""
    visible = len(raw) - sum(raw.count(blank) for blank in (b" ", b"\t", b"\r", b"\n"))
    high = len(_HIGH.findall(raw))
    return high > 16 and 2 * high > visible


def _refuse_control_characters(text: str) -> None:
    found = _CONTROL.search(text)
    if found is not None:
        line = len(re.findall(r"\r\n|\r|\n", text[: found.start()])) + 1
        raise BadContent(f"line {line} holds the control character U+{ord(found.group()):04X}; {REMEDY}")
