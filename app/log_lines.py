"""Lines of the log as JSON: one object a line, with the ids and names that its words speak of as fields."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime
from typing import Any

TEXT, JSON = "text", "json"
PLAIN = "%(asctime)s %(levelname)-7s %(process)d %(name)s: %(message)s"
ACCESS = "app.web.access"
ACCESS_FIELDS = ("client", "method", "path", "status", "milliseconds", "request")
NAMED = frozenset({"request", "job", "service", "flavor", "backend", "worker"})
_PLACEHOLDER = re.compile(r"(?:(\w+) )?%(?:%|[-#0 +]*\d*(?:\.\d+)?[a-zA-Z])")


def formatter(log_format: str) -> logging.Formatter:
    """The formatter of the setting LOG_FORMAT."""
    return JsonLines() if log_format == JSON else logging.Formatter(PLAIN)


def are_json() -> bool:
    """Whether this process writes its log as JSON."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)


def catch_all() -> None:
    """Makes lines of the log of what Python would print: warnings, and errors that nobody catches."""
    logging.captureWarnings(True)
    log = logging.getLogger("app.uncaught")
    sys.excepthook = lambda kind, error, trace: log.critical("%s", kind.__name__, exc_info=(kind, error, trace))
    threading.excepthook = lambda given: log.error(
        "%s in a thread",
        given.exc_type.__name__,
        exc_info=(given.exc_type, given.exc_value or given.exc_type(), given.exc_traceback),
    )


class JsonLines(logging.Formatter):
    """Our messages say `request %s: …`, `job %s of the service %s`: what follows such a word is a field of that name too."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": record.process,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    if not isinstance(record.args, tuple) or not record.args:
        return {}
    if record.name == ACCESS and len(record.args) == len(ACCESS_FIELDS):
        return dict(zip(ACCESS_FIELDS, record.args, strict=True))
    words = [found[1] for found in _PLACEHOLDER.finditer(str(record.msg)) if not found[0].endswith("%%")]
    return {word: str(value) for word, value in zip(words, record.args, strict=False) if word in NAMED}
