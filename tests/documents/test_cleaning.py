from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.cleaning import clean, direction, file_name


@pytest.mark.parametrize(
    ("title", "date", "name"),
    [
        ("Board", "2026-03-05", "Board 2026-03-05"),
        ("../../etc/passwd", "", "etc passwd"),
        ("C:\\x\\y.exe", "", "C x y exe"),
        (".hidden", "", "hidden"),
        ("CON", "", "minutes"),
        ("a\r\nSet-Cookie: x", "", "a Set-Cookie x"),
        ("صورت جلسه", "", "صورت جلسه"),
        ("///", "", "minutes"),
    ],
)
def test_a_file_name_is_no_path_no_device_and_no_header(title: str, date: str, name: str) -> None:
    assert file_name(title, date) == name


@given(st.text())
def test_every_file_name_holds_letters_digits_spaces_and_hyphens_only(title: str) -> None:
    name = file_name(title)

    assert re.fullmatch(r"[\w \-]{1,80}", name)
    assert name == name.strip(" -")


@given(st.text())
def test_clean_text_is_one_line_that_can_be_stored_anywhere(text: str) -> None:
    cleaned = clean(text)

    assert cleaned.encode().decode() == cleaned
    assert not re.search(r"[\x00-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\u202a-\u202e\u2066-\u2069]", cleaned)


def test_no_text_turns_the_direction_of_what_follows() -> None:
    assert clean("pay \u202e005\u202c \u2067euros") == "pay 005 euros"
    assert clean("آقای\u200c \u200eSmith") == "آقای\u200c \u200eSmith"


def test_the_direction_is_that_of_most_letters() -> None:
    assert direction("سلام دنیا John") == "rtl"
    assert direction("Hello آنا") == "ltr"
    assert direction("123") == "ltr"
