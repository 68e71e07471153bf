"""Days as people write them in each language: 5 March 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.kinds.languages import jalali, pack_of

# The languages whose words there are; the others are in English, as their headings are.
_WRITTEN: Mapping[str, str] = {
    "en": "{day} {month} {year}",
    "fr": "{day} {month} {year}",
    "es": "{day} de {month} de {year}",
    "de": "{day}. {month} {year}",
}
_CAPITAL = ("en", "de")  # write months with one
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def in_words(iso: str, language: str) -> str:
    """The day *iso* in *language*, or as it is if it is none; in Persian by the calendar of Iran, with the other one behind."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    if language == "fa":
        return _in_iran(day)
    code = language if language in _WRITTEN else "en"
    month = pack_of(code).months[day.month - 1]
    number = "1er" if code == "fr" and day.day == 1 else str(day.day)
    return _WRITTEN[code].format(day=number, month=month.capitalize() if code in _CAPITAL else month, year=day.year)


def _in_iran(day: date) -> str:
    year, month, number = jalali.of(day)
    written = f"{number} {pack_of('fa').months[month - 1]} {year}".translate(_PERSIAN_DIGITS)
    return f"{written} (\u200e{day.isoformat()}\u200f)"
