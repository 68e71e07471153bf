"""Word documents, made in this process; `test_apart` makes them as the gateway does."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from app.documents import word
from app.documents.apart import Template
from app.documents.building import Wishes, document_of
from app.documents.sources import Source
from app.documents.word_template import template as our_template
from app.errors import TemplateError
from tests.documents.made import NASTY, item, minutes, summary, turns
from tests.documents.words import part, template, texts


def made(of: Source, own: Template | None = None, wishes: Wishes | None = None) -> bytes:
    document = document_of(of, wishes or Wishes()).record()
    return word.made(document, own.content if own else None, own.file if own else "")


def styles(file: bytes) -> list[tuple[str, str]]:
    return [(paragraph.style.name, paragraph.text) for paragraph in Document(io.BytesIO(file)).paragraphs if paragraph.text]


def test_our_template_has_title_headings_lists_and_footnotes() -> None:
    file = made(minutes())

    assert ("Title", "Board") in styles(file)
    assert ("Heading 1", "Decisions") in styles(file)
    assert ("List Bullet", "Point 0.") in styles(file)
    notes = part(file, "word/footnotes.xml")
    assert "Turns 0–1 · 00:00:00 · Ann Berg" in notes
    assert re.findall(r'footnoteReference w:id="(\d+)"', part(file, "word/document.xml")) == ["1", "2", "3", "4", "5"]


def test_no_paragraph_of_a_loop_is_left_behind_and_no_list_is_empty() -> None:
    file = made(summary("# T\n\n- a\n\n1. b\n\n| x | y |\n|---|---|\n| 1 | 2 |"), wishes=Wishes(footnotes=False, appendix=True))

    empty = [paragraph.style.name for paragraph in Document(io.BytesIO(file)).paragraphs if not paragraph.text]
    assert empty == ["Normal"]  # behind the table
    (table,) = Document(io.BytesIO(file)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["x", "y"], ["1", "2"]]
    assert not [text for text in texts(file) if "{" in text or "%" in text]


def test_the_head_of_a_table_is_bold_and_repeated_and_no_row_is_parted() -> None:
    file = made(summary("# T\n\n| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"))

    (table,) = Document(io.BytesIO(file)).tables
    marks = [sorted(each.tag.rpartition("}")[2] for each in row._tr.trPr) for row in table.rows]
    assert marks == [["cantSplit", "tblHeader"], ["cantSplit"], ["cantSplit"]]
    assert [cell.paragraphs[0].runs[0].bold for row in table.rows for cell in row.cells] == [True, True, None, None, None, None]


def test_a_long_title_is_whole_in_the_text_and_its_beginning_in_footer_and_properties() -> None:
    title = " ".join(["words"] * 60)

    document = Document(io.BytesIO(made(minutes(title=title))))

    assert document.paragraphs[0].text == title
    assert document.core_properties.title == title[:255]
    (footer,) = document.sections[0].footer.paragraphs
    assert footer.text.startswith("words words")
    assert "…" in footer.text
    assert len(footer.text) < 100


def test_a_template_of_the_service_takes_long_properties_too() -> None:
    own = Document()
    own.core_properties.comments = "{{ title }}{{ title }}"
    file = io.BytesIO()
    own.save(file)

    document = Document(io.BytesIO(made(minutes(title="x" * 200), Template("board.docx", file.getvalue()))))

    assert document.core_properties.comments == "x" * 255


def test_the_footer_counts_pages() -> None:
    footer = part(made(minutes()), "word/footer1.xml")

    assert re.findall(r"<w:instrText>(\w+)</w:instrText>", footer) == ["PAGE", "NUMPAGES"]
    assert footer.count("<w:r>") == footer.count('<w:sz w:val="16"/>')


def test_looks_become_runs() -> None:
    file = made(summary("Ann Berg : says **so** and *more* and `x`"))

    runs = [
        (run.text, run.bold, run.italic)
        for paragraph in Document(io.BytesIO(file)).paragraphs
        for run in paragraph.runs
        if run.text.strip() in ("Ann Berg:", "so", "more", "x")
    ]
    assert runs == [("Ann Berg: ", True, None), ("so", True, None), ("more", None, True), ("x", None, None)]


def test_hostile_texts_stay_texts() -> None:
    items = [item(n, text, "action", owner=text) for n, text in enumerate(NASTY)]

    file = made(minutes(*items, title=NASTY[0], said=turns(words=NASTY)), wishes=Wishes(appendix=True))

    assert any(NASTY[0] in text for text in texts(file))
    assert "49" not in "".join(texts(file))


def test_right_to_left_documents_say_so_in_every_paragraph() -> None:
    file = made(minutes(item(0, "سلام دنیا"), language="fa"))

    body = etree.fromstring(part(file, "word/document.xml").encode())
    space = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    assert len(body.xpath("//w:p", namespaces=space)) == len(body.xpath("//w:p[w:pPr/w:bidi]", namespaces=space))
    assert body.xpath("//w:r[w:rPr/w:rtl]", namespaces=space)
    assert "<w:bidi/>" in part(file, "word/footnotes.xml")


def test_a_template_of_the_service_is_used() -> None:
    own = template("ACME {{ title }}", "{%p for entry in entries %}", "{{ entry.kind }}/{{ entry.text }}", "{%p endfor %}")

    assert texts(made(minutes(), own)) == [
        *("ACME Board", "decision/Point 0.", "action/Point 1.", "question/Point 2.", "topic/Point 3."),
    ]


def test_a_template_keeps_its_own_footnotes() -> None:
    first = Template("board.docx", made(minutes(summary=[])))  # with footnotes 1 to 4
    document = Document(io.BytesIO(first.content))
    document.add_paragraph("{%p for section in sections %}")
    document.add_paragraph("{%p for block in section.blocks %}")
    document.add_paragraph("{{ block.text }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    file = io.BytesIO()
    document.save(file)

    filled = made(minutes(summary=[]), Template("board.docx", file.getvalue()))

    ids = re.findall(r'footnoteReference w:id="(\d+)"', part(filled, "word/document.xml"))
    assert ids == [str(number) for number in range(1, 9)]
    assert set(ids) <= set(re.findall(r'w:footnote [^>]*w:id="(\d+)"', part(filled, "word/footnotes.xml")))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ titel }}", 'there is no titel; did you mean "title"?'),
        ("{{ title", "is every tag closed?"),
        ("{% for x in entries %}", "endfor"),
        ("{{ title.__class__.__mro__ }}", "__class__"),
        ("{{ ''.__class__ }}", "__class__"),
        ("{{ cycler.__init__.__globals__ }}", "__init__"),
        ("{{ entries[9].text }}", "has no element 9"),
        ("{{ 'x' * 10000000 }}", "longer than"),
        ("{% include 'other' %}", "no loader"),
        ("{%p if title %}", "endif"),
    ],
)
def test_a_broken_or_hostile_template_is_a_problem_of_its_file(text: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(reason)) as caught:
        word.check(template(text).content, "board.docx")

    assert caught.value.problem.file == "board.docx"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no Word document"),
        (b"PK\x03\x04 nonsense", "is no Word document"),
        (template(**{"big.bin": b"\0" * (word.LARGEST_UNPACKED + 1)}).content, "unpacks to more than"),
        (template(**{f"{n}.bin": b"" for n in range(word.MOST_PARTS)}).content, "unpacks to more than"),
        (template(**{"word/vbaProject.bin": b"x"}).content, "holds macros"),
    ],
    ids=["empty", "nonsense", "bomb", "parts", "macros"],
)
def test_what_is_no_sound_word_file_is_refused_before_it_is_opened(content: bytes, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        word.check(content, "board.docx")


def test_the_template_of_the_document_works() -> None:
    guide = (Path(__file__).parents[2] / "document" / "documents.md").read_text(encoding="utf-8")
    lines = guide.partition("```\n{{ title }}")[2].partition("```")[0].strip().split("\n")

    own = template("{{ title }}", *lines)

    action = item(0, "Go.", "action", owner="Bob", due_date="2026-03-06")
    assert texts(made(minutes(action, summary=[]), own)) == [
        *("Board", "Actions", "Bob: Go. (due: \u200e2026-03-06)", "☐ Go. – Bob, 2026-03-06"),
    ]


def test_every_name_of_a_template_is_described() -> None:
    guide = (Path(__file__).parents[2] / "document" / "documents.md").read_text(encoding="utf-8")

    assert not [name for name in word.values(word.SAMPLE) if f"`{name}`" not in guide]


def test_our_template_passes_its_own_check() -> None:
    word.check(our_template(), "board.docx")


def test_an_entity_in_a_template_reads_no_file() -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template("x").content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, document if name == "word/document.xml" else old.read(name))

    filled = word.made(word.SAMPLE, file.getvalue(), "board.docx")

    assert "root:" not in part(filled, "word/document.xml")
