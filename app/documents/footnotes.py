"""Looks and footnotes in a Word file: private characters that a template printed become runs and real footnotes.

A text that is handed to a template holds `BOLD`, `ITALIC` and `CODE` on both sides of words with that look, and
`NOTE` number `END` where a footnote stands. No text of a user holds such characters (`cleaning.clean`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree

from app.documents.cleaning import direction

NOTE_STYLE, MARK_STYLE = "FootnoteText", "FootnoteReference"  # ids of Word's own styles
BOLD, ITALIC, CODE, NOTE, END = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_MARK = re.compile(f"({BOLD}|{ITALIC}|{CODE}|{NOTE}\\d*{END})")
_LOOKS = {BOLD: "w:b", ITALIC: "w:i"}
_TEXT = qn("w:t")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def text_of(spans: Sequence[Mapping[str, Any]]) -> str:
    """The spans of a block as a text with marks."""
    return "".join(map(_marked, spans))


def _marked(span: Mapping[str, Any]) -> str:
    mark = BOLD if span["bold"] else ITALIC if span["italic"] else CODE if span["code"] else ""
    note = f"{NOTE}{span['note']}{END}" if span["note"] else ""
    return f"{mark}{span['text']}{mark}{note}"


def resolve(document: Document, notes: Mapping[int, str]) -> None:
    """Turns the marks in *document* into runs and footnotes; a mark that makes no sense is dropped."""
    own = _own(document)
    used = _Used(notes, max((int(each.get(qn("w:id"), "0")) for each in own), default=0))
    for paragraph in list(document.element.body.iter(qn("w:p"))):
        _split(paragraph, used)
    if used.numbers:
        _add(document, own, used)


@dataclass
class _Used:
    """The footnotes that the document refers to, in order, of all *notes*; their ids begin behind *offset*, the last of a
    template's own."""

    notes: Mapping[int, str]
    offset: int
    numbers: list[int] = field(default_factory=list)

    def id_of(self, number: int) -> int:
        """The id of a new reference to the footnote *number*."""
        self.numbers.append(number)
        return self.offset + len(self.numbers)


def right_to_left(document: Document) -> None:
    """Sets every paragraph from right to left, footnotes and footers too, and the runs whose letters are.

    Such runs have looks of their own in Word: each bold, italic and size is said again for them."""
    for root in _roots(document):
        for paragraph in root.iter(qn("w:p")):
            properties = paragraph.get_or_add_pPr()
            if properties.find(qn("w:bidi")) is None:
                _insert(properties, "w:bidi", _BEFORE_BIDI)
        for run in root.iter(qn("w:r")):
            if direction("".join(each.text or "" for each in run.iter(_TEXT))) == "rtl":
                properties = run.get_or_add_rPr()
                properties.append(properties.makeelement(qn("w:rtl")))
        for properties in root.iter(qn("w:rPr")):
            _twice(properties)
    for properties in document.styles.element.iter(qn("w:rPr")):
        _twice(properties)


_BEFORE_BIDI = (
    *(
        "w:pStyle",
        "w:keepNext",
        "w:keepLines",
        "w:pageBreakBefore",
        "w:framePr",
        "w:widowControl",
        "w:numPr",
        "w:suppressLineNumbers",
    ),
    *("w:pBdr", "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct"),
    *("w:autoSpaceDE", "w:autoSpaceDN"),
)


def _roots(document: Document) -> Iterator[Any]:
    """The parts with texts."""
    yield document.element.body
    for section in document.sections:
        yield section.footer._element
        yield section.header._element
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            root = parse_xml(relation.target_part.blob)
            yield root
            relation.target_part._blob = _packed(root)


def _twice(properties: Any) -> None:
    """Says each look of a run for letters from right to left too."""
    for name in ("w:b", "w:i", "w:sz"):
        own = properties.find(qn(name))
        if own is not None and properties.find(qn(f"{name}Cs")) is None:
            own.addnext(properties.makeelement(qn(f"{name}Cs"), dict(own.attrib)))


