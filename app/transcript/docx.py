"""Word documents: their paragraphs and tables, read so that a small document cannot take much memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import IO
from xml.parsers import expat  # nosec B407  # document types are refused, see _refuse

from app.errors import BadContent
from app.transcript import stamps
from app.transcript.formats.base import Reading, spoken, without_speech
from app.transcript.formats.grids import Grid
from app.transcript.formats.leads import Lead, said_by
from app.transcript.formats.units import in_seconds
from app.transcript.turn import Utterance

DOCUMENT = "word/document.xml"
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"  # of the parts, and which of them is the document
_LONGEST_PART_LIST = 2**16  # bytes of these
_TARGET = re.compile(rb"""<[\w:]*Relationship\b(?=[^<>]*/officeDocument["'])[^<>]*\bTarget=["']/?([^"'<>]{1,200})["']""")
MOST_ENTRIES = 10_000  # of an archive
LARGEST_INDEX = 2**20  # bytes of an archive's index, which zipfile reads in one piece; a part takes some 80
LARGEST = 32 * 2**20  # bytes of a document when it is unpacked; a day of talk is a few MB
MOST_MARKS = 1_000_000  # elements and attributes of a document
DEEPEST = 1_000  # elements within each other
LONGEST_TAG = 2**20  # bytes
_AT_ONCE = 2**16  # bytes that are unpacked and read
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main}"  # of documents in the strict form of the standard
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says what its `Choice` says again
_MATHS = ("http://schemas.openxmlformats.org/officeDocument/2006/math}t", "http://purl.oclc.org/ooxml/officeDocument/math}t")
_PARAGRAPH, _WORDS = f"{_W}p", frozenset([f"{_W}t", *_MATHS])
_TABLE, _ROW, _CELL = f"{_W}tbl", f"{_W}tr", f"{_W}tc"
_GOES_ON, _ACROSS = f"{_W}vMerge", f"{_W}gridSpan"  # of a cell: that it goes on from the one above, how many columns it spans
_BLANKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}sym": " "}
_UNREAD = {_FALLBACK, f"{_W}moveFrom", f"{_W}rt"}  # what is read elsewhere: text before it was moved, how a word is pronounced
_NOT_READ = {  # what stands in other parts of the document, or was deleted
    f"{_W}commentReference": "comments",
    f"{_W}footnoteReference": "footnotes",
    f"{_W}endnoteReference": "endnotes",
    f"{_W}del": "deletions",
}
_RUN, _BOLD, _HIDDEN = f"{_W}r", f"{_W}b", f"{_W}vanish"
_HIDDEN_TEXT = "pieces of hidden text"
_NOT_SO = ("0", "false", "off", "none")  # values of a property that is switched off
_SIGNS_OF_LABELS = "([{<,;:：.-–—|*#"  # behind a name in bold type: then the text tells more
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # as Word does; zipfile does not bound what others unpack to
_ENCRYPTED = 1  # of the bits that say how a part is packed
_CUT = "this Word document, a ZIP archive, cannot be unpacked; save it again without a password, or send plain text"
_DAMAGED = "this Word document is damaged; save it again, or send plain text"


def is_docx(raw: bytes) -> bool:
    """Whether *raw* is a ZIP archive with a Word document in it, or one that `paragraphs` can say more about.

    Raises BadContent where its index is too large to look."""
    if not raw.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(_Archive(raw)) as archive:
            return _document(archive) is not None
    except NotImplementedError:
        return True
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError):
        return DOCUMENT.encode() in raw  # which was cut, or damaged on its way


def _document(archive: zipfile.ZipFile) -> str | None:
    """The name of the part that holds the document: some programs call it otherwise, or write the names of parts otherwise."""
    parts = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}
    if DOCUMENT in parts or _RELATIONS not in parts or b"wordprocessingml" not in _first(archive, parts.get(_TYPES.casefold())):
        return parts.get(DOCUMENT)
    found = _TARGET.search(_first(archive, parts[_RELATIONS]))
    return parts.get(found[1].decode(errors="replace").casefold()) if found else None


