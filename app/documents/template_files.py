"""The Word templates of services: `services/NAME.docx`, read when a document is made, so that an edit is live at once."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.documents.apart import Template
from app.errors import Problem, TemplateError

ENDING = ".docx"
FONTS = "fonts"  # a folder beside the services: fonts for PDF files that the system has not
LARGEST = 4 * 2**20  # bytes


def read(file: Path) -> Template | None:
    """The template in *file*; None if there is no such file. Raises TemplateError if it cannot be used."""
    try:
        with open(file, "rb", opener=_opener) as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                return None
            content = opened.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise TemplateError(Problem(file.name, "", f"cannot be read: {exc.strerror}")) from exc
    if len(content) > LARGEST:
        raise TemplateError(Problem(file.name, "", f"is larger than {LARGEST} bytes"))
    return Template(file.name, content)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe without a writer would never open
