"""The paragraphs of a Word document, read so that no document can make much of little."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO
from xml.parsers import expat  # nosec B407  # document types are refused, see _refuse

from app.errors import BadContent

DOCUMENT = "word/document.xml"
MOST_ENTRIES = 10_000  # of an archive
LARGEST_INDEX = 2**20  # bytes of an archive's index, which zipfile reads in one piece; a part takes some 80
LARGEST = 32 * 2**20  # bytes of a document when it is unpacked; a day of talk is a few MB
MOST_MARKS = 1_000_000  # elements and attributes of a document
DEEPEST = 1_000  # elements within each other
LONGEST_TAG = 2**20  # bytes
_AT_ONCE = 2**16  # bytes that are unpacked and read
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _WORDS = f"{_W}p", f"{_W}t"
_BLANKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # as Word does; zipfile does not bound what others unpack to
_DAMAGED = "this Word document is damaged; save it again, or send plain text"


def is_docx(raw: bytes) -> bool:
    """Whether *raw* is a ZIP archive with a Word document in it, or one that `paragraphs` can say more about.

    Raises BadContent where its index is too large to look."""
    if not raw.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(_Archive(raw)) as archive:
            return DOCUMENT in archive.namelist()
    except NotImplementedError:
        return True
    except (zipfile.BadZipFile, ValueError, OverflowError):
        return False


def paragraphs(raw: bytes) -> Iterator[str]:
    """The text of each paragraph that has some, in order; what was deleted under review is left out. Raises BadContent."""
    reading = _Reading()
    for piece in _unpacked(raw):
        yield from reading.read(piece)
    yield from reading.read(b"", last=True)


class _Archive(BytesIO):
    """Bytes of which zipfile, which believes what an archive says of its size, gets only so many at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        left = len(self.getbuffer()) - self.tell()
        if (left if size is None or size < 0 else min(size, left)) > LARGEST_INDEX:
            raise BadContent(_parts())
        return super().read(size)


def _unpacked(raw: bytes) -> Iterator[bytes]:
    """The document within the archive; whatever its size is said to be, no more than LARGEST is unpacked."""
    try:
        with zipfile.ZipFile(_Archive(raw)) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                raise BadContent(_parts())
            if archive.getinfo(DOCUMENT).compress_type not in _PACKED:
                raise NotImplementedError("neither stored nor deflated")
            with archive.open(DOCUMENT) as part:
                yield from _pieces(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, OverflowError, RuntimeError, OSError) as exc:
        raise BadContent("this Word document cannot be unpacked; save it again without a password, or send plain text") from exc


def _parts() -> str:
    return f"this Word document holds more than {MOST_ENTRIES} parts"


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    size = 0
    while piece := part.read(_AT_ONCE):
        size += len(piece)
        if size > LARGEST:
            raise BadContent(f"this Word document is larger than {LARGEST // 2**20} MiB when it is unpacked")
        yield piece


class _Reading:
    """Paragraphs out of pieces of XML. No tree is made, so what is not the text of a paragraph takes no memory."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(None, "}", intern=None)  # None: else every name is kept
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._hear
        self._open: list[list[str]] = []  # what the paragraphs say that have begun; those of a text box are within others
        self._said: list[str] = []
        self._spoken = False  # whether what comes next is text
        self._marks = 0
        self._depth = 0
        self._read = 0

    def read(self, piece: bytes, *, last: bool = False) -> list[str]:
        """The paragraphs that end in *piece*. Raises BadContent."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as exc:
            raise BadContent(_DAMAGED) from exc
        self._read += len(piece)
        if self._read - self._parser.CurrentByteIndex > LONGEST_TAG:
            raise BadContent(_DAMAGED)
        said, self._said = self._said, []
        return said

    def _begin(self, name: str, attributes: list[str]) -> None:
        self._marks += 1 + len(attributes) // 2
        self._depth += 1
        if self._marks > MOST_MARKS:
            raise BadContent(f"this Word document holds more than {MOST_MARKS} elements; send plain text")
        if self._depth > DEEPEST:
            raise BadContent(_DAMAGED)
        self._spoken = name == _WORDS
        if name == _PARAGRAPH:
            self._open.append([])
        elif name in _BLANKS and self._open:
            self._open[-1].append(_BLANKS[name])

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._spoken = False
        if name == _PARAGRAPH:
            text = "".join(self._open.pop()).strip()
            if text:
                self._said.append(text)

    def _hear(self, text: str) -> None:
        if self._spoken and self._open:
            self._open[-1].append(text)


def _refuse(*_declaration: object) -> None:
    """Of a document type, which may declare entities: a Word document has none."""
    raise BadContent(_DAMAGED)