def _first(archive: zipfile.ZipFile, name: str | None) -> bytes:
    """What a part that tells of others begins with."""
    if name is None or archive.getinfo(name).compress_type not in _PACKED:
        return b""
    if archive.getinfo(name).flag_bits & _ENCRYPTED:
        raise BadContent(_CUT)
    with archive.open(name) as part:
        return part.read(_LONGEST_PART_LIST)


def read(raw: bytes) -> Reading:
    """The paragraphs that hold something, in order, and the rows of tables. Text that was deleted under review is left out, and
    text that was moved is read where it is now. Raises BadContent."""
    document = _Document()
    reading = _Reading(document)
    for piece in _unpacked(raw):
        reading.read(piece)
    reading.read(b"", last=True)
    if not document.lines:
        raise without_speech("a Word document")
    if document.named:
        return Reading("docx", spoken(in_seconds(document.said)), left_out=reading.left_out)
    if (said := document.said_by_leads()) is not None:
        return Reading("docx", spoken(said), left_out=reading.left_out)
    apart = any("\n" in line for line in document.lines)  # lines within paragraphs: then paragraphs are blocks
    return Reading("docx", text=("\n\n" if apart else "\n").join(document.lines), left_out=reading.left_out)


class _Document:
    """What is read of a document: its lines, and its utterances where the header of a table says which column holds what."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.said: list[Utterance] = []
        self.named = False
        self._leads: dict[int, Lead] = {}  # what lines begin with in bold type
        self._tables: list[Grid] = []  # those that are open

    def open(self, name: str, value: str) -> None:
        """Begins what is called *name*, or notes what it says of the cell that is open by its *value*."""
        if name == _TABLE:
            self._tables.append(Grid())
        elif not self._tables:
            return
        elif name == _ROW:
            self._tables[-1].open_row()
        elif name == _CELL and self._tables[-1].has_row:
            self._tables[-1].open_cell()
        elif name == _GOES_ON and self._tables[-1].has_cell and value != "restart":
            self._tables[-1].go_on_from_above()
        elif name == _ACROSS and self._tables[-1].has_cell and value.isdigit():
            self._tables[-1].widen(int(value[:4]))

    def said_by_leads(self) -> list[Utterance] | None:
        """The lines, if names in bold type say who speaks and no other signs of labels stand behind them."""
        below = {number: next(iter(self.lines[number + 1 : number + 2]), "") for number in self._leads}
        rests = [(lead.rest.strip() or below[number]).partition("\n")[0] for number, lead in self._leads.items()]
        if any(rest[:1] in _SIGNS_OF_LABELS or stamps.front(rest) is not None for rest in rests if rest):
            return None
        return said_by(self._leads, self.said)

    def add_led(self, lead: str, rest: str) -> None:
        """A paragraph that begins with *lead* in bold type and ends with *rest*."""
        if not self._tables or not self._tables[-1].has_cell:
            self._leads[len(self.lines)] = Lead(_BOLD, " ".join(lead.split()), rest)
        self.add(f"{lead}{rest}" if rest else lead.rstrip())

    def add(self, paragraph: str) -> None:
        """A paragraph that has ended, of a cell if one is open."""
        if self._tables and self._tables[-1].has_cell:
            self._tables[-1].write(paragraph)
            return
        self.lines.append(paragraph)
        self.said.append(Utterance("", paragraph))

    def close(self, name: str) -> None:
        if name != _TABLE or not self._tables:
            return
        lines, utterances, names = self._tables.pop().read()
        if self._tables and (not names or self._tables[-1].names_speakers):  # a table within a cell of another
            for line in lines:
                self.add(line)
            return
        self._end_tables_around()
        self.lines += lines
        said = [Utterance("", line) for line in lines] if utterances is None else utterances
        self.said += [each for each in said if each.text.strip()]
        self.named = self.named or any(each.speaker for each in said)

    def _end_tables_around(self) -> None:
        """Reads what the tables around one that names speakers hold so far; they only say where things stand."""
        around, self._tables = self._tables, [Grid() for _ in self._tables]
        for line in (line for grid in around for line in grid.read().lines):
            self.lines.append(line)
            self.said.append(Utterance("", line))


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
            document = _document(archive) or DOCUMENT
            if archive.getinfo(document).compress_type not in _PACKED:
                raise NotImplementedError("neither stored nor deflated")
            with archive.open(document) as part:
                yield from _pieces(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, OverflowError, RuntimeError, OSError) as exc:
        raise BadContent(_CUT) from exc


def _parts() -> str:
    return f"this Word document holds more than {MOST_ENTRIES} parts; send plain text"


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    size = 0
    while piece := part.read(_AT_ONCE):
        size += len(piece)
        if size > LARGEST:
            raise BadContent(f"this Word document is larger than {LARGEST // 2**20} MiB when it is unpacked; send plain text")
        yield piece


class _Paragraph:
    """What a paragraph says, and what of it stands at its beginning in bold type."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._led = 0  # how many of the pieces are bold, from the first on

    def add(self, text: str, *, bold: bool) -> None:
        if self._led == len(self._pieces) and (bold or text.isspace()):
            self._led += 1
        self._pieces.append(text)

    def hand_to(self, document: _Document) -> None:
        text = "".join(self._pieces)
        lead = "".join(self._pieces[: self._led]).lstrip()
        if lead.strip():
            document.add_led(lead, text.lstrip()[len(lead) :].rstrip())
        elif text := text.strip():
            document.add(text)


