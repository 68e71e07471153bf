"""The solar calendar of Iran, whose months Persian minutes name."""

from __future__ import annotations

from datetime import date, timedelta

_KNOWN_YEAR, _NEW_YEAR = 1403, date(2024, 3, 20)  # its first day
_CYCLE = 33  # years, eight of which are leap years: right from 1343 to 1472, which is 1964 to 2093
_LEAP = frozenset({1, 5, 9, 13, 17, 22, 26, 30})


def day_of(year: int, month: int, number: int) -> date:
    """The day *number* of a *month* (1 to 12) of the Iranian *year*. Raises ValueError if there is none."""
    if not 1 <= number <= _length(year, month):
        raise ValueError(f"the month {month} of {year} has no day {number}")
    before = sum(_length(year, each) for each in range(1, month))
    return _new_year(year) + timedelta(days=before + number - 1)


def year_of(day: date) -> int:
    """The Iranian year of *day*."""
    year = _KNOWN_YEAR + day.year - _NEW_YEAR.year
    return year if day >= _new_year(year) else year - 1


def of(day: date) -> tuple[int, int, int]:
    """The Iranian year, month and number of *day*."""
    year, month = year_of(day), 1
    number = (day - _new_year(year)).days + 1
    while number > _length(year, month):
        number -= _length(year, month)
        month += 1
    return year, month, number


def _length(year: int, month: int) -> int:
    if month <= 6:
        return 31
    return 30 if month < 12 or year % _CYCLE in _LEAP else 29


def _new_year(year: int) -> date:
    years = range(min(year, _KNOWN_YEAR), max(year, _KNOWN_YEAR))
    days = sum(366 if each % _CYCLE in _LEAP else 365 for each in years)
    return _NEW_YEAR + timedelta(days=days if year >= _KNOWN_YEAR else -days)
