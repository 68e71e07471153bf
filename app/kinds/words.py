"""The words of texts: how two of them are compared, and which of them carry content."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from app.kinds.languages import PACKS
from app.transcript import sentence_ends

STEM = 5  # characters by which two forms of a word are taken for one
SHORTEST = 3  # letters of a content word
_PERSIAN_DAY = re.compile("(?<!\\w)(یک|دو|سه|چهار|پنج)[\u200c ](?=شنبه)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class _Letters(dict[int, str]):
    """A table for `str.translate` that is filled with what *made* makes of each letter that comes."""

    def __init__(self, made: Callable[[str], str]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, code: int) -> str:
        self[code] = self._made(chr(code))
        return self[code]


def _digit(letter: str) -> str:
    return str(unicodedata.digit(letter)) if letter.isdigit() else letter


_DIGITS = _Letters(_digit)


def plain_digits(text: str) -> str:
    """*text* with the digits of every script as 0 to 9."""
    return text if text.isascii() else text.translate(_DIGITS)


def _bare(letter: str) -> str:
    """*letter* small and without accents, its digit as 0 to 9; a space if it belongs to no word."""
    parts = unicodedata.normalize("NFKD", _digit(letter).casefold())
    return "".join(part if part.isalnum() else " " for part in parts if not unicodedata.combining(part))


_BARE = _Letters(_bare)


@lru_cache(maxsize=1024)
def flat(text: str) -> str:
    """*text* in small letters, without accents and punctuation, its digits as 0 to 9."""
    return " ".join(text.translate(_BARE).split())


def heard(texts: Iterable[str]) -> str:
    """The words of *texts*, `flat`, a space before and behind each: what words are looked up in."""
    return f" {' '.join(map(flat, texts))} "


@lru_cache(maxsize=64)
def content_words(*texts: str) -> frozenset[str]:
    """The longer words of *texts* by their beginnings, and their numbers; all words if there are none of these."""
    words = heard(texts).split()
    return frozenset(word[:STEM] for word in words if _is_longer(word)) or frozenset(words)


def _is_longer(word: str) -> bool:
    return len(word) > 3 or word[0].isdigit()


def shared(words: frozenset[str], texts: Sequence[str]) -> int:
    """How many of the content *words* of a text are content words of *texts* too. They are looked up: taking the words of long
    turns apart costs ten times as much."""
    if not all(map(_is_longer, words)):  # the text has no longer words
        return len(words & content_words(*texts))
    said = heard(texts)
    return sum((f" {word}" if len(word) == STEM else f" {word} ") in said for word in words)


def similar(one: str, other: str) -> float:
    """The share of content words that two texts have in common, 0 to 1."""
    left, right = content_words(one), content_words(other)
    return len(left & right) / len(left | right) if left | right else 0.0


def one_word(text: str) -> str:
    """*text* with each Persian day of the week as one word: "سه‌شنبه" and "سه شنبه" are the same day, and not "شنبه"."""
    return _PERSIAN_DAY.sub(r"\1", text)


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words that carry no content in *language*, and words that are said in every meeting; none for an unknown language."""
    import stopwordsiso

    known = stopwordsiso.stopwords(language) if stopwordsiso.has_lang(language) else set()
    spoken = PACKS[language].spoken.split() if language in PACKS else []
    return frozenset(part for word in (*known, *spoken) for part in flat(word).split())


def sentences_in(text: str) -> list[str]:
    return [text[begin:end].strip() for begin, end in pairwise([0, *sentence_ends(text)])]


def without_addresses(text: str) -> str:
    """*text* without its web addresses."""
    return _ADDRESS.sub(" ", text)


def terms(text: str, language: str) -> frozenset[str]:
    """The content words of *text* by their beginnings, and its numbers; those of web addresses are none."""
    stop, said = stop_words(language), flat(without_addresses(text))
    return frozenset(word[:STEM] for word in said.split() if word not in stop and (len(word) >= SHORTEST or word[0].isdigit()))
