"""UTF-8 that a program read in an older code page and saved anew: `Ã©` for `é`, `Ð”Ð°` for `Да`."""

from __future__ import annotations

import re
from itertools import islice

_PAGES = ("cp1252", "cp1251", "cp1250", "mac_roman", "cp437")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LOOKED_AT = 200  # runs of characters beyond ASCII by which a page is found
_LEAST = 2  # characters that come out
_NEARLY_ALL = 0.8  # of these runs come out; others were damaged, or added later
_ESCAPED = re.compile(r"(?<!\\)(?:\\u00[89a-fA-F][0-9a-fA-F])+")  # in JSON
_LOST_QUOTE, _QUOTE = "â€\ufffd", "â€\x9d"  # Windows-1252 has no character for the last byte of a closing quotation mark
_ALONE = "Ã"  # of two characters; the other is a space that is not broken, or became one
_LOST_BLANK = re.compile(r"Ã {1,2}(?=\S)")  # an `à`
READ_WRONG = "characters of UTF-8 that were read in another encoding"
# What comes out is in use: letters of Latin, Greek, Cyrillic, Hebrew, Arabic, India and East Asia, and signs; no phonetic ones.
_IN_USE = re.compile(
    r"[\x80-\u0217\u0218-\u021b\u02bb-\u02dd\u0300-\u0345\u0370-\u03ff\u0400-\u04ff\u0530-\u058f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff"
    r"\u10a0-\u10ff\u1e00-\u1eff\u2000-\u206f\u20a0-\u20bf\u2100-\u22ff\u2500-\u27bf\u3000-\u9fff\uac00-\ud7a3\ufe0f\uff00-\uffef"
    r"\U0001f000-\U0001faff]+"
)
_UNUSUAL_ALONE = re.compile(r"[\u0100-\u017f\u0370-\u03ff\u0530-\u058f\u0590-\u06ff]")  # two characters that somebody may write


def read_again(text: str) -> tuple[str, int]:
    """*text* as it was before, and how many characters were read wrong; *text* itself and 0 if nearly all are right."""
    if text.isascii():
        return text, 0
    runs = [found[0] for found in islice(_BEYOND_ASCII.finditer(text), _LOOKED_AT) if found[0] != _ALONE]
    page = next((page for page in _PAGES if runs and _is_wrong(runs, page)), None)
    if page is None:
        return text, 0
    number = 0

    def again(found: re.Match[str]) -> str:
        nonlocal number
        read = _read(found[0], page)
        number += 0 if read is None else len(read)
        return found[0] if read is None else read

    text = _LOST_BLANK.sub("Ã\xa0 ", text) if page == "cp1252" else text
    return _BEYOND_ASCII.sub(again, text), number


def escapes_read_again(text: str) -> tuple[str, int]:
    """The JSON *text* with the characters that it escapes as they were before, as `read_again` gives them."""
    if "\\u00" not in text:
        return text, 0
    read, number = read_again(_ESCAPED.sub(lambda found: found[0].encode().decode("unicode_escape"), text))
    return (read, number) if number else (text, 0)


def _is_wrong(runs: list[str], page: str) -> bool:
    """Whether nearly all *runs* are UTF-8 that was read as *page*; a few characters must be those that are wrong most often."""
    if _read(runs[0], page) is None and _read(runs[-1], page) is None:
        return False  # as nearly always
    right = [read for run in runs if (read := _read(run, page)) is not None]
    made = "".join(right)
    if len(made) < _LEAST or len(right) < _NEARLY_ALL * len(runs):
        return False
    return len(made) > 2 * _LEAST or not _UNUSUAL_ALONE.search(made)


def _read(run: str, page: str) -> str | None:
    """What *run* was; None if it is no UTF-8 in *page*. What *page* has no character for stands for itself, as programs do."""
    try:
        run = run.replace(_LOST_QUOTE, _QUOTE)
        raw = b"".join(bytes([ord(each)]) if "\x80" <= each <= "\x9f" else each.encode(page) for each in run)
        text = raw.decode("utf-8")
    except UnicodeError:
        return None
    return text if _IN_USE.fullmatch(text) else None
