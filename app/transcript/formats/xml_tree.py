"""The tree of an XML text: bounded in depth and size, and without any document type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat  # nosec B407  # document types are refused, see _refuse_type

from app.transcript.formats.base import broken, seconds

DEEPEST = 1_000  # elements within each other
MOST_ELEMENTS = 500_000  # word by word, that is two days of talk
_AT_ONCE = 2**16  # characters that are handed to the parser
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")  # its encoding is that of the file, which is decoded already


_ENDS_OF_LINES = frozenset(["br", "lb", "sync"])
_WORDS = frozenset(["w", "pc", "segment"])
_REMARKS = frozenset(["metadata", "note", "desc", "kinesic", "vocal", "incident", "gap", "stage", "fw"])  # that nobody says
_CLOSING = re.compile(r"[.,;:!?…)\]»”’%]")
_GLUE = "\0"  # which no XML holds
_GLUED = re.compile(r"\s*\0\s*")


@dataclass
class Element:
    name: str
    given: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def elements(self) -> list[Element]:
        return [each for each in self.inside if isinstance(each, Element)]

    def text(self) -> str:
        """All text in it; a line break is a line end."""
        parts: list[str] = []
        left: list[Element | str] = [self]
        while left:
            each = left.pop()
            if isinstance(each, str):
                parts.append(each)
            elif local(each.name) in _ENDS_OF_LINES:
                parts.append("\n")
            elif local(each.name) != "metadata":
                left += reversed(each.inside)
        return "".join(parts)


def written(element: Element) -> str:
    """What is said in *element*: its text without remarks, and its words with blanks between them if it has words."""
    if len(element.inside) == 1 and isinstance(element.inside[0], str):
        return element.inside[0]
    parts: list[str] = []
    words = joined = False
    left: list[Element | str] = list(reversed(element.inside))
    while left:
        each = left.pop()
        if isinstance(each, str):
            parts.append(each)
            continue
        name = local(each.name)
        if name in _REMARKS:
            parts.append(" ")
        elif name in _WORDS:
            words = True
            parts.append(_GLUE if joined or (name == "pc" and _CLOSING.match(each.text().strip())) else " ")
            parts.append(each.text().strip())
            joined = each.given.get("join") in ("right", "both")
        elif name in _ENDS_OF_LINES:
            parts.append("\n")
        else:
            left += reversed(each.inside)
    text = "".join(parts)
    return _GLUED.sub("", text) if words else text


def remarks_in(element: Element) -> list[Element]:
    """The outermost remarks in *element* that hold words: who laughs, what a clerk notes."""
    found: list[Element] = []
    left = element.elements
    while left:
        each = left.pop()
        if local(each.name) in _REMARKS:
            found += [each] if each.text().strip() else []
        else:
            left += each.elements
    return found


def walk(element: Element) -> Iterator[Element]:
    """*element* and all within it, in the order of the file."""
    left = [element]
    while left:
        each = left.pop()
        yield each
        left += reversed(each.elements)


def attributes(element: Element) -> dict[str, str]:
    """What is given to *element*, by names in small letters without what says whose they are."""
    return {local(key): value for key, value in element.given.items()}


def local(name: str) -> str:
    return name.rpartition(":")[2].casefold()


class Tree:
    """Makes the tree of an XML text: bounded in depth and size, and without any document type, which could declare entities."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate("utf-8", intern={})
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_type
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._hear
        self._open = [Element("", {})]
        self._counted = 0

    def read(self, text: str) -> Element:
        """The outermost element of *text*. Raises BadContent, with line and column."""
        root = self._open[0]
        text = _DECLARATION.sub(lambda found: " " * len(found[0]), text.lstrip("\ufeff"))
        try:
            for begins in range(0, len(text), _AT_ONCE):
                self._parser.Parse(text[begins : begins + _AT_ONCE].encode("utf-8", "replace"), False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as exc:
            raise broken("XML", expat.ErrorString(exc.code), exc.lineno, exc.offset + 1) from exc
        return next(each for each in root.inside if isinstance(each, Element))  # expat refuses a text without an element

    def _begin(self, name: str, given: dict[str, str]) -> None:
        self._counted += 1
        if self._counted > MOST_ELEMENTS:
            self._refuse(f"more than {MOST_ELEMENTS} elements")
        if len(self._open) > DEEPEST:
            self._refuse(f"more than {DEEPEST} elements within each other")
        element = Element(name, given)
        self._open[-1].inside.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _hear(self, said: str) -> None:
        self._open[-1].inside.append(said)

    def _refuse_type(self, _name: str, _system: str | None, _public: str | None, declares: bool | int) -> None:
        if declares:  # entities, it may be; one that only names a file somewhere else is not looked for
            self._refuse("a document type is not read")

    def _refuse(self, reason: str) -> None:
        raise broken("XML", reason, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)


def in_seconds(given: str | None, unit: float) -> float | None:
    time = seconds(given) if given else None
    return None if time is None else round(time * unit, 3)
