"""Which turns answer a question if no model is asked."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from app.kinds.question.ranking import Ranking, quoted
from app.kinds.question.stemming import stems
from app.transcript import Turn, read
from examples.demo import SAMPLES

EXAMPLES = Path(__file__).parents[2] / "examples"


def asked(language: str, question: str) -> tuple[int, ...]:
    turns = read((EXAMPLES / SAMPLES[language]).read_text(encoding="utf-8"))
    return quoted(Ranking.of(turns, question, language)).turns


@pytest.mark.parametrize(
    ("language", "question", "turn"),
    [
        ("en", "Who writes the privacy statement?", 6),
        ("en", "When does the Swansea office get its training?", 21),
        ("en", "Why was the index missing?", 12),
        ("fr", "Quelles sont les réservations de barnums ?", 5),
        ("fr", "De combien l'assurance augmente-t-elle ?", 15),
        ("fr", "Combien coûte la musique ?", 10),
        ("es", "¿Quién reserva el autobús?", 3),
        ("es", "¿Cuánto cuesta el autobús?", 1),
        ("es", "¿Quién pagará la reparación de la calefacción?", 14),
        ("de", "Wer schreibt dem Hersteller?", 9),
        ("de", "Wann kommt die Spedition?", 1),
        ("de", "Wie viele Personen haben die Software getestet?", 7),
        (
            "fa",
            "هزینهٔ چاپ پوستر چقدر است؟",
            6,
        ),
    ],
)
def test_a_question_finds_its_turn_in_another_form_of_its_words(language: str, question: str, turn: int) -> None:
    assert turn in asked(language, question)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Who won the football match?"),
        ("en", "What does the new office furniture cost?"),
        ("en", "Why did Ines leave the company?"),
        ("en", "Who wrote the payment module?"),
        ("en", "What is the name of the translator?"),
        ("en", "How many people does the Swansea office have?"),
        ("fr", "Qui est le maire ?"),
        ("fr", "Comment s'appelle le groupe de musique ?"),
        ("fr", "Quel âge ont les enfants ?"),
        ("de", "Wie heißt die Prüferin?"),
        ("fr", "Combien de places a le parking de la gare ?"),
        ("es", "¿Cómo se llama el alcalde?"),
        ("es", "¿De qué color es el autobús?"),
        ("de", "Wie heißt der Bürgermeister?"),
        ("de", "Was kostet der Umzug?"),
        ("de", "Welche Farbe hat die Software?"),
        ("fa", "نام شهردار چیست؟"),
    ],
)
def test_what_nobody_said_is_not_answered(language: str, question: str) -> None:
    assert asked(language, question) == ()


def test_of_a_long_turn_the_sentences_are_quoted_that_answer_together() -> None:
    other = " ".join(f"Street number {number} gets a lantern made of green glass." for number in range(20))
    turns = [Turn("Ann", f"The colour of hope is green. {other} The car of the mayor stops here. {other}", 0)]

    assert quoted(Ranking.of(turns, "What colour has the car?", "en")).turns == ()
    assert (quoted(Ranking.of(turns, "Where does the mayor's car stop?", "en")).answer or "").startswith("Ann : \u2026 ")
    assert len((quoted(Ranking.of(turns, "Where does the mayor's car stop?", "en")).answer or "").split()) < 40


def test_short_names_and_numbers_in_words_are_found() -> None:
    turns = [
        Turn("Ann", "The garden was dry.", 0),
        Turn("Bob", "Repairs took twelve hours.", 1),
        Turn("Cleo", "Ann waters the garden.", 2),
        Turn("Bob", "We had tea.", 3),
    ]

    assert quoted(Ranking.of(turns, "What took 12 hours?", "en")).turns == (1,)
    assert quoted(Ranking.of(turns, "Did Bob repair it?", "en")).turns == (1,)


def test_an_unknown_language_is_read_by_its_words_as_they_are() -> None:
    turns = [Turn("Aino", "Sauna maksaa sata euroa.", 0), Turn("Eero", "Ranta on kaunis.", 1)]

    assert quoted(Ranking.of(turns, "Sauna maksaa?", "fi")).turns == (0,)


def test_stems_are_the_same_in_many_threads() -> None:
    words = [
        f"{'walking running deciding paying' if number % 2 else 'walks runs decides pays'} x{number}" for number in range(200)
    ]
    found: list[list[str]] = []
    threads = [Thread(target=lambda each=each: found.append(stems(each, "en")[:4])) for each in words]  # type: ignore[misc]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {tuple(each) for each in found} == {("walk", "run", "decid", "pay")}


WHERE = [
    ("en", "The data is stored in Frankfurt.", "Where is the data stored?", True),
    ("en", "The data is stored on Sunday at nine.", "Where is the data stored?", False),
    ("en", "The next board meeting is on the 21st of April.", "Where is the next board meeting?", False),
    ("en", "We move to the Mill Street building in May.", "Where is the building that we move to?", True),
    ("fr", "La prochaine assemblée aura lieu le samedi 12 mars.", "Où a lieu la prochaine assemblée ?", False),
    ("fr", "La prochaine assemblée aura lieu dans la salle des fêtes.", "Où a lieu la prochaine assemblée ?", True),
    ("fr", "L'ascenseur est en panne.", "Où est l'ascenseur ?", False),
    ("de", "Die Betriebsversammlung ist am 12. Juni im Jahr 2026.", "Wo ist die Betriebsversammlung?", False),
    ("de", "Die Betriebsversammlung ist im Saal.", "Wo ist die Betriebsversammlung?", True),
    ("es", "Las fiestas se celebran en mayo.", "¿Dónde se celebran las fiestas?", False),
    ("es", "Las fiestas se celebran en la plaza.", "¿Dónde se celebran las fiestas?", True),
    ("fa", "جشن نوروز شنبه برگزار می\u200cشود.", "جشن نوروز کجا برگزار می\u200cشود؟", False),
    ("fa", "جشن نوروز در مدرسه برگزار می\u200cشود.", "جشن نوروز کجا برگزار می\u200cشود؟", True),
]


@pytest.mark.parametrize(("language", "said", "question", "told"), WHERE)
def test_where_is_answered_by_a_place_alone(language: str, said: str, question: str, told: bool) -> None:
    assert bool(quoted(Ranking.of([Turn("Eva", said, 0)], question, language)).turns) is told


def test_a_reason_of_something_else_is_none() -> None:
    turns = [
        Turn("Ann", "The rollback took eleven minutes because the image was gone from the cache.", 0),
        Turn("Bob", "Why was it gone?", 1),
        Turn("Ann", "The disk was full.", 2),
    ]

    assert quoted(Ranking.of(turns[:1], "Why was the image gone from the cache?", "en")).turns == ()
    assert quoted(Ranking.of(turns, "Why was the image gone from the cache?", "en")).turns == (0, 1, 2)
    assert quoted(Ranking.of(turns, "Why did the rollback take eleven minutes?", "en")).turns == (0,)
