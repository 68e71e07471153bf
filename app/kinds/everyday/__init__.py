"""The everyday words of a language: what begins a sentence and is none of them is a name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from app.kinds.stemming import stems
from app.kinds.words import flat, stop_words

_FOLDER = Path(__file__).parent
LANGUAGES = frozenset(path.stem for path in _FOLDER.glob("*.txt"))  # a new language is a file of words


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHORT = 3  # letters of a stop word that is none of the codes and abbreviations among them
# The words of two letters that begin sentences; the others that lists of stop words have are codes, and names such as "Al".
_OF_TWO = words(
    """an as at be by do go he if in is it me my no of oh ok on or so to up us we am
    au ca ce ci de du en et eu il je la le ma me ne ni nu on or ou si sa se ta te tu un va vu
    da du er es im in ja ob so um wo zu ab am an da
    al da de di el en es fe ha he id la le lo me mi ni no os se si su te ti tu un va ve ya yo"""
)
# Stop words and everyday words that are names before a verb that only people do.
AMBIGUOUS: Mapping[str, frozenset[str]] = {
    "en": words(
        """bank banks bill black brown bush church cook field fields fox gates grant green hall hill hope jobs joy king lake
        long mark may miller page park price rich right rivers rose stone street wall waters white will wood woods young"""
    ),
}


def is_everyday(word: str, language: str) -> bool:
    """Whether *word* is one that people say every day in *language*, in whichever form; False for a language without a list."""
    if language not in LANGUAGES:
        return False
    said = flat(word)
    weak = said in stop_words(language) and (len(said) >= SHORT or said in _OF_TWO)
    return weak or said in everyday_words(language) or stem_of(word, language) in everyday_stems(language)


def stem_of(word: str, language: str) -> str:
    return "".join(stems(word, language))


@cache
def everyday_stems(language: str) -> frozenset[str]:
    return frozenset(stem for stem in stems(_text(language), language) if len(stem) > 1)


@cache
def everyday_words(language: str) -> frozenset[str]:
    return frozenset(flat(word) for word in _text(language).split())


def _text(language: str) -> str:
    return (_FOLDER / f"{language}.txt").read_text(encoding="utf-8")
