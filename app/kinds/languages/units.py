"""Units behind numbers: ten minutes are no ten pounds, in whichever of the languages of minutes both are said."""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNITS = {
    "euro": r"€|euros?|eur|یورو",
    "pound": r"£|pounds?|livres?|libras?|pfund|پوند",
    "dollar": r"\$|dollars?|dólar(?:es)?|دلار",
    "franc": r"chf|franken|francs?|francos?|فرانک",
    "kilo": r"kg|kilos?|kilogram(?:m?e)?s?|kilogramm|kilogramos?|کیلو(?:گرم)?",
    "kilometre": r"km|kilomet(?:re|er)s?|kilomètres?|kilómetros?|کیلومتر",
    "metre": r"met(?:re|er)s?|mètres?|metros?|متر",
    "litre": r"lit(?:re|er)s?|litros?|لیتر",
    "toman": r"تومان",
    "rial": r"ریال",
    "percent": r"%|٪|percent|per cent|percentage|pour cent|por ciento|prozent|درصد",
    "second": r"seconds?|secondes?|segundos?|sekunden?|ثانیه",
    "minute": r"minutes?|mins?|minutos?|minuten?|دقیقه",
    "hour": r"hours?|hrs?|heures?|horas?|stunden?|h|o'?clock|uhr|[ap]\.m\.|(?<=\d)\s?[ap]m|ساعت",
    "day": r"days?|jours?|journées?|días?|tage?n?|روز",
    "week": r"weeks?|semaines?|semanas?|wochen?|هفته",
    "month": r"months?|mois|mes(?:es)?|monate?n?|ماه",
    "year": r"years?|ans|années?|años?|jahre?n?|سال",
}
_ANY = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
_SCALE = r"(?:\s{1,3}(?:thousand|million|billion|mille|millions?|milliards?|mil|millón|millones|tausend|هزار|میلیون|میلیارد|millione?n?|milliarden?))?"
_HALF = r"half an?|demi|media|halbe"
_NAMED = {name: re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])", re.IGNORECASE) for name, pattern in _UNITS.items()}
_NUMBER = r"\d{1,15}(?:[.,]\d{1,9}){0,4}"  # bounded: a long run of digits must not cost its square
_JOINT = r"[\s-]{0,3}"
_BEHIND = re.compile(rf"(?P<number>(?<!\d){_NUMBER}|\b(?:{_HALF})){_SCALE}{_JOINT}(?:{_ANY})(?![^\W\d_])", re.IGNORECASE)
_BEFORE = re.compile(rf"([€£$])\s?({_NUMBER})")


def measured(text: str) -> Iterator[tuple[str, str, str]]:
    """The numbers that stand beside a unit in *text*, which has them in digits, the unit, and how both are written."""
    for found in _BEHIND.finditer(text):
        yield next((found["number"].casefold(), name, found[0]) for name in _UNITS if found[name])
    for found in _BEFORE.finditer(text):
        yield next((found[2], name, found[0]) for name, unit in _NAMED.items() if unit.fullmatch(found[1]))


def names_unit(text: str, unit: str) -> bool:
    """Whether *text* has the *unit* in whichever language."""
    return bool(_NAMED[unit].search(text))
