"""Numbers that are said in words, as they are written in digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

LIBRARY = frozenset({"en", "fr", "es", "de"})  # languages that text2num reads
_WORD = re.compile(r"[^\W\d_]+")
_AND = "و"
ONES = [
    "یک",
    "دو",
    "سه",
    "چهار",
    "پنج",
    "شش",
    "هفت",
    "هشت",
    "نه",
    "ده",
    "یازده",
    "دوازده",
    "سیزده",
    "چهارده",
    "پانزده",
    "شانزده",
    "هفده",
    "هجده",
    "نوزده",
]
TENS = ["بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"]
_HUNDREDS = ["صد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"]
_SCALES = {"هزار": 1_000, "میلیون": 1_000_000, "میلیارد": 1_000_000_000}
_VALUES = {
    **{word: number for number, word in enumerate(ONES, 1)},
    **{word: number * 10 for number, word in enumerate(TENS, 2)},
    **{word: number * 100 for number, word in enumerate(_HUNDREDS, 1)},
}
_NO = "نه"  # "nine" and "no"


def in_digits(text: str, language: str) -> str:
    """*text* with its number words in digits; for a language that is not read here, *text* as it is."""
    if language == "fa":
        return " ".join(map(str, _persian(text)))
    if language not in LIBRARY:
        return text
    from text_to_num import alpha2digit

    return str(alpha2digit(text, language))


def _persian(text: str) -> Iterator[int]:
    """The numbers of a Persian text: words joined by "and" are one, and so is a scale behind them."""
    words = _WORD.findall(text)
    at = 0
    while at < len(words):
        number, end = _number(words, at)
        if end > at and not (end == at + 1 and words[at] == _NO):
            yield number
        at = max(end, at + 1)


def _number(words: list[str], at: int) -> tuple[int, int]:
    """The number that begins at the word *at*, and where it ends; there itself if none begins."""
    whole = part = 0
    end, joined = at, True
    for place in range(at, len(words)):
        word = words[place]
        if word in _SCALES and (joined or end == place):
            whole, part, joined = whole + (part or 1) * _SCALES[word], 0, False
        elif word in _VALUES and joined:
            part, joined = part + _VALUES[word], False
        elif word == _AND and end == place and place > at:
            joined = True
            continue
        else:
            break
        end = place + 1
    return whole + part, end
