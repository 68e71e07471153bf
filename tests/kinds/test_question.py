"""Which turns answer a question if no model is asked."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from app.kinds.question.ranking import Ranking, quoted
from app.kinds.stemming import stems
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


ROOF = {
    "en": "Ann Hill : The roof costs 18,000.\nBob Ray : The garden is too wet.\nAnn Hill : Bob, what about the garden gate?",
    "fr": "Anne Hill : Le toit coûte 18 000 euros.\nPaul Ray : Le jardin est trop humide.\nAnne Hill : Paul, et la porte ?",
    "de": "Anna Hill : Das Dach kostet 18.000 Euro.\nPaul Ray : Der Garten ist zu nass.\nAnna Hill : Paul, und das Tor?",
    "es": "Ana Hill : El tejado cuesta 18.000 euros.\nPablo Ray : El jardín está muy húmedo.\nAna Hill : Pablo, ¿y la puerta?",
    "fa": "مینا : تعمیر سقف ۱۸ میلیون است.\nحسن : باغ خیلی خیس است.\nمینا : حسن، در چه شد؟",
}


@pytest.mark.parametrize(
    ("language", "question", "turns"),
    [
        ("en", "What did Ann say about the roof?", (0,)),
        ("en", "What did Bob say about the roof?", ()),
        ("en", "What does Bob Ray think about the garden?", (1,)),
        ("en", "What did they say about Bob's garden?", (1,)),
        ("fr", "Qu'a dit Anne du toit ?", (0,)),
        ("fr", "Qu'a dit Paul du toit ?", ()),
        ("de", "Was sagt Anna zum Dach?", (0,)),
        ("de", "Was hat Paul über das Dach gesagt?", ()),
        ("es", "¿Qué dijo Ana del tejado?", (0,)),
        ("es", "¿Qué dijo Pablo del tejado?", ()),
        ("fa", "مینا دربارهٔ سقف چه گفت؟", (0,)),
        ("fa", "حسن دربارهٔ سقف چه گفت؟", ()),
    ],
)
def test_what_somebody_said_is_told_by_that_person_alone(language: str, question: str, turns: tuple[int, ...]) -> None:
    found = quoted(Ranking.of(read(ROOF[language]), question, language))

    assert found.turns[:1] == turns
    assert (found.answer is None) == (turns == ())


def test_an_answer_of_one_person_stands_behind_what_was_asked() -> None:
    turns = read("Ann : Has your works council said yes?\nBob : Not yet, they meet in May.\nAnn : Fine.")

    assert quoted(Ranking.of(turns, "What did Bob say about the works council?", "en")).turns == (0, 1)


def test_a_figure_is_quoted_with_its_correction() -> None:
    turns = read("Ann : The potassium of Mrs. Lind was 5.8.\nBob : No, 5.3, the 5.8 was Sunday.\nAnn : And the sodium?")

    assert quoted(Ranking.of(turns, "What was the potassium of Mrs. Lind?", "en")).turns == (0, 1)


@pytest.mark.parametrize(
    ("language", "talk", "question"),
    [
        ("en", "Ann : First the trip of class 5b.\nBob : How much will it be?\nAnn : 210 pounds.", "What does the trip cost?"),
        (
            "fr",
            "Anne : D'abord, le voyage de la 5e B.\nPaul : Ça coûtera combien ?\nAnne : 210 euros.",
            "Combien coûte le voyage ?",
        ),
        ("de", "Anna : Zuerst die Fahrt der 5b.\nPaul : Was kostet sie?\nAnna : 210 Euro.", "Was kostet die Fahrt?"),
        ("fa", "مینا : اول سفر کلاس پنجم.\nحسن : چقدر می\u200cشود؟\nمینا : سه روز ۲۱۰ هزار تومان.", "سفر چقدر می\u200cشود؟"),
    ],
)
def test_a_price_is_told_where_somebody_asks_for_it(language: str, talk: str, question: str) -> None:
    assert quoted(Ranking.of(read(talk), question, language)).turns == (0, 1, 2)


UNSAID = [
    ("en", "Why was the trip cancelled?", "The trip to York was cancelled. The coach company went on strike.", True),
    ("en", "Why was the lesson moved?", "We moved the lesson to the small hall, the big one was flooded.", True),
    ("en", "Why did we close the account?", "We closed the account. Lisa will send the statement.", False),
    ("en", "Why was the lesson moved?", "The lesson moved to Friday. It begins in May, without the early bus.", False),
    ("en", "Why do the keys not work?", "The keys do not work. The lift is broken as well.", False),
    ("en", "Why was the printer sold?", "The printer was sold. The fair went well, nobody complained.", False),
    ("en", "Why was the rally stopped?", "The rally was stopped. A red car won the cup.", False),
    ("fr", "Pourquoi la visite est-elle annulée ?", "La visite est annulée. Le guide est malade.", True),
    ("fr", "Pourquoi la porte ne ferme-t-elle pas ?", "La porte ne ferme pas. Je n'ai pas non plus les clés.", False),
    ("fr", "Pourquoi la caisse est-elle fermée ?", "La caisse est fermée. Carla enverra le bilan.", False),
    ("de", "Warum wurde das Training verlegt?", "Das Training wurde verlegt, die Halle ist gesperrt.", True),
    ("de", "Warum ist die Kasse geschlossen?", "Die Kasse ist geschlossen. Dennoch kam die Abrechnung.", False),
    ("de", "Warum wurde der Bus verkauft?", "Der Bus, der nicht mehr fährt, wurde in Ulm verkauft.", False),
    ("es", "¿Por qué se aplazó el curso?", "El curso se aplazó, la profesora está enferma.", True),
    ("es", "¿Por qué cerramos la cuenta?", "Cerramos la cuenta. Marta enviará el resumen.", False),
    ("fa", "چرا سفر لغو شد؟", "سفر لغو شد. اتوبوس خراب است.", True),
    ("fa", "چرا حساب را بستیم؟", "حساب را بستیم. مریم گزارش را می‌فرستد.", False),
]


@pytest.mark.parametrize(("language", "question", "text", "told"), UNSAID)
def test_what_went_wrong_has_its_reason_right_behind_it(language: str, question: str, text: str, told: bool) -> None:
    turns = [Turn("Ann", "Good morning.", 0), Turn("Bob", text, 1), Turn("Cleo", "Tea?", 2)]

    assert quoted(Ranking.of(turns, question, language)).turns == ((1,) if told else ())


def test_a_reason_of_many_sentences_is_not_guessed() -> None:
    other = " ".join(f"Street number {number} gets a lantern." for number in range(10))
    turns = [Turn("Bob", f"The trip was cancelled. The museum is closed. {other}", 0)]

    assert quoted(Ranking.of(turns, "Why was the trip cancelled?", "en")).turns == ()


TAKEN = [
    ("en", "Who orders the shirts?", ("Who orders the shirts?", "I'll do it tonight."), (0, 1)),
    ("en", "Who phones the builder?", ("Could somebody phone the builder?", "It is cold.", "I can do that."), (0, 1, 2)),
    ("en", "Who phones the builder?", ("Could somebody phone the builder?", "I can't, I'm away."), ()),
    ("en", "Who writes to the parents?", ("Someone should write to the parents.", "They were friendly."), ()),
    ("en", "Who brings the projector?", ("Can you bring the projector, Bob?", "Sure, on Monday."), (0, 1)),
    ("en", "Who brings the projector?", ("Can somebody bring the projector?", "Sure, somebody will."), ()),
    ("fr", "Qui informe les parents ?", ("Il faudrait informer les parents.", "Je m'en charge."), (0, 1)),
    ("fr", "Qui prévient les parents ?", ("Il faudrait prévenir les parents.", "Ils sont gentils."), ()),
    ("de", "Wer ruft den Klempner an?", ("Kann jemand den Klempner anrufen?", "Das mache ich morgen."), (0, 1)),
    ("de", "Wer lädt den Chor ein?", ("Wer lädt den Chor ein?", "Das übernehme ich."), (0, 1)),
    ("es", "¿Quién avisa a los socios?", ("Hay que avisar a los socios.", "Me encargo yo."), (0, 1)),
    ("es", "¿Quién avisa a los socios?", ("Hay que avisar a los socios.", "Son amables."), ()),
    ("fa", "چه کسی به اعضا خبر می‌دهد؟", ("باید به اعضا خبر بدهیم.", "من خبر می‌دهم."), (0, 1)),
    ("fa", "چه کسی به اعضا خبر می‌دهد؟", ("باید به اعضا خبر بدهیم.", "آنها مهربان بودند."), ()),
]


@pytest.mark.parametrize(("language", "question", "texts", "found"), TAKEN)
def test_who_does_a_thing_is_who_takes_it_on(
    language: str, question: str, texts: tuple[str, ...], found: tuple[int, ...]
) -> None:
    turns = [Turn("Ann" if number == 0 else f"P{number}", text, number) for number, text in enumerate(texts)]
    turns.append(Turn("Ann", "1 2 3.", len(turns)))

    assert quoted(Ranking.of(turns, question, language)).turns == found