class _Reading:
    """Hands on a document's text from pieces of XML. No tree is made, so what is no text takes no memory."""

    def __init__(self, document: _Document) -> None:
        self._parser = expat.ParserCreate(None, "}", intern=None)  # None: else every name is kept
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._hear
        self._document = document
        self.left_out: Counter[str] = Counter()
        self._open: list[_Paragraph] = []  # the paragraphs that have begun; those of a text box are within others
        self._in_run = self._bold = self._hidden = False
        self._spoken = False  # whether what comes next is text
        self._unread = 0  # how many elements of those that are not read are open
        self._marks = 0
        self._depth = 0
        self._read = 0

    def read(self, piece: bytes, *, last: bool = False) -> None:
        """Reads on. Raises BadContent."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as exc:
            raise BadContent(_DAMAGED) from exc
        self._read += len(piece)
        if self._read - self._parser.CurrentByteIndex > LONGEST_TAG:
            raise BadContent(_DAMAGED)

    def _begin(self, name: str, attributes: list[str]) -> None:
        self._marks += 1 + len(attributes) // 2
        self._depth += 1
        if self._marks > MOST_MARKS:
            raise BadContent(f"this Word document holds more than {MOST_MARKS} elements; send plain text")
        if self._depth > DEEPEST:
            raise BadContent(_DAMAGED)
        name = _usual(name)
        if name in _NOT_READ:
            self.left_out[_NOT_READ[name]] += 1
        self._unread += name in _UNREAD
        if self._unread:
            return
        self._spoken = name in _WORDS
        if name == _PARAGRAPH:
            self._open.append(_Paragraph())
        elif name == _RUN:
            self._in_run, self._bold, self._hidden = True, False, False
        elif name == _BOLD:
            self._bold = self._in_run and (attributes[1] if attributes else "") not in _NOT_SO
        elif name == _HIDDEN:
            self._hidden = self._in_run and (attributes[1] if attributes else "") not in _NOT_SO
        elif name in _BLANKS and self._open:
            self._open[-1].add(_BLANKS[name], bold=self._bold)
        else:
            self._document.open(name, attributes[1] if attributes else "")

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._spoken = False
        name = _usual(name)
        if self._unread:
            self._unread -= name in _UNREAD
            return
        if name == _PARAGRAPH and self._open:
            self._open.pop().hand_to(self._document)
        elif name == _RUN:
            self._in_run = self._bold = self._hidden = False
        else:
            self._document.close(name)

    def _hear(self, text: str) -> None:
        if self._spoken and self._hidden and not self._unread:
            self.left_out[_HIDDEN_TEXT] += 1
        elif self._spoken and self._open and not self._unread:
            self._open[-1].add(text, bold=self._bold)


def _usual(name: str) -> str:
    """The *name* of an element as most documents have it."""
    return _W + name.removeprefix(_STRICT) if name.startswith(_STRICT) else name


def _refuse(*_declaration: object) -> None:
    """Of a document type, which may declare entities: a Word document has none."""
    raise BadContent(_DAMAGED)
