"""`transformers`, imported late and silently: it costs 0.8 s and 66 MiB, and tells stderr that there is no torch."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def transformers() -> Any:
    """The module, with its logger down to errors. It is only ever shown local files, and never the network."""
    with _muted(logging.getLogger("transformers")):
        import transformers

        module: Any = transformers
        module.logging.set_verbosity_error()
    return module


@contextmanager
def _muted(logger: logging.Logger) -> Iterator[None]:
    logger.addFilter(_only_errors)
    try:
        yield
    finally:
        logger.removeFilter(_only_errors)


def _only_errors(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR
