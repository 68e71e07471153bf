from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.documents.building import Wishes, document_of
from app.documents.days import in_words
from app.kinds.languages import jalali
from tests.documents.made import exported, minutes


@pytest.mark.parametrize(
    ("code", "iso", "written"),
    [
        ("en", "2026-03-05", "5 March 2026"),
        ("fr", "2026-08-05", "5 août 2026"),
        ("fr", "2026-08-01", "1er août 2026"),
        ("es", "2026-12-31", "31 de diciembre de 2026"),
        ("de", "2026-03-05", "5. März 2026"),
        ("fa", "2026-03-05", "۱۴ اسفند ۱۴۰۴ (\u200e2026-03-05\u200f)"),
        ("nl", "2026-03-05", "5 March 2026"),
        ("en", "soon", "soon"),
        ("en", "", ""),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(code: str, iso: str, written: str) -> None:
    assert in_words(iso, code) == written


def test_every_day_of_iran_is_told_and_read_back() -> None:
    days = [date(2023, 3, 1) + timedelta(days=number) for number in range(1500)]

    assert [jalali.day_of(*jalali.of(day)) for day in days] == days


def test_pages_have_the_day_in_words_and_its_date_for_programs() -> None:
    page = exported("html", minutes(language="de")).decode()

    assert '<time datetime="2026-03-05" dir="auto">5. März 2026</time>' in page
    assert "Erstellt am: 28. November 2026" in page


@pytest.mark.parametrize(
    ("names", "code", "between"),
    [(["Ann", "Bob"], "en", ", "), (["Ann, chair", "Bob"], "en", "; "), (["Ann", "علی"], "fa", "، "), (["Ann، x"], "fa", "؛ ")],
)
def test_names_with_commas_are_parted_by_semicolons(names: list[str], code: str, between: str) -> None:
    of = minutes(participants=[{"name": name, "turns": 1} for name in names])

    assert document_of(of, Wishes(lang=code)).between == between
    assert between.join(names) in exported("md", of, Wishes(lang=code)).decode()
