"""HTML: the pages that recorders and editors export."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.errors import BadContent
from app.transcript import stamps
from app.transcript.formats import tables
from app.transcript.formats.base import Reading, broken, quoted, spoken, unescaped, without_speech
from app.transcript.formats.grids import Grid
from app.transcript.formats.html_tags import BLOCKS, EMPTY, SILENT, is_known, names_speaker, speaker_in
from app.transcript.formats.units import in_seconds
from app.transcript.names import Likeness, likeness
from app.transcript.turn import Utterance

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,30}(?:[:-][\w:.-]{1,60})?)(?=[\s/>])")
_ATTRIBUTE = re.compile(
    r"""\b(class|title|data-(?:speaker(?:-name)?|time|start|begin|start-time|m)|itemprop)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""",
    re.IGNORECASE,
)
_SPEAKER_CLASS = re.compile(
    r"(?:^|.*[-_])(?:speaker|author|sender|who|nick|participant|user[-_]?name|from[-_]name|display[-_]?name|speakername|speakerlabel)"
    r"(?:[-_](?:name|label|title|span))?",
    re.IGNORECASE,
)
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
_LEAST_LEADS = 3
_SHARE_OF_LEADS = 0.25  # of the lines
_LONGEST_NAMING = 200  # characters of a tag that names a speaker
_LONGEST_NAME = 100  # characters; an element called `speaker` that holds more holds a whole turn

_START = re.compile(
    r"\s*(?:<!DOCTYPE\s+html|<!--|<(?:html|head|body|div|p|table|article|section|main|ul|ol|li|dl|dt|h[1-6]|meta|link|title|style|script|span|b|strong|i|em|font|center|pre|blockquote|cite|time|header)(?=[\s>/]))",
    re.IGNORECASE,
)


def looks_like_html(head: str) -> bool:
    return _START.match(head) is not None


@dataclass(frozen=True)
class _Piece:
    """A piece of a page: text, or a tag with its *name*; *closes* says which kind of tag."""

    text: str
    name: str = ""
    closes: bool = False


@dataclass(frozen=True)
class _Lead:
    """What a line begins with in an element of its own, such as bold type, and the rest of the line."""

    tag: str
    text: str
    rest: str


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
    leads: dict[int, _Lead] = field(default_factory=dict)  # by the number of the line
    _head: str = ""  # the element that is emphasised, or heads what follows, at the beginning of the line
    _begun: int = 0  # where its text begins
    _lead: tuple[str, str, int] = ("", "", 0)  # the element, its text, and where that ends
    _text: list[str] = field(default_factory=list)
    _grid: Grid = field(default_factory=Grid)  # the table that is open
    _in_row: bool = False

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
            self.leads[len(self.lines)] = _Lead(tag, " ".join(lead.split()), rest)
        self.lines.append(line)
        self.said.append(Utterance(self._speaker, line, self._start))
        self._start = None

    def head(self, piece: _Piece) -> None:
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
        if said.utterances is None:
            for line in said.lines:
                self.add(line)
                self.end_line()
            return
        self.named = self.named or said.names
        self.lines += said.lines
        self.said += said.utterances

    def end(self) -> None:
        self.close_table()


def read(text: str) -> Reading:
    """The words of a page. Raises BadContent, with line and column, for a tag that does not end."""
    page = _Page()
    pieces = _audible(_pieces(text), page.left_out)
    for piece in pieces:
        role = _role(piece)
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
    if (said := _said_by_leads(page)) is not None:
        return Reading("html", spoken(said), left_out=left_out)
    return Reading("html", text="\n".join(page.lines), left_out=left_out)


def _said_by_leads(page: _Page) -> list[Utterance] | None:
    """The lines, if what begins them in bold type or heads them is a name: nearly all such names are, and some come again."""
    leads = {
        number: lead for number, lead in page.leads.items() if lead.text[-1] not in ":：" and lead.rest[:1] not in (":", "：")
    }
    for tag in dict.fromkeys(lead.tag for lead in leads.values()):
        named = {number: lead for number, lead in leads.items() if lead.tag == tag}
        names = [lead.text for lead in named.values()]
        if len(names) < max(_LEAST_LEADS, _SHARE_OF_LEADS * len(page.lines)) or len(set(names)) == len(names):
            continue
        if any(likeness(name) < Likeness.NAME for name in names):
            continue
        said: list[Utterance] = []
        speaker = ""
        start: float | None = None
        for number, line in enumerate(page.lines):
            speaker, text = (named[number].text, named[number].rest) if number in named else (speaker, line)
            if number in named and (time := tables.time_of(text)) is not None:
                start = time
                continue
            said.append(Utterance(speaker, text, page.said[number].start if start is None else start))
            start = None
        return said
    return None


def _take_tag(page: _Page, piece: _Piece) -> None:
    name = piece.name
    if name in _EMPHASIS or (name in _HEADS and piece.closes):
        page.head(piece)
    if name in ("td", "th"):
        page.open_cell(piece.text) if not piece.closes else page.end_line()
    elif name == "tr":
        page.close_row() if piece.closes else page.open_row()
    elif name == "table" and piece.closes:
        page.close_table()
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


def _take_role(page: _Page, role: str, piece: _Piece, pieces: Iterator[_Piece]) -> None:
    """Reads an element that the page calls a speaker or a time; one that is not is read as what it holds."""
    inside = list(_inside(piece.name, pieces))
    held = " ".join(unescaped("".join(each.text for each in inside if not each.name)).split())
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
        for each in inside:
            _take_tag(page, each) if each.name else page.add(unescaped(each.text))
        _take_tag(page, _Piece("", piece.name, closes=True))


def _time(piece: _Piece, held: str) -> float | None:
    """The time that an element says; its title may say it with a date, so that it is one of a day."""
    full = stamps.stamp(_attributes(piece.text).get("title", ""))
    return full.start if full.dated else tables.time_of(held)


def _undecorated(held: str) -> str:
    """A name without the colon behind it and the brackets around it."""
    held = held.rstrip(":： ")
    return held[1:-1] if len(held) > 2 and held[0] == "[" and held.find("]") == len(held) - 1 else held


def _inside(name: str, pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """What comes before the tag that closes the element *name*."""
    depth = 1
    for piece in pieces:
        if piece.name == name:
            depth += -1 if piece.closes else 1
            if depth == 0:
                return
        yield piece


def _role(piece: _Piece) -> str:
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


def _audible(pieces: Iterator[_Piece], left_out: Counter[str]) -> Iterator[_Piece]:
    """The *pieces* without what a browser does not show as text."""
    for piece in pieces:
        if piece.name in SILENT and not piece.closes:
            left_out[f"<{piece.name}>"] += 1
            for _ in _inside(piece.name, pieces):
                continue
            continue
        yield piece


def _pieces(text: str) -> Iterator[_Piece]:
    """Text and tags, one behind the other. What stands between angle brackets and is no tag is text."""
    place = begin = 0
    last = text.rfind(">")
    while 0 <= (place := text.find("<", place)) < last:
        found = _tag_at(text, place)
        if found is None:
            place += 1
            continue
        piece, stop = found
        if place > begin:
            yield _Piece(text[begin:place])
        if piece.name:
            yield piece
        place = begin = stop
        if piece.name in ("script", "style") and not piece.closes:
            place = begin = _closing(text, piece.name, stop)
            yield _Piece("", piece.name, closes=True)
    _refuse_open_tag(text, text.find("<", max(begin, last)))
    yield _Piece(text[begin:])


def _refuse_open_tag(text: str, place: int) -> None:
    """Raises BadContent for a tag at *place* behind which nothing ends one."""
    found = _TAG.match(f"{text[place : place + 100]} ") if place >= 0 else None
    if found is not None and is_known(found[1].casefold()):
        raise _open_tag(text, place)


def _open_tag(text: str, place: int) -> BadContent:
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    return broken("an HTML page", f"the tag {quoted(text[place : place + 40])} does not end", line, column)


def _closing(text: str, name: str, place: int) -> int:
    """Where the element *name*, whose content is no HTML, closes."""
    found = re.compile(rf"</{name}(?=[\s/>])[^>]{{0,100}}>", re.IGNORECASE).search(text, place)
    return found.end() if found else len(text)


def _tag_at(text: str, place: int) -> tuple[_Piece, int] | None:
    """The tag, comment or declaration that begins at *place*, and where it ends; None if this is text."""
    for opening, closing in (("<!--", "-->"), ("<!", ">"), ("<?", ">")):
        if text.startswith(opening, place):
            end = text.find(closing, place + len(opening))
            return _Piece(""), len(text) if end < 0 else end + len(closing)
    found = _TAG.match(text, place)
    if found is None or not (is_known(found[1].casefold()) or _names_speaker(text, place)):
        return None
    end = _end_of_tag(text, found.end())
    if end < 0:
        raise _open_tag(text, place)
    return _Piece(text[place:end], found[1].casefold(), closes=text[place + 1] == "/"), end


def _names_speaker(text: str, place: int) -> bool:
    """Whether an element at *place* names a speaker: `<v Ann>` does at the beginning of a line or of an element."""
    begins = text[max(0, place - 20) : place].rstrip()[-1:] in ("", ">")
    return (begins or text[place + 1] not in "vV") and names_speaker(text[place : place + _LONGEST_NAMING])


def _end_of_tag(text: str, place: int) -> int:
    """Where the tag ends whose name is read up to *place*, -1 if it does not; `>` in quotation marks does not end it."""
    quote = ""
    while place < len(text):
        sign = text[place]
        if quote:
            place = text.find(quote, place)
            if place < 0:
                return -1
            quote = ""
        elif sign == ">":
            return place + 1
        elif sign in "\"'" and text[place - 1] == "=":
            quote = sign
        place += 1
    return -1
