"""HTML: the pages that recorders and editors export."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.transcript import stamps
from app.transcript.formats import tables
from app.transcript.formats.base import Reading, spoken, unescaped, without_speech
from app.transcript.formats.grids import Grid
from app.transcript.formats.html_pieces import Piece, audible, inside, pieces_of
from app.transcript.formats.html_tags import BLOCKS, EMPTY, speaker_in
from app.transcript.formats.leads import Lead, said_by
from app.transcript.formats.units import in_seconds
from app.transcript.turn import Utterance

_ATTRIBUTE = re.compile(
    r"""\b(class|title|data-(?:speaker(?:-name)?|time|start|begin|start-time|m)|itemprop)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""",
    re.IGNORECASE,
)
_SPEAKER_CLASS = re.compile(
    r"(?:^|.*[-_])(?:speaker|author|sender|who|nick|participant|user[-_]?name|from[-_]name|display[-_]?name|speakername|speakerlabel)"
    r"(?:[-_](?:name|label|title|span))?",
    re.IGNORECASE,
)
_PRIMARY = "primary-text"  # the class of names in Hansard's pages, and of all kinds of words elsewhere
_SPAN = {key: re.compile(rf"\b{key}\s*=\s*[\"']?(\d{{1,4}})", re.IGNORECASE) for key in ("rowspan", "colspan")}
_NUMBERED_CLASS = re.compile(r"(?:item|base)(displayname|timestamp)-\d{1,6}", re.IGNORECASE)  # of Teams in a browser
_TIME_CLASS = re.compile(
    r"(?:^|.*[-_])(?:time|date|timestamp|timecode|timing|when)(?:[-_](?:stamp|code|label|start))?", re.IGNORECASE
)
_PICTURE_CLASS = re.compile(r"(?:^|.*[-_])(?:avatar|userpic|initials)", re.IGNORECASE)  # letters that stand for a face
_ASIDE_CLASS = re.compile(r"preamble|postamble|(?:.*[-_])?reactions", re.IGNORECASE)  # of exported chats
_ASIDES = "heads, feet and reactions of a chat"
_MOST_INITIALS = 4
_EMPHASIS = frozenset(["b", "strong"])
_HEADS = frozenset(["dt", "h2", "h3", "h4", "h5", "h6"])
_LONGEST_NAME = 100  # characters; an element called `speaker` that holds more holds a whole turn

_XHTML = re.compile(r"\s*<\?xml[^<>]{0,200}\?>\s*(?:<!DOCTYPE\s+html\b[^<>]{0,300}>\s*)?<html(?=[\s>])", re.IGNORECASE)
_LOOKED_AT = 40  # lines in which a chat shows
_ELEMENTS = (
    "html|head|body|div|p|table|article|section|main|ul|ol|li|dl|dt|h[1-6]|meta|link|title|style|script|span|b|strong|i|em|font"
    "|center|pre|blockquote|cite|time|header"
)
_START = re.compile(rf"\s*(?:<!DOCTYPE\s+html|<!--|<(?:{_ELEMENTS})(?=[\s>/]))", re.IGNORECASE)
_ELEMENT = re.compile(_ELEMENTS, re.IGNORECASE)
_SAID = re.compile(r"<([^<>=/\"]{1,64})> [^<>]+$")


def looks_like_xhtml(head: str) -> bool:
    return _XHTML.match(head) is not None


def looks_like_html(head: str) -> bool:
    return _START.match(head) is not None and not _is_chat(head)


def _is_chat(head: str) -> bool:
    """Whether each line says what somebody in angle brackets says, one of whom is called like an element: `<Link> hello`."""
    said = [_SAID.match(line.strip()) for line in head.splitlines()[:_LOOKED_AT] if line.strip()]
    names = {each[1] for each in said if each is not None}
    return all(said) and any(_ELEMENT.fullmatch(name) is None for name in names)


@dataclass
class _Page:
    """What is read of a page so far: its lines, and its utterances where the page itself says who speaks."""

    lines: list[str] = field(default_factory=list)
    said: list[Utterance] = field(default_factory=list)
    named: bool = False
    left_out: Counter[str] = field(default_factory=Counter)
    _speaker: str = ""
    _start: float | None = None
    _voiced: int = 0  # how many lines there were when an element with a name began
    leads: dict[int, Lead] = field(default_factory=dict)  # by the number of the line
    _head: str = ""  # the element that is emphasised, or heads what follows, at the beginning of the line
    _begun: int = 0  # where its text begins
    _lead: tuple[str, str, int] = ("", "", 0)  # the element, its text, and where that ends
    _text: list[str] = field(default_factory=list)
    _grid: Grid = field(default_factory=Grid)  # the table that is open
    _in_row: bool = False
    _outer: list[Grid] = field(default_factory=list)  # the tables in a cell of each of which the next one is open

    def add(self, text: str) -> None:
        self._text.append(text)

    def end_line(self) -> None:
        line = "".join(self._text).strip()
        tag, lead, stop = self._lead
        rest = "".join(self._text[stop:]).strip() if tag else ""
        self._text.clear()
        if not line:
            return
        self._head, self._lead = "", ("", "", 0)
        if self._in_row and self._grid.has_cell:
            self._grid.write(line)
            return
        if tag and lead:
            self.leads[len(self.lines)] = Lead(tag, " ".join(lead.split()), rest)
        self.lines.append(line)
        self.said.append(Utterance(self._speaker, line, self._start))
        self._start = None

    def head(self, piece: Piece) -> None:
        """Keeps what stands in bold type, in a heading or a term at the beginning of a line."""
        if not piece.closes and not any(map(str.strip, self._text)):
            self._head, self._begun = piece.name, len(self._text)
        elif piece.closes and self._head == piece.name:
            self._lead = (piece.name, "".join(self._text[self._begun :]).strip(), len(self._text))
            self._head = ""

    def speak(self, name: str) -> None:
        """From here on *name* speaks."""
        self.end_line()
        self._speaker, self.named = name, True

    def open_voice(self, name: str) -> None:
        self.speak(name)
        self._voiced = len(self.lines)

    def close_voice(self) -> None:
        """Ends what an element with a name says; one that is empty names who speaks behind it."""
        self.end_line()
        if len(self.lines) > self._voiced:
            self._speaker = ""

    def begin(self, start: float) -> None:
        """Keeps when the line begins that is open, if nothing of it is read yet."""
        if self._start is None and not any(map(str.strip, self._text)):
            self._start = start

    def time(self, start: float) -> None:
        self.end_line()
        self._start = start

    def open_table(self) -> None:
        """Begins a table, within a cell of another if one is open."""
        if self._in_row and self._grid.has_cell:
            self.end_line()
            self._outer.append(self._grid)
            self._grid, self._in_row = Grid(), False

    def open_row(self) -> None:
        self.close_row()
        self._grid.open_row()
        self._in_row = True

    def open_cell(self, tag: str) -> None:
        if self._in_row:
            self.end_line()
            down, across = (_SPAN[key].search(tag) for key in ("rowspan", "colspan"))
            self._grid.open_cell(int(down[1]) if down else 1, int(across[1]) if across else 1)

    def close_row(self) -> None:
        self.end_line()
        if self._in_row:
            self._grid.close_row()
        self._in_row = False

    def close_table(self) -> None:
        """The rows of the table as turns if its header names the columns, else as lines."""
        self.close_row()
        grid, self._grid = self._grid, Grid()
        said = grid.read()
        if self._outer:
            self._grid, self._in_row = self._outer.pop(), True
            if said.utterances is None or not said.names or self._grid.names_speakers:
                self._write(said.lines)
                return
            self._end_tables_around()
        if said.utterances is None:
            self._write(said.lines)
            return
        self.named = self.named or said.names
        self.lines += said.lines
        self.said += said.utterances

    def _write(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.add(line)
            self.end_line()

    def _end_tables_around(self) -> None:
        """Reads what the tables around one that names speakers hold so far; they only say where things stand."""
        around, self._outer = [*self._outer, self._grid], []
        self._grid, self._in_row = Grid(), False
        for grid in around:
            self._write(grid.read().lines)

    def end(self) -> None:
        while self._outer:
            self.close_table()
        self.close_table()


def read(text: str) -> Reading:
    """The words of a page. Raises BadContent, with line and column, for a tag that does not end."""
    page, are_names = _Page(), _PRIMARY in text and _are_names(pieces_of(text))
    pieces = audible(pieces_of(text), page.left_out)
    for piece in pieces:
        role = "speaker" if are_names and _is_primary(piece) else _role(piece)
        if not piece.name:
            page.add(unescaped(piece.text))
        elif role:
            _take_role(page, role, piece, pieces)
        else:
            _take_tag(page, piece)
    page.end()
    if not any(line.strip() for line in page.lines):
        raise without_speech("an HTML page")
    left_out = dict(page.left_out)
    if page.named:
        return Reading("html", spoken(in_seconds(page.said)), left_out=left_out)
    if (said := said_by(page.leads, page.said)) is not None:
        return Reading("html", spoken(said), left_out=left_out)
    return Reading("html", text="\n".join(page.lines), left_out=left_out)


def _are_names(pieces: Iterator[Piece]) -> bool:
    """Whether the elements of the class `primary-text` name who speaks: no other does, and none of them is a sentence."""
    for piece in pieces:
        if _role(piece) == "speaker":
            return False
        if _is_primary(piece) and _held(inside(piece.name, pieces)).endswith((".", "!", "?")):
            return False
    return True


def _is_primary(piece: Piece) -> bool:
    is_tag = bool(piece.name) and not piece.closes and piece.name not in EMPTY
    return is_tag and _PRIMARY in piece.text and _PRIMARY in _attributes(piece.text).get("class", "").split()


def _held(within: Iterable[Piece]) -> str:
    """The words of the pieces *within* an element."""
    return " ".join(unescaped("".join(each.text for each in within if not each.name)).split())


def _take_tag(page: _Page, piece: Piece) -> None:
    name = piece.name
    if name in _EMPHASIS or (name in _HEADS and piece.closes):
        page.head(piece)
    if name in ("td", "th"):
        page.open_cell(piece.text) if not piece.closes else page.end_line()
    elif name == "tr":
        page.close_row() if piece.closes else page.open_row()
    elif name == "table":
        page.close_table() if piece.closes else page.open_table()
    elif name in BLOCKS:
        page.end_line()
    if name in _HEADS and not piece.closes:
        page.head(piece)
    if name in ("speaker", "v"):
        page.close_voice() if piece.closes else page.open_voice(unescaped(speaker_in(piece.text)))
    if "data-" in piece.text and not piece.closes:
        _take_data(page, _attributes(piece.text))


def _take_data(page: _Page, given: dict[str, str]) -> None:
    """Who speaks from here on and when, by the attributes of an element."""
    if who := unescaped(given.get("data-speaker", "")).strip():
        page.speak(who)
    if (start := _start_in(given)) is not None:
        page.begin(start)


def _start_in(given: dict[str, str]) -> float | None:
    """When what an element says begins, by an attribute: in milliseconds (`data-m`), or in seconds or as a clock."""
    if given.get("data-m", "").isdigit():
        return int(given["data-m"][:12]) / 1000
    told = next((given[key] for key in ("data-start", "data-start-time", "data-begin", "data-time") if key in given), "")
    return tables.time_of(told) if "." in told or ":" in told else None


def _take_role(page: _Page, role: str, piece: Piece, pieces: Iterator[Piece]) -> None:
    """Reads an element that the page calls a speaker or a time; one that is not is read as what it holds."""
    within = list(inside(piece.name, pieces))
    held = _held(within)
    name, time = _undecorated(held), _time(piece, held)
    if role == "aside":
        page.left_out[_ASIDES] += 1
        return
    if role == "speaker" and name and len(name) <= _LONGEST_NAME and not re.search(r"[:：]\s", name):
        page.speak(name)
    elif role == "time" and time is not None:
        page.time(time)
    elif role == "picture" and len(held) <= _MOST_INITIALS:
        page.left_out["initials"] += 1
    else:
        _take_tag(page, piece)
        for each in within:
            _take_tag(page, each) if each.name else page.add(unescaped(each.text))
        _take_tag(page, Piece("", piece.name, closes=True))


def _time(piece: Piece, held: str) -> float | None:
    """The time that an element says; its title may say it with a date, so that it is one of a day."""
    full = stamps.stamp(_attributes(piece.text).get("title", ""))
    return full.start if full.dated else tables.time_of(held)


def _undecorated(held: str) -> str:
    """A name without the colon behind it and the brackets around it."""
    held = held.rstrip(":： ")
    return held[1:-1] if len(held) > 2 and held[0] == "[" and held.find("]") == len(held) - 1 else held


def _role(piece: Piece) -> str:
    if not piece.name or piece.closes or piece.name in EMPTY:
        return ""
    if piece.name == "speaker" and not speaker_in(piece.text):
        return "speaker"
    words = [_NUMBERED_CLASS.sub(r"\1", word) for word in _attributes(piece.text).get("class", "").split()]
    if any(_ASIDE_CLASS.fullmatch(word) for word in words):
        return "aside"
    if any(_PICTURE_CLASS.fullmatch(word) for word in words):
        return "picture"
    if any(_SPEAKER_CLASS.fullmatch(word) for word in words):
        return "speaker"
    return "time" if piece.name == "time" or any(_TIME_CLASS.fullmatch(word) for word in words) else ""


def _attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag that matter here."""
    found = _ATTRIBUTE.findall(tag) if "=" in tag else ()
    return {name.casefold().removesuffix("-name"): double or single or bare for name, double, single, bare in found}
