"""Word and PDF files as the gateway makes them: in a process of their own."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from app.documents import apart
from app.documents.apart import Maker
from app.documents.building import Wishes, document_of
from app.errors import Busy, DocumentTooLarge, TemplateError
from tests.documents.made import NASTY, exported, item, minutes, summary, turns
from tests.documents.words import template, texts

pytestmark = pytest.mark.acceptance
# Tangut, Anatolian hieroglyphs, Sutton SignWriting and a rare Chinese character: few machines have fonts for one of them.
RARE = ("\U00017000", "\U00014400", "\U0001d800", "\U0003134a")


def pages(made: bytes, folder: Path) -> str:
    """The text of a PDF."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    file = folder / "made.pdf"
    file.write_bytes(made)
    return subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout


def test_a_pdf_holds_title_sections_footnotes_and_hostile_texts_as_they_are(tmp_path: Path) -> None:
    items = [item(n, text, "action", owner=text) for n, text in enumerate(NASTY)]

    made = exported("pdf", minutes(*items, title="Board [x] $y$ @z", said=turns(words=NASTY)), Wishes(appendix=True))

    text = pages(made, tmp_path)
    assert made.startswith(b"%PDF-")
    assert "Board [x] $y$ @z" in text
    assert '#panic("x")' in text
    assert "Transcript" in text


def without_a_font() -> str:
    """A character that no font of this machine has."""
    listing = shutil.which("fc-list")
    for each in RARE:
        if listing is None or not subprocess.run([listing, f":charset={ord(each):x}"], check=True, capture_output=True).stdout:
            return each
    pytest.skip("this machine has a font for everything")


def test_a_pdf_names_the_characters_that_no_font_shows(tmp_path: Path) -> None:
    rare = without_a_font()

    made = exported("pdf", minutes(item(0, f"Shown: Ж, not shown: {rare}")))

    assert f"U+{ord(rare):04X}" in pages(made, tmp_path)


def test_a_pdf_of_persian_minutes_is_whole(tmp_path: Path) -> None:
    text = pages(exported("pdf", minutes(item(0, "بودجه را نگه می‌داریم"), language="fa", title="جلسه")), tmp_path)

    assert "U+" not in text


def test_a_word_file_is_made_by_the_services_template() -> None:
    made = exported("docx", minutes(), template=template("ACME {{ title }}"))

    assert texts(made) == ["ACME Board"]


def test_a_word_file_without_a_template_can_be_opened() -> None:
    made = exported("docx", summary("Ann Berg : hello"), Wishes(appendix=True))

    assert Document(io.BytesIO(made)).paragraphs[0].style.name == "Title"


def test_a_hostile_template_is_a_problem_of_its_file() -> None:
    with pytest.raises(TemplateError, match=r"board\.docx: .*__class__"):
        exported("docx", minutes(), template=template("{{ title.__class__ }}"))


def test_what_takes_too_long_ends_and_is_refused() -> None:
    document = document_of(minutes(said=turns(15_000)), Wishes(appendix=True))

    with pytest.raises(DocumentTooLarge, match="takes more than 0 s"):
        Maker(seconds=0).made("pdf", document)


def test_a_document_beyond_the_bound_starts_no_process() -> None:
    words = ["x" * apart.LARGEST]
    document = document_of(minutes(said=turns(1, words=words)), Wishes(appendix=True))

    with pytest.raises(DocumentTooLarge, match="holds more than"):
        Maker().made("pdf", document)


def test_one_more_than_can_be_made_at_once_waits_its_turn() -> None:
    maker = Maker(wait=0.01)
    document = document_of(minutes(), Wishes())

    with maker.slots, pytest.raises(Busy):
        maker.made("pdf", document)


def test_a_web_process_loads_neither_typst_nor_docxtpl_nor_icalendar() -> None:
    code = "import sys, app.web; print(sorted({'typst', 'docx', 'docxtpl', 'icalendar', 'lxml'} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
