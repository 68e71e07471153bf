"""Amounts that are no numbers in digits or number words: dozens, halves, thousands, noon, `480k`, and sums of money."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from app.kinds.languages.numerals import LIBRARY, in_digits
from app.kinds.meeting import Meeting
from app.kinds.words import flat, plain_digits

# What each amount may be said as in digits.
_DIGITS: Mapping[str, frozenset[str]] = {
    name: frozenset(values.split())
    for name, values in {
        "half": "50 0.5 30 ½",
        "third": "33 33.3 33.33 66 67 ⅓ ⅔",
        "quarter": "25 75 15 45 0.25 0.75 ¼ ¾",
        "double": "2",
        "triple": "3",
        "couple": "2",
        "eight": "8",
        "ten": "10",
        "dozen": "12",
        "fortnight": "14 15 2",
        "twenty": "20",
        "thirty": "30",
        "forty": "40",
        "fifty": "50",
        "sixty": "60",
        "hundred": "100",
        "thousand": "1000",
        "million": "1000000",
        "billion": "1000000000",
        "noon": "",
        "midnight": "0 00 24",
        "decade": "10",
        "century": "100",
    }.items()
}
_VAGUE = ("noon", "midnight", "third", "triple", "fortnight", "hundred", "thousand", "million", "billion", "decade", "century")
# The numbers that each of the others is.
_COUNTS: Mapping[str, frozenset[str]] = {
    "noon": frozenset({"12"}),
    **{name: _DIGITS[name] for name in _DIGITS if name not in _VAGUE},
}
_SPOKEN: Mapping[str, Mapping[str, str]] = {
    "en": {
        "half": r"half|halve[sd]?|halving",
        "third": r"(?:a|one) third|two[- ]thirds|thirds",
        "quarter": r"(?:a|one) quarter|three[- ]quarters|quarters? of an?|quarter (?:past|to)",
        "double": r"twice|doubl(?:e[sd]?|ing)|twofold",
        "triple": r"thrice|tripl(?:e[sd]?|ing)|threefold",
        "couple": r"(?:a|the) (?:couple|pair) of",
        "dozen": r"dozens?",
        "fortnight": r"fortnight",
        "hundred": r"hundreds",
        "thousand": r"thousands",
        "million": r"millions",
        "billion": r"billions",
        "noon": r"noon|midday|at (?:12|twelve)|(?:12|twelve) o['\u2019]clock|12 ?pm|12:00",
        "midnight": r"midnight",
        "decade": r"decades?",
        "century": r"centur(?:y|ies)",
    },
    "fr": {
        "half": r"moitié|demie?s?|demi-\w+",
        "third": r"(?:un|le|deux) tiers",
        "quarter": r"(?:un|le|trois|et) quarts?",
        "double": r"double[sr]?|doublé\w*|doublement",
        "triple": r"triple[sr]?|triplé\w*",
        "couple": r"une paire",
        "eight": r"huitaine",
        "ten": r"dizaines?",
        "dozen": r"douzaines?",
        "fortnight": r"quinzaine",
        "twenty": r"vingtaine",
        "thirty": r"trentaine",
        "forty": r"quarantaine",
        "fifty": r"cinquantaine",
        "sixty": r"soixantaine",
        "hundred": r"centaines?",
        "thousand": r"milliers?",
        "noon": r"(?<!après-)(?<!après )midi|12 ?h(?:eures)?|douze heures|12:00",
        "midnight": r"minuit",
        "decade": r"décennies?",
        "century": r"siècles?",
    },
    "es": {
        "half": r"mitad|medi[oa] (?:hora|millón|docena|kilo|litro|año|metro|siglo|mes)|y medi[oa]",
        "third": r"un tercio|dos tercios|tercera parte",
        "quarter": r"(?:un|tres|y|menos) cuartos?|cuarta parte",
        "double": r"doble|duplic\w+",
        "triple": r"triple|triplic\w+",
        "couple": r"un par",
        "ten": r"decenas?",
        "dozen": r"docenas?",
        "fortnight": r"quincena",
        "twenty": r"veintena",
        "thirty": r"treintena",
        "hundred": r"centenar(?:es)?|centenas?|cientos",
        "thousand": r"millar(?:es)?|miles",
        "noon": r"mediodía|a las (?:12|doce)|12 ?h|12:00",
        "midnight": r"medianoche",
        "decade": r"décadas?",
        "century": r"siglos?",
    },
    "de": {
        "half": r"hälften?|halb(?:e[nmrs]?)?|halbier\w+|anderthalb|eineinhalb",
        "third": r"(?:ein|zwei|das) drittel",
        "quarter": r"(?:ein|drei|das) viertel|viertel (?:nach|vor)|viertelstunde",
        "double": r"doppelt\w*|verdoppel\w+|zweifach\w*",
        "triple": r"dreifach\w*|verdreifach\w+",
        "dozen": r"dutzende?",
        "hundred": r"hunderten?",
        "thousand": r"tausenden?",
        "noon": r"mittags?|(?:12|zwölf) uhr|um (?:12|zwölf)|12:00",
        "midnight": r"mitternachts?",
        "decade": r"jahrzehnt\w*",
        "century": r"jahrhundert\w*",
    },
    "fa": {
        "half": r"نیم|نصف",
        "third": r"ثلث|یک[\u200c ]سوم|دو[\u200c ]سوم",
        "quarter": r"ربع|یک[\u200c ]چهارم|سه[\u200c ]چهارم",
        "double": r"دو[\u200c ]?برابر",
        "triple": r"سه[\u200c ]?برابر",
        "dozen": r"دوجین",
        "hundred": r"صدها",
        "thousand": r"هزاران|هزارها",
        "million": r"میلیون[\u200c]?ها",
        "noon": r"(?<!بعد از )(?<!بعداز)(?<!پیش از )ظهر",
        "midnight": r"نیمه[\u200c ]?شب",
        "decade": r"دهه",
        "century": r"قرن",
    },
}
_SIGNS: Mapping[str, str] = {"half": "½", "third": "[⅓⅔]", "quarter": "[¼¾]"}


def _amount(words: str, signs: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)|{signs}", re.IGNORECASE)


def _money(words: str, signs: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])|{signs}", re.IGNORECASE)


_PATTERNS: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    code: {name: _amount(said, _SIGNS.get(name, "(?!)")) for name, said in spoken.items()} for code, spoken in _SPOKEN.items()
}
_ANY: Mapping[str, re.Pattern[str]] = {  # most texts have no amount, and one look tells
    code: _amount("|".join(spoken.values()), "|".join(_SIGNS.values())) for code, spoken in _SPOKEN.items()
}
_TWO: Mapping[str, re.Pattern[str]] = {  # "the two" counts what was named before
    "en": re.compile(r"(?<!the )(?<!these )(?<!those )(?<!of )(?<!other )(?<!first )(?<!last )(?<!or )\btwo\b", re.IGNORECASE),
    "fr": re.compile(r"(?<!les )(?<!ces )(?<!nos )(?<!ses )(?<!leurs )(?<!ou )\bdeux\b", re.IGNORECASE),
    "es": re.compile(r"(?<!los )(?<!las )(?<!esos )(?<!estos )(?<!estas )(?<!o )\bdos\b", re.IGNORECASE),
    "de": re.compile(r"(?<!die )(?<!den )(?<!der )(?<!diese )(?<!oder )\bzwei\b", re.IGNORECASE),
}
_TWO_SAID = re.compile(r"\b(?:two|twice|both|deux|dos|ambos|zwei|zwo|beide\w*)\b|دو", re.IGNORECASE)
_SCALES: Mapping[str, int] = {
    "k": 1_000,
    "thousand": 1_000,
    "mille": 1_000,
    "mil": 1_000,
    "tausend": 1_000,
    "هزار": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "millionen": 1_000_000,
    "millon": 1_000_000,
    "millones": 1_000_000,
    "میلیون": 1_000_000,
    "bn": 1_000_000_000,
    "mrd": 1_000_000_000,
    "billion": 1_000_000_000,
    "milliard": 1_000_000_000,
    "milliards": 1_000_000_000,
    "milliarde": 1_000_000_000,
    "milliarden": 1_000_000_000,
    "میلیارد": 1_000_000_000,
}
_SCALED = re.compile(
    r"(?<![\d.,])(\d{1,15}(?:[.,]\d{1,6})?)\s?(?:(1000000000|1000000|1000)(?!\d)|([kKM]|[^\W\d_]{2,9})(?![^\W\d_]))"
)
_HALF_A = re.compile(r"(?:half an?|demi-?|(?:une |eine )?halbe|medio)\s?(1000000000|1000000|1000)(?!\d)", re.IGNORECASE)
_SUMS: Mapping[str, tuple[str, str]] = {  # words, sign
    "euro": ("euros?|یورو", "€"),
    "dollar": ("(?:us)?dollars?|dólar(?:es)?|usd|دلار", r"\$"),
    "pound": ("pounds?(?: sterling)?|gbp|پوند|livres? sterling|libras? esterlinas?|pfund", "£"),
    "yen": ("yens?|jpy", "¥"),
    "franc": ("chf|franken|rappen", "(?!)"),
    "rupee": ("rupees?|inr", "₹"),
    "rouble": ("rou?bles?|rublos?|rubel", "₽"),
    "yuan": ("yuan|renminbi", "(?!)"),
    "bitcoin": ("bitcoins?", "₿"),
    "percent": ("per ?cent|pour ?cent|por ciento|prozent|درصد", "[%٪]"),
}
_MONEY: Mapping[str, re.Pattern[str]] = {name: _money(*spelt) for name, spelt in _SUMS.items()}
_ANY_MONEY = _money(*("|".join(part) for part in zip(*_SUMS.values(), strict=True)))


def amounts_not_said(text: str, said: str, known: Callable[[], frozenset[str]], meeting: Meeting) -> Iterator[str]:
    """The amounts of *text* that are neither in what is *said* nor among the numbers that are *known* from it."""
    for code in dict.fromkeys(pack.code for pack in meeting.packs):
        for name, pattern in _PATTERNS[code].items() if _ANY[code].search(text) else ():
            found = pattern.search(text)
            if found and not _DIGITS[name] & known() and not _is_said(name, said, meeting):
                yield found[0]
        if code in _TWO and code == meeting.language and (two := _TWO[code].search(text)) and not _says_two(said, known()):
            yield two[0]
    yield from (
        written for value, written in _scaled(text) if value not in known() and f" {flat(written)} " not in f" {flat(said)} "
    )
    for money in _MONEY.values() if _ANY_MONEY.search(text) else ():
        if (found := money.search(text)) and not money.search(said):
            yield found[0]


@lru_cache(maxsize=64)
def values_said(said: str, language: str) -> frozenset[str]:
    """The numbers that *said* gives as "half a million", "480 million" or "a dozen"."""
    told = plain_digits(in_digits(said, language) if language in LIBRARY else said)
    halves = (str(int(found[1]) // 2) for found in _HALF_A.finditer(told))
    names = _PATTERNS.get(language, {}).items()
    spoken = (value for name, pattern in names if name in _COUNTS and pattern.search(said) for value in _COUNTS[name])
    return frozenset([*halves, *(value for value, _ in _scaled(told)), *spoken])


def _says_two(said: str, known: frozenset[str]) -> bool:
    return "2" in known or bool(_TWO_SAID.search(said))


def _is_said(name: str, said: str, meeting: Meeting) -> bool:
    return any(name in _PATTERNS[pack.code] and _PATTERNS[pack.code][name].search(said) for pack in meeting.packs)


def _scaled(text: str) -> Iterator[tuple[str, str]]:
    """The numbers of *text* with a word or a letter for thousands and more behind them: the value, and how it is written."""
    for found in _SCALED.finditer(plain_digits(text)):
        factor = int(found[2]) if found[2] else _SCALES.get(flat(found[3]) if len(found[3]) > 1 else found[3].lower(), 0)
        if factor:
            number = float(found[1].replace(",", "."))
            yield f"{number * factor:.6f}".rstrip("0").rstrip("."), found[0]
