"""XML in which no name of an element or attribute says who speaks: captions, and paragraphs that may begin with labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from app.transcript.formats import tables
from app.transcript.formats.base import Passage, Reading, seconds
from app.transcript.formats.xml_tree import Element, attributes, local, written

_TEXTS = tables.TEXTS | {"p", "l", "s", "u", "ab", "line", "para", "paragraph", "seg", "cue", "subtitle", "caption", "xmltext"}
_STARTS = ("begin", "start", "starttime", "start_time", "stime", "timein", "in", "from", "time", "t")
_ENDS = ("end", "endtime", "end_time", "etime", "timeout", "out", "to", "stop")
_LENGTHS = ("dur", "duration", "d")
_TIMES = frozenset([*_STARTS, *_ENDS, *_LENGTHS])
_INLINE = frozenset(["b", "i", "u", "em", "strong", "br", "span", "font", "s", "w", "pc", "t", "r", "ruby", "rt", "tspan"])
_SILENT = frozenset(
    [
        *("metadata", "meta", "head", "header", "title", "id", "index", "number", "num"),
        *("no", "nr", "language", "lang", "style", "styles", "styling", "layout", "confidence"),
        *("loadfont", "information", "info", "author", "creator", "subtitleid", "movietitle", "reelnumber"),
    ]
)
_DRAWINGS = frozenset(["svg"])  # whose texts are captions of boxes
_LEAST = 2  # lines
_Times = tuple[float | None, float | None]


def read(root: Element) -> Reading | None:
    """The elements that hold words: those that have a time, in themselves or around or beside them, or that are called as a
    text is. None if these are not most of the words. What else holds words is left out and counted."""
    if local(root.name) in _DRAWINGS:
        return None
    passages: list[Passage] = []
    left_out: Counter[str] = Counter()
    said = unsaid = 0
    for name, times, element in _worded(root):
        words = tuple(" ".join(line.split()) for line in written(element).split("\n") if line.strip())
        length = sum(map(len, words))
        if times[0] is not None or name in _TEXTS:
            passages.append(Passage(words, "", *times))
            said += length
        else:
            left_out[f"<{name}>"] += 1
            unsaid += length
    if sum(len(each.lines) for each in passages) < _LEAST or unsaid > said:
        return None
    return Reading("xml", tuple(passages), left_out=dict(left_out), rolls=any(each.start is not None for each in passages))


def _worded(root: Element) -> Iterator[tuple[str, _Times, Element]]:
    """The elements that hold words, with their names and times; heads, numbers and times are none."""
    left: list[tuple[Element, _Times]] = [(root, (None, None))]
    while left:
        element, around = left.pop()
        name = local(element.name)
        inner = element.elements
        if name in _SILENT or (name in _TIMES and not inner and seconds(element.text()) is not None):
            continue
        beside = {local(each.name): each.text() for each in inner if local(each.name) in _TIMES and not each.elements}
        times = _bounds(attributes(element), _bounds(beside, around) if beside else around)
        worded = any(isinstance(each, str) and each.strip() for each in element.inside)
        if worded or (inner and not beside and _are_inline(inner) and all(_are_inline(each.elements) for each in inner)):
            if element.text().strip():
                yield name, times, element
        else:
            left += [(each, times) for each in reversed(inner)]


def _are_inline(elements: Sequence[Element]) -> bool:
    return all(local(each.name) in _INLINE for each in elements)


def _bounds(given: Mapping[str, str], around: _Times) -> _Times:
    start = next((time for key in _STARTS if (time := seconds(given.get(key, ""))) is not None), None)
    if start is None:
        return around
    end = next((time for key in _ENDS if (time := seconds(given.get(key, ""))) is not None), None)
    length = next((time for key in _LENGTHS if (time := seconds(given.get(key, ""))) is not None), None)
    return start, round(start + length, 3) if end is None and length is not None else end
