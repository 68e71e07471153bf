"""Word files: templates of authors, and what stands in a document."""

from __future__ import annotations

import io
import zipfile

from docx import Document

from app.documents.apart import Template


def template(*paragraphs: str, file: str = "board.docx", **parts: bytes) -> Template:
    """A template with *paragraphs*, and further parts of its archive by name."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    packed = io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return Template(file, packed.getvalue())


def texts(made: bytes) -> list[str]:
    """The paragraphs that hold something."""
    return [paragraph.text for paragraph in Document(io.BytesIO(made)).paragraphs if paragraph.text]


def part(made: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return archive.read(name).decode()
