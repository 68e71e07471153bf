"""XML that is a table: an element for each row, with a cell in each attribute or element within it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.transcript.formats import tables
from app.transcript.formats.base import Reading, spoken
from app.transcript.formats.units import in_seconds
from app.transcript.formats.xml_tree import Element, attributes, local, walk, written

_INLINE = frozenset(["b", "i", "em", "strong", "u", "br", "span", "w", "pc"])
_HEADS = frozenset(["metadata", "meta", "head", "header", "title"])
_LEAST_ROWS = 2


def read(root: Element) -> Reading | None:
    """The rows of a table with columns for who speaks and what is said; None if *root* is none, or says more than its rows."""
    rows = _rows(root)
    cells = [_cells(each) for each in rows]
    if len(rows) < _LEAST_ROWS or None in cells:
        return None
    told = [each for each in cells if each is not None]
    header = list(dict.fromkeys(name for each in told for name in each))
    columns = tables.columns_of(header, whole=True)
    if columns is None or columns.speaker is None or _outside(root, rows):
        return None
    said = [columns.utterance([each.get(name, "") for name in header]) for each in told]
    used = {columns.text, columns.speaker, columns.start, columns.end, columns.length, columns.surname}
    others = {name for place, name in enumerate(header) if place not in used}
    left_out = Counter(f"<{name}>" for row in rows for each in row.elements if (name := local(each.name)) in others)
    return Reading("xml", spoken(in_seconds(said)), left_out=left_out)


def _rows(root: Element) -> Sequence[Element]:
    """The elements with the commonest name of those that hold several cells."""
    found: dict[str, list[Element]] = {}
    several: Counter[str] = Counter()
    for element in walk(root):
        name = local(element.name)
        if element.elements or element.given:
            found.setdefault(name, []).append(element)
            several[name] += len(element.elements) + len(element.given) > 1 and name not in _HEADS
    name, number = max(several.items(), key=lambda each: each[1], default=("", 0))
    return found[name] if number else []


def _cells(row: Element) -> Mapping[str, str] | None:
    """What stands in the cells of a *row*, by their names; None if it holds more, or something twice."""
    names = [local(each.name) for each in row.elements]
    given = attributes(row)
    deep = any(local(each.name) not in _INLINE for cell in row.elements for each in cell.elements)
    worded = any(isinstance(each, str) and each.strip() for each in row.inside)
    if deep or worded or len(set(names)) < len(names) or not given.keys().isdisjoint(names):
        return None
    return {**given, **{name: " ".join(written(each).split()) for name, each in zip(names, row.elements, strict=True)}}


def _outside(root: Element, rows: Sequence[Element]) -> bool:
    """Whether words stand beside the *rows*, other than in a head."""
    inside = set(map(id, rows))
    left = [root]
    while left:
        element = left.pop()
        if id(element) in inside or local(element.name) in _HEADS:
            continue
        if any(isinstance(each, str) and each.strip() for each in element.inside):
            return True
        left += element.elements
    return False
