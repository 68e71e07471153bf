"""Texts of others made safe for every format, and names of files made of them."""

from __future__ import annotations

import re
import unicodedata

MOST_OF_A_NAME = 80  # characters of a file name, without its ending
USUAL_NAME = "minutes"
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_SPACES = re.compile(r"[\t\n\r\x85\u2028\u2029 ]+")
_NO_NAME = re.compile(r"[^\w \-]+")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # devices of Windows
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LETTERS = frozenset({"L", "R", "AL"})
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi"})


def clean(text: object) -> str:
    """*text* on one line, without control characters, private characters and halves of characters: XML and JSON refuse some
    of these, the formats use private characters as marks, and one that turns the direction would turn what follows too."""
    return _SPACES.sub(" ", _DROPPED.sub("", str(text))).strip()


def direction(text: str) -> str:
    """`rtl` if most letters of *text* are written from right to left, else `ltr`."""
    kinds = [kind for each in text if (kind := unicodedata.bidirectional(each)) in _LETTERS]
    return "rtl" if sum(kind in _RIGHT_TO_LEFT for kind in kinds) * 2 > len(kinds) else "ltr"


def dated(day: str) -> str:
    """A day such as 2026-03-05 for a text of any direction: without the mark, it would read backwards behind Arabic letters."""
    return f"\u200e{day}" if day else ""


def file_name(title: str, date: str = "") -> str:
    """A name for a file that no system takes for a path, a device or a hidden file, without its ending."""
    named = " ".join(_NO_NAME.sub(" ", unicodedata.normalize("NFC", clean(title))).split())
    named = named[:MOST_OF_A_NAME].strip(" -") or USUAL_NAME
    if _RESERVED.match(named):
        named = USUAL_NAME
    return f"{named} {date}" if date and date not in named else named
