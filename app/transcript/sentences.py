"""Where sentences end, in any language: one scan for the marks of all scripts, and a rule for the full stop."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.transcript.lexicon import ABBREVIATIONS, ABBREVIATIONS_BEFORE_A_NUMBER, BEFORE_AN_ORDINAL

_HARD = "。．｡！？؟۔।॥։።፧፨។៕།༎᙮᠃᠉﹒﹖﹗။"  # end a sentence even without white space behind them
_SOFT = ".!?…‼⁇⁈⁉⸮"  # only before white space
_CLOSERS = "\"'”’»›)\\]}」』）】〉》〕｣«‹“"  # « and “ close where a mark stands right before them, as in German
_END = re.compile(rf"(?P<mark>[{_HARD}{_SOFT}]+)(?:[{_CLOSERS}]|\s[»›](?=\s|$))*(?P<gap>\s*)")
_OPENERS = re.compile(r"[\s\"'“”„‘’«»‹›(\[{¿¡—–-]*")
_ELISION = re.compile(r"^\w{1,4}['’]")  # l'art. 3
_HALF_DAY = re.compile(r"\d ?[ap]\. ?m$", re.IGNORECASE)  # "at 7 p.m. The vote", unlike "7 p.m. Monday"
_DAY_OR_ZONE = re.compile(r"\w+day\b|[A-Z]{2,4}\b|(?:Eastern|Central|Pacific|Mountain|Greenwich)\b|\d")
_REACH = 32  # characters looked back for the word before a full stop


def ends(text: str) -> Iterator[int]:
    """The position behind each sentence of *text*, closing quotes included and white space not; then that of the text."""
    for found in _END.finditer(text):
        if found.end() == len(text):
            break
        if _ends_a_sentence(text, found):
            yield found.start("gap")
    if text:
        yield len(text)


def _ends_a_sentence(text: str, found: re.Match[str]) -> bool:
    mark = found["mark"]
    if mark == ".":
        return bool(found["gap"]) and _is_full_stop(text, found)
    if any(character in _HARD for character in mark):
        return not (mark == "．" and text[found.end()].isdigit())
    return bool(found["gap"]) and not _goes_on(text, found.end())


def _goes_on(text: str, position: int) -> bool:
    """Whether a small letter is the first that comes."""
    if text[position].isalnum():
        return text[position].islower()
    after = _OPENERS.match(text, position)
    return after is not None and text[after.end() : after.end() + 1].islower()


def _is_full_stop(text: str, found: re.Match[str]) -> bool:
    """Whether the lone dot that was *found* before white space ends a sentence, rather than an abbreviation or a number."""
    before = text[max(0, found.start() - _REACH) : found.start()]
    if not before or before[-1].isspace():
        return True  # a dot on its own, as tokenised transcripts have them
    if _goes_on(text, found.end()):
        return False
    last = before.rsplit(None, 1)[-1]
    word = last.lstrip("\"'“”„‘«»‹›([{¿¡—–-")
    if word.isdigit():
        return not _is_ordinal(word, before.removesuffix(last))
    if before[-1] in "mM" and _HALF_DAY.search(before):
        return not _DAY_OR_ZONE.match(text, found.end())
    return not _is_abbreviation(word, text[found.end()].isdigit())


def _is_abbreviation(word: str, number_follows: bool) -> bool:
    """Whether a dot belongs to *word*: an initial, letters with dots between them, or one that is always cut short."""
    if len(word) == 1 and word.upper() != word.lower():
        return True
    if "." in word:
        return all(part.isalpha() and len(part) <= 3 for part in word.split("."))
    if not word.isalnum():
        word = _ELISION.sub("", word)
    folded = word.casefold()
    if folded in ABBREVIATIONS_BEFORE_A_NUMBER:
        return number_follows
    return folded in ABBREVIATIONS or word in ABBREVIATIONS


def _is_ordinal(digits: str, before: str) -> bool:
    """Whether `19.` counts, as in "am 19. Dezember", or numbers an item of a list."""
    if len(digits) > 2:
        return False
    last = (before.split() or ["."])[-1]
    if last[-1] in _HARD + _SOFT:
        return not _is_abbreviation(last.rstrip("."), number_follows=True)  # an item of a list, but not "p. 12."
    return last.casefold() in BEFORE_AN_ORDINAL
