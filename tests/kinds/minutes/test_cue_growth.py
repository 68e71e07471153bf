"""Words that only lead to what is said are read in linear time, however often somebody says them."""

from __future__ import annotations

import re

import pytest

from app.kinds.languages import PACKS
from tests.growth import MOST, growth

LEADS = {
    "en": ("okay ", "so ", "okay, "),
    "fr": ("bon ", "bon, "),
    "de": ("gut ", "gut, "),
    "es": ("vale ", "vale, "),
    "fa": ("\u062e\u0628 ", "\u062e\u0628\u060c "),
}


@pytest.mark.parametrize("field", ["decision", "asking", "doer"])
@pytest.mark.parametrize(("language", "lead"), [(language, lead) for language, leads in LEADS.items() for lead in leads])
def test_a_word_that_leads_to_nothing_is_read_in_linear_time(language: str, lead: str, field: str) -> None:
    pattern = re.compile(getattr(PACKS[language], field), re.IGNORECASE)

    assert growth(pattern.search, lambda size: lead * (size // len(lead)), 800, floor=1e-3) < MOST


def test_an_endless_word_with_apostrophes_is_read_in_linear_time() -> None:
    pattern = re.compile(PACKS["en"].settled, re.IGNORECASE)

    assert growth(pattern.search, lambda size: "a'" * (size // 2), 3_200, floor=1e-3) < MOST
