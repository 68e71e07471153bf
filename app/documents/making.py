"""The process that makes Word and PDF files (`python3 -m app.documents.making`): it may be killed, as it serves nobody.

It reads one line of JSON, `{"format", "document", "template", "file", "fonts", "seconds"}`, and writes the file, or a problem
as JSON with the status `PROBLEM`."""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.errors import TemplateError, raised_at

PROBLEM, NO_MEMORY = 3, 4  # exit statuses: a template is wrong; more memory was needed than there is
MEMORY = 1280 * 2**20  # bytes that this process may take


def main() -> None:
    """Makes one file."""
    asked = json.loads(sys.stdin.buffer.read())
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, asked["seconds"])
    try:
        made, status = _made(asked), 0
    except TemplateError as exc:
        made, status = json.dumps(asdict(exc.problem)).encode(), PROBLEM
    except MemoryError:
        made, status = b"", NO_MEMORY
    except Exception as exc:  # noqa: BLE001 - a bug: its message may quote a transcript, so only its place is told
        made, status = f"{type(exc).__name__} at {raised_at(exc)}".encode(), 1
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    os._exit(status)


def _made(asked: Mapping[str, Any]) -> bytes:
    if asked["format"] == "pdf":
        from app.documents import pdf

        return pdf.made(asked["document"], asked["fonts"])
    from app.documents import word

    template = base64.b64decode(asked["template"]) if asked["template"] else None
    return word.made(asked["document"], template, asked["file"])


def _limit(what: int, most: int) -> None:
    """Bounds *what*; a lower bound that the system has set stays."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
