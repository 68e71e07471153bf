"""Documents as one web page without script, and without anything from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from app.documents.document import Document, clock

_FILE = Path(__file__).with_name("webpage.html")
DEEPEST = 6  # level of a heading


def made(document: Document) -> bytes:
    """The page; every text is escaped."""
    return _template().render(document=document, words=document.words, clock=clock, DEEPEST=DEEPEST).encode()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_FILE.read_text(encoding="utf-8"))