def _insert(properties: Any, tag: str, before: Sequence[str]) -> None:
    """Adds *tag* behind those of *before* that are there, as the schema wants it."""
    place = max((properties.index(each) + 1 for name in before for each in properties.findall(qn(name))), default=0)
    properties.insert(place, properties.makeelement(qn(tag)))


def _split(paragraph: Any, used: _Used) -> None:
    """Splits each run of *paragraph* at its marks; *used* grows by the footnotes that it refers to."""
    looks: set[str] = set()
    for run in list(paragraph.iter(qn("w:r"))):
        for text in list(run.findall(_TEXT)):
            if text.text and _MARK.search(text.text):
                _replace(run, text, used, looks)


def _replace(run: Any, text: Any, used: _Used, looks: set[str]) -> None:
    """Puts one run for each part of *text* before *run*, and takes *text* out of it."""
    head = [each for each in run if each.tag != qn("w:rPr")]
    before = head[: head.index(text)]
    if before:  # what stands in the run before this text keeps its place
        _put(run, before, set())
    for part in _MARK.split(text.text):
        if part in (BOLD, ITALIC, CODE):
            looks.symmetric_difference_update({part})
        elif part.startswith(NOTE):
            number = int(part[1:-1] or 0)
            if number in used.notes:
                _put(run, [_reference(run, used.id_of(number))], {NOTE})
        elif part:
            made = run.makeelement(_TEXT, {_SPACE: "preserve"})
            made.text = part
            _put(run, [made], looks)
    run.remove(text)


def _put(run: Any, content: Sequence[Any], looks: set[str]) -> None:
    """A run with *content*, dressed like *run* and with *looks*, before it."""
    made = run.makeelement(qn("w:r"))
    properties = run.find(qn("w:rPr"))
    own = deepcopy(properties) if properties is not None else run.makeelement(qn("w:rPr"))
    made.append(own)
    for mark in sorted(looks):
        _dress(own, mark)
    made.extend(content)
    run.addprevious(made)


def _dress(properties: Any, mark: str) -> None:
    """Adds a look where the schema wants it: fonts, bold, italic and position come in this order."""
    if mark == CODE:
        fonts = properties.makeelement(qn("w:rFonts"), {qn(f"w:{name}"): "Courier New" for name in ("ascii", "hAnsi", "cs")})
        for old in properties.findall(qn("w:rFonts")):
            properties.remove(old)
        properties.insert(len(properties.findall(qn("w:rStyle"))), fonts)
    elif mark == NOTE:
        properties.append(properties.makeelement(qn("w:vertAlign"), {qn("w:val"): "superscript"}))
    elif properties.find(qn(_LOOKS[mark])) is None:
        _insert(properties, _LOOKS[mark], ("w:rStyle", "w:rFonts", "w:b"))


def _reference(run: Any, number: int) -> Any:
    return run.makeelement(qn("w:footnoteReference"), {qn("w:id"): str(number)})


def _own(document: Document) -> Any:
    """The footnotes of the template, or a root for the first ones."""
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            return parse_xml(relation.target_part.blob)
    return parse_xml(f"<w:footnotes {nsdecls('w')}>{_SEPARATORS}</w:footnotes>")


def _add(document: Document, root: Any, used: _Used) -> None:
    """Puts the footnotes behind those that *root* has, and the part with all of them in the document."""
    for place, number in enumerate(used.numbers, 1):
        root.append(_footnote(used.offset + place, used.notes[number]))
    part = document.part
    for key, relation in list(part.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            del part.rels[key]
    made = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE, _packed(root), part.package)
    part.relate_to(made, RELATIONSHIP_TYPE.FOOTNOTES)


def _packed(root: Any) -> bytes:
    packed: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return packed


_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


def _footnote(number: int, text: str) -> Any:
    """A footnote, in the styles that Word has for them if the template knows these."""
    note = parse_xml(
        f'<w:footnote {nsdecls("w")} w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{NOTE_STYLE}"/></w:pPr>'
        f'<w:r><w:rPr><w:rStyle w:val="{MARK_STYLE}"/><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
        '<w:r><w:t xml:space="preserve"/></w:r></w:p></w:footnote>'
    )
    next(note.iter(_TEXT)).text = f" {text}"
    return note
