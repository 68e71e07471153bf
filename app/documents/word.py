"""Documents as Word files: the service's own template or ours, filled by docxtpl in the sandbox; made in a process of its own
(`making`), as a template may be anybody's."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import jinja2
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2.exceptions import SecurityError
from lxml.etree import LxmlError

from app.documents import footnotes
from app.documents.sample import SAMPLE
from app.documents.word_template import template as our_template
from app.errors import Problem, TemplateError, nearest
from app.sandbox import Sandbox, bounded

LARGEST = 4 * 2**20  # bytes of a template
MOST_PARTS = 500
LARGEST_UNPACKED = 32 * 2**20  # bytes of all parts of a template
MAIN = "word/document.xml"
PROPERTIES, LONGEST_PROPERTY = ("author", "comments", "identifier", "language", "subject", "title"), 255  # characters
_MISHAPS = (
    jinja2.TemplateError,
    LxmlError,
    PackageNotFoundError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    NotImplementedError,  # a compression that zipfile does not know
    zipfile.BadZipFile,
    SyntaxError,
)
_TAGS = re.compile(r"<[^>]+>")


def made(document: Mapping[str, Any], template: bytes | None = None, file: str = "") -> bytes:
    """The Word file; *template* is the service's own, and *file* its name. Raises TemplateError."""
    if template is not None:
        check_size(template, file)
    try:
        return _filled(document, template or our_template())
    except _MISHAPS as exc:
        if template is None:
            raise
        raise TemplateError(Problem(file, "", _reason(exc))) from exc


def check(template: bytes, file: str) -> None:
    """Fills *template* with a sample. Raises TemplateError."""
    made(SAMPLE, template, file)


def check_size(template: bytes, file: str) -> None:
    """Raises TemplateError if *template* is no Word file, or larger than one needs to be."""
    if len(template) > LARGEST:
        raise TemplateError(Problem(file, "", f"is larger than {LARGEST} bytes"))
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as exc:
        raise TemplateError(Problem(file, "", "is no Word document (.docx)")) from exc
    if MAIN not in {part.filename for part in parts}:
        raise TemplateError(Problem(file, "", "is no Word document (.docx)"))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        reason = f"unpacks to more than {MOST_PARTS} parts or {LARGEST_UNPACKED} bytes: use smaller pictures"
        raise TemplateError(Problem(file, "", reason))
    if any(PurePosixPath(part.filename).name.lower() == "vbaproject.bin" for part in parts):
        raise TemplateError(Problem(file, "", "holds macros: save it as a .docx without them"))


def values(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a template may use (document/documents.md)."""
    sections = [
        {
            "heading": section["heading"],
            "level": section["level"],
            "blocks": [{**block, "text": footnotes.text_of(block["spans"])} for block in section["blocks"]],
        }
        for section in document["sections"]
    ]
    names = (
        *("title", "date", "day", "language", "participants", "between", "about", "entries", "transcript", "words", "service"),
        *("job", "made"),
    )
    return {**{name: document[name] for name in names}, "sections": sections}


class _Template(DocxTemplate):  # type: ignore[misc]
    """A template whose properties have the beginning of what they are filled with, if that is longer than Word allows."""

    def render_properties(self, context: dict[str, Any], jinja_env: jinja2.Environment | None = None) -> None:
        environment, properties = jinja_env or Sandbox(), self.docx.core_properties
        for name in PROPERTIES:
            text = environment.from_string(getattr(properties, name)).render(context)
            setattr(properties, name, text[:LONGEST_PROPERTY])


def _filled(document: Mapping[str, Any], template: bytes) -> bytes:
    filled = _Template(io.BytesIO(template))
    environment = Sandbox(autoescape=True, undefined=jinja2.StrictUndefined)
    given = values(document)
    _refuse_unknown(filled, environment, given)
    with bounded():
        filled.render(given, environment)
    footnotes.resolve(filled.docx, {note["number"]: note["text"] for note in document["notes"]})
    if document["direction"] == "rtl":
        footnotes.right_to_left(filled.docx)
    file = io.BytesIO()
    filled.save(file)
    return file.getvalue()


def _refuse_unknown(template: DocxTemplate, environment: Sandbox, given: Mapping[str, Any]) -> None:
    """Raises UndefinedError for a name that documents do not have."""
    used = template.get_undeclared_template_variables(environment)
    known = {*given, *environment.globals}
    for name in sorted(used - known):
        raise jinja2.UndefinedError(f"there is no {name}{nearest(name, given)}; there are {', '.join(given)}")


def _reason(exc: Exception) -> str:
    """What is wrong, with the words of the template around it."""
    around = " ".join(_TAGS.sub("", line).strip() for line in getattr(exc, "docx_context", ()))
    near = f" (near “{around.strip()[:120]}”)" if around.strip() else ""
    if isinstance(exc, jinja2.TemplateSyntaxError):
        return f"{exc.message}{near}: is every tag closed?"
    if isinstance(exc, jinja2.TemplateError | SecurityError):
        return f"{exc.message or type(exc).__name__}{near}"
    return f"cannot be filled: {type(exc).__name__}: {str(exc)[:200]}{near}"
