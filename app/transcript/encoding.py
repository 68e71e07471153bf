"""Which bytes are text, in which encoding, and what is repaired in them."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import BadContent
from app.large_texts import from_utf8
from app.transcript import code_pages, mojibake, pieces

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
    (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text", "an OpenDocument text (.odt; save it as .docx)"),
    (rb"PK\x03\x04.*?xl/workbook\.", "an Excel workbook (.xlsx; save it as .csv)"),
    (rb"PK\x03\x04.*?ppt/presentation\.", "a PowerPoint presentation (export its text)"),
    (rb"PK\x03\x04.*?Index/Document\.iwa", "a document of Pages (export it as .docx)"),
    (rb"PK(\x03\x04|\x05\x06|\x07\x08)", "a ZIP archive (.docx, .odt, .xlsx and .zip are)"),
    (rb"%PDF-", "a PDF document (export its text, or send the recorder's own file)"),
    (rb"\x89PNG\r\n\x1a\n", "a PNG image"),
    (rb"\xff\xd8\xff", "a JPEG image"),
    (rb"GIF8[79]a", "a GIF image"),
    (
        rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1.*?E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
        "an Office document with a password (save it without one)",
    ),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls; save it as .docx or .csv)"),
    (rb"\{\\rtf", "a rich text document (.rtf; save it as .docx)"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (rb"(ID3|OggS|fLaC|RIFF....|\xff[\xf2\xf3\xfb])", "an audio recording"),
    (rb"(....ftyp|\x1aE\xdf\xa3)", "a video or audio recording"),
    (rb"SQLite format 3\0", "a SQLite database"),
)
_MAGIC_OF = tuple((re.compile(pattern, re.DOTALL), what) for pattern, what in _MAGIC)

# Controls that end or part lines are none: tab, line feed, carriage return, \v, \f and U+0085.
_CONTROLS = "".join(map(chr, (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0))))
_CONTROL = re.compile(f"[{_CONTROLS}]")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")  # colours, as a terminal understands them
_HYPHEN, _SOFT_HYPHEN, _END_OF_FILE = "\x1e", "\x1f", "\x1a"  # as Word and DOS write them
_RECORD = re.compile(r"(?m)^\x1e(?=[{\[])")  # before each value of a JSON text sequence (RFC 7464)
_CHAT_TIME = re.compile("\x15(\\d+_\\d+)\x15")  # between bullets, as CLAN writes and shows the times of an utterance
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]|\x1b\$\(D")  # ISO-2022-JP, which holds ASCII alone
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_DAMAGED = "\ufffd"
_FEW = 20  # damaged bytes, or control characters, that any text may have; a longer one may have one in a hundred characters

_ASCII = bytes(range(0x80))
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_BLANK_SHARE = 0.03  # of the characters of a text are spaces or line ends, in any language that writes them


@dataclass(frozen=True)
class Decoded:
    """A text, the *encoding* that it was in (empty if it came as text), and what was *repaired* in it: what, and how often.

    *guessed* says that one byte alone told which older page it is."""

    text: str
    encoding: str = ""
    repaired: Mapping[str, int] = field(default_factory=dict)
    guessed: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        told = tuple(f"repaired: {number} {what}" for what, number in self.repaired.items())
        return (
            (f"one byte alone tells that this is {self.encoding}; if a sign is wrong, {REMEDY}", *told)
            if self.guessed
            else told
        )


def decode(given: bytes | str) -> str:
    """The text of an uploaded file; see `decoded`. Raises BadContent."""
    return decoded(given).text


def decoded(given: bytes | str) -> Decoded:
    """The text that a file or a field of a request holds.

    Bytes are UTF-8, UTF-16, UTF-32, or in an older code page if one is clearly the right one. A mark of the encoding is
    dropped; line ends stay as they are. A few damaged bytes and control characters are repaired and counted. Raises BadContent,
    with the reason and the remedy, rather than guess: for other kinds of files, for NUL, for a code page that is not clear."""
    for pattern, what in _MAGIC_OF:
        if pattern.match(given if isinstance(given, bytes) else given[:16].encode("latin-1", "replace")):
            raise BadContent(f"this is {what}, not text; {REMEDY}")
    repaired: Counter[str] = Counter()
    text, encoding = (given, "") if isinstance(given, str) else _decoded(given, repaired)
    text = _without_surrogates(text, repaired)
    text, repaired[mojibake.READ_WRONG] = mojibake.read_again(text)
    text = _without_controls(text, repaired)
    guessed = isinstance(given, bytes) and encoding in code_pages.SINGLE and len(given.translate(None, _ASCII)) == 1
    return Decoded(text, encoding, {what: number for what, number in repaired.items() if number}, guessed)


def _decoded(raw: bytes, repaired: Counter[str]) -> tuple[str, str]:
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
    if _JAPANESE_ESCAPE.search(raw) and raw.isascii():
        encoding = "iso2022_jp_ext"
    try:
        if not encoding and b"\0" in raw:
            return _wide(raw)
        return raw.decode(encoding) if encoding else from_utf8(raw), encoding.removesuffix("-sig") or "utf-8"
    except UnicodeDecodeError as exc:
        if encoding in ("", "utf-8-sig"):
            text = raw.decode(encoding or "utf-8", "replace")
            if _is_damaged_utf8(raw, text):
                return _with_few_damaged(text, raw, repaired, exc.start), "utf-8"
        if encoding:
            name = encoding.removesuffix("-sig").upper()
            raise BadContent(f"the file says that it is {name}, but byte {exc.start} is not; {REMEDY}") from exc
        return _in_an_older_page(raw, exc)


def _wide(raw: bytes) -> tuple[str, str]:
    """*raw*, which holds NUL, as UTF-16 or UTF-32 without a mark; else UTF-8, whose NUL is refused later."""
    best, most = ("", ""), -1
    for encoding in _WIDE:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        narrow = sum(map(text.count, " \n\r"))  # in the other order of bytes these are other characters, and 0 is a wide space
        blanks = narrow + sum(map(text.count, "\u3000\u3002"))
        if "\0" in text or blanks < _BLANK_SHARE * len(text) or _CONTROL.search(text[:1000]) or narrow <= most:
            continue
        best, most = (text.lstrip("\ufeff"), encoding), narrow
    if most >= 0:
        return best
    return raw.decode("utf-8", "replace"), "utf-8"


def _is_damaged_utf8(raw: bytes, text: str) -> bool:
    """Whether most of the characters beyond ASCII are right in UTF-8: in another encoding next to none is."""
    right = len(_UTF8_CHARACTER.findall(raw))
    return right > text.count(_DAMAGED)


def _with_few_damaged(text: str, raw: bytes, repaired: Counter[str], first: int) -> str:
    """*text* with U+FFFD for each damaged byte. Raises BadContent if those are too many."""
    damaged = text.count(_DAMAGED) - raw.count(_DAMAGED.encode())
    if damaged > max(_FEW, len(text) // 100):
        raise BadContent(f"byte {first} and {damaged - 1} others are damaged in a text that is UTF-8 elsewhere; {REMEDY}")
    repaired["damaged bytes"] += damaged
    return text


def _in_an_older_page(raw: bytes, not_utf8: UnicodeDecodeError) -> tuple[str, str]:
    guesses = code_pages.likely(raw)
    page = code_pages.settled(guesses)
    if page is not None:
        try:
            return raw.decode(page), page
        except UnicodeDecodeError as exc:
            raise BadContent(f"this looks like {page}, but byte {exc.start} is not; {REMEDY}") from exc
    names = [guess.page for guess in guesses[: code_pages.LIKELY]]
    told = f"it is probably {' or '.join(names)}" if names else "no code page that we know fits"
    raise BadContent(f"byte {not_utf8.start} is not UTF-8, and the code page is not clear: {told}; {REMEDY}") from not_utf8


def _without_surrogates(text: str, repaired: Counter[str]) -> str:
    """*text* with pairs of surrogates joined; half a pair becomes U+FFFD."""
    if text.isascii() or _is_encodable(text):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    repaired["halves of surrogate pairs"] += joined.count(_DAMAGED) - text.count(_DAMAGED)
    return joined


def _is_encodable(text: str) -> bool:
    """Whether *text* holds no surrogate: those alone have no UTF-8."""
    try:
        for piece in pieces.pieces_of(text):
            piece.encode()
    except UnicodeEncodeError:
        return False
    return True


def _without_controls(text: str, repaired: Counter[str]) -> str:
    """*text* with the control characters that programs leave behind read as they are meant. Raises BadContent for NUL, and for
    too many."""
    text = _RECORD.sub("", text) if text.startswith(_HYPHEN) else text
    if not pieces.holds(text, _CONTROLS):
        return text
    text = _CHAT_TIME.sub(r"•\1•", text)
    found = Counter(_CONTROL.findall(text))
    if "\0" in found:
        _refuse(text, text.index("\0"))
    meant = {_HYPHEN, _SOFT_HYPHEN, _END_OF_FILE, *(each for each in found if each > "\x7f" and _meaning(each) != " ")}
    other = sum(number for control, number in found.items() if control not in meant)
    if other > max(_FEW, len(text) // 100):
        first = next(each for each in _CONTROL.finditer(text) if each[0] not in meant)
        _refuse(text, first.start())
    repaired["control characters"] += sum(found.values())
    text = text.replace(_HYPHEN, "-").replace(_SOFT_HYPHEN, "").replace(_END_OF_FILE, "")
    return _CONTROL.sub(lambda control: _meaning(control[0]), _TERMINAL.sub("", text))


def _meaning(control: str) -> str:
    """A character of U+0080 to U+009F is one of Windows-1252 that was taken for Latin-1; others part words."""
    return bytes([ord(control)]).decode("cp1252", "replace").replace(_DAMAGED, " ") if control > "\x7f" else " "


def _refuse(text: str, place: int) -> None:
    line = len(re.findall(r"\r\n|\r|\n", text[:place])) + 1
    raise BadContent(f"line {line} holds the control character U+{ord(text[place]):04X}; {REMEDY}")
