"""The items of a document as CSV, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io

from app.documents.cleaning import clean
from app.documents.document import Document

COLUMNS = ("id", "kind", "section", "text", "owner", "due", "due_date", "turns", "time", "speakers", "unsupported", "stale")
# A spreadsheet takes a cell that begins so for a formula, the forms of full width included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def made(document: Document) -> bytes:
    """One row an item, UTF-8 with a byte order mark, since spreadsheets read another encoding without one."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in document.entries:
        row = {**entry.record(), "stale": "yes" if entry.stale else ""}
        writer.writerow([cell("; ".join(value) if isinstance(value, list) else value) for value in map(row.get, COLUMNS)])
    return file.getvalue().encode("utf-8-sig")


def cell(value: object) -> str:
    """*value* as a cell that no spreadsheet computes: what begins as a formula gets an apostrophe before it."""
    text = clean(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
