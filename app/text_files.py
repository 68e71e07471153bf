"""Files that people write and editors save: what their bytes say as text, or why they are none; and how one is replaced."""

from __future__ import annotations

import codecs
import os
import tempfile
from pathlib import Path

LARGEST_SECRET = 2**16  # bytes
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAMPLE = 200  # bytes that show whether every other one is zero
_PRINTABLE = range(0x20, 0x7F)  # what a header may hold besides


class NotText(ValueError):
    """Bytes that are no UTF-8, or too many; the message says what they are, and *line* where that shows."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def read(file: Path, most: int) -> str:
    """The text of *file*. Raises OSError, and NotText if it is none or larger than *most* bytes."""
    with file.open("rb") as opened:
        raw = opened.read(most + 1)
    if len(raw) > most:
        raise NotText(f"is larger than {most} bytes")
    return decoded(raw)


def decoded(raw: bytes) -> str:
    """The text that *raw* is as UTF-8, without a byte order mark. Raises NotText."""
    if _is_utf_16(raw):
        raise NotText("is UTF-16: save it as UTF-8")
    if b"\0" in raw:
        raise NotText("holds zero bytes: it is no text, or was not written whole", _line(raw, raw.index(b"\0")))
    body = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode()
    except UnicodeDecodeError as exc:
        reason = f"is not UTF-8: the byte 0x{body[exc.start]:02x} does not belong there; save it as UTF-8"
        raise NotText(reason, _line(body, exc.start)) from exc


def secret(file: str) -> str:
    """The secret that *file* holds, without a byte order mark before it and the line ends behind it.

    Raises ValueError, which continues "the file …" and never says what is in it."""
    try:
        return read(Path(file), LARGEST_SECRET).strip("\r\n")
    except OSError as exc:
        raise ValueError(f"cannot be read: {exc.strerror}") from exc
    except NotText as exc:
        raise ValueError(str(exc).partition(": the byte")[0]) from exc


def replace(file: Path, text: str, mode: int = 0o600) -> None:
    """Replaces *file* as a whole: who reads it meanwhile sees the old or the new. Raises OSError."""
    target = file.resolve()  # a link stays one
    made = draft(target, text, mode)
    try:
        os.replace(made, target)
    except OSError:
        Path(made).unlink(missing_ok=True)
        raise


def draft(file: Path, text: str, mode: int = 0o600) -> str:
    """A new file beside *file* that holds *text*, on the disk; its name begins with a dot. Raises OSError, and leaves none."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
            os.fchmod(opened.fileno(), mode)
            opened.flush()
            os.fsync(opened.fileno())
    except BaseException:  # whatever ends it leaves no draft behind
        Path(name).unlink(missing_ok=True)
        raise
    return name


def unfit_for_a_header(value: str) -> str:
    """Why no HTTP header can hold *value*, without repeating it; nothing if one can."""
    wrong = next((at for at, each in enumerate(value, 1) if ord(each) not in _PRINTABLE), None)
    if wrong is None:
        return "begins or ends with a space, which no HTTP header can hold" if value != value.strip() else ""
    what = "a line end" if value[wrong - 1] in "\r\n" else "a character"
    return f"holds {what} (character {wrong}) that no HTTP header can hold"


def _is_utf_16(raw: bytes) -> bool:
    """True for a byte order mark of UTF-16, or if about every other byte at the beginning is zero, and no byte between."""
    if raw.startswith(_UTF_16):
        return True
    zeros = [raw[first:_SAMPLE:2].count(0) for first in (0, 1)]
    return len(raw) > 3 and min(zeros) == 0 and max(zeros) > min(len(raw), _SAMPLE) / 4


def _line(raw: bytes, at: int) -> int:
    return raw.count(b"\n", 0, at) + 1
