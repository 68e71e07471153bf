"""A job's result as a file or on stdout, in the form that the file's ending names."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from app.commands.remote import WrongArguments

if TYPE_CHECKING:
    from app.client import Gateway, Result

TEXTS = (".md", ".txt", "")
JSON = ".json"
EXPORTS = (".html", ".docx", ".pdf", ".srt", ".vtt", ".csv", ".ics")  # made by the gateway


def check(out: str | None) -> None:
    """Raises WrongArguments if nothing can be written to *out*: better now than when the result is there."""
    if out is None:
        return
    path = Path(out)
    known = (*filter(None, TEXTS), JSON, *EXPORTS)
    if path.suffix.lower() not in ("", *known):
        raise WrongArguments(f"{path}: the ending of its name must say what is written; there are {', '.join(known)}")
    try:
        writable(out)
    except argparse.ArgumentTypeError as error:
        raise WrongArguments(str(error)) from error


def writable(given: str) -> Path:
    """The type of an argument that is a file to write."""
    path = Path(given)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is a folder: name a file in it")
    if not os.access(path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{path.parent} is no folder that this user may write to: name another file")
    return path


def write(gateway: Gateway, result: Result, out: str | None) -> None:
    """Writes *result* to the file *out*, whole or not at all, or to stdout. Other forms than text and JSON are asked of
    *gateway*. Raises OSError, Refused."""
    if out is None:
        sys.stdout.write(_text(result))
        return
    path = Path(out)
    ending = path.suffix.lower()
    if ending in TEXTS:
        data = _text(result).encode()
    elif ending == JSON:
        data = (json.dumps(record(result), ensure_ascii=False, indent=2) + "\n").encode()
    else:
        data = gateway.export(result.job.id, ending.removeprefix("."))
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def record(result: Result) -> dict[str, object]:
    """All that is known of *result*, as JSON."""
    minutes = {} if result.minutes is None else {"minutes": result.minutes}
    job = {name: result.job.body.get(name) for name in ("jobId", "service", "flavor", "created", "finished", "tokens")}
    return {**job, "text": result.text, "warnings": list(result.warnings), "coverage": result.coverage, **minutes}


def _text(result: Result) -> str:
    return result.text.rstrip("\n") + "\n"
