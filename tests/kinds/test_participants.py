"""Whom words name: an owner who was not meant is worse than none."""

from __future__ import annotations

import pytest

from app.kinds.languages import pack_of
from app.kinds.participants import Participants

MINISTER = "Dr. Ursula von der Leyen, Bundesministerin der Verteidigung"
CHANCELLOR = "Dr. Angela Merkel (CDU/CSU), Bundeskanzlerin"


@pytest.mark.parametrize(
    ("said", "language", "names", "named"),
    [
        ("Ich bitte Sie, von Ihren Plätzen aus zu wählen.", "de", [MINISTER, CHANCELLOR], []),
        ("Von morgen an gilt das.", "de", [MINISTER, CHANCELLOR], []),
        ("Die Verteidigung ist ein anderes Thema.", "de", [MINISTER, CHANCELLOR], []),
        ("Die CDU stimmt zu.", "de", [MINISTER, CHANCELLOR], []),
        ("Frau Bundeskanzlerin, ich bitte Sie zu mir.", "de", [MINISTER, CHANCELLOR], [CHANCELLOR]),
        ("Frau von der Leyen schreibt den Bericht.", "de", [MINISTER, CHANCELLOR], [MINISTER]),
        ("Frau Dr. Ahrens schreibt den Bericht.", "de", [MINISTER, "Hans Ott"], []),
        ("Le budget doit passer.", "fr", ["Marine Le Pen", "Léa Roy"], []),
        ("Madame Le Pen, vous avez la parole.", "fr", ["Marine Le Pen", "Léa Roy"], ["Marine Le Pen"]),
        ("Madame la ministre répond.", "fr", ["Madame Roy", "Luc Petit"], []),
        ("De acuerdo, la próxima semana.", "es", ["Juan De la Cruz", "Eva Gil"], []),
        ("Will we go on Monday?", "en", ["Will Stone", "Ann Berg"], []),
        ("Will, can you write to them?", "en", ["Will Stone", "Ann Berg"], ["Will Stone"]),
        ("Thank you, Will.", "en", ["Will Stone", "Ann Berg"], ["Will Stone"]),
        ("We asked Will Stone about it.", "en", ["Will Stone", "Ann Berg"], ["Will Stone"]),
        ("May is too early.", "en", ["May Lee", "Ann Berg"], []),
        ("The project is late.", "en", ["Project Manager", "Ann Berg"], []),
        ("Smith writes it down.", "en", ["Smith, John", "Ann Berg"], ["Smith, John"]),
        ("John writes it down.", "en", ["Smith, John", "Ann Berg"], ["Smith, John"]),
        ("Ann sends it.", "en", ["Ann Berg", "Ann Fox"], []),
        ("Ann Berg sends it.", "en", ["Ann Berg", "Ann Fox"], ["Ann Berg"]),
        ("Acme sends it.", "en", ["Ann Berg - Acme Ltd", "Bob | Acme"], []),
        ("Die SPD stimmt zu.", "de", ["Hans Ott, SPD", "Eva Gil, CDU"], []),
        ("SMITH writes it down.", "en", ["SMITH, JOHN", "BERG, ANN"], ["SMITH, JOHN"]),
        ("The speaker sends it.", "en", ["SPEAKER_00", "SPEAKER_01"], []),
        ("از علی بپرسید.", "fa", ["علی رضایی", "زهرا احمدی"], ["علی رضایی"]),
    ],
)
def test_a_participant_is_named_by_what_only_they_are_called(
    said: str, language: str, names: list[str], named: list[str]
) -> None:
    participants = Participants(names, (language,), has_capitals=language != "fa")

    assert participants.named(said) == named


def test_small_letters_name_people_in_a_transcript_that_has_no_capitals() -> None:
    participants = Participants(["Tom Barker", "Will Stone"], ("en",), has_capitals=False)

    assert participants.named("tom sends it when we will meet") == ["Tom Barker"]


def test_the_label_of_a_turn_names_a_participant_by_a_part_of_the_name() -> None:
    participants = Participants(["Ann Berg", "Will Stone"], ("en",), has_capitals=True)

    assert (participants.speaks_as("ann"), participants.speaks_as("WILL")) == (["Ann Berg"], ["Will Stone"])


@pytest.mark.parametrize(
    ("said", "language", "addressed"),
    [
        ("Tom, please write to them.", "en", ["Tom Barker"]),
        ("Please write to them, Tom.", "en", ["Tom Barker"]),
        ("Can you write to them, Tom Barker, by Friday?", "en", ["Tom Barker"]),
        ("Tom builds the index on Sunday.", "en", ["Tom Barker"]),
        ("please tom write to the company", "en", ["Tom Barker"]),
        ("Tom can you write to them?", "en", ["Tom Barker"]),
        ("Please explain what Tom says.", "en", []),
        ("Please call the company about the plan of Tom.", "en", []),
        ("Tom says you should make sure of it.", "en", []),
        ("You need to explain Tom Barker to them.", "en", []),
        ("Il faut expliquer ce que dit Monsieur Barker aux gens.", "fr", []),
        ("Monsieur Barker dit qu'il faut changer la banque.", "fr", []),
        ("Monsieur Barker, il faut changer la banque.", "fr", ["Tom Barker"]),
        ("Herr Barker, können Sie den Bericht schreiben?", "de", ["Tom Barker"]),
        ("Können Sie, Herr Barker, den Bericht schreiben?", "de", ["Tom Barker"]),
        ("Wir müssen das Papier von Herrn Barker lesen.", "de", []),
    ],
)
def test_a_participant_who_is_only_spoken_of_is_given_no_task(said: str, language: str, addressed: list[str]) -> None:
    participants = Participants(["Tom Barker", "Ann Berg"], (language,), has_capitals=said[0].isupper())
    pack = pack_of(language)

    assert participants.addressed(said, pack.request, pack.state) == addressed
