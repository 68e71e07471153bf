"""What people think of a thing, who is for it, when it was decided: told by the right person, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.kinds.question.ranking import Ranking, quoted
from app.transcript import read

FOLDER = Path(__file__).parent / "minutes" / "noted"


def asked(meeting: str, question: str) -> tuple[int, ...]:
    talk = (FOLDER / f"{meeting}.txt").read_text("utf-8").partition("\n\n")[0]
    return quoted(Ranking.of(read(talk), question, meeting[:2])).turns


@pytest.mark.parametrize(
    ("meeting", "question", "turn"),
    [
        ("en_3", "What did the bench from the prison workshop cost?", 2),
        ("en_3", "Who is for the bench?", 6),
        ("en_3", "Why is Ruth against lights all night?", 10),
        ("en_3", "What does Alan think of the prison benches?", 3),
        ("en_3", "Who asks the head?", 28),
        ("en_3", "How long does the bench take?", 5),
        ("en_3", "By how much do the prices of the printer rise?", 24),
        ("en_4", "What is Mrs. Lindqvist's potassium?", 10),
        ("fr_3", "Combien coûte une chaudière neuve ?", 2),
        ("fr_3", "Pourquoi Lucien est-il contre la fermeture du parking ?", 13),
        ("fr_3", "Que pense Fatou du parking ?", 14),
        ("fr_3", "Qui est pour la réparation ?", 5),
        ("fr_3", "Quand passe l'expert ?", 22),
        ("fr_4", "Combien coûtent les sauvegardes ?", 13),
        ("fr_4", "Que pense Yann de la réunion du lundi ?", 21),
        ("fr_4", "Quand Yann voit-il la banque ?", 6),
        ("de_2", "Wer ist für das Angebot von Meier?", 6),
        ("de_2", "Warum ist Bernd gegen die Öffnung am Samstag?", 12),
        ("de_2", "Was kostet das Angebot von Solartec?", 1),
        ("de_2", "Wer schreibt den Dienstplan?", 17),
        ("de_3", "Warum beschwert sich der Nachbar?", 13),
        ("de_3", "Was kostet der Kran am Tag?", 21),
        ("de_3", "Wer hat den Schlüssel für den Container?", 24),
        ("es_2", "¿Cuánto pide el socorrista?", 1),
        ("es_2", "¿Quién está a favor del socorrista?", 4),
        ("es_2", "¿Qué piensa Julián de la fachada?", 14),
        ("es_3", "¿Cuánto cuesta el congreso de Lisboa?", 9),
        ("es_3", "¿Cuándo cambia Andrés la hoja de información?", 18),
        ("fa_1", "راننده چقدر می‌خواد؟", 1),
        ("fa_1", "کی به خانم کریمی می‌گه؟", 22),
        ("fa_2", "چند درصد کاربرها گوشی قدیمی دارن؟", 2),
        ("fa_2", "شرکت جدید پیامک چقدر می‌گیره؟", 13),
        ("fa_2", "نسخه‌ی جدید کی منتشر می‌شه؟", 10),
        ("fa_2", "کی صورت‌جلسه رو می‌فرسته؟", 20),
    ],
)
def test_the_turn_that_answers_is_quoted(meeting: str, question: str, turn: int) -> None:
    assert turn in asked(meeting, question)


@pytest.mark.parametrize(
    ("meeting", "question"),
    [
        ("en_3", "When was the parish magazine decided?"),
        ("en_3", "Did anybody mention the church roof?"),
        ("en_3", "What does Ruth think of the grit bins?"),
        ("en_3", "Why did Derek send apologies?"),
        ("en_4", "Did anybody mention a fall?"),
        ("en_4", "How much does the hoist cost?"),
        ("en_4", "Why is Ben against the morphine?"),
        ("fr_3", "Est-ce que quelqu'un a parlé de la cantine ?"),
        ("fr_3", "Combien coûte la sortie au zoo ?"),
        ("fr_3", "Pourquoi Odile part-elle ?"),
        ("fr_4", "Est-ce que quelqu'un a parlé des vacances ?"),
        ("fr_4", "Combien coûte la page de paiement ?"),
        ("de_2", "Hat jemand die Parkplätze erwähnt?"),
        ("de_2", "Wann wird die Anlage gebaut?"),
        ("de_3", "Warum ist Sedat gegen das Gerüst?"),
        ("es_2", "¿Alguien mencionó el garaje?"),
        ("es_2", "¿Cuánto cuesta el cartel?"),
        ("es_3", "¿Qué piensa Lucía del comité de ética?"),
        ("es_3", "¿Alguien habló de las vacaciones?"),
        ("fa_1", "چرا راننده بیشتر می‌خواد؟"),
        ("fa_1", "کسی درباره‌ی استخر حرف زد؟"),
        ("fa_2", "نظر لیلا درباره‌ی سرور چیه؟"),
        ("fa_2", "کسی درباره‌ی حقوق حرف زد؟"),
    ],
)
def test_what_was_not_said_has_no_answer(meeting: str, question: str) -> None:
    assert asked(meeting, question) == ()
