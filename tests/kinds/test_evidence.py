"""What a sentence says and its turns do not: quotations in every sign, amounts in words, addresses, days, money."""

from __future__ import annotations

import pytest

from app.kinds.evidence import unsupported
from app.kinds.meeting import Meeting
from app.kinds.quotations import phones_in
from app.kinds.words import plain_digits
from app.transcript import Transcript, Turn

SAID = {
    "en": "The company wants twelve pounds for the tickets, the boiler isn't broken, and it's late. "
    "Half a million people came by on Friday.",
    "fr": "La société veut douze euros pour les billets, la chaudière n'est pas cassée. On se voit vendredi à midi.",
    "de": "Die Firma will zwölf Euro für die Karten, der Kessel ist nicht kaputt. Wir sehen uns am Freitag.",
    "es": "La empresa quiere doce euros por los billetes, la caldera no está rota. Nos vemos el viernes.",
    "fa": "شرکت دوازده یورو برای بلیت ها می خواهد و دیگ خراب نیست.",
}


def marks(text: str, code: str = "en", said: str = "") -> list[str]:
    turn = Turn("Ann", said or SAID[code], 0)
    return list(unsupported(text, [turn], Meeting(Transcript((turn,)), {0: turn}, {"Ann": 1}, code, code, None, "", (), {})))


@pytest.mark.parametrize(
    "signs",
    [
        "''",
        "\u2018\u2019",
        "\u201a\u2018",
        "\u2039\u203a",
        "\u203a\u2039",
        "\u00ab\u00bb",
        "\u00bb\u00ab",
        "\u201e\u201c",
        "\u201c\u201d",
        '""',
        "\u300c\u300d",
        "\u300e\u300f",
        "``",
    ],
)
def test_a_quotation_is_found_by_whichever_signs(signs: str) -> None:
    opening, closing = signs

    assert marks(f"The company said {opening}the tickets are a scandal{closing} about the boiler.") == [
        "the tickets are a scandal"
    ]
    assert marks(f"The company said {opening}the boiler isn't broken{closing} about the tickets.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The companies' tickets and the boilers' pounds are late.",
        "It's Ann's boiler, and the company isn't late.",
        "The company's late 'cause the tickets' pounds and boilers' pounds are late.",
    ],
)
def test_an_apostrophe_is_no_quotation(text: str) -> None:
    assert marks(text) == []


@pytest.mark.parametrize(
    ("code", "text", "missing"),
    [
        ("en", "The company wants a dozen pounds for the tickets.", []),
        ("en", "The tickets cost twice as much.", ["twice"]),
        ("en", "The company comes at midnight for the tickets.", ["midnight"]),
        ("en", "The company sold hundreds of tickets.", ["100", "hundreds"]),
        ("en", "The company has 500,000 people.", []),
        ("en", "The tickets of the company cost 12k.", ["12k"]),
        ("en", "The tickets cost twelve yen, the company says.", ["yen"]),
        ("en", "The company wants dollars for the tickets.", ["dollars"]),
        ("en", "The company is late by a few percent.", ["percent"]),
        ("en", "Two companies want the tickets.", ["Two"]),
        ("en", "The company comes for the tickets tomorrow.", ["tomorrow"]),
        ("fr", "La société veut une douzaine d'euros pour les billets.", []),
        ("fr", "La société veut une dizaine de billets.", ["dizaine"]),
        ("fr", "La société vient à midi pour les billets.", []),
        ("fr", "La société vient à minuit pour les billets.", ["minuit"]),
        ("fr", "La société vient l'après-midi pour les billets.", []),
        ("fr", "La moitié des billets est pour la société.", ["moitié"]),
        ("de", "Die Firma will ein Dutzend Karten.", []),
        ("de", "Die Firma will die Hälfte der Karten.", ["Hälfte"]),
        ("de", "Die Firma kommt mittags wegen der Karten.", ["mittags"]),
        ("de", "Die Firma kommt um Mitternacht wegen der Karten.", ["Mitternacht"]),
        ("es", "La empresa quiere media docena de billetes.", ["media docena"]),
        ("es", "La empresa vende la mitad de los billetes.", ["mitad"]),
        ("es", "La empresa viene a medianoche por los billetes.", ["medianoche"]),
        ("fa", "شرکت نصف بلیت ها را می خواهد.", ["نصف"]),
    ],
)
def test_amounts_in_words_are_those_of_the_turns(code: str, text: str, missing: list[str]) -> None:
    assert marks(text, code) == missing


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ann@example.com", "Write to ann at example dot com."),
        ("ann@example.com", "Write to Ann@Example.com, please."),
        ("www.example.org/tickets", "It is on example dot org slash tickets."),
        ("https://example.org", "It is on example.org."),
        ("555 010-7788", "Call 555 0107788."),
        ("+49 170 1234567", "Call plus 49 170 123 45 67."),
    ],
)
def test_an_address_or_a_telephone_number_is_that_of_the_turns(address: str, said: str) -> None:
    assert marks(f"Write or call: {address}.", said=f"{said} Write or call there.") == []
    assert marks(f"Write or call: {address}.", said="Write or call the company.") == [address]


@pytest.mark.parametrize("number", ["030 1234567", "۰۲۱ ۸۸۷۷۶۶۵", "²³⁴ ⁵⁶⁷⁸⁹"])
def test_a_telephone_number_has_digits_of_any_script(number: str) -> None:
    assert phones_in(f"Call {number} now") == [plain_digits(number)]


@pytest.mark.parametrize(
    "text", ["On 2026-03-05 the company wants 12.", "The company wants 1 850 000 pounds.", "In 2025-2026 the company is late."]
)
def test_dates_and_large_numbers_are_no_telephone_numbers(text: str) -> None:
    assert phones_in(text) == []
