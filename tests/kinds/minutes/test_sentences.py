"""What of a turn minutes quote."""

from __future__ import annotations

import pytest

from app.kinds.languages import pack_of
from app.kinds.minutes.sentences import is_aside, pieces


@pytest.mark.parametrize(
    ("language", "said", "found"),
    [
        (
            "de",
            "Nach Art. 64 Abs. 2 gilt das. Der Abg. Kauder geht.",
            ["Nach Art. 64 Abs. 2 gilt das.", "Der Abg. Kauder geht."],
        ),
        ("de", "Am 18. Dezember um 9 Uhr. Danach Pause.", ["Am 18. Dezember um 9 Uhr.", "Danach Pause."]),
        ("en", "Mr. Fox pays $3.50 at 5 p.m. on Monday. We go.", ["Mr. Fox pays $3.50 at 5 p.m. on Monday.", "We go."]),
        ("fr", "M. Roy lit l'art. 5. Puis on part !", ["M. Roy lit l'art. 5.", "Puis on part !"]),
        ("es", "La Dra. Ruiz viene. ¿Cuándo? Son aprox. 3.", ["La Dra. Ruiz viene.", "¿Cuándo?", "Son aprox. 3."]),
        ("it", "Il sig. Rossi legge pag. 3. Poi va.", ["Il sig. Rossi legge pag. 3.", "Poi va."]),
        ("zh", "我们下周见。他写信。", ["我们下周见。", "他写信。"]),
        ("en", "so we wait . then we go .", ["so we wait .", "then we go ."]),
    ],
)
def test_a_turn_is_cut_where_sentences_end_and_not_behind_abbreviations(language: str, said: str, found: list[str]) -> None:
    assert pieces(said, pack_of(language)) == found


@pytest.mark.parametrize(
    ("said", "aside"),
    [
        ("(Beifall bei der CDU/CSU sowie bei Abgeordneten des BÜNDNISSES 90/DIE GRÜNEN)", True),
        ("[The honourable members rise and sing the anthem of the country together]", True),
        ("Thomas Oppermann überreicht ihr einen Blumenstrauß)", True),
        ("(Die Abgeordneten erheben sich.", True),
        ("<https://example.org/a/long/address/of/some/page> Part 1: <https://example.org/another/one>", True),
        ("We wrote to the company (the one in Bath) on Friday.", False),
        ("a) We write to the company.", False),
        ("That is great :)", False),
        ("It is on https://example.org/x and everybody can read it there from Monday on.", False),
    ],
)
def test_what_nobody_said_is_no_sentence_to_quote(said: str, aside: bool) -> None:
    assert is_aside(said) == aside
