"""Names that begin sentences are found, and ordinary sentences are let be, in every language with a list of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.kinds.everyday import LANGUAGES
from app.kinds.invented_names import names_not_said
from app.kinds.meeting import Meeting
from app.transcript import Transcript, Turn

OPENINGS = Path(__file__).parent / "openings"
MOST_FALSE = 0.02  # share of ordinary openings of which nothing was said in the turns, and that are marked all the same
DEEDS = {
    "en": (
        "sold twelve tickets.",
        "and the others wait.",
        "will call.",
        "is late.",
        "'s letter is lost.",
        "has the key.",
        "to send the list.",
    ),
    "fr": (
        "a vendu douze billets.",
        "et les autres attendent.",
        "appellera.",
        "est en retard.",
        "propose un vote.",
        "veut la clé.",
    ),
    "es": ("vendió doce billetes.", "y los otros esperan.", "llamará.", "llega tarde.", "propone votar.", "quiere la llave."),
    "de": (
        "verkaufte zwölf Karten.",
        "und die anderen warten.",
        "ruft an.",
        "kommt spät.",
        "schlägt eine Wahl vor.",
        "hat den Schlüssel.",
    ),
}
NAMES = (OPENINGS / "names.txt").read_text(encoding="utf-8").split()


def meeting(code: str) -> Meeting:
    return Meeting(Transcript(()), {}, {}, code, code, None, "", (), {})


def marks(text: str, code: str) -> list[str]:
    return list(names_not_said(text, (), meeting(code)))


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_hardly_an_ordinary_opening_is_taken_for_a_name(code: str) -> None:
    openings = (OPENINGS / f"{code}.txt").read_text(encoding="utf-8").strip().split("|")
    false = {each: found for each in openings if (found := [mark for mark in marks(each, code) if each.startswith(mark)])}

    assert len(openings) >= 180
    assert len(false) <= MOST_FALSE * len(openings), false


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_a_name_that_nobody_said_is_found_at_the_beginning_of_a_sentence(code: str) -> None:
    lost = [
        f"{name} {deed}"
        for name in NAMES
        for deed in DEEDS[code]
        if name not in " ".join(marks(f"{name} {deed}".replace(" '", "'"), code))
    ]

    assert lost == []


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("en", "We met. Macron sold it.", ["Macron"]),
        ("en", "Macron's ticket is lost.", ["Macron"]),
        ("en", "Meeting With Macron About Tickets", ["Macron"]),
        ("en", "Green sold the tickets.", ["Green"]),
        ("en", "Green paint is cheaper.", []),
        ("en", "- Macron sold it.", ["Macron"]),
        ("fr", "L'Elysée a vendu la salle.", ["Elysée"]),
        ("fr", "La salle d'Emmanuel est libre.", ["Emmanuel"]),
        ("de", "Wir warten auf Macron.", ["Macron"]),
        ("de", "Der Vorsitzende Macron kommt.", ["Macron"]),
        ("de", "Das Kaninchen ist weg.", []),
        ("it", "Biglietti a prezzo ridotto.", []),
    ],
)
def test_a_name_is_found_wherever_it_stands(code: str, text: str, found: list[str]) -> None:
    assert marks(text, code) == found


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("en", "bob karstens says the boiler is old.", ["bob", "karstens"]),
        ("en", "the boiler is old, says ann.", []),  # she speaks in the turn
        ("en", "the chair says the boiler is old.", []),  # an everyday word
        ("en", "somebody in karstens street has a boiler.", []),  # a part of a name in small letters names nobody
        ("fa", "مریم می‌گوید دیگ قدیمی است.", ["مریم"]),
        ("fa", "مریم احمدی می‌گوید دیگ قدیمی است.", ["مریم", "احمدی"]),
        ("fa", "دیگ قدیمی است.", []),
    ],
)
def test_a_participant_whom_nobody_names_is_found_in_small_letters(code: str, text: str, found: list[str]) -> None:
    turn = Turn("Ann", "The boiler is old." if code == "en" else "دیگ قدیمی است.", 0)
    people = dict.fromkeys(("Ann", "Bob Karstens", "Chair", "مریم احمدی"), 1)
    about = Meeting(Transcript((turn,)), {0: turn}, people, code, code, None, "", (), {})

    assert list(names_not_said(text, [turn.speaker, turn.text], about)) == found
