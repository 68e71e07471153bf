"""The Word template that documents use if their service has none of its own.

`python3 -m app.documents.word_template services/NAME.docx` writes it as a file, to be changed in Word."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from app.documents.footnotes import MARK_STYLE, NOTE_STYLE

GREY = RGBColor(0x59, 0x59, 0x59)
PARAGRAPH, CHARACTER = WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER
WIDTH = Cm(16.4)  # of the text of an A4 page
# A paragraph each: its style and its text. A loop or condition stands in a paragraph of its own, which docxtpl removes.
_HEAD = (
    ("Title", "{{ title }}"),
    ("", "{%p if date %}"),
    ("Normal", "{{ words.date }}: {{ day }}"),
    ("", "{%p endif %}"),
    ("", "{%p if participants %}"),
    ("Normal", "{{ words.participants }}: {{ participants | join(between) }}"),
    ("", "{%p endif %}"),
    ("", "{%p for section in sections %}"),
    ("", "{%p if section.heading and section.level == 1 %}"),
    ("Heading 1", "{{ section.heading }}"),
    ("", "{%p elif section.heading and section.level == 2 %}"),
    ("Heading 2", "{{ section.heading }}"),
    ("", "{%p elif section.heading %}"),
    ("Heading 3", "{{ section.heading }}"),
    ("", "{%p endif %}"),
    ("", "{%p for block in section.blocks %}"),
    ("", '{%p if block.kind == "bullet" and block.level == 0 %}'),
    ("List Bullet", "{{ block.text }}"),
    ("", '{%p elif block.kind == "bullet" and block.level == 1 %}'),
    ("List Bullet 2", "{{ block.text }}"),
    ("", '{%p elif block.kind == "bullet" %}'),
    ("List Bullet 3", "{{ block.text }}"),
    ("", '{%p elif block.kind == "number" %}'),
    ("Numbered", "{{ block.number }}.\t{{ block.text }}"),
    ("", '{%p elif block.kind == "table" %}'),
)
_MIDDLE = (
    ("Normal", ""),
    ("", "{%p else %}"),
    ("Normal", "{{ block.text }}"),
    ("", "{%p endif %}"),
    ("", "{%p endfor %}"),
    ("", "{%p endfor %}"),
    ("Heading 1", "{{ words.about }}"),
    ("", "{%p for line in about %}"),
    ("Small", "{{ line }}"),
    ("", "{%p endfor %}"),
    ("", "{%p if transcript %}"),
    ("Appendix", "{{ words.transcript }}"),
    ("", "{%p for said in transcript %}"),
)
_END = (
    ("", "{%p endfor %}"),
    ("", "{%p endif %}"),
)


def template() -> bytes:
    """The template as a Word file."""
    document = Document()
    _dress(document)
    for style, text in _HEAD:
        _paragraph(document, style, text)
    _table(document)
    for style, text in _MIDDLE:
        _paragraph(document, style, text)
    _turn(document)
    for style, text in _END:
        _paragraph(document, style, text)
    document.core_properties.title = "{{ title }}"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _paragraph(document: Any, style: str, text: str) -> None:
    document.add_paragraph(text, style=style or "Normal")


def _turn(document: Any) -> None:
    """A turn of the transcript: its number and time, who spoke, and the words."""
    paragraph = document.add_paragraph(style="Turn")
    mark = paragraph.add_run("[{{ said.number }}]{% if said.time %} {{ said.time }}{% endif %} ")
    mark.font.size, mark.font.color.rgb = Pt(8.5), GREY
    paragraph.add_run("{{ said.speaker }}:").bold = True
    paragraph.add_run(" {{ said.text }}")


def _table(document: Any) -> None:
    """A table with as many columns and rows as the block has: `tc` and `tr` repeat a cell and a row. Its head is repeated on
    each page."""
    table = document.add_table(rows=4, cols=3, style="Table Grid")
    _row(table.rows[0], "block.rows[0]", "w:tblHeader")
    for run in (run for cell in table.rows[0].cells for run in cell.paragraphs[0].runs):
        run.bold = True
    table.rows[1].cells[0].text = "{%tr for row in block.rows[1:] %}"
    _row(table.rows[2], "row")
    table.rows[3].cells[0].text = "{%tr endfor %}"


def _row(row: Any, cells: str, *properties: str) -> None:
    """A row with all *cells*, which no page break parts."""
    for cell, text in zip(row.cells, (f"{{%tc for cell in {cells} %}}", "{{ cell }}", "{%tc endfor %}"), strict=True):
        cell.text = text
    own = row._tr.get_or_add_trPr()
    own.extend(OxmlElement(name) for name in ("w:cantSplit", *properties))


def _dress(document: Any) -> None:
    """Page, fonts, and the styles that a template of Word does not bring."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.3)
    page.top_margin, page.bottom_margin = Cm(2.3), Cm(2.3)
    styles = document.styles
    styles["Normal"].font.size = Pt(10.5)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        styles[name].font.color.rgb = RGBColor(0, 0, 0)
        styles[name].paragraph_format.keep_with_next = True
    styles["Heading 1"].paragraph_format.space_before = Pt(16)
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        styles[name].paragraph_format.space_after = Pt(4)
    styles["Title"].font.size = Pt(20)
    numbered = _style(styles, "Numbered", "Normal")
    numbered.paragraph_format.left_indent, numbered.paragraph_format.first_line_indent = Cm(0.75), Cm(-0.75)
    numbered.paragraph_format.tab_stops.add_tab_stop(Cm(0.75))
    _style(styles, "Small", "Normal").font.size = Pt(9)
    styles["Small"].paragraph_format.space_after = Pt(2)
    styles["Small"].paragraph_format.keep_with_next = True  # the lines on how it came about share a page
    _style(styles, "Turn", "Normal").paragraph_format.widow_control = True
    _style(styles, "Appendix", "Heading 1").paragraph_format.page_break_before = True
    notes = _style(styles, "footnote text", "Normal")
    notes.element.styleId, notes.font.size, notes.paragraph_format.space_after = NOTE_STYLE, Pt(8.5), Pt(0)
    mark = styles.add_style("footnote reference", CHARACTER)
    mark.element.styleId, mark.font.superscript = MARK_STYLE, True
    _footer(page.footer.paragraphs[0])


def _style(styles: Any, name: str, base: str) -> Any:
    made = styles.add_style(name, PARAGRAPH)
    made.base_style = styles[base]
    return made


def _footer(paragraph: Any) -> None:
    """The title, the number of the page and how many there are."""
    paragraph.style = "Normal"  # that of footers has a tab stop in the middle
    paragraph.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    _small(paragraph.add_run("{{ title | truncate(80, false, '…') }}\t"))
    _field(paragraph, "PAGE")
    _small(paragraph.add_run(" / "))
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """A number that Word fills in; each of its parts is a run, as a number takes the look of the run that it stands in."""
    for kind, text in (("begin", ""), ("", name), ("separate", ""), ("number", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "number" else "")
        _small(run)
        if kind == "number":
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _small(run: Any) -> None:
    run.font.size, run.font.color.rgb = Pt(8), GREY


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(template())
