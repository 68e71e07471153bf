"""The paragraphs of a Word document, read so that no document can make much of little."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError  # nosec B405  # defusedxml parses; this is what it raises

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from app.errors import BadContent

DOCUMENT = "word/document.xml"
MOST_ENTRIES = 10_000  # of an archive
LARGEST = 32 * 2**20  # bytes of a document when it is unpacked; a day of talk is a few MB
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLANKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def is_docx(raw: bytes) -> bool:
    """Whether *raw* is a ZIP archive with a Word document in it."""
    if not raw.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            return DOCUMENT in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OverflowError):
        return False


def paragraphs(raw: bytes) -> Iterator[str]:
    """The text of each paragraph that has some, in order; what was deleted under review is left out. Raises BadContent."""
    try:
        parsed = iterparse(BytesIO(_unpacked(raw)), events=("start", "end"), forbid_dtd=True)
        _, root = next(parsed)
        for event, element in parsed:
            if event == "end" and element.tag == f"{_W}p":
                text = _text(element).strip()
                element.clear()
                root.clear()  # what was read is not needed again
                if text:
                    yield text
    except (ParseError, DefusedXmlException) as exc:
        raise BadContent("this Word document is damaged; save it again, or send plain text") from exc


def _unpacked(raw: bytes) -> bytes:
    """The document within the archive; whatever its size is said to be, no more than LARGEST is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                raise BadContent(f"this Word document holds more than {MOST_ENTRIES} parts")
            with archive.open(DOCUMENT) as part:
                document = part.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as exc:
        raise BadContent("this Word document cannot be unpacked; save it again without a password, or send plain text") from exc
    if len(document) > LARGEST:
        raise BadContent(f"this Word document is larger than {LARGEST // 2**20} MiB when it is unpacked")
    return document


def _text(paragraph: Any) -> str:
    parts = (each.text or "" if each.tag == f"{_W}t" else _BLANKS.get(each.tag, "") for each in paragraph.iter())
    return "".join(parts)
