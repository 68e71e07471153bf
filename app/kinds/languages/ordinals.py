"""Days of a month that are said in words, such as "the first" of June: each word with its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.kinds.languages.numerals import ONES, TENS

_ENGLISH = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_FRENCH = [
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
    "vingt",
    "vingt-et-un",
    "vingt-deux",
    "vingt-trois",
    "vingt-quatre",
    "vingt-cinq",
    "vingt-six",
    "vingt-sept",
    "vingt-huit",
    "vingt-neuf",
    "trente",
    "trente-et-un",
]
_GERMAN = [
    "erste",
    "zweite",
    "dritte",
    "vierte",
    "fünfte",
    "sechste",
    "siebte",
    "achte",
    "neunte",
    "zehnte",
    "elfte",
    "zwölfte",
    "dreizehnte",
    "vierzehnte",
    "fünfzehnte",
    "sechzehnte",
    "siebzehnte",
    "achtzehnte",
    "neunzehnte",
]
_GERMAN_ONES = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
_SPANISH = [
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
    "treinta",
]


def _english() -> Iterator[tuple[str, int]]:
    yield from zip(_ENGLISH, range(1, 20), strict=True)
    for tens, whole in (("twenty", "twentieth"), ("thirty", "thirtieth")):
        ten = 20 if tens == "twenty" else 30
        yield whole, ten
        yield from ((f"{tens}{joint}{word}", ten + one) for one, word in enumerate(_ENGLISH[:9], 1) for joint in "- ")


def _french() -> Iterator[tuple[str, int]]:
    yield "premier", 1
    for number, word in enumerate(_FRENCH, 1):
        yield word, number
        yield word.replace("-", " "), number


def _german() -> Iterator[tuple[str, int]]:
    bare = [*zip(_GERMAN, range(1, 20), strict=True), ("zwanzigste", 20), ("dreißigste", 30)]
    bare += [(f"{word}undzwanzigste", 20 + one) for one, word in enumerate(_GERMAN_ONES, 1)]
    yield from ((word + end, number) for word, number in (*bare, ("einunddreißigste", 31)) for end in ("n", "r", ""))


def _spanish() -> Iterator[tuple[str, int]]:
    yield from (("primero", 1), ("treinta y uno", 31))
    yield from zip(_SPANISH, range(1, 31), strict=True)


def _persian() -> Iterator[tuple[str, int]]:
    cardinals = [*zip(ONES, range(1, 20), strict=True), (TENS[0], 20), (TENS[1], 30)]
    cardinals += [(f"{TENS[0]} و {word}", 20 + one) for one, word in enumerate(ONES[:9], 1)]
    yield from (("اول", 1), ("سوم", 3), ("بیست و سوم", 23), ("سی\u200cام", 30), ("سی و یکم", 31), ("سی و یک", 31))
    for word, number in cardinals:
        yield word, number
        yield f"{word}م", number


ORDINALS: Mapping[str, Mapping[str, int]] = {
    code: {word: number for word, number in made() if number <= 31}
    for code, made in {"en": _english, "fr": _french, "de": _german, "es": _spanish, "fa": _persian}.items()
}
