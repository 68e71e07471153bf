"""Forms as `multipart/form-data`, with a bound on each part's head: werkzeug's own parser makes millions of headers of one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import IO

from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData, State

from app.web.bodies.reading import MOST_FIELDS, PIECE, throw_away
from app.web.problems import echoed

LONGEST_HEAD = 16 * 2**10  # bytes of the lines before a part's content
CHARSETS = frozenset({"ascii", "us-ascii", "utf-8", "iso-8859-1"})
ENCODINGS = frozenset({"base64", "quoted-printable"})  # of mails
LINE_END, BEHIND_MARK = 2, 4  # bytes of the line end before a mark, and of what ends it
UPLOAD = "file"  # the field whose file is taken; files of other fields are thrown away
UNSAFE_IN_A_NAME = frozenset('"\\\r\n')  # servers read a name with one of these in different ways


class Copy:
    """A form written anew while it is read, so that a server finds in it the parts that we found, and no others: nothing
    before or after them, and of each only its name, its file name, its type and its content."""

    def __init__(self) -> None:
        self._boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={self._boundary}"
        self.body = bytearray()

    def begin(self, part: Field | File) -> None:
        """Raises BadRequest for a name that servers read in different ways."""
        if UNSAFE_IN_A_NAME & set(part.name):
            raise BadRequest("the name of a part of the form holds a quote, a backslash or a line end: leave it out")
        lines = [f"--{self._boundary}", f'Content-Disposition: form-data; name="{part.name}"']
        if isinstance(part, File):
            safe = "".join("_" if letter in UNSAFE_IN_A_NAME else letter for letter in part.filename or "")
            lines[-1] += f'; filename="{safe}"'
        if said := part.headers.get("content-type"):
            lines.append(f"Content-Type: {' '.join(said.split())}")
        self.body += "\r\n".join([*lines, "", ""]).encode("utf-8", "replace")

    def add(self, data: Data) -> None:
        self.body += data.data
        if not data.more_data:
            self.body += b"\r\n"

    def end(self) -> None:
        self.body += f"--{self._boundary}--\r\n".encode()


class Form:
    """The text fields by name (the first of each counts), and the file of the field UPLOAD."""

    def __init__(self, copy: Copy | None = None) -> None:
        self.fields: dict[str, str] = {}
        self.names: list[str] = []  # of all parts, in their order
        self._copy = copy
        self.upload: bytes | None = None
        self.file = ""  # the name of the upload
        self._part: Field | File | None = None
        self._parts = 0
        self._content: list[bytes] = []

    def begin(self, part: Field | File) -> None:
        if part.name is None:
            raise BadRequest('a part of the form has no name: give it one, as in name="file"')
        self._parts += 1
        _refuse_packed(part)
        if self._parts > MOST_FIELDS:
            raise RequestEntityTooLarge(f"the form holds more than {MOST_FIELDS} fields: send fewer")
        self.names.append(part.name)
        self._part, self._content = part, []
        if self._copy is not None:
            self._copy.begin(part)

    def add(self, data: Data) -> None:
        """Raises BadRequest for the content of a second file; one that is empty counts for nothing."""
        if self._copy is not None:
            self._copy.add(data)
        elif data.data and self.upload and _is_upload(self._part):
            raise BadRequest(f"the form holds several files in the field {UPLOAD}: send each in a form of its own")
        if self._wanted:
            self._content.append(bytes(data.data))
        if not data.more_data:
            self._end()

    @property
    def _wanted(self) -> bool:
        match self._part:
            case Field(name=name):
                return name not in self.fields
            case File() as part:
                return self._copy is None and _is_upload(part) and not self.upload
        return False

    def _end(self) -> None:
        if self._wanted and isinstance(self._part, Field):
            self.fields[self._part.name] = b"".join(self._content).decode(_charset(self._part), "replace")
        elif self._wanted and isinstance(self._part, File):
            self.upload, self.file = b"".join(self._content), self._part.filename
        self._content = []


def _is_upload(part: Field | File | None) -> bool:
    return isinstance(part, File) and part.name == UPLOAD and bool(part.filename)


def _refuse_packed(part: Field | File) -> None:
    """Raises BadRequest for a part whose content is not what it holds: forms of HTTP have their parts as they are."""
    encoding = part.headers.get("content-transfer-encoding", "").strip().lower()
    kind = part.headers.get("content-type", "").strip().lower()
    how = f"encoded as {encoding}" if encoding in ENCODINGS else "a form of its own" if kind.startswith("multipart/") else ""
    if how:
        raise BadRequest(f"the part {echoed(part.name)} of the form is {how}: send its bytes as they are")


def _charset(part: Field) -> str:
    """The encoding that the part's own type names, if it is one of those that clients still send."""
    said = parse_options_header(part.headers.get("content-type", ""))[1].get("charset", "").lower()
    return said if said in CHARSETS else "utf-8"


class Decoder(MultipartDecoder):
    """Reads heads that are no UTF-8, too: a file's name may be in any encoding, and is of no importance."""

    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        return super()._parse_headers(data.decode("utf-8", "replace").encode())


def read(body: IO[bytes], boundary: str, most_bytes: int | None, copy: Copy | None = None) -> Form:
    """The form that *body* is; what is in it stays in memory, as it is somebody's meeting. All parts go into *copy*, which
    takes the place of the form's own upload.

    Raises ValueError for a form that is malformed, and the HTTP error of one that is too large (413)."""
    if not boundary:
        raise ValueError("there is no boundary")
    decoder = Decoder(boundary.encode("ascii"), most_bytes)
    form = Form(copy)
    try:
        for piece in _pieces(body, b"--" + boundary.encode("ascii")):
            decoder.receive_data(piece)
            _take(decoder, form)
            if decoder.state is State.PART and len(decoder.buffer) > LONGEST_HEAD:
                raise RequestEntityTooLarge(
                    f"the head of a part of the form is longer than {LONGEST_HEAD} bytes: shorten the names of field and file"
                )
    except (ValueError, BadRequest, RequestEntityTooLarge):
        throw_away(body)
        raise
    decoder.receive_data(None)
    _take(decoder, form)
    if copy is not None:
        copy.end()
    return form


def _pieces(body: IO[bytes], mark: bytes) -> Iterator[bytes]:
    """*body* in pieces that do not end shortly behind a *mark*: of one that is cut between the two dashes of the last mark,
    werkzeug's decoder (3.1.9) adds a carriage return to the content before it."""
    held = b""
    for read in iter(lambda: body.read(PIECE), b""):
        piece = held + read
        at = piece.rfind(mark, max(0, len(piece) - len(mark) - BEHIND_MARK))
        cut = max(at - LINE_END, 0) if at >= 0 else len(piece)
        held = piece[cut:]
        if cut:
            yield piece[:cut]
    if held:
        yield held


def _take(decoder: MultipartDecoder, form: Form) -> None:
    """Takes from *decoder* what it has by now."""
    while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
        if isinstance(event, Field | File):
            form.begin(event)
        elif isinstance(event, Data):
            form.add(event)
