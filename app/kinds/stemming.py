"""The words of questions and turns by their stems, so that "pays" finds "paying", and "bezahlt" finds "bezahlen"."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from app.kinds.words import flat

NAMES = {"en": "english", "fr": "french", "es": "spanish", "de": "german"}  # languages that Snowball knows
_WORD = re.compile(r"[^\W_]+")
# Arabic letters that are typed for Persian ones.
_LETTERS = str.maketrans("\u064a\u0649\u0643\u0629", "\u06cc\u06cc\u06a9\u0647")
_PERSIAN_END = re.compile(r"(?<=...)\u0647\u0627(?:\u06cc{0,2})$")  # of a plural
_FRENCH_PLACE = re.compile(r"(?<=..)ries?$")  # "mairie" is not the "maire"
_GERMAN_END = re.compile(r"(?<=...)(?:e?t|st)$")  # of a verb: Snowball keeps it


def stems(text: str, language: str) -> list[str]:
    """The stem of each word of *text*, without accents; numbers as they are."""
    return [_stem(word, language) for word in _WORD.findall(text.casefold())]


@lru_cache(maxsize=65536)
def _stem(word: str, language: str) -> str:
    if language == "fa":
        return flat(_PERSIAN_END.sub("", word.translate(_LETTERS)))
    name = NAMES.get(language)
    stem = _stemmer(name).stemWord(word) if name and word.isalpha() else word
    if language == "fr" and _FRENCH_PLACE.search(word):
        stem = _FRENCH_PLACE.sub("rie", word)
    return flat(_GERMAN_END.sub("", stem) if language == "de" else stem)


def _stemmer(name: str) -> Any:
    """A new one each time: it keeps the word that it works on, so threads must not share it."""
    import snowballstemmer

    return snowballstemmer.stemmer(name)


@cache
def weak_words(language: str) -> frozenset[str]:
    """Words that tell little of what is asked for, by their stems; English ones too, which a question may be in."""
    import stopwordsiso

    known = stopwordsiso.stopwords([code for code in {language, "en"} if stopwordsiso.has_lang(code)])
    return frozenset(stem for word in known for stem in stems(word, language))
